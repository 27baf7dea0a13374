package session_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

// book is where a kiosk's counts are kept.
type book struct {
	kept  [][]app.PageCount
	fault error
	tries int
}

func (b *book) Tally(ctx context.Context, counts []app.PageCount) error {
	b.tries++
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.fault != nil {
		return b.fault
	}
	b.kept = append(b.kept, slices.Clone(counts))
	return nil
}

// sums are all that was kept, by page.
func (b *book) sums() map[string]app.PageCount {
	sums := map[string]app.PageCount{}
	for _, counts := range b.kept {
		for _, c := range counts {
			sum := sums[c.Page]
			sum.Page = c.Page
			sum.Add(c)
			sums[c.Page] = sum
		}
	}
	return sums
}

// counting opens a kiosk that counts.
func counting(t *testing.T) (*kiosk, *book) {
	t.Helper()
	b := &book{}
	return open(t, func(c *session.Config) { c.Tally = b }), b
}

func TestAFewConversationsAsCounts(t *testing.T) {
	k, b := counting(t)
	wait := func(seconds int) { k.clock.Advance(time.Duration(seconds) * time.Second) }

	k.press("ticket") // takes a number
	wait(7)
	k.press("business-A")
	wait(3)
	k.press("normal")
	wait(4)
	k.press(flow.PressHome)

	k.press("ticket", "business-A") // goes back, then calls for staff and is gone
	wait(20)
	k.press(flow.PressBack)
	k.at("ticket.business")
	wait(2)
	k.press(flow.PressHelp)
	wait(1)
	k.clock.Advance(session.IdleAfter + session.WipeAfter)
	k.clean()

	category := flowtest.Facts("zh").Problems[0] // gives up, is asked and says no
	k.press("problem", category.Code)
	wait(10)
	k.press(flow.PressHelp, flow.PressBack)
	k.at("problem.what")
	k.clock.Advance(session.IdleAfter)
	k.at("idle")
	k.press(flow.PressHome)
	k.clean()

	k.press(flow.PressSize) // looks and walks off
	k.clock.Advance(session.IdleAfter)
	k.clean()

	if b.tries > 0 {
		t.Error("counts were handed over before an hour had passed")
	}
	k.clock.Advance(time.Hour)
	if b.tries != 1 {
		t.Fatalf("handed over %d times", b.tries)
	}
	want := []app.PageCount{
		{Page: "home", Came: 4, Left: 1, Finished: 1},
		{Page: "problem.category", Came: 1, Times: [5]int{1}},
		{Page: "problem.what", Came: 1, Helped: 1, Left: 1, Seconds: 70, Times: [5]int{4: 1}},
		{Page: "ticket.business", Came: 3, Helped: 1, Finished: 1, Seconds: 7, Times: [5]int{1, 1}},
		{Page: "ticket.priority", Came: 2, Back: 1, Finished: 1, Seconds: 23, Times: [5]int{1, 0, 1}},
		{Page: "ticket.taken", Came: 1, Finished: 1, Seconds: 4, Times: [5]int{1}},
	}
	for i := range want {
		want[i].Day = "2026-11-23"
	}
	if !slices.Equal(b.kept[0], want) {
		t.Errorf("counted\n%+v, want\n%+v", b.kept[0], want)
	}
}

func TestAnUntouchedKioskCountsNothing(t *testing.T) {
	k, b := counting(t)
	k.clock.Advance(30 * time.Hour)
	k.Close()
	if b.tries > 0 {
		t.Errorf("handed over %d times: %+v", b.tries, b.kept)
	}
}

func TestCountsAreHandedOverOnceAnHourAtMost(t *testing.T) {
	k, b := counting(t)
	for range 8 * 60 {
		k.press("rate", flow.PressHome)
		k.clock.Advance(time.Minute)
	}
	if b.tries > 8 {
		t.Errorf("handed over %d times in 8 hours", b.tries)
	}
	k.clock.Advance(time.Hour)
	if got := b.sums()["rate.what"]; got.Came != 480 || got.Left != 480 {
		t.Errorf("%+v", got)
	}
}

