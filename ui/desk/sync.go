package desk

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// Keys of the two pages about the other machines, by the first letter of their
// Chinese names: 同步 tóngbù, 看一下 kàn yīxià. They are no tabs: most days nobody
// needs them.
const (
	syncKey   = "Ctrl+T"
	attendKey = "Ctrl+K"
)

// ageEvery is how often words about time are put right while nothing happens.
const ageEvery = 30 * time.Second

// replicaTables is what the store names when it stands otherwise with the other
// machines, or when something new needs a person.
var replicaTables = []string{"replication"}

// syncStrip is the line below every page: how this machine stands with the
// others, and how much needs a person. It reads the port when the store says that
// something changed; between, only its words about time grow.
type syncStrip struct {
	d      *Desk
	object *fyne.Container
	line   *button
	attend *button

	state   app.SyncState
	ready   bool
	asking  bool // a read is on its way
	again   bool // and something changed meanwhile
	drawnAt time.Time
}

func newSyncStrip(d *Desk) *syncStrip {
	s := &syncStrip{d: d}
	s.line = newButton(d, "sync.line", "", syncKey, ghost, func() { d.Open(Route{Page: PageSync}) })
	s.attend = newButton(d, "sync.attend", "", attendKey, ghost, func() { d.Open(Route{Page: PageAttention}) })
	s.line.skip, s.attend.skip = true, true
	s.object = container.New(across{gap: theme.DeskGap, widths: []float32{-1, 0, -1}}, s.line, space(1, 1), s.attend)
	s.object.Hidden = d.hall.Replicas == nil
	s.attend.Hide()
	if !s.object.Hidden {
		s.draw()
	}
	return s
}

// reload asks how things stand. A change that comes while the answer is on its way
// is asked for once more, however many there were.
func (s *syncStrip) reload() {
	d := s.d
	if s.object.Hidden {
		return
	}
	if s.asking {
		s.again = true
		return
	}
	s.asking = true
	d.background(func(ctx context.Context) func() {
		state, err := d.hall.Replicas.State(ctx)
		return func() {
			s.asking = false
			if d.shell == nil || d.shell.sync != s {
				return
			}
			if err == nil { // else what was known stands; work goes on
				s.state, s.ready = state, true
				s.draw()
				d.shell.reach.draw()
			}
			if s.again {
				s.again = false
				s.reload()
			}
		}
	})
}

// tick puts the words about time right.
func (s *syncStrip) tick() {
	if !s.ready || s.d.clock.Now().Sub(s.drawnAt) < ageEvery {
		return
	}
	s.draw()
	if p, ok := s.d.page.(interface{ aged() }); ok {
		p.aged()
	}
}

func (s *syncStrip) draw() {
	d := s.d
	s.drawnAt = d.clock.Now()
	st := d.standing(s.state)
	s.line.tone = st.tone
	s.line.word = st.mark + " " + st.words
	if st.more != "" {
		s.line.word += " · " + st.more
	}
	s.line.Refresh()
	s.attend.Hidden = s.state.Attention == 0
	if !s.attend.Hidden {
		s.attend.tone = toneLate
		s.attend.word = "! " + d.t("desk.sync.attend", s.state.Attention)
		s.attend.Refresh()
	}
	s.object.Refresh()
	deepLayout(s.object)
	d.report()
}

// standing is how this machine stands with the others, in words.
type standing struct {
	mark  string
	words string // what is so
	more  string // how much is waiting and since when; may be empty
	tone  tone
}

// standing says in one of five sentences how far what is written here has come.
// None of them says that something failed: what was saved is saved.
func (d *Desk) standing(s app.SyncState) standing {
	if d.hall.ReadOnly {
		return d.following(s)
	}
	hub := hubOf(s.Peers)
	switch {
	case len(s.Peers) == 0:
		return standing{"✓", d.t("desk.sync.saved"), "", toneGood}
	case s.Alone:
		return standing{"○", d.t("desk.sync.offline"), d.waitingSince(s.Waiting, s.Peers), toneWait}
	case hub == nil && s.Waiting > 0:
		return standing{"○", d.t("desk.sync.sending.hall"), d.t("desk.sync.left", groupNumber(int64(s.Waiting))), toneWait}
	case hub == nil:
		return standing{"✓", d.t("desk.sync.saved"), d.t("desk.sync.hall"), toneGood}
	case !hub.Live:
		return standing{"○", d.t("desk.sync.offline"), d.waitingSince(hub.Waiting, []app.Peer{*hub}), toneWait}
	case hub.Waiting > 0:
		return standing{"○", d.t("desk.sync.sending"), d.t("desk.sync.left", groupNumber(int64(hub.Waiting))), toneWait}
	default:
		return standing{"✓", d.t("desk.sync.received"), "", toneGood}
	}
}

// following is standing on a machine that only reads: nothing waits here, and what counts is how
// new that is which it shows.
func (d *Desk) following(s app.SyncState) standing {
	var met time.Time
	for _, p := range s.Peers {
		if p.Live {
			return standing{"✓", d.t("desk.sync.follows"), "", toneGood}
		}
		if p.Met.After(met) {
			met = p.Met
		}
	}
	st := standing{mark: "○", words: d.t("desk.sync.apart"), tone: toneWait}
	if !met.IsZero() {
		st.more = d.t("desk.sync.met", d.age(met))
	}
	return st
}

// waitingSince says how much waits, and when one of the peers was last met.
func (d *Desk) waitingSince(n int, peers []app.Peer) string {
	var parts []string
	if n > 0 {
		parts = append(parts, d.t("desk.sync.left", groupNumber(int64(n))))
	}
	var met time.Time
	for _, p := range peers {
		if p.Met.After(met) {
			met = p.Met
		}
	}
	if !met.IsZero() {
		parts = append(parts, d.t("desk.sync.met", d.age(met)))
	}
	return strings.Join(parts, " · ")
}

// hubOf answers the hub that is nearest to having everything, nil without any.
func hubOf(peers []app.Peer) *app.Peer {
	var best *app.Peer
	for i := range peers {
		p := &peers[i]
		if p.Kind != app.PeerHub {
			continue
		}
		if best == nil || p.Live && !best.Live || p.Live == best.Live && p.Waiting < best.Waiting {
			best = p
		}
	}
	return best
}

// age is how long ago something was, as people say it.
func (d *Desk) age(t time.Time) string {
	gone := d.clock.Now().Sub(t)
	switch {
	case t.IsZero():
		return d.t("desk.never")
	case gone < time.Hour:
		return d.since(t)
	case gone < 24*time.Hour:
		return d.t("desk.sync.hours", int(gone.Hours()))
	default:
		return d.when(t)
	}
}

// replicaKeys are the keys of the pages about the other machines, on every page.
func (d *Desk) replicaKeys() []binding {
	if d.hall.Replicas == nil {
		return nil
	}
	return []binding{
		{syncKey, "", func() { d.Open(Route{Page: PageSync}) }},
		{attendKey, "", func() { d.Open(Route{Page: PageAttention}) }},
	}
}

// replicasChanged follows what the store says about the other machines.
func (d *Desk) replicasChanged() {
	d.shell.sync.reload()
	d.reachAgain()
}
