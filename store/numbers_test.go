package store

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"linli/app"
	"linli/app/slot"
	"linli/store/seal"
	"linli/sync/oplog"
)

// Two kiosks and a desk that have no contact for days give numbers by the thousand, and none twice: tickets, receipts of
// submissions and of cases, units of appointments. Units are sold fewer in every run, because the code of each costs a
// deliberate 35 ms; LINLI_SOAK=1 sells a thousand.
func TestMachinesApartNeverGiveANumberTwice(t *testing.T) {
	const each = 1000
	units := 20
	if os.Getenv("LINLI_SOAK") == "1" {
		units = each
	}
	ctx := context.Background()
	d := twoDesks(t)[0]
	d.clock.t = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	machines := []*desk{d}
	for i := range 2 {
		o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: &handClock{d.clock.t}}
		kiosk := join(t, d, RoleKiosk, []int{10 + 3*i, 11 + 3*i, 12 + 3*i}, filepath.Join(t.TempDir(), "kiosk"), o)
		kiosk.clock = o.Clock.(*handClock)
		must(t, d.Write(ctx, Action{Actor: d.by, Verb: "device.add"}, func(tx *Tx) error {
			return tx.putDevice(kiosk.origin, "自助机", RoleKiosk, kiosk.certificate.Machines)
		}))
		machines = append(machines, kiosk)
	}
	day := stretch
	day.Day, day.BusinessID = "2026-11-28", d.firstBusiness(t)
	for i, m := range machines {
		day.Owner = m.origin.String()
		for dealt := 0; dealt < units; dealt += day.Count {
			day.First, day.Count = 1+i*units+dealt, min(slot.MaxDeal, units-dealt)
			_, err := d.Slots.Deal(ctx, d.by, day)
			must(t, err)
		}
	}
	public, intake := oplog.HallScope(d.hall, oplog.Public), oplog.HallScope(d.hall, oplog.Intake)
	for _, m := range machines[1:] {
		handScope(t, d, m, public)
	}

	// Apart.
	for i, m := range machines {
		for n := range each {
			if n == each/2 {
				m.clock.t = m.clock.t.Add(24 * time.Hour)
			}
			var err error
			if i == 0 {
				_, err = m.Queue.TakeAtDesk(ctx, m.by, app.TakeTicket{BusinessID: day.BusinessID})
				must(t, err)
				_, err = m.Cases.Open(ctx, m.by, app.NewCase{Kind: app.CaseHelp, Title: "样例"})
			} else {
				_, err = m.Kiosk.TakeTicket(ctx, app.TakeTicket{BusinessID: day.BusinessID})
				must(t, err)
				if n%2 == 0 {
					_, err = m.Kiosk.Submit(ctx, app.Submission{Kind: app.SubmitProblem, Category: "road"})
				}
			}
			must(t, err)
		}
		for n := range units {
			if n%(each/2) == 0 { // a machine has 999 receipts a day
				m.clock.t = m.clock.t.Add(24 * time.Hour)
			}
			if i == 0 {
				_, err := m.Appointments.Book(ctx, m.by, app.NewAppointment{BusinessID: day.BusinessID, Day: day.Day, From: day.From, To: day.To, Contact: "13800001234"})
				must(t, err)
				continue
			}
			b, err := m.Booking.Book(ctx, app.NewBooking{BusinessID: day.BusinessID, Day: day.Day, From: day.From, To: day.To})
			must(t, err)
			if b.State != app.AppointmentBooked {
				t.Errorf("a machine with units of its own answered %s", b.State)
			}
		}
	}

	// Together again.
	for _, m := range machines[1:] {
		handScope(t, m, d, public)
		handScope(t, m, d, intake)
	}
	for what, query := range map[string]string{
		"tickets":  `SELECT count(*), count(DISTINCT day || number) FROM ticket`,
		"receipts": `SELECT count(*), count(DISTINCT receipt) FROM (SELECT receipt FROM submission UNION ALL SELECT receipt FROM "case" UNION ALL SELECT number FROM appointment)`,
		"units":    `SELECT count(*), count(DISTINCT appointment) FROM slot_state WHERE state = 'sold' AND voided = 0`,
	} {
		var all, different int
		must(t, d.read.QueryRowContext(ctx, query).Scan(&all, &different))
		t.Logf("%s: %d", what, all)
		if want := map[string]int{"tickets": 3 * each, "receipts": 2*each + 3*units, "units": 3 * units}[what]; all != want || different != all {
			t.Errorf("%s: %d, %d of them different, want %s", what, all, different, strconv.Itoa(want))
		}
	}
}

// handScope gives what to lacks of one scope.
func handScope(tb testing.TB, from, to *desk, scope oplog.Scope) {
	tb.Helper()
	ctx := context.Background()
	there, err := to.Replica().Heads(ctx, scope)
	must(tb, err)
	pages, _ := pagesOf(tb, from, scope, there.List())
	for _, p := range pages {
		if len(p.Items) == 0 {
			continue
		}
		rec, err := to.Replica().Accept(ctx, p)
		must(tb, err)
		must(tb, rec.Fault)
	}
}
