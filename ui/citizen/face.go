package citizen

import (
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/session"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Conversation is what a face shows and answers; *session.Session is one. Its
// methods are called on the UI goroutine and return at once. What OnChange is
// given may be called from any goroutine.
type Conversation interface {
	Page() flow.Page
	Parts() []flow.Page // all that the flow made of the present page
	Generation() int
	Look() session.Look
	Typed() string
	Writing() flow.Writing
	PressOn(generation int, id string)
	OnChange(func())
}

// Config is how a face stands in its window.
type Config struct {
	Profile    theme.Profile
	Hall       string        // its name, shown above the page on tall screens
	FullScreen bool          // of a real kiosk
	Display    fyne.Size     // of the monitor in units, if known: the window is no larger
	Click      func()        // the soft click of a touch; nil: silent
	Guard      *widget.Guard // of the window; nil: one by the machine's clock
	Silent     bool          // the machine has no voice
	Writer     Writer        // for pages of writing; nil: it has none
	Corner     func()        // a blank part of the first page was touched; nil: nobody waits for that
}

// Face is the kiosk face in its window: one skeleton of buttons and texts,
// made once, that every page moves and fills anew. (A new tree for every page
// took half as long again to show.) All methods belong to the UI goroutine.
type Face struct {
	win  fyne.Window
	talk Conversation
	cfg  Config

	root    *fyne.Container
	ground  *canvas.Rectangle // black in high contrast; else the window's clear colour does
	panels  []*canvas.Rectangle
	icons   []*canvas.Image
	buttons map[string]*widget.Button
	text    *widget.Text
	band    *canvas.Rectangle
	notice  *widget.Text
	mark    *canvas.Circle
	ink     *widget.Ink
	blank   *blank            // nil where nobody waits for its touches
	pointer *widget.NoPointer // nil in a window among others
	alone   bool

	gen     int
	part    int
	last    bool // show the last part: the page was turned back to
	meant   meant
	reader  reader
	placed  Placed
	ids     map[string]string // slot → id on the present page
	palette *theme.Palette

	size   fyne.Size // of the window's content
	unit   float32   // toolkit units per millimetre, preview scale included
	origin fyne.Position
	scale  float32 // below 1: a preview
}

const (
	maxPanels = 3
	previewAt = 0.995 // a window this close to the profile is the real thing
)

// New makes the face of a conversation in a window. [Face.Show] opens it.
func New(win fyne.Window, talk Conversation, cfg Config) *Face {
	f := &Face{
		win: win, talk: talk, cfg: cfg,
		ground:  canvas.NewRectangle(theme.Black),
		buttons: make(map[string]*widget.Button),
		text:    widget.NewTextBlock(),
		band:    canvas.NewRectangle(theme.QuietInk),
		notice:  widget.NewTextBlock(),
		mark:    canvas.NewCircle(theme.Clear),
		ink:     widget.NewInk(),
		ids:     make(map[string]string),
		gen:     -1,
	}
	if f.cfg.Profile.Name == "" {
		f.cfg.Profile = theme.DefaultProfile()
	}
	f.ground.Hide()
	f.band.Hide()
	f.notice.Hide()
	f.mark.Hide()
	f.ink.Hide()
	f.ink.OnStroke = f.drawn
	f.reader = reader{later: widget.Later, show: f.recognised}
	if cfg.Writer != nil {
		f.reader.characters = cfg.Writer.Characters
	}
	objects := []fyne.CanvasObject{f.ground}
	for range maxPanels {
		r, i := canvas.NewRectangle(theme.Clear), canvas.NewImageFromResource(nil)
		i.FillMode = canvas.ImageFillContain
		r.Hide()
		i.Hide()
		f.panels, f.icons = append(f.panels, r), append(f.icons, i)
		objects = append(objects, r, i)
	}
	objects = append(objects, f.ink, f.text.Container)
	if cfg.Corner != nil {
		f.blank = newBlank(cfg.Corner)
		objects = append(objects, f.blank)
	}
	guard := cfg.Guard
	if guard == nil {
		guard = widget.NewGuard(nil)
	}
	for _, slot := range slots() {
		b := widget.NewButton(guard, f.slop(), isKey(slot))
		b.OnStrike = func() { f.press(f.ids[slot]) }
		b.OnPress = f.cfg.Click
		b.Hide()
		f.buttons[slot] = b
		objects = append(objects, b)
	}
	objects = append(objects, f.mark, f.band, f.notice.Container)
	if cfg.FullScreen {
		f.pointer = widget.NewNoPointer() // fingers have none
		objects = append(objects, f.pointer)
	}
	f.root = &fyne.Container{Layout: &stage{f}, Objects: objects}
	talk.OnChange(func() { widget.Later(f.refresh) })
	return f
}

// slots names every button of the skeleton.
func slots() []string {
	all := []string{
		flow.PressRepeat, flow.PressVolume, flow.PressHome, flow.PressHelp,
		flow.PressBack, flow.PressLang, flow.PressContrast, flow.PressSize,
		"prev", "next", "primary",
	}
	for i := range flow.MaxChoices {
		all = append(all, "choice"+strconv.Itoa(i))
	}
	seen := make(map[string]bool)
	for _, key := range slices.Concat(padKeys, penSlots()) {
		if !seen[key] {
			seen[key] = true
			all = append(all, "key"+key)
		}
	}
	for i := range maxWords {
		all = append(all, "word"+strconv.Itoa(i))
	}
	for _, way := range []flow.Way{flow.WayHand, flow.WayPinyin, flow.WayStrokes, flow.WaySigns, flow.WayLetters} {
		all = append(all, flow.PressWay(way))
	}
	return append(all, "more")
}

// isKey answers whether a slot is struck as fast as people type.
func isKey(slot string) bool {
	return strings.HasPrefix(slot, "key") || strings.HasPrefix(slot, "word") || slot == "more"
}

func (f *Face) slop() float32 {
	return f.cfg.Profile.MM(theme.SlopMM) * max(f.scale, previewAt)
}

// Show opens the window.
func (f *Face) Show() {
	p := f.cfg.Profile
	f.win.SetPadded(false)
	f.win.SetContent(f.root)
	// Also before full screen: the skeleton has no least size of its own, and X
	// refuses a window of no size.
	f.win.Resize(WindowSize(p, f.cfg.Display))
	f.win.SetFullScreen(f.cfg.FullScreen)
	f.refresh()
	f.win.Show()
}

// Content is the tree that the face draws, for a window that is not its own.
func (f *Face) Content() fyne.CanvasObject { return f.root }

// WindowSize is how large a window for a profile is on a display: the
// profile's own size, or one of the same shape that fits, with a band that
// says so. A display of no size is one that is not known.
func WindowSize(p theme.Profile, display fyne.Size) fyne.Size {
	if display.IsZero() || display.Width >= p.W && display.Height >= p.H {
		return fyne.NewSize(p.W, p.H)
	}
	scale := min(display.Width/p.W, (display.Height-theme.PreviewBarPX)/p.H)
	return fyne.NewSize(floor(p.W*scale), floor(p.H*scale)+theme.PreviewBarPX)
}

func floor(v float32) float32 { return float32(math.Floor(float64(v))) }

func round(v float32) float32 { return float32(math.Round(float64(v))) }

// stage lays the skeleton out by the window's size; its least size is nothing,
// so that the page never forces the window.
type stage struct{ f *Face }

func (s *stage) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (s *stage) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if s.f.size == size {
		return
	}
	s.f.size = size
	if s.f.pointer != nil {
		s.f.pointer.Resize(size)
	}
	s.f.fit()
	s.f.draw()
}