func TestTheCountsOfADayThatIsOverGoWithTheNextWipe(t *testing.T) {
	k, b := counting(t)
	k.clock.Advance(14*time.Hour + 20*time.Minute) // ten to midnight
	k.press("rate", flow.PressHome)
	k.clock.Advance(11 * time.Minute)
	k.press("rate", flow.PressHome)
	if len(b.kept) != 1 {
		t.Fatalf("handed over %d times", len(b.kept))
	}
	var days []app.Day
	for _, c := range b.kept[0] {
		days = append(days, c.Day)
	}
	if want := []app.Day{"2026-11-23", "2026-11-23", "2026-11-24", "2026-11-24"}; !slices.Equal(days, want) {
		t.Errorf("days %v", days)
	}
}

func TestClosingHandsOverWhatIsLeft(t *testing.T) {
	k, b := counting(t)
	k.press("rate", flow.PressHome, "notices")
	k.Close()
	sums := b.sums()
	if len(b.kept) != 1 || sums["rate.what"].Came != 1 || sums["notices.list"].Came != 0 {
		t.Errorf("kept %+v", b.kept)
	}
	k.Close()
	if b.tries != 1 {
		t.Error("closing twice counts twice")
	}
}

func TestCountsThatCannotBeKeptWait(t *testing.T) {
	k, b := counting(t)
	b.fault = app.Fail(app.CodeDiskFull)
	k.press("rate", flow.PressHome)
	k.clock.Advance(90 * time.Minute)
	if b.tries != 1 {
		t.Fatalf("tried %d times in an hour and a half", b.tries)
	}
	b.fault = nil
	k.press("rate", flow.PressHome)
	k.clock.Advance(time.Hour)
	if got := b.sums()["rate.what"]; got.Came != 2 {
		t.Errorf("%+v", got)
	}
}

func TestAKioskThatMayNotCountDoesNotGatherForever(t *testing.T) {
	k, b := counting(t)
	b.fault = app.Fail(app.CodeForbidden)
	k.press("rate", flow.PressHome)
	k.clock.Advance(3 * time.Hour)
	if b.tries != 1 {
		t.Errorf("tried %d times", b.tries)
	}
	b.fault = nil
	k.Close()
	if len(b.kept) > 0 {
		t.Errorf("kept %+v", b.kept)
	}
}

func TestAKioskClosedMeanwhileStillHandsOver(t *testing.T) {
	k, b := counting(t)
	k.press("rate", flow.PressHome)
	k.slow = true
	k.clock.Advance(time.Hour)
	k.Close()
	k.finish()
	if got := b.sums()["rate.what"]; got.Came != 1 {
		t.Errorf("%+v", got)
	}
}

// The way back may be a page's own next step; then it is no sign that the page is bad.
func TestTheWayOnIsNoWayBack(t *testing.T) {
	k, b := counting(t)
	s := flowtest.Services()[0]
	k.press("services", string(s.Family), s.ID, "save")
	k.at("service.saved")
	k.press(flow.PressBack)
	k.at("service")
	k.press(flow.PressBack, flow.PressHome)
	k.Close()
	sums := b.sums()
	if sums["service.saved"].Back != 0 || sums["service"].Back != 1 {
		t.Errorf("%+v, %+v", sums["service.saved"], sums["service"])
	}
}

// Slow work is a page of its own, and a page that waits for it is not left before it is seen.
func TestWorkThatIsNotSeenIsNoPage(t *testing.T) {
	k, b := counting(t)
	k.press("ticket", "business-A")
	k.slow = true
	k.press("normal", flow.PressBack)
	k.clock.Advance(flow.Slow / 2)
	k.slow = false
	k.finish()
	k.at("ticket.taken")
	k.press(flow.PressHome, "ticket", "business-A")
	k.slow = true
	k.press("normal")
	k.clock.Advance(flow.VerySlow)
	k.at("ticket.working")
	k.press(flow.PressHome)
	k.finish()
	k.slow = false
	k.Close()
	sums := b.sums()
	if got := sums["ticket.priority"]; got.Came != 2 || got.Back != 0 || got.Finished != 1 {
		t.Errorf("%+v", got)
	}
	if got := sums["ticket.working"]; got.Came != 1 || got.Left != 1 {
		t.Errorf("%+v", got)
	}
}

