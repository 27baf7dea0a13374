package flow

import (
	"maps"
	"slices"
	"strings"

	"linli/app/receipt"
	"linli/app/standard"
	"linli/kiosk/card"
)

// A trail is read by a flow from its start: each question takes its answer, and
// the first question without one is the page to show.
type trail struct {
	rest []Answer
	card *card.Person // of the conversation; nil without one
}

// take answers what was answered to a page, if the trail goes on with it.
func (t *trail) take(page string) (string, bool) {
	if len(t.rest) == 0 || t.rest[0].Page != page {
		return "", false
	}
	value := t.rest[0].Value
	t.rest = t.rest[1:]
	return value, true
}

// done answers what came of the work of a Wait page.
func (t *trail) done(page string) (Outcome, bool) {
	if len(t.rest) == 0 || t.rest[0].Page != page || t.rest[0].Got == nil {
		return Outcome{}, false
	}
	out := *t.rest[0].Got
	t.rest = t.rest[1:]
	return out, true
}

// Show answers the page at which a conversation stands. It is a pure function:
// the same facts and state always make the same page.
func Show(f Facts, s State) Page {
	f.Fit = f.Fit.orDefault()
	var p Page
	if s.Helping {
		p = help(f, s, page(f, s).ID)
	} else {
		p = showTicks(page(f, s), s)
		if !s.Error.Empty() && p.Kind != Wait {
			p.Error = s.Error
			p.Spoken = aloud(s.Error, p.Spoken)
		}
		p.Final = s.final()
		p = remind(f, s, p)
	}
	return part(p, f, s.Parts[p.ID])
}

// Parts answers all parts of the page that [Show] answers, in order: one, unless
// it holds more than fits.
func Parts(f Facts, s State) []Page {
	p := Show(f, s)
	if p.Parts < 2 {
		return []Page{p}
	}
	s = s.clone()
	if s.Parts == nil {
		s.Parts = map[string]int{}
	}
	all := make([]Page, p.Parts)
	for i := range all {
		s.Parts[p.ID] = i
		all[i] = Show(f, s)
	}
	return all
}

// page answers the page below any call for staff, before it is parted.
func page(f Facts, s State) Page {
	if s.Leaving {
		return leave(f, s)
	}
	return home(f, &trail{s.Answers, s.Card})
}

// part shows one part of a page that holds more than fits.
func part(p Page, f Facts, at int) Page {
	switch p.Kind {
	case Choose, List, Ticks:
		each := f.Fit.Tiles
		if p.Kind != Choose {
			each = f.Fit.Rows
		}
		if len(p.Choices) <= each {
			return p
		}
		var turning, ever []Choice
		for _, c := range p.Choices {
			if c.Ever {
				ever = append(ever, c)
			} else {
				turning = append(turning, c)
			}
		}
		parts := slices.Collect(slices.Chunk(turning, max(1, each-len(ever))))
		p.Parts = len(parts)
		p.Part = min(max(at, 0), p.Parts-1)
		p.Choices = slices.Concat(parts[p.Part], ever)
	case Read:
		texts := paragraphs(p, f.Lang)
		more := func(n int) string { return T("kiosk.list.more", n).In(f.Lang) }
		parts := f.Fit.parted(texts, f.Fit.room(p), f.Fit.room(p), more)
		if len(parts) > 1 {
			p.Parts = len(parts) // the page buttons take room as well
			bare := p
			bare.Choices = nil
			first, rest := f.Fit.room(p), f.Fit.room(bare)
			if first >= 2*roomyLines {
				rest = first // the choices stand below every part
			}
			parts = f.Fit.parted(texts, min(first, rest), rest, more)
			if rest > first && at > 0 {
				p.Choices = nil // on a small screen the rest of the text has the room
			}
		}
		p.Parts = len(parts)
		p.Part = min(max(at, 0), p.Parts-1)
		p.Body = nil
		for _, paragraph := range parts[p.Part] {
			if paragraph != "" {
				p.Body = append(p.Body, same(paragraph))
			}
		}
		if !p.Private {
			p.Spoken = aloud(p.Spoken, p.Body...)
		}
	}
	return p
}

