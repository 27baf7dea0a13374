package store

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// all are the scopes of a desk.
func (d *desk) all() []oplog.Scope { return d.scopes() }

// handOver gives everything that to lacks, in from's own order and in pages, as an exchange does.
func handOver(tb testing.TB, from, to *desk) (fresh int) {
	tb.Helper()
	ctx := context.Background()
	for _, scope := range from.all() {
		there, err := to.Replica().Heads(ctx, scope)
		must(tb, err)
		cover, err := exchange.CoverOf(ctx, from.Replica(), scope, there.List())
		must(tb, err)
		for after, more := (exchange.Cursor{}), true; more; {
			p, err := from.Replica().Missing(ctx, scope, cover, after)
			must(tb, err)
			after, more = p.Next, p.More
			if len(p.Items) == 0 {
				continue
			}
			rec, err := to.Replica().Accept(ctx, oplog.Batch{Scope: scope, Items: p.Items})
			must(tb, err)
			must(tb, rec.Fault)
			fresh += rec.Fresh
		}
	}
	return fresh
}

func wantAlike(tb testing.TB, a, b *desk) {
	tb.Helper()
	for _, scope := range a.all() {
		x, err := a.Replica().Digest(context.Background(), scope)
		must(tb, err)
		y, err := b.Replica().Digest(context.Background(), scope)
		must(tb, err)
		if x != y {
			tb.Errorf("%s: %v and %v", scope.Part(), x, y)
		}
	}
	wantSame(tb, "rows", dump(tb, a.Store), dump(tb, b.Store))
	for _, d := range []*desk{a, b} {
		r, err := d.Verify(context.Background())
		must(tb, err)
		if !r.OK {
			tb.Errorf("verify: %v", r.Problems)
		}
	}
}

func TestTwoDesksExchangeAndAreAlike(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	for i, one := range d {
		id, err := one.Registry.Save(ctx, one.by, app.Form{}, map[string]string{"name": fmt.Sprintf("样例%d", i), "occupation": "一"})
		must(t, err)
		_, err = one.Visits.Register(ctx, one.by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone})
		must(t, err)
	}
	if handOver(t, d[0], d[1]) == 0 || handOver(t, d[1], d[0]) == 0 {
		t.Fatal("nothing was new to the other")
	}
	if n := handOver(t, d[0], d[1]) + handOver(t, d[1], d[0]); n != 0 {
		t.Errorf("%d entries again", n)
	}
	wantAlike(t, d[0], d[1])
}

// A page that is handed over twice, and one that begins in the middle, do no harm.
func TestABatchAgainAndABatchTooEarly(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	scope := oplog.HallScope(d[0].hall, oplog.Desk)
	for i := range 5 {
		_, err := d[0].Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"name": fmt.Sprintf("样例%d", i)})
		must(t, err)
	}
	there, err := d[1].Replica().Heads(ctx, scope)
	must(t, err)
	cover, err := exchange.CoverOf(ctx, d[0].Replica(), scope, there.List())
	must(t, err)
	p, err := d[0].Replica().Missing(ctx, scope, cover, exchange.Cursor{})
	must(t, err)
	late := oplog.Batch{Scope: scope, Items: p.Items[2:]}
	if rec, err := d[1].Replica().Accept(ctx, late); err != nil || exchange.FaultWord(rec.Fault) != exchange.FaultGap || rec.Fresh != 0 {
		t.Errorf("a batch too early: %+v, %v", rec, err)
	}
	for range 2 {
		rec, err := d[1].Replica().Accept(ctx, oplog.Batch{Scope: scope, Items: p.Items})
		must(t, err)
		must(t, rec.Fault)
	}
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	wantAlike(t, d[0], d[1])
}

