package desk_test

import (
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
)

// TestRandomKeysDoNotPanic presses what a cat would.
func TestRandomKeysDoNotPanic(t *testing.T) {
	keys := []string{
		"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "Escape", "Return", "Tab", "Up", "Down", "Left", "Right",
		"Prior", "Next", "Home", "End", "Delete", "BackSpace", "Space", "Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+7",
		"Ctrl+8", "Ctrl+S", "Ctrl+N", "Ctrl+E", "Ctrl+L", "Ctrl+T", "Ctrl+K", "Ctrl+Z",
	}
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 7))
		b := newBench(t, "zh")
		b.signIn([]string{"周样例", "钱样例", "孙样例", "吴样例"}[seed])
		for range 500 {
			if rng.IntN(4) == 0 {
				b.typeText(string([]rune("123456789a样")[rng.IntN(11)]))
				continue
			}
			b.press(keys[rng.IntN(len(keys))])
			if rng.IntN(50) == 0 {
				b.w.Resize(fyne.NewSize(900+float32(rng.IntN(900)), 600+float32(rng.IntN(500))))
			}
		}
	}
}
