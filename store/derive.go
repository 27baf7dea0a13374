package store

import (
	"database/sql"
	"slices"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/app/queue"
)

// derive brings the local tables up to date that follow from changed rows: the
// folds of processes and the blind index. It runs in the transaction that
// changed the rows, whether a person here changed them or another machine's
// entry did.
func (s *Store) derive(tx *Tx, changes []*rowChange) error {
	less := map[[2]string]bool{} // of each process that changed, whether a row may have left it
	var order [][2]string
	for _, r := range changes {
		kind := r.in.table.Name
		ids := []string{r.id()}
		switch kind {
		case "ticket_event", "visit_event", "case_event", "slot_event", "appointment_event":
			// The fold belongs to the instance, the second column of every event table. Two
			// writes of one event may name two of them: it leaves the one and comes to the other.
			kind, _ = cutEvent(kind)
			ids = ids[:0]
			for _, vals := range [][]any{r.old, r.new} {
				if vals != nil {
					of, _ := vals[1].(string)
					ids = append(ids, of)
				}
			}
		case "ticket", "visit", "case", "slot", "appointment":
		case "resident":
			if err := s.indexResident(tx, r); err != nil {
				return err
			}
			continue
		case "staff":
			tx.After(s.names.forget)
			continue
		default:
			continue
		}
		for _, id := range ids {
			if id == "" {
				continue // a step of nothing folds nothing
			}
			key := [2]string{kind, id}
			if _, again := less[key]; !again {
				order = append(order, key)
			}
			less[key] = less[key] || r.old != nil
		}
	}
	for _, key := range order {
		if err := s.fold(tx, key[0], key[1], less[key]); err != nil {
			return err
		}
	}
	return nil
}

// fold makes the state of one process again. Where a row was taken away, or stands elsewhere now,
// there may be nothing left of it.
func (s *Store) fold(tx *Tx, kind, id string, less bool) error {
	if less {
		if left, err := s.dropState(tx, kind, id); err != nil || !left {
			return err
		}
	}
	var err error
	switch kind {
	case "ticket":
		_, err = s.foldTicket(tx, id)
	case "visit":
		err = s.foldVisit(tx, id)
	case "case":
		err = s.foldCase(tx, id)
	case "slot":
		err = foldSlot(tx, id)
	case "appointment":
		err = foldAppointment(tx, id)
	}
	return err
}

