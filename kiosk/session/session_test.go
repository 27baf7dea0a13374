package session_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

func TestTakesANumber(t *testing.T) {
	k := open(t)
	k.press("ticket", "business-A", app.ReasonElder)
	p := k.at("ticket.taken")
	if p.Number != "A1-005" {
		t.Errorf("number %q", p.Number)
	}
	want := app.TakeTicket{BusinessID: "business-A", Lane: app.LanePriority, Reason: app.ReasonElder}
	if !slices.Equal(k.port.tickets, []app.TakeTicket{want}) {
		t.Errorf("taken %v", k.port.tickets)
	}
	if len(k.Personal()) == 0 {
		t.Error("the number on the screen is not listed as personal")
	}
	k.press(flow.PressHome)
	k.clean()
}

func TestClosedBusinessCannotBePressed(t *testing.T) {
	k := open(t)
	k.press("ticket", "business-D", "business-E")
	k.at("ticket.business")
	if len(k.port.tickets) > 0 {
		t.Error("a number was taken")
	}
}

func TestErrorStandsOnTheQuestionThatCanMendIt(t *testing.T) {
	k := open(t)
	k.press("ticket", "business-A")
	k.port.fault = app.Fail(app.CodeFull)
	k.press("normal")
	p := k.at("ticket.business")
	if p.Error.Key != "kiosk.error.full" {
		t.Errorf("error %+v", p.Error)
	}
	if last := k.spoken[len(k.spoken)-1]; !strings.Contains(last, p.Error.In("zh")) {
		t.Error("the error is not spoken")
	}
	k.port.fault = nil
	k.press("business-B", "normal")
	k.at("ticket.taken")
}

func TestWrongSecretKeepsWhatWasTyped(t *testing.T) {
	k := open(t)
	k.port.progress = app.Progress{State: app.CaseHandling, At: flowtest.Now}
	k.press("progress")
	k.digits(flowtest.SampleReceipt())
	k.at("progress.secret")
	k.digits("246811")
	p := k.at("progress.secret")
	if p.Error.Key != "kiosk.error.wrong_secret" || k.Typed() != "246811" {
		t.Errorf("error %q", p.Error.Key)
	}
	k.press(flow.PressDelete, "0", flow.PressOK)
	if p := k.at("progress.result"); p.Title.Key != "kiosk.progress.state.handling" {
		t.Errorf("title %q", p.Title.Key)
	}
}

func TestWrongCheckDigitIsToldAtOnce(t *testing.T) {
	k := open(t)
	k.press("progress")
	number := flowtest.SampleReceipt()
	slip := number[:11] + string('0'+(number[11]-'0'+1)%10)
	for _, r := range slip {
		k.Press(string(r))
	}
	if p := k.at("progress.receipt"); p.Error.Key != "kiosk.pad.check" {
		t.Errorf("error %q", p.Error.Key)
	}
	k.press(flow.PressOK)
	k.at("progress.receipt")
	k.press(flow.PressClear)
	if p := k.Page(); !p.Error.Empty() || k.Typed() != "" {
		t.Error("clearing leaves the error or the digits")
	}
	k.digits(number)
	k.at("progress.secret")
	k.press(flow.PressBack)
	if k.Typed() != number {
		t.Error("going back loses the number")
	}
	if k.port.lookups > 0 {
		t.Error("something was looked up")
	}
}

func TestReportReadsBackAndGivesAReceipt(t *testing.T) {
	k := open(t)
	category := flowtest.Facts("zh").Problems[0]
	what := category.What[0]
	k.press("problem", category.Code, what.Code, "grid-1", "grid-1-2", "leave")
	k.digits("13800000000")
	p := k.at("problem.confirm")
	for _, word := range []string{category.Name, what.Name, "样例路10号2栋"} {
		if !strings.Contains(p.Spoken.In("zh"), word) {
			t.Errorf("%q is not read back", word)
		}
	}
	k.press("urgent")
	p = k.at("problem.sent")
	if strings.ReplaceAll(p.Number, " ", "") != flowtest.SampleReceipt() || p.Code != "135 791" || !p.Private {
		t.Errorf("receipt %q, secret %q, private %v", p.Number, p.Code, p.Private)
	}
	for _, text := range k.spoken {
		if strings.Contains(text, "135") || strings.Contains(text, "138") || strings.Contains(text, flowtest.SampleReceipt()[:4]) {
			t.Error("the receipt was spoken aloud")
		}
	}
	want := app.Submission{
		Kind: app.SubmitProblem, Category: category.Code, Choice: what.Code, GridID: "grid-1-2", Phone: "13800000000", Urgent: true, Lang: "zh",
	}
	if !reflect.DeepEqual(k.port.submitted, []app.Submission{want}) {
		t.Errorf("submitted %+v", k.port.submitted)
	}
	k.press(flow.PressBack)
	k.at("problem.sent") // going back would take the only sight of the secret away
	k.press(flow.PressHome)
	k.clean()
}

