package funnel

import (
	"cmp"
	"slices"

	"linli/app"
)

// Enough is how many visits make a percentage: of fewer, one resident who walked off would
// head the list.
const Enough = 20

// Row is a page in the month's figures.
type Row struct {
	app.PageCount
	Enough bool // the shares say something; else they are 0
	Share  Share
}

// Share is what became of a page's visits, in percent of them.
type Share struct{ Left, Helped, Back, Finished int }

// Losses is how often the page did not bring somebody further by itself.
func Losses(c app.PageCount) int { return c.Left + c.Helped }

// Report puts the page that lost the most people in front. Pages that few have visited come
// after all others. The order depends on nothing else, so rows do not jump.
func Report(counts []app.PageCount) []Row {
	rows := make([]Row, 0, len(counts))
	for _, c := range counts {
		r := Row{PageCount: c}
		if c.Came >= Enough {
			r.Enough = true
			r.Share = Share{percent(c.Left, c.Came), percent(c.Helped, c.Came), percent(c.Back, c.Came), percent(c.Finished, c.Came)}
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(
			-cmp.Compare(one(a.Enough), one(b.Enough)),
			-cmp.Compare(Losses(a.PageCount), Losses(b.PageCount)),
			-cmp.Compare(a.Came, b.Came),
			cmp.Compare(a.Page, b.Page),
		)
	})
	return rows
}

func percent(n, of int) int { return (n*100 + of/2) / of }

// Median answers the stretch of time in the middle: half of the visits took as long as
// that or less. ok is false where the time of too few is known.
func Median(c app.PageCount) (band int, ok bool) {
	all := 0
	for _, n := range c.Times {
		all += n
	}
	if all < Enough {
		return 0, false
	}
	for sum, i := 0, 0; i < len(c.Times); i++ {
		if sum += c.Times[i]; 2*sum >= all {
			return i, true
		}
	}
	return 0, false
}
