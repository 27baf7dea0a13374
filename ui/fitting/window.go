package fitting

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/assets"
	"linli/ui/citizen"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Config is what the page needs.
type Config struct {
	Window fyne.Window
	Known  theme.Profile
	Lang   string
	// Save keeps the profile and shows the kiosk in it; its error is shown.
	Save func(theme.Profile) error
	Full bool
	Size fyne.Size // of the window until it is known, in pixels
}

// Window shows the questions one after the other. Its methods belong to the UI goroutine.
type Window struct {
	cfg     Config
	m       *Model
	root    *fyne.Container
	text    *widget.Text
	frame   *canvas.Rectangle
	buttons map[string]*widget.Button
	fault   string
	size    fyne.Size
}

// The buttons by name: the four that change the answer, and the two at the foot.
var names = []string{"far-less", "less", "more", "far-more", "back", "next"}

// Open opens the page in its window.
func Open(cfg Config) *Window {
	w := &Window{cfg: cfg, text: widget.NewTextBlock(), frame: canvas.NewRectangle(theme.Normal().Card), buttons: make(map[string]*widget.Button)}
	w.frame.StrokeColor, w.frame.StrokeWidth = theme.Normal().Text, frameLine
	objects := []fyne.CanvasObject{w.frame, w.text.Container}
	guard := widget.NewGuard(nil)
	for i, name := range names {
		b := widget.NewButton(guard, slop, i < 4)
		b.OnStrike = func() { w.press(name) }
		w.buttons[name] = b
		objects = append(objects, b)
	}
	w.root = &fyne.Container{Layout: w, Objects: objects}
	win := cfg.Window
	win.SetPadded(false)
	win.SetContent(w.root)
	win.Canvas().SetOnTypedKey(w.key)
	win.Resize(cfg.Size)
	win.SetFullScreen(cfg.Full)
	win.Show()
	return w
}

// Layout implements fyne.Layout: the toolkit says how large the window is.
func (w *Window) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size == w.size || size.IsZero() {
		return
	}
	w.size = size
	if w.m == nil {
		w.m = New(w.cfg.Known, size.Width, size.Height)
	} else {
		w.m.Profile.W, w.m.Profile.H, w.m.Profile.Landscape = size.Width, size.Height, size.Width > size.Height
	}
	w.draw()
}

// MinSize implements fyne.Layout.
func (*Window) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// key answers the keys of whoever has a keyboard at hand.
func (w *Window) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		w.press("less")
	case fyne.KeyRight:
		w.press("more")
	case fyne.KeyDown:
		w.press("far-less")
	case fyne.KeyUp:
		w.press("far-more")
	case fyne.KeyReturn, fyne.KeyEnter:
		w.press("next")
	case fyne.KeyEscape, fyne.KeyBackspace:
		w.press("back")
	}
}

func (w *Window) press(name string) {
	w.fault = ""
	switch {
	case name == "back":
		w.m.Back()
	case name == "next" && w.m.Question == Check:
		w.save()
	case name == "next":
		w.m.Next()
	default:
		for i, n := range names[:4] {
			if n == name && w.m.Question != Check {
				w.m.Change(i)
			}
		}
	}
	w.draw()
}

// save keeps the profile, unless a page would not fit on such a screen.
func (w *Window) save() {
	if w.m.Profile.Check() != nil || !citizen.Fits(w.m.Profile) {
		w.fault = w.say("fitting.fault.small")
		return
	}
	if err := w.cfg.Save(w.m.Profile); err != nil {
		w.fault = w.say("fitting.fault.write")
	}
}

func (w *Window) say(key string, args ...any) string { return assets.Format(w.cfg.Lang, key, args...) }

// The page's own sizes, in pixels: large enough on any screen that a kiosk can have.
const (
	slop      = 12
	margin    = 40
	gap       = 24
	button    = 110
	body      = 30
	title     = 46
	frameLine = 3
)

