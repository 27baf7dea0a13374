package board_test

import (
	"context"
	"errors"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/assets"
	"linli/kiosk/sound"
	"linli/ui/board"
	"linli/ui/theme"
	"linli/ui/widget"
)

// hall is a hall of which only what the board reads is there.
type hall struct {
	app.PublicPort
	mu    sync.Mutex
	now   time.Time
	shows app.Board
	err   error
	reads int
}

func (h *hall) Board(context.Context) (app.Board, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reads++
	return h.shows, h.err
}

func (h *hall) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

type line = widget.Line

// ears hear what the board plays and says.
type ears struct {
	heard chan string
	gate  chan struct{} // not nil: each sentence lasts until it is closed
}

func (e *ears) Play(name string) { e.heard <- name }

func (e *ears) Sound(_ context.Context, p sound.PCM) {
	if p.Duration() < time.Second || p.Loudness() < 0.01 {
		e.heard <- "no chime"
		return
	}
	e.heard <- assets.SoundChime
}

func (e *ears) Speak(_ context.Context, lang string, volume int, text string) {
	e.heard <- lang + " " + text
	if e.gate != nil {
		<-e.gate
	}
}

// hears waits for what is to be heard, in its order.
func (f *fixture) hears(want ...string) {
	f.t.Helper()
	for _, w := range want {
		for len(f.ears.heard) == 0 {
			if !f.Saying() && len(f.ears.heard) == 0 {
				f.t.Fatalf("nothing more is to be heard, want %q", w)
			}
			runtime.Gosched()
		}
		if got := <-f.ears.heard; got != w {
			f.t.Errorf("heard %q, want %q", got, w)
		}
	}
}

// silent fails when there is more to be heard.
func (f *fixture) silent() {
	f.t.Helper()
	for f.Saying() {
		runtime.Gosched()
	}
	if len(f.ears.heard) > 0 {
		f.t.Errorf("heard %q", <-f.ears.heard)
	}
}

// fixture is a board in a window of the test driver, with a clock that the test
// moves and the UI goroutine being the test's.
type fixture struct {
	*board.Board
	t      *testing.T
	hall   *hall
	bus    *app.Bus
	ears   *ears
	window fyne.Window
	ui     chan func()
	due    time.Time // of the one timer
	fire   func()
}

var morning = time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))

func open(t *testing.T, lang string, shows app.Board) *fixture {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	f := &fixture{
		t: t, hall: &hall{now: morning, shows: shows}, bus: &app.Bus{}, ears: &ears{heard: make(chan string, 100)},
		window: a.NewWindow(""), ui: make(chan func()),
	}
	f.Board = board.New(board.Config{
		Window: f.window, Lang: lang, Player: f.ears, Voice: f.ears,
		Hall: &app.Hall{Public: f.hall, Events: f.bus, Clock: f.hall},
		After: func(d time.Duration, fire func()) func() {
			f.due, f.fire = f.hall.Now().Add(d), fire
			return func() { f.fire = nil }
		},
	})
	f.OnUI(func(work func()) {
		done := make(chan struct{})
		f.ui <- func() { defer close(done); work() }
		<-done
	})
	f.Show()
	f.window.Resize(fyne.NewSize(1920, 1080))
	f.read()
	t.Cleanup(f.Close)
	return f
}

// read lets the board bring in the one reading that must come.
func (f *fixture) read() { (<-f.ui)() }

// change is one change in the hall, told once.
func (f *fixture) change(table string, change func(b *app.Board)) {
	f.hall.mu.Lock()
	change(&f.hall.shows)
	f.hall.mu.Unlock()
	f.bus.Publish(app.Changed{Table: table})
	f.read()
}

// pass lets time go by, timer by timer, and calls each after each.
func (f *fixture) pass(d time.Duration, each func()) {
	f.t.Helper()
	end := f.hall.Now().Add(d)
	for f.fire != nil && !f.due.After(end) {
		if !f.due.After(f.hall.Now()) {
			f.t.Fatalf("a timer for %v at %v: time would stand still", f.due, f.hall.Now())
		}
		f.set(f.due)
		fire := f.fire
		f.fire = nil
		go fire()
		f.read() // the timer's work
		if f.hall.Now().Truncate(time.Minute).Equal(f.hall.Now()) {
			f.read() // a new minute asks for a reading
		}
		if each != nil {
			each()
		}
	}
	f.set(end)
}

func (f *fixture) set(now time.Time) {
	f.hall.mu.Lock()
	defer f.hall.mu.Unlock()
	f.hall.now = now
}

