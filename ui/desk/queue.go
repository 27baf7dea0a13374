package desk

import (
	"context"
	"sort"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// queueTables are the tables whose changes the left column shows.
var queueTables = []string{
	"ticket", "ticket_event", "help_call", "submission", "submission_opened",
	"rating", "case", "case_event", "window", "business",
}

// queuePanel is the left column: who is at the window, who waits, who calls for
// help, and what else waits for this person.
type queuePanel struct {
	d      *Desk
	object fyne.CanvasObject

	waiting []app.Ticket
	mine    *app.Ticket // called to this window and not yet done
	calls   []app.HelpCall
	inbox   int
	checks  int
	cases   int
	loads   int

	number   *canvas.Text
	business *canvas.Text
	buttons  map[app.TicketStep]*button
	call     *button
	visit    *button
	help     *fyne.Container
	title    *canvas.Text
	list     *list
	counters *fyne.Container
}

func newQueuePanel(d *Desk) *queuePanel {
	q := &queuePanel{d: d, buttons: map[app.TicketStep]*button{}}
	q.number = words("", theme.DeskNumber, true, tonePrimary)
	q.business = small("")
	q.help = column(theme.DeskGap)
	q.help.Hide()
	q.title = strong("")
	q.counters = column(4)
	q.list = newList(d, "queue.list", listColumn{width: 72}, listColumn{}, listColumn{width: 52, right: true})
	q.list.empty = d.t("desk.queue.empty")
	q.list.onPick = func(r line) { q.pick(r.id) }

	q.call = newButton(d, "queue.next", d.t("desk.key.next"), "F2", primary, q.callNext)
	q.visit = newButton(d, "queue.visit", d.t("desk.key.visit"), "F8", plain, q.register)
	step := func(s app.TicketStep, id, word, key string, do func()) *button {
		b := newButton(d, "queue."+id, d.t(word), key, plain, do)
		b.skip = true
		q.buttons[s] = b
		return b
	}
	q.call.skip, q.visit.skip = true, true
	recall := step(app.StepRecall, "recall", "desk.key.recall", "F3", q.recall)
	miss := step(app.StepMiss, "missed", "desk.key.missed", "F4", q.miss)
	transfer := step(app.StepTransfer, "transfer", "desk.key.transfer", "F5", q.transfer)
	complete := step(app.StepComplete, "complete", "desk.key.complete", "F9", q.complete)

	// A resident who calls stands above all else.
	top := column(theme.DeskGap, q.help)
	if d.may(app.ActServe) {
		top.Add(column(0, small(d.t("desk.queue.now")), q.number, q.business))
		top.Add(space(1, 2))
		top.Add(q.call)
		top.Add(evenly(theme.DeskGap, recall, miss))
		top.Add(evenly(theme.DeskGap, transfer, complete))
		top.Add(q.visit)
	}
	if d.may(app.ActServe) {
		top.Add(space(1, 2))
		top.Add(q.title)
	}
	var middle fyne.CanvasObject = q.list
	if !d.may(app.ActServe) {
		middle = space(1, 1)
	}
	q.object = container.NewStack(
		canvas.NewRectangle(theme.Card),
		padded(theme.DeskPanel, container.New(sandwich{theme.DeskGap}, top, middle, q.counters)),
	)
	q.draw()
	return q
}

// sandwich gives the middle what top and bottom leave.
type sandwich struct{ gap float32 }

func (s sandwich) Layout(o []fyne.CanvasObject, size fyne.Size) {
	t, b := heightFor(o[0], size.Width), heightFor(o[2], size.Width)
	y, end := float32(0), size.Height
	if t > 0 {
		y = t + s.gap
	}
	if b > 0 {
		end -= b + s.gap
	}
	o[0].Resize(fyne.NewSize(size.Width, t))
	o[1].Move(fyne.NewPos(0, y))
	o[1].Resize(fyne.NewSize(size.Width, max(0, end-y)))
	o[2].Move(fyne.NewPos(0, size.Height-b))
	o[2].Resize(fyne.NewSize(size.Width, b))
}

func (s sandwich) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(64, 64) }

