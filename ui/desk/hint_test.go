package desk_test

import (
	"strings"
	"testing"

	"linli/ui/desk"
)

// A key that is offered is wholly on the screen, on every page.
func TestEveryKeyHintIsOnTheScreen(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b := newBench(t, lang)
		b.signIn("周样例")
		look := func(where string) {
			t.Helper()
			for id, end := range b.d.Ends() {
				if strings.HasPrefix(id, "key.") && end > desk.Size.Width+0.5 {
					t.Errorf("%s %s: %s ends at %.0f of %.0f", lang, where, id, end, desk.Size.Width)
				}
			}
		}
		for _, p := range desk.AllPages() {
			b.d.Open(desk.Route{Page: p, ID: routes[p]})
			if p == desk.PageResidents {
				b.typeText("样")
			}
			look(string(p))
		}
		for _, c := range []string{"c0", "c1", "c2", "c3", "c4", "c5"} {
			b.d.Open(desk.Route{Page: desk.PageCase, ID: c})
			look("case " + c)
		}
	}
}
