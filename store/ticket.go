package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"linli/app"
	"linli/app/queue"
)

// tickets implements app.QueuePort.
type tickets struct{ *Store }

var _ app.QueuePort = tickets{}

// queueDay is what the rules need to know of one day's queue.
type queueDay struct {
	waiting map[string]int             // numbers waiting now, by business
	given   map[string]int             // numbers given today, by business
	last    map[string][]time.Duration // how long the latest visits took, by business
	windows int                        // open windows
	each    time.Duration
}

func (d *queueDay) expect(ahead int, business string) time.Duration {
	return queue.Wait(ahead, d.windows, d.last[business], d.each)
}

// queryFunc is what both the reader's pool and an open action can do.
type queryFunc func(query string, args ...any) (*sql.Rows, error)

func (s *Store) reader(ctx context.Context) queryFunc {
	return func(query string, args ...any) (*sql.Rows, error) { return s.read.QueryContext(ctx, query, args...) }
}

// today reads the day's queue.
func (s *Store) today(ctx context.Context) (*queueDay, error) {
	return s.queueDay(ctx, s.reader(ctx), s.Day(s.clock.Now()))
}

func (s *Store) queueDay(ctx context.Context, query queryFunc, day app.Day) (*queueDay, error) {
	h, err := public{s}.Hall(ctx)
	if err != nil {
		return nil, err
	}
	d := &queueDay{last: map[string][]time.Duration{}, each: time.Duration(h.Settings.MinutesEach) * time.Minute}
	type figure struct {
		business string
		n        int64
	}
	figures := func(sql string) ([]figure, error) {
		rows, err := query(sql, string(day))
		if err != nil {
			return nil, err
		}
		return collect(rows, func(sc scanner) (f figure, err error) { err = sc.Scan(&f.business, &f.n); return f, err })
	}
	counts := func(sql string) (map[string]int, error) {
		list, err := figures(sql)
		m := make(map[string]int, len(list))
		for _, f := range list {
			m[f.business] = int(f.n)
		}
		return m, err
	}
	if d.waiting, err = counts(`SELECT business, count(*) FROM ticket_state WHERE day = ? AND state = 'waiting' GROUP BY business`); err != nil {
		return nil, err
	}
	if d.given, err = counts(`SELECT coalesce(business, ''), count(*) FROM ticket WHERE day = ? GROUP BY business`); err != nil {
		return nil, err
	}
	took, err := figures(`SELECT business, done_at - called_at FROM ticket_state WHERE day = ? AND state = 'done' AND called_at > 0 ORDER BY done_at DESC LIMIT 60`)
	if err != nil {
		return nil, err
	}
	for _, f := range took {
		if len(d.last[f.business]) < 10 && f.n >= 0 {
			d.last[f.business] = append(d.last[f.business], time.Duration(f.n)*time.Millisecond)
		}
	}
	open, err := figures(`SELECT '', count(*) FROM "window" WHERE deleted = 0 AND open = 1 AND ? <> ''`)
	if err == nil && len(open) == 1 {
		d.windows = int(open[0].n)
	}
	return d, err
}

// ticketsWhere reads tickets with their folded state.
func (s *Store) ticketsWhere(query queryFunc, where string, args ...any) ([]app.Ticket, error) {
	rows, err := query(`SELECT t.id, coalesce(t.number, ''), s.day, s.business, coalesce(t.lane, ''), coalesce(t.at, 0), s.state, s."window", coalesce(w.number, 0), s.calls, s.called_at, s.done_at, s.since, coalesce(b.name, '')
		FROM ticket_state s JOIN ticket t ON t.id = s.ticket LEFT JOIN "window" w ON w.id = s."window" LEFT JOIN business b ON b.id = s.business WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (t app.Ticket, err error) {
		var at, called, done, since int64
		err = sc.Scan(&t.ID, &t.Number, &t.Day, &t.BusinessID, &t.Lane, &at, &t.State, &t.WindowID, &t.Window, &t.Calls, &called, &done, &since, &t.Business)
		t.TakenAt, t.CalledAt, t.DoneAt, t.Since = fromMillis(at), fromMillis(called), fromMillis(done), fromMillis(since)
		return t, err
	})
}

// line reads what package queue needs to order a day's line: who waits, and all
// of the day once somebody waits who has come back, since their place depends on
// who stood before them then.
func (s *Store) line(query queryFunc, day app.Day) ([]app.Ticket, error) {
	waiting, err := s.ticketsWhere(query, `s.day = ? AND s.state = 'waiting'`, string(day))
	if err != nil || !slices.ContainsFunc(waiting, func(t app.Ticket) bool { return !t.Since.Equal(t.TakenAt) }) {
		return waiting, err
	}
	return s.ticketsWhere(query, `s.day = ?`, string(day))
}

// ticket reads one ticket; CodeNotFound.
func (s *Store) ticket(query queryFunc, id string) (app.Ticket, error) {
	list, err := s.ticketsWhere(query, `s.ticket = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Ticket{}, err
	}
	return list[0], nil
}

