package simulation

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	oneSeed  = flag.Uint64("seed", 0, "run this seed alone and print what happens (with -run TestSeed)")
	allSeeds = flag.Int("seeds", 0, "how many seeds to run (with -run TestSeeds); 0 for the usual number")
)

// TestSeed runs one seed again, to be read.
func TestSeed(t *testing.T) {
	lines, err := Tell(*oneSeed)
	if flagSet("seed") {
		fmt.Println(strings.Join(lines, "\n"))
	}
	if err != nil {
		t.Error(err)
	}
	if again, err2 := Tell(*oneSeed); strings.Join(again, "\n") != strings.Join(lines, "\n") || fmt.Sprint(err) != fmt.Sprint(err2) {
		t.Error("a second run of the seed was another one")
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
	for _, err := range runAll(uint64(n)) {
		t.Error(err)
	}
}

// maxFailed is how many failing seeds are worth reporting at once.
const maxFailed = 8

// runAll runs seeds 1 to n until some have failed.
func runAll(n uint64) (failed []error) {
	var next atomic.Uint64
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for seed := next.Add(1); seed <= n; seed = next.Add(1) {
				if err := Run(seed); err != nil {
					mu.Lock()
					if failed = append(failed, err); len(failed) == maxFailed {
						next.Store(n)
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// flagSet tells whether a flag was given.
func flagSet(name string) (set bool) {
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}
