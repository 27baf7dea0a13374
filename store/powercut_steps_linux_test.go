package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
)

func init() {
	children["cut the power of a step"] = cutStep
	for name, s := range steps {
		children[name] = s.do
	}
}

// powerStep is something that is done once in the life of a hall and must be whole
// or undone, wherever the power is cut.
type powerStep struct {
	// before makes the disks what they are before the step.
	before func(ctx context.Context, m *cuttable) error
	// do is the step, done by a child on the mounted disks.
	do func(arg string) error
	// after looks at what a cut has left.
	after func(ctx context.Context, m *cuttable, s session) error
}

var steps = map[string]powerStep{
	"init":     {before: func(_ context.Context, m *cuttable) error { return m.empty() }, do: initHall, after: wholeHallOrNone},
	"restore":  {before: backedUp, do: restoreHall, after: restoredOrNot},
	"put back": {before: puttingBack, do: openPutBack, after: stillWritten},
	"back up":  {before: func(ctx context.Context, m *cuttable) error { return m.init(ctx) }, do: backUpTwice, after: backupsOpen},
	"attach":   {before: func(ctx context.Context, m *cuttable) error { return m.init(ctx) }, do: attachSome, after: attachedOpen},
}

// says tells the other process what was confirmed.
func says(what ...any) { fmt.Println(append([]any{"confirmed"}, what...)...) }

// word answers the n-th word of the confirmed line that begins with another.
func (s session) word(first string, n int) (string, bool) {
	for _, c := range s.confirmed {
		if c[0] == first && len(c) > n {
			return c[n], true
		}
	}
	return "", false
}

func initHall(arg string) error {
	dir, _, _ := strings.Cut(arg, "\n")
	if err := store.Init(context.Background(), dir, sampleHall, store.Options{Program: "test"}); err != nil {
		return err
	}
	says("hall", "made")
	return nil
}

// wholeHallOrNone sees to it that a hall is there, whole, or can be made now.
func wholeHallOrNone(ctx context.Context, m *cuttable, s session) error {
	c, err := m.copied()
	if err != nil {
		return err
	}
	dir := filepath.Join(c.hall, "hall")
	if err := isWhole(ctx, dir, c.optionsOn()); app.CodeOf(err) != app.CodeNoHall {
		return err
	}
	if _, made := s.word("hall", 1); made {
		return errors.New("a hall was made and is gone")
	}
	if err := store.Init(ctx, dir, sampleHall, c.optionsOn()); err != nil {
		return fmt.Errorf("init again: %w", err)
	}
	return isWhole(ctx, dir, c.optionsOn())
}

// isWhole opens a hall and lets its administrator in.
func isWhole(ctx context.Context, dir string, o store.Options) (err error) {
	s, err := store.Open(ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.Hall().Staff.SignIn(ctx, sampleHall.Admin, adminPIN, ""); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	services, err := s.Hall().Public.Services(ctx, "")
	if err != nil || len(services) < 40 {
		return fmt.Errorf("%d services, %w", len(services), err)
	}
	r, err := s.Verify(ctx)
	if err == nil && (!r.OK || len(r.Away) > 0) {
		err = fmt.Errorf("verify: %v, and %d contents are not here", r.Problems, len(r.Away))
	}
	return err
}

// backupOf is where a machine's backup lies: on a medium whose power is not cut.
func (m *cuttable) backupOf() string { return filepath.Join(filepath.Dir(m.scratch), "backup") }

// backedUp makes a backup and then takes the hall away, and half of the time its keys:
// the recovery sheet brings them back.
func backedUp(ctx context.Context, m *cuttable) error {
	if _, err := os.Stat(m.backupOf()); err != nil {
		if err := m.init(ctx); err != nil {
			return err
		}
		s, err := store.Open(ctx, filepath.Join(m.hall, "hall"), m.optionsOn())
		if err != nil {
			return err
		}
		_, err = attachTo(ctx, s, 1)
		if err == nil {
			err = s.BackupTo(ctx, m.backupOf())
		}
		sheet := os.WriteFile(m.backupOf()+"-sheet", []byte(s.SheetText()), 0o600)
		if err := errors.Join(err, sheet, s.Close(), m.put(m.backupOf()+"-keys", m.keys)); err != nil {
			return err
		}
	}
	keys := m.backupOf() + "-keys"
	if m.rng.IntN(2) == 0 {
		keys = ""
	}
	return errors.Join(m.put(m.hall, ""), m.put(m.keys, keys))
}

func restoreHall(arg string) error {
	dir, backup, _ := strings.Cut(arg, "\n")
	sheet, err := os.ReadFile(backup + "-sheet")
	if err != nil {
		return err
	}
	o := store.Options{Program: "test"}
	if err := store.Restore(context.Background(), backup, dir, o, string(sheet)); err != nil {
		return err
	}
	says("hall", "restored")
	return openPutBack(arg)
}

func restoredOrNot(ctx context.Context, m *cuttable, s session) error {
	c, err := m.copied()
	if err != nil {
		return err
	}
	dir := filepath.Join(c.hall, "hall")
	if _, err := os.Stat(filepath.Join(dir, store.DatabaseFile)); err == nil {
		if err := isWhole(ctx, dir, c.optionsOn()); err != nil {
			return err
		}
		return stillWritten(ctx, m, s)
	}
	if _, restored := s.word("hall", 1); restored {
		return errors.New("a hall was restored and is gone")
	}
	sheet, err := os.ReadFile(m.backupOf() + "-sheet")
	if err != nil {
		return err
	}
	if err := store.Restore(ctx, m.backupOf(), dir, c.optionsOn(), string(sheet)); err != nil {
		return fmt.Errorf("restore again: %w", err)
	}
	return isWhole(ctx, dir, c.optionsOn())
}

// puttingBack lays an older copy of the database in its place: opening it makes a
// new origin, whose key must be durable before it signs anything.
func puttingBack(ctx context.Context, m *cuttable) error {
	if err := m.init(ctx); err != nil {
		return err
	}
	dir := filepath.Join(m.hall, "hall")
	db := filepath.Join(dir, store.DatabaseFile)
	old, err := os.ReadFile(db)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, dir, m.optionsOn())
	if err != nil {
		return err
	}
	_, err = register(s)
	return errors.Join(err, s.Close(), os.WriteFile(db, old, 0o600))
}

