package desk_test

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/theme"
)

var pictures = flag.String("pictures", "", "folder for a picture of every page")

// bench is a desk in a window, with a keyboard.
type bench struct {
	t *testing.T
	f *fake
	d *desk.Desk
	w fyne.Window
}

func newBench(t *testing.T, lang string) *bench {
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
}

func TestTheCounterCaseNeedsNoMouse(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2")
	b.picture("called")
	called, _ := b.f.hall().Queue.Ticket(t.Context(), "t0")
	if called.State != app.TicketCalled || called.WindowID != "w1" {
		t.Fatalf("F2: ticket is %s at %q", called.State, called.WindowID)
	}
	b.press("F8")
	if got := b.d.Route(); got.Page != desk.PageVisit || got.ID != "t0" {
		t.Fatalf("F8 opened %v", got)
	}
	b.typeText("zyl")
	b.picture("visit-search")
	b.press("Return") // picks the first resident
	b.typeText("高龄")
	b.press("Return") // picks the first service
	b.typeText("1")
	b.picture("visit-filled")
	b.press("Ctrl+S")
	if len(b.f.new) != 1 {
		t.Fatalf("saved %d visits; on the screen: %v", len(b.f.new), b.d.Words())
	}
	got := b.f.new[0]
	if got.ResidentID != "r0" || got.ServiceID == "" || got.Outcome != app.OutcomeDone || got.TicketID != "t0" || got.Channel != app.ChannelWindow {
		t.Errorf("saved %+v", got)
	}
	if !b.shows("已经存好") {
		t.Errorf("no word that it is saved: %v", b.d.Words())
	}
	if b.d.Route().Page != desk.PageHome {
		t.Errorf("after saving the desk is at %v", b.d.Route())
	}
	b.picture("saved")
}

func TestEveryPageHasAllWordsInBothLanguages(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			b := newBench(t, lang)
			check := func(where string) {
				t.Helper()
				b.picture(lang + "-" + where)
				for _, w := range b.d.Words() {
					if strings.ContainsAny(w, "⟦⟧") {
						t.Errorf("%s: %s", where, w)
					}
				}
			}
			check("signin")
			b.signIn("周样例")
			for _, p := range desk.AllPages() {
				b.d.Open(desk.Route{Page: p, ID: routes[p]})
				if b.d.Route().Page != p {
					t.Errorf("%s did not open", p)
				}
				if p == desk.PageResidents {
					b.typeText("样")
				}
				check(string(p))
			}
			for _, p := range []desk.Page{desk.PageResident, desk.PageNotice} {
				b.d.Open(desk.Route{Page: p})
				check(string(p) + "-new")
			}
			b.press("F1")
			check("keys")
			b.press("Escape", "F11")
			check("take")
		})
	}
}

// On a low screen the window is no larger than the screen, and what saves a form
// is still in sight.
func TestTheWindowShrinksToTheDisplay(t *testing.T) {
	if got := desk.WindowSize(fyne.Size{}); got != desk.Size {
		t.Errorf("on a display that is not known the window is %v", got)
	}
	display := fyne.NewSize(1366, 672) // 768 lines without the desktop's bars
	f := newFake()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	d := desk.New(desk.Config{Window: w, Hall: f.hall(), Folder: t.TempDir(), Display: display})
	d.Inline()
	d.Show()
	t.Cleanup(d.Close)
	b := &bench{t: t, f: f, d: d, w: w}
	b.signIn("周样例")
	d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	if got := w.Canvas().Size(); got.Width > display.Width || got.Height > display.Height {
		t.Errorf("the window is %v on a display of %v", got, display)
	}
	save, ok := d.Where("resident.save")
	if !ok || save.Y < 0 || save.Y > w.Canvas().Size().Height-2*theme.DeskRow {
		t.Errorf("the form is saved at %v, %v in a window of %v", save, ok, w.Canvas().Size())
	}
}