// reload asks the ports what waits.
func (q *queuePanel) reload() {
	d := q.d
	q.loads++
	n, who := q.loads, d.who
	d.background(func(ctx context.Context) func() {
		var waiting []app.Ticket
		var calls []app.HelpCall
		var inbox, checks int
		var err error
		if app.May(who.Role, app.ActServe) {
			waiting, err = d.hall.Queue.Waiting(ctx, "")
		}
		if err == nil && app.May(who.Role, app.ActInbox) {
			if calls, err = d.hall.Inbox.HelpCalls(ctx); err == nil {
				var items []app.InboxItem
				items, err = d.hall.Inbox.Inbox(ctx, who)
				for _, it := range items {
					if !it.Opened {
						inbox++
					}
				}
			}
		}
		if err == nil && app.May(who.Role, app.ActClose) {
			var cs []app.Check
			cs, err = d.hall.Cases.Checks(ctx, who)
			checks = len(cs)
		}
		var mine []app.Case
		if err == nil {
			mine, err = d.hall.Cases.Cases(ctx, who, app.CaseFilter{HandlerID: who.ID, Limit: 200})
		}
		open := 0
		for _, c := range mine {
			if c.State != app.CaseClosed {
				open++
			}
		}
		return func() {
			if q != d.queue || n != q.loads {
				return
			}
			if err != nil {
				d.sayError(app.AsError(err))
				return
			}
			q.waiting, q.calls, q.inbox, q.checks, q.cases = waiting, calls, inbox, checks, open
			q.mine = currentTicket(waiting, who.WindowID)
			q.draw()
			d.homeChanged()
			d.report()
		}
	})
}

// currentTicket is the number that was called last to a window and is still
// there; nil when none is.
func currentTicket(tickets []app.Ticket, window string) *app.Ticket {
	var called []app.Ticket
	for _, t := range tickets {
		if t.State == app.TicketCalled && t.WindowID == window {
			called = append(called, t)
		}
	}
	if len(called) == 0 {
		return nil
	}
	sort.Slice(called, func(i, j int) bool { return called[i].CalledAt.After(called[j].CalledAt) })
	return &called[0]
}

// draw puts what is known on the screen; time passing draws it again.
func (q *queuePanel) draw() {
	d := q.d
	if q.mine != nil {
		setWords(q.number, q.mine.Number, tonePrimary)
		said := q.mine.Business + " · " + d.t("desk.queue.called", q.mine.Calls)
		setWords(q.business, fit(said, theme.DeskSmall, fyne.TextStyle{}, leftWidth-2*theme.DeskPanel), toneQuiet)
	} else if s := d.served(); s != nil {
		number := s.number
		if number == "" {
			number = "—"
		}
		setWords(q.number, number, tonePrimary)
		said := d.t(s.state())
		if s.name != "" {
			said = s.name + " · " + said
		}
		setWords(q.business, fit(said, theme.DeskSmall, fyne.TextStyle{}, leftWidth-2*theme.DeskPanel), toneQuiet)
	} else {
		setWords(q.number, "—", toneQuiet)
		setWords(q.business, d.t("desk.queue.nobody"), toneQuiet)
	}
	for _, b := range q.buttons {
		b.set(b.word, q.mine == nil)
	}
	visit, done := "desk.key.visit", "desk.key.complete"
	s := d.served()
	writing := q.mine == nil && s != nil && !s.saved
	if writing {
		visit, done = "desk.serving.go", "desk.serving.drop"
	}
	q.visit.set(d.t(visit), s != nil && s.saved)
	q.buttons[app.StepComplete].set(d.t(done), q.mine == nil && !writing)
	q.emphasise()

	var rows []line
	for _, t := range q.waiting {
		if t.State != app.TicketWaiting {
			continue
		}
		since := t.Since
		if since.IsZero() {
			since = t.TakenAt
		}
		m := int(d.clock.Now().Sub(since).Minutes())
		r := line{id: t.ID, cells: []cell{
			{text: t.Number, bold: true},
			{text: t.Business, tone: toneQuiet},
			{text: d.t("desk.minutes.short", max(0, m)), tone: toneQuiet},
		}}
		if t.Lane == app.LanePriority {
			r.mark = toneWait
			r.cells[1] = cell{text: d.t("desk.lane.short") + " " + t.Business, tone: toneWait}
		}
		if m >= 30 {
			r.cells[2].tone, r.cells[2].bold = toneLate, true
		}
		rows = append(rows, r)
	}
	q.list.setRows(rows)
	setWords(q.title, d.t("desk.queue.waiting", len(rows)), toneInk)

	q.drawCalls()

	q.counters.Objects = []fyne.CanvasObject{hairline()}
	count := func(p Page, n int) {
		if !d.allowed(p) {
			return
		}
		t := toneQuiet
		if n > 0 {
			t = toneInk
		}
		for i, tab := range tabs {
			if tab.page == p {
				q.counters.Add(row(theme.DeskGap, []float32{0, -1, 56}, words(d.t("desk.count."+string(p)), theme.DeskBody, false, t),
					words(strconv.Itoa(n), theme.DeskBody, n > 0, t), row(0, []float32{0, -1}, space(1, 22), keycap("Ctrl+"+strconv.Itoa(i+1), toneQuiet))))
			}
		}
	}
	count(PageCases, q.cases)
	count(PageInbox, q.inbox)
	count(PageChecks, q.checks)
	q.object.Refresh()
	deepLayout(q.object)
}