// draw shows the present question.
func (w *Window) draw() {
	p := theme.Normal()
	y := float32(margin)
	var lines []widget.Line
	put := func(text string, em float32, bold bool) {
		measure := func(s string) float32 { return theme.Advance(s, bold) * em }
		for _, t := range widget.Wrap(text, w.size.Width-2*margin, measure) {
			lines = append(lines, widget.Line{
				Text: t, Em: em, Bold: bold, Colour: p.Text, At: fyne.NewPos(margin, y), Size: fyne.NewSize(measure(t)+1, em*theme.LineHeight),
			})
			y += em * theme.LineHeight
		}
	}
	key := [...]string{"card", "edge", "view", "check"}[w.m.Question]
	put(w.say("kiosk.step", int(w.m.Question)+1, int(Check)+1), body, false)
	put(w.say("fitting."+key), title, true)
	put(w.say("fitting."+key+".about"), body, false)
	if answer := w.answer(); answer != "" {
		put(answer, title, true)
	}
	if w.fault != "" {
		put(w.fault, body, true)
	}
	w.drawFrame(y + gap)
	w.text.SetLines(lines)
	w.drawButtons(p)
}

// answer is what has been said, in words.
func (w *Window) answer() string {
	switch w.m.Question {
	case Edge:
		return w.say("fitting.cm", int(w.m.Profile.BottomEdgeMM/10+0.5))
	case View:
		return w.say("fitting.cm", int(w.m.Profile.ViewMM/10+0.5))
	case Check:
		return w.say("fitting.size", int(w.m.Profile.WidthMM()/10+0.5), int(w.m.Profile.HeightMM()/10+0.5))
	case Card:
	}
	return ""
}

// drawFrame shows the card, or the line to measure.
func (w *Window) drawFrame(y float32) {
	width, height := w.m.Frame()
	w.frame.CornerRadius = theme.RadiusMM / w.m.Profile.MMPerUnit
	switch w.m.Question {
	case Check:
		width, height, w.frame.CornerRadius = theme.RulerMM/w.m.Profile.MMPerUnit, button/2, 0
	case Edge, View:
		w.frame.Hide()
		return
	case Card:
	}
	w.frame.Move(fyne.NewPos((w.size.Width-width)/2, y))
	w.frame.Resize(fyne.NewSize(width, height))
	w.frame.Show()
	w.frame.Refresh()
}

func (w *Window) drawButtons(p *theme.Palette) {
	foot := w.size.Height - margin - button
	room := w.size.Width - 2*margin
	four := (room - 3*gap) / 4
	for i, name := range names[:4] {
		b := w.buttons[name]
		if w.m.Question == Check {
			b.Hide()
			continue
		}
		word := w.say("fitting." + name)
		if w.m.Question != Card {
			word = w.say("fitting.step", fmt.Sprintf("%+d", int(steps[w.m.Question][i]/10)))
		}
		w.place(b, word, fyne.NewPos(margin+float32(i)*(four+gap), foot-gap-button), fyne.NewSize(four, button), p.Card, p.Text, p.Dark)
	}
	half := (room - gap) / 2
	back := w.buttons["back"]
	if w.m.Question == Card {
		back.Hide()
	} else {
		w.place(back, w.say("kiosk.corner.back"), fyne.NewPos(margin, foot), fyne.NewSize(half, button), p.Card, p.Text, p.Dark)
	}
	next := w.say("fitting.next")
	if w.m.Question == Check {
		next = w.say("fitting.save")
	}
	w.place(w.buttons["next"], next, fyne.NewPos(margin+half+gap, foot), fyne.NewSize(half, button), p.Primary, p.OnPrimary, p.Primary)
}

// place puts a button with one word in its middle somewhere.
func (w *Window) place(b *widget.Button, word string, at fyne.Position, size fyne.Size, ground, ink, edge color.NRGBA) {
	width := theme.Advance(word, true) * body
	b.Move(at)
	b.Resize(size)
	b.SetLook(widget.Look{
		Body: ground, Edge: edge, EdgeWidth: frameLine, Radius: gap / 2,
		Lines: []widget.Line{{
			Text: word, Em: body, Bold: true, Colour: ink, Size: fyne.NewSize(width+1, body*theme.LineHeight),
			At: fyne.NewPos((size.Width-width)/2, (size.Height-body*theme.LineHeight)/2),
		}},
	}, false)
	b.Show()
}
