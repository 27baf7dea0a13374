package desk

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/app"
	"linli/ui/theme"
)

// recorded is a page about one record; the line beside its title says how far
// that has come. An empty row is a record that is not there yet.
type recorded interface{ record() (table, row string) }

func (p *residentPage) record() (table, row string) { return "resident", p.route.ID }
func (p *casePage) record() (table, row string)     { return "case", p.id }

// reachLine says how far one record has come: 本机已存 → 厅内已存 → 中心已收.
type reachLine struct {
	d          *Desk
	text       *canvas.Text
	about      string // translation key with a place for the steps; "" is the steps alone
	table, row string
	reach      app.Reach
	asked      int
	changed    func() // after its words have changed
}

func newReachLine(d *Desk, about string) *reachLine {
	return &reachLine{d: d, text: words("", theme.DeskSmall, false, toneQuiet), about: about, changed: func() {}}
}

// follow makes the line about a record; an empty row is none.
func (l *reachLine) follow(table, row string) {
	if table != l.table || row != l.row {
		l.table, l.row, l.reach = table, row, ""
	}
	l.again()
}

// again asks how far the record has come now.
func (l *reachLine) again() {
	d := l.d
	l.asked++
	if d.hall.Replicas == nil || d.hall.ReadOnly || l.row == "" {
		l.draw() // nothing is claimed about what others wrote
		return
	}
	n, table, row := l.asked, l.table, l.row
	d.background(func(ctx context.Context) func() {
		reach, err := d.hall.Replicas.Reach(ctx, table, row)
		if err != nil {
			reach = "" // nothing is claimed
		}
		return func() {
			if n != l.asked {
				return
			}
			l.reach = reach
			l.draw()
		}
	})
}

func (l *reachLine) draw() {
	said, t := l.d.reachWords(l.reach)
	if said != "" && l.about != "" {
		said = l.d.t(l.about, said)
	}
	if l.text.Text == said {
		return
	}
	setWords(l.text, said, t)
	l.changed()
	l.d.report()
}

// reachWords are the steps with a tick at each that is done. Steps that this hall
// cannot take, having no centre or no second machine, are not named.
func (d *Desk) reachWords(r app.Reach) (string, tone) {
	switch r {
	case "":
		return "", toneQuiet
	case app.ReachVoid:
		return "! " + d.t("desk.reach.void", attendKey), toneLate
	}
	var hall, centre bool
	if d.shell != nil {
		for _, p := range d.shell.sync.state.Peers {
			hall = hall || p.Kind == app.PeerLAN
			centre = centre || p.Kind == app.PeerHub
		}
	}
	inHall, inCentre := r == app.ReachHall || r == app.ReachCentre, r == app.ReachCentre
	steps := []struct {
		word  string
		named bool
		done  bool
	}{
		{"desk.reach.here", true, true},
		{"desk.reach.hall", hall || r == app.ReachHall, inHall},
		{"desk.reach.centre", centre || inCentre, inCentre},
	}
	var parts []string
	t := toneGood
	for _, s := range steps {
		if !s.named {
			continue
		}
		mark := "✓ "
		if !s.done {
			mark, t = "○ ", toneQuiet
		}
		parts = append(parts, mark+d.t(s.word))
	}
	return strings.Join(parts, " → "), t
}

// reachAgain asks anew for every line that is on the screen.
func (d *Desk) reachAgain() {
	if p, ok := d.page.(interface{ reachLine() *reachLine }); ok {
		p.reachLine().again()
	}
	if d.shell != nil {
		d.shell.reach.again()
	}
}

// reachOf makes the line beside the title about the page's record.
func (s *shell) reachOf(p page) {
	if r, ok := p.(recorded); ok {
		s.reach.follow(r.record())
		return
	}
	s.reach.follow("", "")
}

// room is what the status line has beside the title and the reach.
func (s *shell) room() (beside, alone float32) {
	alone = s.d.win.Canvas().Size().Width - s.leftWidth() - 4*theme.DeskPanel - s.titleT.MinSize().Width - 40
	return alone - s.reach.text.MinSize().Width - 2*theme.DeskGap, alone
}

// place fits the status line into the title's row. It goes before the reach, which
// makes room where both do not fit: the sentence is about what was done just now.
func (s *shell) place() {
	beside, alone := s.room()
	need := fyne.MeasureText(s.said, theme.DeskBody, fyne.TextStyle{}).Width
	s.reach.text.Hidden = s.reach.text.Text == "" || need > beside
	room := beside
	if s.reach.text.Hidden {
		room = alone
	}
	s.status.Text = fit(s.said, theme.DeskBody, fyne.TextStyle{}, room)
	s.status.Refresh()
	s.frame.Refresh()
	s.frame.Objects[5].Refresh()
}