// emphasise makes one button of the desk the blue one. With a number here that
// is to register, or to go on with the case of who is still here; nobody is called
// until that is finished. On other pages it is theirs to say what comes next.
func (q *queuePanel) emphasise() {
	home := q.d.route.Page == PageHome
	q.call.kind, q.visit.kind = plain, plain
	switch {
	case home && q.mine == nil && q.d.served() == nil:
		q.call.kind = primary
	case home:
		q.visit.kind = primary
	}
	q.call.off = q.mine != nil || q.d.served() != nil
	q.call.Refresh()
	q.visit.Refresh()
}

// occupied answers whether somebody is still here, and says what to do first.
func (q *queuePanel) occupied() bool {
	d := q.d
	if q.mine != nil {
		d.warn(d.t("desk.queue.finish", q.mine.Number))
		return true
	}
	if s := d.served(); s != nil {
		key := "desk.serving.finish"
		if d.route == (Route{PageNewCase, s.visit}) {
			key = "desk.serving.finish.here"
		}
		d.warn(d.t(key, s.who(d)))
		return true
	}
	return false
}

// callNext is F2. Who is still here is finished first.
func (q *queuePanel) callNext() {
	d := q.d
	if q.occupied() {
		return
	}
	who := d.who
	var got app.Ticket
	d.act(func(ctx context.Context) (err error) {
		got, err = d.hall.Queue.CallNext(ctx, who)
		return err
	}, func() {
		q.took(got)
		d.say(d.t("desk.queue.calling", got.Number))
	}, func(e *app.Error) {
		if e.Code == app.CodeNotFound {
			d.warn(d.t("desk.queue.none"))
			return
		}
		d.sayError(e)
	})
}

// took shows a called number at once; the change that follows brings the rest.
func (q *queuePanel) took(t app.Ticket) {
	q.mine = nil
	if t.State == app.TicketCalled && t.WindowID == q.d.who.WindowID {
		q.mine = &t
	}
	if q.d.route.Page != PageHome && q.mine != nil {
		q.d.Open(Route{Page: PageHome})
	}
	q.draw()
	q.reload()
}

// step does one step with the number at this window.
func (q *queuePanel) step(s app.TicketStep, to, said string) {
	d := q.d
	if q.mine == nil {
		d.warn(d.t("desk.queue.nocall"))
		return
	}
	who, id, number := d.who, q.mine.ID, q.mine.Number
	var got app.Ticket
	d.act(func(ctx context.Context) (err error) {
		got, err = d.hall.Queue.Step(ctx, who, id, s, to)
		return err
	}, func() {
		if s == app.StepRecall && got.State == app.TicketMissed {
			said = "desk.queue.toomany"
		}
		q.took(got)
		d.say(d.t(said, number))
	}, nil)
}