func TestRolesSeeOnlyWhatTheyMay(t *testing.T) {
	for name, role := range map[string]app.Role{"周样例": app.RoleAdmin, "钱样例": app.RoleClerk, "孙样例": app.RoleGrid, "吴样例": app.RoleSupervisor} {
		t.Run(string(role), func(t *testing.T) {
			b := newBench(t, "zh")
			b.signIn(name)
			for _, p := range desk.AllPages() {
				want := desk.Rights(p) == "" || app.May(role, desk.Rights(p))
				before := b.d.Route()
				b.d.Open(desk.Route{Page: p, ID: routes[p]})
				opened := b.d.Route() != before || before.Page == p
				if opened != want {
					t.Errorf("%s: opened %v, want %v", p, opened, want)
				}
			}
			if offered := slices.Contains(b.d.Hints(), "F2"); offered != app.May(role, app.ActServe) {
				t.Errorf("F2 offered: %v", offered)
			}
			b.press("F2", "F8", "Ctrl+8", "Ctrl+7")
			for _, a := range b.f.actors {
				if !app.May(a.Role, app.ActServe) {
					t.Errorf("a %s reached the queue", a.Role)
				}
			}
		})
	}
}

func TestErrorsStandAtTheFieldAndNothingIsLost(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident})
	b.typeText("新样例")
	b.press("Return")
	b.typeText("110101194910010017")
	b.f.refuse = app.Bad(app.CodeIDChecksum, "id_number")
	b.press("Ctrl+S")
	if b.d.FieldError("id_number") == "" {
		t.Error("no error at the ID number")
	}
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after the error", got)
	}
	b.picture("error")
	b.press("Ctrl+L") // the other language: still there
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after changing the language", got)
	}
	b.press("F6") // another page and back
	b.press("Escape")
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after another page; at %v", got, b.d.Route())
	}
}

func TestADuplicateLeadsToTheOther(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident})
	b.typeText("新样例")
	b.f.refuse = app.Fail(app.CodeDuplicate, "r2")
	b.press("Ctrl+S")
	b.picture("duplicate")
	b.press("Return")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageResident, ID: "r2"}) {
		t.Fatalf("at %v", got)
	}
	b.press("Escape")
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after looking at the other", got)
	}
}

func TestOnlyChangedColumnsAreSent(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	b.d.FocusField("phone")
	b.typeText("13900000000")
	b.press("Ctrl+S")
	if len(b.f.saved) != 1 {
		t.Fatalf("saved %d times", len(b.f.saved))
	}
	if got := b.f.saved[0]; len(got) != 1 || got["phone"] != "13900000000" {
		t.Errorf("sent %v", got)
	}
	if got := b.f.forms[0]; got.Row != "r0" || len(got.Seen["phone"]) != 1 {
		t.Errorf("the form was not handed back: %+v", got)
	}
	b.press("Ctrl+S")
	if len(b.f.saved) != 1 {
		t.Error("saved again without a change")
	}
}

func TestRevealShowsOneValueAndChangesNothing(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	b.d.FocusField("phone")
	b.press("Ctrl+E")
	if !slices.Equal(b.f.revealed, []string{"phone"}) {
		t.Errorf("revealed %v", b.f.revealed)
	}
	if got := b.d.FieldValue("phone"); got != "13800000000" {
		t.Errorf("phone shows %q", got)
	}
	b.press("Ctrl+S")
	if len(b.f.saved) != 0 {
		t.Errorf("looking at a value saved %v", b.f.saved)
	}
}

func TestAWrongPINSaysHowManyTriesAreLeft(t *testing.T) {
	b := newBench(t, "zh")
	b.typeText("钱样例")
	b.press("Return")
	enter := func() string {
		b.typeText("111111")
		b.press("Return")
		if b.d.FieldError("pin") == "" && b.d.Sheets() == 0 {
			b.typeText("1")
			b.press("Return")
		}
		return b.d.FieldError("pin")
	}
	if got := enter(); !strings.Contains(got, "4") {
		t.Errorf("first wrong PIN says %q", got)
	}
	b.picture("wrong-pin")
	for range 4 {
		enter()
	}
	if got := b.d.FieldError("pin"); !strings.Contains(got, "15") {
		t.Errorf("lock-out says %q", got)
	}
	if b.d.SignedIn().ID != "" {
		t.Error("signed in with a wrong PIN")
	}
}

