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

// stretch is the one that the machines below share out.
var stretch = app.DealSlots{Day: "2026-11-24", From: "09:00", To: "09:30"}

// apart are machines of one hall that hear of each other only by handOver: a desk
// and as many more as are wanted, each begun as a copy of the first one's folder
// and an origin of its own. They have met once.
func apart(tb testing.TB, count int) []*desk {
	tb.Helper()
	ctx, root := context.Background(), tb.TempDir()
	start := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	first := filepath.Join(root, "m")
	o := Options{Program: "test", Keys: seal.NewKeyFiles(first + ".keys"), Clock: &handClock{start}}
	must(tb, Init(ctx, first, NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
	var out []*desk
	for i := range count {
		dir := fmt.Sprint(first, i)
		copyHall(tb, first, dir)
		d := openApart(tb, dir, start)
		for d.machine <= i {
			d.mu.Lock()
			err := d.newOrigin(ctx, false)
			if err == nil {
				err = d.loadLog(ctx)
			}
			d.mu.Unlock()
			must(tb, err)
		}
		must(tb, d.Write(ctx, Action{Actor: d.by, Verb: "device.add"}, (*Tx).addDevice))
		out = append(out, d)
	}
	meet(tb, out...)
	return out
}

func copyHall(tb testing.TB, from, to string) {
	tb.Helper()
	must(tb, os.CopyFS(to, os.DirFS(from)))
	must(tb, os.CopyFS(to+".keys", os.DirFS(from+".keys")))
}

func openApart(tb testing.TB, dir string, now time.Time) *desk {
	tb.Helper()
	d := &desk{clock: &handClock{now}, by: app.ConsoleActor()}
	s, err := Open(context.Background(), dir, Options{Program: "test", Keys: seal.NewKeyFiles(dir + ".keys"), Clock: d.clock})
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	d.Store, d.Hall = s, s.Hall()
	windows, err := d.Public.Windows(context.Background())
	must(tb, err)
	d.by.WindowID = windows[0].ID
	return d
}

// clone copies the whole machine. Both go on as the same origin, and neither knows.
func (d *desk) clone(tb testing.TB) (same, twin *desk) {
	tb.Helper()
	must(tb, d.Close())
	copyHall(tb, d.dir, d.dir+"-clone")
	same, twin = openApart(tb, d.dir, d.clock.t), openApart(tb, d.dir+"-clone", d.clock.t)
	if same.origin != d.origin || twin.origin != d.origin {
		tb.Fatal("a copy has noticed that it is one")
	}
	return same, twin
}

// meet lets everybody hear everybody, until nobody has news.
func meet(tb testing.TB, machines ...*desk) {
	tb.Helper()
	for range machines {
		for i := range machines {
			for j := range machines {
				if to, from := machines[j], machines[(i+j+1)%len(machines)]; to != from {
					handOver(tb, from, to)
				}
			}
		}
	}
}

func (d *desk) firstBusiness(tb testing.TB) string {
	tb.Helper()
	list, err := d.Public.Businesses(context.Background())
	must(tb, err)
	return list[0].ID
}

// deal gives count units of the stretch to another machine.
func (d *desk) deal(tb testing.TB, to *desk, count int) []app.Slot {
	tb.Helper()
	plan := stretch
	plan.BusinessID, plan.Count, plan.Owner = d.firstBusiness(tb), count, to.origin.String()
	out, err := d.Slots.Deal(context.Background(), d.by, plan)
	must(tb, err)
	return out
}

// book asks for the stretch at a kiosk.
func (d *desk) book(tb testing.TB) app.Booking {
	tb.Helper()
	d.clock.t = d.clock.t.Add(time.Second)
	b, err := d.Booking.Book(context.Background(), app.NewBooking{BusinessID: d.firstBusiness(tb), Day: stretch.Day, From: stretch.From, To: stretch.To, Phone: "13800001234"})
	must(tb, err)
	return b
}

func (d *desk) slot(tb testing.TB, id string) app.Slot {
	tb.Helper()
	u, _, err := d.Slots.Slot(context.Background(), d.by, id)
	must(tb, err)
	return u
}

// openAll makes appointments of all submissions.
func (d *desk) openAll(tb testing.TB) (out []app.Appointment) {
	tb.Helper()
	items, err := d.Inbox.Inbox(context.Background(), d.by)
	must(tb, err)
	for _, it := range items {
		a, err := d.Appointments.Open(context.Background(), d.by, it.ID)
		must(tb, err)
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b app.Appointment) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// folds answers everything that follows from the log, slots and appointments too.
func folds(tb testing.TB, s *Store) []string {
	tb.Helper()
	out := dump(tb, s)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, table := range []string{"slot_state", "appointment_state"} {
		rows, err := s.conn.QueryContext(context.Background(), `SELECT * FROM `+table)
		must(tb, err)
		names, err := rows.Columns()
		must(tb, err)
		lines, err := collect(rows, func(sc scanner) (string, error) {
			vals, err := scanValues(sc, len(names))
			return fmt.Sprintf("%s: %v", table, vals), err
		})
		must(tb, err)
		out = append(out, lines...)
	}
	slices.Sort(out)
	return out
}

// mixed answers the logs in one more causal order: an entry of any machine, as the
// coin falls, but each machine's in its own order.
func mixed(tb testing.TB, r *rand.Rand, machines ...*desk) (out []oplog.Entry) {
	tb.Helper()
	var logs [][]oplog.Entry
	for _, d := range machines {
		logs = append(logs, d.log(tb))
	}
	for len(logs) > 0 {
		i := r.IntN(len(logs))
		if len(logs[i]) == 0 {
			logs = slices.Delete(logs, i, i+1)
			continue
		}
		out, logs[i] = append(out, logs[i][0]), logs[i][1:]
	}
	return out
}

// wantAgreement compares all machines, and a new one that hears everything in an
// order of its own, and has each compare its folds with its log.
func wantAgreement(tb testing.TB, machines ...*desk) {
	tb.Helper()
	want := folds(tb, machines[0].Store)
	for i, d := range machines[1:] {
		wantSame(tb, fmt.Sprint("machines 0 and ", i+1), want, folds(tb, d.Store))
	}
	f := machines[0].fresh(tb)
	receive(tb, f, mixed(tb, rand.New(rand.NewPCG(5, 8)), machines...))
	wantSame(tb, "a new machine", want, folds(tb, f))
	for _, d := range machines {
		report, err := d.Verify(context.Background())
		must(tb, err)
		if !report.OK {
			tb.Errorf("verify: %v", report.Problems)
		}
	}
}

// sold answers how many units are held, and fails when one appointment holds two.
func (d *desk) sold(tb testing.TB) int {
	tb.Helper()
	list, err := d.Slots.Slots(context.Background(), d.by, app.SlotFilter{})
	must(tb, err)
	holders := map[string]int{}
	for _, u := range list {
		if u.AppointmentID != "" {
			holders[u.AppointmentID]++
		}
	}
	for id, n := range holders {
		if n > 1 {
			tb.Errorf("%s holds %d units", id, n)
		}
	}
	return len(holders)
}

func (d *desk) count(tb testing.TB, query string) (n int) {
	tb.Helper()
	must(tb, d.read.QueryRowContext(context.Background(), query).Scan(&n))
	return n
}

func (d *desk) ids(tb testing.TB, query string) []string {
	tb.Helper()
	rows, err := d.read.QueryContext(context.Background(), query)
	must(tb, err)
	out, err := collect(rows, func(sc scanner) (id string, err error) { err = sc.Scan(&id); return id, err })
	must(tb, err)
	return out
}

func TestADeskAndTwoIsolatedKiosksNeverSellOneUnitTwice(t *testing.T) {
	m := apart(t, 3)
	for i, count := range []int{2, 3, 4} {
		m[0].deal(t, m[i], count)
	}
	meet(t, m...)
	// From here on nobody hears of anybody. The clocks go wrong as well.
	m[1].clock.t = m[1].clock.t.Add(-3 * time.Hour)
	m[2].clock.t = m[2].clock.t.Add(5 * time.Hour)
	numbers := map[string]bool{}
	for i, d := range m {
		for k := range 6 {
			b := d.book(t)
			want := app.AppointmentBooked
			if k >= i+2 {
				want = app.AppointmentWaiting // staff will confirm
			}
			if b.State != want || len(b.Code) != 6 || numbers[b.Number] {
				t.Errorf("machine %d, resident %d: %s, number %s", i, k, b.State, b.Number)
			}
			numbers[b.Number] = true
			if told, err := d.Booking.Booking(context.Background(), b.Number, b.Code); err != nil || told.State != want {
				t.Errorf("machine %d, resident %d is told %s, %v", i, k, told.State, err)
			}
		}
		offers, err := d.Booking.Offers(context.Background(), d.firstBusiness(t))
		must(t, err)
		if len(offers) != 1 || offers[0].Free != 0 {
			t.Errorf("machine %d still offers %+v", i, offers)
		}
	}
	meet(t, m...)
	for _, d := range m {
		if n := d.sold(t); n != 9 {
			t.Errorf("%d of 9 units are sold", n)
		}
		if n := d.count(t, `SELECT sum(voided) FROM slot_state`); n != 0 {
			t.Errorf("%d steps are void", n)
		}
	}
	// Two desks open the same submissions apart, and make the same appointments.
	one, two := m[0].openAll(t), m[1].openAll(t)
	if len(one) != 18 || len(two) != 18 {
		t.Fatalf("%d and %d appointments", len(one), len(two))
	}
	booked := 0
	for i, a := range one {
		if a.ID != two[i].ID || a.State != two[i].State || a.UnitLost {
			t.Errorf("%s at one desk, %s at the other, unit lost: %v", a.State, two[i].State, a.UnitLost)
		}
		if a.State == app.AppointmentBooked {
			booked++
			if u := m[0].slot(t, a.SlotID); u.AppointmentID != a.ID || u.Number != a.Number {
				t.Errorf("unit %d is held by another appointment than the one that says so", u.Unit)
			}
		}
	}
	if booked != 9 {
		t.Errorf("%d are booked, 9 units are sold", booked)
	}
	meet(t, m...)
	wantAgreement(t, m...)
	if n := m[2].count(t, `SELECT count(*) FROM appointment`); n != 18 {
		t.Errorf("%d appointments", n)
	}
	if n := m[0].count(t, `SELECT sum(voided) FROM appointment_state`); n != 0 {
		t.Errorf("%d steps of appointments are void", n)
	}
	strays, err := m[0].Slots.Strays(context.Background(), m[0].by)
	must(t, err)
	if len(strays) != 0 {
		t.Errorf("%d units are needed by nobody", len(strays))
	}
}

func TestALentUnitIsSoldByTheBorrowerOnly(t *testing.T) {
	ctx := context.Background()
	m := apart(t, 3)
	units := m[0].deal(t, m[0], 2)
	meet(t, m...)
	if code := app.CodeOf(m[1].Slots.Lend(ctx, m[1].by, m[1].origin.String(), units[0].ID)); code != app.CodeNotOwner {
		t.Errorf("a machine helps itself: %q", code)
	}
	must(t, m[0].Slots.Lend(ctx, m[0].by, m[1].origin.String(), units[0].ID))
	// The lender has one unit left, and the borrower none until it hears of it.
	if b := m[0].book(t); b.State != app.AppointmentBooked {
		t.Errorf("the lender's other unit: %s", b.State)
	}
	if b := m[0].book(t); b.State != app.AppointmentWaiting {
		t.Errorf("the lender sold what it has lent: %s", b.State)
	}
	if code := app.CodeOf(m[0].Slots.Lend(ctx, m[0].by, m[2].origin.String(), units[0].ID)); code != app.CodeNotOwner {
		t.Errorf("lent twice: %q", code)
	}
	if b := m[1].book(t); b.State != app.AppointmentWaiting {
		t.Errorf("sold before the lending arrived: %s", b.State)
	}
	m[1].clock.t = m[1].clock.t.Add(-time.Hour) // the lending is later than the borrower's clock
	handOver(t, m[0], m[1])
	// It lends it on, and gets it back by way of the third.
	must(t, m[1].Slots.Lend(ctx, m[1].by, m[2].origin.String(), units[0].ID))
	handOver(t, m[1], m[2])
	must(t, m[2].Slots.Lend(ctx, m[2].by, m[1].origin.String(), units[0].ID))
	handOver(t, m[2], m[1])
	if b := m[1].book(t); b.State != app.AppointmentBooked {
		t.Errorf("the borrower could not sell: %s", b.State)
	}
	meet(t, m...)
	wantAgreement(t, m...)
	for _, d := range m {
		u := d.slot(t, units[0].ID)
		if u.State != app.SlotSold || u.Owner != m[1].origin.String() || u.Machine != 2 || len(u.Voided) != 0 || u.Own != (d == m[1]) {
			t.Errorf("%+v", u)
		}
	}
}

func TestWhatACloneSoldTwiceIsVoidAndShown(t *testing.T) {
	ctx := context.Background()
	m := apart(t, 2)
	unit := m[0].deal(t, m[1], 1)[0].ID
	meet(t, m...)
	one, two := m[1].clone(t)
	two.clock.t = two.clock.t.Add(time.Minute)
	first, second := one.book(t), two.book(t)
	if first.State != app.AppointmentBooked || second.State != app.AppointmentBooked {
		t.Fatalf("%s and %s: nobody could know", first.State, second.State)
	}
	if first.Number != second.Number {
		t.Fatalf("numbers %s and %s; a clone counts as its twin does", first.Number, second.Number)
	}
	m = []*desk{m[0], one, two}
	meet(t, m...)
	for i, d := range m {
		d.openAll(t)
		u, story, err := d.Slots.Slot(ctx, d.by, unit)
		must(t, err)
		if len(story) != 3 || len(u.Voided) != 1 || u.Voided[0] != story[2].ID || story[2].Void != (app.Void{Reason: app.CodeTaken, Effect: app.EffectNoUnit}) || story[1].Void != (app.Void{}) {
			t.Errorf("machine %d: %+v", i, story)
		}
		if n := d.count(t, `SELECT voided FROM slot_state`); n != 1 {
			t.Errorf("machine %d shows %d void steps", i, n)
		}
		voided, err := d.Replicas.Voided(ctx, d.by)
		must(t, err)
		if len(voided) != 1 || voided[0].Kind != "slot" || voided[0].Row != unit || voided[0].Step != "sell" || voided[0].Name != second.Number {
			t.Errorf("machine %d lists %+v", i, voided)
		}
		// The loser is in front of the staff, and its resident is told to wait.
		lost, err := d.Appointments.Appointments(ctx, d.by, app.AppointmentFilter{UnitLost: true})
		must(t, err)
		if len(lost) != 1 || lost[0].ID != story[2].AppointmentID || lost[0].ID == u.AppointmentID {
			t.Errorf("machine %d: lost %+v", i, lost)
		}
		for b, want := range map[app.Booking]app.AppointmentState{first: app.AppointmentBooked, second: app.AppointmentWaiting} {
			if told, err := d.Booking.Booking(ctx, b.Number, b.Code); err != nil || told.State != want {
				t.Errorf("machine %d tells %s (%v), want %s", i, told.State, err, want)
			}
		}
	}
	meet(t, m...)
	wantAgreement(t, m...)
	// On the day the first is let in anywhere; the second needs a person.
	for _, d := range m {
		d.clock.t = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	}
	if _, err := m[1].Booking.CheckIn(ctx, second.Number, second.Code); app.CodeOf(err) != app.CodeWrongState {
		t.Errorf("who has no unit is let in: %v", err)
	}
	taken, err := m[1].Booking.CheckIn(ctx, first.Number, first.Code)
	must(t, err)
	lost, err := m[0].Appointments.Appointments(ctx, m[0].by, app.AppointmentFilter{UnitLost: true})
	must(t, err)
	if _, err := m[0].Appointments.CheckIn(ctx, m[0].by, lost[0].ID); err != nil {
		t.Errorf("staff cannot let them in: %v", err)
	}
	meet(t, m...)
	wantAgreement(t, m...)
	list, err := m[2].Appointments.Appointments(ctx, m[2].by, app.AppointmentFilter{Day: stretch.Day})
	must(t, err)
	for _, a := range list {
		if a.State != app.AppointmentArrived || a.TicketID == "" || a.UnitLost {
			t.Errorf("%s, ticket %q, unit lost: %v", a.State, a.TicketID, a.UnitLost)
		}
	}
	if u := m[2].slot(t, unit); u.State != app.SlotUsed || u.TicketID != taken.Ticket.ID {
		t.Errorf("%+v", u)
	}
}
