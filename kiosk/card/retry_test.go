package card_test

import (
	"testing"

	"linli/kiosk/card"
)

// Pauses grow up to a bound, and no two kiosks keep step.
func TestPausesGrowAndDiffer(t *testing.T) {
	same := true
	first, most := card.Pauses(12)
	for range 20 {
		all, _ := card.Pauses(12)
		for i, d := range all {
			if d < most[i]/2 || d > most[i] {
				t.Fatalf("pause %d is %v, want %v to %v", i, d, most[i]/2, most[i])
			}
			same = same && d == first[i]
		}
	}
	if same {
		t.Error("every kiosk waits alike")
	}
	if most[11] != most[10] || most[1] != 2*most[0] {
		t.Errorf("pauses up to %v", most)
	}
}
