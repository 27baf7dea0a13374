//go:build e2e && linux

package e2e_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"linli/internal/day"
)

// A kiosk whose program is killed, or hangs, shows its first page again by itself, and nothing of what the resident
// before had typed is on it or on the disk.
func TestAKioskComesBackAndKnowsNobody(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	ctl(t, dir, "demo", "--residents", "5", "--visits", "0")
	kiosk := machine(t, dir, day.Kiosk, "")
	const hall = "样例社区服务大厅"
	rounds := 3
	if os.Getenv("LINLI_SOAK") != "" {
		rounds = 100
	}
	for n := range rounds {
		typed := fmt.Sprintf("9%05d", 31337+n)
		if _, err := kiosk.UntilPage(day.Kiosk, "home", hall); err != nil {
			t.Fatal(err)
		}
		if err := kiosk.Tap(ctx, day.Kiosk, "progress"); err != nil {
			t.Fatal(err)
		}
		if _, err := kiosk.UntilPage(day.Kiosk, "progress.receipt"); err != nil {
			t.Fatalf("round %d: %v", n, err)
		}
		if err := kiosk.Digits(ctx, day.Kiosk, typed); err != nil {
			t.Fatal(err)
		}
		signal := syscall.SIGKILL
		if n == 1 {
			signal = syscall.SIGSTOP
		}
		if err := kiosk.Crash(ctx, signal); err != nil {
			t.Fatal(err)
		}
		s, err := kiosk.UntilPage(day.Kiosk, "home")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range s.Texts {
			if strings.Contains(strings.ReplaceAll(text, " ", ""), typed) {
				t.Fatalf("round %d: the next resident reads %q", n, text)
			}
		}
		lies(t, dir, typed)
	}
	body, err := os.ReadFile(filepath.Join(dir, "data", "crash.log"))
	if err != nil || bytes.Count(body, []byte("started again")) != rounds {
		t.Errorf("of %d faults staff can read %s (%v)", rounds, body, err)
	}
}

// lies fails where a text is in a file of the machine.
func lies(t *testing.T, dir, text string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // it was there a moment ago
		}
		if body, err := os.ReadFile(path); err == nil && bytes.Contains(body, []byte(text)) {
			t.Errorf("%s holds what a resident typed", filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
