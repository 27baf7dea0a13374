package day

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/assets"
)

// Config says which program to run and where.
type Config struct {
	Linli string // path of the program
	Dir   string // an empty folder for data, keys and what the faces say
	Lang  string // "zh" or "en"; empty is Chinese
	Alone Face   // this face alone, as on a machine of its own; empty opens all three
	// Listen is where other machines of the hall reach the program, host:port; empty: it is reached by nobody.
	Listen string
}

// face is the program's argument, faces are the windows that come with it.
func (c Config) face() string {
	switch c.Alone {
	case "":
		return "demo"
	case Kiosk:
		return "kiosk"
	}
	return string(c.Alone)
}

func (c Config) faces() []Face {
	if c.Alone != "" {
		return []Face{c.Alone}
	}
	return Faces()
}

// Patience is how long a step waits for what must come.
const Patience = 30 * time.Second

// The display holds the three windows side by side at their full size.
const (
	displayWidth  = 4400
	displayHeight = 1960
	gap           = 16 // between the windows
)

// Hall is a running demo hall: its display, its program and its three windows.
type Hall struct {
	cfg     Config
	env     []string
	targets string
	display *display
	program *exec.Cmd
	done    chan error
	ended   error
	output  bytes.Buffer
	windows map[Face]string    // X window ids
	struck  map[Face]time.Time // the last tap
	key     bool               // and whether it was on a pad's key
}

// Start opens the hall and returns when all three faces have shown a page.
func Start(ctx context.Context, cfg Config) (_ *Hall, err error) {
	if cfg.Lang == "" {
		cfg.Lang = assets.LangChinese
	}
	for _, tool := range []string{"Xvfb", "xkbcomp", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%s is missing; scripts/install-deps.sh run installs it", tool)
		}
	}
	h := &Hall{cfg: cfg, targets: filepath.Join(cfg.Dir, "targets"), windows: map[Face]string{}, struck: map[Face]time.Time{}}
	for _, sub := range []string{"targets", "home", "keys"} {
		if err := os.MkdirAll(filepath.Join(cfg.Dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	if h.display, err = openDisplay(ctx, displayWidth, displayHeight); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = h.Stop()
		}
	}()
	if err := keyboard(ctx, h.display.name, typed); err != nil {
		return nil, err
	}
	h.env = append(os.Environ(),
		"DISPLAY="+h.display.name, "LINLI_TARGETS="+h.targets, "LINLI_KEYS="+filepath.Join(cfg.Dir, "keys"),
		"HOME="+filepath.Join(cfg.Dir, "home"), "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_CACHE_HOME=",
		// The window's titles are UTF-8, and xdotool must read them.
		"LC_ALL=C.UTF-8", "LIBGL_ALWAYS_SOFTWARE=1", "WAYLAND_DISPLAY=",
	)
	return h, h.run(ctx)
}

// run starts the program and places its windows.
func (h *Hall) run(ctx context.Context) error {
	listen := h.cfg.Listen
	if listen == "" {
		listen = "off"
	}
	h.program = exec.Command(h.cfg.Linli, "-data", h.Data(), "-lang", h.cfg.Lang, "-listen", listen, h.cfg.face())
	h.program.Env = h.env
	h.program.Stdout, h.program.Stderr = &h.output, &h.output
	if err := h.program.Start(); err != nil {
		return err
	}
	h.done = make(chan error, 1)
	go func() { h.done <- h.program.Wait() }()
	for _, f := range h.cfg.faces() {
		if err := h.see(ctx, f); err != nil {
			return err
		}
	}
	if h.cfg.Alone != "" {
		return nil
	}
	return h.place(ctx)
}

// see waits for a face's window and its first page.
func (h *Hall) see(ctx context.Context, f Face) error {
	title := map[Face]string{Kiosk: "shell.kiosk", Desk: "desk.title", Board: "board.title"}[f]
	id, err := h.Find(ctx, assets.Format(h.cfg.Lang, title))
	if err != nil {
		return err
	}
	h.windows[f] = id
	if _, err = h.Until(f, func(s Screen) bool { return s.Page != "" }); err == nil {
		_, err = h.picture(ctx, f) // it has been drawn, and takes clicks
	}
	return err
}