func TestOpinionOnAService(t *testing.T) {
	k := open(t)
	s := flowtest.Services()[0]
	k.press("services", string(s.Family), s.ID, "opinion", "wait", flow.PressOK)
	k.at("service.sent")
	want := app.Submission{Kind: app.SubmitOpinion, ServiceID: s.ID, Choice: "wait", Lang: "zh"}
	if !reflect.DeepEqual(k.port.submitted, []app.Submission{want}) {
		t.Errorf("submitted %+v", k.port.submitted)
	}
}

func TestServiceLeadsToItsQueueItsPaperAndItsReplies(t *testing.T) {
	k := open(t)
	s := flowtest.Services()[0]
	k.press("services", string(s.Family), s.ID, "save")
	k.at("service.saved")
	if len(k.saved) != 1 {
		t.Errorf("saved %v", k.saved)
	}
	k.press(flow.PressBack, "replies")
	k.at("service.replies")
	k.press(flow.PressBack, "ticket", "normal")
	k.at("ticket.taken")
	if k.port.tickets[0].BusinessID != s.BusinessID {
		t.Errorf("a number for %q", k.port.tickets[0].BusinessID)
	}
}

func TestPoorRatingAsksWhyAndSaysThatSomebodyWillCheck(t *testing.T) {
	k := open(t)
	k.press("rate", "number", "business-A")
	k.digits("1005")
	k.press("5")
	k.at("rate.reason")
	if k.port.ratedNumber != "A1-005" || !slices.Equal(k.port.rated, []int{app.ScoreWorst}) {
		t.Errorf("rated %q %v", k.port.ratedNumber, k.port.rated)
	}
	k.press("manner")
	k.at("rate.heard")
	want := app.Submission{Kind: app.SubmitComment, RatingID: "rating-id", Choice: "manner", Lang: "zh"}
	if !reflect.DeepEqual(k.port.submitted, []app.Submission{want}) {
		t.Errorf("submitted %+v", k.port.submitted)
	}
}

func TestGoodRatingAsksNothingMore(t *testing.T) {
	k := open(t)
	k.port.progress = app.Progress{State: app.CaseClosed, CanRate: true, At: flowtest.Now}
	k.press("progress")
	k.digits(flowtest.SampleReceipt())
	k.digits("246810")
	k.press("rate", "1")
	k.at("rate.thanks")
	if len(k.port.submitted) > 0 || !slices.Equal(k.port.rated, []int{app.ScoreBest}) {
		t.Errorf("rated %v, submitted %v", k.port.rated, k.port.submitted)
	}
}

func TestIdleAsksThenWipes(t *testing.T) {
	k := open(t)
	k.press(flow.PressLang, flow.PressSize, flow.PressContrast, flow.PressVolume, "progress")
	k.digits(flowtest.SampleReceipt())
	k.press("2", "4")
	k.clock.Advance(session.IdleAfter - time.Second)
	k.at("progress.secret")
	k.clock.Advance(time.Second)
	k.at("idle")
	if said := k.spoken[len(k.spoken)-1]; said != flow.IdlePage().Spoken.In("en") {
		t.Errorf("the idle question is not spoken but %q", said)
	}
	if k.Typed() != "" {
		t.Error("typed digits show through the question")
	}
	k.clock.Advance(session.WipeAfter - time.Second)
	if len(k.Personal()) == 0 {
		t.Error("wiped too early")
	}
	k.clock.Advance(time.Second)
	k.clean()
	if said := k.spoken[len(k.spoken)-1]; said != "" {
		t.Errorf("an empty hall is told %q", said)
	}
}

