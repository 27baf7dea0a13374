package citizen_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/kiosk/flow"
	"linli/kiosk/input"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
	"linli/ui/widget"
)

// echoes is a writer that keeps how much it was asked.
type echoes struct {
	asked  []int // points of each line
	lowest float32
}

func (*echoes) Words(_ flow.Way, _ bool, keys string) ([]input.Word, string) {
	return []input.Word{{Text: "灯", Keys: len(keys)}}, keys
}

func (e *echoes) Characters(ink [][][2]float32) []string {
	e.asked, e.lowest = nil, 0
	for _, s := range ink {
		e.asked = append(e.asked, len(s))
		for _, p := range s {
			e.lowest = max(e.lowest, p[1])
		}
	}
	return []string{"十", "大", "木", "水", "火", "土", "王", "李", "张", "人", "入", "八"}
}

// finger draws a line in the field of a page.
func finger(t testing.TB, win fyne.Window, from, to fyne.Position) {
	t.Helper()
	var ink *widget.Ink
	for _, o := range win.Content().(*fyne.Container).Objects {
		if i, ok := o.(*widget.Ink); ok && i.Visible() {
			ink = i
		}
	}
	if ink == nil {
		t.Fatal("there is no field to write in")
	}
	ink.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: from}, Button: desktop.MouseButtonPrimary})
	for i := range 10 {
		part := float32(i+1) / 10
		ink.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(from.X+(to.X-from.X)*part, from.Y+(to.Y-from.Y)*part)}})
	}
	ink.MouseUp(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	ink.DragEnd()
}

// pen is a page of writing and its face, with a finger and a queue that the test
// takes from.
type pen struct {
	t     testing.TB
	face  *citizen.Face
	talk  *still
	win   fyne.Window
	queue <-chan func()
}

func newPen(t testing.TB, writer citizen.Writer) *pen {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.Desk())
	win := app.NewWindow("citizen")
	t.Cleanup(win.Close)
	page := flow.Page{
		ID: "pen", Kind: flow.Write, Title: flow.Content("写", "Write"), Spoken: flow.Content("写", "Write"),
		Pen: &flow.Pen{Max: 40, Ways: []flow.Way{flow.WayHand, flow.WayPinyin}}, Primary: &flow.Choice{ID: flow.PressOK, Word: flow.T("common.next")},
	}
	talk := &still{look: session.DefaultLook(), page: page, writing: flow.Writing{Way: flow.WayHand}}
	now := time.Unix(0, 0)
	f := citizen.New(win, talk, citizen.Config{Profile: theme.DefaultProfile(), Writer: writer, Guard: widget.NewGuard(func() time.Time { now = now.Add(time.Second); return now })})
	p := &pen{t: t, face: f, talk: talk, win: win, queue: citizen.Queue(f)}
	f.Show()
	return p
}

// words answers the characters that can be touched, in no order.
func (p *pen) words() (all []string) {
	for id := range p.face.Targets() {
		if word, ok := strings.CutPrefix(id, flow.Take(0, "")); ok {
			all = append(all, word)
		}
	}
	return all
}

// answer lets the next answer in.
func (p *pen) answer() { (<-p.queue)() }

// line draws one.
func (p *pen) line() {
	p.t.Helper()
	finger(p.t, p.win, fyne.NewPos(20, 50), fyne.NewPos(120, 50))
}

func TestAFingerWritesAndNothingOfItStays(t *testing.T) {
	writer := &echoes{}
	p := newPen(t, writer)
	f, talk, page := p.face, p.talk, p.talk.page
	words := func() int { return len(p.words()) }
	p.line()
	p.answer()
	finger(t, p.win, fyne.NewPos(70, 10), fyne.NewPos(70, 400000))
	p.answer()
	if len(writer.asked) != 2 || writer.asked[0] < 10 || words() < 5 {
		t.Fatalf("%v points were read, %d words are shown", writer.asked, words())
	}
	if writer.lowest > 2000 {
		t.Errorf("a line leaves the field: %v", writer.lowest)
	}
	if len(talk.pressed) < 2 {
		t.Error("whoever writes is taken for gone")
	}
	f.Press(flow.PressDelete)
	p.answer()
	if len(writer.asked) != 1 || slices.Contains(talk.pressed, flow.PressDelete) {
		t.Errorf("undo leaves %v and tells %v", writer.asked, talk.pressed)
	}
	f.Press(flow.Take(0, "大"))
	if words() != 0 || talk.pressed[len(talk.pressed)-1] != flow.Take(0, "大") {
		t.Errorf("%d words, %v", words(), talk.pressed)
	}
	f.Press(flow.PressDelete)
	if talk.pressed[len(talk.pressed)-1] != flow.PressDelete {
		t.Error("with a clean sheet, delete is for the text")
	}
	p.line()
	p.answer()
	if words() == 0 {
		t.Fatal("nothing was read")
	}
	talk.show(flow.IdlePage())
	if left := citizen.Ink(f); left != 0 {
		t.Errorf("%d lines are left", left)
	}
	// On the same page again, nothing of before is there.
	talk.show(page)
	if words() != 0 {
		t.Error("words of before are shown")
	}
}

