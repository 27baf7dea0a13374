package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"linli/internal/day"
)

// How the windows are measured.
const (
	kioskWidth, kioskHeight = 1080, 1920 // profile 21.5-portrait at its real size
	starts                  = 5
	turns                   = 48
	restBefore              = 20 * time.Second // before memory is read
	restFor                 = 20 * time.Second // while processor time is counted
	still                   = 1500 * time.Millisecond
	startPause              = 8 * time.Millisecond // between looks at the screen while a program starts
	touchPause              = 2 * time.Millisecond // and after a touch
	finger                  = 150 * time.Millisecond
)

// windows is what the measured programs share.
type windows struct {
	*report
	bin, data, keys string
	dir             string // scratch: what faces say, the browser's profile, a home
	home            day.Screen
}

// measureWindows measures real windows on a virtual display, and Chromium with
// a static page beside them. Everything is rendered without a graphics card.
func measureWindows(r *report, bin, dataDir, keysDir string) error {
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			r.add("real windows", "-", "not measured: %s is not installed", tool)
			return nil
		}
	}
	dir, err := os.MkdirTemp("", "linli-bench-windows")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, sub := range []string{"targets", "home/.cache/fyne", "home/.config"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	ctx := context.Background()
	w := &windows{report: r, bin: bin, data: dataDir, keys: keysDir, dir: dir}
	w.add("the machine meanwhile: load averages", "idle", "%s on %d cores", loadAverages(), runtime.NumCPU())
	browser := false
	if _, err := exec.LookPath("chromium"); err == nil {
		browser = true
	} else {
		w.add("Chromium, the same page", "-", "not installed")
	}
	if err := w.measureStarts(browser); err != nil {
		return err
	}
	if err := w.measureTouch(ctx); err != nil {
		return err
	}
	ours, err := w.measureRest("kiosk", "≤ 0.6 × Chromium", "≤ 2 % of a core", w.openKiosk)
	if err != nil {
		return err
	}
	if browser {
		theirs, err := w.measureRest("Chromium", "-", "-", w.openChromium)
		if err != nil {
			return err
		}
		w.add("kiosk memory ÷ Chromium memory", "≤ 0.6", "%.2f", ours/theirs)
	}
	if _, err := w.measureRest("desk, signed in", "-", "≤ 3 % of a core", w.openDesk); err != nil {
		return err
	}
	_, err = w.measureRest("demo, three windows", "-", "-", w.openDemo)
	return err
}

func (w *windows) page() string { return filepath.Join(w.dir, "page.html") }

func (w *windows) targets() string { return filepath.Join(w.dir, "targets") }

// see is what a face says that it shows.
func (w *windows) see(f day.Face) (s day.Screen, err error) {
	data, err := os.ReadFile(filepath.Join(w.targets(), string(f)+".json"))
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	return s, err
}

// linli starts the program with one face.
func (w *windows) linli(s *screen, face string) (*process, error) {
	for _, f := range day.Faces() {
		_ = os.Remove(filepath.Join(w.targets(), string(f)+".json"))
	}
	home := filepath.Join(w.dir, "home")
	return launch(s, []string{
		"LINLI_TARGETS=" + w.targets(), "LINLI_KEYS=" + w.keys, "HOME=" + home,
		"XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_CACHE_HOME=",
	}, filepath.Join(w.bin, "linli"), "-data", w.data, "-listen", "off", face)
}

// shown is when a program's first page was complete on the screen.
type shown struct {
	*screen
	*process
	after time.Duration // since the process was started
}

func (s *shown) close() error {
	err := s.process.end()
	s.screen.close()
	return err
}

// open starts a program on an empty screen and waits until its page is
// complete: the first look at which all but two in a thousand of the pixels are
// those of the page once it stands still, and a tile has its colour. A white
// window that comes first does not count. says is when the program itself has
// said that its page can be used; a browser says nothing.
func (w *windows) open(start func(*screen) (*process, error), says func() bool) (_ *shown, err error) {
	s, err := openScreen(kioskWidth, kioskHeight)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	empty, err := s.look(s.size, nil)
	if err != nil {
		return nil, err
	}
	p, err := start(s)
	if err != nil {
		return nil, err
	}
	var said time.Time
	changes, err := s.watch(s.size, empty, startPause, func(changes []change, last time.Time) bool {
		if said.IsZero() && says() {
			said = time.Now()
		}
		return p.alive() != nil || !said.IsZero() && len(changes) > 0 && time.Since(last) > still && w.tileThere(s)
	})
	if err = errors.Join(err, p.alive()); err != nil {
		_ = p.end()
		return nil, err
	}
	at := complete(changes)
	if said.After(at) {
		at = said
	}
	return &shown{s, p, at.Sub(p.started)}, nil
}

