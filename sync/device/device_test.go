package device_test

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
)

// running is a machine whose program runs.
type running struct {
	*store.Store
	hall *app.Hall
	dev  *device.Device
	dir  string
	o    store.Options
	by   app.Actor
}

func settings(tb testing.TB) store.Options {
	return store.Options{Program: "test", Keys: seal.NewKeyFiles(tb.TempDir())}
}

// begin makes a hall on a machine that others can reach.
func begin(tb testing.TB) *running {
	tb.Helper()
	o, dir := settings(tb), filepath.Join(tb.TempDir(), "hall")
	must(tb, store.Init(tb.Context(), dir, store.NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
	return start(tb, dir, o, "127.0.0.1:0")
}

func start(tb testing.TB, dir string, o store.Options, listen string) *running {
	tb.Helper()
	s, err := store.Open(tb.Context(), dir, o)
	must(tb, err)
	d, err := device.Start(tb.Context(), s, device.Options{Listen: listen})
	must(tb, err)
	m := &running{Store: s, hall: s.Hall(), dev: d, dir: dir, o: o, by: app.ConsoleActor()}
	tb.Cleanup(func() { _ = m.stop() })
	return m
}

func (m *running) stop() error { return errors.Join(m.dev.Stop(), m.Close()) }

func (m *running) address() string { return "127.0.0.1:" + strconv.Itoa(m.dev.Port()) }

// admit makes another machine of the hall, with a code as two people use it.
func admit(tb testing.TB, by *running, role, listen string) *running {
	tb.Helper()
	i, err := by.hall.Replicas.Invite(tb.Context(), by.by, role)
	must(tb, err)
	o, dir := settings(tb), filepath.Join(tb.TempDir(), role)
	e, err := device.Enrol(tb.Context(), by.address(), i.Code, "样例"+role, dir, false, o)
	must(tb, err)
	if e.Role != role || e.Name != "样例大厅" {
		tb.Errorf("enrolled as %+v", e)
	}
	return start(tb, dir, o, listen)
}

// until waits for the event after which something is so.
func until(tb testing.TB, m *running, what string, so func() bool) {
	tb.Helper()
	changed, stop := m.Bus().Subscribe()
	defer stop()
	limit := time.After(30 * time.Second)
	for !so() {
		select {
		case <-changed:
		case <-limit:
			tb.Fatalf("never: %s", what)
		}
	}
}

func (m *running) has(tb testing.TB, query string) func() bool {
	return func() bool {
		list, err := m.hall.Registry.Find(tb.Context(), m.by, query, "", 5)
		return err == nil && len(list) == 1
	}
}

func TestThreeMachinesKeepUpWithEachOther(t *testing.T) {
	ctx := t.Context()
	one := begin(t)
	two, three := admit(t, one, store.RoleDesk, "127.0.0.1:0"), admit(t, one, store.RoleDesk, "")
	_, err := two.hall.Registry.Save(ctx, two.by, app.Form{}, map[string]string{"name": "样例甲", "address": "样例路一号"})
	must(t, err)
	// It goes over the one that both know.
	until(t, three, "what the second wrote is at the third", three.has(t, "样例路一号"))
	id, err := three.hall.Registry.Save(ctx, three.by, app.Form{}, map[string]string{"name": "样例乙", "address": "样例路二号"})
	must(t, err)
	until(t, two, "what the third wrote is at the second", two.has(t, "样例路二号"))
	until(t, three, "it is known to be in the hall", func() bool {
		r, err := three.hall.Replicas.Reach(ctx, "resident", id)
		return err == nil && r == app.ReachHall
	})
	// Who is only called by the others knows as well what they have.
	own, err := one.hall.Registry.Save(ctx, one.by, app.Form{}, map[string]string{"name": "样例丙"})
	must(t, err)
	until(t, one, "what the first wrote is known to be in the hall", func() bool {
		r, err := one.hall.Replicas.Reach(ctx, "resident", own)
		return err == nil && r == app.ReachHall
	})
	devices, err := one.hall.Replicas.Devices(ctx)
	must(t, err)
	if len(devices) != 3 {
		t.Errorf("%d devices", len(devices))
	}
}

func TestAMachineThatWasOffCatchesUp(t *testing.T) {
	ctx := t.Context()
	one := begin(t)
	two := admit(t, one, store.RoleDesk, "")
	address := one.address()
	must(t, one.stop())
	_, err := two.hall.Registry.Save(ctx, two.by, app.Form{}, map[string]string{"name": "样例甲", "address": "样例路一号"})
	must(t, err)
	st, err := two.hall.Replicas.State(ctx)
	must(t, err)
	if st.Waiting == 0 || len(st.Peers) != 1 {
		t.Errorf("alone, it says %+v", st)
	}
	again := start(t, one.dir, one.o, address)
	until(t, again, "what was written meanwhile came", again.has(t, "样例路一号"))
	until(t, two, "nothing waits", func() bool {
		st, err := two.hall.Replicas.State(ctx)
		return err == nil && st.Waiting == 0 && !st.Alone
	})
}

func TestACodeIsGoodOnceAndForTheRightPeople(t *testing.T) {
	ctx := t.Context()
	one := begin(t)
	i, err := one.hall.Replicas.Invite(ctx, one.by, store.RoleKiosk)
	must(t, err)
	wrong := []byte(i.Code)
	if wrong[14] == '7' {
		wrong[14] = '8'
	} else {
		wrong[14] = '7'
	}
	dir := filepath.Join(t.TempDir(), "kiosk")
	if _, err := device.Enrol(ctx, one.address(), string(wrong), "", dir, false, settings(t)); app.CodeOf(err) != app.CodeAdmission {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := device.Enrol(ctx, one.address(), i.Code, "", dir, false, settings(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := device.Enrol(ctx, one.address(), i.Code, "", filepath.Join(t.TempDir(), "again"), false, settings(t)); app.CodeOf(err) != app.CodeAdmission {
		t.Errorf("the code again: %v", err)
	}
	if _, err := device.Enrol(ctx, one.address(), i.Code, "", one.dir, false, settings(t)); err == nil {
		t.Error("into a folder with a hall")
	}
	if _, err := device.Enrol(ctx, "127.0.0.1:1", i.Code, "", filepath.Join(t.TempDir(), "nobody"), false, settings(t)); app.CodeOf(err) != app.CodeUnreachable {
		t.Errorf("nobody there: %v", err)
	}
	kiosk, err := store.Open(ctx, dir, one.o)
	if app.CodeOf(err) != app.CodeNoKey {
		t.Errorf("the kiosk's folder opened with the desk's keys: %v", err)
		_ = kiosk.Close()
	}
	two := admit(t, one, store.RoleDesk, "127.0.0.1:0")
	if _, err := two.hall.Replicas.Invite(ctx, two.by, store.RoleDesk); app.CodeOf(err) != app.CodeNoAuthority {
		t.Errorf("a desk without the authority admits: %v", err)
	}
}

func TestAMachineThatWasTakenOutIsRefusedAndKnowsIt(t *testing.T) {
	ctx := t.Context()
	one := begin(t)
	two := admit(t, one, store.RoleDesk, "")
	until(t, two, "it has come", func() bool { st, err := two.hall.Replicas.State(ctx); return err == nil && !st.Alone })
	origin := two.Membership().Decoded.Origin
	must(t, one.hall.Replicas.RevokeDevice(ctx, one.by, origin.String()))
	until(t, two, "it knows", func() bool {
		st, err := two.hall.Replicas.State(ctx)
		return err == nil && len(st.Peers) == 1 && st.Peers[0].Failed == app.CodeRevoked
	})
	if _, err := device.Sync(ctx, two.Store); err == nil {
		t.Error("it still exchanges")
	}
	var known *app.Error
	_, err := device.Sync(context.WithoutCancel(ctx), two.Store)
	if !errors.As(err, &known) || known.Code != app.CodeRevoked {
		t.Errorf("it is told %v", err)
	}
}

// A code that was typed for a folder that is taken is still good: nobody was admitted.
func TestAFolderThatIsTakenCostsNoCode(t *testing.T) {
	ctx := t.Context()
	one := begin(t)
	i, err := one.hall.Replicas.Invite(ctx, one.by, store.RoleDesk)
	must(t, err)
	if _, err := device.Enrol(ctx, one.address(), i.Code, "样例", one.dir, false, settings(t)); app.CodeOf(err) != app.CodeNotEmpty {
		t.Errorf("into a folder with a hall: %v", err)
	}
	devices, err := one.hall.Replicas.Devices(ctx)
	must(t, err)
	if len(devices) != 1 {
		t.Errorf("%d machines are in the hall", len(devices))
	}
	if _, err := device.Enrol(ctx, one.address(), i.Code, "样例", filepath.Join(t.TempDir(), "new"), false, settings(t)); err != nil {
		t.Errorf("the code is used up: %v", err)
	}
}
