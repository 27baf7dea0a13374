package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/theme"
)

// district is a supervisor's machine in memory: a few halls that are all the same fake
// but for their names.
type district struct {
	f     *fake
	bus   *app.Bus
	pin   string
	tries int
	rows  []app.HallNow
	asked int
	open  map[string]*fake
}

func newDistrict() *district {
	f := newFake()
	d := &district{f: f, bus: &app.Bus{}, pin: "246810", open: map[string]*fake{}}
	at := func(ago time.Duration) time.Time { return f.now.Add(-ago) }
	d.rows = []app.HallNow{
		{ID: "quiet", Name: "样例和平厅", Live: true, Met: at(0), Figures: app.Figures{Visits: 41, Waiting: 3, OpenCases: 12, Rated: 60, Satisfied: 58}},
		{ID: "late", Name: "样例幸福厅", Live: true, Met: at(0), Figures: app.Figures{Visits: 1204, Waiting: 11, OpenCases: 30, Overdue: 4, Rated: 120, Satisfied: 104, Attention: 2}},
		{ID: "damaged", Name: "样例东风厅", Failed: app.CodeDamaged},
		{ID: "silent", Name: "样例长江厅", Met: at(75 * time.Hour), Away: app.CodeUnreachable, Figures: app.Figures{OpenCases: 5, Rated: 2, Satisfied: 0}},
		{ID: "away", Name: "样例新村厅", Met: at(20 * time.Minute), Away: app.CodeUnreachable, Figures: app.Figures{Visits: 8, Attention: 1}},
		{ID: "out", Name: "样例河西厅", Met: at(30 * time.Hour), Away: app.CodeRevoked},
		{ID: "new", Met: at(time.Minute), Live: true},
	}
	return d
}

func (d *district) HasPIN(context.Context) (bool, error) { return d.pin != "", nil }

func (d *district) ChoosePIN(_ context.Context, pin string) error {
	if err := app.GoodPIN(pin); err != nil {
		return err
	}
	d.pin = pin
	return nil
}

func (d *district) SignIn(_ context.Context, pin string) (app.Actor, error) {
	if pin != d.pin {
		d.tries++
		return app.Actor{}, app.Fail(app.CodeWrongPIN, fmt.Sprint(5-d.tries))
	}
	return app.SupervisorActor(), nil
}

func (d *district) Halls(context.Context, app.Actor) ([]app.HallNow, error) {
	d.asked++
	return slices.Clone(d.rows), nil
}

func (d *district) Open(_ context.Context, _ app.Actor, id string) (*app.Hall, error) {
	i := slices.IndexFunc(d.rows, func(r app.HallNow) bool { return r.ID == id })
	if i < 0 {
		return nil, app.Fail(app.CodeNotFound)
	}
	if d.rows[i].Failed != "" {
		return nil, app.Fail(d.rows[i].Failed)
	}
	f := newFake()
	d.open[id] = f
	h := f.hall()
	h.ReadOnly = true
	h.Public = named{h.Public, d.rows[i].Name}
	return h, nil
}

// named is a hall by another name; without one its rows have not come.
type named struct {
	app.PublicPort
	name string
}

func (n named) Hall(ctx context.Context) (app.HallInfo, error) {
	info, err := n.PublicPort.Hall(ctx)
	info.Name = n.name
	if n.name == "" {
		err = app.Fail(app.CodeNotFound)
	}
	return info, err
}

// newOverview is a supervisor's desk at its sign-in page.
func newOverview(t *testing.T, lang string, dis *district) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	d := desk.New(desk.Config{Window: w, Halls: &app.Halls{Overview: dis, Events: dis.bus, Clock: clock{dis.f}}, Lang: lang, Folder: t.TempDir()})
	d.Inline()
	d.Show()
	w.Resize(desk.Size)
	t.Cleanup(d.Close)
	return &bench{t: t, f: dis.f, d: d, w: w}
}

func (b *bench) enterPIN(pin string) {
	b.typeText(pin)
	b.press("Return")
}

