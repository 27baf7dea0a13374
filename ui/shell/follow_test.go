package shell

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// plug puts a connector into a folder like the system's.
func plug(t *testing.T, folder, name, status, modes string) {
	t.Helper()
	dir := filepath.Join(folder, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for file, body := range map[string]string{"status": status, "modes": modes} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsPlugged(t *testing.T) {
	folder := t.TempDir()
	if got := screens(folder); got != "" {
		t.Errorf("without connectors: %q", got)
	}
	plug(t, folder, "card0-HDMI-A-1", "connected\n", "1920x1080\n1280x720\n")
	plug(t, folder, "card0-DP-1", "disconnected\n", "")
	if got := screens(folder); got != "card0-HDMI-A-1 1920x1080" {
		t.Errorf("one monitor: %q", got)
	}
	plug(t, folder, "card0-HDMI-A-1", "disconnected\n", "")
	if got := screens(folder); got != "" {
		t.Errorf("it was unplugged: %q", got)
	}
}

func TestAMonitorThatComesBackIsFilledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now atomic.Value
		now.Store("HDMI 1920x1080")
		var changes atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			follow(ctx, func() string { return now.Load().(string) }, func() { changes.Add(1) })
		}()
		after := func(screens string, d time.Duration, want int32) {
			t.Helper()
			now.Store(screens)
			time.Sleep(d)
			synctest.Wait()
			if got := changes.Load(); got != want {
				t.Errorf("%q for %v: filled %d times, want %d", screens, d, got, want)
			}
		}
		after("HDMI 1920x1080", time.Hour, 0)
		after("", time.Hour, 0) // unplugged: nothing to fill
		after("HDMI 1920x1080", 1500*time.Millisecond, 0)
		after("HDMI 1920x1080", 5*time.Second, 1) // plugged again
		after("HDMI 1920x1080", time.Hour, 1)
		after("HDMI 1280x720", 10*time.Second, 2) // another one
		for range 5 {                             // a loose plug
			after("", time.Second, 2)
			after("HDMI 1280x720", time.Second, 2)
		}
		after("HDMI 1280x720", 10*time.Second, 3)
		cancel()
		<-ended
	})
}
