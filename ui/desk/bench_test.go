package desk_test

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/ui/desk"
	"linli/ui/theme"
)

var pictures = flag.String("pictures", "", "folder for a picture of every page")

// bench is a desk in a window, with a keyboard.
type bench struct {
	t testing.TB
	f *fake
	d *desk.Desk
	w fyne.Window
}

func newBench(t testing.TB, lang string) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	f := newFake()
	d := desk.New(desk.Config{Window: w, Hall: f.hall(), Lang: lang, Folder: t.TempDir()})
	d.Inline()
	d.Show()
	w.Resize(desk.Size)
	t.Cleanup(d.Close)
	return &bench{t: t, f: f, d: d, w: w}
}

// press sends a key as the window system does: to what has the focus, or to the
// window.
func (b *bench) press(keys ...string) {
	for _, key := range keys {
		c := b.w.Canvas()
		name, ctrl := strings.CutPrefix(key, "Ctrl+")
		switch {
		case ctrl:
			s := &desktop.CustomShortcut{KeyName: fyne.KeyName(name), Modifier: fyne.KeyModifierControl}
			if f, ok := c.Focused().(fyne.Shortcutable); ok {
				f.TypedShortcut(s)
			} else {
				b.d.Shortcut(s)
			}
		case key == "Tab":
			c.FocusNext()
		case c.Focused() != nil:
			c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(key)})
		default:
			c.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyName(key)})
		}
		b.d.Drain()
	}
}

func (b *bench) typeText(s string) {
	for _, r := range s {
		c := b.w.Canvas()
		if f := c.Focused(); f != nil {
			f.TypedRune(r)
		} else {
			c.OnTypedRune()(r)
		}
	}
	b.d.Drain()
}

func (b *bench) signIn(name string) {
	b.t.Helper()
	b.typeText(name)
	b.press("Return")
	b.typeText("246810")
	b.press("Return")
	if b.d.SignedIn().ID == "" && b.d.Sheets() == 0 {
		b.typeText("1")
		b.press("Return")
	}
	if b.d.SignedIn().Name != name {
		b.t.Fatalf("signed in as %q, want %q; on the screen: %v", b.d.SignedIn().Name, name, b.d.Words())
	}
}

func (b *bench) shows(want string) bool {
	for _, w := range b.d.Words() {
		if strings.Contains(w, want) {
			return true
		}
	}
	return false
}

// says is shows for a sentence that may go on in the next line.
func (b *bench) says(want string) bool {
	return strings.Contains(strings.Join(b.d.Words(), ""), want)
}

func (b *bench) picture(name string) {
	if *pictures == "" {
		return
	}
	out, err := os.Create(filepath.Join(*pictures, name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, b.w.Canvas().Capture()); err != nil {
		b.t.Fatal(err)
	}
}

// routes are one route for every page.
var routes = map[desk.Page]string{
	desk.PageVisit: "t0", desk.PageResident: "r0", desk.PageCase: "c3", desk.PageNotice: "n1",
	desk.PageConflict: "phone",
}
