package card_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"linli/kiosk/card"
)

// start is when the keys of a test begin.
var start = time.Date(2026, time.November, 23, 9, 30, 0, 0, time.UTC)

// burst types text with a gap between its keys, and answers the scans and when it ended.
func burst(w *card.Wedge, at time.Time, gap time.Duration, text string) (scans []string, end time.Time) {
	for _, r := range text {
		at = at.Add(gap)
		if scan, ok := w.Key(r, at); ok {
			scans = append(scans, scan)
		}
	}
	return scans, at
}

func TestWhatIsAScan(t *testing.T) {
	const fast, slow = 8 * time.Millisecond, 120 * time.Millisecond
	for name, c := range map[string]struct {
		gap  time.Duration
		text string
		want string
	}{
		"a scan":                    {fast, "LINLI:1\r", "LINLI:1"},
		"a scan with a line feed":   {fast, "LINLI:1\n", "LINLI:1"},
		"as slow as a scan may be":  {card.WedgeGap, "123456\r", "123456"},
		"slower than that":          {card.WedgeGap + 1, "123456\r", ""},
		"a person":                  {slow, "LINLI:1\r", ""},
		"too short":                 {fast, "12345\r", ""},
		"as short as it may be":     {fast, "123456\r", "123456"},
		"without an end":            {fast, "LINLI:1", ""},
		"nothing but Enter":         {fast, "\r\r\r", ""},
		"a control character in it": {fast, "LIN\x1bLI:1\r", ""},
		"a tabulator in it":         {fast, "LIN\tLI:1\r", ""},
		"what was lost":             {fast, "LINLI\ufffd:1\r", ""},
		"as long as it may be":      {fast, strings.Repeat("A", card.WedgeMost) + "\r", strings.Repeat("A", card.WedgeMost)},
		"too long":                  {fast, strings.Repeat("A", card.WedgeMost+1) + "\r", ""},
		"never ending":              {fast, strings.Repeat("A", 100*card.WedgeMost), ""},
		"other letters":             {fast, "社保卡电子码\r", "社保卡电子码"},
	} {
		var w card.Wedge
		scans, at := burst(&w, start, c.gap, c.text)
		if c.want == "" && len(scans) > 0 || c.want != "" && (len(scans) != 1 || scans[0] != c.want) {
			t.Errorf("%s: %d scans", name, len(scans))
		}
		// Whatever there was: the next scan is read, once the keys have paused.
		if scans, _ := burst(&w, at.Add(time.Second), fast, "LINLI:1\r"); len(scans) != 1 || scans[0] != "LINLI:1" {
			t.Errorf("%s: the next scan is lost", name)
		}
	}
}

func TestAPauseBeginsAnew(t *testing.T) {
	var w card.Wedge
	_, at := burst(&w, start, 8*time.Millisecond, "ABCDEF")
	if scans, _ := burst(&w, at.Add(time.Second), 8*time.Millisecond, "\r"); len(scans) > 0 {
		t.Error("an Enter long after the keys ends a scan")
	}
	_, at = burst(&w, at.Add(time.Minute), 8*time.Millisecond, "ABCDEF")
	if scans, _ := burst(&w, at.Add(200*time.Millisecond), 8*time.Millisecond, "123456\r"); len(scans) != 1 || scans[0] != "123456" {
		t.Errorf("%d scans after a pause", len(scans))
	}
	// The clock is set back in the middle.
	_, at = burst(&w, at.Add(time.Minute), 8*time.Millisecond, "ABCDEF")
	if scans, _ := burst(&w, at.Add(-time.Hour), 8*time.Millisecond, "123456\r"); len(scans) != 1 || scans[0] != "123456" {
		t.Errorf("%d scans after the clock was set", len(scans))
	}
}

// Whatever is typed, a scan is what its law says: so many characters that can be seen, all of them fast and one after the other, then Enter.
func TestNothingElseIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w card.Wedge
		at := start
		var run []rune // the keys since the last pause or Enter
		spoilt := false
		for range rapid.IntRange(0, 60).Draw(t, "bursts") {
			gap := time.Duration(rapid.IntRange(-20, 120).Draw(t, "gap")) * time.Millisecond
			r := rapid.SampledFrom([]rune("A1:\r\n\x00\x1b社\ufffd ")).Draw(t, "key")
			for range rapid.SampledFrom([]int{1, 1, 5, 6, card.WedgeMost}).Draw(t, "times") {
				at = at.Add(gap)
				if gap > card.WedgeGap || gap < 0 {
					run, spoilt = nil, false
				}
				scan, ok := w.Key(r, at)
				want := (r == '\r' || r == '\n') && !spoilt && len(run) >= card.WedgeLeast && len(run) <= card.WedgeMost
				if ok != want || ok && scan != string(run) {
					t.Fatalf("a scan is %v, want %v", ok, want)
				}
				switch {
				case r == '\r' || r == '\n':
					run, spoilt = nil, false
				default:
					run = append(run, r)
					spoilt = spoilt || !unicode.IsPrint(r) || r == unicode.ReplacementChar || len(run) > card.WedgeMost
				}
			}
		}
	})
}