// tileThere answers whether the first tile of the first page is on the screen.
func (w *windows) tileThere(s *screen) bool {
	t, ok := w.home.Targets["ticket"]
	if !ok {
		home, err := w.see(day.Kiosk)
		if err != nil || home.Page != "home" {
			return false
		}
		w.home = home
		t = home.Targets["ticket"]
	}
	rgb, err := s.colour(int(t[0])+24, int(t[1])+24)
	if err != nil {
		return false
	}
	for i := range rgb {
		if d := rgb[i] - tileBlue[i]; d < -8 || d > 8 {
			return false
		}
	}
	return true
}

// complete is when the picture was first as good as the last one.
func complete(changes []change) time.Time {
	final := changes[len(changes)-1].frame
	for _, c := range changes {
		var differ int
		for i := 0; i < len(final); i += bytesPerPixel {
			if !bytes.Equal(final[i:i+3], c.frame[i:i+3]) {
				differ++
			}
		}
		if differ*500 <= len(final)/bytesPerPixel {
			return c.at
		}
	}
	return changes[len(changes)-1].at
}

// openKiosk shows the kiosk's first page in full screen. It can be used once its
// targets are known: they are where the face itself looks for a finger.
func (w *windows) openKiosk() (*shown, error) {
	return w.open(
		func(s *screen) (*process, error) { return w.linli(s, "kiosk") },
		func() bool { s, err := w.see(day.Kiosk); return err == nil && s.Page == "home" },
	)
}

// openChromium shows the static page. The flags keep it from asking the
// network and from showing anything but the page; its profile is used again, so
// only the first start, which does not count, makes one.
func (w *windows) openChromium() (*shown, error) {
	return w.open(func(s *screen) (*process, error) {
		return launch(s, []string{"HOME=" + filepath.Join(w.dir, "home")}, "chromium",
			"--no-sandbox", "--test-type", "--kiosk", "--window-position=0,0", fmt.Sprintf("--window-size=%d,%d", kioskWidth, kioskHeight),
			"--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--disable-breakpad", "--password-store=basic", "--disable-features=Translate",
			"--user-data-dir="+filepath.Join(w.dir, "chromium"), "file://"+w.page())
	}, func() bool { return true })
}

// measureStarts starts the kiosk and the browser in turns, so that a busy
// moment hits both: once for the disk to be warm, then five times. The first
// start also tells what the browser's page must show.
func (w *windows) measureStarts(browser bool) error {
	var ours, theirs []time.Duration
	once := func(open func() (*shown, error), took *[]time.Duration) error {
		s, err := open()
		if err != nil {
			return err
		}
		*took = append(*took, s.after)
		if err := s.close(); err != nil && !interrupted(err) {
			return err
		}
		return nil
	}
	for range starts + 1 {
		if err := once(w.openKiosk, &ours); err != nil {
			return fmt.Errorf("starting the kiosk: %w", err)
		}
		if !browser {
			continue
		}
		if err := writePage(w.page(), w.home); err != nil {
			return err
		}
		if err := once(w.openChromium, &theirs); err != nil {
			return fmt.Errorf("starting Chromium: %w", err)
		}
	}
	say := func(what, budget string, took []time.Duration) time.Duration {
		took = took[1:]
		median := quantile(took, .5)
		w.add(what, budget, "median %.2f s of %d (%.2f–%.2f)", median.Seconds(), len(took), took[0].Seconds(), took[len(took)-1].Seconds())
		return median
	}
	kiosk := say("kiosk: start to first usable page", "≤ 1 s", ours)
	if browser {
		chromium := say("Chromium: start to the same page, static", "-", theirs)
		w.add("kiosk start ÷ Chromium start, medians", "≤ 1", "%.2f", kiosk.Seconds()/chromium.Seconds())
	}
	return nil
}

// loadAverages are the machine's, over 1, 5 and 15 minutes: on a busy machine
// times say little.
func loadAverages() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(data))[:3], " ")
}

// interrupted answers whether a program ended by the signal that asked it to;
// a browser does.
func interrupted(err error) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	return ok && (exit.ExitCode() == -1 || exit.ExitCode() == 130)
}