// What a machine wrote after it was cut is void on every replica, whichever came
// first, and its rows are as if it had never been.
func TestWhatACutMachineWroteIsVoidInAnyOrder(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	id, err := d[1].Registry.Save(ctx, d[1].by, app.Form{}, map[string]string{"name": "样例甲", "occupation": "先"})
	must(t, err)
	handOver(t, d[1], d[0])

	// The other machine, away, goes on: an edit, a new resident, a visit, a ticket.
	_, form, err := d[1].Registry.Resident(ctx, d[1].by, id)
	must(t, err)
	_, err = d[1].Registry.Save(ctx, d[1].by, form, map[string]string{"name": "样例甲", "occupation": "后"})
	must(t, err)
	other, err := d[1].Registry.Save(ctx, d[1].by, app.Form{}, map[string]string{"name": "样例乙"})
	must(t, err)
	_, err = d[1].Visits.Register(ctx, d[1].by, app.NewVisit{ResidentID: other, Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone})
	must(t, err)
	businesses, err := d[1].Public.Businesses(ctx)
	must(t, err)
	_, err = d[1].Queue.TakeAtDesk(ctx, d[1].by, app.TakeTicket{BusinessID: businesses[0].ID})
	must(t, err)

	must(t, d[0].Revoke(ctx, d[0].by, d[1].origin))
	if got := d[0].known.cuts.Cut([]oplog.Origin{d[1].origin}); !got {
		t.Fatal("the hall does not know its own statement")
	}
	// d0 learns of the work after the cut, d1 of the cut after the work.
	handOver(t, d[1], d[0])
	handOver(t, d[0], d[1])
	for i, one := range d {
		if got := one.value(t, `SELECT occupation FROM resident WHERE id = ?`, id); got != "先" {
			t.Errorf("desk %d shows %v", i, got)
		}
		for _, q := range []string{`SELECT count(*) FROM resident WHERE id = '` + other + `'`, `SELECT count(*) FROM visit`, `SELECT count(*) FROM visit_state`, `SELECT count(*) FROM ticket`, `SELECT count(*) FROM ticket_state`} {
			if got := one.value(t, q); got != int64(0) {
				t.Errorf("desk %d: %s answers %v", i, q, got)
			}
		}
		if got := one.value(t, `SELECT count(*) FROM entry WHERE verdict <> 0`); got != int64(4) {
			t.Errorf("desk %d has %v void entries", i, got)
		}
	}
	wantAlike(t, d[0], d[1])
	must(t, d[1].Rebuild(ctx))
	wantAlike(t, d[0], d[1])
	// The machine itself knows now, and its work goes nowhere: it is told.
	if _, err := d[1].Registry.Save(ctx, d[1].by, app.Form{}, map[string]string{"name": "样例丙"}); app.CodeOf(err) != app.CodeRevoked {
		t.Errorf("a cut machine wrote: %v", err)
	}
}

