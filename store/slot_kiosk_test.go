package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// A kiosk of its own has no desk's data and no desk's keys.
func TestAKioskOnItsOwnMachineBooks(t *testing.T) {
	ctx := context.Background()
	d := apart(t, 1)[0]
	o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d.clock}
	kiosk := join(t, d, RoleKiosk, []int{10, 11, 12}, filepath.Join(t.TempDir(), "kiosk"), o)
	must(t, d.Write(ctx, Action{Actor: d.by, Verb: "device.add"}, func(tx *Tx) error { return tx.putDevice(kiosk.origin, "自助机", RoleKiosk, []int{10}) }))
	exchanged := func() {
		t.Helper()
		for _, way := range []struct {
			from, to *desk
			part     string
		}{{kiosk, d, oplog.Public}, {kiosk, d, oplog.Intake}, {d, kiosk, oplog.Public}} {
			scope := oplog.HallScope(d.hall, way.part)
			there, err := way.to.Replica().Heads(ctx, scope)
			must(t, err)
			cover, err := exchange.CoverOf(ctx, way.from.Replica(), scope, there.List())
			must(t, err)
			p, err := way.from.Replica().Missing(ctx, scope, cover, exchange.Cursor{})
			must(t, err)
			rec, err := way.to.Replica().Accept(ctx, oplog.Batch{Scope: scope, Items: p.Items})
			must(t, err)
			must(t, rec.Fault)
		}
	}
	unit := d.deal(t, kiosk, 1)[0]
	exchanged()
	first, second := kiosk.book(t), kiosk.book(t)
	if first.State != app.AppointmentBooked || second.State != app.AppointmentWaiting || first.Number[6:8] != "10" {
		t.Errorf("%+v, %+v", first, second)
	}
	exchanged()
	for _, a := range d.openAll(t) {
		if a.Number != second.Number {
			if a.State != app.AppointmentBooked || a.SlotID != unit.ID || a.UnitLost || d.slot(t, unit.ID).AppointmentID != a.ID {
				t.Errorf("%+v", a)
			}
			continue
		}
		_, err := d.Appointments.Do(ctx, d.by, a.ID, app.AppointmentStepConfirm, "请到一号窗口")
		must(t, err)
	}
	exchanged()
	told, err := kiosk.Booking.Booking(ctx, second.Number, second.Code)
	must(t, err)
	if told.State != app.AppointmentBooked || told.Words != "请到一号窗口" {
		t.Errorf("told %+v", told)
	}
	d.clock.t = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	if _, err := kiosk.Booking.CheckIn(ctx, second.Number, second.Code); app.CodeOf(err) != app.CodeWrongState {
		t.Errorf("let in without a unit: %v", err)
	}
	taken, err := kiosk.Booking.CheckIn(ctx, first.Number, first.Code)
	must(t, err)
	exchanged()
	arrived, err := d.Appointments.Appointments(ctx, d.by, app.AppointmentFilter{})
	must(t, err)
	for _, a := range arrived {
		if a.Number == first.Number && (a.State != app.AppointmentArrived || a.TicketID != taken.Ticket.ID) {
			t.Errorf("%+v", a)
		}
	}
	called, err := d.Queue.CallNext(ctx, d.by)
	must(t, err)
	if called.ID != taken.Ticket.ID {
		t.Errorf("called %s", called.Number)
	}
	// Even an administrator at its keyboard writes nothing beyond a kiosk's rights.
	if _, err := kiosk.Slots.Deal(ctx, d.by, app.DealSlots{BusinessID: d.firstBusiness(t), Day: "2026-11-25", From: "09:00", To: "10:00", Count: 1}); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("the kiosk dealt: %v", err)
	}
	for _, table := range []string{"appointment", "appointment_event", "submission_opened"} {
		if n := kiosk.count(t, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("%d rows of %s at the kiosk", n, table)
		}
	}
}

// What a machine sold after it was taken out of the hall was never sold, on any
// machine, whichever it hears of first.
func TestASaleOfARevokedMachineIsNone(t *testing.T) {
	ctx := context.Background()
	m := apart(t, 3)
	units := m[0].deal(t, m[1], 2)
	meet(t, m...)
	before := m[1].book(t)
	meet(t, m...)
	after := m[1].book(t)
	handOver(t, m[1], m[2]) // hears of the sale, then of the cut
	must(t, m[0].Replicas.RevokeDevice(ctx, m[0].by, m[1].origin.String()))
	meet(t, m...)
	for i, d := range m {
		kept, none := d.slot(t, units[0].ID), d.slot(t, units[1].ID)
		if kept.State != app.SlotSold || kept.Number != before.Number || none.State != app.SlotFree || none.Owner != m[1].origin.String() || len(none.Voided) != 0 {
			t.Errorf("machine %d: %+v, %+v", i, kept, none)
		}
		if told, err := d.Booking.Booking(ctx, before.Number, before.Code); err != nil || told.State != app.AppointmentBooked {
			t.Errorf("machine %d tells of the first: %s, %v", i, told.State, err)
		}
		if _, err := d.Booking.Booking(ctx, after.Number, after.Code); app.CodeOf(err) != app.CodeWrongSecret {
			t.Errorf("machine %d tells of the second: %v", i, err)
		}
	}
	if list := m[0].openAll(t); len(list) != 1 || list[0].Number != before.Number {
		t.Errorf("%d appointments", len(list))
	}
	meet(t, m...)
	want := folds(t, m[0].Store)
	for _, d := range m[1:] {
		wantSame(t, "a revoked machine's sale", want, folds(t, d.Store))
	}
}