// openPutBack opens the hall and works a little.
func openPutBack(arg string) error {
	dir, _, _ := strings.Cut(arg, "\n")
	s, err := store.Open(context.Background(), dir, store.Options{Program: "test"})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	for range 3 {
		id, err := register(s)
		if err != nil {
			return err
		}
		says("visit", id)
	}
	return s.Close()
}

// stillWritten sees to it that the hall is whole and has the visits that were
// confirmed.
func stillWritten(ctx context.Context, m *cuttable, s session) error {
	return m.look(ctx, func(db *sql.DB) error {
		there, err := texts(db, `SELECT id, 0 FROM visit`)
		if err != nil {
			return err
		}
		origins, err := texts(db, `SELECT origin, count(*) FROM entry GROUP BY 1`)
		if err != nil {
			return err
		}
		for _, c := range s.confirmed {
			if _, ok := there[c[1]]; c[0] == "visit" && !ok {
				return errors.New("a visit was confirmed and is gone")
			}
			if c[0] == "visit" && len(origins) > 2 {
				return errors.New("an origin that had begun to write was left for another one")
			}
		}
		return nil
	})
}

// backUpTwice makes backups with work between them.
func backUpTwice(arg string) error {
	dir, _, _ := strings.Cut(arg, "\n")
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{Program: "test"})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	for range 2 {
		id, err := register(s)
		if err != nil {
			return err
		}
		says("visit", id)
		path, err := s.Hall().Upkeep.BackupNow(ctx, app.ConsoleActor())
		if err != nil {
			return err
		}
		says("backup", filepath.Base(path), id)
	}
	return s.Close()
}

// backupsOpen sees to it that each backup which stands under its name can be
// restored, and that those stand there that were confirmed.
func backupsOpen(ctx context.Context, m *cuttable, s session) error {
	if err := stillWritten(ctx, m, s); err != nil {
		return err
	}
	c, err := m.copied()
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(c.hall, "hall", "backups", "*.linlibackup"))
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for i, f := range files {
		there[filepath.Base(f)] = true
		dir := filepath.Join(c.scratch, fmt.Sprint("restored-", i))
		if err := errors.Join(os.RemoveAll(dir), store.Restore(ctx, f, dir, c.optionsOn(), "")); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		if err := isWhole(ctx, dir, c.optionsOn()); err != nil {
			return fmt.Errorf("a restored hall: %w", err)
		}
	}
	for _, c := range s.confirmed {
		if c[0] == "backup" && !there[c[1]] {
			return errors.New("a backup was confirmed and is gone")
		}
	}
	return nil
}

// cutStep cuts the power at want moments of a step, spread over all of it.
func cutStep(arg string) error {
	var seed uint64
	var want int
	var dir string
	name, rest, _ := strings.Cut(arg, ":")
	if _, err := fmt.Sscan(rest, &want, &seed, &dir); err != nil {
		return err
	}
	ctx, began := context.Background(), time.Now()
	m, err := newCuttable(dir, seed)
	if err != nil {
		return err
	}
	step := steps[name]
	once := func(n int) (session, error) {
		if err := step.before(ctx, m); err != nil {
			return session{}, fmt.Errorf("before: %w", err)
		}
		s, err := m.run(ctx, name, m.backupOf(), n)
		if err != nil {
			return s, err
		}
		return s, step.after(ctx, m, s)
	}
	whole, err := once(0)
	if err != nil {
		return fmt.Errorf("without a cut: %w", err)
	}
	undone, done := 0, 0
	for i := range want {
		// Somewhere in the i-th of so many equal parts; the last are after the end.
		all := whole.changes + whole.changes/10
		at := 1 + (i*all+m.rng.IntN(all))/want
		s, err := once(at)
		if err != nil {
			return fmt.Errorf("seed %d, cut in place of change %d of %d: %w\n%s", seed, at, whole.changes, err, s.output)
		}
		if len(s.confirmed) > 0 {
			done++
		} else if s.off {
			undone++
		}
	}
	fmt.Printf("report %d cuts in %.0f s, spread over %d changes of the disks: %d before anything was confirmed, %d after\n", want, time.Since(began).Seconds(), whole.changes, undone, done)
	return nil
}

// TestAPowerCutLeavesAStepDoneOrUndone cuts the power of a hall that is being made,
// restored, opened on an older copy of its database, backed up, or given files, and of its keys
// in the same moment.
func TestAPowerCutLeavesAStepDoneOrUndone(t *testing.T) {
	for name := range steps {
		t.Run(name, func(t *testing.T) {
			if report, ok := cutting(t, "cut the power of a step", name+":", soak(30, 300), rand.Uint64()); ok {
				t.Log(report)
			}
		})
	}
}
