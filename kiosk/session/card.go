package session

import (
	"time"

	"linli/kiosk/card"
	"linli/kiosk/flow"
)

// The times that cards go by.
const (
	takeEvery = 10 * time.Second // between two times that a resident is asked to take the card
	takeMost  = 3                // how often that is said again
	cardClose = 3 * time.Second  // how long a kiosk that closes waits for its reader to end
	LeftAfter = 60 * time.Second // from the wipe until staff are called to a card that lies there
	// GreetFor is how long a greeting stays on the first page after its card was taken away and nobody has touched anything: they have gone.
	GreetFor = 15 * time.Second
)

// lying is what is known of the reader. It is about a thing that lies there and not about whose it is, and so outlives a wipe.
type lying struct {
	there  bool
	away   bool      // the reader does not answer
	told   int       // how often it was asked to be taken, since the conversation came to its end
	next   time.Time // when that is said again; zero while it is not
	wiped  time.Time // since when nobody's conversation knows of it
	called bool      // staff were called to it
}

// listenTo takes what the card reader tells, until the session is closed.
func (s *Session) listenTo(r card.Reader) {
	s.cards = make(chan struct{})
	go func() {
		defer close(s.cards)
		// A reader that cannot go on tells nothing more: the kiosk does without.
		if r.Run(s.ctx, s.card) != nil {
			s.update(true, func() { s.lying = lying{away: true} })
		}
	}()
}

// card takes one thing that happened at the reader.
func (s *Session) card(e card.Event) {
	s.update(true, func() {
		switch e.What {
		case card.Placed:
			s.placed(e.Person)
		case card.Removed:
			s.lying = lying{}
			s.held.CardGone = s.cfg.Clock.Now()
			s.held.State = flow.Removed(s.present(), s.held.State)
		case card.Unreadable:
			s.lying = lying{there: true}
			s.someone(s.idle())
			s.held.State = flow.Unreadable(s.present(), s.held.State)
		case card.Scanned:
			s.scanned(e.Text)
		case card.Gone:
			s.lying = lying{away: true}
		case card.Back:
			s.lying = lying{}
		}
	})
}

// placed takes a card that was put down.
func (s *Session) placed(p card.Person) {
	s.lying = lying{there: true}
	if flow.Another(s.held.State, p) {
		s.abandon() // with whatever is on the screen: somebody else stands there now
		s.lying = lying{there: true}
		s.said = again
	}
	before := s.held.State
	s.held.CardGone = time.Time{}
	if before.Card != nil {
		return // a reader that sees it once more; a card does not keep a conversation alive
	}
	s.someone(true)
	s.answered(before, flow.Placed(s.present(), before, p))
}

// scanned takes a code.
func (s *Session) scanned(text string) {
	before := s.held.State
	after := flow.Scanned(s.present(), before, text)
	s.someone(s.idle() || len(after.Answers) != len(before.Answers))
	s.answered(before, after)
}

// idle answers whether no conversation is going on.
func (s *Session) idle() bool { return !s.live() }

// someone notes that somebody is there, if what happened says so.
func (s *Session) someone(there bool) {
	if !there {
		return
	}
	now := s.cfg.Clock.Now()
	s.held.Last, s.held.Asked = now, time.Time{}
	if s.tally.Idle() {
		s.tally.Begin(s.page(), now)
	}
}

// answered goes on with what a card or a code has answered.
func (s *Session) answered(before, after flow.State) {
	s.held.State = after
	if s.held.Job == nil {
		s.held.Before = before
	}
}

// remind answers what is to be said now of a card that lies there and is not needed any more, and notes that it was said.
func (s *Session) remind() string {
	text, l, now := s.takeCard(), &s.lying, s.cfg.Clock.Now()
	switch {
	case text.Empty():
		l.told, l.next = 0, time.Time{}
		return ""
	case l.told > 0 && (l.next.IsZero() || now.Before(l.next)):
		return ""
	}
	l.told++
	l.next = time.Time{}
	if l.told <= takeMost {
		l.next = now.Add(takeEvery)
	}
	return text.In(s.look.Lang)
}

// takeCard is the sentence of [flow.TakeCard] for what is on the screen.
func (s *Session) takeCard() flow.Text {
	if !s.held.Asked.IsZero() {
		return flow.Text{}
	}
	return flow.TakeCard(s.present(), s.visible())
}

// leftCard calls staff, once, to a card that was left. It is no resident's call.
func (s *Session) leftCard() (due []func()) {
	l := &s.lying
	if !l.there || l.called || l.wiped.IsZero() || s.cfg.Clock.Now().Before(l.wiped.Add(LeftAfter)) {
		return nil
	}
	l.called = true
	return []func(){func() {
		s.cfg.Go(func() {
			if _, err := s.cfg.Kiosk.CallStaff(s.ctx, flow.PageCardLeft); err != nil {
				s.update(true, func() { // nobody was called: once more
					if s.lying.called {
						s.lying.called, s.lying.wiped = false, s.cfg.Clock.Now()
					}
				})
			}
		})
	}}
}

// greeted answers when a greeting without its card ends; zero where there is none.
func (s *Session) greeted() (end time.Time) {
	h := s.held
	if h.CardGone.IsZero() || h.State.Card == nil || len(h.State.Answers) > 0 || h.State.Helping || !h.Asked.IsZero() {
		return end
	}
	from := h.CardGone
	if h.Last.After(from) {
		from = h.Last
	}
	return from.Add(GreetFor)
}

// cardAlarms names the next moments at which something about cards is due.
func (s *Session) cardAlarms(at, due func(time.Time)) {
	if end := s.greeted(); !end.IsZero() {
		due(end)
	}
	l := s.lying
	at(l.next)
	if l.there && !l.called && !l.wiped.IsZero() {
		due(l.wiped.Add(LeftAfter))
	}
}

// forgotten notes that whatever lies there is nobody's from now on: its conversation was wiped.
func (l *lying) forgotten(at time.Time) {
	l.told, l.next = 0, time.Time{}
	if l.there && l.wiped.IsZero() {
		l.wiped = at
	}
}
