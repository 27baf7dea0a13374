package board

import (
	"time"

	"linli/app"
)

// How a call is shown. Half a period of the flash is half a second: one flash a
// second, well below three.
const (
	FlashHalf  = 500 * time.Millisecond // the band keeps one look this long
	FlashFor   = 6 * time.Second        // then it stands still
	StandFor   = 30 * time.Second       // a call counts as present this long
	NoticeTurn = 12 * time.Second       // one notice, or one page of it
	recentRows = 5
)

// callKey tells a call from its recall.
type callKey struct {
	ticket string
	times  int
}

// state is what the board knows. It draws nothing and reads no clock of its own,
// so a test can walk it through any minute.
type state struct {
	loaded  bool // a first answer has come
	stale   bool // the last reading failed; what is shown may be old
	board   app.Board
	calls   []app.Call            // newest first
	shown   map[callKey]time.Time // since when a call is on the board
	flash   time.Time             // since when the band flashes; zero: never
	turns   time.Time             // when the first notice began
	turning bool                  // notices or businesses take turns; the drawing knows
}

// take brings in a new reading and answers the calls that are news: not seen
// before and not older than they may stand. The first reading is no news, or a
// board that starts again would ring for people who have long been served.
func (s *state) take(b app.Board, now time.Time) (news []app.Call) {
	calls := append(append([]app.Call(nil), b.Now...), b.Recent...)
	shown := make(map[callKey]time.Time, len(calls))
	for _, c := range calls {
		key := callKey{c.TicketID, c.Times}
		since, known := s.shown[key]
		switch {
		case known:
		case c.Over:
			since = c.At
		case !s.loaded, now.Sub(c.At) > StandFor:
			since = c.At
		default:
			since = now
			news = append(news, c)
		}
		shown[key] = since
	}
	if !s.loaded || !sameNotices(s.board.Notices, b.Notices) {
		s.turns = now
	}
	s.board, s.calls, s.shown = b, latestOf(calls), shown
	s.loaded, s.stale = true, false
	if len(news) > 0 {
		s.flash = now
	}
	return news
}

// latestOf keeps one line for each number: its latest call.
func latestOf(calls []app.Call) []app.Call {
	seen := make(map[string]bool, len(calls))
	out := calls[:0]
	for _, c := range calls {
		if !seen[c.TicketID] {
			seen[c.TicketID] = true
			out = append(out, c)
		}
	}
	return out
}

func sameNotices(a, b []app.Notice) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || !a[i].UpdatedAt.Equal(b[i].UpdatedAt) {
			return false
		}
	}
	return true
}

// split answers the call that stands in the band, the newest that somebody is
// still waited for, and all others. Nobody may be waited for: then it is nil.
func (s *state) split() (band *app.Call, others []app.Call) {
	for i := range s.calls {
		if band == nil && !s.calls[i].Over {
			band = &s.calls[i]
			continue
		}
		others = append(others, s.calls[i])
	}
	return band, others
}

// waiting is how many people wait.
func (s *state) waiting() (n int) {
	for _, b := range s.board.Waiting {
		n += b.Waiting
	}
	return n
}

// present answers whether a call is still in its half minute.
func (s *state) present(c app.Call, now time.Time) bool {
	return !c.Over && within(now.Sub(s.shown[callKey{c.TicketID, c.Times}]), StandFor)
}

// inverted answers whether the flashing band has its second look at now. It
// begins with the first look, so the number is readable at once, and ends with it.
func (s *state) inverted(now time.Time) bool {
	since := now.Sub(s.flash)
	return !s.flash.IsZero() && within(since, FlashFor) && int(since/FlashHalf)%2 == 1
}

// turn answers which of n pages has its turn.
func (s *state) turn(n int, now time.Time) int {
	since := now.Sub(s.turns)
	if n < 2 || since < 0 {
		return 0
	}
	return int(since/NoticeTurn) % n
}

// next answers when something will look different without anything happening in
// the hall: the flash, a call that has stood long enough, a notice, the minute.
func (s *state) next(now time.Time) time.Time {
	at := now.Truncate(time.Minute).Add(time.Minute)
	sooner := func(t time.Time) {
		if t.After(now) && t.Before(at) {
			at = t
		}
	}
	if since := now.Sub(s.flash); !s.flash.IsZero() && within(since, FlashFor) {
		sooner(s.flash.Add(since.Truncate(FlashHalf) + FlashHalf))
	}
	for _, t := range s.shown {
		sooner(t.Add(StandFor))
	}
	if since := now.Sub(s.turns); s.turning && since >= 0 {
		sooner(s.turns.Add(since.Truncate(NoticeTurn) + NoticeTurn))
	}
	return at
}

// within is false for a clock that was set back: nothing may flash for hours.
func within(since, most time.Duration) bool { return since >= 0 && since < most }
