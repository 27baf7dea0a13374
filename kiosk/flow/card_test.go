package flow_test

import (
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/assets"
	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// Nothing of a card is ever spoken, on any page in any language, and of a name only its ends are shown.
func TestACardIsNeverSpoken(t *testing.T) {
	for _, lang := range assets.Languages() {
		f := flowtest.Facts(lang)
		greeted := 0
		for v := range flowtest.Visits(f) {
			who := v.State.Card
			if who == nil {
				continue
			}
			var shown strings.Builder
			for _, text := range texts(v.Page) {
				shown.WriteString(text.In(lang))
			}
			if strings.Contains(shown.String(), who.Masked()) {
				greeted++
				if !v.Page.Private {
					t.Errorf("%q shows a name and is not private", v.Page.ID)
				}
			}
			spoken := v.Page.Spoken.In(lang)
			for _, value := range []string{who.Name, who.Masked(), who.IDNumber, string(who.Birth), who.Address, who.Issuer} {
				if strings.Contains(spoken, value) {
					t.Errorf("%q speaks what stands on the card", v.Page.ID)
				}
			}
			for _, value := range []string{who.Name, who.IDNumber, string(who.Birth), who.Address, who.Issuer} {
				if strings.Contains(shown.String(), value) {
					t.Errorf("%q shows what stands on the card", v.Page.ID)
				}
			}
		}
		if greeted < 4 {
			t.Errorf("only %d pages greet", greeted)
		}
	}
}

func TestACardGreetsOnTheFirstPage(t *testing.T) {
	f := flowtest.Facts("zh")
	bare := flow.Show(f, flow.State{})
	p := flow.Show(f, flow.Placed(f, flow.State{}, flowtest.Elder()))
	if !p.Home || len(p.Choices) != len(bare.Choices) || p.Body[1].In("zh") != "王*珍，您好。" {
		t.Errorf("the first page says %q", p.Body[1].In("zh"))
	}
	expired := flow.Show(f, flow.Placed(f, flow.State{}, flowtest.Expired()))
	if !strings.Contains(expired.Body[1].In("zh"), "过期") || !strings.Contains(expired.Spoken.In("zh"), "过期") {
		t.Error("an expired card is not told")
	}
	f.CanCard = false
	if flow.Show(f, flow.State{}).Spoken.Key != "kiosk.home.say" {
		t.Error("a kiosk without a reader offers one")
	}
}

// A card that says the age answers the question of who goes first, expired or not, and the question is not counted.
func TestACardAnswersThePriorityQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		who    card.Person
		change func(*flow.Facts)
		lane   app.Lane
		reason string
		asks   bool
	}{
		"an elder":              {flowtest.Elder(), nil, app.LanePriority, app.ReasonElder, false},
		"an elder, expired":     {flowtest.Expired(), nil, app.LanePriority, app.ReasonElder, false},
		"somebody younger":      {flowtest.Adult(), nil, app.LaneNormal, "", true},
		"no lane":               {flowtest.Elder(), func(f *flow.Facts) { f.Hall.Settings.PriorityLane = false }, app.LaneNormal, "", false},
		"no age":                {flowtest.Elder(), func(f *flow.Facts) { f.Hall.Settings.PriorityAge = 0 }, app.LaneNormal, "", true},
		"the day before":        {bornFor(t, 60, 1), nil, app.LaneNormal, "", true},
		"on the birthday":       {bornFor(t, 60, 0), nil, app.LanePriority, app.ReasonElder, false},
		"a foreigner's own age": {card.Person{Kind: card.Permanent, Name: "SAMPLE", Birth: "1950-06-01", IDNumber: "FIN110050060122"}, nil, app.LanePriority, app.ReasonElder, false},
	} {
		f := flowtest.Facts("zh")
		f.Hall.Settings.PriorityAge = 60
		if c.change != nil {
			c.change(&f)
		}
		s := flow.Press(f, flow.Placed(f, flow.State{}, c.who), "ticket")
		p := flow.Show(f, s)
		if want := map[bool]int{true: 2, false: 1}[c.asks]; f.Hall.Settings.PriorityLane && p.Steps != want {
			t.Errorf("%s: %d steps", name, p.Steps)
		}
		s = flow.Press(f, s, "business-A")
		p = flow.Show(f, s)
		if asks := p.ID == "ticket.priority"; asks != c.asks {
			t.Errorf("%s: asked %v", name, asks)
			continue
		}
		if c.asks {
			p = flow.Show(f, flow.Press(f, s, "normal"))
		}
		if p.Work == nil || p.Work.Ticket.Lane != c.lane || p.Work.Ticket.Reason != c.reason {
			t.Errorf("%s: %+v", name, p.Work)
		}
	}
}

// bornFor is somebody who completes so many years so many days after the sample day.
func bornFor(t *testing.T, years, days int) card.Person {
	t.Helper()
	p := flowtest.Adult()
	p.Birth = app.Day(flowtest.Now.AddDate(-years, 0, days).Format("2006-01-02"))
	return p
}

