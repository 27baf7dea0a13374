package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

// desk is a card reader in the test's hand: what it tells, the test says.
type desk struct {
	take  chan func(card.Event)
	ended chan struct{}
	tell  func(card.Event)
	fault error
}

func (d *desk) Run(ctx context.Context, take func(card.Event)) error {
	defer close(d.ended)
	d.take <- take
	if d.fault != nil {
		return d.fault
	}
	<-ctx.Done()
	return nil
}

// withCards opens a kiosk that has a card reader.
func withCards(t *testing.T, change ...func(*session.Config)) (*kiosk, *desk) {
	t.Helper()
	d := &desk{take: make(chan func(card.Event), 1), ended: make(chan struct{})}
	k := open(t, append(change, func(c *session.Config) { c.Card = d })...)
	d.tell = <-d.take
	return k, d
}

func (d *desk) place(p card.Person) { d.tell(card.Event{What: card.Placed, Person: p}) }
func (d *desk) remove()             { d.tell(card.Event{What: card.Removed}) }
func (d *desk) scan(text string)    { d.tell(card.Event{What: card.Scanned, Text: text}) }

// takes counts how often somebody was asked to take the card.
func (k *kiosk) takes() (n int) {
	for _, text := range k.spoken {
		n += strings.Count(text, flow.T("kiosk.card.take").In("zh"))
	}
	return n
}

// What stands on a card is spoken never, whatever is done with it.
func TestNothingOfACardIsSpoken(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Expired())
	k.press("ticket", "business-A")
	k.at("ticket.taken")
	k.press(flow.PressRepeat, flow.PressLang, flow.PressHome)
	d.remove()
	p := flowtest.Expired()
	for _, text := range k.spoken {
		for _, value := range []string{p.Name, p.Masked(), p.IDNumber, string(p.Birth), p.Address, p.Issuer} {
			if strings.Contains(text, value) {
				t.Error("something of the card was spoken")
			}
		}
	}
	if len(k.spoken) < 5 {
		t.Errorf("only %d texts were spoken", len(k.spoken))
	}
}

func TestACardBeginsAConversation(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	if p := k.at("home"); p.Body[1].In("zh") != "王*珍，您好。" {
		t.Error("no greeting")
	}
	if last := k.spoken[len(k.spoken)-1]; !strings.Contains(last, flow.T("kiosk.card.home.say").In("zh")) {
		t.Error("the greeting is not spoken")
	}
	if personal := k.Personal(); !slices.Contains(personal, flowtest.Elder().Name) || !slices.Contains(personal, flowtest.Elder().IDNumber) {
		t.Error("the card is not listed as personal")
	}
	k.press("ticket", "business-A")
	k.at("ticket.taken")
	want := app.TakeTicket{BusinessID: "business-A", Lane: app.LanePriority, Reason: app.ReasonElder}
	if !slices.Equal(k.port.tickets, []app.TakeTicket{want}) {
		t.Errorf("%d numbers were taken", len(k.port.tickets))
	}
	d.remove()
	k.press(flow.PressHome)
	k.clean()
}

// A card that lies there keeps no conversation alive, and afterwards it is nobody's.
func TestACardThatLiesThereKeepsNothingAlive(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	k.press("progress")
	for range 30 { // a reader that tells of it again and again
		k.clock.Advance(2 * time.Second)
		d.place(flowtest.Elder())
	}
	k.at("idle")
	k.clock.Advance(session.WipeAfter)
	k.clean()
	if p := k.Page(); p.Error.Key != "kiosk.card.take" || len(p.Body) > 1 {
		t.Errorf("the first page says %q", p.Error.Key)
	}
}