// Waiting implements app.QueuePort: those called now first, then the line.
func (p tickets) Waiting(ctx context.Context, businessID string) ([]app.Ticket, error) {
	day := p.Day(p.clock.Now())
	out, err := p.ticketsWhere(p.reader(ctx), `s.day = ? AND s.state = 'called' ORDER BY s.called_at, t.id`, string(day))
	if err != nil {
		return nil, translate("ticket.list", err)
	}
	line, err := p.line(p.reader(ctx), day)
	if err != nil {
		return nil, translate("ticket.list", err)
	}
	out = append(out, queue.Order(line)...)
	if businessID == "" {
		return out, nil
	}
	var in []app.Ticket
	for _, t := range out {
		if t.BusinessID == businessID {
			in = append(in, t)
		}
	}
	return in, nil
}

// Missed implements app.QueuePort.
func (p tickets) Missed(ctx context.Context) ([]app.Ticket, error) {
	list, err := p.ticketsWhere(p.reader(ctx), `s.day = ? AND s.state = 'missed' ORDER BY s.called_at DESC`, string(p.Day(p.clock.Now())))
	return list, translate("ticket.list", err)
}

// Ticket implements app.QueuePort.
func (p tickets) Ticket(ctx context.Context, id string) (app.Ticket, error) {
	t, err := p.ticket(p.reader(ctx), id)
	return t, translate("ticket.read", err)
}

// take gives a number: the one way for kiosk and desk. The rules of opening
// hours, last ticket and quota bind the kiosk; a desk may always give one.
func (s *Store) take(ctx context.Context, by app.Actor, t app.TakeTicket) (app.Taken, error) {
	if t.Lane == "" {
		t.Lane = app.LaneNormal
	}
	if t.Lane != app.LaneNormal && t.Lane != app.LanePriority {
		return app.Taken{}, app.Bad(app.CodeInvalid, "lane")
	}
	list, err := public{s}.Businesses(ctx)
	if err != nil {
		return app.Taken{}, err
	}
	var b *app.BusinessNow
	for i := range list {
		if list[i].ID == t.BusinessID {
			b = &list[i]
		}
	}
	if b == nil {
		return app.Taken{}, app.Bad(app.CodeNotFound, "business")
	}
	h, err := public{s}.Hall(ctx)
	if err != nil {
		return app.Taken{}, err
	}
	if !h.Settings.PriorityLane {
		t.Lane = app.LaneNormal
	}
	if by.Role == app.RoleKiosk && !b.Open {
		args := []string{b.Hours}
		if b.Why == app.CodeLastTicket {
			args = []string{b.LastTicket}
		}
		return app.Taken{}, app.Fail(b.Why, args...)
	}
	id := NewID()
	err = s.Write(ctx, Action{Actor: by, Verb: "ticket.take"}, func(tx *Tx) error {
		day := s.Day(tx.Now)
		if b.Quota > 0 && by.Role == app.RoleKiosk {
			// Asked again inside the action: two kiosks may want the last number.
			var given int
			if err := tx.QueryRow(`SELECT count(*) FROM ticket WHERE day = ? AND business = ?`, string(day), b.ID).Scan(&given); err != nil {
				return err
			}
			if given >= b.Quota {
				return app.Fail(app.CodeFull)
			}
		}
		if err := tx.newTicket(id, b.Business, t.Lane); err != nil {
			return err
		}
		// Who it is and why they go first is the desks' business only; a kiosk
		// never writes it, the priority lane itself says enough.
		if by.Role != app.RoleKiosk && (t.ResidentID != "" || t.Reason != "") {
			person := NewID()
			_, err := tx.Exec(`INSERT INTO ticket_person(id, ticket, resident, reason) VALUES (?,?,?,?)`, person, id, null(t.ResidentID), tx.Seal("ticket_person", person, "reason", t.Reason))
			return err
		}
		return nil
	})
	if err != nil {
		return app.Taken{}, err
	}
	return s.taken(ctx, id)
}

