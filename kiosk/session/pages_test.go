package session_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/print"
	"linli/kiosk/session"
)

// The rules for elders (docs/rules.md) as far as a conversation in time keeps them: on every page that there is, with the rules'
// own numbers and not the session's.

// script is both ports of a kiosk: what they answer was written down beforehand.
type script struct {
	port
	diary
	outs []flow.Outcome
}

func (p *script) next() flow.Outcome {
	if len(p.outs) == 0 {
		return flow.Outcome{Fault: app.Fail(app.CodeInternal)}
	}
	out := p.outs[0]
	p.outs = p.outs[1:]
	return out
}

func fault(out flow.Outcome) error {
	if out.Fault == nil {
		return nil
	}
	return out.Fault
}

func (p *script) TakeTicket(context.Context, app.TakeTicket) (app.Taken, error) {
	out := p.next()
	return out.Taken, fault(out)
}

func (p *script) Submit(context.Context, app.Submission) (app.Receipt, error) {
	out := p.next()
	return out.Receipt, fault(out)
}

func (p *script) KeepDraft(context.Context, app.Submission) (app.Draft, error) {
	out := p.next()
	return out.Draft, fault(out)
}

func (p *script) Progress(context.Context, string, string) (app.Progress, error) {
	out := p.next()
	return out.Progress, fault(out)
}

func (p *script) RateCase(context.Context, string, string, int) (string, error) {
	out := p.next()
	return out.RatingID, fault(out)
}

func (p *script) RateTicket(context.Context, string, int) (string, error) {
	out := p.next()
	return out.RatingID, fault(out)
}

func (p *script) Replies(context.Context, string) ([]app.Reply, error) {
	out := p.next()
	return out.Replies, fault(out)
}

func (p *script) Book(context.Context, app.NewBooking) (app.Booking, error) {
	out := p.next()
	return out.Booked, fault(out)
}

func (p *script) CheckIn(context.Context, string, string) (app.Taken, error) {
	out := p.next()
	return out.Taken, fault(out)
}

// stage is a kiosk that was led to a page, and what it said on the way.
type stage struct {
	*kiosk
	lang string
	port *script
	said []spoken
}

// spoken is one thing that was said.
type spoken struct {
	look session.Look
	text string
}

// lastSaid is what was said last.
func (k *stage) lastSaid() spoken {
	if len(k.said) == 0 {
		return spoken{}
	}
	return k.said[len(k.said)-1]
}

// everyPage leads a kiosk to every page of every flow in both languages, one after the other. Errors and slow work are led to by
// whoever asks for them.
func everyPage(t *testing.T, check func(t *testing.T, k *stage)) {
	t.Helper()
	for _, lang := range assets.Languages() {
		t.Run(lang, func(t *testing.T) {
			reached := map[string]bool{}
			for _, v := range firstVisits[lang]() {
				reached[v.Page.ID] = true
				check(t, led(t, v))
				if t.Failed() {
					t.Fatalf("on page %q", v.Page.ID)
				}
			}
			if len(reached) < 55 {
				t.Errorf("only %d pages were reached", len(reached))
			}
		})
	}
}

// firstVisits are the first way to each page, once a language.
var firstVisits = map[string]func() []flowtest.Visit{
	assets.LangChinese: firstOfEach(assets.LangChinese),
	assets.LangEnglish: firstOfEach(assets.LangEnglish),
}

func firstOfEach(lang string) func() []flowtest.Visit {
	return sync.OnceValue(func() (all []flowtest.Visit) {
		reached := map[string]bool{}
		for v := range flowtest.Visits(flowtest.Facts(lang)) {
			if !reached[v.Page.ID] && v.Page.Error.Empty() && v.Facts.Waited == 0 && !v.State.Helping && v.State.Card == nil && v.Facts.Ready {
				reached[v.Page.ID] = true
				all = append(all, v)
			}
		}
		return all
	})
}

