package store

import (
	"context"
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// joins makes a desk that d admits as two people do it, and that has heard everything.
func (d *desk) joins(tb testing.TB) *desk {
	tb.Helper()
	ctx := context.Background()
	asked, err := NewApplication()
	must(tb, err)
	in, err := d.Admit(ctx, d.by, asked.Key.Public().(ed25519.PublicKey), "样例新机", RoleDesk, asked.Wrap.PublicKey())
	must(tb, err)
	dir := filepath.Join(tb.TempDir(), "joined")
	in.Name = "样例新机"
	must(tb, asked.Join(ctx, dir, in, Options{Program: "test", Keys: seal.NewKeyFiles(dir + ".keys"), Clock: d.clock}))
	s, err := Open(ctx, dir, Options{Program: "test", Keys: seal.NewKeyFiles(dir + ".keys"), Clock: d.clock})
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	joined := &desk{Store: s, Hall: s.Hall(), clock: d.clock, by: d.by}
	meet(tb, d, joined)
	return joined
}

// ticket takes a number.
func (d *desk) ticket(tb testing.TB) string {
	tb.Helper()
	t, err := d.Queue.TakeAtDesk(context.Background(), d.by, app.TakeTicket{BusinessID: d.firstBusiness(tb)})
	must(tb, err)
	return t.Ticket.Number
}

// listed answers how often a machine stands on its own list of machines as this one.
func (d *desk) listed(tb testing.TB) (n int) {
	tb.Helper()
	list, err := d.Replicas.Devices(context.Background())
	must(tb, err)
	for _, one := range list {
		if one.This {
			n++
		}
	}
	return n
}

// Two copies of one machine count alike until they meet, and never again.
func TestCopiesThatHaveMetGiveDifferentNumbers(t *testing.T) {
	for name, of := range map[string]func(*desk) *desk{
		"of the machine with the authority": func(d *desk) *desk { return d },
		"of one that was admitted":          func(d *desk) *desk { return d.joins(t) },
	} {
		t.Run(name, func(t *testing.T) {
			m := apart(t, 2)
			one, two := of(m[1]).clone(t)
			if a, b := one.ticket(t), two.ticket(t); a != b {
				t.Fatalf("%s and %s: a copy counts as its twin does", a, b)
			}
			meet(t, m[0], one, two)
			meet(t, m[0], one, two)
			for range 3 {
				if a, b := one.ticket(t), two.ticket(t); a == b {
					t.Errorf("both gave %s, though they have met", a)
				}
				meet(t, m[0], one, two)
			}
			for _, d := range []*desk{one, two} {
				if n := d.listed(t); n != 1 {
					t.Errorf("machine %d is on its list of machines %d times", d.machine, n)
				}
			}
			wantAlike(t, one, two)
		})
	}
}

// Whoever restores the hall on another machine does not know which numbers were given since the backup.
func TestAHallFromTheSheetLeavesOthersTheirNumbers(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	backup := filepath.Join(t.TempDir(), "b.linlibackup")
	must(t, d.BackupTo(ctx, backup))
	joined := d.joins(t)
	first := joined.ticket(t)
	dir := filepath.Join(t.TempDir(), "again")
	o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d.clock}
	must(t, Restore(ctx, backup, dir, o, d.SheetText()))
	s, err := Open(ctx, dir, o)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	back := &desk{Store: s, Hall: s.Hall(), clock: d.clock, by: d.by}
	if back.machine != joined.machine {
		t.Fatalf("machines %d and %d: nothing is shown here", back.machine, joined.machine)
	}
	meet(t, joined, back)
	given := map[string]bool{first: true}
	for range 3 {
		for _, m := range []*desk{joined, back} {
			n := m.ticket(t)
			if given[n] {
				t.Errorf("%s is given twice", n)
			}
			given[n] = true
		}
	}
}

