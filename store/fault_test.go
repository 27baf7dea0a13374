package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// register registers one visit and answers its id.
func register(s *store.Store) (string, error) {
	v, err := s.Hall().Visits.Register(context.Background(), app.ConsoleActor(), app.NewVisit{
		Channel: app.ChannelWindow, Purpose: strings.Repeat("样例来意", 200), Outcome: app.OutcomeDone,
	})
	return v.ID, err
}

// untilFull registers visits until the disk has no room for another, and answers
// those that were confirmed.
func untilFull(s *store.Store) (confirmed []string, err error) {
	for range 100_000 {
		id, err := register(s)
		if app.CodeOf(err) == app.CodeDiskFull {
			return confirmed, nil
		}
		if err != nil {
			return confirmed, fmt.Errorf("on a full disk: %w", err)
		}
		confirmed = append(confirmed, id)
	}
	return confirmed, errors.New("the disk never filled up")
}

// holds checks that exactly these visits are there and that verify passes.
func holds(s *store.Store, confirmed []string) error {
	ctx := context.Background()
	list, err := s.Hall().Visits.Visits(ctx, app.ConsoleActor(), app.VisitFilter{Limit: 1_000_000})
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, v := range list {
		there[v.ID] = true
	}
	for _, id := range confirmed {
		if !there[id] {
			return errors.New("a confirmed visit is gone")
		}
	}
	if len(list) != len(confirmed) {
		return fmt.Errorf("%d visits, %d of them confirmed", len(list), len(confirmed))
	}
	r, err := s.Verify(ctx)
	if err == nil && !r.OK {
		err = fmt.Errorf("verify: %v", r.Problems)
	}
	return err
}

func TestAFullDatabaseSavesNothingByHalvesAndGoesOnWhenThereIsRoom(t *testing.T) {
	h := mustHall(t)
	must(t, h.store.LimitPages(40))
	confirmed, err := untilFull(h.store)
	must(t, err)
	if len(confirmed) == 0 {
		t.Fatal("it was full from the start")
	}
	must(t, holds(h.store, confirmed))
	must(t, h.store.LimitPages(-1))
	id, err := register(h.store)
	must(t, err)
	must(t, holds(h.store, append(confirmed, id)))
	must(t, h.store.Close())
	h.open(t)
	must(t, holds(h.store, append(confirmed, id)))
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	h := mustHall(t)
	must(t, h.store.Close())
	h.pragma(t, fmt.Sprintf(`PRAGMA user_version=%d`, store.SchemaVersion+1))
	before := h.file(t)
	_, err := store.Open(t.Context(), h.dir, h.opts)
	e := app.AsError(err)
	if e == nil || e.Code != app.CodeNewerData || len(e.Args) != 2 || e.Args[0] != fmt.Sprint(store.SchemaVersion+1) {
		t.Fatalf("open: %v, want %s", err, app.CodeNewerData)
	}
	if string(h.file(t)) != string(before) {
		t.Error("the newer program's file was changed")
	}
}

func (h *hallAt) file(tb testing.TB) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(h.dir, store.DatabaseFile))
	must(tb, err)
	return b
}

