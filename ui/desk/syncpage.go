package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// syncPage says in plain words how this machine stands with every other one, and
// lists the machines of the hall.
type syncPage struct {
	d       *Desk
	object  fyne.CanvasObject
	peers   *fyne.Container
	devices *list
	byID    map[string]app.Device
	state   app.SyncState
	ready   bool
}

// clockOff is by how much two clocks may differ before people are told.
const clockOff = 5 * time.Minute

func newSyncPage(d *Desk) *syncPage {
	p := &syncPage{d: d, peers: column(theme.DeskPanel), byID: map[string]app.Device{}}
	p.devices = newList(
		d, "sync.devices",
		listColumn{title: d.t("desk.device.name")},
		listColumn{title: d.t("desk.device.role"), width: 84},
		listColumn{title: d.t("desk.device.machines"), width: 76},
		listColumn{title: d.t("desk.device.last"), width: 92},
		listColumn{title: d.t("desk.device.state"), width: 68},
	)
	p.devices.empty = d.t("desk.device.empty")
	said := "desk.device.hint"
	if d.may(app.ActSettings) {
		p.devices.onPick = func(r line) { p.rename(r.id) }
		said = "desk.device.hint.admin"
	}
	part := container.New(
		sandwich{theme.DeskGap},
		column(4, strong(d.t("desk.device.title")), quietPara(d.t(said))),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.devices), space(1, 0),
	)
	p.object = evenly(theme.DeskPanel, pane(p.peers), part)
	return p
}

func (p *syncPage) title() string             { return p.d.t("desk.sync.title") }
func (p *syncPage) middle() fyne.CanvasObject { return p.object }
func (p *syncPage) side() fyne.CanvasObject   { return nil }
func (p *syncPage) first() fyne.Focusable     { return p.devices }
func (p *syncPage) tables() []string          { return []string{"replication", "device", "control"} }

func (p *syncPage) keys() []binding {
	if !p.d.may(app.ActSettings) {
		return nil
	}
	return []binding{
		{"Return", "desk.device.rename", func() {
			if r, ok := p.devices.at(); ok {
				p.rename(r.id)
			}
		}},
		{"Ctrl+N", "desk.device.invite", p.invite},
		{"Delete", "desk.device.revoke", p.revoke},
	}
}

func (p *syncPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		state, err := d.hall.Replicas.State(ctx)
		if err != nil {
			return d.failed(err)
		}
		devices, err := d.hall.Replicas.Devices(ctx)
		if err != nil {
			return d.failed(err)
		}
		devices = slices.Clone(devices)
		slices.SortStableFunc(devices, func(a, b app.Device) int { return deviceRank(a) - deviceRank(b) })
		byID := make(map[string]app.Device, len(devices))
		rows := make([]line, 0, len(devices))
		for _, m := range devices {
			byID[m.ID] = m
			rows = append(rows, d.deviceLine(m))
		}
		return func() {
			p.byID = byID
			p.devices.setRows(rows)
			p.state, p.ready = state, true
			p.draw()
		}
	}
}

// draw puts how things stand on the page.
func (p *syncPage) draw() {
	d, s := p.d, p.state
	st := d.standing(s)
	head := newPara(st.mark+" "+st.words, st.tone)
	head.size, head.bold = theme.DeskHeading, true
	objs := []fyne.CanvasObject{head}
	if st.more != "" {
		objs = append(objs, newPara(st.more, toneInk))
	}
	if !d.hall.ReadOnly {
		objs = append(objs, quietPara(d.t("desk.sync.calm")))
	}
	if s.Attention > 0 {
		see := newButton(d, "sync.see", d.t("desk.sync.attend", s.Attention), attendKey, plain, func() { d.Open(Route{Page: PageAttention}) })
		see.skip = true
		objs = append(objs, space(1, 2), row(0, []float32{-1, 0}, see, space(1, 1)))
	}
	cards := []fyne.CanvasObject{card(objs...)}
	if s.ClockWrong != 0 {
		cards = append(cards, card(d.clockLine(s.ClockWrong)))
	}
	for _, peer := range s.Peers {
		cards = append(cards, card(d.peerLine(peer)))
	}
	if len(s.Peers) == 0 {
		cards = append(cards, card(newPara(d.t(p.nobody()), toneInk)))
	}
	p.peers.Objects = cards
	p.peers.Refresh()
	d.relayout()
}

