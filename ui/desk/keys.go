package desk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"linli/app"
)

// binding is one key and what it does here.
type binding struct {
	key  string // "F2", "Escape", "Ctrl+S", "1"
	word string // translation key of its hint; "" shows none
	do   func()
}

// keyMap is every key of the desk with the word that F1 shows, in the order of
// the help sheet. A key means the same on all pages.
var keyMap = []struct{ key, word string }{
	{"F1", "desk.key.help"},
	{"F2", "desk.key.next"},
	{"F3", "desk.key.recall"},
	{"F4", "desk.key.missed"},
	{"F5", "desk.key.transfer"},
	{"F6", "desk.key.find"},
	{"F7", "desk.key.newcase"},
	{"F8", "desk.key.visit"},
	{"F9", "desk.key.complete.long"},
	{"F10", "desk.key.answer"},
	{"F11", "desk.key.take"},
	{"F12", "desk.key.lock"},
	{"Ctrl+S", "desk.key.save"},
	{"Ctrl+N", "desk.key.new"},
	{"Ctrl+E", "desk.key.reveal"},
	{"Ctrl+Z", "desk.key.undo"},
	{"Delete", "desk.key.remove"},
	{"Ctrl+1–8", "desk.key.pages"},
	{syncKey, "desk.key.sync"},
	{attendKey, "desk.key.attend"},
	{hallsKey, "desk.key.halls"},
	{pinyinKey, "desk.key.pinyin"},
	{"Ctrl+L", "desk.key.lang.long"},
	{"Tab", "desk.key.tab"},
	{"↑ ↓", "desk.key.arrows"},
	{"Enter", "desk.key.enter"},
	{"1–9", "desk.key.digits"},
	{"Esc", "desk.key.back"},
}

// global are the keys that work on every page, as far as the role allows.
func (d *Desk) global() []binding {
	b := []binding{{"F1", "desk.key.help", d.showKeys}}
	if d.may(app.ActServe) {
		q := d.queue
		b = append(
			b,
			binding{"F2", "", q.callNext},
			binding{"F3", "", q.recall},
			binding{"F4", "", q.miss},
			binding{"F5", "", q.transfer},
			binding{"F8", "", q.register},
			binding{"F9", "", q.complete},
		)
	}
	if d.allowed(PageResidents) {
		b = append(b, binding{"F6", "desk.key.find", func() { d.Open(Route{Page: PageResidents}) }})
	}
	if d.may(app.ActCase) {
		b = append(b, binding{"F7", "desk.key.newcase", d.newCase})
	}
	if d.may(app.ActInbox) {
		b = append(b, binding{"F10", "", d.queue.answer})
	}
	if d.may(app.ActServe) {
		b = append(b, binding{"F11", "desk.key.take", d.queue.take})
	}
	b = append(
		b,
		binding{pinyinKey, d.pinyin.word(), d.pinyin.toggle},
		binding{"F12", "desk.key.lock", d.lock},
		binding{"Ctrl+L", "desk.key.lang", d.switchLang},
	)
	for i, t := range tabs {
		if d.allowed(t.page) {
			b = append(b, binding{"Ctrl+" + string(rune('1'+i)), "", func() { d.Open(Route{Page: t.page}) }})
		}
	}
	b = append(b, d.replicaKeys()...)
	if d.within != "" {
		b = append(b, binding{hallsKey, "desk.key.halls", d.toOverview})
	}
	if d.atOverview() {
		return b // there is nothing behind it
	}
	return append(b, binding{"Escape", "desk.key.back", d.back})
}

// newCase opens a case about the resident of this page, if there is one.
func (d *Desk) newCase() {
	r := Route{Page: PageNewCase}
	switch {
	case d.route.Page == PageResident:
		r.ID = d.route.ID
	case d.route.Page == PageVisit:
		if v, ok := d.page.(*visitPage); ok {
			r.ID = v.draft.ResidentID
		}
	}
	d.Open(r)
}

// press does what a key means now and answers whether it meant anything: first
// the sheet on top, then the page, then the desk.
func (d *Desk) press(key string) bool {
	d.touch()
	if key == pinyinKey {
		d.pinyin.toggle()
		return true
	}
	if d.who.ID == "" {
		return d.signIn != nil && run(d.signIn.keys(), key)
	}
	if n := len(d.sheets); n > 0 {
		// A sheet is a question: only its own keys, and locking, work over it.
		if run(d.sheets[n-1].keys, key) {
			return true
		}
		if key == "F12" {
			d.lock()
			return true
		}
		return isCommand(key)
	}
	if d.page != nil && run(d.page.keys(), key) {
		return true
	}
	return run(d.global(), key)
}

func run(bs []binding, key string) bool {
	for _, b := range bs {
		if b.key == key && b.do != nil {
			b.do()
			return true
		}
	}
	return false
}

// isCommand answers whether a key is never text: commands fall through to
// nothing rather than to the page under a sheet.
func isCommand(key string) bool {
	return key == "Escape" || len(key) > 1 && key[0] == 'F' || len(key) > 5 && key[:5] == "Ctrl+"
}

// typedKey is asked first by every focusable type of the desk. Text fields ask
// only for keys that are no text; see field.
func (d *Desk) typedKey(k *fyne.KeyEvent) bool {
	name := string(k.Name)
	if len(name) == 1 {
		return false // a digit arrives as a rune too, and once is enough
	}
	if k.Name == fyne.KeyEnter {
		name = string(fyne.KeyReturn)
	}
	return d.press(name)
}

// typedDigit does what a digit means where nothing takes text.
func (d *Desk) typedDigit(r rune) {
	d.touch()
	if r >= '0' && r <= '9' {
		d.press(string(r))
	}
}

// typedShortcut is asked first by every focusable type.
func (d *Desk) typedShortcut(s fyne.Shortcut) bool {
	if _, ok := s.(*fyne.ShortcutUndo); ok { // the toolkit has its own name for Ctrl+Z
		return d.press("Ctrl+Z")
	}
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierControl {
		return false
	}
	name := c.KeyName
	if name == fyne.KeyEnter {
		name = fyne.KeyReturn
	}
	return d.press("Ctrl+" + string(name))
}

// bindCanvas catches the keys when nothing has the focus.
func (d *Desk) bindCanvas() {
	c := d.win.Canvas()
	c.SetOnTypedKey(func(k *fyne.KeyEvent) { d.typedKey(k) })
	c.SetOnTypedRune(d.typedDigit)
	names := []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace}
	for _, k := range "SNELPBRKTG12345678" {
		names = append(names, fyne.KeyName(string(k)))
	}
	for _, k := range names {
		c.AddShortcut(
			&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierControl},
			func(s fyne.Shortcut) { d.typedShortcut(s) },
		)
	}
	c.AddShortcut(&fyne.ShortcutUndo{}, func(s fyne.Shortcut) { d.typedShortcut(s) })
}

// inSight scrolls the page to what got the focus.
func (d *Desk) inSight(o fyne.CanvasObject) {
	if d.shell != nil && len(d.sheets) == 0 {
		scrollTo(d.shell.middle, o)
	}
}

// focus gives the focus to f.
func (d *Desk) focus(f fyne.Focusable) { d.win.Canvas().Focus(f) }
