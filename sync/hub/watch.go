package hub

import (
	"context"
	"sync"
	"time"

	"linli/sync/oplog"
)

// watches are those who wait for entries, by scope: what comes into one scope wakes nobody who waits for another.
type watches struct {
	mu   sync.Mutex
	of   map[oplog.Scope]map[*watch]bool
	told map[oplog.Scope]int64 // the number up to which everybody was woken
}

type watch struct{ c chan struct{} }

// Watch implements [exchange.Replica].
func (l *Log) Watch(scopes ...oplog.Scope) (<-chan struct{}, func()) {
	w := &watch{make(chan struct{}, 1)}
	ws := &l.watches
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, s := range scopes {
		if ws.of[s] == nil {
			ws.of[s] = make(map[*watch]bool)
		}
		ws.of[s][w] = true
	}
	return w.c, func() {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		for _, s := range scopes {
			if delete(ws.of[s], w); len(ws.of[s]) == 0 {
				delete(ws.of, s)
			}
		}
	}
}

// wake tells everyone who waits for a scope that it goes up to seq now.
func (ws *watches) wake(scope oplog.Scope, seq int64) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.told[scope] = max(ws.told[scope], seq)
	for w := range ws.of[scope] {
		select {
		case w.c <- struct{}{}:
		default: // it has not looked since it was last woken, and will see this too
		}
	}
}

// heard tells whether those who wait know already that the scope goes up to seq.
func (ws *watches) heard(scope oplog.Scope, seq int64) bool {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return seq <= ws.told[scope]
}

// lookEvery is how soon what another process has added is noticed.
const lookEvery = 200 * time.Millisecond

// Follow wakes those who wait when another process has added entries, until ctx ends. What this process adds is
// told at once. What fails is reported and tried again.
func (l *Log) Follow(ctx context.Context, report func(error)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	last := int64(-1)
	for {
		v, err := l.storage.Version(ctx)
		if err == nil && v != last {
			if err = l.look(ctx); err == nil {
				last = v
			}
		}
		if err != nil && ctx.Err() == nil {
			report(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look compares all scopes with what those who wait have heard.
func (l *Log) look(ctx context.Context) error {
	var states []State
	if err := l.storage.View(ctx, func(s Snapshot) (err error) {
		states, err = s.States()
		return err
	}); err != nil {
		return err
	}
	for _, st := range states {
		if !l.watches.heard(st.Scope, st.Seq) {
			l.watches.wake(st.Scope, st.Seq)
		}
	}
	return nil
}