func TestAnUnattendedDeskLocksAndKeepsTheDraft(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F8")
	b.typeText("zyl")
	b.press("Return")
	b.f.now = b.f.now.Add(9 * time.Minute)
	b.d.Tick()
	if b.d.SignedIn().ID == "" {
		t.Fatal("locked after nine minutes")
	}
	b.f.now = b.f.now.Add(time.Minute)
	b.d.Tick()
	if b.d.SignedIn().ID != "" {
		t.Fatal("still open after ten minutes")
	}
	if b.shows("张样例") {
		t.Error("the locked desk shows a resident")
	}
	b.typeText("246810")
	b.press("Return")
	if b.d.SignedIn().Name != "钱样例" {
		t.Fatalf("did not sign in again: %v", b.d.Words())
	}
	b.press("F8")
	if got := b.d.FieldValue("resident"); got != "r0" {
		t.Errorf("the draft's resident is %q", got)
	}
	b.press("F12")
	b.w.Canvas().FocusPrevious() // from the PIN to the name: someone else
	b.signIn("周样例")
	b.press("F8")
	if got := b.d.FieldValue("resident"); got != "" {
		t.Errorf("another person sees the draft %q", got)
	}
}

func TestANewCaseShowsItsSecretOnce(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F7")
	b.typeText("4")
	b.press("Return")
	b.typeText("楼道灯不亮")
	b.picture("newcase")
	b.press("Ctrl+S")
	if !b.shows("2611 2301 0995") || !b.shows("482 915") {
		t.Fatalf("receipt or secret is not shown: %v", b.d.Words())
	}
	b.picture("receipt")
	b.press("Return", "Return", "Escape", "F8", "Ctrl+S")
	b.typeText(" ")
	if !b.shows("482 915") {
		t.Fatal("an ordinary key closed the sheet with the secret")
	}
	b.press("Ctrl+Return")
	if b.d.Sheets() != 0 || !b.shows("楼道灯不亮") {
		t.Errorf("the case is not shown after the sheet: %v", b.d.Words())
	}
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageCase, ID: "c-new"}) {
		t.Errorf("at %v", got)
	}
	if b.shows("482 915") {
		t.Error("the secret is still on the screen")
	}
}

func TestACaseIsServedByDigits(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
	b.typeText("1") // accept
	b.typeText("4") // reply
	b.typeText("灯已经换好。")
	b.picture("reply")
	b.press("Ctrl+S")
	c, _, _ := b.f.hall().Cases.Case(t.Context(), app.Actor{}, "c0")
	if c.State != app.CaseReplied || c.Reply != "灯已经换好。" {
		t.Fatalf("the case is %s, reply %q", c.State, c.Reply)
	}
	b.picture("replied")
}

