package desk

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

// field is a text input that asks the desk before it takes a key.
type field struct {
	widget.Entry
	d  *Desk
	id string

	onEnter func()                 // one line: Enter goes on
	onKey   func(name string) bool // keys of a list that belongs to the field
	digits  bool                   // takes nothing but digits
	max     int                    // most characters; 0 is without limit

	ring *canvas.Rectangle
	// object is what to put on the page: the field with its ring.
	object *fyne.Container
}

func newField(d *Desk, id string, lines int) *field {
	f := &field{d: d, id: id}
	f.MultiLine = lines > 1
	if lines > 1 {
		f.Wrapping = fyne.TextWrapBreak
		f.SetMinRowsVisible(lines)
	}
	f.ExtendBaseWidget(f)
	f.ring = box(color.Transparent, theme.Primary, theme.FocusRing)
	f.ring.Hide()
	f.object = container.New(over{}, f, f.ring)
	return f
}

// FocusGained draws the ring.
func (f *field) FocusGained() {
	f.Entry.FocusGained()
	f.ring.Show()
	f.d.inSight(f)
}

// FocusLost takes the ring away.
func (f *field) FocusLost() {
	f.Entry.FocusLost()
	f.ring.Hide()
}

// TypedRune takes a character.
func (f *field) TypedRune(r rune) {
	f.d.touch()
	if f.digits && (r < '0' || r > '9') {
		return
	}
	if f.max > 0 && f.SelectedText() == "" && len([]rune(f.Text)) >= f.max {
		return
	}
	f.Entry.TypedRune(r)
}

// TypedKey asks the desk first for every key that is no editing key.
func (f *field) TypedKey(k *fyne.KeyEvent) {
	f.d.touch()
	name := string(k.Name)
	if f.onKey != nil && f.onKey(name) {
		return
	}
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.onEnter != nil && !f.MultiLine {
			f.onEnter()
			return
		}
	case fyne.KeyEscape:
		f.d.typedKey(k)
		return
	default:
		if isCommand(name) {
			f.d.typedKey(k)
			return
		}
	}
	f.Entry.TypedKey(k)
}

// AcceptsTab is false: Tab goes on, in notes of many lines too.
func (f *field) AcceptsTab() bool { return false }

// TypedShortcut asks the desk first: Ctrl+S saves from inside a field.
func (f *field) TypedShortcut(s fyne.Shortcut) {
	if f.d.typedShortcut(s) {
		return
	}
	f.Entry.TypedShortcut(s)
}

func (f *field) value() string { return strings.TrimSpace(f.Text) }

// set changes the text without telling anybody.
func (f *field) set(s string) {
	was := f.OnChanged
	f.OnChanged = nil
	f.SetText(s)
	f.CursorColumn = len([]rune(s))
	f.OnChanged = was
}