// paragraphs are a page's texts in a language. A line break within one begins
// another.
func paragraphs(p Page, lang string) (all []paragraph) {
	for i, t := range p.Body {
		for _, text := range strings.Split(t.In(lang), "\n") {
			all = append(all, paragraph{text: text, item: i >= p.Items[0] && i < p.Items[1]})
		}
	}
	return all
}

// roomyLines is how many lines of text choices must leave to stand below every
// part of it.
const roomyLines = 6

// Press answers the conversation after something was pressed: the id of a
// choice, a corner or a pad key. What is not on the page changes nothing, and
// so do the corners that change how pages look. A Wait page is answered by the
// machine alone.
func Press(f Facts, s State, id string) State {
	s = s.clone()
	if id == PressHome {
		return State{}
	}
	if id == PressHelp {
		return callHelp(f, s)
	}
	p := Show(f, s)
	switch id {
	case PressBack:
		if p.Final {
			return s
		}
		return back(f, s)
	case PressPrev, PressNext:
		return turn(s, p, id)
	}
	switch {
	case s.Helping:
		return pressHelp(f, s, p, id)
	case p.Kind == Digits:
		return pressPad(f, s, p, id)
	case p.Kind == Ticks:
		return pressTick(f, s, p, id)
	case p.Kind == Write:
		return pressPen(f, s, p, id)
	}
	if c, ok := p.choice(id); ok && !c.Off {
		return enter(f, s, Answer{Page: p.ID, Value: id})
	}
	return s
}

// choice finds what can be pressed on a page.
func (p Page) choice(id string) (Choice, bool) {
	if p.Primary != nil && p.Primary.ID == id {
		return *p.Primary, true
	}
	for _, c := range p.Choices {
		if c.ID == id {
			return c, true
		}
	}
	return Choice{}, false
}

// enter gives an answer. The page that it leads to begins at its first part.
func enter(f Facts, s State, a Answer) State {
	s.Answers = append(s.Answers, a)
	s.Error = Text{}
	s.Writing.Keys = "" // keys belong to their page
	delete(s.Parts, page(f, s).ID)
	return s
}

// turn shows another part of the same page.
func turn(s State, p Page, id string) State {
	to := p.Part + 1
	if id == PressPrev {
		to = p.Part - 1
	}
	if to < 0 || to >= p.Parts {
		return s
	}
	if s.Parts == nil {
		s.Parts = map[string]int{}
	}
	s.Parts[p.ID] = to
	return s
}

// pressPad takes a key of the number pad.
func pressPad(f Facts, s State, p Page, id string) State {
	typed := s.Drafts[p.ID]
	if id == PressOK {
		if e := padFault(p, typed); !e.Empty() {
			s.Error = e
			return s
		}
		return enter(f, s, Answer{Page: p.ID, Value: typed})
	}
	was := typed
	switch {
	case id == PressClear:
		typed = ""
	case id == PressX && p.Pad.X && len(typed) == p.Pad.Max-1:
		typed += id
	case id == PressDelete:
		if typed != "" {
			typed = typed[:len(typed)-1]
		}
	case len(id) == 1 && id >= "0" && id <= "9" && len(typed) < p.Pad.Max:
		typed += id
	}
	if typed == was {
		return s
	}
	if s.Drafts == nil {
		s.Drafts = map[string]string{}
	}
	s.Drafts[p.ID] = typed
	s.Error = Text{}
	if p.Pad.Check && len(typed) == p.Pad.Max {
		// A slip of the finger is told while the number is still before the eyes.
		s.Error = padFault(p, typed)
	}
	return s
}

// padFault says what is wrong with a number, and nothing when it is right.
func padFault(p Page, typed string) Text {
	switch {
	case typed == "" && p.Pad.Open:
		return Text{}
	case len(typed) < p.Pad.Min:
		return T("kiosk.pad.missing", p.Pad.Min-len(typed))
	case p.Pad.Check && !receipt.Valid(typed):
		return T("kiosk.pad.check")
	case p.Pad.Phone && !callable(typed):
		return T("kiosk.pad.phone")
	case p.Field != nil:
		return p.Field.fault(typed)
	}
	return Text{}
}