// Somebody else's card: whatever is on the screen goes, and the look with it.
func TestAnotherCardWipes(t *testing.T) {
	k, d := withCards(t)
	k.port.progress = app.Progress{State: app.CaseHandling, Reply: "已经修好。", At: flowtest.Now}
	d.place(flowtest.Elder())
	k.press(flow.PressSize, "progress")
	k.digits(flowtest.SampleReceipt())
	k.digits("246810")
	k.at("progress.result")
	d.place(flowtest.Adult())
	k.at("home")
	left := k.Personal()
	for _, value := range []string{flowtest.Elder().Name, flowtest.Elder().IDNumber, flowtest.SampleReceipt(), "246810", "已经修好。"} {
		if slices.Contains(left, value) {
			t.Error("something of the one before is left")
		}
	}
	if !slices.Contains(left, flowtest.Adult().Name) || k.Look() != session.DefaultLook() {
		t.Error("the other one is not greeted as everybody is")
	}
	if last := k.spoken[len(k.spoken)-1]; !strings.Contains(last, flow.T("kiosk.card.home.say").In("zh")) {
		t.Error("the other one is not spoken to")
	}
}

// Work of the one before that comes back after the other's card was put down lands nowhere.
func TestAnotherCardDropsWorkUnderWay(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	k.slow = true
	k.press("ticket", "business-A")
	d.place(flowtest.Adult())
	k.finish()
	if p := k.at("home"); p.Number != "" || slices.Contains(k.Personal(), "A1-005") {
		t.Error("somebody else's number came")
	}
}

func TestAGreetingEndsSoonAfterItsCard(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	d.remove()
	k.clock.Advance(session.GreetFor - time.Second)
	k.press(flow.PressSize) // somebody is there
	k.clock.Advance(session.GreetFor - time.Second)
	if len(k.Personal()) == 0 {
		t.Fatal("it ends in front of its owner")
	}
	k.clock.Advance(time.Second)
	k.clean()
	// Within a conversation it holds.
	d.place(flowtest.Elder())
	d.remove()
	k.press("ticket")
	k.clock.Advance(session.GreetFor)
	k.press("business-A")
	if k.at("ticket.taken"); k.port.tickets[0].Reason != app.ReasonElder {
		t.Error("the card does not hold")
	}
}

func TestTakeYourCard(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	k.press("ticket", "business-A")
	p := k.at("ticket.taken")
	if p.Error.Key != "kiosk.card.take" || k.takes() != 1 {
		t.Fatalf("asked %d times", k.takes())
	}
	if last := k.spoken[len(k.spoken)-1]; !strings.HasPrefix(last, p.Spoken.In("zh")) {
		t.Error("the number is not said before it")
	}
	for i := range 5 {
		k.clock.Advance(10 * time.Second)
		if want := 1 + min(i+1, 3); k.takes() != want {
			t.Fatalf("asked %d times after %d s, want %d", k.takes(), 10*(i+1), want)
		}
	}
	spoken := len(k.spoken)
	d.remove()
	if p := k.Page(); !p.Error.Empty() || len(k.spoken) != spoken {
		t.Error("something is said after it was taken")
	}
	k.clock.Advance(time.Hour)
	if k.port.calls > 0 || k.takes() != 4 {
		t.Error("it goes on without a card")
	}
}

// Staff are called to a card that lies there a minute after the conversation, once, and not by a resident's call.
func TestStaffAreCalledToACardLeftBehind(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	k.press("ticket", "business-A", flow.PressHome)
	k.clean()
	if k.takes() < 2 { // at the result, and now
		t.Errorf("asked %d times", k.takes())
	}
	k.clock.Advance(session.LeftAfter - time.Second)
	if k.port.calls > 0 {
		t.Error("staff are called too early")
	}
	k.clock.Advance(time.Second)
	if !slices.Equal(k.port.pages, []string{flow.PageCardLeft}) {
		t.Errorf("staff are called to %v", k.port.pages)
	}
	k.clean()
	k.clock.Advance(time.Hour)
	k.press("ticket", flow.PressHome)
	k.clock.Advance(time.Hour)
	if k.port.calls != 1 {
		t.Errorf("staff are called %d times", k.port.calls)
	}
	d.remove()
	if p := k.Page(); !p.Error.Empty() {
		t.Error("the first page still asks")
	}
	// The next one that is left is another.
	d.place(flowtest.Adult())
	k.press(flow.PressHome)
	k.clock.Advance(session.LeftAfter)
	if k.port.calls != 2 {
		t.Errorf("staff are called %d times", k.port.calls)
	}
}

