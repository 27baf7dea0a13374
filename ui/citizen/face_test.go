package citizen_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
	"linli/ui/widget"
)

// still is a conversation that stands at one page and remembers what was
// pressed.
type still struct {
	page    flow.Page
	look    session.Look
	gen     int
	writing flow.Writing
	pressed []string
	change  func()
}

func (s *still) Page() flow.Page       { return s.page }
func (s *still) Parts() []flow.Page    { return []flow.Page{s.page} }
func (s *still) Generation() int       { return s.gen }
func (s *still) Look() session.Look    { return s.look }
func (s *still) Typed() string         { return "" }
func (s *still) Writing() flow.Writing { return s.writing }
func (s *still) OnChange(f func())     { s.change = f }
func (s *still) PressOn(gen int, id string) {
	if gen == s.gen {
		s.pressed = append(s.pressed, id)
	}
}

func (s *still) show(p flow.Page) {
	s.page = p
	s.gen++
	s.change()
}

func newFace(t testing.TB, p theme.Profile, look session.Look) (*citizen.Face, *still, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.Desk())
	win := app.NewWindow("citizen")
	t.Cleanup(win.Close)
	talk := &still{look: look, page: flow.IdlePage()}
	f := citizen.New(win, talk, citizen.Config{Profile: p, Guard: widget.NewGuard(nil)})
	f.Show()
	return f, talk, win
}

// somePages are the first of each kind of page.
func somePages() []flow.Page { return slices.Clone(firstPages()) }

var firstPages = sync.OnceValue(func() (some []flow.Page) {
	seen := map[flow.Kind]bool{}
	for page := range flowtest.Walk(flowtest.Facts("zh")) {
		if !seen[page.Kind] {
			seen[page.Kind] = true
			some = append(some, page)
		}
	}
	return some
})

// What is drawn lies where the layout says, word for word.
func TestDrawnObjectsAgreeWithTheLayout(t *testing.T) {
	profile := theme.DefaultProfile()
	_, talk, win := newFace(t, profile, session.DefaultLook())
	for _, page := range append(somePages(), somePages()[0]) {
		talk.show(page)
		placed := citizen.Place(citizen.View{Page: page, Profile: profile, Size: theme.SizeMiddle, Lang: "zh"})
		drawn := texts(win.Content(), fyne.Position{})
		lines := append([]citizen.Line(nil), placed.Lines...)
		for _, target := range placed.Targets {
			lines = append(lines, target.Lines...)
		}
		for _, l := range lines {
			found := false
			for _, d := range drawn {
				middle := d.at.Y + d.text.Size().Height/2
				found = found || d.text.Text == l.Text &&
					near(d.at.X, profile.MM(l.X)) && near(middle, profile.MM(l.Y+l.H/2)) && near(d.text.TextSize, profile.MM(l.Em))
			}
			if !found {
				t.Errorf("%s: %q is not drawn at %v mm", page.ID, l.Text, l.Rect)
			}
		}
		if len(drawn) != len(lines) {
			t.Errorf("%s: %d texts are drawn, %d laid out", page.ID, len(drawn), len(lines))
		}
	}
}

type drawnText struct {
	text *canvas.Text
	at   fyne.Position
}

// texts lists the visible texts below an object with their absolute places.
func texts(o fyne.CanvasObject, at fyne.Position) (all []drawnText) {
	if !o.Visible() {
		return nil
	}
	switch o := o.(type) {
	case *canvas.Text:
		return []drawnText{{o, at}}
	case *fyne.Container:
		for _, child := range o.Objects {
			all = append(all, texts(child, at.Add(child.Position()))...)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			all = append(all, texts(child, at.Add(child.Position()))...)
		}
	}
	return all
}

func near(a, b float32) bool { return math.Abs(float64(a-b)) <= 1.5 }

