package flow

import (
	"strings"

	"linli/app"
	"linli/kiosk/card"
)

// PageCardLeft is the page that staff are called to when a card was left on the reader.
const PageCardLeft = "card.left"

// unread is what is said of a card that makes no sense.
const unread = "kiosk.card.unreadable"

// Placed answers the conversation after a card was put down. On the first page it greets; further on it answers what it can. A card of somebody
// else than the one before begins anew: see [Another]. Where something was done for good, what a card adds would come too late, and it may be the next
// resident's already.
func Placed(f Facts, s State, p card.Person) State {
	switch {
	case Another(s, p):
		s = State{}
	case s.Card != nil || s.final():
		return s
	}
	s = s.clone()
	s.Card, s.Error = &p, Text{}
	return s
}

// Another answers whether a card is of somebody else than the one that the conversation knows. Nothing of that one may be seen then.
func Another(s State, p card.Person) bool {
	return s.Card != nil && (s.Card.IDNumber != p.IDNumber || s.Card.Kind != p.Kind)
}

// Removed answers the conversation after a card was taken away. What it said holds as long as the conversation: people take their card back and go on.
func Removed(_ Facts, s State) State {
	if s.Error.Key == unread {
		s = s.clone()
		s.Error = Text{}
	}
	return s
}

// Unreadable answers the conversation after something was put down that makes no sense: it goes on without, and says how to mend it.
func Unreadable(f Facts, s State) State {
	if page(f, s).Kind == Wait {
		return s
	}
	s = s.clone()
	s.Error = T(unread)
	return s
}

// Scanned answers the conversation after a code was held before a scanner. One of our own slips, on a page where its number is asked for or on the first,
// stands for typing both numbers. Any other is told in a sentence.
func Scanned(f Facts, s State, text string) State {
	at := page(f, s)
	if s.Helping || at.Kind == Wait {
		return s
	}
	s = s.clone()
	c, ours := card.ParseCode(text)
	switch {
	case !ours, c.Kind == card.CodeAppointment && !f.CanBook:
		s.Error = T("kiosk.code.foreign")
		return s
	case !asksNumber(at.ID), c.Kind == card.CodeAppointment && strings.HasPrefix(at.ID, "rate."):
		s.Error = T("kiosk.code.later")
		return s
	}
	var number, secret string
	switch {
	case c.Kind == card.CodeAppointment:
		number, secret = "arrive.number", "arrive.code"
		s.Answers = []Answer{{Page: "home", Value: doTicket}, {Page: "ticket.business", Value: haveAppointment}}
	case strings.HasPrefix(at.ID, "rate."):
		number, secret = "rate.receipt", "rate.secret"
		if at.ID == secret {
			s.Answers = s.Answers[:len(s.Answers)-1]
		}
	default:
		number, secret = "progress.receipt", "progress.secret"
		s.Answers = []Answer{{Page: "home", Value: doProgress}}
	}
	if s.Drafts == nil {
		s.Drafts = map[string]string{}
	}
	s.Drafts[number], s.Drafts[secret] = c.Number, c.Secret
	s.Answers = append(s.Answers, Answer{Page: number, Value: c.Number})
	return enter(f, s, Answer{Page: secret, Value: c.Secret})
}

// asksNumber answers whether a page takes what stands in a code.
func asksNumber(page string) bool {
	switch page {
	case "home", "progress.receipt", "progress.secret", "arrive.number", "arrive.code", "rate.receipt", "rate.secret":
		return true
	}
	return false
}

// greet puts a card's greeting on the first page. The name stands there with all but its ends hidden, and is not spoken.
func greet(f Facts, p Page, who *card.Person) Page {
	if who == nil {
		if f.CanCard {
			p.Spoken = aloud(p.Spoken, T("kiosk.card.offer"))
		}
		return p
	}
	p.Private = true
	p.Body = append(p.Body, T("kiosk.card.greeting", who.Masked()))
	p.Spoken = T("kiosk.card.home.say")
	if who.Expired(f.today()) {
		p.Body[len(p.Body)-1] = T("kiosk.card.greeting.expired", who.Masked())
		p.Spoken = aloud(p.Spoken, T("kiosk.card.expired"))
	}
	return p
}

// elder answers whether a card says that its owner may go first.
func (f Facts) elder(who *card.Person) bool {
	age := f.Hall.Settings.PriorityAge
	return who != nil && age > 0 && who.Age(f.today()) >= age
}

// today is the hall's own day.
func (f Facts) today() app.Day { return app.DayOf(f.Now, f.Hall.Location()) }

// TakeCard is what is said while a card lies on the reader and nobody needs it there any more; empty while somebody may. Pages show it and do not
// speak it: whoever speaks them says it as often as it helps.
func TakeCard(f Facts, s State) Text {
	at := page(f, s)
	done := len(s.Answers) > 0 && s.Answers[len(s.Answers)-1].Got != nil && at.Work == nil
	if f.CardLies && !s.Helping && s.Error.Empty() && (done || at.Home && s.Card == nil) {
		return T("kiosk.card.take")
	}
	return Text{}
}

// remind puts the sentence of [TakeCard] on a page that has nothing else to say.
func remind(f Facts, s State, p Page) Page {
	if p.Error.Empty() {
		p.Error = TakeCard(f, s)
	}
	return p
}