// place puts the windows side by side. A bare display has no window manager:
// all appear in one corner, where they hide each other, and a window that is
// only just being shown goes back there once more.
func (h *Hall) place(ctx context.Context) error {
	return h.poll(func() (bool, error) {
		for range 2 { // the second look is after all have been drawn
			x := 0
			for _, f := range Faces() {
				g, err := h.geometry(ctx, f)
				if err != nil {
					return false, err
				}
				if g.x != x || g.y != 0 {
					_, err := h.xdotool(ctx, "windowmove", h.windows[f], strconv.Itoa(x), "0")
					return false, err
				}
				x += g.width + gap
			}
			for _, f := range Faces() {
				if _, err := h.picture(ctx, f); err != nil {
					return false, err
				}
			}
		}
		return true, nil
	})
}

type geometry struct{ x, y, width, height int }

func (h *Hall) geometry(ctx context.Context, f Face) (g geometry, err error) {
	out, err := h.xdotool(ctx, "getwindowgeometry", "--shell", h.windows[f])
	if err != nil {
		return g, err
	}
	for line := range strings.Lines(out) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		n, err := strconv.Atoi(value)
		if err != nil {
			continue
		}
		switch name {
		case "X":
			g.x = n
		case "Y":
			g.y = n
		case "WIDTH":
			g.width = n
		case "HEIGHT":
			g.height = n
		}
	}
	return g, nil
}

// Environment is what another program needs to open its windows on this display.
func (h *Hall) Environment() []string { return slices.Clone(h.env) }

// Data is the hall's data folder.
func (h *Hall) Data() string { return filepath.Join(h.cfg.Dir, "data") }

// Find waits for a window on the hall's display by its exact title, and answers its X window id.
func (h *Hall) Find(ctx context.Context, title string) (string, error) {
	var id string
	err := h.poll(func() (bool, error) {
		out, err := h.xdotool(ctx, "search", "--onlyvisible", "--name", "^"+regexp.QuoteMeta(title)+"$")
		if err != nil {
			return false, nil // xdotool fails while there is none
		}
		id, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
		return id != "", nil
	})
	if err != nil {
		return "", fmt.Errorf("window %q: %w", title, err)
	}
	return id, nil
}

// poll asks until the answer is yes, the program has ended, or patience is over.
func (h *Hall) poll(ask func() (bool, error)) error {
	const pause = 15 * time.Millisecond
	for deadline := time.Now().Add(Patience); ; {
		ok, err := ask()
		if ok || err != nil {
			return err
		}
		if h.ended == nil {
			select {
			case err := <-h.done:
				h.ended = fmt.Errorf("the program has ended (%v): %s", err, h.output.String())
			case <-time.After(pause):
			}
		}
		if h.ended != nil {
			return h.ended
		}
		if time.Now().After(deadline) {
			return errors.New("waited in vain")
		}
	}
}

// xdotool runs one command of xdotool on the hall's display.
func (h *Hall) xdotool(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = h.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("xdotool %s: %w: %s", args[0], err, out)
	}
	return string(out), nil
}

// See answers what a face shows now.
func (h *Hall) See(f Face) (Screen, error) { return read(h.targets, f) }

// Until waits until a face shows what is wanted and answers it. The error says
// what is shown instead.
func (h *Hall) Until(f Face, wanted func(Screen) bool) (Screen, error) {
	var seen Screen
	err := h.poll(func() (bool, error) {
		s, err := h.See(f)
		if err != nil {
			return false, err
		}
		seen = s
		return wanted(s), nil
	})
	if err != nil {
		return seen, fmt.Errorf("%s: %w; it shows page %q with %v, to touch: %v", f, err, seen.Page, seen.Texts, seen.IDs())
	}
	return seen, nil
}

// UntilPage waits for a page and, on it, words.
func (h *Hall) UntilPage(f Face, page string, words ...string) (Screen, error) {
	s, err := h.Until(f, func(s Screen) bool { return s.Page == page && s.Says(words...) })
	if err != nil {
		err = fmt.Errorf("page %q with %q: %w", page, words, err)
	}
	return s, err
}

// A kiosk lets a second strike pass only after a while, so that a trembling hand
// does not answer two pages; an impatient script would lose its taps. This is a
// person's pace, a little above those of the widgets.
const (
	tapPace = 560 * time.Millisecond
	keyPace = 160 * time.Millisecond
)