func (q *queuePanel) recall() { q.step(app.StepRecall, "", "desk.queue.calling") }
func (q *queuePanel) miss()   { q.step(app.StepMiss, "", "desk.queue.missed") }
func (q *queuePanel) complete() {
	if s := q.d.served(); s != nil && q.mine == nil {
		q.giveUp(s)
		return
	}
	q.step(app.StepComplete, "", "desk.queue.done")
}

// transfer is F5: to which business?
func (q *queuePanel) transfer() {
	d := q.d
	if q.mine == nil {
		d.warn(d.t("desk.queue.nocall"))
		return
	}
	here := q.mine.BusinessID
	q.businesses(func(b app.BusinessNow) bool { return b.ID != here }, d.t("desk.queue.transfer", q.mine.Number), func(id string) {
		q.step(app.StepTransfer, id, "desk.queue.transferred")
	})
}

// businesses asks for one of the hall's businesses.
func (q *queuePanel) businesses(keep func(app.BusinessNow) bool, title string, do func(id string)) {
	d := q.d
	d.background(func(ctx context.Context) func() {
		all, err := d.hall.Public.Businesses(ctx)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			var answers []choice
			for _, b := range all {
				if keep(b) && !b.Retired {
					answers = append(answers, choice{id: b.ID, text: d.businessName(b.Business), note: d.t("desk.queue.waiting", b.Waiting)})
				}
			}
			d.choose(title, answers, do)
		}
	})
}

// register is F8: the visit of the number that is here, or one without a number.
func (q *queuePanel) register() {
	if s := q.d.served(); s != nil && q.mine == nil {
		q.goOn(s)
		return
	}
	q.d.Open(q.visitRoute())
}

// visitRoute is the form for the number that is here, or for a visit without one.
func (q *queuePanel) visitRoute() Route {
	r := Route{Page: PageVisit}
	if q.mine != nil {
		r.ID = q.mine.ID
	}
	return r
}

// registerFor is F8 where somebody has been looked up: the visit is theirs. What
// has been typed of it stays.
func (q *queuePanel) registerFor(who choice) {
	if q.mine == nil && q.d.served() != nil {
		q.register()
		return
	}
	r := q.visitRoute()
	v, _ := q.d.draft(r).(visitDraft)
	v.ResidentID, v.Resident = who.id, who
	q.d.setDraft(r, v)
	q.d.Open(r)
}

// pick calls a number out of its turn, because a person said so.
func (q *queuePanel) pick(id string) {
	d := q.d
	if q.occupied() {
		return
	}
	who := d.who
	var got app.Ticket
	d.act(func(ctx context.Context) (err error) {
		got, err = d.hall.Queue.Step(ctx, who, id, app.StepCall, "")
		return err
	}, func() {
		q.took(got)
		d.say(d.t("desk.queue.calling", got.Number))
	}, nil)
}

// take is F11: a number given at the counter.
func (q *queuePanel) take() {
	d := q.d
	q.businesses(func(b app.BusinessNow) bool { return true }, d.t("desk.take.title"), func(business string) {
		lanes := []choice{
			{id: "", text: d.t("desk.lane.normal")},
			{id: app.ReasonElder, text: d.t("desk.reason.elder")},
			{id: app.ReasonDisabled, text: d.t("desk.reason.disabled")},
			{id: app.ReasonPregnant, text: d.t("desk.reason.pregnant")},
		}
		if !d.info.Settings.PriorityLane {
			lanes = lanes[:1]
		}
		give := func(reason string) {
			t := app.TakeTicket{BusinessID: business, Lane: app.LaneNormal, Reason: reason}
			if reason != "" {
				t.Lane = app.LanePriority
			}
			if d.route.Page == PageResident {
				t.ResidentID = d.route.ID
			}
			who := d.who
			var got app.Taken
			d.act(func(ctx context.Context) (err error) {
				got, err = d.hall.Queue.TakeAtDesk(ctx, who, t)
				return err
			}, func() {
				d.say(d.t("desk.take.done", got.Ticket.Number, got.Ahead))
				q.reload()
			}, nil)
		}
		if len(lanes) == 1 {
			give("")
			return
		}
		d.choose(d.t("desk.take.lane"), lanes, give)
	})
}
