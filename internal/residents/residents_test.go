package residents_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"linli/internal/residents"
)

// troubled is a hall on a bad day.
var troubled = residents.Trouble{Fails: 0.02, Slow: 0.05, Busy: 10 * time.Minute}

// floors are the least shares that have to get there, in percent, in a calm hall and in a troubled one. They are figures to see a
// regression by: what people do is another matter.
var floors = map[string][2]float64{
	"take a number":                      {95, 90},
	"take a priority number":             {95, 90},
	"read a service and take its number": {95, 90},
	"read a notice":                      {95, 90},
	"report a problem":                   {95, 90},
	"report a problem and leave a phone": {95, 90},
	"look up progress":                   {95, 90},
	"rate a visit":                       {90, 85},
	"book an appointment":                {95, 90},
	"arrive for an appointment":          {95, 90},
	"call for help":                      {95, 90},
	"fill in a form":                     {90, 85},
	"see which papers are missing":       {90, 85},
}

// About two thousand residents, all from a seed.
func TestResidentsGetThere(t *testing.T) {
	for i, c := range []residents.Crowd{
		{Seed: 1, Each: 120, Kiosks: 8},
		{Seed: 2, Each: 64, Kiosks: 8, Trouble: troubled},
	} {
		report := c.Run()
		t.Logf("%+v\n%v", c.Trouble, report)
		for _, b := range report.Broken {
			t.Error(b)
		}
		for _, goal := range residents.Goals() {
			if got := 100 * report.Of[goal].Rate(); got < floors[goal][i] {
				t.Errorf("%s: %.1f %% get there, want %.0f", goal, got, floors[goal][i])
			}
		}
	}
}

// Without the guard of its window the session alone keeps a trembling hand from doing a thing twice.
func TestWithoutTheGuardOneTouchStillHasOneEffect(t *testing.T) {
	for _, b := range (residents.Crowd{Seed: 3, Each: 24, Kiosks: 4, Trouble: troubled, Unguarded: true}).Run().Broken {
		t.Error(b)
	}
}

// The same seed is the same crowd, to the touch.
func TestACrowdRepeatsItself(t *testing.T) {
	c := residents.Crowd{Seed: 4, Each: 3, Kiosks: 2, Trouble: troubled}
	if a, b := c.Run().String(), c.Run().String(); a != b {
		t.Errorf("first\n%s\nthen\n%s", a, b)
	}
}

// A kiosk that is never switched off holds in its last hour what it held in its first. One day in every run, thirty with
// LINLI_SOAK=1. It is the conversation that is measured, without a window.
func TestADayLeavesNoMemoryBehind(t *testing.T) {
	days := 1
	if os.Getenv("LINLI_SOAK") != "" {
		days = 30
	}
	const most = 256 << 10 // bytes that may come and go with the moment
	var first, last uint64
	came, broken := residents.Day(5, 24*days, troubled, func(hour int) {
		if hour == 1 {
			first = held()
		}
		if hour == 24*days {
			last = held()
		}
	})
	for _, b := range broken {
		t.Error(b)
	}
	t.Logf("%d hours, %d residents: %d KB held after the first hour, %d KB after the last", 24*days, came, first>>10, last>>10)
	if last > first+most {
		t.Errorf("%d KB more are held after %d hours than after one", (last-first)>>10, 24*days)
	}
	if came < 300*days {
		t.Errorf("only %d residents came", came)
	}
}

// held is what the heap holds once all that is over has been given back.
func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
