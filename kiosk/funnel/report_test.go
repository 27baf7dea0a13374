package funnel_test

import (
	"slices"
	"testing"

	"linli/app"
	"linli/kiosk/funnel"
)

func TestThePageThatLosesMostComesFirst(t *testing.T) {
	rows := funnel.Report([]app.PageCount{
		{Page: "seldom", Came: 19, Left: 19},
		{Page: "good", Came: 400, Left: 4, Back: 2, Finished: 390},
		{Page: "calls", Came: 40, Left: 2, Helped: 10},
		{Page: "bad", Came: 60, Left: 31, Helped: 2, Back: 7, Finished: 20},
		{Page: "busy", Came: 900, Left: 4},
		{Page: "just", Came: 20, Left: 1},
		{Page: "rare", Came: 19},
	})
	var order []string
	for _, r := range rows {
		order = append(order, r.Page)
	}
	if want := []string{"bad", "calls", "busy", "good", "just", "seldom", "rare"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if r := rows[0]; !r.Enough || r.Share != (funnel.Share{Left: 52, Helped: 3, Back: 12, Finished: 33}) {
		t.Errorf("%+v", r)
	}
	if r := rows[5]; r.Enough || r.Share != (funnel.Share{}) {
		t.Errorf("of few visits is said %+v", r)
	}
}

func TestTheMedianIsAStretchOfTime(t *testing.T) {
	for _, c := range []struct {
		times [5]int
		band  int
		ok    bool
	}{
		{[5]int{20}, 0, true},
		{[5]int{10, 10}, 0, true},
		{[5]int{9, 11}, 1, true},
		{[5]int{0, 0, 0, 0, 20}, 4, true},
		{[5]int{5, 4, 2, 9, 1}, 2, true},
		{[5]int{19}, 0, false},
		{[5]int{}, 0, false},
	} {
		if band, ok := funnel.Median(app.PageCount{Times: c.times}); band != c.band || ok != c.ok {
			t.Errorf("%v: %d, %v", c.times, band, ok)
		}
	}
}
