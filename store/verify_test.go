package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
)

// busyHall is a hall in which a little of everything has happened.
func busyHall(tb testing.TB) *hallAt {
	tb.Helper()
	h := mustHall(tb)
	ctx := context.Background()
	businesses, err := h.Public.Businesses(ctx)
	must(tb, err)
	for i := range 6 {
		taken, err := h.Queue.TakeAtDesk(ctx, h.admin, app.TakeTicket{BusinessID: businesses[0].ID, Lane: app.LaneNormal})
		must(tb, err)
		visit := app.NewVisit{Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone}
		if i < 4 {
			_, err = h.Queue.CallNext(ctx, h.admin)
			must(tb, err)
			visit.TicketID = taken.Ticket.ID
		}
		v, err := h.Visits.Register(ctx, h.admin, visit)
		must(tb, err)
		if i == 0 {
			_, err = h.Visits.Amend(ctx, h.admin, v.ID, app.OutcomeReferred, "样例更正")
			must(tb, err)
		}
	}
	for i := range 3 {
		must(tb, addResident(h, i))
	}
	return h
}

// addResident adds an invented resident through the store's own way in.
func addResident(h *hallAt, i int) error {
	id := store.NewID()
	return h.store.Write(context.Background(), store.Action{Actor: h.admin, Verb: "resident.add"}, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO resident(id, name, sex, phone) VALUES (?,?,?,?)`, id,
			tx.Seal("resident", id, "name", fmt.Sprintf("样例居民%d", i)), "1", tx.Seal("resident", id, "phone", fmt.Sprintf("1380000%04d", i)))
		return err
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// tamper closes the hall, runs statements behind its back, and opens it again.
func (h *hallAt) tamper(tb testing.TB, statements ...string) {
	tb.Helper()
	must(tb, h.store.Close())
	h.raw(tb, statements...)
	h.open(tb)
}

func (h *hallAt) raw(tb testing.TB, statements ...string) {
	tb.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: filepath.Join(h.dir, store.DatabaseFile)}).String())
	must(tb, err)
	defer func() { must(tb, db.Close()) }()
	for _, s := range statements {
		res, err := db.Exec(s)
		must(tb, err)
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			tb.Fatalf("%s: touched %d rows, %v", s, n, err)
		}
	}
}

func (h *hallAt) verify(tb testing.TB) store.VerifyReport {
	tb.Helper()
	r, err := h.store.Verify(context.Background())
	must(tb, err)
	return r
}

func (h *hallAt) wantWhole(tb testing.TB) store.VerifyReport {
	tb.Helper()
	r := h.verify(tb)
	if !r.OK || len(r.Problems) > 0 {
		tb.Fatalf("verify found %v", r.Problems)
	}
	return r
}

func TestVerifyPassesOnAWorkingHall(t *testing.T) {
	h := busyHall(t)
	if r := h.wantWhole(t); r.Entries < 20 || r.Rows < 100 {
		t.Errorf("verify looked at %d entries and %d rows only", r.Entries, r.Rows)
	}
}

// ownEntry selects the entry of a chain of this hall that has some predecessors and
// some successors.
const ownEntry = `(SELECT seq FROM entry WHERE scope LIKE '%/desk' AND n = 4)`

func TestVerifyFindsWhatWasDoneBehindTheHallsBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		do     []string
		kind   string
		table  string
		column string
	}{
		{"a cell changed", []string{`UPDATE resident SET sex = '2' WHERE id = (SELECT min(id) FROM resident)`}, store.ProblemChanged, "resident", "sex"},
		{"a sealed cell moved", []string{`UPDATE resident SET phone = (SELECT phone FROM resident ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM resident)`}, store.ProblemChanged, "resident", "phone"},
		{"a row deleted", []string{`DELETE FROM visit WHERE id = (SELECT min(id) FROM visit)`}, store.ProblemMissing, "visit", ""},
		{"a row put in", []string{`INSERT INTO visit(id, channel) VALUES ('x', 'window')`}, store.ProblemExtra, "visit", ""},
		{"a byte of an entry flipped", []string{`UPDATE entry SET body = CAST(substr(body, 1, length(body)-2) || x'7a' || substr(body, length(body), 1) AS BLOB) WHERE seq = ` + ownEntry}, "", "", ""},
		{"the verb of an entry changed", []string{`UPDATE entry SET verb = 'visit.void' WHERE seq = ` + ownEntry}, store.ProblemColumn, "", "verb"},
		{"an entry deleted in the middle", []string{`DELETE FROM entry WHERE seq = ` + ownEntry}, store.ProblemGap, "", ""},
		{"the last entry deleted", []string{`DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)`}, store.ProblemCut, "entry", ""},
		{"an entry put in", []string{`INSERT INTO entry SELECT NULL, scope, origin, n+1, randomblob(32), hlc+1, wall, action, actor, verb, body, sig, verdict FROM entry WHERE seq = (SELECT max(seq) FROM entry)`}, store.ProblemHash, "", ""},
		{"the newest signature removed", []string{`UPDATE entry SET sig = NULL WHERE seq = (SELECT max(seq) FROM entry)`}, store.ProblemUnsigned, "", ""},
		{"a signature changed", []string{`UPDATE entry SET sig = (SELECT sig FROM entry WHERE seq = 1) WHERE seq = ` + ownEntry}, store.ProblemSignature, "", ""},
		{"two entries swapped", []string{
			`UPDATE entry SET seq = -1 WHERE seq = ` + ownEntry,
			`UPDATE entry SET seq = 1000000 WHERE scope LIKE '%/desk' AND n = 5`,
			`UPDATE entry SET seq = 1000001 WHERE seq = -1`,
		}, store.ProblemOrder, "", ""},
		{"a register altered", []string{`UPDATE register SET cells = (SELECT cells FROM register WHERE tbl = 'resident' ORDER BY row LIMIT 1) WHERE tbl = 'resident' AND row = (SELECT max(row) FROM register WHERE tbl = 'resident')`}, store.ProblemRegister, "resident", ""},
		{"a history line removed", []string{`DELETE FROM touch WHERE tbl = 'staff'`}, store.ProblemRegister, "staff", ""},
		{"a conflict made up", []string{`INSERT INTO conflict VALUES ('resident', 'x')`}, store.ProblemRegister, "resident", ""},
		{"a ticket's state changed", []string{`UPDATE ticket_state SET state = 'waiting' WHERE state = 'done'`}, store.ProblemDerived, "ticket_state", "state"},
		{"a visit's outcome changed", []string{`UPDATE visit_state SET outcome = 'unsettled' WHERE amends = 1`}, store.ProblemDerived, "visit_state", "outcome"},
		{"an entry made void", []string{`UPDATE entry SET verdict = 1 WHERE seq = ` + ownEntry}, store.ProblemDerived, "entry", "verdict"},
		{"a blind index row removed", []string{`DELETE FROM blind WHERE kind = 'resident.phone'`}, store.ProblemDerived, "blind", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := busyHall(t)
			h.tamper(t, c.do...)
			r := h.verify(t)
			if r.OK || len(r.Problems) == 0 {
				t.Fatal("verify found nothing")
			}
			fits := func(p store.Problem) bool {
				return c.kind == "" || p.Kind == c.kind && (c.table == "" || p.Table == c.table) && (c.column == "" || p.Column == c.column)
			}
			if !slices.ContainsFunc(r.Problems, fits) {
				t.Errorf("want %s %s %s among %v", c.kind, c.table, c.column, r.Problems)
			}
		})
	}
}

func TestVerifyNeverFailsOnAnyByteOfAnEntry(t *testing.T) {
	h := busyHall(t)
	must(t, h.store.Close())
	db, err := sql.Open("sqlite", filepath.Join(h.dir, store.DatabaseFile))
	must(t, err)
	var body []byte
	var seq int64
	must(t, db.QueryRow(`SELECT seq, body FROM entry WHERE seq = (SELECT max(seq) FROM entry WHERE verb = 'visit.register')`).Scan(&seq, &body))
	for i := 0; i < len(body); i += 1 + len(body)/12 {
		bad := slices.Clone(body)
		bad[i] ^= 0x10
		_, err = db.Exec(`UPDATE entry SET body = ? WHERE seq = ?`, bad, seq)
		must(t, err)
		h.open(t)
		if r := h.verify(t); r.OK {
			t.Errorf("byte %d of an entry was changed and verify found nothing", i)
		}
		must(t, h.store.Close())
	}
	_, err = db.Exec(`UPDATE entry SET body = ? WHERE seq = ?`, body, seq)
	must(t, err)
	must(t, db.Close())
	h.open(t)
	h.wantWhole(t)
}

func TestRebuildMendsRowsFromTheLog(t *testing.T) {
	h := busyHall(t)
	h.tamper(t,
		`UPDATE resident SET sex = '2' WHERE id = (SELECT min(id) FROM resident)`,
		`DELETE FROM visit WHERE id = (SELECT min(id) FROM visit)`,
		`INSERT INTO visit(id, channel) VALUES ('x', 'window')`,
		`UPDATE ticket_state SET state = 'waiting'`,
		`DELETE FROM blind`,
		`DELETE FROM register WHERE tbl = 'staff'`,
	)
	if r := h.verify(t); r.OK {
		t.Fatal("verify found nothing")
	}
	must(t, h.store.Rebuild(context.Background()))
	h.wantWhole(t)
	// And the hall goes on.
	must(t, addResident(h, 9))
	h.wantWhole(t)
}

func TestRebuildOfOneScopeLeavesTheOthers(t *testing.T) {
	h := busyHall(t)
	info, err := h.Public.Hall(context.Background())
	must(t, err)
	h.tamper(t, `UPDATE resident SET sex = '2'`, `UPDATE "window" SET number = 9`)
	must(t, h.store.Rebuild(context.Background(), oplog.HallScope(info.ID, oplog.Desk)))
	r := h.verify(t)
	if len(r.Problems) == 0 {
		t.Fatal("the other scope was rebuilt as well")
	}
	for _, p := range r.Problems {
		if p.Table != "window" {
			t.Errorf("left over: %v", p)
		}
	}
}

func TestRebuildRefusesALogThatIsNotWhole(t *testing.T) {
	h := busyHall(t)
	h.tamper(t, `UPDATE resident SET sex = '2'`, `DELETE FROM entry WHERE seq = `+ownEntry)
	before := h.verify(t)
	if err := h.store.Rebuild(context.Background()); app.CodeOf(err) != app.CodeDamaged {
		t.Fatalf("rebuild: %v, want %s", err, app.CodeDamaged)
	}
	if after := h.verify(t); len(after.Problems) != len(before.Problems) {
		t.Errorf("rebuild changed something: %d problems, then %d", len(before.Problems), len(after.Problems))
	}
}

func (h *hallAt) pragma(tb testing.TB, statement string) {
	tb.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.dir, store.DatabaseFile))
	must(tb, err)
	_, err = db.Exec(statement)
	must(tb, err)
	must(tb, db.Close())
}
