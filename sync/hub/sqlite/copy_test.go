package sqlite_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/internal/replicatest"
	"linli/sync/hub"
	"linli/sync/hub/sqlite"
	"linli/sync/oplog"
)

var background = context.Background()

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// hall is an invented hall with a desk that writes.
type hall struct {
	replicatest.Hall
	desk *replicatest.Machine
}

func newHall(tb testing.TB, s *sqlite.Storage) *hall {
	tb.Helper()
	h := hallAt(0)
	must(tb, s.Update(background, nil, func(tx hub.Tx) error { return tx.PutHall(served(h)) }))
	return &hall{h, h.Machine(tb, "desk", nil)}
}

// hallAt is an invented hall, another one for each seed.
func hallAt(seed byte) replicatest.Hall {
	b := make([]byte, ed25519.SeedSize)
	b[0] = seed
	return replicatest.Hall{ID: "one", Authority: ed25519.NewKeyFromSeed(b)}
}

// served is the hall in the hub's registry.
func served(h replicatest.Hall) hub.Hall {
	return hub.Hall{ID: h.ID, Kind: hub.Made, Authority: h.Authority.Public().(ed25519.PublicKey)}
}

const desk = oplog.Scope("hall/one/desk")

// push hands n new entries of the desk to the hub.
func (h *hall) push(s *sqlite.Storage, n int) error {
	r, err := hub.NewLog(s).Accept(background, oplog.Batch{Scope: desk, Items: h.desk.Run(oplog.Desk, n)})
	if err == nil && (r.Fault != nil || r.Fresh != n) {
		err = fmt.Errorf("%d of %d were taken: %w", r.Fresh, n, r.Fault)
	}
	return err
}

func entries(tb testing.TB, s *sqlite.Storage) (n int64) {
	tb.Helper()
	must(tb, s.View(background, func(v hub.Snapshot) error {
		st, err := v.State(desk)
		n = st.Seq
		return err
	}))
	return n
}

func copyFolder(tb testing.TB, to, from string) {
	tb.Helper()
	must(tb, os.CopyFS(to, os.DirFS(from)))
}

func TestAnOlderCopyPutInPlaceIsAnotherLog(t *testing.T) {
	dir, older := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "older")
	s := open(t, dir)
	h := newHall(t, s)
	must(t, h.push(s, 3))
	must(t, s.Update(background, nil, func(tx hub.Tx) error { return tx.SetWriter("one", oplog.Origin{1}) }))
	id := s.LogID()
	must(t, s.Close())
	copyFolder(t, older, dir)

	s = open(t, dir)
	if s.LogID() != id {
		t.Fatal("another log after it was merely opened again")
	}
	must(t, h.push(s, 2))
	must(t, s.Close())

	// The database of then, beside the head file of now.
	data, err := os.ReadFile(filepath.Join(older, sqlite.DatabaseFile))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, sqlite.DatabaseFile), data, 0o600))
	s = open(t, dir)
	if s.LogID() == id {
		t.Error("an older copy goes on under the same id")
	}
	if n := entries(t, s); n != 3 {
		t.Errorf("%d entries", n)
	}
	again := s.LogID()
	must(t, s.View(background, func(v hub.Snapshot) error {
		one, _, err := v.Hall("one")
		if one.Writer != (oplog.Origin{}) {
			t.Error("it goes on writing as the origin that the other copy was")
		}
		return err
	}))
	must(t, s.Close())
	s = open(t, dir)
	if s.LogID() != again {
		t.Error("the new id does not last")
	}
	must(t, s.Close())
	must(t, os.RemoveAll(dir))
	if s = open(t, dir); s.LogID() == again || s.LogID() == id {
		t.Error("a new folder has an old log's id")
	}
}

func TestTwoProcessesOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	one := open(t, dir)
	h := newHall(t, one)
	before, err := one.Version(background)
	must(t, err)
	two := open(t, dir)
	if one.LogID() != two.LogID() {
		t.Fatal("the second gave the log another id")
	}
	must(t, h.push(two, 4))
	after, err := one.Version(background)
	must(t, err)
	if before == after {
		t.Error("the version is the same after another process has committed")
	}
	must(t, h.push(one, 4)) // begins where the other ended
	if n := entries(t, two); n != 8 {
		t.Errorf("%d entries", n)
	}
	must(t, one.Close())
	must(t, h.push(two, 1))
	must(t, two.Close())
	again := open(t, dir)
	if again.LogID() != two.LogID() {
		t.Error("two writers at once look like an older copy put in place")
	}
}

func TestABackupCountsOnceItWasReadAgain(t *testing.T) {
	s := open(t, t.TempDir())
	h := newHall(t, s)
	must(t, h.push(s, 5))
	must(t, s.Update(background, nil, func(tx hub.Tx) error {
		return tx.PutCode(hub.Code{ID: "c", Hall: "one", Key: []byte("k"), Expires: time.Now().Add(time.Hour)}, time.Now())
	}))
	path := filepath.Join(t.TempDir(), "hub.backup")
	c, err := s.BackupTo(background, path)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if c.Entries != 5 || c.Halls != 1 || c.Bytes != info.Size() {
		t.Errorf("the backup says %+v", c)
	}
	if info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	must(t, err)
	if len(left) != 1 {
		t.Errorf("beside the backup there is %v", left)
	}
	must(t, h.push(s, 2)) // work goes on

	dir := filepath.Join(t.TempDir(), "new")
	got, err := sqlite.Restore(background, path, dir)
	must(t, err)
	if got != c {
		t.Errorf("restored %+v of %+v", got, c)
	}
	r := open(t, dir)
	if n := entries(t, r); n != 5 || r.LogID() == s.LogID() {
		t.Errorf("restored with %d entries as the same log: %v", n, r.LogID() == s.LogID())
	}
	must(t, r.View(background, func(v hub.Snapshot) error {
		codes, err := v.Codes(time.Now())
		if len(codes) > 0 {
			t.Error("a restored hub lets in who had a code before")
		}
		return err
	}))
	must(t, r.Integrity(background))
	if _, err := sqlite.Restore(background, path, dir); !errors.Is(err, hub.ErrNotEmpty) {
		t.Errorf("over a hub: %v", err)
	}
}

func TestWhatIsNoBackupIsNotRestored(t *testing.T) {
	s := open(t, t.TempDir())
	must(t, newHall(t, s).push(s, 200))
	good := filepath.Join(t.TempDir(), "good")
	_, err := s.BackupTo(background, good)
	must(t, err)
	data, err := os.ReadFile(good)
	must(t, err)
	bad := append([]byte(nil), data...)
	for i := range 4096 {
		bad[len(bad)/2/4096*4096+i] = byte(i * 7)
	}
	for name, content := range map[string][]byte{"text": []byte("no database at all"), "half": data[:len(data)/2], "damaged": bad, "empty": nil} {
		file, dir := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), "data")
		must(t, os.WriteFile(file, content, 0o600))
		if _, err := sqlite.Restore(background, file, dir); !errors.Is(err, hub.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: a folder was left", name)
		}
	}
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	s := open(t, dir)
	must(t, newHall(t, s).push(s, 1))
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		info, err := f.Info()
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", f.Name(), info.Mode())
		}
	}
	if v, err := s.Synchronous(background); err != nil || v != 2 {
		t.Errorf("synchronous is %d, %v", v, err)
	}
}

func TestANewerOrAnotherProgramsFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, sqlite.DatabaseFile), []byte("not a database, but long enough to look at for once, and then some more"), 0o600))
	if _, err := sqlite.Open(background, dir); !errors.Is(err, hub.ErrDamaged) {
		t.Errorf("a text: %v", err)
	}
	for pragma, want := range map[string]error{"user_version=99": hub.ErrNewer, "application_id=7": hub.ErrDamaged} {
		dir := t.TempDir()
		must(t, open(t, dir).Close())
		alter(t, dir, "PRAGMA "+pragma)
		if _, err := sqlite.Open(background, dir); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", pragma, err, want)
		}
	}
}
