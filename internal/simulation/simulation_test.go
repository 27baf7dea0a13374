package simulation

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	oneSeed   = flag.Uint64("seed", 0, "run this seed alone and print what happens (with -run TestSeed)")
	stopAfter = flag.Int("stop", 8, "after how many failing seeds to stop")
	allSeeds  = flag.Int("seeds", 0, "how many seeds to run (with -run TestSeeds); 0 for the usual number")
)

// TestSeed runs one seed again, to be read.
func TestSeed(t *testing.T) {
	lines, err := Tell(*oneSeed, Over{})
	if flagSet("seed") {
		fmt.Println(strings.Join(lines, "\n"))
	}
	if err != nil {
		t.Error(err)
	}
}

// TestARunIsASeed checks that a seed is the same run every time, or a failing one would be lost.
func TestARunIsASeed(t *testing.T) {
	for seed := range uint64(12) {
		once, err := Tell(seed, Over{})
		again, errAgain := Tell(seed, Over{})
		if !slices.Equal(once, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Errorf("seed %d is another run the second time", seed)
		}
	}
}

// TestSeeds runs many, on all processors.
func TestSeeds(t *testing.T) {
	n := 1000
	if os.Getenv("LINLI_SOAK") != "" {
		n = 10_000
	}
	if *allSeeds > 0 {
		n = *allSeeds
	}
	seeds, failed := runAll(uint64(n))
	for _, err := range failed {
		t.Error(err)
	}
	if n < 1000 || failed != nil {
		return
	}
	for _, what := range Expected() {
		if seeds[what] < n/50 {
			t.Errorf("%q happens in %d of %d seeds: what it would find is not looked for", what, seeds[what], n)
		}
	}
	t.Log(seeds)
}

// TestKeptSeeds runs those that have failed once.
func TestKeptSeeds(t *testing.T) {
	data, err := os.ReadFile("testdata/seeds")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		text, why, _ := strings.Cut(strings.TrimSpace(line), " ")
		if text == "" || text == "#" {
			continue
		}
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(seed); err != nil {
			t.Errorf("%v\nit failed before: %s", err, why)
		}
	}
}

// runAll runs seeds 1 to n until some have failed, and answers in how many of them each thing happened.
func runAll(n uint64) (seeds Tally, failed []error) {
	seeds = make(Tally)
	var next atomic.Uint64
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for seed := next.Add(1); seed <= n; seed = next.Add(1) {
				tally, err := Run(seed)
				mu.Lock()
				for what := range tally {
					seeds[what]++
				}
				if err != nil {
					if failed = append(failed, err); len(failed) == *stopAfter {
						next.Store(n)
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return seeds, failed
}

// flagSet tells whether a flag was given.
func flagSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}