// measureRest reads the memory of a program that has rested on its page and
// then the processor time that it takes while nobody touches it.
func (w *windows) measureRest(name, most, idle string, open func() (*shown, error)) (float64, error) {
	s, err := open()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	time.Sleep(restBefore)
	memory, err := s.memory()
	if err == nil {
		w.add(name+": memory at rest (PSS)", most, "%.0f MB", memory)
		var load float64
		if load, err = s.load(restFor); err == nil {
			w.add(name+": idle processor time", idle, "%.1f %% of a core", load)
		}
	}
	if shut := s.close(); shut != nil && !interrupted(shut) {
		err = errors.Join(err, shut)
	}
	return memory, err
}

// measureTouch turns pages with real mouse button events: a tile of the first
// page, and back. From the button down it takes the time until the touched
// part of the screen changes, and from the button up until the last pixel of
// the new page has changed, in looks 2 ms apart.
func (w *windows) measureTouch(ctx context.Context) error {
	s, err := w.openKiosk()
	if err != nil {
		return err
	}
	var echoes, pages []time.Duration
	var ticks int
	tiles := slices.DeleteFunc(w.home.IDs(), func(id string) bool { return strings.HasPrefix(id, "@") })
	for i := range turns {
		id := "@back"
		if i%2 == 0 {
			id = tiles[i/2%len(tiles)]
		}
		before, _ := s.ticks()
		echo, page, err := w.touch(ctx, s, id)
		if err != nil {
			_ = s.close()
			return fmt.Errorf("touch %q: %w", id, err)
		}
		after, _ := s.ticks()
		ticks += after - before
		echoes, pages = append(echoes, echo), append(pages, page)
	}
	w.add("kiosk: button down to pressed echo", "p95 ≤ 100 ms", "p50 %.0f ms, p95 %.0f ms of %d", ms(quantile(echoes, .5)), ms(quantile(echoes, .95)), turns)
	w.add("kiosk: button up to last pixel of the next page", "p95 ≤ 100 ms", "p50 %.0f ms, p95 %.0f ms of %d", ms(quantile(pages, .5)), ms(quantile(pages, .95)), turns)
	// Both paintings together and the rest in between: what a touch costs when
	// others take the processor's time, which the two times above cannot say.
	w.add("kiosk: processor time of one touch", "-", "%.0f ms on average", float64(ticks)/clockTicks*1000/turns)
	return s.close()
}

// touch touches one thing and waits until the page that follows stands still.
func (w *windows) touch(ctx context.Context, s *shown, id string) (echo, page time.Duration, err error) {
	var before day.Screen
	err = until(ctx, id, func() (bool, error) {
		before, err = w.see(day.Kiosk)
		return before.Has(id), errors.Join(err, s.alive())
	})
	if err != nil {
		return 0, 0, err
	}
	t := before.Targets[id]
	b := box{int(t[0]), int(t[1]), int(t[2]), int(t[3])}
	if _, err := s.do(moveTo(b.x+b.w/2, b.y+b.h/2)); err != nil {
		return 0, 0, err
	}
	// Longer than the guard that keeps a second strike of a trembling hand out.
	calm := 700 * time.Millisecond
	if _, err := s.watch(s.size, nil, startPause, func(_ []change, last time.Time) bool { return time.Since(last) > calm }); err != nil {
		return 0, 0, err
	}
	first, err := s.look(b, nil)
	if err != nil {
		return 0, 0, err
	}
	down, err := s.do("mousedown 1")
	if err != nil {
		return 0, 0, err
	}
	seen, err := s.watch(b, first, touchPause, func(changes []change, last time.Time) bool {
		return len(changes) > 0 && time.Since(last) > finger
	})
	if err != nil {
		return 0, 0, err
	}
	pressed, err := s.look(s.size, nil)
	if err != nil {
		return 0, 0, err
	}
	up, err := s.do("mouseup 1")
	if err != nil {
		return 0, 0, err
	}
	painted, err := s.watch(s.size, pressed, touchPause, func(changes []change, last time.Time) bool {
		return len(changes) > 0 && time.Since(last) > 3*finger
	})
	if err != nil {
		return 0, 0, err
	}
	after, err := w.see(day.Kiosk)
	if err == nil && after.Page == before.Page {
		err = fmt.Errorf("page %q did not change", after.Page)
	}
	return seen[0].at.Sub(down), painted[len(painted)-1].at.Sub(up), err
}
