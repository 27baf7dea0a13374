package desk

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/widget"
)

// IdleLock is how long the desk stays open with no key and no mouse.
const IdleLock = 10 * time.Minute

// debounce is how long a search waits for the next key before it asks.
const debounce = 60 * time.Millisecond

// Size is the window that the desk's pages are drawn for.
var Size = fyne.NewSize(1280, 800)

// WindowSize is Size, or as much of it as a display has room for: lists and
// forms scroll in what is left. A display of no size is one that is not known.
func WindowSize(display fyne.Size) fyne.Size {
	if display.IsZero() {
		return Size
	}
	return fyne.NewSize(min(Size.Width, display.Width), min(Size.Height, display.Height))
}

// Config is what a desk needs.
type Config struct {
	Window fyne.Window
	Hall   *app.Hall
	Halls  *app.Halls // of a supervisor, instead of Hall: the desk begins at their overview
	Start  *Start     // of an empty data folder, instead of either
	Lang   string     // "zh" or "en"; empty is Chinese
	Folder string     // where a recovery sheet is saved unless a person says otherwise; empty is the current folder
	Quit   func()     // when the window is closed; may be nil
	Bell   func()     // heard when a resident calls for staff; may be nil

	Display fyne.Size // room for a window, in units; zero is not known
}

// Start is what a desk over an empty data folder needs.
type Start struct {
	Port    app.StartPort
	Machine string // what this machine is called, unless a person says otherwise
	// Done is called once the folder holds a hall: the window is no longer needed. failed is for what
	// keeps the hall from opening then.
	Done func(in app.Joined, failed func(*app.Error))
}

// Desk is the desk's window. Its methods belong to the UI goroutine.
type Desk struct {
	win    fyne.Window
	hall   *app.Hall
	halls  *app.Halls // nil: a desk of one hall
	start  *Start     // nil: there is a hall
	within string     // id of the hall that a supervisor is in; "" at the overview
	lang   string
	said   atomic.Pointer[speech]
	folder string
	clock  app.Clock
	bell   func()
	size   fyne.Size       // of the window at first
	heard  map[string]bool // calls for staff that have rung here

	ctx    context.Context
	cancel context.CancelFunc
	bg     background

	info    app.HallInfo
	windows []app.Window
	who     app.Actor // zero: nobody is signed in
	last    time.Time // of the last key or mouse movement

	route   Route
	past    []Route
	page    page
	drafts  map[string]map[string]any // person → page → what they had typed
	serving map[string]*serving       // person → who is at their window though the number is done
	busy    bool                      // an action is on its way; a second one is not taken
	loading int                       // counts loads, so that a late one is dropped
	chosen  string                    // hall where a supervisor was last
	gen     int                       // counts reports of targets
	seat    string                    // the window of the last person here

	pinyin  *pinyinBar
	shell   *shell
	queue   *queuePanel
	sheets  []*sheet
	signIn  door
	changes <-chan app.Changed
	deaf    func() // ends the changes
}

// background does work away from the UI goroutine and its result on it.
type background interface {
	// do runs work elsewhere, then the function it answers on the UI goroutine.
	do(work func() func())
	// later runs fn on the UI goroutine after a while, unless stopped.
	later(d time.Duration, fn func()) (stop func())
}

type goroutines struct{}

func (goroutines) do(work func() func()) {
	go func() {
		if done := work(); done != nil {
			widget.Later(done)
		}
	}()
}

func (goroutines) later(d time.Duration, fn func()) func() {
	t := time.AfterFunc(d, func() { widget.Later(fn) })
	return func() { t.Stop() }
}

// New makes a desk. [Desk.Show] opens it.
func New(cfg Config) *Desk {
	hall := cfg.Hall
	switch {
	case cfg.Halls != nil:
		hall = nowhere(cfg.Halls)
	case cfg.Start != nil:
		hall = &app.Hall{ReadOnly: true}
	}
	d := &Desk{
		win: cfg.Window, hall: hall, halls: cfg.Halls, start: cfg.Start, lang: cfg.Lang, folder: cfg.Folder,
		clock: hall.Clock, bell: cfg.Bell, size: WindowSize(cfg.Display), bg: goroutines{},
		drafts: map[string]map[string]any{}, serving: map[string]*serving{},
	}
	if d.lang != assets.LangEnglish {
		d.lang = assets.LangChinese
	}
	if d.clock == nil {
		d.clock = app.SystemClock{}
	}
	d.pinyin = newPinyinBar(d)
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.last = d.clock.Now()
	d.speak()
	quit := cfg.Quit
	d.win.SetOnClosed(func() {
		d.Close()
		if quit != nil {
			quit()
		}
	})
	return d
}

