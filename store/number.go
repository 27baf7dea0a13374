package store

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"linli/app"
	"linli/app/queue"
	"linli/app/receipt"
	"linli/sync/oplog"
)

// number gives the next number of a kind on a day, counted in the same action as
// what bears it: a number that anybody has seen is never given again. A restored
// folder goes on under another machine number.
func (tx *Tx) number(kind string, day app.Day) (int, error) {
	machine := tx.s.machine
	if machine < 1 {
		return 0, app.Fail(app.CodeNoNumbers)
	}
	var last int
	err := tx.QueryRow(`SELECT last FROM counter WHERE kind = ? AND day = ? AND machine = ?`, kind, string(day), machine).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		last, err = tx.lastGiven(kind, day, machine)
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`INSERT INTO counter(kind, day, machine, last) VALUES (?,?,?,?) ON CONFLICT(kind, day, machine) DO UPDATE SET last = excluded.last`, kind, string(day), machine, last+1)
	return last + 1, err
}

// lastGiven answers the last number of a kind that is known to have been given under a
// machine number on a day. Where the counter begins that is none, but for a machine whose disk forgets everything,
// keys and counters as well: what it gave before comes back with the log.
func (tx *Tx) lastGiven(kind string, day app.Day, machine int) (int, error) {
	const touched = ` t.row = r.id CROSS JOIN entry n ON n.seq = t.seq AND n.verdict = 0 WHERE `
	if letter, ticket := strings.CutPrefix(kind, "ticket."); ticket {
		begin := strings.TrimRight(queue.Number(letter, machine, 0), "0")
		return tx.greatest(machine, `SELECT n.scope, n.origin, r.counter FROM ticket r CROSS JOIN touch t ON t.tbl = 'ticket' AND`+touched+
			`r.day = ? AND r.machine = ? AND substr(r.number, 1, ?) = ?`, string(day), machine, len(begin), begin)
	}
	number, err := receipt.Number(day, machine, 1)
	if err != nil {
		return 0, app.Fail(app.CodeNoNumbers) // it has two digits for the machine
	}
	last := 0
	for table, column := range map[string]string{"submission": "receipt", "case": "receipt", "progress": "receipt", "slot_event": "number"} {
		n, err := tx.greatest(machine, `SELECT n.scope, n.origin, CAST(substr(r.`+column+`, 9, 3) AS INTEGER) FROM `+quote(table)+` r CROSS JOIN touch t ON t.tbl = '`+table+`' AND`+touched+
			`r.`+column+` >= ? AND r.`+column+` < ?`, number[:8], number[:8]+":") // the character after the digits
		if err != nil {
			return 0, err
		}
		last = max(last, n)
	}
	return last, nil
}

// greatest answers the greatest number of a query's rows, which begin with the scope and
// origin of who wrote them. What a kiosk says about the numbers of another machine counts for nothing.
func (tx *Tx) greatest(machine int, query string, args ...any) (last int, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return 0, err
	}
	type given struct {
		chainKey
		n int
	}
	list, err := collect(rows, func(sc scanner) (g given, err error) {
		var scope, origin string
		var n sql.NullInt64
		if err = sc.Scan(&scope, &origin, &n); err != nil {
			return g, err
		}
		g.scope, g.n = oplog.Scope(scope), int(n.Int64)
		g.origin, err = oplog.ParseOrigin(origin)
		return g, err
	})
	if err != nil {
		return 0, err
	}
	for _, g := range list {
		c, err := tx.s.certificateFor(tx, g.scope, g.origin, nil)
		if err != nil {
			return 0, err
		}
		if c.Role == RoleDesk || slices.Contains(c.Machines, machine) {
			last = max(last, g.n)
		}
	}
	return last, nil
}
