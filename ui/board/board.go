package board

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/app"
	"linli/assets"
	"linli/kiosk/sound"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Config is what a board needs.
type Config struct {
	Window fyne.Window
	Hall   *app.Hall    // Public, Events and Clock are used
	Lang   string       // "zh" or "en"; empty is Chinese
	Player sound.Player // nil: neither chime nor voice
	Voice  Voice        // nil: the chime alone
	Screen Screen       // zero: DefaultScreen

	// After runs f once, on any goroutine, when d has passed, and answers how to
	// call it off. nil: time.AfterFunc.
	After func(d time.Duration, f func()) (cancel func())
}

// Board is the public display in its window. Its methods belong to the UI
// goroutine.
type Board struct {
	cfg   Config
	clock app.Clock
	state state

	ctx    context.Context
	cancel context.CancelFunc
	wake   func() // calls the timer off
	minute time.Time

	calls *caller // nil: nothing is to be heard

	onMinute func() // asks for a reading because a new minute has begun

	root  *fyne.Container
	boxes []*canvas.Rectangle
	under *fyne.Container
	words *widget.Text
	gen   int
	drawn picture
	onUI  func(func()) // runs on the UI goroutine; tests have their own
}

// New makes a board. [Board.Show] opens it.
func New(cfg Config) *Board {
	b := &Board{cfg: cfg, clock: cfg.Hall.Clock, wake: func() {}, onMinute: func() {}, under: &fyne.Container{}, words: widget.NewTextBlock(), onUI: widget.Later}
	if b.cfg.Lang != assets.LangEnglish {
		b.cfg.Lang = assets.LangChinese
	}
	if b.cfg.Screen.MMPerUnit <= 0 {
		b.cfg.Screen = DefaultScreen()
	}
	if b.cfg.After == nil {
		b.cfg.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if b.clock == nil {
		b.clock = app.SystemClock{}
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	if cfg.Player != nil {
		b.calls = &caller{ctx: b.ctx, player: cfg.Player, voice: cfg.Voice, lang: b.cfg.Lang}
	}
	b.root = &fyne.Container{Layout: whole{b}, Objects: []fyne.CanvasObject{b.under, b.words.Container}}
	return b
}

// Title is the window's title.
func Title(lang string) string { return assets.Format(lang, "board.title") }

// Show opens the window and begins to listen to the hall.
func (b *Board) Show() {
	w := b.cfg.Window
	w.SetTitle(Title(b.cfg.Lang))
	w.SetPadded(false)
	w.SetContent(b.root)
	b.listen()
	b.tick()
	w.Show()
}

// Close ends the board's background work. The window is the caller's.
func (b *Board) Close() {
	b.cancel()
	b.wake()
}

// tables are those whose changes the board shows; "" is every table.
var tables = map[string]bool{
	"": true, "ticket": true, "ticket_event": true, "window": true, "business": true,
	"opening_hours": true, "notice": true, "hall": true,
}

// listen reads the hall now and after every change that the board shows. All
// readings are made by one goroutine, so a later one never comes in before an
// earlier one.
func (b *Board) listen() {
	var changes <-chan app.Changed
	stop := func() {}
	if b.cfg.Hall.Events != nil {
		changes, stop = b.cfg.Hall.Events.Subscribe()
	}
	b.minute = b.clock.Now().Truncate(time.Minute)
	minutes := make(chan struct{}, 1)
	b.onMinute = func() {
		select {
		case minutes <- struct{}{}:
		default: // one is waiting already
		}
	}
	go func() {
		defer stop()
		for {
			b.read()
			if !b.wait(changes, minutes) {
				return
			}
		}
	}()
}

// wait returns when there is reason to read again; false when the board is closed.
func (b *Board) wait(changes <-chan app.Changed, minutes <-chan struct{}) bool {
	for {
		select {
		case <-b.ctx.Done():
			return false
		case <-minutes:
			return true
		case c, ok := <-changes:
			if !ok {
				return false
			}
			concerned := tables[c.Table]
			for more := true; more; { // one reading for a burst
				select {
				case c, ok := <-changes:
					more = ok
					concerned = concerned || ok && tables[c.Table]
				default:
					more = false
				}
			}
			if concerned {
				return true
			}
		}
	}
}

// read asks the hall, away from the UI goroutine, and brings the answer in.
func (b *Board) read() {
	now, err := b.cfg.Hall.Public.Board(b.ctx)
	if b.ctx.Err() != nil {
		return
	}
	b.onUI(func() {
		if err != nil {
			slog.Error("board: reading the hall", "error", err)
			b.state.stale = true
		} else if news := b.state.take(now, b.clock.Now()); b.calls != nil {
			b.calls.take(b.state.calls, news)
		}
		b.tick()
	})
}

// tick draws what is to be seen now and sets the timer for when that changes.
func (b *Board) tick() {
	if b.ctx.Err() != nil {
		return
	}
	now := b.clock.Now()
	if minute := now.Truncate(time.Minute); !minute.Equal(b.minute) {
		b.minute = minute
		b.onMinute()
	}
	b.draw()
	b.wake()
	b.wake = b.cfg.After(b.state.next(now).Sub(now), func() { b.onUI(b.tick) })
}

// draw brings the canvas to the picture of this moment.
func (b *Board) draw() {
	size := b.root.Size()
	if size.IsZero() {
		return
	}
	p := place(&b.state, b.cfg.Lang, b.cfg.Screen, size, b.clock.Now())
	b.state.turning = p.turning
	for len(b.boxes) < len(p.boxes) {
		r := canvas.NewRectangle(theme.Clear)
		b.boxes = append(b.boxes, r)
		b.under.Add(r)
	}
	for i, r := range b.boxes {
		if i >= len(p.boxes) {
			r.Hide()
			continue
		}
		setBox(r, p.boxes[i])
	}
	b.words.SetLines(p.lines)
	b.report(p)
	b.drawn = p
}

// setBox touches only what is different: each refresh repaints the window.
func setBox(r *canvas.Rectangle, to box) {
	if r.Position() != to.at.At {
		r.Move(to.at.At)
	}
	if r.Size() != to.at.Size {
		r.Resize(to.at.Size)
	}
	changed := r.FillColor != to.fill || r.StrokeColor != to.edge || r.StrokeWidth != to.edgeWidth || r.CornerRadius != to.rad
	r.FillColor, r.StrokeColor, r.StrokeWidth, r.CornerRadius = to.fill, to.edge, to.edgeWidth, to.rad
	if !r.Visible() {
		r.Show()
	}
	if changed {
		r.Refresh()
	}
}

// report writes what can be read now, for tests in real windows; a flash is no
// news to them.
func (b *Board) report(p picture) {
	texts := p.texts()
	if b.gen > 0 && slices.Equal(texts, b.drawn.texts()) {
		return
	}
	b.gen++
	t := widget.Targets{Page: "board", Gen: b.gen, Targets: map[string][4]float32{}, Texts: texts}
	if err := widget.WriteTargets("board", t); err != nil {
		slog.Error("board: reporting", "error", err)
	}
}

// whole gives the board the whole window and draws it anew when that changes.
type whole struct{ b *Board }

// MinSize is nothing: any window will do.
func (whole) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, 1) }

// Layout draws for the new size.
func (l whole) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	l.b.draw()
}
