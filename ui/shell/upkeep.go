package shell

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"

	"linli/assets"
	"linli/kiosk/card"
	"linli/kiosk/corner"
	"linli/kiosk/guard"
	"linli/kiosk/print"
	"linli/kiosk/selftest"
	"linli/kiosk/session"
	"linli/kiosk/sound"
	"linli/kiosk/speak"
	"linli/ui/citizen"
	"linli/ui/fitting"
	"linli/ui/maintenance"
	"linli/ui/theme"
	"linli/ui/widget"
)

// firstLook is how long after the first page a kiosk looks at its parts for the first time: whoever stands there already is not to wait
// for a disk that is being tried.
const firstLook = 5 * time.Second

// measureWithin is how long the screen may be measured from the maintenance page, ruler and all, before the kiosk comes back.
const measureWithin = 10 * time.Minute

// upkeep is what looks after a kiosk: its self-test, the word to the desks, and the page for whoever maintains it.
type upkeep struct {
	s       *shell
	window  fyne.Window
	printer *print.Printer // nil: none
	reader  card.Reader    // nil: none
	voice   *speak.Voice
	talk    *session.Session
	tell    *selftest.Teller
	watch   *selftest.Watch
	door    *corner.Door
	page    *maintenance.Page

	ctx  context.Context
	stop context.CancelFunc
}

// newUpkeep begins nothing yet: [upkeep.begin] does, once there is a face.
func (s *shell) newUpkeep() *upkeep {
	u := &upkeep{s: s, printer: s.printer(), reader: s.cards()}
	u.ctx, u.stop = context.WithCancel(s.ctx)
	port := s.hall.Trouble
	if s.opts.Face == Demo {
		port = nil // its people are invented, and so would be whoever brings paper
	}
	u.tell = selftest.NewTeller(port, s.hall.Clock, func(err error) {
		slog.Warn("the desks were not told how the kiosk is", "error", err)
	})
	return u
}

// begin looks after a kiosk's window, and answers what ends that.
func (u *upkeep) begin(w fyne.Window, face *citizen.Face, talk *session.Session, voice *speak.Voice) (end func()) {
	s := u.s
	u.window, u.talk, u.voice = w, talk, voice
	checks := &selftest.Checks{
		Window: u.measured, Panel: panel, Sound: u.soundless, Folder: s.opts.Data, Now: s.hall.Clock, Built: built(), Offset: u.offset,
		Busy: func() bool { return !talk.Idle() },
	}
	if u.printer != nil {
		checks.Printer = u.printer
	}
	if device, ok := u.reader.(selftest.Asked); ok {
		checks.Card = device
	}
	if voice != nil {
		checks.Voice = u.speaks
	}
	if s.hall.Upkeep != nil {
		checks.Health = s.hall.Upkeep.Health
	}
	u.watch = &selftest.Watch{Checks: checks, Done: u.looked}
	if u.door != nil {
		u.page = maintenance.New(u.config(face))
	}
	go u.followScreen()
	widget.Later(func() {
		time.AfterFunc(firstLook, func() {
			if u.ctx.Err() == nil {
				u.watch.Run(u.ctx)
			}
		})
	})
	return func() {
		u.stop()
		if u.door != nil {
			u.door.Close()
		}
		u.tell.Close()
	}
}

// corner is what a touch of the blank part of the first page does; nil where there is no code to be asked for, ever.
func (u *upkeep) corner() func() {
	if u.s.hall.Corner == nil {
		return nil
	}
	u.door = corner.New(corner.Config{
		Code: u.s.hall.Corner, Clock: u.s.hall.Clock, Free: func() bool { return u.talk != nil && u.talk.Idle() },
		Changed: func() {
			widget.Later(func() {
				if u.ctx.Err() == nil {
					u.page.Changed()
				}
			})
		},
	})
	return u.door.Touch
}

// config is what the maintenance page offers on this machine.
func (u *upkeep) config(face *citizen.Face) maintenance.Config {
	s := u.s
	c := maintenance.Config{
		Window: u.window, Face: face.Content(), Left: face.Redraw, Door: u.door, Profile: s.opts.Profile, Lang: s.opts.Lang, Clock: s.hall.Clock,
		Click: func() { s.player.Play(assets.SoundClick) },
		Facts: u.facts, Report: u.watch.Last, Again: u.watch.Again, Sound: u.tone, Close: func() { u.leave(guard.CodeClosed) },
	}
	if u.printer != nil {
		c.Print = func(ctx context.Context) error {
			return u.print(ctx, maintenance.Slip(s.opts.Lang, s.info.Name, s.program.Version, s.hall.Clock.Now()))
		}
	}
	if guard.Kept() { // else nobody would start it again
		c.Measure = u.measure
		c.Restart = func() { u.leave(guard.CodeAgain) }
	}
	return c
}

// leave ends the program with a code that its keeper understands.
func (u *upkeep) leave(code int) {
	slog.Info("maintenance", "exit", code)
	if guard.Kept() { // else it ends like any program
		u.s.code = code
	}
	u.s.app.Quit()
}