func (f *fixture) text() string {
	var all []string
	for _, l := range f.Lines() {
		all = append(all, l.Text)
	}
	return strings.Join(all, "\n")
}

func (f *fixture) band() color.NRGBA { return f.Grounds()[0] }

func (f *fixture) wants(words ...string) {
	f.t.Helper()
	for _, w := range words {
		// A long notice breaks into lines.
		if !strings.Contains(strings.ReplaceAll(f.text(), "\n", ""), w) {
			f.t.Errorf("%q is not on the board:\n%s", w, f.text())
		}
	}
}

// invented, all of it.
func sample() app.Board {
	name := func(letter, zh, en string, waiting int) app.BusinessNow {
		return app.BusinessNow{Business: app.Business{Letter: letter, Name: zh, NameEN: en}, Waiting: waiting, Open: true}
	}
	call := func(id, number string, window int, before time.Duration) app.Call {
		return app.Call{TicketID: id, Number: number, Window: window, Times: 1, At: morning.Add(-before)}
	}
	return app.Board{
		Hall: app.HallInfo{Name: "样例社区服务大厅", Zone: "Asia/Shanghai", Settings: app.DefaultSettings()},
		Recent: []app.Call{
			call("t4", "A1-004", 1, 3*time.Minute), call("t3", "B1-002", 3, 5*time.Minute), call("t2", "A1-003", 2, 9*time.Minute),
			call("t1", "A1-002", 1, 12*time.Minute), call("t0", "B1-001", 3, 20*time.Minute),
		},
		Waiting: []app.BusinessNow{
			name("A", "综合受理", "General services", 6), name("B", "社会保障", "Social security", 2), name("C", "民政救助", "Relief", 0),
		},
		Notices: []app.Notice{
			{ID: "n1", Category: "activity", Owner: "王样例", Title: app.Text{ZH: "免费量血压、理发", EN: "Free haircuts"}, Body: app.Text{ZH: "星期六上午九点到十一点半，在社区大厅。", EN: "Saturday, 9 to 11:30, in the community hall."}},
			{ID: "n2", Category: "general", Owner: "王样例", Title: app.Text{ZH: "停水通知", EN: "Water will be off"}, Body: app.Text{
				ZH: strings.Repeat("因为检修水管，一号楼到六号楼星期三上午八点到下午五点停水。请您提前存好水，出门关好龙头。", 2),
				EN: strings.Repeat("The pipes are being mended. Please store some water and close your taps before you go out. ", 2),
			}},
		},
	}
}

func newCall(id, number string, window, times int) func(*app.Board) {
	return func(b *app.Board) {
		b.Now = append([]app.Call{{TicketID: id, Number: number, Window: window, Times: times, At: morning}}, b.Now...)
	}
}

func TestACallIsShownWithinOneEvent(t *testing.T) {
	f := open(t, "zh", sample())
	f.wants("样例社区服务大厅", "09:30", "刚才叫到", "A1-004", "综合受理", "6 人")
	f.silent() // calls of before the board was opened
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	f.wants("正在叫号", "A1-005", "请 A1 零零五号到二号窗口办理")
	f.hears(assets.SoundChime, "zh 请 A1 零零五号到二号窗口办理", "zh 请 A1 零零五号到二号窗口办理")
	largest := slices.MaxFunc(f.Lines(), func(a, b line) int { return int(a.Em - b.Em) })
	if largest.Text != "A1-005" && largest.Text != "2" {
		t.Errorf("the largest words are %q, want the number called", largest.Text)
	}
}

// A number that is done with leaves the band for the earlier calls, with its
// window, and what the band says then is true for those who wait.
func TestWhoIsServedLeavesTheBand(t *testing.T) {
	f := open(t, "zh", sample())
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	f.wants("正在叫号", "请 A1 零零五号到二号窗口办理")
	f.hears(assets.SoundChime, "zh 请 A1 零零五号到二号窗口办理", "zh 请 A1 零零五号到二号窗口办理")
	over := func(b *app.Board) {
		done := b.Now[0]
		done.Over = true
		for i := range b.Recent {
			b.Recent[i].Over = true
		}
		b.Now, b.Recent = nil, append([]app.Call{done}, b.Recent...)
	}
	f.change("ticket_event", over)
	f.wants("请等候叫号", "前面叫过的号", "A1-005", "A1-004")
	if strings.Contains(f.text(), "正在叫号") || strings.Contains(f.text(), "刚才叫到") || f.band() == theme.Primary {
		t.Errorf("somebody is called:\n%s", f.text())
	}
	f.silent()
	f.change("ticket", func(b *app.Board) {
		for i := range b.Waiting {
			b.Waiting[i].Waiting = 0
		}
	})
	f.wants("现在没有人在等，请您取号")
	// Another window's number that is still waited for takes the band.
	f.change("ticket_event", func(b *app.Board) { b.Recent[2].Over = false })
	f.wants("刚才叫到", b1002)
}

