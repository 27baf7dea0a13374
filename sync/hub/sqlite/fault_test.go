package sqlite_test

import (
	"errors"
	"fmt"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/hub/sqlite"
	"linli/sync/oplog"
)

// untilFull pushes runs until the disk has no room for another, and answers how many entries were taken and the run that was not.
func untilFull(h *hall, s *sqlite.Storage) (taken int64, left []oplog.Item, err error) {
	for range 100_000 {
		items := h.desk.Run(oplog.Desk, 20)
		r, err := hub.NewLog(s).Accept(background, oplog.Batch{Scope: desk, Items: items})
		if errors.Is(err, hub.ErrDiskFull) {
			return taken, items, nil
		}
		if err != nil || r.Fresh != len(items) {
			return taken, nil, fmt.Errorf("on a full disk: %+v, %w", r, err)
		}
		taken += int64(r.Fresh)
	}
	return taken, nil, errors.New("the disk never filled up")
}

// holds checks that the log has so many entries and passes verify.
func holds(s *sqlite.Storage, want int64) error {
	r, err := hub.Verify(background, s, memory.New("scratch"))
	if err == nil && (!r.OK || int64(r.Entries) != want) {
		err = fmt.Errorf("%d entries, want %d: %v", r.Entries, want, r.Problems)
	}
	return err
}

// again pushes what was left over; the sender had kept it.
func again(s *sqlite.Storage, left []oplog.Item) (exchange.Receipt, error) {
	return hub.NewLog(s).Accept(background, oplog.Batch{Scope: desk, Items: left})
}

func TestAFullDiskTakesNothingByHalvesAndGoesOnWhenThereIsRoom(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	h := newHall(t, s)
	must(t, s.LimitPages(30))
	taken, left, err := untilFull(h, s)
	must(t, err)
	if taken == 0 {
		t.Fatal("it was full from the start")
	}
	must(t, holds(s, taken))
	// Several at once on a disk with no room for all: whoever is told that it is kept, is kept.
	must(t, s.LimitPages(2))
	machines := make([]*replicatest.Machine, 16)
	answers := make(chan int, len(machines))
	for i := range machines {
		machines[i] = h.Machine(t, fmt.Sprint("other", i), nil)
		go func() {
			r, err := hub.NewLog(s).Accept(background, oplog.Batch{Scope: desk, Items: machines[i].Run(oplog.Desk, 10)})
			if err != nil && !errors.Is(err, hub.ErrDiskFull) {
				t.Error(err)
			}
			answers <- r.Fresh
		}()
	}
	for range machines {
		taken += int64(<-answers)
	}
	must(t, holds(s, taken))
	must(t, s.LimitPages(-1))
	r, err := again(s, left)
	must(t, err)
	if r.Fresh != len(left) {
		t.Errorf("with room again %+v of %d", r, len(left))
	}
	must(t, holds(s, taken+int64(len(left))))
	must(t, s.Close())
	s = open(t, dir)
	must(t, holds(s, taken+int64(len(left))))
}
