package desk

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
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
	latin   bool                   // is no place for Chinese: numbers, days, addresses of machines, English
	open    bool                   // its text is for everybody, so that words may be learnt from it
	max     int                    // most characters; 0 is without limit

	ring *canvas.Rectangle
	tag  *tag
	// object is what to put on the page: the field with its ring and its tag.
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
	f.tag = newTag()
	f.object = container.New(tagged{}, f, f.ring, f.tag.object)
	return f
}

// mark shows the tag where letters are pinyin now.
func (f *field) mark() {
	b := f.d.pinyin
	f.tag.object.Hidden = b.at != f || !b.takes(f)
	if !f.tag.object.Hidden {
		f.tag.word.Text = f.d.t("desk.pinyin.tag")
		f.object.Layout.Layout(f.object.Objects, f.object.Size())
	}
	f.tag.object.Refresh()
}

// FocusGained draws the ring.
func (f *field) FocusGained() {
	f.Entry.FocusGained()
	f.ring.Show()
	f.d.inSight(f)
	f.d.pinyin.enter(f)
}

// FocusLost takes the ring away.
func (f *field) FocusLost() {
	f.d.pinyin.leave(f)
	f.Entry.FocusLost()
	f.ring.Hide()
}

// TypedRune takes a character.
func (f *field) TypedRune(r rune) {
	f.d.touch()
	if f.digits && (r < '0' || r > '9') {
		return
	}
	if f.d.pinyin.typed(f, r) {
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
	if f.d.pinyin.key(f, name) {
		return
	}
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

// KeyDown and KeyUp see Shift pressed alone.
func (f *field) KeyDown(k *fyne.KeyEvent) {
	f.d.pinyin.down(f, k.Name)
	f.Entry.KeyDown(k)
}

// KeyUp implements desktop.Keyable.
func (f *field) KeyUp(k *fyne.KeyEvent) {
	f.Entry.KeyUp(k)
	f.d.pinyin.up(f, k.Name)
}

// MouseDown moves the cursor: what was composed for another place goes.
func (f *field) MouseDown(e *desktop.MouseEvent) {
	if f.d.pinyin.composing(f) {
		f.d.pinyin.drop()
	}
	f.Entry.MouseDown(e)
}

// AcceptsTab is false: Tab goes on, in notes of many lines too.
func (f *field) AcceptsTab() bool { return false }

// TypedShortcut asks the desk first: Ctrl+S saves from inside a field.
func (f *field) TypedShortcut(s fyne.Shortcut) {
	if f.d.pinyin.shortcut(f, s) {
		return
	}
	if f.d.typedShortcut(s) {
		return
	}
	f.Entry.TypedShortcut(s)
}

// insert puts a text at the cursor, or in place of what is selected, as one step
// that Ctrl+Z takes back.
func (f *field) insert(text string) {
	if f.max > 0 {
		free := max(0, f.max-len([]rune(f.Text))+len([]rune(f.SelectedText())))
		text = string([]rune(text)[:min(free, len([]rune(text)))])
	}
	if text != "" {
		f.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: pasted(text)})
	}
}

// pasted is a text on its way into a field; the person's own clipboard is left alone.
type pasted string

// Content implements fyne.Clipboard.
func (p pasted) Content() string { return string(p) }

// SetContent implements fyne.Clipboard.
func (pasted) SetContent(string) {}

// before answers the character before the cursor, 0 if there is none.
func (f *field) before() rune {
	if at := f.CursorTextOffset(); at > 0 {
		return []rune(f.Text)[at-1]
	}
	return 0
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
