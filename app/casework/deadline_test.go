package casework_test

import (
	"testing"
	"time"

	"linli/app"
	"linli/app/casework"
)

func TestACaseIsOverdueAfterItsPromisedWorkingDays(t *testing.T) {
	zone := time.FixedZone("UTC+8", 8*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	for name, c := range map[string]struct {
		state    app.CaseState
		opened   time.Time
		promised int
		now      time.Time
		want     bool
	}{
		"on its last day":                  {app.CaseHandling, at(23, 9), 3, at(26, 23), false},
		"the day after":                    {app.CaseHandling, at(23, 9), 3, at(27, 0), true},
		"over a weekend, on Monday":        {app.CaseOpen, at(20, 9), 1, at(23, 18), false},
		"over a weekend, on Tuesday":       {app.CaseOpen, at(20, 9), 1, at(24, 1), true},
		"opened on a Saturday":             {app.CaseAccepted, at(21, 9), 1, at(23, 9), false},
		"nothing promised":                 {app.CaseOpen, at(2, 9), 0, at(30, 9), false},
		"replied: the resident knows":      {app.CaseReplied, at(2, 9), 1, at(30, 9), false},
		"closed":                           {app.CaseClosed, at(2, 9), 1, at(30, 9), false},
		"late in the evening, UTC's today": {app.CaseOpen, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), 1, at(25, 12), false},
		"opened in the future":             {app.CaseOpen, at(30, 9), 1, at(23, 9), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := casework.Overdue(c.state, c.opened, c.promised, c.now, zone); got != c.want {
				t.Errorf("overdue: %v, want %v", got, c.want)
			}
		})
	}
}
