package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// hallsKey leads back to the overview, by the first letter of 各厅 gètīng.
const hallsKey = "Ctrl+G"

// supervisorKeys are those that mean something to whoever only looks.
var supervisorKeys = []string{
	"F1", "F6", "F12", "Ctrl+1–8", syncKey, attendKey, hallsKey, pinyinKey, "Ctrl+L", "Tab", "↑ ↓", "Enter", "1–9", "Esc",
}

// nowhere is the hall of a supervisor who is in none.
func nowhere(all *app.Halls) *app.Hall {
	return &app.Hall{Events: all.Events, Clock: all.Clock, ReadOnly: true}
}

// atOverview answers whether a supervisor is in no hall.
func (d *Desk) atOverview() bool { return d.halls != nil && d.within == "" }

// enterHall opens the pages of one hall in this window.
func (d *Desk) enterHall(id string) {
	who := d.who
	var hall *app.Hall
	var info app.HallInfo
	var windows []app.Window
	d.act(func(ctx context.Context) (err error) {
		if hall, err = d.halls.Overview.Open(ctx, who, id); err != nil {
			return err
		}
		// Before the first exchange there is no row of the hall, and no page to show.
		if info, err = hall.Public.Hall(ctx); err != nil {
			return err
		}
		windows, err = hall.Public.Windows(ctx)
		return err
	}, func() {
		if !d.atOverview() {
			return
		}
		d.keep()
		d.hall, d.within, d.info, d.windows = hall, id, info, windows
		d.page, d.past = nil, nil
		d.speak()
		d.pinyin.elsewhere()
		d.listen(hall.Events)
		d.build()
		d.Open(Route{Page: d.homePage()})
	}, func(e *app.Error) {
		if e.Code == app.CodeNotFound {
			d.warn(d.t("desk.halls.empty"))
			return
		}
		d.sayError(e)
	})
}

// leaveHall forgets the hall that a supervisor is in, and all that was typed there: what was
// looked for in one hall must not stand in another's field.
func (d *Desk) leaveHall() {
	if d.within == "" {
		return
	}
	d.closeSheets()
	d.chosen = d.within
	d.hall, d.within, d.info, d.windows = nowhere(d.halls), "", app.HallInfo{}, nil
	d.page, d.past, d.drafts = nil, nil, map[string]map[string]any{}
	d.speak()
	d.pinyin.elsewhere()
	d.listen(d.hall.Events)
}

// toOverview shows all halls; where there is one alone it does nothing.
func (d *Desk) toOverview() {
	if d.halls == nil || d.who.ID == "" || d.route.Page == PageHalls && d.page != nil {
		return
	}
	d.leaveHall()
	d.speak()
	d.build()
	d.Open(Route{Page: PageHalls})
}

// hallPanel stands left of every page of a hall that a supervisor is in: whose hall it is, what
// can be done here and what not, and the way back.
func (d *Desk) hallPanel() fyne.CanvasObject {
	name := newPara(d.info.Name, tonePrimary)
	name.size, name.bold = theme.DeskHeading, true
	back := newButton(d, "halls.back", d.t("desk.key.halls"), hallsKey, primary, d.toOverview)
	back.skip = true
	top := column(
		theme.DeskGap, small(d.t("desk.halls.within")), name, space(1, 4), back, space(1, 8),
		strong(d.t("desk.halls.readonly")), quietPara(d.t("desk.halls.readonly.text")),
	)
	return container.NewStack(
		canvas.NewRectangle(theme.Card),
		padded(theme.DeskPanel, container.New(sandwich{theme.DeskGap}, top, space(1, 1), space(1, 0))),
	)
}
