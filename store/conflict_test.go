package store

import (
	"context"
	"testing"

	"linli/app"
)

// saveOccupation edits one column through a form that was opened before.
func (d *desk) saveOccupation(tb testing.TB, form app.Form, value string) {
	tb.Helper()
	_, err := d.Registry.Save(context.Background(), d.by, form, map[string]string{"occupation": value})
	must(tb, err)
}

func (d *desk) form(tb testing.TB, id string) app.Form {
	tb.Helper()
	_, form, err := d.Registry.Resident(context.Background(), d.by, id)
	must(tb, err)
	return form
}

// inConflict are two desks of which each changed the same column of one resident.
func inConflict(tb testing.TB) (d [2]*desk, id string) {
	tb.Helper()
	d = twoDesks(tb)
	id, err := d[0].Registry.Save(context.Background(), d[0].by, app.Form{}, map[string]string{"name": "样例甲", "occupation": "无"})
	must(tb, err)
	handOver(tb, d[0], d[1])
	a, b := d[0].form(tb, id), d[1].form(tb, id)
	d[0].saveOccupation(tb, a, "教师")
	d[1].saveOccupation(tb, b, "医生")
	handOver(tb, d[0], d[1])
	handOver(tb, d[1], d[0])
	return d, id
}

func (d *desk) conflicts(tb testing.TB) []app.Conflict {
	tb.Helper()
	list, err := d.Replicas.Conflicts(context.Background(), d.by)
	must(tb, err)
	return list
}

func TestBothDesksListTheSameConflictAndOneDecides(t *testing.T) {
	ctx := context.Background()
	d, id := inConflict(t)
	a, b := d[0].conflicts(t), d[1].conflicts(t)
	if len(a) != 1 || len(b) != 1 || a[0].ID != b[0].ID || a[0].Row != id || a[0].Column != "occupation" || len(a[0].Values) != 2 {
		t.Fatalf("%+v and %+v", a, b)
	}
	if a[0].Values[0].Value != b[0].Values[0].Value || a[0].Values[0].Where == a[0].Values[1].Where {
		t.Errorf("%+v and %+v", a[0].Values, b[0].Values)
	}
	// The value that is shown already is a decision as well.
	for _, take := range []int{0, 1} {
		want := a[0].Values[take].Value
		must(t, d[0].Replicas.Resolve(ctx, d[0].by, a[0].ID, take))
		handOver(t, d[0], d[1])
		for i, one := range d {
			if got := one.value(t, `SELECT occupation FROM resident WHERE id = ?`, id); got != want || len(one.conflicts(t)) != 0 {
				t.Errorf("desk %d shows %v after taking %d, want %v; %d conflicts", i, got, take, want, len(one.conflicts(t)))
			}
		}
		wantAlike(t, d[0], d[1])
		must(t, d[0].Replicas.UndoResolve(ctx, d[0].by, a[0].ID))
		handOver(t, d[0], d[1])
		wantAlike(t, d[0], d[1])
		again := d[1].conflicts(t)
		if len(again) != 1 || again[0].Values[0].Value != a[0].Values[0].Value || again[0].Values[1].Value != a[0].Values[1].Value {
			t.Fatalf("undone, it is %+v", again)
		}
		a = d[0].conflicts(t)
	}
}

// Two administrators set one person's PIN apart. Which of the two holds is decided without seeing what it is made of.
func TestNobodySeesThePINsInAConflict(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	id, err := d[0].Staff.AddStaff(ctx, d[0].by, app.Staff{Name: "样例乙", Role: app.RoleClerk}, "135791")
	must(t, err)
	handOver(t, d[0], d[1])
	must(t, d[0].Staff.ChangePIN(ctx, d[0].by, id, "", "246813"))
	must(t, d[1].Staff.ChangePIN(ctx, d[1].by, id, "", "357924"))
	handOver(t, d[0], d[1])
	list := d[1].conflicts(t)
	if len(list) != 1 || list[0].Column != "pin" || len(list[0].Values) != 2 {
		t.Fatalf("%+v", list)
	}
	for _, v := range list[0].Values {
		if v.Value != "****" {
			t.Error("the list shows what a PIN is made of")
		}
	}
	must(t, d[1].Replicas.Resolve(ctx, d[1].by, list[0].ID, 1))
	if _, err := d[1].Staff.SignIn(ctx, "样例乙", "246813", d[1].by.WindowID); err != nil {
		t.Errorf("the one that was chosen does not hold: %v", err)
	}
}

