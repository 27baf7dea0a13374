package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// handClock is moved by the test.
type handClock struct{ t time.Time }

func (c *handClock) Now() time.Time { return c.t }

// desk is one machine of a hall that others write as well.
type desk struct {
	*Store
	*app.Hall
	clock *handClock
	by    app.Actor
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// twoDesks are two machines of one hall, each a writer of its own from the same
// beginning: the second has a copy of folder and keys, and starts a new origin.
func twoDesks(tb testing.TB) [2]*desk {
	tb.Helper()
	ctx, root := context.Background(), tb.TempDir()
	start := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	options := func(name string) Options {
		return Options{Program: "test", Keys: seal.NewKeyFiles(filepath.Join(root, name+".keys")), Clock: &handClock{start}}
	}
	must(tb, Init(ctx, filepath.Join(root, "a"), NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, options("a")))
	must(tb, os.CopyFS(filepath.Join(root, "b"), os.DirFS(filepath.Join(root, "a"))))
	must(tb, os.CopyFS(filepath.Join(root, "b.keys"), os.DirFS(filepath.Join(root, "a.keys"))))
	var out [2]*desk
	for i, name := range []string{"a", "b"} {
		o := options(name)
		s, err := Open(ctx, filepath.Join(root, name), o)
		must(tb, err)
		tb.Cleanup(func() { _ = s.Close() })
		if i == 1 {
			s.mu.Lock()
			err = s.newOrigin(ctx, false)
			if err == nil {
				err = s.loadLog(ctx)
			}
			s.mu.Unlock()
			must(tb, err)
		}
		d := &desk{Store: s, Hall: s.Hall(), clock: o.Clock.(*handClock), by: app.ConsoleActor()}
		windows, err := d.Public.Windows(ctx)
		must(tb, err)
		d.by.WindowID = windows[i].ID
		out[i] = d
	}
	return out
}

// log answers all entries in the order in which this machine applied them.
func (d *desk) log(tb testing.TB) (out []oplog.Entry) {
	tb.Helper()
	must(tb, replay(context.Background(), d.read, nil, func(_ int64, e oplog.Entry) error {
		out = append(out, e)
		return nil
	}))
	return out
}

// receive applies entries that are new here, as an exchange will.
func receive(tb testing.TB, s *Store, entries []oplog.Entry) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	must(tb, s.exec("BEGIN"))
	s.capture.pause()
	tx := &Tx{s: s, Now: time.Unix(0, 0)}
	for _, e := range entries {
		hash := e.Hash()
		var known int
		must(tb, tx.QueryRow(`SELECT count(*) FROM entry WHERE hash = ?`, hash[:]).Scan(&known))
		if known > 0 {
			continue
		}
		body, err := oplog.Encode(e)
		must(tb, err)
		seq, err := s.insertEntry(tx, e, body, nil, oplog.Counts)
		must(tb, err)
		touched, err := s.apply(tx, e, seq, oplog.Counts)
		must(tb, err)
		must(tb, s.derive(tx, touched))
	}
	must(tb, s.exec("COMMIT"))
	for _, f := range tx.after {
		f()
	}
}

// dump answers everything that follows from the log, in an order of its own.
func dump(tb testing.TB, s *Store) []string {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	queries := []string{
		`SELECT tbl, row, hex(cells) FROM register`, `SELECT tbl, row FROM conflict`, `SELECT kind, hex(digest), row FROM blind`,
		`SELECT * FROM ticket_state`, `SELECT * FROM visit_state`, `SELECT * FROM case_state`, `SELECT * FROM slot_state`, `SELECT * FROM appointment_state`,
		`SELECT t.tbl, t.row, hex(n.hash), t.idx FROM touch t JOIN entry n ON n.seq = t.seq`,
	}
	for i := range Dictionary {
		queries = append(queries, `SELECT `+quoted(s.capture.tables[Dictionary[i].Name].names)+` FROM `+quote(Dictionary[i].Name))
	}
	var out []string
	for _, q := range queries {
		rows, err := s.conn.QueryContext(context.Background(), q)
		must(tb, err)
		names, err := rows.Columns()
		must(tb, err)
		lines, err := collect(rows, func(sc scanner) (string, error) {
			vals, err := scanValues(sc, len(names))
			return fmt.Sprintf("%.60s: %v", q, vals), err
		})
		must(tb, err)
		out = append(out, lines...)
	}
	slices.Sort(out)
	return out
}

func wantSame(tb testing.TB, what string, a, b []string) {
	tb.Helper()
	if slices.Equal(a, b) {
		return
	}
	for _, line := range a {
		if !slices.Contains(b, line) {
			tb.Errorf("%s: only first: %.200s", what, line)
			break
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			tb.Errorf("%s: only second: %.200s", what, line)
			break
		}
	}
	tb.FailNow()
}

