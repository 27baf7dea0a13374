package desk_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/theme"
)

func TestEveryPageHasAllWordsInBothLanguages(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			b := newBench(t, lang)
			check := func(where string) {
				t.Helper()
				b.picture(lang + "-" + where)
				for _, w := range b.d.Words() {
					if strings.ContainsAny(w, "⟦⟧") {
						t.Errorf("%s: %s", where, w)
					}
				}
			}
			check("signin")
			b.signIn("周样例")
			for _, p := range desk.AllPages() {
				b.d.Open(desk.Route{Page: p, ID: routes[p]})
				if b.d.Route().Page != p {
					t.Errorf("%s did not open", p)
				}
				if p == desk.PageResidents {
					b.typeText("样")
				}
				check(string(p))
			}
			for _, p := range []desk.Page{desk.PageResident, desk.PageNotice} {
				b.d.Open(desk.Route{Page: p})
				check(string(p) + "-new")
			}
			b.press("F1")
			check("keys")
			b.press("Escape", "F11")
			check("take")
		})
	}
}

func TestRolesSeeOnlyWhatTheyMay(t *testing.T) {
	for name, role := range map[string]app.Role{"周样例": app.RoleAdmin, "钱样例": app.RoleClerk, "孙样例": app.RoleGrid, "吴样例": app.RoleSupervisor} {
		t.Run(string(role), func(t *testing.T) {
			b := newBench(t, "zh")
			b.signIn(name)
			for _, p := range desk.AllPages() {
				want := desk.Rights(p) == "" || app.May(role, desk.Rights(p))
				before := b.d.Route()
				b.d.Open(desk.Route{Page: p, ID: routes[p]})
				opened := b.d.Route() != before || before.Page == p
				if opened != want {
					t.Errorf("%s: opened %v, want %v", p, opened, want)
				}
			}
			if offered := slices.Contains(b.d.Hints(), "F2"); offered != app.May(role, app.ActServe) {
				t.Errorf("F2 offered: %v", offered)
			}
			b.press("F2", "F8", "Ctrl+8", "Ctrl+7")
			for _, a := range b.f.actors {
				if !app.May(a.Role, app.ActServe) {
					t.Errorf("a %s reached the queue", a.Role)
				}
			}
		})
	}
}

func TestThePagesFollowTheHall(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	if b.shows("Z9-777") {
		t.Fatal("the number is there already")
	}
	b.f.tickets = append(b.f.tickets, app.Ticket{ID: "t99", Number: "Z9-777", State: app.TicketMissed, CalledAt: b.f.now})
	b.f.bus.Publish(app.Changed{Table: "ticket", IDs: []string{"t99"}, Verb: "ticket.miss"})
	b.d.Drain()
	if !b.shows("Z9-777") {
		t.Error("the page does not show what another desk did")
	}
}

// On a low screen the window is no larger than the screen, and what saves a form
// is still in sight.
func TestTheWindowShrinksToTheDisplay(t *testing.T) {
	if got := desk.WindowSize(fyne.Size{}); got != desk.Size {
		t.Errorf("on a display that is not known the window is %v", got)
	}
	display := fyne.NewSize(1366, 672) // 768 lines without the desktop's bars
	f := newFake()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	d := desk.New(desk.Config{Window: w, Hall: f.hall(), Folder: t.TempDir(), Display: display})
	d.Inline()
	d.Show()
	t.Cleanup(d.Close)
	b := &bench{t: t, f: f, d: d, w: w}
	b.signIn("周样例")
	d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	if got := w.Canvas().Size(); got.Width > display.Width || got.Height > display.Height {
		t.Errorf("the window is %v on a display of %v", got, display)
	}
	save, ok := d.Where("resident.save")
	if !ok || save.Y < 0 || save.Y > w.Canvas().Size().Height-2*theme.DeskRow {
		t.Errorf("the form is saved at %v, %v in a window of %v", save, ok, w.Canvas().Size())
	}
}