// fit reckons the scale of the page in the window.
func (f *Face) fit() {
	p := f.cfg.Profile
	f.scale = 1
	var top float32
	if f.size.Width < p.W*previewAt || f.size.Height < p.H*previewAt {
		top = theme.PreviewBarPX
		f.scale = max(0.05, min(f.size.Width/p.W, (f.size.Height-top)/p.H))
	}
	f.unit = f.scale / p.MMPerUnit
	f.origin = fyne.NewPos(
		round((f.size.Width-p.W*f.scale)/2),
		top+round(max(0, f.size.Height-top-p.H*f.scale)/2),
	)
	for _, b := range f.buttons {
		b.SetSlop(f.slop())
	}
}

// refresh shows what the conversation says now.
func (f *Face) refresh() {
	if f.size.IsZero() {
		return
	}
	f.draw()
}

// press hands an answer to the conversation and shows what came of it.
func (f *Face) press(id string) {
	if id == "" {
		return
	}
	switch id {
	case turnNext:
		f.part++
	case turnPrev:
		f.part--
	case flow.PressPrev:
		f.last = true
	}
	id = f.write(id)
	// A turn of the layout's own parts is told as well: somebody is there.
	f.talk.PressOn(f.gen, id)
	f.draw()
}

// View is what the face shows now.
func (f *Face) view() View {
	look := f.talk.Look()
	lang := look.Lang
	if lang == "" {
		lang = assets.LangChinese
	}
	w := f.talk.Writing()
	f.think(w)
	return View{
		Page: f.talk.Page(), Siblings: f.talk.Parts(), Profile: f.cfg.Profile, Size: theme.TextSize(look.Size), Lang: lang,
		HighContrast: look.HighContrast, Typed: f.talk.Typed(), Writing: w, Words: f.meant.words, Spelled: f.meant.spelled, Skip: f.meant.skip, Inked: len(f.ink.Strokes()) > 0, Part: f.part, Hall: f.cfg.Hall, Alone: f.alone, Silent: f.cfg.Silent,
	}
}