// Residents do whatever they like; what is handed over are pages that flows have, whole numbers that agree, and
// nothing that anybody typed, wrote or chose.
func TestCountsHoldNothingPersonal(t *testing.T) {
	pages := map[string]bool{}
	for v := range flowtest.Visits(flowtest.Facts("zh")) {
		pages[v.Page.ID] = true
	}
	typed := []string{flowtest.SampleReceipt(), "13800000000", "246810", "1005", "A1-005", "楼道的灯不亮了", "135791", "rating-id", "help-id", "ticket-id"}
	for _, business := range flowtest.Businesses() {
		typed = append(typed, business.ID)
	}
	for _, grid := range flowtest.Grids() {
		typed = append(typed, grid.ID)
	}
	for _, service := range flowtest.Services() {
		typed = append(typed, service.ID)
	}
	for _, notice := range flowtest.Notices() {
		typed = append(typed, notice.ID)
	}
	came := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		b := &book{}
		k := &kiosk{t: t, clock: &clock{now: flowtest.Now}, port: &port{}}
		k.port.progress = app.Progress{State: app.CaseClosed, Reply: "已经修好。", CanRate: true, At: flowtest.Now}
		k.Session = session.New(session.Config{
			Public: k.port, Kiosk: k.port, Clock: k.clock, After: k.clock.After, Go: func(f func()) { f() },
			SavePDF: func(string, []byte) error { return nil }, CanWrite: true, Tally: b, Booking: &diary{},
		})
		ended := 0
		for range rapid.IntRange(5, 60).Draw(rt, "presses") {
			p := k.Page()
			ids := []string{flow.PressBack, flow.PressHelp, flow.PressStay, flow.PressLang}
			for _, c := range p.Choices {
				ids = append(ids, c.ID, c.ID, c.ID)
			}
			if p.Primary != nil {
				ids = append(ids, p.Primary.ID, p.Primary.ID)
			}
			switch p.Kind {
			case flow.Digits:
				for _, r := range flowtest.Digits(p) {
					k.Press(string(r))
				}
			case flow.Write:
				for _, r := range flowtest.Text(p) {
					k.Press(flow.Take(0, string(r)))
				}
			}
			k.Press(rapid.SampledFrom(ids).Draw(rt, "id"))
			k.clock.Advance(time.Duration(rapid.IntRange(0, 40).Draw(rt, "seconds")) * time.Second)
			if k.Page().Home {
				ended++
			}
		}
		k.clock.Advance(session.IdleAfter + session.WipeAfter)
		k.Close()
		seen, left := 0, 0
		for page, c := range b.sums() {
			came[page] = true
			if !pages[page] || strings.HasPrefix(page, "help.") || page == "idle" {
				rt.Errorf("%q is counted", page)
			}
			seen += c.Came
			left += c.Left
		}
		for _, counts := range b.kept {
			for _, c := range counts {
				if err := c.Validate(); err != nil {
					rt.Errorf("%+v: %v", c, err)
				}
			}
		}
		if seen == 0 || left > ended+1 {
			rt.Errorf("%d visits, %d left, %d conversations at most", seen, left, ended+1)
		}
		handed, err := json.Marshal(b.kept)
		if err != nil {
			rt.Fatal(err)
		}
		for i, secret := range typed {
			if strings.Contains(string(handed), `"`+secret+`"`) || len(secret) > 3 && i < 10 && strings.Contains(string(handed), secret) {
				rt.Errorf("what was typed stands in the counts (text %d)", i)
			}
		}
	})
	if len(came) < 15 {
		t.Errorf("the walk came to %d pages only", len(came))
	}
}
