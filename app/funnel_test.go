package app_test

import (
	"strings"
	"testing"

	"linli/app"
)

func TestAPageCountThatDoesNotAddUpIsRefused(t *testing.T) {
	good := app.PageCount{Day: "2026-11-23", Page: "ticket.business", Came: 9, Left: 2, Helped: 1, Back: 3, Finished: 4, Seconds: 40, Times: [5]int{5, 2, 0, 0, 1}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*app.PageCount){
		"no day":                      func(c *app.PageCount) { c.Day = "" },
		"no such day":                 func(c *app.PageCount) { c.Day = "2026-02-30" },
		"nobody came":                 func(c *app.PageCount) { *c = app.PageCount{Day: c.Day, Page: c.Page} },
		"more left than came":         func(c *app.PageCount) { c.Left = 10 },
		"more finished than came":     func(c *app.PageCount) { c.Finished = 10 },
		"fewer than none":             func(c *app.PageCount) { c.Helped = -1 },
		"more times than visits":      func(c *app.PageCount) { c.Times = [5]int{5, 5} },
		"seconds of no time":          func(c *app.PageCount) { c.Times = [5]int{} },
		"a visit longer than a day":   func(c *app.PageCount) { c.Seconds = 9 * 86400 },
		"more than any kiosk sees":    func(c *app.PageCount) { c.Came = 1 << 40 },
		"fewer seconds than none":     func(c *app.PageCount) { c.Seconds = -1 },
		"more went back than arrived": func(c *app.PageCount) { c.Back = 10 },
	} {
		bad := good
		spoil(&bad)
		if app.CodeOf(bad.Validate()) != app.CodeInvalid {
			t.Errorf("%s: %v", name, bad.Validate())
		}
	}
}

// What somebody typed or chose is no page, so that it cannot be counted as one.
func TestAnIDOfAPageHoldsNoAnswer(t *testing.T) {
	for id, want := range map[string]bool{
		"home": true, "problem.place.2": true, "service.opinion.confirm": true,
		"": false, ".": false, "home.": false, ".home": false, "a..b": false, "2": false, "problem.place.22": false, "problem.place.0": false,
		"13800000000": false, "ticket.A1-005": false, "problem.place.grid-1": false, "Home": false, "张样例": false, "a b": false, "a2": false,
		strings.Repeat("a", 49): false,
	} {
		c := app.PageCount{Day: "2026-11-23", Page: id, Came: 1}
		if got := c.Validate() == nil; got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

func TestCountsAddUp(t *testing.T) {
	c := app.PageCount{Day: "2026-11-23", Page: "home", Came: 2, Left: 1, Seconds: 8, Times: [5]int{1, 1}}
	c.Add(app.PageCount{Day: "2026-11-24", Page: "home", Came: 3, Helped: 1, Back: 1, Finished: 2, Seconds: 70, Times: [5]int{0, 1, 0, 0, 1}})
	want := app.PageCount{Day: "2026-11-23", Page: "home", Came: 5, Left: 1, Helped: 1, Back: 1, Finished: 2, Seconds: 78, Times: [5]int{1, 2, 0, 0, 1}}
	if c != want {
		t.Errorf("%+v", c)
	}
}
