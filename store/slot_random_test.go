package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"linli/app"
)

func TestRandomDaysWithSlotsConverge(t *testing.T) {
	void, sold := 0, 0 // so that the test knows that it tested something
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 11))
			m := apart(t, 3)
			for i := range m {
				m[0].deal(t, m[i], 3)
			}
			meet(t, m...)
			for range 5 {
				for range 12 {
					m[r.IntN(len(m))].actOnSlots(t, r, m)
				}
				for range 2 {
					if to, from := r.IntN(len(m)), r.IntN(len(m)); to != from {
						handOver(t, m[from], m[to])
					}
				}
			}
			// At last, two desks that both know of an appointment end it apart.
			m[0].book(t)
			known := m[0].openAll(t)
			meet(t, m...)
			for i, step := range []app.AppointmentStep{app.AppointmentStepCancel, app.AppointmentStepCancel, app.AppointmentStepConfirm} {
				for _, a := range known {
					m[i].try(t, a.ID, step)
				}
			}
			meet(t, m...)
			wantAgreement(t, m...)
			sold += m[0].sold(t)
			for _, id := range m[0].ids(t, `SELECT id FROM slot`) {
				_, story, err := m[0].Slots.Slot(context.Background(), m[0].by, id)
				must(t, err)
				for _, ev := range story {
					if ev.Void != (app.Void{}) && (ev.Step == app.SlotStepSell || ev.Step == app.SlotStepLend) {
						t.Errorf("%s is void: %+v; nobody was cloned", ev.Step, ev.Void)
					}
				}
			}
			void += m[0].count(t, `SELECT (SELECT sum(voided) FROM slot_state) + (SELECT coalesce(sum(voided), 0) FROM appointment_state)`)
			// What two desks did apart leaves no unit behind that nobody can use.
			strays, err := m[0].Slots.Strays(context.Background(), m[0].by)
			must(t, err)
			for _, u := range strays {
				must(t, m[0].Slots.Release(context.Background(), m[0].by, u.ID))
			}
			meet(t, m...)
			wantAgreement(t, m...)
			for _, d := range m {
				if n := d.count(t, `SELECT count(*) FROM slot_state s JOIN appointment_state a ON a.appointment = s.appointment WHERE a.state <> 'booked' OR a.slot <> s.slot`); n != 0 {
					t.Errorf("%d units are held by appointments that do not need them", n)
				}
			}
		})
	}
	if void == 0 || sold == 0 {
		t.Errorf("%d units were sold, %d steps were void: no two machines ever disagreed", sold, void)
	}
}

// actOnSlots does something at random; what is not possible now is no fault.
func (d *desk) actOnSlots(tb testing.TB, r *rand.Rand, all []*desk) {
	tb.Helper()
	ctx := context.Background()
	d.clock.t = d.clock.t.Add(time.Duration(r.IntN(4000)-500) * time.Millisecond)
	pick := func(query string) string {
		var id string
		_ = d.read.QueryRowContext(ctx, query+` ORDER BY id LIMIT 1 OFFSET ?`, r.IntN(4)).Scan(&id)
		return id
	}
	var err error
	switch r.IntN(8) {
	case 0:
		d.book(tb)
	case 1:
		_, err = d.Appointments.Book(ctx, d.by, app.NewAppointment{BusinessID: d.firstBusiness(tb), Day: stretch.Day, From: stretch.From, To: stretch.To})
	case 2:
		err = d.Slots.Lend(ctx, d.by, all[r.IntN(len(all))].origin.String(), pick(`SELECT id FROM slot`))
	case 3:
		if id := pick(`SELECT id FROM submission`); id != "" {
			_, err = d.Appointments.Open(ctx, d.by, id)
		}
	default:
		d.try(tb, pick(`SELECT id FROM appointment`), []app.AppointmentStep{app.AppointmentStepConfirm, app.AppointmentStepRefuse, app.AppointmentStepCancel}[r.IntN(3)])
	}
	switch app.CodeOf(err) {
	case "", app.CodeNotFound, app.CodeWrongState, app.CodeTaken, app.CodeNotOwner, app.CodeInvalid:
	default:
		tb.Fatal(err)
	}
}

// try does a step of an appointment if that is possible.
func (d *desk) try(tb testing.TB, id string, step app.AppointmentStep) {
	tb.Helper()
	_, err := d.Appointments.Do(context.Background(), d.by, id, step, "样例")
	if code := app.CodeOf(err); code != "" && code != app.CodeNotFound && code != app.CodeWrongState {
		tb.Fatal(err)
	}
}