func TestADigitMeansTheSameStepInEveryState(t *testing.T) {
	state := func(b *bench) app.CaseState {
		c, _, _ := b.f.hall().Cases.Case(t.Context(), app.Actor{}, "c0")
		return c.State
	}
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
	if got := b.d.Primary(); got != "case.accept" {
		t.Errorf("open: %q is blue", got)
	}
	b.typeText("23456")
	if b.d.Sheets() != 0 || state(b) != app.CaseOpen {
		t.Fatal("a step that is not possible did something")
	}
	b.typeText("1")
	if got := b.d.Primary(); got != "case.reply" || state(b) != app.CaseAccepted {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.typeText("15")
	if b.d.Sheets() != 0 {
		t.Fatal("a case without a reply could be closed")
	}
	b.typeText("4")
	b.typeText("灯已经换好。")
	b.press("Ctrl+S")
	if got := b.d.Primary(); got != "case.close" || state(b) != app.CaseReplied {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.typeText("5")
	if b.d.Sheets() != 1 || state(b) != app.CaseReplied {
		t.Fatal("closing does not ask")
	}
	b.press("Return")
	if got := b.d.Primary(); got != "" || state(b) != app.CaseClosed {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.picture("closed")
	b.typeText("12345")
	if b.d.Sheets() != 0 {
		t.Fatal("a digit of another step did something with a closed case")
	}
	b.typeText("6")
	if b.d.Sheets() != 1 || state(b) != app.CaseClosed {
		t.Fatal("reopening does not ask")
	}
	b.typeText("灯又坏了。")
	b.press("Ctrl+S")
	if state(b) != app.CaseHandling {
		t.Errorf("reopened, the case is %s", state(b))
	}
}

func TestAnAcceptedVisitGoesOnAsACase(t *testing.T) {
	register := func(b *bench, outcome string) {
		b.signIn("钱样例")
		b.press("F2", "F8")
		b.typeText("zyl")
		b.press("Return")
		b.typeText("高龄")
		b.press("Return")
		b.typeText(outcome)
	}
	b := newBench(t, "zh")
	register(b, "2")
	b.picture("visit-accepted")
	if got := b.d.FieldValue("case"); got != "yes" {
		t.Errorf("for an accepted visit the case is %q", got)
	}
	b.press("Ctrl+S")
	if got := b.d.Route().Page; got != desk.PageNewCase {
		t.Fatalf("after saving the desk is at %s", got)
	}
	if !b.shows("已经存好") {
		t.Errorf("no word that the visit is saved: %v", b.d.Words())
	}
	b.picture("newcase-visit")
	b.press("Ctrl+S")
	if len(b.f.opened) != 1 {
		t.Fatalf("opened %d cases; on the screen: %v", len(b.f.opened), b.d.Words())
	}
	got := b.f.opened[0]
	if got.VisitID != "v-new" || got.ResidentID != "r0" || got.ServiceID != b.f.new[0].ServiceID || got.Kind != app.CaseService || got.Title == "" {
		t.Errorf("opened %+v", got)
	}

	b = newBench(t, "zh")
	register(b, "21") // accepted at first, then done
	if got := b.d.FieldValue("case"); got != "no" {
		t.Errorf("for a visit that is done the case is %q", got)
	}
	b.press("Ctrl+S")
	if got := b.d.Route().Page; got != desk.PageHome || len(b.f.opened) != 0 {
		t.Errorf("after saving the desk is at %s", got)
	}
}

func TestWhatCannotWaitStandsFirstInTheInbox(t *testing.T) {
	b := newBench(t, "zh")
	urgent := b.f.inbox[0]
	calm := urgent
	calm.ID, calm.Body.Urgent = "i9", false
	opinion := b.f.inbox[1]
	opinion.ID, opinion.Body.Words, opinion.Body.Choice = "i8", "", "wait"
	comment := b.f.inbox[2]
	comment.ID, comment.Body.Words, comment.Body.Choice = "i7", "", "manner"
	b.f.inbox = []app.InboxItem{comment, calm, opinion, urgent}
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageInbox})
	b.picture("inbox")
	words := b.d.Words()
	at := func(w string) int { return slices.Index(words, w) }
	if at("很急") < 0 || at("很急") > at("不急") {
		t.Errorf("urgent at %d, not urgent at %d", at("很急"), at("不急"))
	}
	for _, w := range []string{"楼道里", "等得太久", "态度不好"} {
		if !b.shows(w) {
			t.Errorf("%q is not shown: %v", w, words)
		}
	}
	if b.shows("公开答复") {
		t.Error("a private problem offers a public answer")
	}
}

func TestAnAddressKeepsItsEnd(t *testing.T) {
	b := newBench(t, "zh")
	for i := range b.f.residents {
		b.f.residents[i].Address = "样例省样例市样例区样例街道样例社区样例路六十号院三号楼二单元 50" + string(rune('1'+i)) + " 室"
	}
	b.signIn("钱样例")
	b.press("F6")
	b.typeText("样")
	b.picture("residents-long")
	if !b.shows("找到 6 位") {
		t.Errorf("the count is not shown: %v", b.d.Words())
	}
	if got := desk.FitEnd("样例省样例市样例路六十号院三号楼二单元 502 室", 120); !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "502 室") {
		t.Errorf("cut to %q", got)
	}
	b.press("F8")
	b.typeText("zyl")
	b.picture("visit-search-long")
}

