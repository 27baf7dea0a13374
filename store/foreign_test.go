package store

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// from answers an entry as another machine of the hall, perhaps with another
// program, could have written it: the next one of d's own that d never wrote.
func (d *desk) from(tb testing.TB, part string, at time.Time, changes ...oplog.Change) oplog.Entry {
	tb.Helper()
	e := oplog.Entry{
		Format: oplog.Format, Scope: oplog.HallScope(d.hall, part), Origin: d.origin, N: 1, Cert: d.cert,
		Action: NewID(), HLC: oplog.NewClock(0).Next(at, d.built), Wall: at.UnixMilli(), Actor: "somebody", Verb: "test.foreign",
		Changes: changes,
	}
	must(tb, e.Seal(rand.Reader))
	return e
}

func cells(of ...any) (list []oplog.Cell) {
	for i := 0; i < len(of); i += 2 {
		list = append(list, oplog.Cell{Column: of[i].(string), Value: of[i+1]})
	}
	return list
}

func (d *desk) value(tb testing.TB, query string, args ...any) (v any) {
	tb.Helper()
	must(tb, d.read.QueryRowContext(context.Background(), query, args...).Scan(&v))
	return v
}

// A value that a column cannot hold stays in the log and shows as nothing, on
// whatever machine and in whatever order it arrives.
func TestAForeignValueOfAnotherKindIsKeptAndShowsNothing(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	day, at := string(d[0].Day(d[0].clock.t)), d[0].clock.t
	sealed := d[1].seal("resident", "r1", "name", "样例甲")
	odd := []oplog.Entry{
		d[1].from(t, "desk", at.Add(1*time.Second), oplog.Change{Table: "resident", Row: "r1", Cells: cells("name", sealed, "phone", "no seal on it", "sex", int64(1), "grid", []byte{1}, "occupation", "a\x00b", "deleted", nil)}),
		d[1].from(t, "desk", at.Add(2*time.Second), oplog.Change{Table: "resident", Row: "r2", Cells: cells("name", []byte("no seal either"), "id_number", sealed, "deleted", "yes")}),
		d[1].from(t, "desk", at.Add(3*time.Second), oplog.Change{Table: "staff", Row: "s1", Cells: cells("role", "clerk", "phone", sealed)}),
		d[1].from(t, "desk", at.Add(4*time.Second), oplog.Change{Table: "visit", Row: "v1", Cells: cells("at", "noon")}),
		d[1].from(t, "desk", at.Add(5*time.Second), oplog.Change{Table: "visit_event", Row: "ve1", Cells: cells("visit", "v1")}),
		d[1].from(t, "desk", at.Add(6*time.Second), oplog.Change{Table: "visit_event", Row: "ve2", Cells: cells("step", "outcome")}),
		d[1].from(t, "desk", at.Add(7*time.Second), oplog.Change{Table: "case", Row: "c1", Cells: cells("at", 1.5)}),
		d[1].from(t, "desk", at.Add(8*time.Second), oplog.Change{Table: "case_event", Row: "ce1", Cells: cells("case", "c1", "step", nil, "at", "x")}),
		d[1].from(t, "public", at.Add(9*time.Second), oplog.Change{Table: "ticket", Row: "t1", Cells: cells("day", day, "at", nil)}),
		d[1].from(t, "public", at.Add(10*time.Second), oplog.Change{Table: "ticket_event", Row: "te1", Cells: cells("ticket", "t1", "step", "take", "at", 2.5)}),
		d[1].from(t, "public", at.Add(11*time.Second), oplog.Change{Table: "hall", Row: d[0].hall, Cells: cells("settings", "{")}),
		d[1].from(t, "public", at.Add(12*time.Second), oplog.Change{Table: "service", Row: "sv1", Cells: cells("name", "样例", "materials", `{"a":1}`, "legal_days", "x")}),
		d[1].from(t, "public", at.Add(13*time.Second), oplog.Change{Table: "rating", Row: "g1", Cells: cells("score", int64(5), "subject", nil)}),
		d[1].from(t, "public", at.Add(14*time.Second), oplog.Change{Table: "rating", Row: "g2", Cells: cells("score", "bad")}),
		d[1].from(t, "intake", at.Add(15*time.Second), oplog.Change{Table: "submission", Row: "sub1", Cells: cells("receipt", nil, "body", "text")}),
		// The same cell again, by somebody who saw nothing of it: a value that fits.
		d[1].from(t, "desk", at.Add(16*time.Second), oplog.Change{Table: "resident", Row: "r1", Cells: cells("sex", "1")}),
	}
	receive(t, d[0].Store, odd)
	if got := d[0].value(t, `SELECT deleted FROM resident WHERE id = 'r1'`); got != int64(0) {
		t.Errorf("deleted is %v", got)
	}
	for _, column := range []string{"phone", "grid", "occupation"} {
		if got := d[0].value(t, `SELECT `+column+` FROM resident WHERE id = 'r1'`); got != nil {
			t.Errorf("%s shows %v", column, got)
		}
	}
	if got := d[0].value(t, `SELECT sex FROM resident WHERE id = 'r1'`); got != "1" {
		t.Errorf("sex is %v after a value that fits", got)
	}

	// Nothing that a face reads fails because of it.
	for what, read := range map[string]func() error{
		"sign-in list": func() error { _, err := d[0].Staff.Staff(ctx); return err },
		"waiting":      func() error { _, err := d[0].Queue.Waiting(ctx, ""); return err },
		"board":        func() error { _, err := d[0].Public.Board(ctx); return err },
		"services":     func() error { _, err := d[0].Public.Services(ctx, ""); return err },
		"visits":       func() error { _, err := d[0].Visits.Visits(ctx, d[0].by, app.VisitFilter{}); return err },
		"cases":        func() error { _, err := d[0].Cases.Cases(ctx, d[0].by, app.CaseFilter{}); return err },
		"checks":       func() error { _, err := d[0].Cases.Checks(ctx, d[0].by); return err },
		"inbox":        func() error { _, err := d[0].Inbox.Inbox(ctx, d[0].by); return err },
		"resident":     func() error { _, _, err := d[0].Registry.Resident(ctx, d[0].by, "r1"); return err },
		"history":      func() error { _, err := d[0].Registry.History(ctx, d[0].by, "r1"); return err },
	} {
		if err := read(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}

	// The order of arrival makes no difference, nor does a replay.
	backwards := d[0].fresh(t)
	own := d[0].log(t)
	base := own[:len(own)-len(odd)]
	receive(t, backwards, base)
	for i := range odd {
		receive(t, backwards, odd[len(odd)-1-i:len(odd)-i])
	}
	wantSame(t, "backwards", dump(t, d[0].Store), dump(t, backwards))
	forwards := d[0].fresh(t)
	receive(t, forwards, own)
	wantSame(t, "forwards", dump(t, d[0].Store), dump(t, forwards))
}

// What a machine writes after it has seen something is later than that, whatever
// its own clock says, also after it was closed in between.
func TestWritingAfterReadingIsLater(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	id, err := d[0].Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"name": "样例甲", "occupation": "一"})
	must(t, err)
	handOver(t, d[0], d[1])
	d[0].clock.t = d[0].clock.t.Add(24 * time.Hour)
	_, form, err := d[0].Registry.Resident(ctx, d[0].by, id)
	must(t, err)
	_, err = d[0].Registry.Save(ctx, d[0].by, form, map[string]string{"occupation": "二"})
	must(t, err)
	handOver(t, d[0], d[1])
	saved := d[1].value(t, `SELECT hlc FROM replica`).(int64)
	newest := d[1].value(t, `SELECT max(hlc) FROM entry`).(int64)
	if saved < newest {
		t.Error("the clock that is saved is behind what was seen: after a start the next write would be, too")
	}
	_, err = d[1].Registry.Save(ctx, d[1].by, form, map[string]string{"occupation": "三"})
	must(t, err)
	list := d[1].log(t)
	if own := list[len(list)-1]; own.HLC <= oplog.HLC(newest) {
		t.Error("a write is earlier than what its author had seen")
	}
}

// A stamp of the far future moves nobody's clock, but it is the greatest all the
// same: the row shows what every replica will show.
func TestAWriteBesideAValueOfTheFarFutureShowsTheGreatest(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	id, err := d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例甲", "occupation": "一"})
	must(t, err)
	_, form, err := d.Registry.Resident(ctx, d.by, id)
	must(t, err)
	e := d.from(t, "desk", d.clock.t, oplog.Change{Table: "resident", Row: id, Cells: cells("occupation", "未来")})
	e.HLC, e.Changes[0].Salt = oplog.MaxHLC, [16]byte{}
	must(t, e.Seal(rand.Reader))
	receive(t, d.Store, []oplog.Entry{e})
	_, err = d.Registry.Save(ctx, d.by, form, map[string]string{"occupation": "三"})
	must(t, err)
	if got := d.value(t, `SELECT occupation FROM resident WHERE id = ?`, id); got != "未来" {
		t.Errorf("shown is %v", got)
	}
	f := d.fresh(t)
	receive(t, f, d.log(t))
	wantSame(t, "replay", dump(t, d.Store), dump(t, f))
}
