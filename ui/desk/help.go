package desk

import (
	"context"
	"image/color"
	"strconv"
	"strings"

	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/kiosk/flow"
	"linli/ui/theme"
)

// drawCalls puts the residents who call for staff at the top of the left
// column, with the part of the kiosk that each was on.
func (q *queuePanel) drawCalls() {
	d := q.d
	q.help.Objects = nil
	for i, c := range q.calls {
		if i == 2 {
			q.help.Add(newPara(d.t("desk.help.more", len(q.calls)-2), toneLate))
			break
		}
		key := ""
		if i == 0 {
			key = "F10"
		}
		b := newButton(d, "help."+strconv.Itoa(i), d.t("desk.help.go"), key, alarm, func() { q.answerCall(c.ID) })
		b.skip = true
		ring := newPara(d.t(called(c).ring), toneLate)
		ring.size, ring.bold = theme.DeskHeading, true
		said := column(6, ring)
		if at := d.kioskPage(c.Page); at != "" {
			where := newPara(d.t("desk.help.at", at), toneInk)
			where.bold = true
			said.Add(where)
		}
		said.Add(small(d.since(c.At)))
		said.Add(b)
		q.help.Add(container.New(over{}, box(color.Transparent, theme.Help, theme.FocusRing), padded(theme.DeskGap+2, said)))
	}
	q.help.Hidden = len(q.calls) == 0
}

// kioskPage is the kiosk's own word for the part that a page id belongs to, so
// that both sides speak of the same thing; "" when it is not known.
func (d *Desk) kioskPage(id string) string {
	part, _, _ := strings.Cut(id, ".")
	switch part {
	case "ticket", "notices", "problem", "progress", "rate":
		return d.t("kiosk.home." + part)
	case "arrive", "book":
		return d.t("kiosk.home.ticket")
	case "service", "services", "form", "check", "leave":
		return d.t("kiosk.home.services")
	case "home", "idle":
		return d.t("desk.help.home")
	}
	return ""
}

// callWords are the keys of what is said of a call, and once somebody goes.
type callWords struct{ ring, going string }

// called is how a call is spoken of: by a resident, or by a kiosk on which a card was left.
func called(c app.HelpCall) callWords {
	if c.Page == flow.PageCardLeft {
		return callWords{"desk.help.card", "desk.help.card.going"}
	}
	return callWords{"desk.help.ring", "desk.help.going"}
}

// answer is F10: someone goes to the resident who has waited longest.
func (q *queuePanel) answer() {
	if len(q.calls) == 0 {
		q.d.warn(q.d.t("desk.help.none"))
		return
	}
	q.answerCall(q.calls[0].ID)
}

func (q *queuePanel) answerCall(id string) {
	d := q.d
	who := d.who
	going := called(app.HelpCall{}).going
	for _, c := range q.calls {
		if c.ID == id {
			going = called(c).going
		}
	}
	d.act(
		func(ctx context.Context) error { return d.hall.Inbox.Answer(ctx, who, id) },
		func() {
			d.say(d.t(going))
			q.reload()
		}, nil,
	)
}