// fresh is an empty store of the same hall.
func (d *desk) fresh(tb testing.TB) *Store {
	tb.Helper()
	f, err := d.openScratch(context.Background())
	must(tb, err)
	tb.Cleanup(f.discard)
	return f.Store
}

// act does something at random; what is not possible now is no fault.
func (d *desk) act(tb testing.TB, r *rand.Rand, shared *[]string, forms map[string]app.Form) {
	tb.Helper()
	ctx := context.Background()
	d.clock.t = d.clock.t.Add(time.Duration(r.IntN(4000)-500) * time.Millisecond)
	pick := func(query string) string {
		var id string
		_ = d.read.QueryRowContext(ctx, query+` ORDER BY id LIMIT 1 OFFSET ?`, r.IntN(4)).Scan(&id)
		return id
	}
	var err error
	switch r.IntN(10) {
	case 0:
		var id string
		id, err = d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例" + string(rune('甲'+r.IntN(20))), "phone": fmt.Sprintf("138000%05d", r.IntN(99999))})
		*shared = append(*shared, id)
	case 1:
		for _, id := range *shared {
			if _, f, err := d.Registry.Resident(ctx, d.by, id); err == nil {
				forms[id] = f
			}
		}
	case 2, 3:
		ids := make([]string, 0, len(forms))
		for id := range forms {
			ids = append(ids, id)
		}
		if len(ids) == 0 {
			return
		}
		slices.Sort(ids)
		id := ids[r.IntN(len(ids))]
		column := []string{"phone", "occupation", "name"}[r.IntN(3)]
		value := map[string]string{"phone": fmt.Sprintf("1390000000%d", r.IntN(3)), "occupation": fmt.Sprint("职业", r.IntN(3)), "name": fmt.Sprint("样例", string(rune('子'+r.IntN(3))))}[column]
		_, err = d.Registry.Save(ctx, d.by, forms[id], map[string]string{column: value})
	case 4:
		if id := pick(`SELECT id FROM resident`); id != "" {
			err = d.Write(ctx, Action{Actor: d.by, Verb: "resident.delete"}, func(tx *Tx) error {
				_, err := tx.Exec(`UPDATE resident SET deleted = 1 WHERE id = ?`, id)
				return err
			})
		}
	case 5:
		_, err = d.Queue.TakeAtDesk(ctx, d.by, app.TakeTicket{BusinessID: pick(`SELECT id FROM business`)})
	case 6:
		_, err = d.Queue.CallNext(ctx, d.by)
	case 7:
		steps := []app.TicketStep{app.StepRecall, app.StepMiss, app.StepReturn, app.StepComplete, app.StepAbandon}
		_, err = d.Queue.Step(ctx, d.by, pick(`SELECT id FROM ticket`), steps[r.IntN(len(steps))], "")
	case 8:
		_, err = d.Visits.Register(ctx, d.by, app.NewVisit{Channel: app.ChannelPhone, Purpose: "样例", Outcome: app.OutcomeDone})
		if v := pick(`SELECT id FROM visit`); v != "" && err == nil {
			_, err = d.Visits.Amend(ctx, d.by, v, app.OutcomeAdvised, "样例更正")
		}
	case 9:
		// Without the slow key of a receipt, which is not what is tested here.
		c := pick(`SELECT id FROM "case"`)
		step := []app.CaseStep{app.CaseStepAccept, app.CaseStepHandle, app.CaseStepReply, app.CaseStepClose, app.CaseStepReopen}[r.IntN(5)]
		err = d.Write(ctx, Action{Actor: d.by, Verb: "case.test"}, func(tx *Tx) error {
			if c == "" || r.IntN(5) == 0 {
				id := NewID()
				return tx.openCase(id, "260101010019", "123456", "", app.NewCase{Kind: app.CaseHelp, Title: "样例"}, app.CaseAbout{}, make([]byte, 32))
			}
			return cases{d.Store}.step(tx, c, make([]byte, 32), app.CaseEvent{Step: step, Note: "样例"})
		})
	}
	switch app.CodeOf(err) {
	case "", app.CodeNotFound, app.CodeWrongState, app.CodeTaken, app.CodeDuplicate:
	default:
		tb.Fatal(err)
	}
}

func TestReplayInTheSameOrderGivesTheSameRows(t *testing.T) {
	d := twoDesks(t)[0]
	r := rand.New(rand.NewPCG(1, 2))
	var shared []string
	forms := map[string]app.Form{}
	for range 120 {
		d.act(t, r, &shared, forms)
	}
	f := d.fresh(t)
	receive(t, f, d.log(t))
	wantSame(t, "replay", dump(t, d.Store), dump(t, f))
	report, err := d.Verify(context.Background())
	must(t, err)
	if !report.OK {
		t.Errorf("verify: %v", report.Problems)
	}
}

