package selftest

import (
	"context"
	"sync"
	"time"
)

// Every is how often a kiosk looks at its parts.
const Every = 15 * time.Minute

// Watch looks at a kiosk's parts when it begins, then by the clock, and whenever somebody asks. The zero value with Checks is ready.
type Watch struct {
	Checks *Checks
	// Done is told every report, on the watch's own goroutine. nil: nobody.
	Done func(Report)

	once  sync.Once
	again chan struct{}
	mu    sync.Mutex
	last  Report
}

func (w *Watch) prepare() { w.once.Do(func() { w.again = make(chan struct{}, 1) }) }

// Run looks, waits and looks again until ctx ends. It is begun after the first page is up: nobody waits for it.
func (w *Watch) Run(ctx context.Context) {
	w.prepare()
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		r := Run(ctx, w.Checks)
		if ctx.Err() != nil {
			return
		}
		w.mu.Lock()
		w.last = r
		w.mu.Unlock()
		if w.Done != nil {
			w.Done(r)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.again:
			tick.Reset(Every)
		}
	}
}

// Again has it look at once, or after the look that is under way.
func (w *Watch) Again() {
	w.prepare()
	select {
	case w.again <- struct{}{}:
	default: // asked for already
	}
}

// Last answers the last report; its time is zero while there is none.
func (w *Watch) Last() Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}