// A machine that slept, or was busy, finds the time gone by: whatever comes
// first then must not put the question off.
func TestATimeThatWentByIsDueAtOnce(t *testing.T) {
	k := open(t)
	k.press("progress", "2", "4")
	k.clock.now = k.clock.now.Add(session.IdleAfter + time.Hour) // no alarm was heard
	k.Refresh()
	k.clock.Advance(time.Second)
	k.at("idle")
	k.clock.now = k.clock.now.Add(session.WipeAfter + time.Hour)
	k.Refresh()
	k.clock.Advance(time.Second)
	k.clean()
}

func TestStayingIsPossibleAsOftenAsOneLikes(t *testing.T) {
	k := open(t)
	k.press("progress", "2", "6")
	for range 12 {
		k.clock.Advance(session.IdleAfter + session.WipeAfter/2)
		k.at("idle")
		k.press(flow.PressStay)
		k.at("progress.receipt")
	}
	if k.Typed() != "26" {
		t.Error("staying lost the digits")
	}
}

func TestIdleQuestionTakesNoOtherAnswer(t *testing.T) {
	k := open(t)
	k.press("ticket")
	k.clock.Advance(session.IdleAfter)
	k.press("business-A", "1", flow.PressNext)
	k.at("idle")
	k.press(flow.PressHome)
	k.clean()
}

func TestLeftOnTheFirstPageOnlyTheLookGoesBack(t *testing.T) {
	k := open(t)
	k.press(flow.PressLang, flow.PressSize)
	k.clock.Advance(session.IdleAfter)
	k.clean()
}

func TestAnUntouchedKioskAsksNobody(t *testing.T) {
	k := open(t)
	k.clock.Advance(time.Hour)
	k.at("home")
	if len(k.spoken) > 0 {
		t.Errorf("an empty hall is told %q", k.spoken)
	}
}

func TestGoingBackToTheFirstPageForgetsWhatWasTyped(t *testing.T) {
	k := open(t)
	k.press("progress", "2", "6", flow.PressBack)
	k.at("home")
	if left := k.Personal(); len(left) > 0 {
		t.Error("digits are left for the next resident")
	}
}

func TestSlowWorkSaysSoAndOffersAWayOut(t *testing.T) {
	k := open(t)
	changes := 0
	k.OnChange(func() { changes++ })
	k.press("ticket", "business-A")
	k.slow = true
	k.press("normal")
	k.at("ticket.priority") // quick work is never seen
	k.clock.Advance(flow.Slow)
	if p := k.at("ticket.working"); p.Primary != nil {
		t.Error("a way out comes too early")
	}
	if changes != 1 {
		t.Errorf("%d changes were told", changes)
	}
	if said := k.spoken[len(k.spoken)-1]; said != k.Page().Spoken.In("zh") {
		t.Error("waiting is not spoken")
	}
	k.press(flow.PressBack, "normal", "business-B")
	k.at("ticket.working")
	k.clock.Advance(flow.VerySlow)
	if p := k.at("ticket.working"); p.Primary == nil || p.Primary.ID != flow.PressHome {
		t.Fatal("there is no way out")
	}
	k.press(flow.PressHome)
	k.clean()
	k.finish()
	k.clean()
	if len(k.port.tickets) != 1 {
		t.Errorf("%d numbers were taken", len(k.port.tickets))
	}
}

func TestLateOutcomeDoesNotReachTheNextResident(t *testing.T) {
	k := open(t)
	k.press("ticket", "business-A")
	k.slow = true
	k.press("normal")
	k.press(flow.PressHome) // before it is slow
	k.press("ticket", "business-A", "normal")
	k.clock.Advance(flow.Slow)
	k.at("ticket.working")
	first := k.held[0]
	k.held = k.held[1:]
	first()
	k.at("ticket.working") // still waiting for their own number
	k.finish()
	k.at("ticket.taken")
	if len(k.port.tickets) != 2 {
		t.Errorf("%d numbers for two residents", len(k.port.tickets))
	}
}

