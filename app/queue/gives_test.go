package queue_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/app/queue"
)

func TestWait(t *testing.T) {
	m := time.Minute
	for _, c := range []struct {
		name           string
		ahead, windows int
		last           []time.Duration
		each, want     time.Duration
	}{
		{"nobody ahead", 0, 1, nil, 10 * m, 0},
		{"one ahead", 1, 1, nil, 10 * m, 10 * m},
		{"two windows halve it", 3, 2, nil, 10 * m, 15 * m},
		{"a part of a minute is a minute", 1, 3, nil, 10 * m, 4 * m},
		{"a second is a minute", 1, 1, nil, time.Second, m},
		{"no window open counts as one", 2, 0, nil, 10 * m, 20 * m},
		{"fewer than none counts as one", 2, -1, nil, 10 * m, 20 * m},
		{"two figures are too few", 1, 1, []time.Duration{m, m}, 10 * m, 10 * m},
		{"three are enough", 2, 1, []time.Duration{2 * m, 4 * m, 6 * m}, 10 * m, 8 * m},
		{"their average is rounded up at the end only", 3, 1, []time.Duration{m, m, 2 * m}, 10 * m, 4 * m},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := queue.Wait(c.ahead, c.windows, c.last, c.each); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestGives(t *testing.T) {
	week := []app.OpeningHours{
		{Weekday: time.Monday, From: "09:00", To: "11:30"},
		{Weekday: time.Monday, From: "13:30", To: "17:00"},
		{Weekday: time.Tuesday, From: "09:00", To: "11:30"},
	}
	zone := morning.Location()
	monday := func(h, m, s int) time.Time { return time.Date(2026, 3, 2, h, m, s, 0, zone) }
	for _, c := range []struct {
		name  string
		b     app.Business
		hours []app.OpeningHours
		given int
		now   time.Time
		code  app.Code
		args  []string
	}{
		{"before the door opens", app.Business{}, week, 0, monday(8, 59, 59), app.CodeClosed, nil},
		{"at the minute it opens", app.Business{}, week, 0, monday(9, 0, 0), "", nil},
		{"in the last minute of the morning", app.Business{}, week, 0, monday(11, 29, 59), "", nil},
		{"at the minute of the lunch break", app.Business{}, week, 0, monday(11, 30, 0), app.CodeClosed, nil},
		{"at lunch", app.Business{}, week, 0, monday(12, 30, 0), app.CodeClosed, nil},
		{"when lunch is over", app.Business{}, week, 0, monday(13, 30, 0), "", nil},
		{"at closing time", app.Business{}, week, 0, monday(17, 0, 0), app.CodeClosed, nil},
		{"an afternoon that this weekday has not", app.Business{}, week, 0, monday(14, 0, 0).AddDate(0, 0, 1), app.CodeClosed, nil},
		{"a day of rest", app.Business{}, week, 0, monday(10, 0, 0).AddDate(0, 0, -1), app.CodeClosed, nil},
		{"no hours at all", app.Business{}, nil, 0, monday(3, 0, 0), "", nil},
		{"the minute before the last ticket", app.Business{LastTicket: "16:30"}, week, 0, monday(16, 29, 59), "", nil},
		{"the minute of the last ticket", app.Business{LastTicket: "16:30"}, week, 0, monday(16, 30, 0), app.CodeLastTicket, []string{"16:30"}},
		{"after the last ticket without hours", app.Business{LastTicket: "16:30"}, nil, 0, monday(20, 0, 0), app.CodeLastTicket, []string{"16:30"}},
		{"closed is said before the last ticket", app.Business{LastTicket: "16:30"}, week, 0, monday(18, 0, 0), app.CodeClosed, nil},
		{"the last number of the quota", app.Business{Quota: 30}, week, 29, monday(10, 0, 0), "", nil},
		{"the quota is used up", app.Business{Quota: 30}, week, 30, monday(10, 0, 0), app.CodeFull, []string{"30"}},
		{"more than the quota", app.Business{Quota: 30}, week, 31, monday(10, 0, 0), app.CodeFull, []string{"30"}},
		{"no quota is no limit", app.Business{}, week, 100000, monday(10, 0, 0), "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := queue.Gives(c.b, c.hours, c.given, c.now)
			if app.CodeOf(err) != c.code {
				t.Fatalf("got %v, want %q", err, c.code)
			}
			var e *app.Error
			if errors.As(err, &e) && !slices.Equal(e.Args, c.args) {
				t.Errorf("args %v, want %v", e.Args, c.args)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		letter           string
		machine, counter int
		want             string
	}{
		{"A", 1, 5, "A1-005"}, {"B", 2, 42, "B2-042"}, {"A", 12, 999, "A12-999"}, {"A", 1, 1000, "A1-1000"},
	} {
		if got := queue.Number(c.letter, c.machine, c.counter); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