const b1002 = "请 B1 零零二号到三号窗口"

func TestWhoHoldsANumberIsNotSentToTakeOne(t *testing.T) {
	shows := sample()
	shows.Recent = nil
	f := open(t, "zh", shows)
	f.wants("请等候叫号")
	if strings.Contains(f.text(), "取号") {
		t.Errorf("on the board:\n%s", f.text())
	}
}

func TestOtherChangesAreNotRead(t *testing.T) {
	f := open(t, "zh", sample())
	f.bus.Publish(app.Changed{Table: "resident"})
	f.change("ticket", func(b *app.Board) { b.Waiting[0].Waiting = 7 })
	f.wants("7 人")
	if f.hall.reads != 2 {
		t.Errorf("%d readings, want 2: the registry is no business of the board", f.hall.reads)
	}
}

func TestDigitsAreAsTallAsTheDistanceAsks(t *testing.T) {
	screen := board.DefaultScreen()
	for _, metres := range []int{4, 8} {
		shows := sample()
		shows.Hall.Settings.BoardDistance = metres
		f := open(t, "zh", shows)
		f.change("ticket", newCall("t5", "A1-005", 12, 1))
		want := 100 * float32(metres) / 8
		for _, l := range f.Lines() {
			if l.Text == "A1-005" || l.Text == "12" {
				// 0.733 em is the height of a digit of the font.
				if mm := l.Em * 0.733 * screen.MMPerUnit; mm < want-0.5 {
					t.Errorf("%d m: %q is %.0f mm tall, want %.0f", metres, l.Text, mm, want)
				}
			}
		}
	}
}

func TestFlashIsSlowThenStands(t *testing.T) {
	f := open(t, "zh", sample())
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	var turns []time.Time
	last := f.band()
	f.pass(7*time.Second, func() {
		if now := f.band(); now != last {
			last = now
			turns = append(turns, f.hall.Now())
		}
	})
	if len(turns) < 6 {
		t.Fatalf("%d changes of look in 7 s: a call must flash", len(turns))
	}
	// A flash is two changes; at most three flashes in any second.
	for i := 6; i < len(turns); i++ {
		if turns[i].Sub(turns[i-6]) < time.Second {
			t.Errorf("more than three flashes within a second at %v", turns[i])
		}
	}
	if last != theme.Primary {
		t.Error("the band does not stand in its solid look after flashing")
	}
	f.pass(29*time.Second-7*time.Second, func() {
		if f.band() != theme.Primary {
			t.Errorf("the call does not stand at %v", f.hall.Now().Sub(morning))
		}
	})
	f.pass(2*time.Second, nil)
	f.wants("刚才叫到", "A1-005")
	if f.band() == theme.Primary {
		t.Error("after half a minute the band is quiet")
	}
}

func TestManyCallsAtOnceDoNotFlashFaster(t *testing.T) {
	f := open(t, "zh", sample())
	var turns []time.Time
	last := f.band()
	note := func() {
		if now := f.band(); now != last {
			last = now
			turns = append(turns, f.hall.Now())
		}
	}
	for i, number := range []string{"A1-005", "B1-003", "C1-001", "A1-006", "A1-007", "A1-008"} {
		f.change("ticket_event", newCall("n"+number, number, i+1, 1))
		note()
		f.pass(220*time.Millisecond, note)
	}
	f.pass(8*time.Second, note)
	for i := 6; i < len(turns); i++ {
		if turns[i].Sub(turns[i-6]) < time.Second {
			t.Errorf("more than three flashes within a second at %v", turns[i])
		}
	}
	// Those of other windows, still in their half minute, stand below the band.
	f.wants("A1-008", "A1-007", "A1-006", "C1-001", "B1-003", "A1-005")
}

func TestRecallFlashesAndChimesAgain(t *testing.T) {
	f := open(t, "zh", sample())
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	f.hears(assets.SoundChime, "zh 请 A1 零零五号到二号窗口办理", "zh 请 A1 零零五号到二号窗口办理")
	f.pass(20*time.Second, nil)
	f.change("ticket_event", newCall("t5", "A1-005", 2, 2))
	f.hears(assets.SoundChime, "zh 请 A1 零零五号到二号窗口办理", "zh 请 A1 零零五号到二号窗口办理")
	changed := false
	f.pass(2*time.Second, func() { changed = changed || f.band() != theme.Primary })
	if !changed {
		t.Error("the recall does not flash")
	}
	if n := strings.Count(f.text(), "A1-005"); n != 1 {
		t.Errorf("the number stands on the board %d times, want once:\n%s", n, f.text())
	}
	// A change that is no call does not ring.
	f.change("ticket", func(b *app.Board) { b.Waiting[0].Waiting++ })
	f.silent()
}

