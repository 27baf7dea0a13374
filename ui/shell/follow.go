package shell

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"linli/ui/widget"
)

// A kiosk's monitor is unplugged to be cleaned, loses its power before the computer does, or is another one after a repair. The
// toolkit makes an ordinary window of one whose screen went, and does not make it full again when the screen comes back. Nobody
// who stands there could.
const (
	followEvery = time.Second
	followCalm  = 2 * time.Second // in which X has taken note of a monitor that was plugged
)

// connectors is where Linux says what is plugged into its graphics cards, and in which sizes.
const connectors = "/sys/class/drm"

// screens is what is plugged at present: connectors with a monitor and its best size. The files say what the system knows already and ask
// no monitor: reading them costs a few microseconds. "" where there are none.
func screens(folder string) string {
	found, _ := filepath.Glob(filepath.Join(folder, "*", "status"))
	var all []string
	for _, file := range found {
		status, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(status)) != "connected" {
			continue
		}
		modes, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "modes"))
		best, _, _ := strings.Cut(string(modes), "\n")
		all = append(all, filepath.Base(filepath.Dir(file))+" "+best)
	}
	return strings.Join(all, "\n")
}

// follow calls changed whenever other screens are plugged than before and have been for a moment, and at least one is: without any there is
// nothing to fill, and the toolkit cannot be asked to.
func follow(ctx context.Context, read func() string, changed func()) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	known, seen, since := read(), "", time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := read()
		switch {
		case now == known && since.IsZero():
		case since.IsZero() || now != seen:
			seen, since = now, time.Now() // it is still being plugged
		case now != "" && time.Since(since) >= followCalm:
			known, since = now, time.Time{}
			changed()
		}
	}
}

// followScreen keeps a kiosk's window as large as its screen.
func (u *upkeep) followScreen() {
	if !u.s.opts.FullScreen {
		return
	}
	follow(u.ctx, func() string { return screens(connectors) }, func() {
		slog.Info("another monitor, or the same again")
		u.wakeScreen()
		widget.Later(u.fill)
	})
}

// wakeScreen has X use a monitor that it does not use yet. One that is in use stays as it is, turned and all.
func (u *upkeep) wakeScreen() {
	if os.Getenv("DISPLAY") == "" {
		return
	}
	ctx, cancel := context.WithTimeout(u.ctx, 10*time.Second)
	defer cancel()
	for _, line := range [][]string{{"xrandr", "--auto"}, {"xset", "s", "off", "s", "noblank", "-dpms"}} {
		if err := exec.CommandContext(ctx, line[0], line[1:]...).Run(); err != nil { //nolint:gosec // a list of our own
			slog.Warn("the screen was not woken", "program", line[0], "error", err)
		}
	}
}

// fill makes the window full again, and has the parts looked at: a screen of another size is a trouble that the desks should know.
func (u *upkeep) fill() {
	if u.ctx.Err() != nil {
		return
	}
	defer func() {
		// The toolkit does not ask whether there is a monitor; one that goes at this very moment is not to take the kiosk along.
		if fault := recover(); fault != nil {
			slog.Warn("the screen was not filled", "fault", fault)
		}
	}()
	u.window.SetFullScreen(true)
	u.watch.Again()
}