// TestADamagedPageIsNeverMistakenForAWholeHall overwrites one page after the other
// of a closed hall. It must not open, or open and be found out; nothing may crash.
func TestADamagedPageIsNeverMistakenForAWholeHall(t *testing.T) {
	h := busyHall(t)
	must(t, h.store.Close())
	whole := h.file(t)
	const page = 4096
	ctx := context.Background()
	refused, found := 0, 0
	for at := 0; at < len(whole); at += page * (1 + len(whole)/page/24) {
		bad := append([]byte(nil), whole...)
		for i := range page {
			bad[at+i] = byte(i * 7)
		}
		must(t, os.WriteFile(filepath.Join(h.dir, store.DatabaseFile), bad, 0o600))
		s, err := store.Open(ctx, h.dir, h.opts)
		if err != nil {
			if app.CodeOf(err) != app.CodeDamaged {
				t.Errorf("page %d: open: %v, want %s", at/page+1, err, app.CodeDamaged)
			}
			refused++
			continue
		}
		r, err := s.Verify(ctx)
		if err != nil || r.OK {
			t.Errorf("page %d: verify: %v, ok %v", at/page+1, err, r.OK)
		}
		if err := s.CheckNow(ctx); err != nil && app.CodeOf(err) != app.CodeDamaged {
			t.Errorf("page %d: check: %v", at/page+1, err)
		}
		_ = s.BackupTo(ctx, filepath.Join(t.TempDir(), "backup"))
		_ = s.Close()
		found++
	}
	t.Logf("%d pages keep the hall shut, %d are found by verify", refused, found)
	must(t, os.WriteFile(filepath.Join(h.dir, store.DatabaseFile), whole[:len(whole)/2], 0o600))
	if s, err := store.Open(ctx, h.dir, h.opts); err == nil {
		if r, err := s.Verify(ctx); err == nil && r.OK {
			t.Error("half a file passes verify")
		}
		_ = s.Close()
	}
	must(t, os.WriteFile(filepath.Join(h.dir, store.DatabaseFile), []byte("no database at all, only some text"), 0o600))
	if _, err := store.Open(ctx, h.dir, h.opts); app.CodeOf(err) != app.CodeDamaged {
		t.Errorf("a text file: %v, want %s", err, app.CodeDamaged)
	}
}

func TestADamagedHallIsNotBackedUp(t *testing.T) {
	h := busyHall(t)
	must(t, h.store.Close())
	db := h.file(t)
	// A page in the middle of the log, where nothing looks at the start.
	at := strings.LastIndex(string(db), "visit.register") / 4096 * 4096
	for i := range 4096 {
		db[at+i] = byte(i * 7)
	}
	must(t, os.WriteFile(filepath.Join(h.dir, store.DatabaseFile), db, 0o600))
	s, err := store.Open(t.Context(), h.dir, h.opts)
	if app.CodeOf(err) == app.CodeDamaged {
		return
	}
	must(t, err)
	defer func() { _ = s.Close() }()
	path := filepath.Join(t.TempDir(), "backup")
	if err := s.BackupTo(t.Context(), path); app.CodeOf(err) != app.CodeDamaged {
		t.Errorf("backup of a damaged hall: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a backup of a damaged hall stands there as if it were good")
	}
}

func TestALostOrDamagedKeyFileIsToldApart(t *testing.T) {
	h := mustHall(t)
	dir := h.opts.Keys.Where()
	must(t, h.store.Close())
	files, err := filepath.Glob(filepath.Join(dir, "*.key"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	key, err := os.ReadFile(files[0])
	must(t, err)
	before := h.file(t)
	for name, spoil := range map[string]func() error{
		"lost":    func() error { return os.Remove(files[0]) },
		"damaged": func() error { return os.WriteFile(files[0], key[:len(key)/2], 0o600) },
		"another": func() error {
			ring, err := seal.NewRing(zeros{})
			if err != nil {
				return err
			}
			other := seal.NewKeyFiles(filepath.Join(dir, "other"))
			id := strings.TrimSuffix(filepath.Base(files[0]), ".key")
			if err := other.Save(id, ring); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir, "other", id+".key"), files[0])
		},
	} {
		must(t, spoil())
		if s, err := store.Open(t.Context(), h.dir, h.opts); app.CodeOf(err) != app.CodeNoKey {
			t.Errorf("%s: open: %v, want %s", name, err, app.CodeNoKey)
			if err == nil {
				_ = s.Close()
			}
		}
		if string(h.file(t)) != string(before) {
			t.Errorf("%s: the database was changed", name)
		}
	}
	must(t, os.WriteFile(files[0], key, 0o600))
	h.open(t)
	h.wantWhole(t)
}

// zeros is randomness that is none.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestTwoProgramsOnOneFolder(t *testing.T) {
	h := mustHall(t)
	_, err := store.Open(t.Context(), h.dir, h.opts)
	e := app.AsError(err)
	if e == nil || e.Code != app.CodeBusy || len(e.Args) != 2 || e.Args[0] != "test" || e.Args[1] != fmt.Sprint(os.Getpid()) {
		t.Fatalf("the second program got %v, want %s with name and process id", err, app.CodeBusy)
	}
	// The first goes on, and so does the second once the first has ended.
	must(t, addResident(h, 1))
	must(t, h.store.Close())
	h.open(t)
	h.wantWhole(t)
}