// led leads a new kiosk to the page of a visit, by what a resident presses.
func led(t *testing.T, v flowtest.Visit) *stage {
	t.Helper()
	k := &stage{lang: v.Facts.Lang, port: &script{}}
	slip := flow.SlipNone
	for _, a := range v.State.Answers {
		if a.Got != nil {
			k.port.outs = append(k.port.outs, *a.Got)
			if a.Got.Slip != flow.SlipNone {
				slip = a.Got.Slip
			}
		}
	}
	k.kiosk = open(t, func(c *session.Config) {
		c.Public, c.Kiosk, c.Booking = k.port, k.port, k.port
		c.CanPrint, c.CanWrite = true, true
		c.Speak = func(look session.Look, text string) { k.said = append(k.said, spoken{look, text}) }
		c.SavePDF = func(string, []byte) error { return fault(k.port.next()) }
		if slip != flow.SlipNone {
			c.Print = func(context.Context, print.Paper) error {
				if slip == flow.SlipFailed {
					return errors.New("no paper")
				}
				return nil
			}
		}
	})
	if k.lang != k.Look().Lang {
		k.press(flow.PressLang)
	}
	for i, a := range v.State.Answers {
		if a.Got != nil {
			continue
		}
		k.slow = v.Page.Work != nil && i == len(v.State.Answers)-1
		if a.Page == "leave.ask" {
			k.press(flow.PressHome)
		}
		p := k.at(a.Page)
		switch p.Kind {
		case flow.Ticks:
			for _, id := range strings.Fields(a.Value) {
				for turns := 0; !k.Page().Answers(id) && turns < 20; turns++ {
					k.press(flow.PressNext)
				}
				k.press(id)
			}
			k.press(flow.PressOK)
		case flow.Digits:
			k.digits(a.Value)
		case flow.Write:
			for _, r := range a.Value {
				k.press(flow.Take(0, string(r)))
			}
			k.press(flow.PressOK)
		default:
			for turns := 0; !p.Answers(a.Value) && turns < 20; turns++ {
				k.press(flow.PressNext)
				p = k.Page()
			}
			k.press(a.Value)
		}
	}
	if v.Page.ID == "leave.ask" {
		k.press(flow.PressHome)
	}
	for range v.Page.Part {
		k.press(flow.PressNext)
	}
	if v.Page.Work != nil {
		k.clock.Advance(time.Second)
	}
	if k.Page().Kind == flow.Digits {
		k.press("1", "2") // somebody is in the middle of a number
	}
	k.at(v.Page.ID)
	return k
}

// What is shown is said, in the language that is shown, and once more whenever somebody asks.
func TestEveryPageIsSaidInItsLanguage(t *testing.T) {
	everyPage(t, func(t *testing.T, k *stage) {
		want := k.Page().Spoken.In(k.lang)
		if k.Page().Home && k.lang == session.DefaultLook().Lang {
			k.press(flow.PressRepeat) // an empty hall is not spoken to
		}
		if got := k.lastSaid(); got.text != want || got.look.Lang != k.lang || want == "" {
			t.Errorf("said %q in %s", got.text, got.look.Lang)
		}
		before := len(k.said)
		k.press(flow.PressRepeat)
		if len(k.said) != before+1 || k.lastSaid().text != want {
			t.Error("it is not said again")
		}
		k.away()
		if got := k.lastSaid(); got.text != "" {
			t.Errorf("whoever has left is told %q", got.text)
		}
	})
}

// Size, contrast, volume and language change with one touch on any page, which stays with all that was typed, and go back with the
// end of the conversation, however it ends.
func TestTheLookChangesWithOneTouchAndGoesBack(t *testing.T) {
	changed := map[string]func(before, after session.Look) bool{
		flow.PressSize:     func(a, b session.Look) bool { return a.Size != b.Size },
		flow.PressContrast: func(a, b session.Look) bool { return a.HighContrast != b.HighContrast },
		flow.PressVolume:   func(a, b session.Look) bool { return a.Volume != b.Volume },
		flow.PressLang:     func(a, b session.Look) bool { return a.Lang != b.Lang },
	}
	everyPage(t, func(t *testing.T, k *stage) {
		page, typed := k.Page().ID, k.Typed()
		for _, id := range []string{flow.PressSize, flow.PressContrast, flow.PressVolume, flow.PressLang} {
			before := k.Look()
			k.press(id)
			if !changed[id](before, k.Look()) {
				t.Errorf("%s does nothing", id)
			}
			if k.Page().ID != page || k.Typed() != typed {
				t.Errorf("%s leads to %q", id, k.Page().ID)
			}
		}
		sizes, volumes := map[int]bool{}, map[int]bool{}
		for range 3 {
			k.press(flow.PressSize, flow.PressVolume)
			sizes[k.Look().Size], volumes[k.Look().Volume] = true, true
		}
		if len(sizes) != 3 || len(volumes) != 3 {
			t.Errorf("%d sizes, %d volumes", len(sizes), len(volumes))
		}
		k.press(flow.PressSize, flow.PressVolume) // nothing is as it was in the beginning
		if k.lang == assets.LangChinese {
			k.away()
		} else {
			k.clock.Advance(60*time.Second + 30*time.Second)
		}
		k.clean()
	})
}

