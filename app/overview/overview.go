// Package overview decides, from figures alone, which hall a supervisor should look at
// first and why.
package overview

import (
	"cmp"
	"slices"
	"time"

	"linli/app"
)

// SilentAfter is how long a hall may be out of reach before a supervisor is told: a
// night without a line is usual, a day is not.
const SilentAfter = 24 * time.Hour

// Reason is why a hall stands where it stands.
type Reason string

// The reasons, the most pressing first. Each has a sentence and a next step in every
// language.
const (
	Unopened Reason = "unopened" // its data cannot be opened on this machine
	TakenOut Reason = "revoked"  // the hall has taken this machine out
	Overdue  Reason = "overdue"  // residents wait longer than was promised
	Silent   Reason = "silent"   // nothing was heard of it for long
	Attend   Reason = "attend"   // something needs a person there
	Quiet    Reason = "quiet"    // nothing
)

var order = []Reason{Unopened, TakenOut, Overdue, Silent, Attend, Quiet}

// Reasons lists all that is to be said about a hall now, the most pressing first;
// [Quiet] alone when there is nothing.
func Reasons(h app.HallNow, now time.Time) []Reason {
	if h.Failed != "" {
		return []Reason{Unopened}
	}
	var out []Reason
	if !h.Live && h.Away == app.CodeRevoked {
		out = append(out, TakenOut)
	}
	if h.Overdue > 0 {
		out = append(out, Overdue)
	}
	// A clock that was set back is no contact in the future.
	if gone := now.Sub(h.Met); !h.Live && h.Away != app.CodeRevoked && gone >= SilentAfter {
		out = append(out, Silent)
	}
	if h.Attention > 0 {
		out = append(out, Attend)
	}
	if len(out) == 0 {
		out = []Reason{Quiet}
	}
	return out
}

// Sort puts the hall that should be looked at first in front: by its most pressing reason,
// then by how much of it there is, then by its name. The order depends on nothing else, so
// rows do not jump.
func Sort(halls []app.HallNow, now time.Time) {
	rank := func(h app.HallNow) int { return slices.Index(order, Reasons(h, now)[0]) }
	slices.SortFunc(halls, func(a, b app.HallNow) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(b.Overdue, a.Overdue),
			cmp.Compare(b.Attention, a.Attention),
			cmp.Compare(b.Waiting, a.Waiting),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.ID, b.ID),
		)
	})
}

// Total adds up the figures of the halls that can be opened.
func Total(halls []app.HallNow) (sum app.Figures) {
	for _, h := range halls {
		if h.Failed != "" {
			continue
		}
		sum.Visits += h.Visits
		sum.Waiting += h.Waiting
		sum.OpenCases += h.OpenCases
		sum.Overdue += h.Overdue
		sum.Rated += h.Rated
		sum.Satisfied += h.Satisfied
		sum.Attention += h.Attention
	}
	return sum
}

// enoughRated is how many ratings make a percentage: of fewer, one angry or one friendly
// resident would be the whole figure, and could be recognised in it.
const enoughRated = 5

// Satisfaction answers the share of satisfied residents in percent. ok is false where
// too few have said anything.
func Satisfaction(f app.Figures) (percent int, ok bool) {
	if f.Rated < enoughRated {
		return 0, false
	}
	return (f.Satisfied*100 + f.Rated/2) / f.Rated, true
}