func TestStaffWhoWereNotReachedAreCalledAgain(t *testing.T) {
	k, d := withCards(t)
	d.place(flowtest.Elder())
	k.press(flow.PressHome)
	k.port.fault = errors.New("nobody")
	k.clock.Advance(session.LeftAfter)
	k.port.fault = nil
	k.clock.Advance(session.LeftAfter)
	k.clock.Advance(time.Hour)
	if k.port.calls != 2 {
		t.Errorf("%d calls", k.port.calls)
	}
}

func TestAnUnreadableCard(t *testing.T) {
	k, d := withCards(t)
	d.tell(card.Event{What: card.Unreadable, Fault: app.Bad(app.CodeInvalid, "record")})
	if p := k.at("home"); p.Error.Key != "kiosk.card.unreadable" || k.takes() > 0 {
		t.Errorf("the first page says %q", p.Error.Key)
	}
	k.clock.Advance(session.IdleAfter)
	if p := k.at("home"); p.Error.Key != "kiosk.card.take" || k.takes() != 1 {
		t.Errorf("after a minute it says %q, %d times", p.Error.Key, k.takes())
	}
	d.remove()
	k.clean()
}

// A reader that goes away takes nothing with it but the offer, and one that cannot go on does no harm.
func TestAReaderThatGoesAway(t *testing.T) {
	k, d := withCards(t)
	offer := flow.T("kiosk.card.offer").In("zh")
	if !strings.Contains(k.Page().Spoken.In("zh"), offer) {
		t.Error("the reader is not offered")
	}
	d.place(flowtest.Elder())
	k.press(flow.PressHome)
	d.tell(card.Event{What: card.Gone})
	if p := k.Page(); strings.Contains(p.Spoken.In("zh"), offer) || !p.Error.Empty() {
		t.Error("a reader that is away is spoken of")
	}
	k.clock.Advance(time.Hour)
	if k.port.calls > 0 {
		t.Error("staff are called to a card that may not be there")
	}
	d.tell(card.Event{What: card.Back})
	if !strings.Contains(k.Page().Spoken.In("zh"), offer) {
		t.Error("it is not offered again")
	}
	broken := &desk{take: make(chan func(card.Event), 1), ended: make(chan struct{}), fault: errors.New("broken")}
	said := make(chan string, 1)
	k = open(t, func(c *session.Config) {
		c.Card = broken
		c.Speak = func(_ session.Look, text string) {
			select {
			case said <- text:
			default:
			}
		}
	})
	if text := <-said; strings.Contains(text, offer) { // the page is said anew, without it
		t.Error("a reader that is broken is spoken of")
	}
	k.press("ticket", "business-A", "normal")
	k.at("ticket.taken")
}

// The reader ends with the session, and what it tells afterwards changes nothing.
func TestTheReaderEndsWithTheSession(t *testing.T) {
	k, d := withCards(t)
	k.Close()
	select {
	case <-d.ended:
	default:
		t.Error("it runs on")
	}
	d.place(flowtest.Elder())
	if len(k.Personal()) > 0 {
		t.Error("somebody is known after the end")
	}
}