// Calls are said one after the other, each twice, in the order in which they were made, and whoever is served by then is called no
// more.
func TestCallsWaitForEachOther(t *testing.T) {
	f := open(t, "zh", sample())
	f.ears.gate = make(chan struct{})
	said := func(number, window string) string {
		return "zh 请 A1 " + number + "号到" + window + "号窗口办理"
	}
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	f.hears(assets.SoundChime, said("零零五", "二"))
	f.change("ticket_event", newCall("t6", "A1-006", 3, 1))
	f.change("ticket_event", newCall("t7", "A1-007", 12, 1))
	f.change("ticket_event", newCall("t8", "A1-008", 1, 1))
	f.change("ticket_event", func(b *app.Board) {
		for i := range b.Now {
			if b.Now[i].TicketID == "t6" {
				b.Now[i].Over = true // came by itself
			}
		}
	})
	close(f.ears.gate)
	f.hears(said("零零五", "二"), assets.SoundChime, said("零零七", "十二"), said("零零七", "十二"),
		assets.SoundChime, said("零零八", "一"), said("零零八", "一"))
	f.silent()
}

func TestNoticesTakeTurnsAndLongOnesTurnPages(t *testing.T) {
	f := open(t, "zh", sample())
	f.wants("免费量血压、理发", "活动")
	f.pass(12*time.Second, nil)
	f.wants("停水通知", "第 1 页，共 2 页")
	f.pass(12*time.Second, nil)
	f.wants("停水通知", "第 2 页，共 2 页", "出门关好龙头。")
	f.pass(12*time.Second, nil)
	f.wants("免费量血压、理发")
}

func TestManyBusinessesTakeTurns(t *testing.T) {
	shows := sample()
	for _, l := range []string{"D", "E", "F"} {
		shows.Waiting = append(shows.Waiting, app.BusinessNow{Business: app.Business{Letter: l, Name: "业务" + l}, Waiting: 1, Open: true})
	}
	shows.Notices = nil
	f := open(t, "zh", shows)
	seen := f.text()
	f.pass(12*time.Second, nil)
	seen += f.text()
	for _, l := range []string{"综合受理", "业务D", "业务E", "业务F"} {
		if !strings.Contains(seen, l) {
			t.Errorf("%q never had its turn", l)
		}
	}
}

func TestTheClockMovesByTheMinuteAndAsksAgain(t *testing.T) {
	f := open(t, "zh", sample())
	reads := f.hall.reads
	f.pass(2*time.Minute, nil)
	f.wants("09:32")
	if got := f.hall.reads - reads; got != 2 {
		t.Errorf("%d readings in two quiet minutes, want 2", got)
	}
}

func TestNobodysNameIsOnTheBoard(t *testing.T) {
	f := open(t, "zh", sample())
	f.pass(time.Minute, func() {
		if strings.Contains(f.text(), "王样例") {
			t.Fatalf("a name is on the board:\n%s", f.text())
		}
	})
}

func TestEmptyHallAndFailingHall(t *testing.T) {
	f := open(t, "zh", app.Board{Hall: app.HallInfo{Name: "样例社区服务大厅"}})
	f.wants("今天还没有叫号，请您先取号", "叫过的号会排在这里", "还没有开设业务", "暂时没有公告")
	f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
	f.hall.mu.Lock()
	f.hall.err = errors.New("the disk is away")
	f.hall.mu.Unlock()
	f.bus.Publish(app.Changed{})
	f.read()
	f.wants("A1-005", "屏幕暂时没有更新")
	f.hall.mu.Lock()
	f.hall.err = nil
	f.hall.mu.Unlock()
	f.bus.Publish(app.Changed{})
	f.read()
	if strings.Contains(f.text(), "屏幕暂时没有更新") {
		t.Error("the board goes on saying that it is old")
	}
}