// measure measures the screen in the kiosk's own window. With the new screen, or without one after a while, the program begins anew.
func (u *upkeep) measure() {
	s := u.s
	u.door.Close() // its minute is too short for a ruler
	time.AfterFunc(measureWithin, func() { widget.Later(func() { u.leave(guard.CodeAgain) }) })
	fitting.Open(fitting.Config{
		Window: u.window, Known: s.opts.Profile, Lang: s.opts.Lang, Full: s.opts.FullScreen, Size: u.window.Canvas().Size(),
		Save: func(p theme.Profile) error {
			if err := s.keepScreen(p); err != nil {
				return err
			}
			u.leave(guard.CodeAgain)
			return nil
		},
	})
}

// looked tells the desks what a look at the parts has found, and the page.
func (u *upkeep) looked(r selftest.Report) {
	for _, t := range r.Troubles() {
		slog.Warn("self-test", "part", string(t.Kind), "code", t.Code)
	}
	u.tell.Tell(r.Results...)
	if u.page != nil {
		widget.Later(func() {
			if u.ctx.Err() == nil {
				u.page.Refresh()
			}
		})
	}
}

// print puts a paper out. What is wrong with the printer is for staff: it stands in the log and reaches the desks at once.
func (u *upkeep) print(ctx context.Context, paper print.Paper) error {
	err := u.printer.Print(ctx, paper)
	r := selftest.Result{Kind: selftest.Printer, State: selftest.OK}
	if err != nil {
		slog.Error("printer", "error", err)
		r.State, r.Code = selftest.Trouble, selftest.DeviceCode(err)
	}
	u.tell.Tell(r)
	return err
}

// prints answers what puts slips out for a resident; nil where there is no printer.
func (u *upkeep) prints() func(context.Context, print.Paper) error {
	if u.printer == nil {
		return nil
	}
	return u.print
}

// errEnded is that the drawing goroutine did not answer any more.
var errEnded = errors.New("the window has ended")

// measured asks the drawing goroutine how large the window is.
func (u *upkeep) measured(ctx context.Context) (selftest.WindowSize, error) {
	answer := make(chan fyne.Size, 1)
	widget.Later(func() { answer <- u.window.Canvas().Size() })
	p := u.s.opts.Profile
	select {
	case size := <-answer:
		w := selftest.WindowSize{W: size.Width, H: size.Height, WantW: p.W, WantH: p.H}
		if !u.s.opts.FullScreen {
			w.WantW, w.WantH = 0, 0 // a window among others is as large as it may be
		}
		return w, nil
	case <-ctx.Done():
		return selftest.WindowSize{}, errEnded
	}
}

// soundless opens the sound device without a sound: the hall is not to hear a tone every quarter of an hour.
func (u *upkeep) soundless(ctx context.Context) error {
	const rate, long = 22_050, 100 * time.Millisecond
	return sound.Try(ctx, u.s.player, sound.Silence(rate, long))
}

// tone plays a tone at a step of the volume.
func (u *upkeep) tone(volume int) {
	go u.s.player.Sound(u.ctx, sound.Tone().Louder(speak.Decibels(volume)))
}

// errSilent is that no pack and no engine makes speech of words.
var errSilent = errors.New("no voice answers")

// speaks makes speech of the title of the first page, and lets nobody hear it.
func (u *upkeep) speaks(ctx context.Context) error {
	if _, ok := u.voice.Render(ctx, u.s.opts.Lang, assets.Format(u.s.opts.Lang, "shell.kiosk")); !ok {
		return errSilent
	}
	return nil
}

// panel answers whether a touch panel is plugged, where the system says.
func panel(context.Context) (bool, error) {
	f, err := os.Open(selftest.InputDevices)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	return selftest.HasPanel(f)
}

// offset is by how much this machine's clock is off the others'.
func (u *upkeep) offset(ctx context.Context) (time.Duration, error) {
	if u.s.hall.Replicas == nil {
		return 0, nil
	}
	s, err := u.s.hall.Replicas.State(ctx)
	return s.ClockWrong, err
}

// facts reads the figures of the maintenance page.
func (u *upkeep) facts(ctx context.Context) maintenance.Facts {
	f := maintenance.Facts{Version: u.s.program.Version}
	if u.s.hall.Upkeep != nil {
		if h, err := u.s.hall.Upkeep.Health(ctx); err == nil {
			f.Free = h.DiskFree
		}
	}
	if u.s.hall.Replicas != nil {
		if s, err := u.s.hall.Replicas.State(ctx); err == nil {
			f.Peers = len(s.Peers)
			for _, p := range s.Peers {
				if p.Met.After(f.Met) {
					f.Met = p.Met
				}
			}
		}
	}
	if file, err := os.Open(filepath.Join(u.s.opts.Data, CrashFile)); err == nil {
		f.Faults, f.LastFault, _ = guard.Noted(file)
		_ = file.Close()
	}
	return f
}

// built is when this program was made, as far as it knows; no clock is right before it.
func built() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key != "vcs.time" {
				continue
			}
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return at
			}
		}
	}
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
}
