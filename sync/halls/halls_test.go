package halls_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
	"linli/sync/halls"
	"linli/sync/oplog"
)

var background = context.Background()

// clock is set by the test.
type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// desk is the machine that made a hall, and answers others.
type desk struct {
	*store.Store
	*app.Hall
	id, address string
	machine     *device.Device
}

// found makes a hall with a desk that listens.
func found(tb testing.TB, name string) *desk {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "hall")
	o := store.Options{Program: "test", Keys: seal.NewKeyFiles(tb.TempDir()), Clock: &clock{monday}}
	must(tb, store.Init(background, dir, store.NewHall{Name: name, Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
	s, err := store.Open(background, dir, o)
	must(tb, err)
	d := &desk{Store: s, Hall: s.Hall(), id: s.Membership().Hall}
	d.serve(tb, "127.0.0.1:0")
	tb.Cleanup(func() { _ = d.machine.Stop(); _ = s.Close() })
	return d
}

func (d *desk) serve(tb testing.TB, listen string) {
	tb.Helper()
	m, err := device.Start(background, d.Store, device.Options{Listen: listen})
	must(tb, err)
	d.machine, d.address = m, net.JoinHostPort("127.0.0.1", strconv.Itoa(m.Port()))
}

// code is one with which a machine of a role is admitted.
func (d *desk) code(tb testing.TB, role string) string {
	tb.Helper()
	in, err := d.Replicas.Invite(background, app.ConsoleActor(), role)
	must(tb, err)
	return in.Code
}

// visits registers visits of today.
func (d *desk) visits(tb testing.TB, n int) {
	tb.Helper()
	for range n {
		_, err := d.Visits.Register(background, app.ConsoleActor(), app.NewVisit{Channel: app.ChannelPhone, Purpose: "样例来意", Outcome: app.OutcomeDone})
		must(tb, err)
	}
}

// supervisor is a folder of halls on a machine of its own.
type supervisor struct {
	dir   string
	opts  store.Options
	clock *clock
}

func newSupervisor(tb testing.TB) *supervisor {
	c := &clock{monday}
	return &supervisor{filepath.Join(tb.TempDir(), "all"), store.Options{Program: "test", Keys: seal.NewKeyFiles(tb.TempDir()), Clock: c}, c}
}

func (s *supervisor) enrol(d *desk, code string) (device.Enrolled, error) {
	return halls.Enrol(background, d.address, code, "督查", s.dir, false, s.opts)
}

// open opens the folder and lets it run until the test ends.
func (s *supervisor) open(tb testing.TB) *halls.Halls {
	tb.Helper()
	h, err := halls.Open(background, s.dir, s.opts)
	must(tb, err)
	h.Start(background, device.Options{})
	tb.Cleanup(func() { must(tb, h.Close()) })
	return h
}

// rows answers the halls by name.
func rows(tb testing.TB, h *halls.Halls) map[string]app.HallNow {
	tb.Helper()
	list, err := h.Halls(background, app.SupervisorActor())
	must(tb, err)
	out := map[string]app.HallNow{}
	for _, r := range list {
		out[r.Name] = r
	}
	return out
}

// until waits for the overview to say so, looking again each time it is told of a change.
func until(tb testing.TB, h *halls.Halls, what string, ok func(map[string]app.HallNow) bool) {
	tb.Helper()
	changes, deaf := h.Front().Events.Subscribe()
	defer deaf()
	late := time.After(30 * time.Second)
	for {
		got := rows(tb, h)
		if ok(got) {
			return
		}
		select {
		case <-changes:
		case <-late:
			tb.Fatalf("waited in vain until %s: %+v", what, got)
		}
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func wantCode(tb testing.TB, what string, err error, want app.Code) {
	tb.Helper()
	if got := app.CodeOf(err); got != want {
		tb.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

func TestASupervisorSeesEachHallByItself(t *testing.T) {
	east, west := found(t, "样例东厅"), found(t, "样例西厅")
	east.visits(t, 3)
	west.visits(t, 5)
	s := newSupervisor(t)
	for _, d := range []*desk{east, west} {
		e, err := s.enrol(d, d.code(t, store.RoleSupervisor))
		must(t, err)
		if e.Role != store.RoleSupervisor || e.Dir != halls.Dir(s.dir, d.id) {
			t.Errorf("enrolled as %+v", e)
		}
	}
	if !halls.Is(s.dir) {
		t.Fatal("not seen as a folder of halls")
	}
	h := s.open(t)
	until(t, h, "both have come", func(got map[string]app.HallNow) bool {
		e, w := got["样例东厅"], got["样例西厅"]
		return e.Live && w.Live && e.Visits == 3 && w.Visits == 5
	})
	// One hall's line is down, and the other goes on.
	must(t, east.machine.Stop())
	west.visits(t, 1)
	until(t, h, "the east is away and the west goes on", func(got map[string]app.HallNow) bool {
		e, w := got["样例东厅"], got["样例西厅"]
		return !e.Live && e.Away == app.CodeUnreachable && e.Visits == 3 && w.Live && w.Visits == 6
	})
	// What is of one hall is nowhere in the other's folder.
	for _, d := range []*desk{east, west} {
		other := east
		if d == east {
			other = west
		}
		for _, part := range []string{oplog.Public, oplog.Desk} {
			s := h.Stores()[d.id]
			heads, err := s.Replica().Heads(background, oplog.HallScope(other.id, part))
			must(t, err)
			if n := len(heads.List()); n != 0 {
				t.Errorf("%d heads of another hall", n)
			}
		}
		if holds(t, halls.Dir(s.dir, d.id), other.id) {
			t.Error("a hall's folder names the other hall")
		}
	}
}

// holds answers whether a file of the folder has the words in it.
func holds(tb testing.TB, dir, words string) bool {
	tb.Helper()
	found := false
	must(tb, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(words))
		return err
	}))
	return found
}

// The machine's certificate lets it write nothing, whatever a role would let a person do.
func TestASupervisorWritesNothing(t *testing.T) {
	d := found(t, "样例东厅")
	c, err := d.Cases.Open(background, app.ConsoleActor(), app.NewCase{Kind: app.CaseHelp, Title: "样例"})
	must(t, err)
	for _, step := range []app.CaseStep{app.CaseStepAccept, app.CaseStepReply} {
		_, err := d.Cases.Do(background, app.ConsoleActor(), c.ID, step, "", "样例")
		must(t, err)
	}
	s := newSupervisor(t)
	_, err = s.enrol(d, d.code(t, store.RoleSupervisor))
	must(t, err)
	h := s.open(t)
	until(t, h, "the case has come", func(got map[string]app.HallNow) bool { return got["样例东厅"].OpenCases == 1 })
	hall, err := h.Open(background, app.SupervisorActor(), d.id)
	must(t, err)
	if !hall.ReadOnly {
		t.Error("the hall does not say that it is only for reading")
	}
	for _, by := range []app.Actor{app.SupervisorActor(), app.ConsoleActor()} {
		_, err = hall.Cases.Do(background, by, c.ID, app.CaseStepClose, "", "")
		wantCode(t, "closing as "+by.ID, err, app.CodeForbidden)
	}
	_, err = hall.Registry.Save(background, app.ConsoleActor(), app.Form{}, map[string]string{"name": "样例"})
	wantCode(t, "a resident", err, app.CodeForbidden)
	got, _, err := hall.Cases.Case(background, app.SupervisorActor(), c.ID)
	must(t, err)
	if got.State != app.CaseReplied || got.Title != "样例" {
		t.Errorf("the case reads %q %q", got.State, got.Title)
	}
	_, err = h.Halls(background, app.KioskActor())
	wantCode(t, "the overview for nobody", err, app.CodeForbidden)
	_, err = h.Open(background, app.KioskActor(), d.id)
	wantCode(t, "a hall for nobody", err, app.CodeForbidden)
	_, err = h.Open(background, app.SupervisorActor(), "nowhere")
	wantCode(t, "no such hall", err, app.CodeNotFound)
	if own := d.Hall.ReadOnly; own {
		t.Error("the hall's own desk is only for reading")
	}
}

func TestADamagedHallHarmsNoOther(t *testing.T) {
	east, west := found(t, "样例东厅"), found(t, "样例西厅")
	west.visits(t, 2)
	s := newSupervisor(t)
	for _, d := range []*desk{east, west} {
		_, err := s.enrol(d, d.code(t, store.RoleSupervisor))
		must(t, err)
	}
	file := filepath.Join(halls.Dir(s.dir, east.id), store.DatabaseFile)
	must(t, os.WriteFile(file, bytes.Repeat([]byte("x"), 8192), 0o600))
	for _, leftover := range []string{"-wal", "-shm"} {
		_ = os.Remove(file + leftover)
	}
	h := s.open(t)
	until(t, h, "the west has come", func(got map[string]app.HallNow) bool { return got["样例西厅"].Visits == 2 })
	if got := rows(t, h)["样例东厅"]; got.ID != east.id || got.Failed != app.CodeDamaged || got.Figures != (app.Figures{}) {
		t.Errorf("the damaged hall is shown as %+v", got)
	}
	_, err := h.Open(background, app.SupervisorActor(), east.id)
	wantCode(t, "opening it", err, app.CodeDamaged)
	for _, j := range h.Jobs() {
		if bytes.HasPrefix([]byte(j.Name), []byte(east.id)) {
			t.Errorf("a job of the damaged hall: %s", j.Name)
		}
	}
}

// The halls of one folder share a scheduler, and each remembers its own runs.
func TestJobsOfTwoHallsAreRememberedApart(t *testing.T) {
	east, west := found(t, "样例东厅"), found(t, "样例西厅")
	s := newSupervisor(t)
	for _, d := range []*desk{east, west} {
		_, err := s.enrol(d, d.code(t, store.RoleSupervisor))
		must(t, err)
	}
	h := s.open(t)
	var names []string
	for _, j := range h.Jobs() {
		names = append(names, j.Name)
	}
	mine := east.id + "/check"
	if !slices.Contains(names, mine) || !slices.Contains(names, west.id+"/exchange") {
		t.Fatalf("jobs %v", names)
	}
	must(t, h.NoteRun(background, mine, monday, nil))
	at, err := h.LastRun(background, mine)
	must(t, err)
	other, err := h.LastRun(background, west.id+"/check")
	must(t, err)
	if !at.Equal(monday) || !other.IsZero() {
		t.Errorf("last runs %v and %v", at, other)
	}
	_, err = h.LastRun(background, "nowhere/check")
	wantCode(t, "a job of no hall", err, app.CodeNotFound)
}

func TestWhatACodeMakesOfTheFolder(t *testing.T) {
	east, west := found(t, "样例东厅"), found(t, "样例西厅")
	s := newSupervisor(t)

	// A desk's code makes the folder an ordinary one.
	plain := filepath.Join(t.TempDir(), "desk")
	e, err := halls.Enrol(background, east.address, east.code(t, store.RoleDesk), "", plain, false, s.opts)
	must(t, err)
	if e.Dir != plain || halls.Is(plain) {
		t.Errorf("a desk's folder: %+v, folder of halls: %v", e, halls.Is(plain))
	}
	// Nothing goes into a folder that holds a hall, and no code is used for it.
	code := west.code(t, store.RoleSupervisor)
	_, err = halls.Enrol(background, west.address, code, "", plain, false, s.opts)
	wantCode(t, "into a desk's folder", err, app.CodeNotEmpty)
	_, err = halls.Enrol(background, west.address, code, "", s.dir, false, s.opts)
	must(t, err)
	// Among halls lies no desk, and no hall twice.
	_, err = s.enrol(east, east.code(t, store.RoleDesk))
	wantCode(t, "a desk among halls", err, app.CodeNotEmpty)
	_, err = s.enrol(west, west.code(t, store.RoleSupervisor))
	wantCode(t, "the same hall again", err, app.CodeNotEmpty)
	// A code that is wrong leaves nothing.
	_, err = s.enrol(east, "00000-00000-00000-00000")
	wantCode(t, "a wrong code", err, app.CodeAdmission)
	h := s.open(t)
	if got := rows(t, h); len(got) != 1 || got["样例西厅"].ID != west.id {
		t.Errorf("the folder holds %+v", got)
	}
	// While a program has it open, nobody else does.
	_, err = halls.Open(background, s.dir, s.opts)
	wantCode(t, "opened twice", err, app.CodeBusy)
	_, err = s.enrol(east, east.code(t, store.RoleSupervisor))
	wantCode(t, "enrolled while open", err, app.CodeBusy)
	_, err = halls.Open(background, t.TempDir(), s.opts)
	wantCode(t, "an empty folder", err, app.CodeNoHall)
}

func TestThePINOfTheMachine(t *testing.T) {
	d := found(t, "样例东厅")
	s := newSupervisor(t)
	_, err := s.enrol(d, d.code(t, store.RoleSupervisor))
	must(t, err)
	h := s.open(t)
	if has, err := h.HasPIN(background); has || err != nil {
		t.Fatalf("a new machine has a PIN: %v %v", has, err)
	}
	_, err = h.SignIn(background, "")
	wantCode(t, "no PIN yet", err, app.CodeWrongPIN)
	wantCode(t, "too easy", h.ChoosePIN(background, "123456"), app.CodeInvalid)
	must(t, h.ChoosePIN(background, "246810"))
	wantCode(t, "chosen again", h.ChoosePIN(background, "975310"), app.CodeDuplicate)
	if b, err := os.ReadFile(filepath.Join(s.dir, "supervisor.json")); err != nil || bytes.Contains(b, []byte("246810")) {
		t.Errorf("the file: %v, or it holds the PIN", err)
	}
	for range app.FreeTries {
		_, err = h.SignIn(background, "975310")
		wantCode(t, "wrong", err, app.CodeWrongPIN)
	}
	_, err = h.SignIn(background, "246810")
	wantCode(t, "after five tries", err, app.CodeLocked)
	s.clock.at = s.clock.at.Add(time.Minute)
	by, err := h.SignIn(background, "246810")
	must(t, err)
	if by != app.SupervisorActor() {
		t.Errorf("signed in as %+v", by)
	}
	_, err = h.SignIn(background, "975310")
	wantCode(t, "wrong once more", err, app.CodeWrongPIN)
}
