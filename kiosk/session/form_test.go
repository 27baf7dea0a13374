package session_test

import (
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/session"
)

// says answers whether words stand on a paper that came out.
func (p *printer) says(words string) bool { return strings.Contains(strings.Join(p.out, ""), words) }

// printing is a kiosk with a printer, on which one can write.
func printing(p *printer) func(*session.Config) {
	return func(c *session.Config) { c.CanWrite, c.Print = true, p.print }
}

// half fills half of an invented form in: for whom, and what.
func (k *kiosk) half() {
	k.t.Helper()
	k.press("services", "mutual")
	for range 9 {
		for _, c := range k.Page().Choices {
			if c.ID == "service-HZ-006" {
				k.press("service-HZ-006", "form", "proxy", "wheelchair")
				k.at("form.ask.3")
				return
			}
		}
		k.press(flow.PressNext)
	}
	k.t.Fatal("the service is not there")
}

func TestAFormIsFilledInReadBackAndHandedIn(t *testing.T) {
	out := &printer{}
	k := open(t, printing(out))
	k.half()
	k.digits("20200101")
	if p := k.at("form.ask.3"); p.Error.Empty() {
		t.Error("a day that is over is taken")
	}
	if k.Typed() != "20200101" {
		t.Error("what was typed is lost with the error")
	}
	k.press(flow.PressClear)
	k.digits("20261130")
	p := k.at("form.confirm")
	shown := ""
	for _, line := range p.Body {
		shown += line.In("zh") + "\n"
	}
	if !strings.Contains(shown, "轮椅") || !strings.Contains(shown, "11 月 30 日") || !strings.Contains(shown, "替家人") {
		t.Errorf("read back as %q", shown)
	}
	if spoken := p.Spoken.In("zh"); strings.Contains(spoken, "11") || strings.Contains(spoken, "家人") {
		t.Errorf("answers are spoken: %q", spoken)
	}
	k.press(flow.PressOK)
	k.at("form.sent")
	if len(k.port.submitted) != 1 {
		t.Fatalf("%d forms were handed in", len(k.port.submitted))
	}
	sub := k.port.submitted[0]
	if sub.Kind != app.SubmitForm || sub.ServiceID != "service-HZ-006" || !sub.Proxy || len(sub.Answers) != 2 || sub.Answers[0].Answer != "轮椅" || sub.Answers[1].Answer != "2026-11-30" {
		t.Errorf("handed in %+v", sub)
	}
	if !out.says("135 791") {
		t.Error("no slip with the secret")
	}
	k.press(flow.PressHome)
	k.clean()
	if len(k.port.kept) != 0 {
		t.Error("a form that was handed in is kept as well")
	}
}

func TestTheWayOutOfAFormAsksWhetherToKeepIt(t *testing.T) {
	out := &printer{}
	k := open(t, printing(out))
	k.half()
	k.press(flow.PressHome)
	k.at("leave.ask")
	k.press(flow.PressBack)
	k.at("form.ask.3") // thought better of it
	k.press(flow.PressHome, flow.PressHome)
	k.clean()
	if len(k.port.kept) != 0 {
		t.Fatal("what was not wanted is kept")
	}

	k.half()
	k.press(flow.PressHome, flow.PressOK)
	p := k.at("leave.kept")
	if p.Number != "482 913" || !out.says("482 913") {
		t.Errorf("kept under %q", p.Number)
	}
	if len(k.port.kept) != 1 || len(k.port.kept[0].Answers) != 1 || k.port.kept[0].Answers[0].Answer != "轮椅" {
		t.Errorf("kept %+v", k.port.kept)
	}
	if strings.Contains(strings.ReplaceAll(strings.Join(out.out, ""), "借轮椅", ""), "轮椅") {
		t.Error("the slip tells what was answered")
	}
	k.press(flow.PressBack)
	k.at("leave.kept") // it is kept; there is no way back
	k.press(flow.PressHome)
	k.clean()
}

func TestAFormThatWasWalkedAwayFromIsKeptOnASlip(t *testing.T) {
	out := &printer{}
	k := open(t, printing(out))
	k.half()
	k.clock.Advance(session.IdleAfter + session.WipeAfter + time.Second)
	k.clean()
	if len(k.port.kept) != 1 || !out.says("482 913") {
		t.Errorf("%d forms kept, %d slips", len(k.port.kept), len(out.out))
	}
	// With nothing answered there is nothing to keep.
	k.press("services", "mutual")
	k.clock.Advance(session.IdleAfter + session.WipeAfter + time.Second)
	if len(k.port.kept) != 1 {
		t.Error("nothing is kept as well")
	}
}

// Without paper nobody would learn the code, so nothing is kept of who went away.
func TestWithoutAPrinterNothingIsKeptOfWhoWentAway(t *testing.T) {
	k := open(t, func(c *session.Config) { c.CanWrite = true })
	k.half()
	k.clock.Advance(session.IdleAfter + session.WipeAfter + time.Second)
	k.clean()
	if len(k.port.kept) != 0 {
		t.Error("kept for nobody")
	}
}

