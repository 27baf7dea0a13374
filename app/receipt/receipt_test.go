package receipt_test

import (
	"testing"

	"linli/app"
	"linli/app/receipt"
)

func TestNumberSurvivesTyping(t *testing.T) {
	n, err := receipt.Number("2026-11-23", 1, 47)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := n[:11], "26112301047"; got != want {
		t.Fatalf("number starts %s, want %s", got, want)
	}
	for _, typed := range []string{n, receipt.Group(n), n[:4] + "-" + n[4:8] + "-" + n[8:]} {
		if got, err := receipt.Parse(typed); err != nil || got != n {
			t.Errorf("Parse(%q) = %q, %v; want %q", typed, got, err, n)
		}
	}
}

func TestEveryWrongDigitAndEverySwapIsFound(t *testing.T) {
	for counter := 1; counter <= receipt.MaxPerDay; counter += 37 {
		n, err := receipt.Number("2026-02-28", 12, counter)
		if err != nil {
			t.Fatal(err)
		}
		missedSwaps, swaps := 0, 0
		for i := range n {
			for d := byte('0'); d <= '9'; d++ {
				b := []byte(n)
				if b[i] == d {
					continue
				}
				b[i] = d
				if receipt.Valid(string(b)) {
					t.Fatalf("digit %d of %s changed to %c is not found", i, n, d)
				}
			}
			if i > 0 && n[i] != n[i-1] {
				b := []byte(n)
				b[i], b[i-1] = b[i-1], b[i]
				swaps++
				if receipt.Valid(string(b)) {
					missedSwaps++
				}
			}
		}
		// MOD 11,10 misses about one swap of neighbours in fifty.
		if missedSwaps > 1 {
			t.Errorf("%d of %d swaps in %s are not found", missedSwaps, swaps, n)
		}
	}
}

func TestFullDayAndNonsense(t *testing.T) {
	if _, err := receipt.Number("2026-11-23", 1, receipt.MaxPerDay+1); app.CodeOf(err) != app.CodeFull {
		t.Errorf("counter past the day's last: %v, want %s", err, app.CodeFull)
	}
	for _, s := range []string{"", "1", "abcdefghijkl", "123456789012345", "２６１１２３"} {
		if receipt.Valid(s) {
			t.Errorf("Valid(%q) = true", s)
		}
	}
}