// nobody is what is said where this machine seeks no other: the hall has none, or
// they come by themselves.
func (p *syncPage) nobody() string {
	for _, m := range p.byID {
		if !m.This && !m.Revoked {
			return "desk.sync.visited"
		}
	}
	if p.d.may(app.ActSettings) {
		return "desk.sync.nopeers.admin"
	}
	return "desk.sync.nopeers"
}

// aged puts the words about time right.
func (p *syncPage) aged() {
	if p.ready {
		p.draw()
	}
}

// clockLine asks for the clock to be set.
func (d *Desk) clockLine(off time.Duration) fyne.CanvasObject {
	head := newPara(d.clockWords(off), toneInk)
	head.bold = true
	return row(theme.DeskPanel, []float32{20, 0}, words("!", theme.DeskHeading, true, toneLate),
		column(2, head, newPara(d.t("desk.sync.clock.do"), toneInk)))
}

func (d *Desk) clockWords(off time.Duration) string {
	key := "desk.sync.clock.fast"
	if off < 0 {
		key, off = "desk.sync.clock.slow", -off
	}
	return d.t(key, d.span(off))
}

// span is a length of time in minutes, hours or days.
func (d *Desk) span(t time.Duration) string {
	switch {
	case t < time.Hour:
		return d.t("time.minute", max(1, int(t.Minutes())))
	case t < 24*time.Hour:
		return d.t("time.hour", int(t.Hours()))
	default:
		return d.t("time.day", int(t.Hours()/24))
	}
}

// peerLine is another machine: what it is, whether it is there, and if not, why.
func (d *Desk) peerLine(p app.Peer) fyne.CanvasObject {
	mark, t, state := "✓", toneGood, d.t("desk.peer.live")
	if !p.Live {
		mark, t, state = "○", toneWait, d.t("desk.peer.away")
	}
	name := p.Address
	if p.Name != "" {
		name = d.machineName(p.Name)
	}
	head := newPara(d.t("desk.peer."+string(p.Kind), name), toneInk)
	head.bold = true
	var parts []string
	if !p.Live {
		parts = append(parts, d.t("desk.peer.met", d.age(p.Met)))
	}
	if p.Waiting > 0 {
		parts = append(parts, d.t("desk.sync.left", groupNumber(int64(p.Waiting))))
	} else if !p.Met.IsZero() {
		parts = append(parts, d.t("desk.peer.all"))
	}
	said := column(2, head, newPara(strings.Join(parts, " · "), toneInk))
	if !p.Live && p.Failed != "" {
		said.Add(newPara(d.whyAway(p.Failed), toneInk))
	}
	if !p.Live && !p.NextTry.IsZero() {
		said.Add(newPara(d.nextTry(p.NextTry), toneInk))
	}
	if p.Ahead > clockOff || p.Ahead < -clockOff {
		key, off := "desk.peer.fast", p.Ahead
		if off < 0 {
			key, off = "desk.peer.slow", -off
		}
		said.Add(newPara(d.t(key, d.span(off)), toneLate))
	}
	if p.Address != "" && p.Address != name && d.may(app.ActSettings) {
		said.Add(quietPara(d.t("desk.peer.address", p.Address)))
	}
	return row(theme.DeskPanel, []float32{20, 0, -1}, words(mark, theme.DeskHeading, true, t), said, words(state, theme.DeskBody, true, t))
}

func (d *Desk) nextTry(t time.Time) string {
	left := t.Sub(d.clock.Now())
	if left < time.Minute {
		return d.t("desk.peer.soon")
	}
	return d.t("desk.peer.next", d.span(left))
}

// whyAway is why a machine is not reached, in words for whoever stands beside it.
func (d *Desk) whyAway(c app.Code) string {
	key := "desk.peer.why." + string(c)
	if _, ok := assets.Text(d.speech().lang, key); !ok {
		key = "desk.peer.why"
	}
	return d.t(key)
}
