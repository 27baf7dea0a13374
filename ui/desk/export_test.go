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

// held keeps background work until the test lets it go.
type held struct {
	inline
	work *[]func() func()
}

func (h held) do(work func() func()) { *h.work = append(*h.work, work) }

// Hold makes background work wait until what it answers is called.
func (d *Desk) Hold() (release func()) {
	h := held{work: new([]func() func())}
	d.bg = h
	return func() {
		d.bg = inline{}
		for _, work := range *h.work {
			d.bg.do(work)
		}
	}
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

// Composing answers the letters in the pinyin bar, and what stands there to choose from.
func (d *Desk) Composing() (keys string, words []string) {
	b := d.pinyin
	for i, of := range b.c.page() {
		if i < b.c.shown {
			words = append(words, of.Text)
		}
	}
	return b.c.keys, words
}

// Pinyin answers whether letters are pinyin.
func (d *Desk) Pinyin() bool { return d.pinyin.on }

// Used is how often the person at the desk has chosen a text.
func (d *Desk) Used(text string) int { return d.pinyin.used[d.who.ID][text] }

// AllUsed answers everything that is remembered of anybody.
func (d *Desk) AllUsed() (n int) {
	for _, of := range d.pinyin.used {
		n += len(of)
	}
	return n
}

// Bar answers where the pinyin bar stands, and whether it is shown.
func (d *Desk) Bar() (at fyne.Position, size fyne.Size, ok bool) {
	v := d.pinyin.view
	if v == nil || !v.shown {
		return at, size, false
	}
	return v.frame.Position(), v.frame.Size(), true
}

// Tagged answers whether the field that has the focus shows that it takes pinyin.
func (d *Desk) Tagged() bool {
	f, ok := d.win.Canvas().Focused().(*field)
	return ok && f.tag.object.Visible()
}

// Focused answers the text of the field that has the focus.
func (d *Desk) Focused() string {
	f, ok := d.win.Canvas().Focused().(*field)
	if !ok {
		return ""
	}
	return f.Text
}

// FocusAny gives the focus to a field of any page or sheet.
func (d *Desk) FocusAny(id string) bool {
	found := false
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
			if f, is := o.(*field); is && f.id == id && !found {
				found = true
				d.focus(f)
			}
		})
	}
	return found
}

// TextFields answers the ids of the fields on the screen, and whether each takes Chinese.
func (d *Desk) TextFields() map[string]bool {
	all := map[string]bool{}
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
			if f, is := o.(*field); is {
				all[f.id] = !f.digits && !f.latin && !f.Password
			}
		})
	}
	return all
}
