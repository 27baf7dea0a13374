package card

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// together is several readers as one. Of each, what it says of its own cards comes in order.
type together []Reader

// Run implements [Reader].
func (t together) Run(ctx context.Context, take func(Event)) error {
	var all sync.WaitGroup
	var one sync.Mutex
	faults := make([]error, len(t))
	for i, r := range t {
		all.Go(func() {
			faults[i] = r.Run(ctx, func(e Event) {
				one.Lock()
				defer one.Unlock()
				take(e)
			})
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

// Typed implements [Typist].
func (t together) Typed(r rune, at time.Time) {
	for _, one := range t {
		if keys, ok := one.(Typist); ok {
			keys.Typed(r, at)
		}
	}
}

// Types implements [Typist].
func (t together) Types() bool {
	return slices.ContainsFunc(t, func(one Reader) bool {
		keys, ok := one.(Typist)
		return ok && keys.Types()
	})
}

// Reads answers whether one of them reads cards; see [Reads].
func (t together) Reads() bool { return slices.ContainsFunc(t, Reads) }