func TestTheHelpCallIsAnswered(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	if !b.shows("去处理") || !b.shows("首页") {
		t.Fatal("the call, or where it comes from, is not shown")
	}
	b.press("F10")
	if b.shows("去处理") {
		t.Error("the call is still shown after it was answered")
	}
}

func TestACallForStaffIsHeardAtALockedDesk(t *testing.T) {
	b := newBench(t, "zh")
	rings := 0
	b.d.OnBell(func() { rings++ })
	b.f.help = append(b.f.help, app.HelpCall{ID: "h9", Page: "home", At: b.f.now})
	b.f.bus.Publish(app.Changed{Table: "help_call", IDs: []string{"h9"}, Verb: "help.call"})
	b.d.Drain()
	if rings != 1 || !b.shows("有居民在叫工作人员") {
		t.Fatalf("rang %d times; on the screen: %v", rings, b.d.Words())
	}
	b.f.bus.Publish(app.Changed{Table: "help_event"})
	b.d.Drain()
	if rings != 1 {
		t.Errorf("the same call rang %d times", rings)
	}
	b.f.help = nil
	b.f.bus.Publish(app.Changed{Table: "help_event"})
	b.d.Drain()
	if b.shows("有居民在叫工作人员") {
		t.Error("an answered call is still shown")
	}
}

func TestThePagesFollowTheHall(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	if b.shows("Z9-777") {
		t.Fatal("the number is there already")
	}
	b.f.tickets = append(b.f.tickets, app.Ticket{ID: "t99", Number: "Z9-777", State: app.TicketMissed, CalledAt: b.f.now})
	b.f.bus.Publish(app.Changed{Table: "ticket", IDs: []string{"t99"}, Verb: "ticket.miss"})
	b.d.Drain()
	if !b.shows("Z9-777") {
		t.Error("the page does not show what another desk did")
	}
}

func TestTheSheetIsNaggedForUntilConfirmed(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	if !b.shows("恢复单还没有核对") {
		t.Fatal("no banner")
	}
	b.d.Open(desk.Route{Page: desk.PageHealth})
	b.typeText("3")
	b.typeText("XXXX")
	b.press("Ctrl+S")
	b.picture("confirm-sheet")
	if b.d.Sheets() != 1 {
		t.Fatal("a wrong group closed the question")
	}
	b.press("BackSpace", "BackSpace", "BackSpace", "BackSpace")
	b.typeText("K7QM")
	b.press("Ctrl+S")
	if b.shows("恢复单还没有核对") {
		t.Error("the banner is still there")
	}
}

func TestTabGoesFromFieldToFieldAndNeverIntoTheText(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F7")
	b.typeText("2")
	b.press("Tab")
	b.typeText("标题")
	b.press("Tab")
	b.typeText("正文")
	if f, ok := b.w.Canvas().Focused().(fyne.Tabbable); ok && f.AcceptsTab() {
		t.Error("the text takes Tab for itself")
	}
	b.press("Tab")
	b.typeText("地点")
	for name, want := range map[string]string{"kind": "consult", "title": "标题", "body": "正文", "place": "地点"} {
		if got := b.d.FieldValue(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestACallIsNotMadeTwice(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2", "F2", "F2")
	n := 0
	for _, x := range b.f.tickets {
		if x.State == app.TicketCalled {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d numbers are called to one window", n)
	}
}
