package app_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the test must not depend on the machine's zones

	"linli/app"
)

func TestDayOf(t *testing.T) {
	for _, c := range []struct {
		zone, at string // at in UTC
		want     app.Day
	}{
		{"Asia/Shanghai", "2026-03-01T15:59:59Z", "2026-03-01"},
		{"Asia/Shanghai", "2026-03-01T16:00:00Z", "2026-03-02"},
		{"Asia/Shanghai", "2026-12-31T16:00:00Z", "2027-01-01"},
		{"Asia/Shanghai", "2028-02-28T16:00:00Z", "2028-02-29"},
		{"Asia/Urumqi", "2026-03-01T17:59:59Z", "2026-03-01"},
		{"Asia/Urumqi", "2026-03-01T18:00:00Z", "2026-03-02"},
		{"UTC", "2026-03-01T23:59:59Z", "2026-03-01"},
		// A day of 23 hours and one of 25.
		{"Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28"},
		{"Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"},
		{"Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29"},
		{"Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"},
		{"Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25"},
		{"Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"},
		// Where midnight itself is skipped.
		{"America/Santiago", "2026-09-06T03:59:59Z", "2026-09-05"},
		{"America/Santiago", "2026-09-06T04:00:00Z", "2026-09-06"},
		// Shanghai had summer time once.
		{"Asia/Shanghai", "1988-07-01T14:59:59Z", "1988-07-01"},
		{"Asia/Shanghai", "1988-07-01T15:00:00Z", "1988-07-02"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		for _, same := range []time.Time{at, at.In(zone), at.In(time.FixedZone("elsewhere", -9*3600))} {
			if got := app.DayOf(same, zone); got != c.want {
				t.Errorf("%s in %s: %s, want %s", same, c.zone, got, c.want)
			}
		}
	}
}

func TestAHallWithoutAKnownZoneIsInChina(t *testing.T) {
	midnight := time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC)
	for _, zone := range []string{"", "Nowhere/At all", "Asia/Shanghai"} {
		if got := app.DayOf(midnight, app.HallInfo{Zone: zone}.Location()); got != "2026-03-02" {
			t.Errorf("zone %q: %s", zone, got)
		}
	}
	if got := app.DayOf(midnight, app.HallInfo{Zone: "Asia/Urumqi"}.Location()); got != "2026-03-01" {
		t.Errorf("Urumqi: %s", got)
	}
}