// slow is an engine that does not answer until the test lets it, and then one
// character for so many lines.
type slow struct {
	begun chan [][][2]float32 // what it was asked; the very memory
	let   chan struct{}
}

func newSlow() *slow {
	return &slow{begun: make(chan [][][2]float32, 16), let: make(chan struct{})}
}

func (*slow) Words(flow.Way, bool, string) ([]input.Word, string) { return nil, "" }

func (s *slow) Characters(ink [][][2]float32) []string {
	s.begun <- ink
	n := len(ink)
	<-s.let
	return []string{string([]rune("一二三王五")[n-1])}
}

func TestASlowEngineHoldsNoFinger(t *testing.T) {
	engine := newSlow()
	p := newPen(t, engine)
	p.line()
	<-engine.begun // the first line is being read, and will be for as long as the test likes
	for range 3 {
		p.line() // returns: nobody waits
	}
	p.face.Press(flow.PressBack)
	if got := p.talk.pressed[len(p.talk.pressed)-1]; got != flow.PressBack {
		t.Errorf("told %q", got)
	}
	engine.let <- struct{}{}
	p.answer()
	if got := p.words(); len(got) != 0 {
		t.Errorf("%q is shown for four lines: it was read from one", got)
	}
	// Of what had waited only the latest is asked.
	if ink := <-engine.begun; len(ink) != 4 {
		t.Errorf("%d lines are asked next", len(ink))
	}
	engine.let <- struct{}{}
	p.answer()
	if got := p.words(); !slices.Equal(got, []string{"王"}) {
		t.Errorf("%q is shown for four lines", got)
	}
	if len(engine.begun) != 0 {
		t.Error("old ink is asked as well")
	}
}

func TestAnAnswerToAnOldPageIsNeverShown(t *testing.T) {
	engine := newSlow()
	p := newPen(t, engine)
	page := p.talk.page
	p.line()
	<-engine.begun
	engine.let <- struct{}{}
	answer := <-p.queue
	p.talk.show(flow.IdlePage()) // while the answer lies in the queue
	p.talk.show(page)
	answer()
	if got := p.words(); len(got) != 0 {
		t.Errorf("%q is shown on another page", got)
	}
	// A conversation that is ahead of its face is not shown old words either.
	p.line()
	<-engine.begun
	engine.let <- struct{}{}
	p.talk.gen++
	p.answer()
	if got := p.words(); len(got) != 0 {
		t.Errorf("%q is shown after the page has changed", got)
	}
}

func TestAWipeWhileReadingLeavesNothing(t *testing.T) {
	engine := newSlow()
	p := newPen(t, engine)
	p.line()
	reading := <-engine.begun
	lines := slices.Clone(reading)
	p.line() // waits
	p.talk.show(flow.IdlePage())
	if waiting, _ := citizen.Held(p.face); waiting {
		t.Error("ink waits after the wipe")
	}
	if citizen.Ink(p.face) != 0 {
		t.Error("the field has ink after the wipe")
	}
	engine.let <- struct{}{}
	p.answer()
	for _, s := range lines {
		for _, point := range s {
			if point != [2]float32{} {
				t.Fatalf("the reader has kept %v", point)
			}
		}
	}
	if len(engine.begun) != 0 {
		t.Error("wiped ink is asked")
	}
	if got := p.words(); len(got) != 0 {
		t.Errorf("%q is shown", got)
	}
}

// BenchmarkAFingerIsLifted is a line drawn in the field until the UI goroutine is free
// again, with the real engine, which is at work meanwhile; painting apart.
func BenchmarkAFingerIsLifted(b *testing.B) {
	writer := &input.Writer{}
	writer.Open()
	p := newPen(b, writer)
	took := make([]time.Duration, 0, 1<<14)
	for i := 0; b.Loop(); i++ {
		if i%12 == 11 {
			p.face.Press(flow.Take(0, "大"))
		}
		begin := time.Now()
		p.line()
		took = append(took, time.Since(begin))
		for len(p.queue) > 8 {
			p.answer()
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/most")
}