// Show opens the window at the sign-in page and begins to listen for changes.
func (d *Desk) Show() {
	d.listen(d.hall.Events)
	d.win.SetPadded(false)
	d.bindCanvas()
	d.win.Resize(d.size)
	d.lock()
	d.win.Show()
}

// Close ends the desk's background work. The window is the caller's.
func (d *Desk) Close() { d.cancel() }

// SignedIn answers who works here now; a zero Actor when the desk is locked.
func (d *Desk) SignedIn() app.Actor { return d.who }

// may answers whether the signed-in person has a right. What they may not do is
// not offered.
func (d *Desk) may(a app.Act) bool {
	return app.May(d.who.Role, a) && (!d.hall.ReadOnly || app.Reads(a))
}

// listen refreshes the pages from the changes of one bus, and no other's any more.
func (d *Desk) listen(bus *app.Bus) {
	if d.deaf != nil {
		d.deaf()
		d.changes, d.deaf = nil, nil
	}
	if bus == nil {
		return
	}
	ch, stop := bus.Subscribe()
	d.changes, d.deaf = ch, stop
	if _, ok := d.bg.(goroutines); !ok {
		return // a test drains the channel itself
	}
	go func() {
		defer stop()
		tick := time.NewTicker(15 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-d.ctx.Done():
				return
			case c, ok := <-ch:
				if !ok {
					return
				}
				tables := []string{c.Table}
				for more := true; more; { // one refresh for a burst
					select {
					case c, ok := <-ch:
						if more = ok; ok {
							tables = append(tables, c.Table)
						}
					default:
						more = false
					}
				}
				widget.Later(func() { d.changed(tables) })
			case <-tick.C:
				widget.Later(d.tick)
			}
		}
	}()
}

// changed refreshes what shows rows of these tables; "" is every table.
func (d *Desk) changed(tables []string) {
	if touches([]string{"help_call", "help_event"}, tables) {
		d.ringForCalls()
	}
	if touches([]string{"grid", "hall"}, tables) {
		d.pinyin.changed()
	}
	if d.who.ID == "" {
		return
	}
	if d.queue != nil && touches(queueTables, tables) {
		d.queue.reload()
	}
	if touches(replicaTables, tables) {
		d.replicasChanged()
	}
	if d.page != nil && touches(d.page.tables(), tables) {
		d.reload()
		d.shell.reach.again()
	}
}

func touches(mine, changed []string) bool {
	for _, c := range changed {
		if c == "" {
			return true
		}
		for _, m := range mine {
			if m == c {
				return true
			}
		}
	}
	return false
}

// tick is time passing: minutes waited grow, and an unattended desk locks.
func (d *Desk) tick() {
	if d.who.ID == "" {
		return
	}
	if d.clock.Now().Sub(d.last) >= IdleLock {
		d.lock()
		return
	}
	if d.queue != nil {
		d.queue.draw()
	}
	if p, ok := d.page.(*hallsPage); ok {
		p.tick()
	}
	d.shell.sync.tick()
	if n := len(d.sheets); n > 0 && d.sheets[n-1].tick != nil {
		d.sheets[n-1].tick()
	}
}

// touch notes that a person is here.
func (d *Desk) touch() { d.last = d.clock.Now() }

// lock shows the sign-in page. What was typed stays for the same person.
func (d *Desk) lock() {
	d.pinyin.lock()
	d.closeSheets()
	d.keep()
	name := d.who.Name
	if d.halls != nil {
		d.leaveHall()
	}
	d.who, d.page, d.past = app.Actor{}, nil, nil
	d.speak()
	d.shell, d.queue = nil, nil
	d.showDoor(name)
	d.signIn.load()
	d.ringForCalls()
	if f := d.signIn.first(); f != nil {
		d.win.Canvas().Focus(f)
	}
}

// unlock opens the desk for who.
func (d *Desk) unlock(who app.Actor, info app.HallInfo, windows []app.Window) {
	d.who, d.info, d.windows = who, info, windows
	d.speak()
	d.touch()
	d.build()
	d.Open(Route{Page: d.homePage()})
	d.checkSheet()
}

