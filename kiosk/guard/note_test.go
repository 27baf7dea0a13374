package guard_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"linli/kiosk/guard"
)

func TestFaultsAreCountedAmongTheirStacks(t *testing.T) {
	var file bytes.Buffer
	first := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for i := range 3 {
		file.WriteString("panic: runtime error\n\ngoroutine 1 [running]:\n\tstarted again at noon\n" + strings.Repeat("x", 5000) + "\n")
		if err := (guard.Fault{At: first.Add(time.Duration(i) * time.Hour), Code: 2}).Note(&file); err != nil {
			t.Fatal(err)
		}
	}
	file.WriteString("started again at a time that is none: x\nstarted again at 2026") // cut off by the power
	if n, last, err := guard.Noted(&file); n != 3 || !last.Equal(first.Add(2*time.Hour)) || err != nil {
		t.Errorf("%d faults, the last at %v: %v", n, last, err)
	}
	if n, last, err := guard.Noted(strings.NewReader("")); n != 0 || !last.IsZero() || err != nil {
		t.Errorf("%d faults in nothing, %v", n, err)
	}
}