func TestStaffWhoAreCalledGoOnWithTheForm(t *testing.T) {
	k := open(t, func(c *session.Config) { c.CanWrite = true })
	k.half()
	k.press(flow.PressHelp)
	p := k.at("help.called")
	if p.Number != "482 913" || len(k.port.kept) != 1 {
		t.Errorf("the call shows %q, %d kept", p.Number, len(k.port.kept))
	}
	k.press(flow.PressBack)
	k.at("form.ask.3") // and the resident may go on as well
	k.press(flow.PressHome, flow.PressHome)
	k.clean()
}

func TestKeepingThatFailsSaysSoAndKeepsTheAnswers(t *testing.T) {
	k := open(t, func(c *session.Config) { c.CanWrite = true })
	k.half()
	k.press(flow.PressHome)
	k.port.fault = app.Fail(app.CodeDiskFull)
	k.press(flow.PressOK)
	if p := k.at("leave.ask"); p.Error.Empty() {
		t.Error("nothing is said")
	}
	k.port.fault = nil
	k.press(flow.PressBack)
	k.at("form.ask.3")
}

func TestPapersAreGoneThroughBeforeQueueing(t *testing.T) {
	k := open(t)
	k.press("services", "social", "service-SH-001", "check", "self")
	p := k.at("check.have")
	if len(p.Choices) != 4 {
		t.Fatalf("%d papers", len(p.Choices))
	}
	k.press("paper-1", "paper-3", "paper-1", "paper-2") // the first taken back
	for i, on := range []bool{false, true, true, false} {
		if c := k.Page().Choices[i]; c.On != on {
			t.Errorf("paper %d is ticked: %v", i+1, c.On)
		}
	}
	k.press(flow.PressOK)
	result := k.at("check.result")
	if got := result.Title.In("zh"); got != "还缺 1 样" { // the fourth is not required
		t.Errorf("told %q", got)
	}
	k.press(flow.PressBack)
	if !k.at("check.have").Choices[1].On {
		t.Error("going back loses the ticks")
	}
	k.press("paper-1", flow.PressOK)
	if got := k.at("check.result").Title.In("zh"); got != "都带齐了" {
		t.Errorf("told %q", got)
	}
}

// A form with a fault, or one that says it is another item's, is left out; the others work.
func TestABrokenFormHidesNoOther(t *testing.T) {
	k := open(t, func(c *session.Config) { c.CanWrite = true })
	k.port.forms = []app.FormText{{Service: "SH-005", Body: "service = "}, {Service: "SH-004", Body: strings.Replace(oneQuestion, "SH-002", "SH-003", 1)}, {Service: "SH-006", Body: oneQuestion}}
	k.Refresh()
	offered := func(service string) bool {
		k.press(flow.PressHome, "services", "social", service)
		ok := false
		for _, c := range k.at("service").Choices {
			ok = ok || c.ID == "form"
		}
		return ok
	}
	for service, want := range map[string]bool{"service-SH-005": false, "service-SH-003": false, "service-SH-004": false, "service-SH-006": false} {
		if offered(service) != want {
			t.Errorf("%s has a form: %v", service, !want)
		}
	}
	k.press(flow.PressHome)
	k.half() // another item's still works
}

const oneQuestion = `service = "SH-002"
title = "样例"
[[question]]
type = "integer"
name = "age"
label = "多少岁？"
`

// A card that lies there answers who it is about; one of somebody who acts for another does not.
func TestACardAnswersWhoAFormIsAbout(t *testing.T) {
	for _, who := range []string{"self", "proxy"} {
		k, d := withCards(t, func(c *session.Config) { c.CanWrite = true })
		k.port.forms = []app.FormText{{Service: "SH-002", Body: aboutWhom}}
		k.Refresh()
		owner := card.People()[0]
		d.place(owner)
		k.press("services", "social", "service-SH-002", "form", who)
		if who == "proxy" {
			if p := k.at("form.ask.1"); p.Kind != flow.Write {
				t.Errorf("the card of who acts for another answers")
			}
			continue
		}
		p := k.at("form.ask.3")
		if p.Step != 0 {
			t.Errorf("step %d of %d, with questions that nobody asks", p.Step, p.Steps)
		}
		k.digits("81")
		shown := ""
		for _, line := range k.at("form.confirm").Body {
			shown += line.In("zh")
		}
		if strings.Contains(shown, owner.IDNumber) || !strings.Contains(shown, owner.IDNumber[:4]) {
			t.Error("the number is not masked, or not there")
		}
		k.press(flow.PressOK)
		sub := k.port.submitted[0]
		if sub.Name != owner.Name || sub.IDNumber != owner.IDNumber || len(sub.Answers) != 2 {
			t.Error("the card's words are not handed in")
		}
	}
}

const aboutWhom = `service = "SH-002"
title = "样例"
[[question]]
type = "text"
name = "name"
label = "姓名？"
appearance = "name"
required = true
[[question]]
type = "text"
name = "id"
label = "身份证号码？"
appearance = "id"
required = true
[[question]]
type = "integer"
name = "age"
label = "多少岁？"
`