func TestTwoWritersConvergeInAnyCausalOrder(t *testing.T) {
	disputes := 0 // so that the test knows that it tested something
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			d := twoDesks(t)
			d[1].clock.t = d[1].clock.t.Add(time.Duration(r.IntN(7200)-3600) * time.Second)
			var shared []string
			forms := [2]map[string]app.Form{{}, {}}
			for range 5 {
				for range 12 {
					i := r.IntN(2)
					d[i].act(t, r, &shared, forms[i])
				}
				if r.IntN(3) > 0 {
					i := r.IntN(2)
					receive(t, d[i].Store, d[1-i].log(t))
				}
			}
			a, b := d[0].log(t), d[1].log(t)
			receive(t, d[0].Store, b)
			receive(t, d[1].Store, a)
			wantSame(t, "two desks", dump(t, d[0].Store), dump(t, d[1].Store))

			// A third hears them in yet another causal order: an entry of either, as
			// the coin falls, but each desk's in its own order.
			f := d[0].fresh(t)
			a, b = d[0].log(t), d[1].log(t)
			var mixed []oplog.Entry
			for len(a) > 0 || len(b) > 0 {
				if len(b) == 0 || (len(a) > 0 && r.IntN(2) == 0) {
					mixed, a = append(mixed, a[0]), a[1:]
				} else {
					mixed, b = append(mixed, b[0]), b[1:]
				}
			}
			receive(t, f, mixed)
			wantSame(t, "a third", dump(t, d[0].Store), dump(t, f))
			var n int
			must(t, f.conn.QueryRowContext(context.Background(), `SELECT (SELECT count(*) FROM conflict) + (SELECT sum(voided) FROM ticket_state)`).Scan(&n))
			disputes += n
			for _, d := range d {
				found, err := d.Registry.Find(context.Background(), d.by, "样例", "", 1000)
				must(t, err)
				var alive int
				must(t, d.read.QueryRowContext(context.Background(), `SELECT count(*) FROM resident WHERE deleted = 0`).Scan(&alive))
				if len(found) != alive {
					t.Errorf("the search knows %d residents, the table %d", len(found), alive)
				}
			}
		})
	}
	if disputes == 0 {
		t.Error("no two desks ever disagreed")
	}
}

func TestOneSubmissionOpenedAtTwoDesksIsOneCase(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	_, err := d[0].Kiosk.Submit(ctx, app.Submission{Kind: app.SubmitProblem, Words: "样例问题"})
	must(t, err)
	receive(t, d[1].Store, d[0].log(t))
	var ids []string
	for _, d := range d {
		items, err := d.Inbox.Inbox(ctx, d.by)
		must(t, err)
		c, err := d.Inbox.OpenSubmission(ctx, d.by, items[0].ID)
		must(t, err)
		ids = append(ids, c.ID)
		d.clock.t = d.clock.t.Add(time.Second)
	}
	if ids[0] != ids[1] {
		t.Fatalf("two cases: %v", ids)
	}
	a, b := d[0].log(t), d[1].log(t)
	receive(t, d[0].Store, b)
	receive(t, d[1].Store, a)
	wantSame(t, "two desks", dump(t, d[0].Store), dump(t, d[1].Store))
	for _, d := range d {
		list, err := d.Cases.Cases(ctx, d.by, app.CaseFilter{})
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("%d cases", len(list))
		}
		_, story, err := d.Cases.Case(ctx, d.by, ids[0])
		must(t, err)
		if len(story) != 1 || story[0].Void {
			t.Errorf("story %+v; the case was opened once", story)
		}
		items, err := d.Inbox.Inbox(ctx, d.by)
		must(t, err)
		if len(items) != 1 || !items[0].Opened {
			t.Errorf("inbox %d items", len(items))
		}
		var disputed int
		must(t, d.read.QueryRowContext(ctx, `SELECT count(*) FROM conflict`).Scan(&disputed))
		if disputed != 0 {
			t.Errorf("%d rows are put to people to settle, who can settle nothing there", disputed)
		}
	}
}

func TestNoErrorQuotesASealedValue(t *testing.T) {
	// A damaged cell is told by its place, never by what is in it.
	d := twoDesks(t)[0]
	const secret = "样例秘密地址"
	_, err := d.unseal("resident", "r1", "address", secret)
	if err == nil || strings.Contains(err.Error(), secret) || app.CodeOf(err) != app.CodeDamaged {
		t.Errorf("err = %v", err)
	}
	sealed := d.seal("resident", "r1", "address", secret)
	_, err = d.unseal("resident", "r2", "address", sealed)
	if app.CodeOf(err) != app.CodeDamaged {
		t.Errorf("a value moved to another row opens: %v", err)
	}
}
