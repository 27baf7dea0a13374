package wire

import (
	"sync"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// gate lets so many in at once, and so many of one caller. Nobody queues at it: who waits on a connection learns
// nothing, who is told when to come again can do something else.
type gate struct {
	all, each int
	again     time.Duration // when it is worth coming again

	mu    sync.Mutex
	total int
	of    map[oplog.Origin]int
}

func newGate(all, each int, again time.Duration) *gate {
	return &gate{all: all, each: each, again: again, of: make(map[oplog.Origin]int)}
}

// enter lets a caller in and answers how it leaves, which it has to do once.
func (g *gate) enter(who oplog.Origin) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.of[who] >= g.each:
		return nil, &crowded{exchange.BusyError{After: g.again}, true}
	case g.total >= g.all:
		return nil, &crowded{exchange.BusyError{After: g.again}, false}
	}
	g.total++
	g.of[who]++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.total--
		if g.of[who]--; g.of[who] == 0 {
			delete(g.of, who)
		}
	}, nil
}

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	fill := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	fill(&l.Held, 16384)
	fill(&l.Working, 64)
	fill(&l.Blobs, 8)
	fill(&l.Admission, 32)
	fill(&l.PerCaller, 4)
	return l
}
