// Package funnel counts what becomes of the kiosk's pages: at which one people give up,
// call for staff or go back, and how long they need. A page that does badly is seen in the
// month's figures, and mended.
//
// # What is counted
//
// A [Tally] is told what is on the screen and folds it into one [app.PageCount] for each
// page and day. It knows ids of pages and how long each was shown, never an answer and
// never who. The numbers of a conversation are added up at its end, so that they agree with
// one another, and its order is forgotten then. Where an hour had one resident, the hour's
// counts are the pages of that one; whose they were stands nowhere.
//
//   - A visit is one time that a page is reached. Turning its parts, typing, another
//     language or a call for staff that is laid over it are the same visit.
//   - A conversation is finished when something was done for good, or when it ends at a text
//     that was there to be read. Then all its visits are; else the page where it
//     ended was left.
//   - Who called for staff and did not come back to the page has not left it: the call is
//     counted, and what came of it happened between two people.
//
// # Whose time is counted
//
// A page's time is how long it could be seen, without what lay over it. Two times are not known
// and so not counted: of the page at which a conversation begins, before
// which somebody may have stood for long, and of the page from which somebody went
// without a word.
//
// # What a power cut takes
//
// The counts of the conversation that is going on and those not yet handed over, an hour's
// at the most.
package funnel

import (
	"maps"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/kiosk/flow"
)

// keepDays is of how many days counts are kept that cannot be handed over; older ones go.
const keepDays = 7

// Tally counts. The zero value is ready. It is for one goroutine.
type Tally struct {
	days map[app.Day]map[string]*app.PageCount

	// The conversation that is going on.
	walk   []visit
	done   bool // something was done for good
	over   bool // something lies over the page
	called bool // and that is a call for staff, made from this page
}

// visit is one time that a page was reached.
type visit struct {
	page   string
	since  time.Time // since when it can be seen
	shown  time.Duration
	first  bool // where the conversation began
	reads  bool // a text: who leaves it has read it
	helped bool
	back   bool
}

// Idle answers whether there is no conversation.
func (t *Tally) Idle() bool { return len(t.walk) == 0 }

// Begin begins a conversation, with a touch of the page that is on the screen.
func (t *Tally) Begin(p flow.Page, at time.Time) {
	t.forget()
	t.reach(p, at)
	t.walk[0].first = true
}

func (t *Tally) reach(p flow.Page, at time.Time) {
	t.walk = append(t.walk, visit{page: p.ID, since: at, reads: p.Kind == flow.Read})
	t.done = t.done || p.Final
	t.over, t.called = false, false
}

// Show notes which page is on the screen, with nothing over it. The one that was there
// already goes on. While there is no conversation, nobody is there to see it.
func (t *Tally) Show(p flow.Page, at time.Time) {
	v := t.here()
	switch {
	case v == nil:
	case v.page != p.ID:
		t.close(at)
		t.reach(p, at)
	case t.over:
		v.since = at
		t.over, t.called = false, false
	}
}

// Cover notes that something lies over the page: the call for staff, or the question
// whether anybody is still there.
func (t *Tally) Cover(at time.Time) {
	t.close(at)
	t.over = true
}

// Help notes that staff were called from the present page.
func (t *Tally) Help() {
	if v := t.here(); v != nil {
		v.helped, t.called = true, true
	}
}

// Back notes that the present page is left by the way back.
func (t *Tally) Back() {
	if v := t.here(); v != nil {
		v.back = true
	}
}

func (t *Tally) here() *visit {
	if len(t.walk) == 0 {
		return nil
	}
	return &t.walk[len(t.walk)-1]
}

// close adds the time that the present page was shown since it came to be seen.
func (t *Tally) close(at time.Time) {
	if v := t.here(); v != nil && !t.over {
		v.shown += max(0, at.Sub(v.since)) // a clock may be set back
	}
}

// Leave ends the conversation by a touch: it is finished, or given up here.
func (t *Tally) Leave(at time.Time, day app.Day) {
	t.close(at)
	t.end(day, len(t.walk))
}

// Abandon ends a conversation that nobody has gone on with.
func (t *Tally) Abandon(day app.Day) { t.end(day, len(t.walk)-1) }

func (t *Tally) forget() { t.walk, t.done, t.over, t.called = nil, false, false, false }

// end adds the conversation up; the time of the first visits is known, so many of them.
func (t *Tally) end(day app.Day, timed int) {
	last := len(t.walk) - 1
	if last < 0 {
		return
	}
	finished := t.done || t.walk[last].reads && !t.called
	for i, v := range t.walk {
		c := app.PageCount{
			Day: day, Page: v.page,
			Came: 1, Helped: one(v.helped), Back: one(v.back), Finished: one(finished),
			Left: one(i == last && !finished && !t.called),
		}
		if i < timed && !v.first {
			c.Seconds = int(v.shown.Round(time.Second) / time.Second)
			c.Times[band(v.shown)] = 1
		}
		t.add(c)
	}
	t.forget()
	for len(t.days) > keepDays {
		delete(t.days, slices.Min(slices.Collect(maps.Keys(t.days))))
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// band answers into which of [app.TimeBands] a time falls.
func band(d time.Duration) int {
	for i, end := range app.TimeBands {
		if d <= end {
			return i
		}
	}
	return len(app.TimeBands)
}

func (t *Tally) add(c app.PageCount) {
	if t.days == nil {
		t.days = map[app.Day]map[string]*app.PageCount{}
	}
	if t.days[c.Day] == nil {
		t.days[c.Day] = map[string]*app.PageCount{}
	}
	if sum := t.days[c.Day][c.Page]; sum != nil {
		sum.Add(c)
		return
	}
	t.days[c.Day][c.Page] = &c
}

// Empty answers whether there is nothing to hand over.
func (t *Tally) Empty() bool { return len(t.days) == 0 }

// Before answers whether there are counts of a day before this one.
func (t *Tally) Before(day app.Day) bool {
	for d := range t.days {
		if d < day {
			return true
		}
	}
	return false
}

// Take hands the counts over, by day and page, and keeps none.
func (t *Tally) Take() (counts []app.PageCount) {
	for _, pages := range t.days {
		for _, c := range pages {
			counts = append(counts, *c)
		}
	}
	t.days = nil
	slices.SortFunc(counts, func(a, b app.PageCount) int {
		if a.Day != b.Day {
			return strings.Compare(string(a.Day), string(b.Day))
		}
		return strings.Compare(a.Page, b.Page)
	})
	return counts
}

// PutBack takes again what could not be handed over.
func (t *Tally) PutBack(counts []app.PageCount) {
	for _, c := range counts {
		t.add(c)
	}
}