// newTicket writes a number of this machine and today in a business's line, and
// its first step.
func (tx *Tx) newTicket(id string, b app.Business, lane app.Lane) error {
	day, machine := tx.s.Day(tx.Now), tx.s.machine
	n, err := tx.number("ticket."+b.Letter, day)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO ticket(id, number, day, business, lane, machine, counter, at, fold) VALUES (?,?,?,?,?,?,?,?,?)`,
		id, queue.Number(b.Letter, machine, n), string(day), b.ID, string(lane), machine, n, tx.Now.UnixMilli(), queue.FoldVersion); err != nil {
		return err
	}
	return tx.ticketEvent(app.TicketEvent{TicketID: id, Step: app.StepTake, By: tx.Actor.ID, At: tx.Now})
}

// taken answers how a number stands in its line.
func (s *Store) taken(ctx context.Context, id string) (app.Taken, error) {
	t, err := s.ticket(s.reader(ctx), id)
	if err != nil {
		return app.Taken{}, translate("ticket.read", err)
	}
	d, err := s.queueDay(ctx, s.reader(ctx), t.Day)
	if err != nil {
		return app.Taken{}, translate("ticket.read", err)
	}
	out := app.Taken{Ticket: t}
	if t.State == app.TicketWaiting {
		line, err := s.line(s.reader(ctx), t.Day)
		if err != nil {
			return app.Taken{}, translate("ticket.read", err)
		}
		out.Ahead = queue.Ahead(line, id)
		out.Wait = d.expect(out.Ahead, t.BusinessID)
	}
	return out, nil
}

// ticketEvent writes one step of a ticket.
func (tx *Tx) ticketEvent(ev app.TicketEvent) error {
	_, err := tx.Exec(`INSERT INTO ticket_event(id, ticket, step, "window", business, staff, at) VALUES (?,?,?,?,?,?,?)`,
		NewID(), ev.TicketID, string(ev.Step), null(ev.WindowID), null(ev.BusinessID), null(ev.By), ev.At.UnixMilli())
	return err
}

// TakeAtDesk implements app.QueuePort.
func (p tickets) TakeAtDesk(ctx context.Context, by app.Actor, t app.TakeTicket) (app.Taken, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Taken{}, err
	}
	return p.take(ctx, by, t)
}

// CallNext implements app.QueuePort.
func (p tickets) CallNext(ctx context.Context, by app.Actor, businesses ...string) (app.Ticket, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Ticket{}, err
	}
	if by.WindowID == "" {
		return app.Ticket{}, app.Bad(app.CodeRequired, "window")
	}
	var id string
	err := p.Write(ctx, Action{Actor: by, Verb: "ticket.call"}, func(tx *Tx) error {
		line, err := p.line(tx.Query, p.Day(tx.Now))
		if err != nil {
			return err
		}
		t, ok := queue.Next(line, businesses...)
		if !ok {
			return app.Bad(app.CodeNotFound, "waiting")
		}
		id = t.ID
		return p.step(tx, t, app.TicketEvent{Step: app.StepCall})
	})
	if err != nil {
		return app.Ticket{}, err
	}
	return p.Ticket(ctx, id)
}

// step checks one step against the rules and writes it.
func (p tickets) step(tx *Tx, t app.Ticket, ev app.TicketEvent) error {
	ev.TicketID, ev.WindowID, ev.By, ev.At = t.ID, tx.Actor.WindowID, tx.Actor.ID, tx.Now
	if _, err := queue.Apply(t, ev); err != nil {
		return err
	}
	return tx.ticketEvent(ev)
}

// Step implements app.QueuePort.
func (p tickets) Step(ctx context.Context, by app.Actor, ticketID string, step app.TicketStep, toBusiness string) (app.Ticket, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Ticket{}, err
	}
	if step == app.StepTake {
		return app.Ticket{}, app.Fail(app.CodeWrongState, "", string(step))
	}
	h, err := public{p.Store}.Hall(ctx)
	if err != nil {
		return app.Ticket{}, err
	}
	err = p.Write(ctx, Action{Actor: by, Verb: "ticket." + string(step)}, func(tx *Tx) error {
		t, err := p.ticket(tx.Query, ticketID)
		if err != nil {
			return err
		}
		if step == app.StepRecall && t.State == app.TicketCalled && t.Calls > h.Settings.MaxRecalls {
			step = app.StepMiss
		}
		if toBusiness != "" && step == app.StepTransfer {
			var name string
			if err := tx.QueryRow(`SELECT name FROM business WHERE id = ? AND deleted = 0`, toBusiness).Scan(&name); errors.Is(err, sql.ErrNoRows) {
				return app.Bad(app.CodeNotFound, "business")
			} else if err != nil {
				return err
			}
		}
		return p.step(tx, t, app.TicketEvent{Step: step, BusinessID: toBusiness})
	})
	if err != nil {
		return app.Ticket{}, err
	}
	return p.Ticket(ctx, ticketID)
}