// Targets is where everything that can be touched lies, by its id, in pixels
// of the window.
func (f *Face) Targets() map[string]widget.Rect {
	all := make(map[string]widget.Rect, len(f.placed.Targets))
	for _, t := range f.placed.Targets {
		all[t.ID] = f.pixels(t.Rect)
	}
	return all
}

// pixels is a rectangle of millimetres in pixels of the window.
func (f *Face) pixels(r Rect) widget.Rect {
	pixel, b := f.win.Canvas().Scale(), f.box(r)
	return widget.Rect{
		At:   fyne.NewPos(b.At.X*pixel, b.At.Y*pixel),
		Size: fyne.NewSize(b.Size.Width*pixel, b.Size.Height*pixel),
	}
}

// inkBox names the field for a finger among what can be touched.
const inkBox = "ink"

// tell writes down what can be touched, for tests that ask for it.
func (f *Face) tell(v View) {
	if !widget.TargetsWanted() {
		return
	}
	t := widget.Targets{Page: v.Page.ID, Gen: f.gen, Targets: make(map[string][4]float32)}
	put := func(id string, r widget.Rect) {
		t.Targets[id] = [4]float32{r.At.X, r.At.Y, r.Size.Width, r.Size.Height}
	}
	for id, r := range f.Targets() {
		put(id, r)
	}
	if f.placed.Ink.W > 0 {
		put(inkBox, f.pixels(f.placed.Ink))
	}
	f.tellBlank(t.Targets)
	for _, l := range f.placed.Lines {
		t.Texts = append(t.Texts, l.Text)
	}
	for _, target := range f.placed.Targets {
		for _, l := range target.Lines {
			t.Texts = append(t.Texts, l.Text)
		}
	}
	if err := widget.WriteTargets("citizen", t); err != nil {
		slog.Warn("targets not written", "err", err)
	}
}

// TurnPart shows the next part of a page that the layout had to split, and
// answers whether there was one.
func (f *Face) TurnPart() bool {
	if f.placed.Part+1 >= f.placed.Parts {
		return false
	}
	f.part++
	f.draw()
	return true
}
