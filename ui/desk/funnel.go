package desk

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/funnel"
	"linli/ui/theme"
)

// funnelPage shows a month of the kiosk's pages, the one that loses the most people in front.
// It shows numbers and nothing about any resident.
type funnelPage struct {
	d      *Desk
	object fyne.CanvasObject
	month  *chooser
	list   *list
}

// funnelMonths is how many months there are to choose from.
const funnelMonths = 13

func newFunnelPage(d *Desk) *funnelPage {
	p := &funnelPage{d: d}
	months := d.months(funnelMonths)
	p.month = newChooser(d, "funnel.month", d.t("desk.funnel.month.choose"), fromList(months))
	p.month.free = false
	p.month.set(months[0])
	old, _ := d.draft(Route{Page: PageKiosk}).(string)
	for _, m := range months {
		if m.id == old {
			p.month.set(m)
		}
	}
	p.list = newList(
		d, "funnel.list",
		listColumn{title: d.t("desk.funnel.part"), width: 132},
		listColumn{title: d.t("desk.funnel.page")},
		listColumn{title: d.t("desk.funnel.came"), width: 64, right: true},
		listColumn{title: d.t("desk.funnel.left"), width: 60, right: true},
		listColumn{title: d.t("desk.funnel.helped"), width: 60, right: true},
		listColumn{title: d.t("desk.funnel.back"), width: 60, right: true},
		listColumn{title: d.t("desk.funnel.finished"), width: 80, right: true},
		listColumn{title: d.t("desk.funnel.time"), width: 104, right: true},
	)
	p.list.empty = d.t("desk.funnel.empty")
	p.month.onChange = func(choice) { d.reload() }
	p.month.onEnter = func() { d.focus(p.list) }
	p.object = container.New(
		sandwich{theme.DeskPanel},
		row(theme.DeskPanel, []float32{200, 0}, p.month, hint(d.t("desk.funnel.hint"))),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list),
		quietPara(d.t("desk.funnel.few", funnel.Enough)),
	)
	return p
}

func (p *funnelPage) title() string             { return p.d.t("desk.funnel.title") }
func (p *funnelPage) middle() fyne.CanvasObject { return p.object }
func (p *funnelPage) side() fyne.CanvasObject   { return nil }
func (p *funnelPage) first() fyne.Focusable     { return p.list }
func (p *funnelPage) tables() []string          { return []string{"kiosk_page"} }
func (p *funnelPage) keep() any                 { return p.month.value() }

func (p *funnelPage) keys() []binding {
	return []binding{{"1", "desk.funnel.month.choose", func() { p.d.focus(p.month); p.month.search("") }}}
}

func (p *funnelPage) load() work {
	from, to := monthDays(p.month.value())
	return func(ctx context.Context) func() {
		d := p.d
		counts, err := d.hall.Funnel.KioskPages(ctx, d.speech().who, from, to)
		if err != nil {
			return d.failed(err)
		}
		var rows []line
		for _, r := range funnel.Report(counts) {
			rows = append(rows, d.funnelLine(r))
		}
		return func() { p.list.setRows(rows) }
	}
}

// funnelLine is a page as a row. Where few have come it has no shares.
func (d *Desk) funnelLine(r funnel.Row) line {
	title, ok := flow.TitleOf(r.Page, d.speech().lang)
	if !ok {
		title = d.t("desk.funnel.page.other") // of a newer kiosk
	}
	t := toneInk
	if !r.Enough {
		t = toneQuiet
	}
	share := func(percent int, bold bool) cell {
		if !r.Enough {
			return cell{text: "—", tone: toneQuiet}
		}
		return cell{text: strconv.Itoa(percent) + "%", bold: bold && percent > 0}
	}
	usual := cell{text: "—", tone: toneQuiet}
	if band, ok := funnel.Median(r.PageCount); ok {
		usual = cell{text: d.t("desk.funnel.band." + strconv.Itoa(band))}
	}
	return line{id: r.Page, cells: []cell{
		{text: d.kioskPage(r.Page), tone: toneQuiet},
		{text: title, tone: t, bold: r.Enough},
		{text: groupNumber(int64(r.Came)), tone: t},
		share(r.Share.Left, true), share(r.Share.Helped, true), share(r.Share.Back, false), share(r.Share.Finished, false),
		usual,
	}}
}

// months are this month and those before it, for a chooser. An id is "2026-11".
func (d *Desk) months(n int) []choice {
	now := d.clock.Now().In(d.speech().zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	out := make([]choice, n)
	for i := range out {
		m := first.AddDate(0, -i, 0)
		out[i] = choice{id: m.Format("2006-01"), text: d.t("desk.funnel.month", m.Year(), d.t("desk.month."+strconv.Itoa(int(m.Month())))), also: m.Format("2006-01")}
	}
	return out
}

// monthDays are the first and the last day of a month.
func monthDays(month string) (from, to app.Day) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return "", ""
	}
	return app.Day(first.Format(time.DateOnly)), app.Day(first.AddDate(0, 1, -1).Format(time.DateOnly))
}
