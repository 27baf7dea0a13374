package session

import (
	"context"
	"time"

	"linli/app"
	"linli/kiosk/flow"
)

const (
	tallyAfter = time.Hour       // from the first count that waits until all are handed over
	tallyClose = 3 * time.Second // how long a kiosk that closes waits for its counts to be kept
)

// today is the hall's own day.
func (s *Session) today() app.Day {
	return app.DayOf(s.cfg.Clock.Now(), s.facts.Hall.Location())
}

// watch tells the tally what is on the screen.
func (s *Session) watch(p flow.Page) {
	now := s.cfg.Clock.Now()
	if s.held.State.Helping || !s.held.Asked.IsZero() {
		s.tally.Cover(now)
		return
	}
	s.tally.Show(p, now)
}

// counted is called when a conversation has ended. Counts of a day that is over go at once.
func (s *Session) counted() {
	now := s.cfg.Clock.Now()
	switch {
	case s.tally.Empty():
	case s.tally.Before(s.today()):
		s.tallyNext = now
	case s.tallyNext.IsZero():
		s.tallyNext = now.Add(tallyAfter)
	}
}

// handOver gives the counts to the hall when it is time. It is not called off
// when the kiosk closes: the counts are nowhere else by then.
func (s *Session) handOver() (due []func()) {
	if s.cfg.Tally == nil || s.telling || s.tally.Empty() || s.cfg.Clock.Now().Before(s.tallyNext) {
		return nil
	}
	counts := s.tally.Take()
	s.telling, s.tallyNext = true, time.Time{}
	ctx := context.WithoutCancel(s.ctx)
	tell := func() {
		err := s.cfg.Tally.Tally(ctx, counts)
		s.update(true, func() { s.told(counts, err) })
	}
	return []func(){func() { s.cfg.Go(tell) }}
}

// told takes back what was not kept, for another time. Who may not keep counts at all is not asked again with them: a
// kiosk that was admitted before there were any has no right to.
func (s *Session) told(counts []app.PageCount, err error) {
	s.telling = false
	if err == nil || app.CodeOf(err) == app.CodeForbidden {
		return
	}
	s.tally.PutBack(counts)
	s.tallyNext = s.cfg.Clock.Now().Add(tallyAfter)
}

// lastTally hands over what is left when the kiosk closes.
func (s *Session) lastTally(counts []app.PageCount) {
	if s.cfg.Tally == nil || len(counts) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), tallyClose)
	defer cancel()
	_ = s.cfg.Tally.Tally(ctx, counts) // nobody is left to tell
}