// callable answers whether a number is one of a person's: of a mobile, or of a
// fixed line with its area code.
func callable(number string) bool {
	p, err := standard.ParsePhone(number)
	return err == nil && p.Kind != standard.PhoneService
}

// back goes to the question before, with its answer kept.
func back(f Facts, s State) State {
	s.Error = Text{}
	s.Writing.Keys = ""
	if s.Helping {
		s.Helping = false
		return s
	}
	if at := page(f, s); at.ID == leaveAsk {
		s.Leaving = false
		return s
	} else if at.Work != nil {
		return s // it would land behind the resident's back; 不等了 ends it instead
	}
	for len(s.Answers) > 0 {
		last := s.Answers[len(s.Answers)-1]
		s.Answers = s.Answers[:len(s.Answers)-1]
		if last.Got == nil {
			break
		}
	}
	if len(s.Answers) == 0 {
		return State{Ring: s.Ring, Card: s.Card} // the first page may be the next resident's; a card's owner is known
	}
	return s
}

// Finish answers the conversation after the work of its Wait page was done, or
// failed: then it stands again at the question that can mend it, with every
// answer kept and a sentence about what was wrong. Outcomes for which nobody
// waits any more change nothing.
func Finish(f Facts, s State, out Outcome) State {
	p := page(f, s)
	if p.Work == nil || p.Work.Verb != out.Verb {
		return s
	}
	s = s.clone()
	if out.Fault == nil {
		return enter(f, s, Answer{Page: p.ID, Got: &out})
	}
	at := len(s.Answers) - 1
	if asked := mends(out); asked != "" {
		for i := at; i >= 0 && s.Answers[i].Got == nil; i-- {
			if s.Answers[i].Page == asked {
				at = i
				break
			}
		}
	}
	s.Answers = s.Answers[:max(at, 0)]
	s.Error = fault(out.Verb, out.Fault)
	return s
}

// Typed answers what was typed or written on the present page, digits ungrouped.
func Typed(f Facts, s State) string {
	if s.Helping {
		return ""
	}
	return s.Drafts[page(f, s).ID]
}

// clone copies what Press and Finish may change.
func (s State) clone() State {
	s.Answers = slices.Clone(s.Answers)
	s.Drafts = maps.Clone(s.Drafts)
	s.Parts = maps.Clone(s.Parts)
	return s
}

// Pages and choices that flows have in common.

// waiting is the page of a work.
func waiting(f Facts, id string, w Work) Page {
	p := Page{ID: id, Kind: Wait, Title: T("kiosk.wait.title"), Spoken: T("kiosk.wait.say"), Work: &w}
	if f.Waited >= VerySlow {
		p.Title, p.Spoken = T("kiosk.wait.long.title"), T("kiosk.wait.long.say")
		p.Primary = &Choice{ID: PressHome, Word: T("kiosk.wait.leave")}
	}
	return p
}

// reading is shown while the hall's data has not been read yet.
func reading(id string) Page {
	return Page{ID: id + ".reading", Kind: Wait, Title: T("kiosk.wait.title"), Spoken: T("kiosk.wait.say")}
}

// nothing says that there is nothing to choose from, and what to do instead.
func nothing(id string) Page {
	return Page{
		ID: id + ".none", Kind: Result, Title: T("kiosk." + id + ".none.title"), Spoken: T("kiosk." + id + ".none.say"),
		Body: []Text{T("kiosk.none.next")}, Primary: finished(),
	}
}

// finished is the big button that ends a conversation.
func finished() *Choice { return &Choice{ID: PressHome, Word: T("kiosk.done"), Icon: "done"} }

// confirmed is the big button of pad and confirm pages.
func confirmed(key string) *Choice { return &Choice{ID: PressOK, Word: T(key)} }

// worded makes a choice of a translated word.
func worded(id, key, icon string) Choice { return Choice{ID: id, Word: T(key), Icon: icon} }