// The secret is seen nowhere else, so the page stays until somebody says that it
// was copied; left alone it goes as every page does.
func TestAReceiptStaysUntilItIsCopied(t *testing.T) {
	k := open(t)
	category := flowtest.Facts("zh").Problems[0]
	k.press("problem", category.Code, category.What[0].Code, "unsure", category.Where[0].Code, "none", flow.PressOK)
	sent := k.at("problem.sent")
	for _, name := range []string{sent.Named.In("zh"), sent.Coded.In("zh")} {
		if !strings.Contains(name, "回执号") && !strings.Contains(name, "查询密码") {
			t.Errorf("a number is named %q", name)
		}
	}
	if sent.Primary.ID == flow.PressHome {
		t.Fatal("one touch takes the receipt away")
	}
	k.press(sent.Primary.ID)
	if p := k.at("problem.sent.copied"); p.Number+p.Code != "" || p.Primary.ID != flow.PressHome {
		t.Errorf("page %+v", p)
	}
	k.press(flow.PressBack)
	if again := k.at("problem.sent"); again.Number != sent.Number || again.Code != sent.Code {
		t.Error("the receipt is not shown again")
	}
	k.press(sent.Primary.ID, flow.PressHome)
	k.clean()
}

func TestFiftyTouchesHaveOneEffect(t *testing.T) {
	for _, slow := range []bool{false, true} {
		k := open(t)
		category := flowtest.Facts("zh").Problems[0]
		k.press("problem", category.Code, category.What[0].Code, "unsure", category.Where[0].Code, "none")
		k.slow = slow
		for range 50 {
			k.Press(flow.PressOK)
			k.clock.Advance(20 * time.Millisecond)
		}
		k.finish()
		k.at("problem.sent")
		if len(k.port.submitted) != 1 {
			t.Errorf("slow %v: %d reports", slow, len(k.port.submitted))
		}
	}
}

// The language is part of what is submitted; changing it while the report is
// on its way must not send a second one.
func TestCornersDuringWorkHaveNoSecondEffect(t *testing.T) {
	k := open(t)
	category := flowtest.Facts("zh").Problems[0]
	k.press("problem", category.Code, category.What[0].Code, "unsure", category.Where[0].Code, "none")
	k.slow = true
	k.press(flow.PressOK, flow.PressLang, flow.PressSize, flow.PressContrast, flow.PressRepeat)
	k.Refresh()
	k.finish()
	k.finish()
	k.at("problem.sent")
	if len(k.port.submitted) != 1 {
		t.Errorf("%d reports", len(k.port.submitted))
	}
}

// Who leaves a slow number for another one through the call for staff gets
// what they asked for last.
func TestOutcomeForAnotherQuestionIsDropped(t *testing.T) {
	k := open(t)
	k.press("problem", flow.PressHelp)
	k.clock.Advance(flow.HelpPatience)
	k.press(flow.PressBack, flow.PressBack, "progress")
	k.digits(flowtest.SampleReceipt())
	k.slow = true
	k.digits("246810")
	k.press(flow.PressHelp, "ticket", "business-A", "normal")
	k.clock.Advance(flow.Slow)
	k.at("ticket.working")
	lookup := k.held[0]
	k.held = k.held[1:]
	lookup()
	k.at("ticket.working")
	k.finish()
	k.at("ticket.taken")
}

// A second touch of the same finger must not answer the page that the first
// one has opened.
func TestTouchForAnotherPageIsDropped(t *testing.T) {
	k := open(t)
	seen := k.Generation()
	k.PressOn(seen, "rate")
	k.at("rate.what")
	k.PressOn(seen, "number")
	k.at("rate.what")
	k.PressOn(k.Generation(), "number")
	k.at("rate.business")
}

func TestTypingKeepsTheGeneration(t *testing.T) {
	k := open(t)
	k.press("progress")
	seen := k.Generation()
	for range 5 {
		k.PressOn(seen, "2")
	}
	if k.Typed() != "22222" {
		t.Errorf("typed %q", k.Typed())
	}
}

