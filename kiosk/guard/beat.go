package guard

import (
	"io"
	"os"
	"time"
)

// Beat says to the keeper, again and again until stop is called, that the program is alive. on runs a function on
// the goroutine whose life is meant, and may do so late or never; gone is called, from a goroutine of its own, when
// the keeper is no more. In a program that nobody keeps it does nothing.
func Beat(on func(func()), gone func()) (stop func()) {
	if !Kept() {
		return func() {}
	}
	return beat(os.Stdin, os.Stdout, on, gone)
}

func beat(held io.Reader, out io.Writer, on func(func()), gone func()) (stop func()) {
	go func() {
		_, _ = io.Copy(io.Discard, held)
		gone()
	}()
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(BeatEvery)
		defer tick.Stop()
		for {
			on(func() { _, _ = out.Write([]byte{'.'}) })
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(done) }
}
