package store

import (
	"context"
	"database/sql"
	"time"

	"linli/app"
	"linli/app/casework"
)

// ratedDays is how far back satisfaction is counted.
const ratedDays = 30

// Figures counts what an overview of several halls shows of this one. Nothing that is
// sealed is opened for it. What needs a person is for [app.ReplicationPort] to say.
func (s *Store) Figures(ctx context.Context) (f app.Figures, err error) {
	const op = "store: figures"
	now := s.clock.Now()
	var zone string
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce((SELECT zone FROM hall WHERE id = ?), '')`, s.hall).Scan(&zone); err != nil {
		return f, translate(op, err)
	}
	// A machine that was admitted a moment ago has learnt the hall's zone since it was opened.
	at := app.HallInfo{Zone: zone}.Location()
	today := string(app.DayOf(now, at))
	since := string(app.DayOf(now.AddDate(0, 0, -ratedDays), at))
	err = s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM visit v JOIN visit_state st ON st.visit = v.id WHERE v.day = ? AND st.voided = 0),
		(SELECT count(*) FROM ticket_state WHERE day = ? AND state = ?),
		(SELECT count(*) FROM rating WHERE day > ?),
		(SELECT count(*) FROM rating WHERE day > ? AND score <= ?)`,
		today, today, string(app.TicketWaiting), since, since, app.ScoreFair).
		Scan(&f.Visits, &f.Waiting, &f.Rated, &f.Satisfied)
	if err != nil {
		return f, translate(op, err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT st.state, st.opened_at, coalesce(v.promised_days, 0) FROM case_state st
		JOIN "case" c ON c.id = st."case" LEFT JOIN service v ON v.id = c.service WHERE st.closed_at = 0`)
	if err != nil {
		return f, translate(op, err)
	}
	open, err := collect(rows, func(sc scanner) (o openCase, err error) {
		var opened sql.NullInt64
		err = sc.Scan(&o.state, &opened, &o.promised)
		o.opened = fromMillis(opened.Int64)
		return o, err
	})
	if err != nil {
		return f, translate(op, err)
	}
	f.OpenCases = len(open)
	for _, o := range open {
		if casework.Overdue(o.state, o.opened, o.promised, now, at) {
			f.Overdue++
		}
	}
	return f, nil
}

// openCase is what decides whether a case is late.
type openCase struct {
	state    app.CaseState
	opened   time.Time
	promised int
}