// showDoor asks who works here; name is of the last one.
func (d *Desk) showDoor(name string) {
	title := d.t("desk.title")
	switch {
	case d.start != nil:
		d.signIn, title = newStartPage(d), d.t("desk.start.window")
	case d.halls != nil:
		d.signIn, title = newPINPage(d), d.t("desk.halls.bar")
	default:
		d.signIn = newSignInPage(d, name)
	}
	d.win.SetTitle(title)
	d.win.SetContent(d.signIn.root())
}

// build makes the shell anew: at sign-in, when the language changes, and when a supervisor goes
// to another hall. Who only looks has no queue beside the page.
func (d *Desk) build() {
	title := d.t("desk.title")
	if d.halls != nil {
		title = d.t("desk.halls.bar")
	} else {
		d.queue = newQueuePanel(d)
	}
	if d.info.Name != "" {
		title = d.info.Name + " · " + title
	}
	d.shell = newShell(d)
	d.win.SetTitle(title)
	d.win.SetContent(d.shell.object)
	if d.queue != nil {
		d.queue.reload()
	}
	d.shell.sync.reload()
}

// switchLang turns the desk to the other language; drafts stay.
func (d *Desk) switchLang() {
	if d.lang == assets.LangChinese {
		d.lang = assets.LangEnglish
	} else {
		d.lang = assets.LangChinese
	}
	d.speak()
	if d.who.ID == "" {
		typed := d.signIn.values()
		d.lock()
		d.signIn.restore(typed)
		return
	}
	d.closeSheets()
	d.keep()
	route := d.route
	d.build()
	d.show(route)
	d.checkSheet()
}

// background runs work off the UI goroutine, then what it answers on it.
func (d *Desk) background(work func(ctx context.Context) func()) {
	d.bg.do(func() func() { return work(d.ctx) })
}

// act does one thing that changes the hall. While it is on its way no other is
// taken, so a key that bounces cannot call two numbers. fail places the error;
// nil puts it in the status line.
func (d *Desk) act(work func(ctx context.Context) error, done func(), fail func(*app.Error)) {
	if d.busy {
		return
	}
	d.busy = true
	who := d.who.ID
	d.bg.do(func() func() {
		err := work(d.ctx)
		return func() {
			d.busy = false
			if d.who.ID != who {
				return // locked meanwhile; what was saved is saved
			}
			if err == nil {
				if done != nil {
					done()
				}
				return
			}
			e := app.AsError(err)
			if fail != nil {
				fail(e)
				return
			}
			d.sayError(e)
		}
	})
}

// say puts a good sentence in the status line.
func (d *Desk) say(text string) {
	if d.shell != nil {
		d.shell.say(text, toneGood)
	}
}

// warn puts a sentence that asks for something in the status line.
func (d *Desk) warn(text string) {
	if d.shell != nil {
		d.shell.say(text, toneLate)
	}
}

func (d *Desk) sayError(e *app.Error) { d.warn(d.errorText(e)) }

// window answers the number of a window, 0 when unknown.
func (d *Desk) window(id string) int {
	for _, w := range d.windows {
		if w.ID == id {
			return w.Number
		}
	}
	return 0
}

// draft answers what the signed-in person had typed on a route.
func (d *Desk) draft(r Route) any { return d.drafts[d.who.ID][r.key()] }

func (d *Desk) setDraft(r Route, v any) {
	m := d.drafts[d.who.ID]
	if m == nil {
		m = map[string]any{}
		d.drafts[d.who.ID] = m
	}
	if v == nil {
		delete(m, r.key())
		return
	}
	m[r.key()] = v
}

// keep asks the page for its draft.
func (d *Desk) keep() {
	if k, ok := d.page.(keeper); ok && d.who.ID != "" {
		d.setDraft(d.route, k.keep())
	}
}

// Route names a page and what it is about.
type Route struct {
	Page Page
	ID   string
}

func (r Route) key() string { return strings.Join([]string{string(r.Page), r.ID}, "/") }

// ground lies under the whole desk and notices the mouse; the bar for pinyin lies over it.
func (d *Desk) ground(over fyne.CanvasObject) fyne.CanvasObject {
	d.pinyin.ground = newCandidates(d)
	return container.NewStack(newGround(d), over, d.pinyin.ground.object)
}
