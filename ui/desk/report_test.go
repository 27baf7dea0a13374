package desk_test

import (
	"slices"
	"testing"

	"linli/app"
	"linli/ui/desk"
)

// What was reported at the kiosk says at the desk where it is and how to call
// back, with the phone masked; on the case a person may look at it.
func TestAReportSaysWhereAndWhomToCall(t *testing.T) {
	b := newBench(t, "zh")
	b.f.inbox[0].Body.Place, b.f.inbox[0].Body.GridID, b.f.inbox[0].Body.Phone = "", "b21", "138****0000"
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageInbox})
	b.picture("inbox-where")
	n := 0
	for _, w := range b.d.Words() {
		if w == "样例路20号1栋" {
			n++
		}
	}
	if n != 2 || !b.shows("第二网格") || !b.shows("138 **** 0000") {
		t.Errorf("the place is shown %d times: %v", n, b.d.Words())
	}
}

func TestThePhoneOfACaseIsSeenWhenAskedFor(t *testing.T) {
	for name, who := range map[string]struct {
		resident bool
		noted    string
	}{"its own": {false, "contact of c0"}, "the resident's": {true, "phone"}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "zh")
			if who.resident {
				b.f.cases[0].Contact = ""
			}
			b.signIn("钱样例")
			b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
			if b.shows("138 0000 0000") {
				t.Error("the phone is shown to everybody")
			}
			b.press("Ctrl+E")
			if !b.shows("138 0000 0000") || !slices.Equal(b.f.revealed, []string{who.noted}) {
				t.Errorf("revealed %v: %v", b.f.revealed, b.d.Words())
			}
		})
	}
	b := newBench(t, "zh")
	b.signIn("吴样例")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
	b.press("Ctrl+E")
	if len(b.f.revealed) > 0 && !app.May(app.RoleSupervisor, app.ActReveal) {
		t.Error("somebody without the right has seen a phone")
	}
}