func TestASlipIsScanned(t *testing.T) {
	k, d := withCards(t)
	k.port.progress = app.Progress{Receipt: flowtest.SampleReceipt(), State: app.CaseHandling, At: flowtest.Now}
	d.scan(flowtest.ReceiptCode())
	k.at("progress.result")
	if k.port.lookups != 1 {
		t.Errorf("looked up %d times", k.port.lookups)
	}
	d.scan(flowtest.ReceiptCode()) // still before the scanner
	if k.at("progress.result"); k.port.lookups != 1 {
		t.Error("looked up once more")
	}
	for range 31 {
		k.clock.Advance(2 * time.Second)
		d.scan(flowtest.ReceiptCode())
	}
	k.at("idle")
	k.clock.Advance(session.WipeAfter)
	k.clean()
	d.scan("SSC:0123456789")
	if p := k.at("home"); p.Error.Key != "kiosk.code.foreign" || !strings.Contains(k.spoken[len(k.spoken)-1], p.Error.In("zh")) {
		t.Errorf("a foreign code is told as %q", p.Error.Key)
	}
	k.clock.Advance(session.IdleAfter)
	if p := k.Page(); !p.Error.Empty() {
		t.Error("the sentence stays")
	}
	d.scan(flowtest.AppointmentCode()) // this kiosk knows of no appointments
	if p := k.at("home"); p.Error.Key != "kiosk.code.foreign" {
		t.Errorf("an appointment is told as %q", p.Error.Key)
	}
}

// Whatever cards and codes there were: once the kiosk has been left alone, nothing of anybody is left.
func TestNothingOfACardIsEverLeft(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{take: make(chan func(card.Event), 1), ended: make(chan struct{})}
		k := &kiosk{t: t, clock: &clock{now: flowtest.Now}, port: &port{}}
		k.port.progress = app.Progress{State: app.CaseClosed, Reply: "已经修好。", CanRate: true, At: flowtest.Now}
		k.Session = session.New(session.Config{
			Public: k.port, Kiosk: k.port, Clock: k.clock, After: k.clock.After, Card: d,
			Go: func(f func()) {
				if k.slow {
					k.held = append(k.held, f)
					return
				}
				f()
			},
			Speak: func(_ session.Look, text string) { k.spoken = append(k.spoken, text) },
		})
		defer k.Close()
		d.tell = <-d.take
		people := card.People()
		for range rapid.IntRange(1, 30).Draw(rt, "things") {
			k.slow = rapid.Bool().Draw(rt, "slow")
			switch rapid.IntRange(0, 6).Draw(rt, "thing") {
			case 0, 1:
				d.place(rapid.SampledFrom(people).Draw(rt, "person"))
			case 2:
				d.remove()
			case 3:
				d.scan(rapid.SampledFrom([]string{flowtest.ReceiptCode(), flowtest.AppointmentCode(), "SSC:1"}).Draw(rt, "code"))
			case 4:
				d.tell(card.Event{What: rapid.SampledFrom([]card.What{card.Gone, card.Back, card.Unreadable}).Draw(rt, "what")})
			default:
				ids := []string{flow.PressBack, flow.PressHelp, flow.PressLang, flow.PressOK, flow.PressStay, flow.PressHome}
				for _, c := range k.Page().Choices {
					ids = append(ids, c.ID, c.ID)
				}
				k.Press(rapid.SampledFrom(ids).Draw(rt, "id"))
			}
			if rapid.Bool().Draw(rt, "finish") {
				k.finish()
			}
			k.clock.Advance(time.Duration(rapid.IntRange(0, 70).Draw(rt, "seconds")) * time.Second)
		}
		k.clock.Advance(session.IdleAfter + session.WipeAfter)
		if left := k.Personal(); len(left) > 0 || !k.Page().Home || k.Look() != session.DefaultLook() {
			rt.Fatalf("%d texts are left on page %q", len(left), k.Page().ID)
		}
		k.finish()
		if left := k.Personal(); len(left) > 0 || !k.Page().Home {
			rt.Fatalf("%d texts came after the wipe", len(left))
		}
		for _, text := range k.spoken {
			for _, p := range people {
				if strings.Contains(text, p.Name) || strings.Contains(text, p.Masked()) || strings.Contains(text, p.IDNumber) {
					rt.Fatal("something of a card was spoken")
				}
			}
		}
	})
}
