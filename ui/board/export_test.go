package board

import (
	"image/color"

	"linli/ui/widget"
)

// OnUI gives a test the work that belongs to the UI goroutine.
func (b *Board) OnUI(f func(func())) { b.onUI = f }

// Lines are all words on the board.
func (b *Board) Lines() []widget.Line { return b.drawn.lines }

// Grounds are the fills of all boxes, the band's first.
func (b *Board) Grounds() []color.NRGBA {
	var fills []color.NRGBA
	for _, x := range b.drawn.boxes {
		fills = append(fills, x.fill)
	}
	return fills
}

// Saying answers whether a call is being said, or waits to be.
func (b *Board) Saying() bool {
	b.calls.mu.Lock()
	defer b.calls.mu.Unlock()
	return b.calls.saying
}
