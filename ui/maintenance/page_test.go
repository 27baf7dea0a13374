package maintenance_test

import (
	"context"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/assets"
	"linli/kiosk/corner"
	"linli/kiosk/print"
	"linli/kiosk/selftest"
	"linli/ui/maintenance"
	"linli/ui/theme"
	"linli/ui/widget"
)

var pictures = flag.String("pictures", "", "folder for a picture of every page")

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

type clock struct{}

func (clock) Now() time.Time { return noon }

// code is a port with one code.
type code string

func (c code) HasCode() bool { return true }

func (c code) TryCode(_ context.Context, typed string) error {
	if typed != string(c) {
		return &app.Error{Code: app.CodeWrongPIN, Args: []string{"4"}}
	}
	return nil
}

// bench is a kiosk's window with the page over its face.
type bench struct {
	t      *testing.T
	win    fyne.Window
	face   fyne.CanvasObject
	door   *corner.Door
	page   *maintenance.Page
	report selftest.Report
	done   []string
	facts  chan struct{}
	alarm  func()
}

func newBench(t *testing.T, profile theme.Profile, lang string) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	b := &bench{t: t, win: a.NewWindow(""), face: canvas.NewText("the first page", theme.Ink), facts: make(chan struct{}, 8)}
	t.Cleanup(b.win.Close)
	b.win.SetPadded(false)
	b.win.SetContent(b.face)
	b.win.Resize(fyne.NewSize(profile.W, profile.H))
	did := func(what string) func() { return func() { b.done = append(b.done, what) } }
	b.door = corner.New(corner.Config{
		Code: code("290416"), Clock: clock{}, Free: func() bool { return true }, Go: func(f func()) { f() },
		Changed: func() { b.page.Changed() },
		After:   func(_ time.Duration, f func()) func() { b.alarm = f; return func() {} },
	})
	b.report = selftest.Report{At: noon, Results: []selftest.Result{
		{Kind: selftest.Screen, State: selftest.Trouble, Code: selftest.CodeSmall, Size: [2]float32{1280, 720}, Wants: [2]float32{1920, 1080}},
		{Kind: selftest.Touch, State: selftest.Trouble, Code: selftest.CodeGone},
		{Kind: selftest.Sound, State: selftest.OK},
		{Kind: selftest.Voice, State: selftest.Unknown},
		{Kind: selftest.Printer, State: selftest.Trouble, Code: selftest.CodePaper},
		{Kind: selftest.Card, State: selftest.None},
		{Kind: selftest.Disk, State: selftest.OK, Free: 8 << 30},
		{Kind: selftest.Clock, State: selftest.Trouble, Code: selftest.CodeOff, Off: -7 * time.Minute},
		{Kind: selftest.Database, State: selftest.OK},
	}}
	b.page = maintenance.New(maintenance.Config{
		Window: b.win, Face: b.face, Door: b.door, Profile: profile, Lang: lang, Clock: clock{},
		Facts: func(context.Context) maintenance.Facts {
			defer func() { b.facts <- struct{}{} }()
			return maintenance.Facts{Version: "1.2.3", Free: 41 << 30, Peers: 3, Met: noon.Add(-3 * time.Minute), Faults: 2, LastFault: noon.Add(-50 * time.Hour)}
		},
		Report: func() selftest.Report { return b.report }, Again: did("again"),
		Print: func(context.Context) error { b.done = append(b.done, "print"); return print.ErrPaper },
		Sound: func(v int) { b.done = append(b.done, "sound"+string(rune('0'+v))) }, Measure: did("measure"), Restart: did("restart"), Close: did("close"),
	})
	return b
}

func (b *bench) open() {
	for range corner.Touches {
		b.door.Touch()
	}
	b.press("2", "9", "0", "4", "1", "6")
	<-b.facts
}