// What was answered before the card came stands.
func TestACardLaterChangesNoAnswer(t *testing.T) {
	f := flowtest.Facts("zh")
	s := flow.State{}
	for _, id := range []string{"ticket", "business-A", "normal"} {
		s = flow.Press(f, s, id)
	}
	before := flow.Show(f, s)
	s = flow.Placed(f, s, flowtest.Elder())
	if after := flow.Show(f, s); after.Work == nil || after.Work.Ticket != before.Work.Ticket {
		t.Error("the work is another")
	}
	s = flow.Finish(f, s, flow.Outcome{Verb: flow.WorkTicket, Taken: app.Taken{Ticket: app.Ticket{Number: "A1-005"}}})
	if p := flow.Show(f, s); p.ID != "ticket.taken" {
		t.Errorf("the number stands on %q", p.ID)
	}
	// At the question itself it answers.
	s = flow.State{}
	for _, id := range []string{"ticket", "business-A"} {
		s = flow.Press(f, s, id)
	}
	if p := flow.Show(f, flow.Placed(f, s, flowtest.Elder())); p.Work == nil || p.Work.Ticket.Reason != app.ReasonElder {
		t.Errorf("the question stays: %q", p.ID)
	}
	// And a result is not the next card's.
	s = flow.Press(f, s, "normal")
	s = flow.Finish(f, s, flow.Outcome{Verb: flow.WorkTicket, Taken: app.Taken{Ticket: app.Ticket{Number: "A1-005"}}})
	if flow.Placed(f, s, flowtest.Elder()).Card != nil {
		t.Error("a card after the result is taken in")
	}
}

func TestAnotherCardBeginsAnew(t *testing.T) {
	f := flowtest.Facts("zh")
	s := flow.Press(f, flow.Press(f, flow.Placed(f, flow.State{}, flowtest.Elder()), "progress"), "1")
	if same := flow.Placed(f, s, flowtest.Elder()); len(same.Answers) != 1 || flow.Typed(f, same) != "1" {
		t.Error("the same card changes something")
	}
	other := flow.Placed(f, s, flowtest.Adult())
	if p := flow.Show(f, other); !p.Home || len(other.Answers) > 0 || len(other.Drafts) > 0 || other.Card.Name != flowtest.Adult().Name {
		t.Errorf("another card leaves %d answers on %q", len(other.Answers), p.ID)
	}
}

// A card holds as long as its conversation: over the way back to the first page, the call for staff and being taken away.
func TestACardHoldsForItsConversation(t *testing.T) {
	f := flowtest.Facts("zh")
	s := flow.Placed(f, flow.State{}, flowtest.Elder())
	for name, next := range map[string]flow.State{
		"back":           flow.Press(f, flow.Press(f, s, "ticket"), flow.PressBack),
		"taken away":     flow.Removed(f, s),
		"call for staff": flow.Press(f, flow.Press(f, s, flow.PressHelp), flow.PressBack),
	} {
		if next.Card == nil {
			t.Errorf("%s: it is forgotten", name)
		}
	}
	if flow.Press(f, s, flow.PressHome).Card != nil {
		t.Error("it outlives the conversation")
	}
}

func TestAnUnreadableCardIsToldAndForgotten(t *testing.T) {
	f := flowtest.Facts("zh")
	s := flow.Unreadable(f, flow.Press(f, flow.State{}, "ticket"))
	p := flow.Show(f, s)
	if p.ID != "ticket.business" || p.Error.Key != "kiosk.card.unreadable" || !strings.Contains(p.Spoken.In("zh"), "放平") {
		t.Errorf("%q says %q", p.ID, p.Error.Key)
	}
	if !flow.Show(f, flow.Removed(f, s)).Error.Empty() || !flow.Show(f, flow.Placed(f, s, flowtest.Adult())).Error.Empty() {
		t.Error("the sentence stays")
	}
	typo := flow.State{Error: flow.T("kiosk.pad.check")}
	if flow.Removed(f, typo).Error.Empty() {
		t.Error("another sentence goes")
	}
}

func TestACardThatLiesThereIsTold(t *testing.T) {
	f := flowtest.Facts("zh")
	f.CardLies = true
	taken := flow.State{}
	for _, id := range []string{"ticket", "business-A"} {
		taken = flow.Press(f, taken, id)
	}
	taken = flow.Placed(f, taken, flowtest.Elder())
	asking := flow.Press(f, flow.Placed(f, flow.State{}, flowtest.Elder()), "ticket")
	done := flow.Finish(f, taken, flow.Outcome{Verb: flow.WorkTicket, Taken: app.Taken{Ticket: app.Ticket{Number: "A1-005"}}})
	for name, c := range map[string]struct {
		s    flow.State
		want bool
	}{
		"greeted": {flow.Placed(f, flow.State{}, flowtest.Elder()), false}, "asking": {asking, false}, "working": {taken, false},
		"done": {done, true}, "nobody's": {flow.State{}, true},
	} {
		p := flow.Show(f, c.s)
		if told := p.Error.Key == "kiosk.card.take"; told != c.want || told == flow.TakeCard(f, c.s).Empty() {
			t.Errorf("%s: told %v", name, told)
		}
		if strings.Contains(p.Spoken.In("zh"), "拿好您的身份证") {
			t.Errorf("%s: the page speaks it", name)
		}
	}
	f.CardLies = false
	if !flow.Show(f, done).Error.Empty() {
		t.Error("it is told of no card")
	}
}