// Tap clicks in the middle of something, once it can be touched.
func (h *Hall) Tap(ctx context.Context, f Face, id string) error {
	s, err := h.Until(f, func(s Screen) bool { return s.Has(id) })
	if err != nil {
		return fmt.Errorf("tap %q: %w", id, err)
	}
	pace := tapPace
	if h.key {
		pace = keyPace
	}
	// The pause counts from when the face showed what the last tap did.
	if wait := pace - min(time.Since(h.struck[f]), time.Since(said(h.targets, f))); f == Kiosk && wait > 0 {
		time.Sleep(wait)
	}
	t := s.Targets[id]
	x, y := strconv.Itoa(int(t[0]+t[2]/2)), strconv.Itoa(int(t[1]+t[3]/2))
	_, err = h.xdotool(ctx, "mousemove", "--window", h.windows[f], x, y, "mousedown", "1", "mouseup", "1")
	h.struck[f], h.key = time.Now(), s.isKey(id)
	return err
}

// Digits taps digits on a number pad, each once the one before is to be seen.
func (h *Hall) Digits(ctx context.Context, f Face, digits string) error {
	for _, d := range digits {
		before, err := h.See(f)
		if err != nil {
			return err
		}
		if err := h.Tap(ctx, f, string(d)); err != nil {
			return err
		}
		if _, err := h.Until(f, func(s Screen) bool { return !slices.Equal(s.Texts, before.Texts) }); err != nil {
			return fmt.Errorf("digit %c: %w", d, err)
		}
	}
	return nil
}

// Draw moves the pointer over something with the button down, as a finger writes: one
// line after the other, through places in hundredths of its width and height.
func (h *Hall) Draw(ctx context.Context, f Face, id string, lines ...[][2]float64) error {
	s, err := h.Until(f, func(s Screen) bool { return s.Has(id) })
	if err != nil {
		return fmt.Errorf("draw on %q: %w", id, err)
	}
	t := s.Targets[id]
	for _, line := range lines {
		var args []string
		for i, p := range line {
			x, y := strconv.Itoa(int(t[0]+t[2]*p[0]/100)), strconv.Itoa(int(t[1]+t[3]*p[1]/100))
			args = append(args, "mousemove", "--window", h.windows[f], x, y, "sleep", "0.02")
			if i == 0 {
				args = append(args, "mousedown", "1")
			}
		}
		if _, err := h.xdotool(ctx, append(args, "mouseup", "1")...); err != nil {
			return err
		}
	}
	return nil
}

// focus gives a face the keyboard.
func (h *Hall) focus(ctx context.Context, f Face) error {
	_, err := h.xdotool(ctx, "windowfocus", "--sync", h.windows[f])
	return err
}

// Key presses keys by their X names, such as F2, Return or ctrl+s.
func (h *Hall) Key(ctx context.Context, f Face, keys ...string) error {
	if err := h.focus(ctx, f); err != nil {
		return err
	}
	_, err := h.xdotool(ctx, append([]string{"key", "--delay", "30"}, keys...)...)
	return err
}

// Type types text as keys. The keyboard has ASCII and the characters that the
// script writes.
func (h *Hall) Type(ctx context.Context, f Face, text string) error {
	if err := h.focus(ctx, f); err != nil {
		return err
	}
	_, err := h.xdotool(ctx, "type", "--delay", "30", text)
	return err
}

// Shot takes a picture of a face as PNG.
func (h *Hall) Shot(ctx context.Context, f Face, file string) error {
	png, err := h.picture(ctx, f)
	if err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o644)
}

// How long a window must look the same to count as drawn: a face says what it
// shows before it has painted it, and three windows without a graphics card take
// their time. A flashing band is taken as it is.
const (
	stillFor = 600 * time.Millisecond
	mostWait = 4 * time.Second
)

// picture waits until a window stands still and answers what it shows.
func (h *Hall) picture(ctx context.Context, f Face) ([]byte, error) {
	var last []byte
	began := time.Now()
	since := began
	for {
		cmd := exec.CommandContext(ctx, "import", "-silent", "-window", h.windows[f], "-define", "png:exclude-chunks=date,time,tIME", "png:-")
		cmd.Env = h.env
		taken := time.Now()
		now, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("picture of %s: %w", f, err)
		}
		if !bytes.Equal(now, last) {
			last, since = now, taken
		}
		if taken.Sub(since) >= stillFor || taken.Sub(began) > mostWait {
			return last, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// Stop closes the hall: the program first, which must end well when it is asked
// to, then the display.
func (h *Hall) Stop() error {
	var err error
	if h.program != nil && h.program.Process != nil && h.ended == nil {
		if err = end(h.program, h.done); err != nil {
			err = fmt.Errorf("linli: %w: %s", err, h.output.String())
		}
		h.ended = errors.New("stopped")
	}
	if h.display != nil {
		h.display.close()
		h.display = nil
	}
	return err
}

// Output is what the program has printed.
func (h *Hall) Output() string { return h.output.String() }