// A machine in a public room may have a disk that forgets everything at each start, keys as well.
func TestAMachineThatForgetsEverythingGivesNoNumberOfThisDayTwice(t *testing.T) {
	d := twoDesks(t)[0]
	joined := d.joins(t)
	must(t, joined.Close())
	as := filepath.Join(t.TempDir(), "as it was")
	copyHall(t, joined.dir, as)
	given := map[string]bool{}
	for start := range 4 {
		dir := filepath.Join(t.TempDir(), "start")
		copyHall(t, as, dir)
		m := openApart(t, dir, d.clock.t)
		m.by = d.by
		meet(t, d, m)
		for range 3 {
			n := m.ticket(t)
			if given[n] {
				t.Errorf("start %d: %s is given again", start, n)
			}
			given[n] = true
			c, err := m.Cases.Open(context.Background(), m.by, app.NewCase{Kind: app.CaseHelp, Title: "样例"})
			must(t, err)
			if given[c.Receipt] {
				t.Errorf("start %d: receipt %s is given again", start, c.Receipt)
			}
			given[c.Receipt] = true
		}
		meet(t, d, m)
		must(t, m.Close())
	}
}

// What a kiosk says of another machine's numbers does not use them up.
func TestAKioskUsesUpNobodysNumbers(t *testing.T) {
	d := twoDesks(t)[0]
	kiosk := hallOf(d).Machine(t, "kiosk", func(c *oplog.Certificate) { c.Role = RoleKiosk })
	day := string(d.Day(d.clock.t))
	d.accept(t, oplog.Public, kiosk.Sign(kiosk.Write(oplog.Public, oplog.Change{Table: "ticket", Row: "t1", Cells: []oplog.Cell{
		{Column: "number", Value: "A1-900"},
		{Column: "day", Value: day},
		{Column: "business", Value: d.firstBusiness(t)},
		{Column: "machine", Value: int64(d.machine)},
		{Column: "counter", Value: int64(900)},
	}})))
	if n := d.ticket(t); n != "A1-001" {
		t.Errorf("the next number is %s", n)
	}
}

// unsaved is a key store that cannot save while it is told so.
type unsaved struct {
	seal.KeyStore
	full bool
}

func (u *unsaved) Save(hall string, ring *seal.Ring) error {
	if u.full {
		return errors.New("no room")
	}
	return u.KeyStore.Save(hall, ring)
}

// A disk that is full while a machine finds out that it was put back costs no machine number for each try.
func TestANewOriginThatCouldNotBeSavedCostsNoNumber(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	joined := d.joins(t)
	keys := &unsaved{KeyStore: joined.keys}
	joined.keys = keys
	first, machine := joined.origin, joined.machine
	lost := hallOf(d).Machine(t, "lost", nil)
	lost.Key, lost.Cert = joined.key, joined.certificate
	items := lost.Run(oplog.Care, 2)
	fails := func() {
		t.Helper()
		for range 12 {
			if _, err := joined.Replica().Accept(ctx, oplog.Batch{Scope: oplog.HallScope(d.hall, oplog.Care), Items: items}); err == nil {
				t.Error("it did not fail")
			}
		}
		if joined.origin != first || joined.machine != machine {
			t.Error("it has become somebody else without a disk")
		}
	}
	keys.full = true
	fails()
	keys.full = false
	joined.uncommitted(t, fails)
	joined.accept(t, oplog.Care, items...)
	if joined.machine != machine+1 || len(joined.ring.Origins()) != 2 || joined.origin == first {
		t.Errorf("machine %d after %d, %d keys", joined.machine, machine, len(joined.ring.Origins()))
	}
	meet(t, d, joined)
	wantAlike(t, d, joined)
}

// However often a machine is put back, others take what it writes.
func TestAMachineMayBePutBackAnyNumberOfTimes(t *testing.T) {
	ctx := context.Background()
	for _, role := range []string{RoleDesk, RoleKiosk} {
		d := twoDesks(t)[0]
		dir := filepath.Join(t.TempDir(), role)
		m := join(t, d, role, []int{7, 8, 9}, dir, Options{Program: "test", Keys: seal.NewKeyFiles(dir + ".keys"), Clock: d.clock})
		for i := range 12 {
			m.mu.Lock()
			err := m.newOrigin(ctx, false)
			m.mu.Unlock()
			if err == nil {
				err = m.certificate.Verify(d.authorityKey())
			}
			if err != nil {
				t.Fatalf("%s, time %d: %v", role, i, err)
			}
			if want := max(0, 8+i); want <= 9 && m.machine != want || want > 9 && m.machine != 0 {
				t.Errorf("%s, time %d: machine %d", role, i, m.machine)
			}
		}
	}
}