// A folder that was put back from a copy with its head file finds out from a peer
// that holds more of it, and goes on as somebody new; nothing is lost and nothing is numbered twice.
func TestAPeerThatHoldsMoreOfMeMakesMeSomebodyNew(t *testing.T) {
	ctx := context.Background()
	root := t.TempDir()
	d := twoDesks(t)
	copied := filepath.Join(root, "copy")
	o := Options{Program: "test", Keys: d[1].keys, Clock: d[1].clock}
	open := func(dir string) *desk {
		t.Helper()
		s, err := Open(ctx, dir, o)
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return &desk{Store: s, Hall: s.Hall(), clock: d[1].clock, by: d[1].by}
	}
	must(t, d[1].Close())
	must(t, open(d[1].dir).Close())
	must(t, os.CopyFS(copied, os.DirFS(d[1].dir)))
	one := open(d[1].dir)
	_, err := one.Registry.Save(ctx, one.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	handOver(t, one, d[0])
	must(t, one.Close())

	two := open(copied)
	back := two.Store
	before, log, machine := back.origin, back.Replica().ID(), back.machine
	_, err = two.Registry.Save(ctx, two.by, app.Form{}, map[string]string{"name": "样例乙"}) // as the old origin: a branch
	must(t, err)
	handOver(t, d[0], two)
	if back.origin == before || back.Replica().ID() == log || back.machine == machine {
		t.Error("it goes on as the same writer")
	}
	_, err = two.Registry.Save(ctx, two.by, app.Form{}, map[string]string{"name": "样例丙"})
	must(t, err)
	handOver(t, two, d[0])
	handOver(t, d[0], two)
	for _, one := range []*desk{d[0], two} {
		if got := one.value(t, `SELECT count(*) FROM resident`); got != int64(3) {
			t.Errorf("%v residents", got)
		}
	}
	wantAlike(t, d[0], two)
}

// A machine that another one admitted has no authority: its successor is vouched
// for by the origin before it.
func TestAnAdmittedDeskGoesOnWithoutTheAuthority(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	dir, keys := filepath.Join(t.TempDir(), "joined"), seal.NewKeyFiles(t.TempDir())
	o := Options{Program: "test", Keys: keys, Clock: d[0].clock}
	joined := join(t, d[0], RoleDesk, []int{7, 8, 9}, dir, o)
	if n := handOver(t, d[0], joined); n == 0 {
		t.Fatal("nothing came")
	}
	id, err := joined.Registry.Save(ctx, joined.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	handOver(t, joined, d[0])
	wantAlike(t, d[0], joined)
	backup := filepath.Join(t.TempDir(), "b.linlibackup")
	must(t, joined.BackupTo(ctx, backup))
	must(t, joined.Close())

	again := filepath.Join(t.TempDir(), "again")
	must(t, Restore(ctx, backup, again, o, ""))
	s, err := Open(ctx, again, o)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	if s.machine != 8 || s.ring.HasRoot() || len(s.certificate.Line()) != 2 {
		t.Errorf("machine %d, line %v", s.machine, s.certificate.Line())
	}
	back := &desk{Store: s, Hall: s.Hall(), clock: d[0].clock, by: d[0].by}
	_, form, err := back.Registry.Resident(ctx, back.by, id)
	must(t, err)
	_, err = back.Registry.Save(ctx, back.by, form, map[string]string{"name": "样例甲", "occupation": "二"})
	must(t, err)
	handOver(t, back, d[0])
	handOver(t, d[0], back)
	wantAlike(t, d[0], back)
}

// A kiosk on a machine of its own holds what is public and nothing else, and what
// it writes about a person goes out and never comes back.
func TestAKioskOnItsOwnMachine(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d[0].clock}
	kiosk := join(t, d[0], RoleKiosk, []int{10, 11, 12}, filepath.Join(t.TempDir(), "kiosk"), o)
	public := oplog.HallScope(d[0].hall, oplog.Public)
	give := func(from, to *desk, scope oplog.Scope) {
		t.Helper()
		there, err := to.Replica().Heads(ctx, scope)
		must(t, err)
		cover, err := exchange.CoverOf(ctx, from.Replica(), scope, there.List())
		must(t, err)
		p, err := from.Replica().Missing(ctx, scope, cover, exchange.Cursor{})
		must(t, err)
		rec, err := to.Replica().Accept(ctx, oplog.Batch{Scope: scope, Items: p.Items})
		must(t, err)
		must(t, rec.Fault)
	}
	give(d[0], kiosk, public)
	businesses, err := kiosk.Public.Businesses(ctx)
	must(t, err)
	taken, err := kiosk.Kiosk.TakeTicket(ctx, app.TakeTicket{BusinessID: businesses[0].ID, Lane: app.LanePriority})
	must(t, err)
	receipt, err := kiosk.Kiosk.Submit(ctx, app.Submission{Kind: app.SubmitProblem, Category: "road", Words: "样例来件"})
	must(t, err)
	give(kiosk, d[0], public)
	give(kiosk, d[0], oplog.HallScope(d[0].hall, oplog.Intake))
	called, err := d[0].Queue.CallNext(ctx, d[0].by)
	must(t, err)
	if called.ID != taken.Ticket.ID || called.Number != "A10-001" {
		t.Errorf("called %v", called.Number)
	}
	inbox, err := d[0].Inbox.Inbox(ctx, d[0].by)
	must(t, err)
	if len(inbox) != 1 || inbox[0].Receipt != receipt.Number || inbox[0].Body.Words != "样例来件" {
		t.Errorf("the inbox has %d items", len(inbox))
	}
	give(d[0], kiosk, public)
	if got, err := kiosk.Queue.Ticket(ctx, taken.Ticket.ID); err != nil || got.State != app.TicketCalled {
		t.Errorf("the kiosk does not see the call: %v, %v", got.State, err)
	}
	// Desk data is refused at the kiosk's own door, and nothing of it is there.
	page, err := d[0].Replica().Missing(ctx, oplog.HallScope(d[0].hall, oplog.Desk), &oplog.Cover{}, exchange.Cursor{})
	must(t, err)
	if rec, err := kiosk.Replica().Accept(ctx, oplog.Batch{Scope: oplog.HallScope(d[0].hall, oplog.Desk), Items: page.Items}); err != nil || rec.Fault == nil || rec.Fresh > 0 {
		t.Errorf("the kiosk took desk data: %+v, %v", rec, err)
	}
	// Even an administrator at the kiosk's keyboard writes nothing beyond a kiosk's rights.
	if _, err := kiosk.Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"grid": "一"}); app.CodeOf(err) != app.CodeForbidden && app.CodeOf(err) != app.CodeRequired {
		t.Errorf("the kiosk wrote a resident: %v", err)
	}
	for _, table := range []string{"resident", "staff", "visit", "case"} {
		if got := kiosk.value(t, `SELECT count(*) FROM `+quote(table)); got != int64(0) {
			t.Errorf("%s: %v rows at the kiosk", table, got)
		}
	}
}

