package store

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/simulation"
	"linli/store/seal"
	"linli/sync/oplog"
)

var (
	simulated     = flag.Int("simulated", 0, "how many halls to simulate over stores; 0 for the usual number")
	simulatedFrom = flag.Uint64("simulated-from", 1, "the first of their seeds")
	simulatedTell = flag.Bool("simulated-tell", false, "print what happens")
)

// TestHallsOfStores is package simulation's hall with data folders in place of its logs, and with hubs that keep theirs in SQLite as well.
func TestHallsOfStores(t *testing.T) {
	n := 20
	if os.Getenv("LINLI_SOAK") != "" {
		n = 500
	}
	if *simulated > 0 {
		n = *simulated
	}
	seeds := make(simulation.Tally)
	failed := 0
	for i := range uint64(n) {
		seed := *simulatedFrom + i
		tally, err := simulateOver(t, seed)
		for what := range tally {
			seeds[what]++
		}
		if err != nil {
			t.Error(err)
			if failed++; failed == 5 {
				break
			}
		}
	}
	for _, what := range simulation.Expected() {
		if enough := n / 250; n >= 500 && failed == 0 && seeds[what] < enough {
			t.Errorf("%q happens in %d of %d halls: what it would find is not looked for", what, seeds[what], n)
		}
	}
	t.Log(n, seeds)
}

// simulateOver runs one seed in folders of its own.
func simulateOver(t *testing.T, seed uint64) (simulation.Tally, error) {
	root, err := os.MkdirTemp(memoryFolder(t), "simulated")
	must(t, err)
	defer func() { _ = os.RemoveAll(root) }()
	h := &simulatedHall{root: root, entries: make(map[string]oplog.Entry)}
	h.ring, err = seal.NewRing(rand.Reader)
	must(t, err)
	defer h.close()
	over := simulation.Over{Authority: h.ring.Authority(), Machine: h.admit, Value: h.value, Hubs: filepath.Join(root, "hubs")}
	if *simulatedTell {
		lines, err := simulation.Tell(seed, over)
		fmt.Println(strings.Join(lines, "\n"))
		return nil, err
	}
	tally, err := simulation.RunOver(seed, over)
	if err != nil {
		err = fmt.Errorf("%w\nto read it: go test ./store -run TestHallsOfStores -simulated 1 -simulated-from %d -simulated-tell", err, seed)
	}
	return tally, err
}

// memoryFolder is a folder on a disk that is none where there is one: what is asked here is what a program leaves behind,
// not what a disk does.
func memoryFolder(t *testing.T) string {
	const shared = "/dev/shm"
	if info, err := os.Stat(shared); err == nil && info.IsDir() {
		return shared
	}
	return t.TempDir()
}

// simulatedHall is what the folders of one run have in common.
type simulatedHall struct {
	root    string
	ring    *seal.Ring
	folders int
	opened  []*simulatedLog
	entries map[string]oplog.Entry // decoded, by hash
}

func (h *simulatedHall) close() {
	for _, l := range h.opened {
		if l.reader != nil {
			_ = l.reader.Close()
		}
		_ = l.Store.Close()
	}
}

// folder names a new data folder.
func (h *simulatedHall) folder() string {
	h.folders++
	return filepath.Join(h.root, fmt.Sprint("m", h.folders))
}

// value seals what the product seals.
func (h *simulatedHall) value(table, row, column, text string) oplog.Value {
	if in := byName[table]; in != nil && in.column(column) != nil && in.column(column).Sealed() {
		return h.ring.Seal(in.domain(), seal.Place{Table: table, Row: row, Column: column}, []byte(text))
	}
	return text
}

// admit makes the folder of a machine as it makes it itself after it was admitted.
func (h *simulatedHall) admit(a simulation.Admission) simulation.Disk {
	wrap := try(seal.NewWrapping(rand.Reader))
	asked := &Application{Key: a.Key, Wrap: wrap}
	in := Admitted{Certificate: try(a.Certificate.Encode()), Keys: try(h.ring.Share(a.Certificate.Role == RoleDesk, wrap.PublicKey()))}
	d := &simulatedDisk{hall: h, dir: h.folder(), origin: a.Certificate.Origin}
	check(asked.Join(context.Background(), d.dir, in, d.options(nil)))
	return d
}

func try[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
