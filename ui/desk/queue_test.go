package desk_test

import (
	"testing"

	"linli/app"
)

func TestACallIsNotMadeTwice(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2", "F2", "F2")
	n := 0
	for _, x := range b.f.tickets {
		if x.State == app.TicketCalled {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d numbers are called to one window", n)
	}
}
