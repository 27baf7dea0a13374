package citizen

import (
	"slices"
	"sync"
)

// reader asks what ink can be on one goroutine of its own, so that a finger never
// waits for an answer: a character may take the engine longer than a frame. The
// latest ink wins: what waits when a finger has drawn on is never asked. An answer
// comes back through the queue of the UI goroutine and is shown there only if the
// ink is still the one that it was given for.
//
// The reader works on copies. Those of ink that nobody needs any more are zeroed at
// once, and the one that the engine is looking at as soon as it looks up.
type reader struct {
	characters func(ink [][][2]float32) []string
	later      func(func())              // brings an answer to the UI goroutine
	show       func(characters []string) // on the UI goroutine

	number int // of the ink that stands in the field; the UI goroutine's own

	mu      sync.Mutex
	waiting *asked // nil: nothing
	working bool   // the goroutine is there
}

// asked is ink with its number.
type asked struct {
	ink    [][][2]float32
	number int
}

// read asks what the ink can be, instead of all that was asked before.
func (r *reader) read(ink [][][2]float32) {
	r.drop()
	own := make([][][2]float32, len(ink))
	for i, s := range ink {
		own[i] = slices.Clone(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = &asked{own, r.number}
	if !r.working {
		r.working = true
		go r.work()
	}
}

// drop forgets what was asked: the ink is another, or there is none.
func (r *reader) drop() {
	r.number++
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting != nil {
		zero(r.waiting.ink)
		r.waiting = nil
	}
}

// work asks until nothing waits.
func (r *reader) work() {
	for {
		r.mu.Lock()
		a := r.waiting
		r.waiting, r.working = nil, a != nil
		r.mu.Unlock()
		if a == nil {
			return
		}
		found := r.characters(a.ink)
		zero(a.ink)
		r.later(func() {
			if a.number == r.number {
				r.show(found)
			}
		})
	}
}

// zero takes the lines out of the memory.
func zero(ink [][][2]float32) {
	for _, s := range ink {
		clear(s)
	}
	clear(ink)
}