func TestTouchingTellsTheConversation(t *testing.T) {
	face, talk, win := newFace(t, theme.DefaultProfile(), session.DefaultLook())
	page := somePages()[0]
	talk.show(page)
	target, ok := face.Targets()[page.Choices[1].ID]
	if !ok {
		t.Fatalf("%s is not among the targets", page.Choices[1].ID)
	}
	test.TapCanvas(win.Canvas(), target.At.AddXY(target.Size.Width/2, target.Size.Height/2))
	if len(talk.pressed) != 1 || talk.pressed[0] != page.Choices[1].ID {
		t.Errorf("pressed %v", talk.pressed)
	}
	// The trembling hand's second strike is kept out.
	test.TapCanvas(win.Canvas(), target.At.AddXY(target.Size.Width/2, target.Size.Height/2))
	if len(talk.pressed) != 1 {
		t.Errorf("pressed %v", talk.pressed)
	}
}

// On a public machine there is no pointer anywhere, and what hides it is in nobody's way.
func TestAFullScreenHasNoPointerAndTakesTouches(t *testing.T) {
	app := test.NewTempApp(t)
	win := app.NewWindow("citizen")
	t.Cleanup(win.Close)
	page := somePages()[0]
	talk := &still{look: session.DefaultLook(), page: page}
	face := citizen.New(win, talk, citizen.Config{Profile: theme.DefaultProfile(), Guard: widget.NewGuard(nil), FullScreen: true})
	face.Show()
	size := fyne.NewSize(theme.DefaultProfile().W, theme.DefaultProfile().H)
	win.Resize(size)
	objects := face.Content().(*fyne.Container).Objects
	top, ok := objects[len(objects)-1].(desktop.Cursorable)
	if !ok || top.Cursor() != desktop.HiddenCursor || objects[len(objects)-1].Size() != size {
		t.Errorf("%T of %v lies on top", objects[len(objects)-1], objects[len(objects)-1].Size())
	}
	target := face.Targets()[page.Choices[1].ID]
	test.TapCanvas(win.Canvas(), target.At.AddXY(target.Size.Width/2, target.Size.Height/2))
	if len(talk.pressed) != 1 || talk.pressed[0] != page.Choices[1].ID {
		t.Errorf("pressed %v", talk.pressed)
	}
}

func TestSmallWindowIsAPreviewAndSaysSo(t *testing.T) {
	profile := theme.DefaultProfile()
	display := fyne.NewSize(1280, 800)
	size := citizen.WindowSize(profile, display)
	if size.Height > display.Height || size.Width > display.Width {
		t.Fatalf("the window is %v on a display of %v", size, display)
	}
	face, talk, win := newFace(t, profile, session.DefaultLook())
	win.Resize(size)
	page := somePages()[0]
	talk.show(page)
	said := false
	for _, d := range texts(win.Content(), fyne.Position{}) {
		said = said || len(d.text.Text) > 12 && d.text.Text[:12] == "缩小预览"
	}
	if !said {
		t.Error("nothing says that this is a preview")
	}
	for id, r := range face.Targets() {
		if r.At.X < 0 || r.At.Y < theme.PreviewBarPX || r.At.X+r.Size.Width > size.Width+1 || r.At.Y+r.Size.Height > size.Height+1 {
			t.Errorf("%s at %v is outside of the window %v", id, r, size)
		}
	}
}

func TestTargetsAreWrittenForTests(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(widget.TargetsEnv, folder)
	_, talk, _ := newFace(t, theme.DefaultProfile(), session.DefaultLook())
	page := somePages()[0]
	talk.show(page)
	data, err := os.ReadFile(filepath.Join(folder, "citizen.json"))
	if err != nil {
		t.Fatal(err)
	}
	var got widget.Targets
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Page != page.ID || got.Gen != talk.gen || len(got.Texts) == 0 {
		t.Errorf("written: %+v", got)
	}
	for _, c := range page.Choices {
		if _, ok := got.Targets[c.ID]; !ok {
			t.Errorf("%s is not written", c.ID)
		}
	}
}

// BenchmarkNextPage is a page change without painting: layout and objects.
func BenchmarkNextPage(b *testing.B) {
	_, talk, _ := newFace(b, theme.DefaultProfile(), session.DefaultLook())
	pages := somePages()
	i := 0
	for b.Loop() {
		talk.show(pages[i%len(pages)])
		i++
	}
}