// join makes a machine that d admits.
func join(tb testing.TB, d *desk, role string, machines []int, dir string, o Options) *desk {
	tb.Helper()
	ctx := context.Background()
	asked, err := NewApplication()
	must(tb, err)
	cert, err := Certify(d.ring, d.hall, role, asked.Key.Public().(ed25519.PublicKey), machines, d.clock.t)
	must(tb, err)
	keys, err := d.ring.Share(role == RoleDesk, asked.Wrap.PublicKey())
	must(tb, err)
	must(tb, asked.Join(ctx, dir, Admitted{Certificate: cert, Keys: keys}, o))
	s, err := Open(ctx, dir, o)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return &desk{Store: s, Hall: s.Hall(), clock: d.clock, by: d.by}
}

// Two machines write while a third hands both around: everybody watches the scopes that they ask for.
func TestWatchersAreWokenForTheirScopes(t *testing.T) {
	d := twoDesks(t)
	r := d[0].Replica()
	desk, stop := r.Watch(oplog.HallScope(d[0].hall, oplog.Desk))
	defer stop()
	care, stopCare := r.Watch(oplog.HallScope(d[0].hall, oplog.Care))
	defer stopCare()
	_, err := d[0].Registry.Save(context.Background(), d[0].by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	select {
	case <-desk:
	case <-time.After(10 * time.Second):
		t.Error("nobody was woken")
	}
	if len(care) != 0 {
		t.Error("another scope's watcher was woken")
	}
	if slices.Contains(d[0].all(), "hall/other/desk") {
		t.Error("another hall's scope")
	}
}

// Entries about a table that only a newer program knows are kept and passed on, and
// become rows when this machine is brought up to date.
func TestATableOfANewerProgramWaits(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	older := d[1].capture.tables["notice"]
	delete(d[1].capture.tables, "notice")
	id, err := d[0].Notices.SaveNotice(ctx, d[0].by, app.Form{}, app.Notice{Category: app.NoticeCategories()[0], Title: app.Text{ZH: "样例"}, Body: app.Text{ZH: "样例"}, ValidFrom: "2026-11-23", ValidTo: "2026-11-30"})
	must(t, err)
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	public := oplog.HallScope(d[0].hall, oplog.Public)
	x, err := d[0].Replica().Digest(ctx, public)
	must(t, err)
	y, err := d[1].Replica().Digest(ctx, public)
	must(t, err)
	if x.Vector != y.Vector {
		t.Error("the older program has not taken everything")
	}
	if got := d[1].value(t, `SELECT count(*) FROM notice WHERE id = ?`, id); got != int64(0) {
		t.Error("the older program has made a row")
	}
	d[1].capture.tables["notice"] = older
	must(t, d[1].learnTables(ctx))
	if got := d[1].value(t, `SELECT count(*) FROM notice WHERE id = ?`, id); got != int64(1) {
		t.Error("the newer program has no row")
	}
	handOver(t, d[1], d[0])
	wantAlike(t, d[0], d[1])
}