// buttons are what can be touched now, in their order.
func (b *bench) buttons() (all []*widget.Button) {
	for _, o := range b.page.Content().(*fyne.Container).Objects {
		if w, ok := o.(*widget.Button); ok && w.Visible() {
			all = append(all, w)
		}
	}
	return all
}

// wordOf is what stands on a button.
func wordOf(w *widget.Button) (text string) {
	for _, l := range w.Look().Lines {
		text += l.Text
	}
	return text
}

// press strikes buttons by their place or word.
func (b *bench) press(words ...string) {
	b.t.Helper()
	for _, word := range words {
		i := slices.IndexFunc(b.buttons(), func(w *widget.Button) bool { return word == wordOf(w) })
		if i < 0 {
			b.t.Fatalf("there is no %q: %v", word, b.words())
		}
		b.page.Press(b.buttons()[i])
	}
}

func (b *bench) words() (all []string) {
	var visit func(fyne.CanvasObject)
	visit = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				visit(child)
			}
		case *canvas.Text:
			if o.Visible() && o.Text != "" {
				all = append(all, o.Text)
			}
		}
	}
	visit(b.page.Content())
	return all
}

func (b *bench) says(want string) bool { return strings.Contains(strings.Join(b.words(), ""), want) }

func (b *bench) picture(name string) {
	b.t.Helper()
	if *pictures == "" {
		return
	}
	f, err := os.Create(filepath.Join(*pictures, name+".png"))
	if err == nil {
		err = png.Encode(f, b.win.Canvas().Capture())
	}
	if err != nil {
		b.t.Fatal(err)
	}
	_ = f.Close()
}

func TestEveryPageFitsOnEveryScreen(t *testing.T) {
	profiles := append(theme.Profiles(), theme.Profile{Name: "10.1-landscape", MMPerUnit: 217.0 / 1280, W: 1280, H: 800, ViewMM: 500, BottomEdgeMM: 900, Landscape: true})
	for _, profile := range profiles {
		for _, lang := range assets.Languages() {
			t.Run(profile.Name+"/"+lang, func(t *testing.T) {
				b := newBench(t, profile, lang)
				for range corner.Touches {
					b.door.Touch()
				}
				b.press("1")
				b.measure(profile)
				b.picture("code-" + profile.Name + "-" + lang)
				b.door.Shut()
				b.open()
				b.page.Refresh()
				b.measure(profile)
				b.picture("open-" + profile.Name + "-" + lang)
			})
		}
	}
}

// measure checks what fingers and eyes need: size and place of every target, and that nothing lies on anything else.
func (b *bench) measure(p theme.Profile) {
	b.t.Helper()
	type box struct {
		name string
		at   fyne.Position
		size fyne.Size
	}
	var all []box
	for _, w := range b.buttons() {
		name := wordOf(w)
		if short := min(w.Size().Width, w.Size().Height) * p.MMPerUnit; short < theme.TargetMM-0.1 {
			b.t.Errorf("%s is only %.1f mm", name, short)
		}
		for _, line := range w.Look().Lines {
			if line.Size.Width > w.Size().Width+1 || line.At.Y < 0 || line.At.Y+line.Size.Height > w.Size().Height || len(w.Look().Lines) > 2 {
				b.t.Errorf("%s does not fit on its button", name)
			}
		}
		all = append(all, box{name, w.Position(), w.Size()})
	}
	for _, o := range b.page.Content().(*fyne.Container).Objects {
		c, ok := o.(*fyne.Container)
		if !ok {
			continue
		}
		for _, line := range c.Objects {
			text := line.(*canvas.Text)
			if !text.Visible() || text.Text == "" {
				continue
			}
			if em := text.TextSize * p.MMPerUnit; em < theme.UpkeepLeastEmMM-p.MMPerUnit {
				b.t.Errorf("%q is only %.1f mm", text.Text, em)
			}
			// The toolkit's box is higher than what is drawn in its middle.
			high := text.TextSize * theme.TightHeight
			all = append(all, box{text.Text, text.Position().AddXY(0, (text.Size().Height-high)/2), fyne.NewSize(text.Size().Width, high)})
		}
	}
	for i, one := range all {
		if one.at.X < 0 || one.at.Y < -1 || one.at.X+one.size.Width > p.W+1 || one.at.Y+one.size.Height > p.H+1 {
			b.t.Errorf("%q lies outside: %v %v", one.name, one.at, one.size)
		}
		for _, other := range all[i+1:] {
			const near = 2
			if one.at.X+near < other.at.X+other.size.Width && other.at.X+near < one.at.X+one.size.Width &&
				one.at.Y+near < other.at.Y+other.size.Height && other.at.Y+near < one.at.Y+one.size.Height {
				b.t.Errorf("%q lies on %q", one.name, other.name)
			}
		}
	}
}

