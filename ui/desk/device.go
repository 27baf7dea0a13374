package desk

import (
	"context"
	"strconv"
	"strings"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// deviceRoles are what a new machine can be, in the order in which they are asked.
var deviceRoles = []string{"desk", "kiosk", "board", "supervisor"}

// deviceLine is a machine as a row.
func (d *Desk) deviceLine(m app.Device) line {
	l := line{id: m.ID, cells: []cell{
		{text: d.machineName(m.Name), bold: true},
		{text: d.roleOf(m.Role)},
		{text: ranges(m.Machines)},
		{text: d.brief(m.Last), tone: toneQuiet},
		{},
	}}
	switch {
	case m.Revoked:
		l.cells[0] = cell{text: l.cells[0].text, tone: toneQuiet}
		l.cells[4] = cell{text: d.t("desk.device.revoked"), tone: toneLate}
	case m.This:
		l.cells[3] = cell{text: d.t("desk.justnow"), tone: toneQuiet}
		l.cells[4] = cell{text: d.t("desk.device.this"), tone: toneGood, bold: true}
	}
	return l
}

// deviceRank puts this machine first and those that were taken out last.
func deviceRank(m app.Device) int {
	switch {
	case m.This:
		return 0
	case m.Revoked:
		return 2
	}
	return 1
}

// machineName is what people call a machine. Until somebody has named it, it is
// called by its number.
func (d *Desk) machineName(name string) string {
	switch {
	case name == "":
		return d.t("desk.device.noname")
	case strings.Trim(name, "0123456789") == "":
		return d.t("desk.device.numbered", name)
	}
	return name
}

// roleOf is the word for what a machine is; one that a newer version knows stays as
// it is written.
func (d *Desk) roleOf(role string) string {
	if _, ok := assets.Text(d.speech().lang, "desk.device.role."+role); ok {
		return d.t("desk.device.role." + role)
	}
	return role
}

// ranges writes numbers that follow each other as 1–4.
func ranges(ns []int) string {
	var parts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		part := strconv.Itoa(ns[i])
		if j > i {
			part += "–" + strconv.Itoa(ns[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, " ")
}

// rename gives a machine the name by which people know it.
func (p *syncPage) rename(id string) {
	d := p.d
	m, ok := p.byID[id]
	if !ok || !d.may(app.ActSettings) {
		return
	}
	f := newForm(d)
	f.addText("name", d.t("desk.device.name.ask"), 1).text.set(m.Name)
	f.lay()
	who := d.who
	d.ask(d.t("desk.device.rename"), d.t("desk.key.save"), f, func(v map[string]string, fail func(*app.Error)) {
		if v["name"] == "" {
			fail(app.Bad(app.CodeRequired, "name"))
			return
		}
		d.act(
			func(ctx context.Context) error { return d.hall.Replicas.RenameDevice(ctx, who, id, v["name"]) },
			func() {
				d.closeSheet()
				d.say(d.t("desk.saved"))
				d.reload()
			}, fail,
		)
	})
}

// revoke takes a machine out of the hall, after saying what that means.
func (p *syncPage) revoke() {
	d := p.d
	r, ok := p.devices.at()
	if !ok {
		return
	}
	m := p.byID[r.id]
	switch {
	case m.This:
		d.warn(d.t("desk.device.notthis"))
		return
	case m.Revoked:
		d.warn(d.t("desk.device.already"))
		return
	}
	who, name := d.who, d.machineName(m.Name)
	d.confirm(d.t("desk.device.revoke.title", name), d.t("desk.device.revoke.text"), d.t("desk.device.revoke"), func() {
		d.act(
			func(ctx context.Context) error { return d.hall.Replicas.RevokeDevice(ctx, who, m.ID) },
			func() {
				d.say(d.t("desk.device.revoked.said", name))
				d.reload()
			}, nil,
		)
	})
}

// invite asks what the new machine will be and shows the code that it needs.
func (p *syncPage) invite() {
	d := p.d
	var answers []choice
	for _, r := range deviceRoles {
		answers = append(answers, choice{id: r, text: d.roleOf(r), note: d.t("desk.device.about." + r)})
	}
	who := d.who
	d.choose(d.t("desk.device.invite.role"), answers, func(role string) {
		var in app.Invitation
		d.act(func(ctx context.Context) (err error) {
			in, err = d.hall.Replicas.Invite(ctx, who, role)
			return err
		}, func() { d.showInvitation(in, role) }, nil)
	})
}

// showInvitation shows a code large and how long it is good for. When that is over,
// nothing is left to be typed in vain.
func (d *Desk) showInvitation(in app.Invitation, role string) {
	code := newPara(in.Code, tonePrimary)
	code.size, code.bold = theme.DeskNumber, true
	left := newPara("", toneInk)
	left.bold = true
	keys := []binding{{"Escape", "", d.closeSheet}, {"Return", "", d.closeSheet}}
	ok := newButton(d, "sheet.ok", d.t("desk.close"), "Esc", plain, d.closeSheet)
	at := newPara("", toneInk)
	at.size, at.bold = theme.DeskHeading, true
	if len(in.Addresses) > 0 {
		shown := in.Addresses[:min(len(in.Addresses), 3)]
		at.set(d.t("desk.device.invite.address", strings.Join(shown, d.t("desk.device.invite.or"))), toneInk)
	}
	s := newSheet(
		820, keys, d.t("desk.device.invite.title", d.roleOf(role)), code, at, left, newPara(d.t("desk.device.invite.text"), toneInk),
		space(0, 4), row(theme.DeskPanel, []float32{0, -1}, space(1, 1), ok),
	)
	s.tick = func() {
		until := in.Until.Sub(d.clock.Now())
		if until <= 0 {
			code.set("—", toneQuiet)
			left.set(d.t("desk.device.invite.over"), toneLate)
		} else {
			left.set(d.t("desk.device.invite.left", d.span(until)), toneInk)
		}
		d.relayout()
		d.report()
	}
	d.open(s, ok)
	s.tick()
}