// dropState takes away the state of a process of which no row is left. It answers whether there is something to fold.
func (s *Store) dropState(tx *Tx, kind, id string) (left bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM `+quote(kind)+` WHERE id = ?1) OR EXISTS (SELECT 1 FROM `+quote(kind+"_event")+` WHERE `+quote(kind)+` = ?1)`, id).Scan(&left)
	if err == nil && !left {
		_, err = tx.Exec(`DELETE FROM `+quote(kind+"_state")+` WHERE `+quote(kind)+` = ?`, id)
	}
	return left, err
}

func cutEvent(table string) (string, bool) {
	const suffix = "_event"
	if n := len(table) - len(suffix); n > 0 && table[n:] == suffix {
		return table[:n], true
	}
	return table, false
}

// inFoldOrder is the end of every query that folds: events in the order of
// package oplog's Position, which is the same on every replica. The queries join
// with CROSS JOIN, which keeps SQLite from starting at the log: it would read
// every event of the kind to fold one instance.
//
// A void entry changes no row, but one that counts may have written the same row.
const inFoldOrder = ` AND n.verdict = 0 ORDER BY n.hlc, n.origin, n.n, n.hash, t.idx`

// foldTicket computes where a ticket stands. A ticket whose first half has not
// arrived (it may come in another exchange) has no state yet.
func (s *Store) foldTicket(tx *Tx, id string) (app.Ticket, error) {
	t, err := scanTicket(tx.QueryRow(`SELECT id, coalesce(number, ''), coalesce(day, ''), coalesce(business, ''), coalesce(lane, ''), coalesce(at, 0) FROM ticket WHERE id = ?`, id))
	if err == sql.ErrNoRows {
		_, err = tx.Exec(`DELETE FROM ticket_state WHERE ticket = ?`, id)
		return t, err
	}
	if err != nil {
		return t, err
	}
	events, err := ticketEvents(tx.Query, id)
	if err != nil {
		return t, err
	}
	t, voided := queue.Fold(t, events)
	_, err = tx.Exec(`INSERT INTO ticket_state(ticket, day, business, state, "window", calls, called_at, done_at, since, voided) VALUES (?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT(ticket) DO UPDATE SET day = excluded.day, business = excluded.business, state = excluded.state, "window" = excluded."window", calls = excluded.calls,
		called_at = excluded.called_at, done_at = excluded.done_at, since = excluded.since, voided = excluded.voided`,
		id, string(t.Day), t.BusinessID, string(t.State), t.WindowID, t.Calls, millis(t.CalledAt), millis(t.DoneAt), millis(t.Since), len(voided))
	return t, err
}

// ticketEvents reads a ticket's steps in fold order.
func ticketEvents(query queryFunc, id string) ([]app.TicketEvent, error) {
	rows, err := query(`SELECT e.id, coalesce(e.step, ''), coalesce(e."window", ''), coalesce(e.business, ''), coalesce(e.staff, ''), coalesce(e.at, 0)
		FROM ticket_event e CROSS JOIN touch t ON t.tbl = 'ticket_event' AND t.row = e.id CROSS JOIN entry n ON n.seq = t.seq
		WHERE e.ticket = ?`+inFoldOrder, id)
	if err != nil {
		return nil, err
	}
	events, err := collect(rows, func(sc scanner) (ev app.TicketEvent, err error) {
		var at int64
		err = sc.Scan(&ev.ID, &ev.Step, &ev.WindowID, &ev.BusinessID, &ev.By, &at)
		ev.TicketID, ev.At = id, time.UnixMilli(at)
		return ev, err
	})
	return once(events, func(ev app.TicketEvent) string { return ev.ID }), err
}

func scanTicket(sc scanner) (t app.Ticket, err error) {
	var at int64
	err = sc.Scan(&t.ID, &t.Number, &t.Day, &t.BusinessID, &t.Lane, &at)
	t.TakenAt = time.UnixMilli(at)
	return t, err
}

// foldVisit computes a visit's outcome from its events.
func (s *Store) foldVisit(tx *Tx, id string) error {
	rows, err := tx.Query(`SELECT e.id, coalesce(e.step, ''), coalesce(e.outcome, '') FROM visit_event e
		CROSS JOIN touch t ON t.tbl = 'visit_event' AND t.row = e.id CROSS JOIN entry n ON n.seq = t.seq WHERE e.visit = ?`+inFoldOrder, id)
	if err != nil {
		return err
	}
	type event struct{ id, step, outcome string }
	events, err := collect(rows, func(sc scanner) (ev event, err error) {
		err = sc.Scan(&ev.id, &ev.step, &ev.outcome)
		return ev, err
	})
	events = once(events, func(ev event) string { return ev.id })
	if err != nil {
		return err
	}
	outcome, note, voided, amends := "", "", 0, 0
	for _, ev := range events {
		switch ev.step {
		case visitOutcome:
			outcome, note = ev.outcome, ev.id
		case visitAmend:
			outcome, note = ev.outcome, ev.id
			amends++
		case visitVoid:
			note, voided = ev.id, 1
		}
	}
	_, err = tx.Exec(`INSERT INTO visit_state(visit, outcome, note_event, voided, amends) VALUES (?,?,?,?,?)
		ON CONFLICT(visit) DO UPDATE SET outcome = excluded.outcome, note_event = excluded.note_event, voided = excluded.voided, amends = excluded.amends`,
		id, outcome, note, voided, amends)
	return err
}

// foldCase computes where a case stands.
func (s *Store) foldCase(tx *Tx, id string) error {
	events, err := caseEvents(tx.Query, id)
	if err != nil {
		return err
	}
	// The fold looks at whether a note is there, never at what it says, so the
	// events need not be opened.
	c, folded := casework.Fold(app.Case{ID: id}, events)
	reply, changed := "", time.Time{}
	for _, ev := range folded {
		if ev.Void {
			continue
		}
		changed = ev.At
		if ev.Step == app.CaseStepReply {
			reply = ev.ID
		}
	}
	_, err = tx.Exec(`INSERT INTO case_state("case", state, handler, reply_event, opened_at, closed_at, changed_at, reopened, voided) VALUES (?,?,?,?,?,?,?,?,?)
		ON CONFLICT("case") DO UPDATE SET state = excluded.state, handler = excluded.handler, reply_event = excluded.reply_event, opened_at = excluded.opened_at,
		closed_at = excluded.closed_at, changed_at = excluded.changed_at, reopened = excluded.reopened, voided = excluded.voided`,
		id, string(c.State), c.HandlerID, reply, millis(c.OpenedAt), millis(c.ClosedAt), millis(changed), c.Reopened, len(c.Voided))
	return err
}

// caseEvents reads a case's events in fold order. A note comes as "sealed" when
// there is one: whoever shows it opens it.
func caseEvents(query func(string, ...any) (*sql.Rows, error), id string) ([]app.CaseEvent, error) {
	rows, err := query(`SELECT e.id, coalesce(e.step, ''), coalesce(e.to_staff, ''), e.note IS NOT NULL, coalesce(e.staff, ''), coalesce(e.at, 0)
		FROM case_event e CROSS JOIN touch t ON t.tbl = 'case_event' AND t.row = e.id CROSS JOIN entry n ON n.seq = t.seq WHERE e."case" = ?`+inFoldOrder, id)
	if err != nil {
		return nil, err
	}
	events, err := collect(rows, func(sc scanner) (ev app.CaseEvent, err error) {
		var note bool
		var at int64
		err = sc.Scan(&ev.ID, &ev.Step, &ev.ToStaff, &note, &ev.By, &at)
		if note {
			ev.Note = "sealed"
		}
		ev.CaseID, ev.At = id, time.UnixMilli(at)
		return ev, err
	})
	return once(events, func(ev app.CaseEvent) string { return ev.ID }), err
}

// once keeps the first of the events with one id. Two desks that open the same
// submission apart write the same event twice: it happened once.
func once[E any](events []E, id func(E) string) []E {
	seen := make(map[string]bool, len(events))
	return slices.DeleteFunc(events, func(ev E) bool {
		again := seen[id(ev)]
		seen[id(ev)] = true
		return again
	})
}

// indexResident keeps the blind index of a resident's ID number and phone, and
// tells the search index once the change is durable. A cell that no key here
// opens is not found by it: an entry of another machine must not fail for it.
func (s *Store) indexResident(tx *Tx, r *rowChange) error {
	id := r.id()
	for i, col := range r.in.table.Columns {
		if col.Name != "id_number" && col.Name != "phone" {
			continue
		}
		kind := "resident." + col.Name
		if r.old != nil {
			if _, err := tx.Exec(`DELETE FROM blind WHERE row = ? AND kind = ?`, id, kind); err != nil {
				return err
			}
		}
		if r.new == nil {
			continue
		}
		plain, err := s.unseal("resident", id, col.Name, r.new[i+1])
		if err != nil || plain == "" {
			continue
		}
		if _, err := tx.Exec(`INSERT OR IGNORE INTO blind(kind, digest, row) VALUES (?,?,?)`, kind, s.ring.Blind(kind, plain), id); err != nil {
			return err
		}
	}
	if s.index != nil {
		row := r.new
		if row == nil {
			row = make([]any, len(r.old))
			row[0], row[len(row)-1] = id, int64(1) // as if it were deleted
		}
		tx.After(func() { s.index.put(row) })
	}
	return nil
}

// collect reads all rows through one function and closes them.
func collect[T any](rows *sql.Rows, read func(scanner) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