func TestASupervisorSeesWhatNeedsAttentionFirst(t *testing.T) {
	b := newOverview(t, "zh", newDistrict())
	b.picture("halls-signin")
	b.enterPIN("111112")
	if got := b.d.FieldError("pin"); !strings.Contains(got, "4") || b.d.SignedIn().ID != "" {
		t.Fatalf("a wrong PIN says %q", got)
	}
	b.enterPIN("246810")
	if got := b.d.Route().Page; got != desk.PageHalls {
		t.Fatalf("the desk opens at %q: %v", got, b.d.Words())
	}
	b.picture("halls")
	want := []string{"样例东风厅", "样例河西厅", "样例幸福厅", "样例长江厅", "样例新村厅", "样例和平厅", "还不知道名称的大厅"}
	var got []string
	for _, w := range b.d.Words() {
		if slices.Contains(want, w) && !slices.Contains(got, w) {
			got = append(got, w)
		}
	}
	// The chosen hall's name stands at the right as well; the list's order is what counts.
	if !slices.Equal(got, want) {
		t.Errorf("the order is %v", got)
	}
	for _, say := range []string{"打不开", "已停用", "3 天没有联系", "20 分钟前", "连着", "1,253", "97%", "87%", "别的厅不受影响"} {
		if !b.says(say) {
			t.Errorf("%q is not shown: %v", say, b.d.Words())
		}
	}
	b.press("Down", "Down")
	b.picture("halls-late")
	for _, say := range []string{"有 4 件办件过了承诺的时间", "有 2 件事等厅里的人看一下", "满意 87%（30 天里 120 次评价）"} {
		if !b.says(say) {
			t.Errorf("%q is not shown: %v", say, b.d.Words())
		}
	}
	for _, person := range []string{"张样例", "张*例", "钱样例", "138****0000"} {
		if b.says(person) {
			t.Errorf("the overview shows %q", person)
		}
	}
}

func TestAHallOpensInTheSameWindowAndOneKeyLeadsBack(t *testing.T) {
	dis := newDistrict()
	b := newOverview(t, "zh", dis)
	b.enterPIN("246810")
	b.press("Return") // the damaged one
	if b.d.Route().Page != desk.PageHalls || !b.shows("数据文件有损坏") {
		t.Fatalf("a damaged hall: %v", b.d.Words())
	}
	b.press("Down", "Down", "Return")
	if got := b.d.Route().Page; got != desk.PageCases {
		t.Fatalf("a hall opens at %q", got)
	}
	b.picture("halls-within")
	for _, say := range []string{"您在看", "样例幸福厅", "督查 · 只看，不改"} {
		if !b.says(say) {
			t.Errorf("%q is not shown: %v", say, b.d.Words())
		}
	}
	b.press("F6")
	b.typeText("样")
	if !b.shows("张样例") {
		t.Error("residents are not found")
	}
	for _, back := range [][]string{{"Ctrl+G"}, {"Escape", "Escape"}} {
		b.press(back...)
		if b.d.Route().Page != desk.PageHalls || b.says("样例路") {
			t.Fatalf("%v led to %v: %v", back, b.d.Route(), b.d.Words())
		}
		b.press("Return") // the same hall is still the chosen one
		if !b.says("您在看") || !b.says("样例幸福厅") {
			t.Fatalf("back in another hall: %v", b.d.Words())
		}
		b.press("F6")
		if b.shows("张样例") {
			t.Error("what was looked for is still there")
		}
	}
	// In another hall nothing is left of this one.
	b.press("Ctrl+G", "End", "Up", "Return")
	if !b.says("样例和平厅") || b.says("样例幸福厅") || b.shows("张样例") {
		t.Errorf("the other hall shows %v", b.d.Words())
	}
	// Its changes are followed, and no other's.
	b.d.Open(desk.Route{Page: desk.PageCases})
	dis.open["quiet"].cases[0].Title = "样例标题改过了"
	dis.open["quiet"].bus.Publish(app.Changed{Table: "case"})
	b.d.Drain()
	if !b.shows("样例标题改过了") {
		t.Error("the page does not follow its hall")
	}
	b.press("F12")
	if b.d.SignedIn().ID != "" || b.says("样例和平厅") {
		t.Errorf("the locked desk shows %v", b.d.Words())
	}
	b.enterPIN("246810")
	if b.d.Route().Page != desk.PageHalls {
		t.Errorf("signed in again at %v", b.d.Route())
	}
}

// Every page that a supervisor may open says that it is only for reading or offers nothing
// that writes, and none of them asks the hall to write.
func TestASupervisorIsOfferedNothingThatWouldBeRefused(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		dis := newDistrict()
		b := newOverview(t, lang, dis)
		b.enterPIN("246810")
		b.press("Down", "Down", "Return")
		var opened []desk.Page
		for _, p := range desk.AllPages() {
			b.d.Open(desk.Route{Page: p, ID: routes[p]})
			if b.d.Route().Page != p {
				continue
			}
			opened = append(opened, p)
			b.picture("halls-" + lang + "-" + string(p))
			for _, w := range b.d.Words() {
				if strings.ContainsAny(w, "⟦⟧") {
					t.Errorf("%s: %s", p, w)
				}
			}
			b.press("F1")
			b.press("Escape", "Ctrl+S", "F2", "F5", "F7", "F8", "F9", "F11", "Ctrl+N", "Ctrl+E", "Delete", "2")
			if b.d.Sheets() != 0 {
				t.Errorf("%s: a question is open: %v", p, b.d.Words())
			}
			for _, id := range []string{"case.close", "case.reopen", "case.accept", "resident.save"} {
				if _, ok := b.d.Where(id); ok {
					t.Errorf("%s offers %s", p, id)
				}
			}
		}
		want := []desk.Page{desk.PageResidents, desk.PageCases, desk.PageChecks, desk.PageResident, desk.PageCase, desk.PageKiosk, desk.PageSync, desk.PageAttention, desk.PageConflict, desk.PageVoided}
		if !slices.Equal(opened, want) {
			t.Errorf("%s: opened %v", lang, opened)
		}
		if n := len(dis.open["late"].actors); n != 0 {
			t.Errorf("%s: the hall was asked to write %d times", lang, n)
		}
	}
}