func TestCallForStaffIsAnswered(t *testing.T) {
	k := open(t)
	k.press("progress", "2", "6", flow.PressHelp)
	k.at("help.called")
	if k.port.calls != 1 {
		t.Fatalf("%d calls", k.port.calls)
	}
	k.press(flow.PressHelp, flow.PressBack)
	k.at("progress.receipt")
	if k.Typed() != "26" {
		t.Error("calling staff lost the digits")
	}
	k.press(flow.PressHelp)
	k.at("help.called")
	if k.port.calls != 1 {
		t.Errorf("rung %d times for one call", k.port.calls)
	}
	k.port.help = app.HelpCall{ID: "help-id", AnsweredAt: flowtest.Now}
	k.clock.Advance(3 * time.Second)
	k.at("help.coming")
}

func TestUnansweredCallOffersANumber(t *testing.T) {
	k := open(t)
	k.press("problem", flow.PressHelp)
	k.clock.Advance(flow.HelpPatience)
	k.at("help.nobody")
	k.press("again")
	k.at("help.called")
	if k.port.calls != 2 {
		t.Errorf("%d calls", k.port.calls)
	}
	k.clock.Advance(flow.HelpPatience)
	k.press("ticket")
	k.at("ticket.business")
}

func TestCallThatDoesNotGetThroughSaysSo(t *testing.T) {
	k := open(t)
	k.port.fault = app.Fail(app.CodeInternal)
	k.press(flow.PressHelp)
	k.at("help.failed")
}

func TestHelpDuringSlowWork(t *testing.T) {
	k := open(t)
	k.press("ticket", "business-A")
	k.slow = true
	k.press("normal", flow.PressHelp)
	k.at("help.working")
	k.finish()
	k.at("help.called")
	k.press(flow.PressBack)
	k.at("ticket.taken")
}

func TestHallDataIsReadAgainAndSurvivesAFault(t *testing.T) {
	k := open(t)
	k.clock.Advance(time.Minute)
	if k.port.readings < 2 {
		t.Errorf("read %d times", k.port.readings)
	}
	k.port.fault = app.Fail(app.CodeInternal)
	k.Refresh()
	k.press("ticket")
	k.at("ticket.business")
}

func TestBeforeTheHallIsReadFlowsWait(t *testing.T) {
	k := &kiosk{t: t, clock: &clock{now: flowtest.Now}, port: &port{}, slow: true}
	k.Session = session.New(session.Config{
		Public: k.port, Kiosk: k.port, Clock: k.clock, After: k.clock.After,
		Go: func(f func()) { k.held = append(k.held, f) },
	})
	t.Cleanup(k.Close)
	k.press("ticket")
	k.at("ticket.reading")
	k.finish()
	k.at("ticket.business")
}

func TestRepeatSpeaksThePageAgain(t *testing.T) {
	k := open(t)
	k.press("ticket", flow.PressRepeat)
	if n := len(k.spoken); n != 2 || k.spoken[0] != k.spoken[1] {
		t.Errorf("spoken %q", k.spoken)
	}
	k.press(flow.PressSize) // the page looks different and says the same
	if n := len(k.spoken); n != 2 {
		t.Errorf("spoken %d times", n)
	}
	k.press(flow.PressLang)
	if n := len(k.spoken); n != 3 {
		t.Errorf("the other language is not spoken")
	}
}

func TestTextSizeGoesRound(t *testing.T) {
	k := open(t)
	var seen []int
	for range 3 {
		k.press(flow.PressSize)
		seen = append(seen, k.Look().Size)
	}
	if !slices.Equal(seen, []int{session.SizeLarge, session.SizeSmall, session.SizeUsual}) {
		t.Errorf("sizes %v", seen)
	}
}

// With the machine's own clock and goroutines: for the race detector.
func TestManyGoroutines(t *testing.T) {
	p := &port{}
	s := session.New(session.Config{Public: p, Kiosk: p, Go: func(f func()) { f() }})
	defer s.Close()
	s.OnChange(func() { _ = s.Page() })
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, id := range []string{"notices", flow.PressSize, flow.PressBack, "rate", flow.PressBack} {
				s.Press(id)
				_, _, _ = s.Page(), s.Look(), s.Typed()
			}
			s.Wipe()
		})
	}
	all.Wait()
	if left := s.Personal(); len(left) > 0 {
		t.Errorf("%d personal texts are left", len(left))
	}
}
