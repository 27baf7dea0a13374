package simulation

import (
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
)

// task is something that goes on step by step: a session, a request that comes late, a write.
type task struct {
	name  string
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	steps int
}

// maxSteps is how often a task may stop. One that goes on longer is wedged.
const maxSteps = 50_000

// spawn starts a task; it takes its first step when the scheduler comes to it.
func (w *World) spawn(name string, run func()) {
	t := &task{name: name}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		defer func() {
			if r := recover(); r != nil {
				w.fail("%s panicked: %v\n%s", name, r, debug.Stack())
			}
		}()
		run()
	})
	w.tasks = append(w.tasks, t)
}

// step lets a task go on to its next stop.
func (w *World) step(t *task) {
	w.current = t
	_, more := t.next()
	w.current = nil
	if t.steps++; t.steps > maxSteps {
		w.fail("%s does not end", t.name)
	}
	if !more {
		w.tasks = slices.DeleteFunc(w.tasks, func(o *task) bool { return o == t })
	}
}

// pause is a stop: whatever else there is may happen before it returns. Outside of tasks, and where the
// seed's grain is coarser, it does nothing.
func (w *World) pause() {
	if w.current != nil && w.chance(w.plan.grain) {
		w.current.yield(struct{}{})
	}
}

// idle is a long stop.
func (w *World) idle(most int) {
	if w.current == nil {
		return
	}
	for range 1 + w.random.IntN(most) {
		w.current.yield(struct{}{})
	}
}

// drain lets all tasks go on until none is left.
func (w *World) drain() {
	for len(w.tasks) > 0 && w.failure == nil {
		w.step(pick(w, w.tasks))
	}
}

// end lets go of what a failed run has left.
func (w *World) end() {
	for _, t := range w.tasks {
		t.stop()
	}
	w.tasks = nil
	for _, f := range w.closing {
		_ = f()
	}
}

func (t *task) String() string { return fmt.Sprintf("%s after %d steps", t.name, t.steps) }
