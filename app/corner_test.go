package app_test

import (
	"testing"
	"time"

	"linli/app"
)

func TestWhenTheCornerMayBeTried(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		tries  int
		ago    time.Duration
		counts int
		locked string
	}{
		"nobody tried":        {0, 0, 0, ""},
		"four were wrong":     {4, time.Second, 4, ""},
		"five were wrong":     {5, 0, 5, "15"},
		"the lock wears off":  {5, 13*time.Minute + time.Second, 5, "2"},
		"at its last second":  {5, 15*time.Minute - time.Second, 5, "1"},
		"it has worn off":     {5, 15 * time.Minute, 0, ""},
		"the clock went back": {5, -time.Hour, 5, ""},
	} {
		counts, err := app.MayOpen(c.tries, now.Add(-c.ago), now)
		if counts != c.counts || (err != nil) != (c.locked != "") {
			t.Errorf("%s: %d %v", name, counts, err)
		}
		if err != nil && (app.CodeOf(err) != app.CodeLocked || app.AsError(err).Args[0] != c.locked) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsAKiosksCode(t *testing.T) {
	for code, good := range map[string]bool{"290416": true, "": false, "29041": false, "2904167": false, "111111": false, "123456": false, "29o416": false} {
		if err := app.GoodKioskCode(code); (err == nil) != good {
			t.Errorf("%q: %v", code, err)
		}
	}
}
