package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"linli/app"
	"linli/assets"
	"linli/kiosk/guard"
	"linli/kiosk/input"
	"linli/kiosk/print"
	"linli/kiosk/session"
	"linli/kiosk/sound"
	"linli/ui/board"
	"linli/ui/citizen"
	"linli/ui/desk"
	"linli/ui/fitting"
	"linli/ui/shell/early"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Program is what main gives.
type Program struct {
	Version string
	// Open opens what is in o.Data, for the demo after making it. Its errors are
	// *app.Error values.
	Open func(ctx context.Context, o Options) (Opened, error)
	// Begin is asked where o.Data holds nothing yet (CodeNoHall) and there is a display: a person says
	// what is to become of it. Nil: the program ends with the sentence.
	Begin func(o Options) app.StartPort
}

// Opened is an open data folder: one hall, or a supervisor's halls, which only the desk
// can show.
type Opened struct {
	Hall  *app.Hall
	Halls *app.Halls
	Close func() error
}

func (o Opened) close() error {
	if o.Close == nil {
		return nil // nothing was made of the empty folder
	}
	return o.Close()
}

// appID names the program to the desktop.
const appID = "cn.linli.hall"

// Main runs the program until its last window is closed or it is asked to end,
// and answers the exit code: 0 done, 1 failed, 2 wrong command line.
func Main(p Program, args []string, out, problems io.Writer) int {
	o, err := Parse(args, problems)
	switch {
	case errors.Is(err, ErrUsage):
		return 2
	case o.Version:
		_, _ = fmt.Fprintln(out, "linli", p.Version)
		return 0
	}
	if o.public() && !guard.Kept() {
		return keep(o, args, problems)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // a kiosk is small and has little garbage to make
	}
	if o.Face == Demo {
		if err := os.MkdirAll(o.Data, 0o700); err != nil {
			slog.Error("data folder", "error", err)
		}
	}
	defer record(o.Data)()
	slog.Info("start", "version", p.Version, "face", string(o.Face), "scale", os.Getenv(early.Environment[0].Name))
	if err := assets.LoadLang(); err != nil {
		slog.Error("translations", "error", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	size, seen := display()
	opened, err := p.Open(ctx, o)
	begin := app.CodeOf(err) == app.CodeNoHall && seen && p.Begin != nil
	if err != nil && !begin {
		slog.Error("open", "error", err)
		sayFault(Fault(err, o.Data), problems, o.Lang)
		return 1
	}
	err = nil
	code := 0
	if seen {
		opened, code = run(ctx, p, o, opened, size)
	} else {
		err = errors.New(assets.Format(o.Lang, "shell.fault.display"))
		_, _ = fmt.Fprintln(problems, err)
	}
	cancel()
	if shut := opened.close(); shut != nil {
		slog.Error("close", "error", shut)
		err = shut
	}
	slog.Info("end")
	if err != nil {
		return 1
	}
	return code
}

// newApp makes the one toolkit app of the process.
func newApp() fyne.App {
	a := fyneapp.NewWithID(appID)
	a.Settings().SetTheme(theme.Desk())
	// The toolkit runs its stop event on another goroutine and waits for it, and now
	// and then the event is waiting for the loop, which has ended: neither goes on.
	// So there is none, not ours and not the toolkit's own, which saves preferences
	// that we do not have.
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
	return a
}

// endOnSignal sees to it that the app ends when the process is asked to, and
// calls started when the toolkit's loop runs. From then on the toolkit listens
// itself, and being told twice makes it panic; what is asked earlier it would
// forget, so that waits here for the loop.
func endOnSignal(a fyne.App, started func()) (stop func()) {
	running := make(chan struct{})
	a.Lifecycle().SetOnStarted(func() {
		close(running)
		started()
	})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		if _, asked := <-signals; !asked {
			return
		}
		select {
		case <-running:
			return
		default:
		}
		<-running
		widget.Later(a.Quit)
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// run shows the faces, or begins where there is nothing to show yet, and returns what is open when the last
// window is closed, and the exit code that somebody asked for.
func run(ctx context.Context, p Program, o Options, opened Opened, display fyne.Size) (Opened, int) {
	a := newApp()
	silence := func() {}
	defer endOnSignal(a, func() {
		// The fonts have been decoded by now; what that took goes back.
		time.AfterFunc(2*time.Second, debug.FreeOSMemory)
		silence = guard.Beat(widget.Later, func() { endAlone(a) })
	})()
	a.Driver().SetDisableScreenBlanking(o.public())
	s := &shell{ctx: ctx, program: p, app: a, opts: o, player: sound.New(), display: display}
	if opened.Close != nil {
		s.show(opened)
	} else {
		s.begin()
	}
	a.Run()
	silence()
	widget.End()
	if s.end != nil {
		s.end()
	}
	for _, end := range s.endLog {
		end()
	}
	return s.opened, s.code
}

// show opens the windows over what is open.
func (s *shell) show(opened Opened) {
	s.opened, s.hall, s.halls = opened, opened.Hall, opened.Halls
	if s.halls != nil {
		s.end = s.desk()
		return
	}
	var err error
	if s.info, err = s.hall.Public.Hall(s.ctx); err != nil {
		slog.Error("hall", "error", err)
	}
	s.end = s.faces()
}

// faces opens the windows that the command line asked for and answers what ends them.
func (s *shell) faces() (end func()) {
	switch s.opts.Face {
	case Kiosk:
		return s.kiosk()
	case Desk:
		return s.desk()
	case Board:
		return s.board()
	}
	// The desk comes last and so lies on top: it is where one begins.
	board, kiosk, desk := s.board(), s.kiosk(), s.desk()
	return func() {
		desk()
		kiosk()
		board()
	}
}

// shell is what the faces of one process share.
type shell struct {
	ctx     context.Context
	program Program
	app     fyne.App
	opts    Options
	hall    *app.Hall
	halls   *app.Halls // of a supervisor, instead of a hall
	info    app.HallInfo
	player  sound.Player
	display fyne.Size

	opened Opened
	code   int      // with which the program ends, see package guard
	end    func()   // of the faces
	endLog []func() // of logs that were begun since
}

// kiosk opens the kiosk's window and answers what ends it. Where its screen is to be measured first, that comes before.
func (s *shell) kiosk() (end func()) {
	if s.opts.Calibrate {
		return s.calibrate()
	}
	profile := s.opts.Profile
	voice, care := s.voice(), s.newUpkeep()
	talk := session.New(session.Config{
		Speak:  func(look session.Look, text string) { voice.Say(look.Lang, look.Volume, text) },
		Public: s.hall.Public, Kiosk: s.hall.Kiosk, Booking: s.hall.Booking, Tally: s.hall.Tally, Clock: s.hall.Clock,
		Fit: citizen.Fit(profile), SavePDF: s.saveSlip, Print: care.prints(), CanWrite: true, Card: care.reader,
	})
	w := s.app.NewWindow(assets.Format(s.opts.Lang, "shell.kiosk"))
	if s.opts.FullScreen {
		// A public machine's window has no way out for the public.
		w.SetCloseIntercept(func() {})
	}
	writer := &input.Writer{}
	ignore := writer.Follow(s.ctx, s.hall.Public, s.hall.Events)
	face := citizen.New(w, talk, citizen.Config{
		Profile: profile, Hall: s.info.Name, FullScreen: s.opts.FullScreen, Display: room(s.display, fyne.NewSize(profile.W, profile.H)),
		Click: func() { s.player.Play(assets.SoundClick) }, Silent: voice == nil, Writer: writer, Corner: care.corner(),
	})
	listenToKeys(w.Canvas(), care.reader, time.Now)
	face.Show()
	idle := care.begin(w, face, talk, voice)
	stop := s.listen(talk.Refresh)
	apart := watchAlone(s.ctx, s.hall, func(alone bool) { widget.Later(func() { face.SetAlone(alone) }) })
	return func() {
		stop()
		ignore()
		apart()
		idle()
		talk.Close()
	}
}

// calibrate opens the page on which a kiosk's screen is measured; the kiosk opens in its place.
func (s *shell) calibrate() (end func()) {
	w := s.app.NewWindow(assets.Format(s.opts.Lang, "shell.kiosk"))
	end = func() {}
	fitting.Open(fitting.Config{
		Window: w, Known: s.opts.Profile, Lang: s.opts.Lang, Full: s.opts.FullScreen,
		Size: room(s.display, fyne.NewSize(s.opts.Profile.W, s.opts.Profile.H)),
		Save: func(p theme.Profile) error {
			if err := s.keepScreen(p); err != nil {
				return err
			}
			s.opts.Profile, s.opts.Calibrate = p, false
			end = s.kiosk()
			w.Close()
			return nil
		},
	})
	return func() { end() }
}

// keepScreen keeps how the screen was measured.
func (s *shell) keepScreen(p theme.Profile) error {
	if err := p.WriteScreen(filepath.Join(s.opts.Data, theme.ScreenFile)); err != nil {
		slog.Error("screen", "error", err)
		return err
	}
	slog.Info("screen", "mm_per_pixel", p.MMPerUnit, "view_mm", p.ViewMM, "lower_edge_mm", p.BottomEdgeMM)
	return nil
}

// public are the tables that the kiosk's pages are made of.
var public = map[string]bool{
	"": true, "ticket": true, "ticket_event": true, "business": true, "opening_hours": true, "window": true,
	"service": true, "notice": true, "reply": true, "hall": true, "grid": true,
}

// listen calls refresh after changes that the kiosk shows.
func (s *shell) listen(refresh func()) (stop func()) {
	changes, stop := s.hall.Events.Subscribe()
	go func() {
		for c := range changes {
			if public[c.Table] {
				refresh()
			}
		}
	}()
	return stop
}

// printer is the kiosk's slip printer; nil where there is none.
func (s *shell) printer() *print.Printer {
	if s.opts.Printer == "" {
		return nil
	}
	p, err := print.New(s.opts.Printer)
	if err != nil {
		slog.Error("printer", "error", err) // the command line was checked
		return nil
	}
	return p
}

// slips is the folder within the data folder where a kiosk without a printer
// leaves 告知单.
const slips = "slips"

func (s *shell) saveSlip(name string, pdf []byte) error {
	folder := filepath.Join(s.opts.Data, slips)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, filepath.Base(name)), pdf, 0o600)
}

// desk opens the desk's window and answers what ends it.
func (s *shell) desk() (end func()) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = s.opts.Data
	}
	w := s.app.NewWindow("")
	d := desk.New(desk.Config{
		Window: w, Hall: s.hall, Halls: s.halls, Lang: s.opts.Lang, Folder: home,
		Bell:    func() { s.player.Play(assets.SoundBell) },
		Display: room(s.display, desk.Size),
	})
	d.Show()
	w.SetFullScreen(s.opts.FullScreen)
	return d.Close
}

// board opens the board's window and answers what ends it.
func (s *shell) board() (end func()) {
	w := s.app.NewWindow(board.Title(s.opts.Lang))
	b := board.New(board.Config{Window: w, Hall: s.hall, Lang: s.opts.Lang, Player: s.player, Voice: s.voice()})
	screen := board.DefaultScreen()
	full := fyne.NewSize(screen.W, screen.H)
	most := room(s.display, full)
	if s.opts.together() && s.display.Width < screen.W+s.opts.Profile.W+desk.Size.Width {
		most = fyne.NewSize(most.Width/2, most.Height/2)
	}
	w.SetPadded(false)
	w.Resize(shrunk(full, most))
	w.SetFullScreen(s.opts.FullScreen)
	b.Show()
	return b.Close
}