// From any page one touch in the same corner rings at the desks, and the way back leads to the same page, with all that was typed.
func TestStaffAreOneTouchAwayFromAnyPage(t *testing.T) {
	everyPage(t, func(t *testing.T, k *stage) {
		page, typed := k.Page().ID, k.Typed()
		k.slow = false
		k.press(flow.PressHelp)
		k.at("help.called")
		if k.port.calls != 1 {
			t.Errorf("%d calls", k.port.calls)
		}
		k.press(flow.PressBack)
		if k.Page().ID != page || k.Typed() != typed {
			t.Errorf("back leads to %q", k.Page().ID)
		}
		// Also from the question that lies over it.
		if page == "home" {
			return
		}
		k.clock.Advance(60 * time.Second)
		k.at("idle")
		k.press(flow.PressHelp)
		if id := k.Page().ID; !strings.HasPrefix(id, "help.") {
			t.Errorf("from the question it leads to %q", id)
		}
	})
}

// After a minute without a touch the kiosk asks, aloud; there is half a minute to answer with one touch, as often as one likes;
// then all is wiped within the second, also what is still under way.
func TestEveryPageAsksWhoIsStillThere(t *testing.T) {
	everyPage(t, func(t *testing.T, k *stage) {
		page, typed := k.Page(), k.Typed()
		if page.Home {
			return // nothing to lose: only the look goes back
		}
		k.press(flow.PressRepeat) // the minute begins
		for range 12 {
			k.clock.Advance(60*time.Second - time.Millisecond)
			k.at(page.ID)
			k.clock.Advance(time.Millisecond)
			idle := k.at("idle")
			if got := k.lastSaid(); got.text != idle.Spoken.In(k.lang) || got.text == "" || got.look.Lang != k.lang {
				t.Errorf("the question is said as %q", got.text)
			}
			if k.Typed() != "" || idle.Number+idle.Code != "" {
				t.Error("something shows through the question")
			}
			k.clock.Advance(30*time.Second - time.Millisecond)
			k.at("idle")
			k.press(flow.PressStay)
			k.at(page.ID)
			if k.Typed() != typed {
				t.Error("staying lost what was typed")
			}
		}
		k.clock.Advance(60*time.Second + 30*time.Second)
		k.clean()
		if got := k.lastSaid(); got.text != "" {
			t.Errorf("an empty hall is told %q", got.text)
		}
		k.finish()
		k.clean()
	})
}

// Work that takes longer than a second says so, aloud; from the tenth second on it lets go; what comes in after that is nobody's.
func TestEveryWaitIsToldAndLetsGo(t *testing.T) {
	waits := 0
	everyPage(t, func(t *testing.T, k *stage) {
		if k.Page().Work == nil {
			return
		}
		waits++
		p := k.Page()
		if p.Kind != flow.Wait || k.lastSaid().text != p.Spoken.In(k.lang) || p.Primary != nil {
			t.Errorf("after a second it shows %q and says %q", p.Kind, k.lastSaid().text)
		}
		k.clock.Advance(9 * time.Second)
		p = k.Page()
		if p.Primary == nil || p.Primary.ID != flow.PressHome || k.lastSaid().text != p.Spoken.In(k.lang) {
			t.Fatalf("after ten seconds there is no way out, or it is not said: %q", k.lastSaid().text)
		}
		k.away()
		k.clean()
		k.finish()
		k.clean()
	})
	if waits < 20 {
		t.Errorf("only %d waits", waits)
	}
}

// Nobody's kiosk stands still: nothing on it changes or sounds of itself, however long.
func TestAnUntouchedKioskStandsStill(t *testing.T) {
	k := open(t)
	seen, changes := k.Generation(), 0
	k.OnChange(func() { changes++ })
	k.clock.Advance(12 * time.Hour)
	if k.Generation() != seen || changes > 0 || len(k.spoken) > 0 {
		t.Errorf("%d pages, %d changes, said %q", k.Generation()-seen, changes, k.spoken)
	}
}

// The question lies over a call for staff as over any page, and takes no help away: whoever stays finds the call as it stands now.
func TestTheQuestionLiesOverACallForStaff(t *testing.T) {
	k := open(t)
	k.press("progress", "2", "6", flow.PressHelp)
	k.at("help.called")
	for range 11 {
		k.clock.Advance(60 * time.Second)
		k.at("idle")
		k.press(flow.PressSize) // the look can be changed here as well
		k.at("idle")
		k.clock.Advance(29 * time.Second)
		k.press(flow.PressStay)
		k.at("help.nobody")
	}
	if k.Look().Size == session.DefaultLook().Size || k.port.calls != 1 {
		t.Errorf("size %d, %d calls", k.Look().Size, k.port.calls)
	}
	k.press(flow.PressBack)
	k.at("progress.receipt")
	if k.Typed() != "26" {
		t.Error("what was typed is lost")
	}
	k.press(flow.PressHelp)
	k.clock.Advance(60*time.Second + 30*time.Second)
	k.clean()
}
