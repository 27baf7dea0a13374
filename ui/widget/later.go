package widget

import (
	"sync/atomic"

	"fyne.io/fyne/v2"
)

// over is set once the toolkit's loop has ended.
var over atomic.Bool

// End says that the toolkit's loop has ended: from now on [Later] does nothing.
// The shell calls it after the loop; the toolkit's own stop event is not safe to use.
func End() { over.Store(true) }

// Later runs fn on the UI goroutine, from any goroutine, without waiting. It is
// fyne.Do but for the last moments of the program: then the toolkit would run fn
// on the wrong goroutine over windows that are gone, or panic because its queue is
// closed, and what a face wanted to draw no longer matters.
func Later(fn func()) {
	if over.Load() {
		return
	}
	defer func() {
		// The queue may close between the question and the call, and before the
		// toolkit has told anybody that it stops.
		fault := recover()
		if err, ok := fault.(error); fault != nil && (!ok || err.Error() != "send on closed channel") {
			panic(fault)
		}
	}()
	fyne.Do(func() {
		if !over.Load() {
			fn()
		}
	})
}