func TestADecisionIsOnlyAboutWhatWasSeen(t *testing.T) {
	ctx := context.Background()
	d, id := inConflict(t)
	seen := d[0].conflicts(t)[0]
	d[1].saveOccupation(t, d[1].form(t, id), "司机") // over the shown value only
	handOver(t, d[1], d[0])
	if err := d[0].Replicas.Resolve(ctx, d[0].by, seen.ID, 1); app.CodeOf(err) != app.CodeStale {
		t.Errorf("decided what was not seen: %v", err)
	}
	if got := d[0].conflicts(t); len(got) != 1 || len(got[0].Values) != 2 {
		t.Errorf("an ordinary edit settled a conflict: %+v", got)
	}
	now := d[0].conflicts(t)[0]
	must(t, d[0].Replicas.Resolve(ctx, d[0].by, now.ID, 0))
	d[0].saveOccupation(t, d[0].form(t, id), "木匠")
	if err := d[0].Replicas.UndoResolve(ctx, d[0].by, now.ID); app.CodeOf(err) != app.CodeStale {
		t.Errorf("undone although the column has changed since: %v", err)
	}
}

// Whoever chooses between two values has looked at one column. That the record was taken away meanwhile is not undone by it.
func TestADecisionDoesNotBringARecordBack(t *testing.T) {
	ctx := context.Background()
	d, id := inConflict(t)
	seen := d[0].conflicts(t)[0]
	must(t, d[1].Write(ctx, Action{Actor: d[1].by, Verb: "resident.delete"}, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE resident SET deleted = 1 WHERE id = ?`, id)
		return err
	}))
	handOver(t, d[1], d[0])
	must(t, d[0].Replicas.Resolve(ctx, d[0].by, seen.ID, 1))
	handOver(t, d[0], d[1])
	for i, one := range d {
		if one.value(t, `SELECT deleted FROM resident WHERE id = ?`, id) != int64(1) {
			t.Errorf("desk %d has the record back", i)
		}
	}
	wantAlike(t, d[0], d[1])
}

func TestHowFarARecordHasCome(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	id, err := d[0].Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	want := func(reach app.Reach) {
		t.Helper()
		if got, err := d[0].Replicas.Reach(ctx, "resident", id); err != nil || got != reach {
			t.Errorf("%q, %v; want %q", got, err, reach)
		}
	}
	want(app.ReachHere)
	told := func(kind app.PeerKind, log string) {
		t.Helper()
		for _, scope := range d[1].all() {
			heads, err := d[1].Replica().Heads(ctx, scope)
			must(t, err)
			d[0].Witness(kind, log).Holds(log, scope, heads.List())
		}
	}
	told(app.PeerLAN, "desk")
	want(app.ReachHere)
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	told(app.PeerLAN, "desk")
	want(app.ReachHall)
	told(app.PeerHub, "hub")
	want(app.ReachCentre)
	// The hub lost its disk: what it said holds no more.
	for _, scope := range d[1].all() {
		d[0].Witness(app.PeerHub, "hub").Holds("hub", scope, nil)
	}
	want(app.ReachHall)
	must(t, d[0].Store.Revoke(ctx, d[0].by, d[1].origin))
	want(app.ReachHall)
}

func TestPossibleDuplicatesAreNoConflicts(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	for i, name := range []string{"样例甲", "样例甲"} {
		_, err := d[i].Registry.Save(ctx, d[i].by, app.Form{}, map[string]string{"name": name, "id_number": "110101194903070014"})
		must(t, err)
	}
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	if n := len(d[0].conflicts(t)); n != 0 {
		t.Errorf("%d conflicts", n)
	}
	list, err := d[0].Replicas.Attention(ctx, d[0].by)
	must(t, err)
	if len(list) != 1 || list[0].Kind != app.AttendDuplicate {
		t.Fatalf("%+v", list)
	}
	must(t, d[0].Replicas.Settle(ctx, d[0].by, list[0].Kind, list[0].Subject))
	if list, _ = d[0].Replicas.Attention(ctx, d[0].by); len(list) != 0 {
		t.Errorf("seen to, it is still there: %+v", list)
	}
}

// Two windows call one number while they are apart: one call stands, the other is
// kept and shown.
func TestTheSecondCallOfANumberIsVoidAndShown(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	businesses, err := d[0].Public.Businesses(ctx)
	must(t, err)
	_, err = d[0].Queue.TakeAtDesk(ctx, d[0].by, app.TakeTicket{BusinessID: businesses[0].ID})
	must(t, err)
	handOver(t, d[0], d[1])
	for _, one := range d {
		_, err := one.Queue.CallNext(ctx, one.by)
		must(t, err)
	}
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	for i, one := range d {
		list, err := one.Replicas.Voided(ctx, one.by)
		must(t, err)
		if len(list) != 1 || list[0].Kind != "ticket" || list[0].Step != string(app.StepCall) {
			t.Errorf("desk %d: %+v", i, list)
		}
	}
	wantAlike(t, d[0], d[1])
}