func TestThePageComesAndLeavesNothing(t *testing.T) {
	b := newBench(t, theme.DefaultProfile(), "zh")
	for range corner.Touches - 1 {
		b.door.Touch()
	}
	if b.win.Content() != b.face {
		t.Fatal("four touches show something")
	}
	b.door.Touch()
	if b.win.Content() != b.page.Content() || !b.says("维护密码") {
		t.Fatalf("five touches show %v", b.words())
	}
	b.press("2", "4", "6", "8", "1")
	if !b.says("●●●●●_") || b.says("24681") {
		t.Errorf("it shows %v", b.words())
	}
	b.press("0")
	if !b.says("密码不对，还可以试 4 次") {
		t.Errorf("a wrong code says %v", b.words())
	}
	b.press("2", "9", "0", "4", "1", "6")
	<-b.facts
	for _, want := range []string{"维护这台自助机", "打印机没纸了", "读卡器：没有装", "喇叭：好的", "差 7 分钟", "1280 × 720", "程序版本 1.2.3", "41.0 GB", "上次联系：3 分钟前", "停过 2 次"} {
		b.page.Refresh()
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.words())
		}
	}
	b.alarm() // a minute without a touch
	if b.win.Content() != b.face {
		t.Error("the page stays when nobody is there")
	}
	if left := b.words(); len(left) != 0 || b.door.Typed() != "" {
		t.Errorf("it leaves %v", left)
	}
	b.page.Refresh()
	if b.win.Content() != b.face || len(b.words()) != 0 {
		t.Error("a report that comes later shows the page")
	}
}

func TestWhatCanBeDone(t *testing.T) {
	b := newBench(t, theme.DefaultProfile(), "zh")
	b.open()
	b.done = nil
	b.press("试声音：小", "试声音：中", "试声音：大", "关闭程序")
	if !slices.Equal(b.done, []string{"sound0", "sound1", "sound2"}) {
		t.Errorf("done %v", b.done)
	}
	b.press("试声音：小")
	if b.says("再按一次就关闭") {
		t.Error("something else was pressed and it would close")
	}
	b.press("关闭程序", "再按一次就关闭", "重新启动程序", "重新量屏幕", "再检查一遍")
	<-b.facts
	if !slices.Equal(b.done[3:], []string{"sound0", "close", "restart", "measure", "again"}) {
		t.Errorf("done %v", b.done)
	}
	b.press("离开")
	if b.win.Content() != b.face {
		t.Error("it does not leave")
	}
}

func TestATestSlipSaysEverythingThatItIs(t *testing.T) {
	for _, lang := range assets.Languages() {
		slip := maintenance.Slip(lang, "样例社区服务大厅", "1.2.3", noon)
		if _, err := slip.Set(print.Width80); err != nil {
			t.Error(err)
		}
		text := ""
		for _, l := range slip {
			text += l.Text + "\n"
		}
		for _, want := range []string{"样例社区服务大厅", "2026-11-24 12:00", "linli 1.2.3"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on it", lang, want)
			}
		}
	}
}
