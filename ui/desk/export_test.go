package desk

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/app"
	"linli/ui/theme"
)

// inline does background work on the spot, so that a test sees what a person
// sees after a moment.
type inline struct{}

func (inline) do(work func() func()) {
	if done := work(); done != nil {
		done()
	}
}

func (inline) later(_ time.Duration, fn func()) func() {
	fn()
	return func() {}
}

// Inline makes the desk do everything at once.
func (d *Desk) Inline() { d.bg = inline{} }

// Drain hands the changes that have arrived to the pages.
func (d *Desk) Drain() {
	for {
		select {
		case c := <-d.changes:
			d.changed([]string{c.Table})
		default:
			return
		}
	}
}

// Shortcut is what the window does with a shortcut when nothing has the focus.
func (d *Desk) Shortcut(s fyne.Shortcut) { d.typedShortcut(s) }

// Tick is time passing.
func (d *Desk) Tick() { d.tick() }

// Route answers the page that is open.
func (d *Desk) Route() Route { return d.route }

// Sheets answers how many questions lie over the page.
func (d *Desk) Sheets() int { return len(d.sheets) }

// Words answers every text on the screen.
func (d *Desk) Words() []string {
	var out []string
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
			if t, ok := o.(*canvas.Text); ok && t.Text != "" {
				out = append(out, t.Text)
			}
		})
	}
	return out
}

// Hints answers the keys that are offered now.
func (d *Desk) Hints() []string {
	var out []string
	for _, b := range d.global() {
		out = append(out, b.key)
	}
	return out
}

// FieldError answers the error that stands at a field of the page's form.
func (d *Desk) FieldError(name string) string {
	var f *form
	switch p := d.page.(type) {
	case *visitPage:
		f = p.form
	case *residentPage:
		f = p.form
	case *noticePage:
		f = p.form
	case *openCasePage:
		f = p.form
	}
	if d.who.ID == "" {
		f = d.signIn.fields()
	}
	if ff := f.field(name); ff != nil && ff.wrong.Visible() {
		return ff.wrong.text
	}
	return ""
}

// FieldValue answers what stands in a field of the page's form.
func (d *Desk) FieldValue(name string) string {
	switch p := d.page.(type) {
	case *visitPage:
		return p.form.field(name).value()
	case *residentPage:
		return p.form.field(name).value()
	case *openCasePage:
		return p.form.field(name).value()
	}
	if d.who.ID == "" && d.signIn.fields().field(name) != nil {
		return d.signIn.fields().field(name).value()
	}
	return ""
}

// FocusField gives the focus to a field of the resident page.
func (d *Desk) FocusField(name string) {
	switch p := d.page.(type) {
	case *residentPage:
		d.focus(p.form.field(name).focusable())
	case *visitPage:
		d.focus(p.form.field(name).focusable())
	case nil:
		d.focus(d.signIn.fields().field(name).focusable())
	}
}

// Allowed answers whether the signed-in person may open a page.
func (d *Desk) Allowed(p Page) bool { return d.allowed(p) }

// AllPages lists every page.
func AllPages() []Page {
	return []Page{
		PageHome, PageResidents, PageCases, PageInbox, PageChecks, PageNotices, PageHealth, PageSettings,
		PageVisit, PageResident, PageCase, PageNewCase, PageNotice, PageKiosk,
		PageSync, PageAttention, PageConflict, PageVoided,
	}
}

// Rights is the table that the bar is made from.
func Rights(p Page) app.Act {
	for _, t := range tabs {
		if t.page == p {
			return t.right
		}
	}
	return rights[p]
}

// Primary answers the id of the blue button of the page, "" when it has none.
func (d *Desk) Primary() string {
	id := ""
	visit(d.shell.frame, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
		if b, ok := o.(*button); ok && b.kind == primary && !b.off {
			id = b.id
		}
	})
	return id
}

// FitEnd cuts a text as an address is cut.
func FitEnd(s string, width float32) string {
	return fitEnd(s, theme.DeskBody, fyne.TextStyle{}, width)
}

// OnBell sets what is heard when a resident calls for staff.
func (d *Desk) OnBell(f func()) { d.bell = f }

// Where answers where a button stands in the window.
func (d *Desk) Where(id string) (at fyne.Position, ok bool) {
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, p fyne.Position) {
			if b, is := o.(*button); is && b.id == id {
				at, ok = p, true
			}
		})
	}
	return at, ok
}

// Said answers what a button says, "" when it is not on the screen.
func (d *Desk) Said(id string) (said string) {
	d.onButton(id, func(b *button) { said = b.word })
	return said
}

// Tap touches a button.
func (d *Desk) Tap(id string) { d.onButton(id, func(b *button) { b.Tapped(nil) }) }

func (d *Desk) onButton(id string, do func(*button)) {
	var found *button
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
			if b, is := o.(*button); is && b.id == id {
				found = b
			}
		})
	}
	if found != nil {
		do(found)
	}
}