func TestACodeStandsForTyping(t *testing.T) {
	f := flowtest.Facts("zh")
	type end struct {
		page   string
		verb   flow.Verb
		fault  string
		answer int
	}
	progress, arrive := end{"progress.working", flow.WorkProgress, "", 3}, end{"arrive.working", flow.WorkCheckIn, "", 4}
	foreign, later := "kiosk.code.foreign", "kiosk.code.later"
	for name, c := range map[string]struct {
		path []string
		code string
		want end
	}{
		"receipt on the first page":       {nil, flowtest.ReceiptCode(), progress},
		"receipt where it is asked for":   {[]string{"progress"}, flowtest.ReceiptCode(), progress},
		"receipt at its secret":           {append([]string{"progress"}, pad(flowtest.SampleReceipt())...), flowtest.ReceiptCode(), progress},
		"receipt at an appointment":       {[]string{"ticket", "appointment"}, flowtest.ReceiptCode(), progress},
		"receipt to be rated":             {[]string{"rate", "receipt"}, flowtest.ReceiptCode(), end{"rate.score", "", "", 4}},
		"appointment on the first page":   {nil, flowtest.AppointmentCode(), arrive},
		"appointment where it is asked":   {[]string{"ticket", "appointment"}, flowtest.AppointmentCode(), arrive},
		"appointment at a receipt":        {[]string{"progress"}, flowtest.AppointmentCode(), arrive},
		"appointment to be rated":         {[]string{"rate", "receipt"}, flowtest.AppointmentCode(), end{"rate.receipt", "", later, 2}},
		"receipt among the businesses":    {[]string{"ticket"}, flowtest.ReceiptCode(), end{"ticket.business", "", later, 1}},
		"social security card":            {nil, "SSC:0123456789", end{"home", "", foreign, 0}},
		"social security card further on": {[]string{"ticket"}, "SSC:0123456789", end{"ticket.business", "", foreign, 1}},
		"a slip with a slip in it":        {nil, strings.Replace(flowtest.ReceiptCode(), "246810", "24681", 1), end{"home", "", foreign, 0}},
	} {
		s := flow.State{}
		for _, id := range c.path {
			s = flow.Press(f, s, id)
		}
		kept := len(s.Answers)
		got := flow.Scanned(f, s, c.code)
		p := flow.Show(f, got)
		var verb flow.Verb
		if p.Work != nil {
			verb = p.Work.Verb
			if p.Work.Receipt != flowtest.SampleReceipt() || p.Work.Secret != "246810" {
				t.Errorf("%s: other numbers", name)
			}
		}
		if p.ID != c.want.page || verb != c.want.verb || p.Error.Key != c.want.fault || len(got.Answers) != c.want.answer {
			t.Errorf("%s: %q, %q, %q, %d answers", name, p.ID, verb, p.Error.Key, len(got.Answers))
		}
		if len(s.Answers) != kept {
			t.Errorf("%s: the state before changed", name)
		}
	}
	// As if typed: when it does not fit, the numbers stand there.
	s := flow.Finish(f, flow.Scanned(f, flow.State{}, flowtest.ReceiptCode()), flow.Outcome{Verb: flow.WorkProgress, Fault: app.Fail(app.CodeWrongSecret)})
	if p := flow.Show(f, s); p.ID != "progress.secret" || flow.Typed(f, s) != "246810" || p.Error.Key != "kiosk.error.wrong_secret" {
		t.Errorf("a wrong secret stands on %q", p.ID)
	}
	// Nothing is scanned while the machine works or help is called, and no appointment where there are none.
	working := flow.Scanned(f, flow.State{}, flowtest.ReceiptCode())
	if again := flow.Scanned(f, working, flowtest.AppointmentCode()); !slices.Equal(again.Answers, working.Answers) || !again.Error.Empty() {
		t.Error("a code lands in the middle of work")
	}
	if again := flow.Scanned(f, flow.Press(f, flow.State{}, flow.PressHelp), flowtest.ReceiptCode()); len(again.Answers) > 0 {
		t.Error("a code lands behind the call for staff")
	}
	f.CanBook = false
	if p := flow.Show(f, flow.Scanned(f, flow.State{}, flowtest.AppointmentCode())); p.Work != nil || p.Error.Key != foreign {
		t.Error("an appointment is checked in where there are none")
	}
}

// pad are the keys of a number and the button below them.
func pad(number string) []string { return append(strings.Split(number, ""), flow.PressOK) }
