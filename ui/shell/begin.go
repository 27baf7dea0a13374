package shell

import (
	"log/slog"
	"os"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/widget"
)

// begin opens the window over an empty data folder: a hall is joined or made there, and then what was
// asked for opens in its place.
func (s *shell) begin() {
	w := s.app.NewWindow("")
	machine, _ := os.Hostname() // only a suggestion
	d := desk.New(desk.Config{
		Window: w, Lang: s.opts.Lang, Display: room(s.display, desk.Size),
		Start: &desk.Start{Port: s.program.Begin(s.opts), Machine: machine, Done: func(in app.Joined, failed func(*app.Error)) {
			go s.begun(in, func() { w.Close() }, failed)
		}},
	})
	d.Show()
}

// begun opens the folder that has become a hall's, and its windows before the first one goes: with its last
// window the program ends.
func (s *shell) begun(in app.Joined, shut func(), failed func(*app.Error)) {
	s.opts = s.opts.as(in.Role)
	s.endLog = append(s.endLog, record(s.opts.Data)) // the folder may not have been there before
	slog.Info("begin", "role", in.Role)
	opened, err := s.program.Open(s.ctx, s.opts)
	if err != nil {
		slog.Error("open", "error", err)
		widget.Later(func() { failed(app.AsError(err)) })
		return
	}
	widget.Later(func() {
		s.show(opened)
		shut()
	})
}

// as is what is shown on a machine of a role: its certificate decides what it can show, whatever was asked for while
// nobody knew. A desk's can show all faces.
func (o Options) as(role string) Options {
	switch role {
	case "kiosk":
		o.Face, o.FullScreen = Kiosk, o.FullScreen || o.Face != Kiosk
	case "board":
		o.Face, o.FullScreen = Board, o.FullScreen || o.Face != Board
	case "supervisor":
		o.Face, o.FullScreen = Desk, o.FullScreen && o.Face == Desk
	}
	return o
}