func TestTheCaseOfAReadOnlyHallSaysWhy(t *testing.T) {
	b := newOverview(t, "zh", newDistrict())
	b.enterPIN("246810")
	b.press("Down", "Down", "Return")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c4"}) // replied: to be closed, elsewhere
	if !b.says("大厅给这台电脑的权限是只看") {
		t.Errorf("the case says %v", b.d.Words())
	}
	if b.shows("本机已存") {
		t.Error("it speaks of how far its own records have come, and there are none")
	}
}

func TestAHallThatHasNotComeYetSaysSo(t *testing.T) {
	b := newOverview(t, "zh", newDistrict())
	b.enterPIN("246810")
	b.press("End", "Return")
	if b.d.Route().Page != desk.PageHalls || !b.says("还没有传过来") {
		t.Errorf("on %v: %v", b.d.Route(), b.d.Words())
	}
}

// The overview is told of changes; between, only its words about time grow, and a new day
// counts anew.
func TestTheOverviewFollowsTheHallsAndNeverPolls(t *testing.T) {
	dis := newDistrict()
	b := newOverview(t, "zh", dis)
	b.enterPIN("246810")
	asked := dis.asked
	for range 8 {
		b.f.now = b.f.now.Add(15 * time.Second)
		b.d.Tick()
	}
	if !b.shows("22 分钟前") || dis.asked != asked {
		t.Errorf("asked %d times: %v", dis.asked-asked, b.d.Words())
	}
	dis.rows[0].Overdue = 9
	dis.bus.Publish(app.Changed{Table: "halls"})
	b.d.Drain()
	if !b.shows("13") { // 4 and 9
		t.Errorf("the sum does not follow: %v", b.d.Words())
	}
	asked = dis.asked
	b.f.now = b.f.now.Add(14*time.Hour + 30*time.Minute)
	b.press("Down") // somebody is there
	b.d.Tick()
	if dis.asked != asked+1 {
		t.Errorf("after midnight asked %d times", dis.asked-asked)
	}
}

func TestTheFirstPINIsChosenTwice(t *testing.T) {
	dis := newDistrict()
	dis.pin = ""
	b := newOverview(t, "zh", dis)
	b.picture("halls-choose")
	if !b.says("第一次使用") {
		t.Fatalf("a new machine shows %v", b.d.Words())
	}
	b.typeText("975310")
	b.press("Return")
	b.typeText("975311")
	b.press("Return")
	if got := b.d.FieldError("again"); !strings.Contains(got, "不一样") || dis.pin != "" {
		t.Fatalf("two that differ: %q, set %q", got, dis.pin)
	}
	b.typeText("975310")
	b.press("Return")
	if dis.pin != "975310" || b.d.Route().Page != desk.PageHalls {
		t.Fatalf("set %q, at %v: %v", dis.pin, b.d.Route(), b.d.Words())
	}
	dis.pin = ""
	b.press("F12")
	b.typeText("123456")
	b.press("Return")
	b.typeText("123456")
	b.press("Return")
	if got := b.d.FieldError("pin"); !strings.Contains(got, "连号") {
		t.Errorf("one that is easy to guess: %q", got)
	}
}

func TestTheOverviewHasAllWordsInBothLanguages(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b := newOverview(t, lang, newDistrict())
		b.enterPIN("246810")
		for range 7 {
			for _, w := range b.d.Words() {
				if strings.ContainsAny(w, "⟦⟧") {
					t.Errorf("%s: %s", lang, w)
				}
			}
			b.press("Down")
		}
		b.press("F1")
		b.picture("halls-keys-" + lang)
		if b.shows("F2") || !b.shows("Ctrl+G") {
			t.Errorf("the keys shown: %v", b.d.Words())
		}
		b.press("Escape", "Ctrl+L")
		b.picture("halls-" + lang + "-turned")
		if b.d.Route().Page != desk.PageHalls {
			t.Errorf("switching the language led to %v", b.d.Route())
		}
	}
}

// A desk of one hall knows nothing of all this.
func TestADeskOfOneHallHasNoOverview(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("吴样例") // a supervisor on the hall's own staff
	before := b.d.Route()
	b.press("Ctrl+G")
	b.d.Open(desk.Route{Page: desk.PageHalls})
	for range 3 {
		b.press("Escape")
	}
	if b.d.Route() != before {
		t.Errorf("led to %v", b.d.Route())
	}
	b.press("F1")
	if b.shows("Ctrl+G") {
		t.Error("the key is listed")
	}
}