func TestSpoken(t *testing.T) {
	for _, c := range []struct {
		lang, number string
		window       int
		want         string
	}{
		{"zh", "A1-005", 2, "请 A1 零零五号到二号窗口办理"},
		{"zh", "B12-110", 12, "请 B12 一一零号到十二号窗口办理"},
		{"zh", "A1-020", 20, "请 A1 零二零号到二十号窗口办理"},
		{"zh", "A1-001", 99, "请 A1 零零一号到九十九号窗口办理"},
		{"zh", "A1-001", 101, "请 A1 零零一号到一零一号窗口办理"},
		{"zh", "A1-001", 0, "请 A1 零零一号到窗口办理"},
		{"zh", "007", 10, "请 零零七号到十号窗口办理"},
		{"en", "A1-005", 2, "Number A1 0 0 5, please come to window 2"},
		{"en", "A1-005", 0, "Number A1 0 0 5, please come to the window"},
	} {
		if got := board.Spoken(c.lang, c.number, c.window); got != c.want {
			t.Errorf("Spoken(%s, %s, %d) = %q, want %q", c.lang, c.number, c.window, got, c.want)
		}
	}
}

// Every state at every window size: words translated, drawable, inside the
// window, on their ground with contrast, and not over each other.
func TestNothingIsCutAtAnySize(t *testing.T) {
	full := sample()
	full.Now = []app.Call{
		{TicketID: "x1", Number: "A12-105", Window: 12, Times: 1, At: morning}, {TicketID: "x2", Number: "B12-110", Window: 23, Times: 1, At: morning},
	}
	full.Hall.Name = "样例市样例区样例街道样例路第一社区党群服务中心综合便民服务大厅"
	served := sample()
	for i := range served.Recent {
		served.Recent[i].Over = true
	}
	full.Waiting[0].Name, full.Waiting[0].Waiting = "城乡居民基本养老保险和医疗保险综合受理业务", 188
	for _, lang := range assets.Languages() {
		for name, shows := range map[string]app.Board{"full": full, "sample": sample(), "served": served, "empty": {}} {
			f := open(t, lang, shows)
			for _, size := range []fyne.Size{{Width: 1920, Height: 1080}, {Width: 1280, Height: 720}, {Width: 3840, Height: 2160}, {Width: 1366, Height: 768}, {Width: 1024, Height: 768}, {Width: 1080, Height: 1920}, {Width: 800, Height: 450}} {
				f.window.Resize(size)
				for i, l := range f.Lines() {
					if strings.Contains(l.Text, "⟦") {
						t.Errorf("%s %s: no translation: %s", lang, name, l.Text)
					}
					for _, r := range l.Text {
						if r != ' ' && !assets.HasGlyph(r) {
							t.Errorf("%s %s: %q has a rune that the font lacks: %q", lang, name, l.Text, r)
						}
					}
					if l.At.X < 0 || l.At.Y < 0 || l.At.X+l.Size.Width > size.Width+1 || l.At.Y+l.Size.Height > size.Height+1 {
						t.Errorf("%s %s %v: %q is cut: %v %v", lang, name, size, l.Text, l.At, l.Size)
					}
					for _, m := range f.Lines()[:i] {
						if inkOverlaps(l, m) {
							t.Errorf("%s %s %v: %q lies over %q", lang, name, size, l.Text, m.Text)
						}
					}
				}
			}
		}
	}
}

// inkOverlaps compares the parts of two lines where ink can be.
func inkOverlaps(a, b line) bool {
	top := func(l line) (float32, float32) {
		middle := l.At.Y + l.Size.Height/2
		return middle - 0.45*l.Em, middle + 0.5*l.Em
	}
	at, ab := top(a)
	bt, bb := top(b)
	return a.At.X+1 < b.At.X+b.Size.Width && b.At.X+1 < a.At.X+a.Size.Width && at < bb && bt < ab
}

// Pictures for a person to look at, when a folder is named.
func TestPictures(t *testing.T) {
	folder := os.Getenv("LINLI_PICTURES")
	if folder == "" {
		folder = t.TempDir()
	}
	for _, lang := range assets.Languages() {
		f := open(t, lang, sample())
		save := func(name string) {
			path := filepath.Join(folder, "board-"+name+"-"+lang+".png")
			w, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			if err := png.Encode(w, f.window.Canvas().Capture()); err != nil {
				t.Fatal(err)
			}
		}
		save("quiet")
		f.change("ticket_event", newCall("t4b", "B1-003", 3, 1))
		f.pass(8*time.Second, nil)
		f.change("ticket_event", newCall("t5", "A1-005", 2, 1))
		save("called")
		f.pass(600*time.Millisecond, nil)
		save("flash")
		f.window.Resize(fyne.NewSize(960, 540))
		save("small")
	}
	f := open(t, "zh", app.Board{Hall: app.HallInfo{Name: "样例社区服务大厅"}})
	w, err := os.Create(filepath.Join(folder, "board-empty-zh.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := png.Encode(w, f.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
}
