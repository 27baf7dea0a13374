package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

func ticketNumber(tb testing.TB, h *hallAt) string {
	tb.Helper()
	businesses, err := h.Public.Businesses(context.Background())
	must(tb, err)
	taken, err := h.Queue.TakeAtDesk(context.Background(), h.admin, app.TakeTicket{BusinessID: businesses[0].ID, Lane: app.LaneNormal})
	must(tb, err)
	return taken.Ticket.Number
}

// machineOf is the part of a ticket's number that names the machine.
func machineOf(number string) string {
	before, _, _ := strings.Cut(number, "-")
	return before
}

func (h *hallAt) ring(tb testing.TB) *seal.Ring {
	tb.Helper()
	info, err := h.Public.Hall(context.Background())
	must(tb, err)
	ring, err := h.opts.Keys.Load(info.ID)
	must(tb, err)
	return ring
}

func (h *hallAt) backup(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "hall.linlibackup")
	must(tb, h.store.BackupTo(context.Background(), path))
	return path
}

// elsewhere restores a backup in a new folder and opens it there.
func (h *hallAt) elsewhere(tb testing.TB, from string, keys seal.KeyStore, sheet string) *hallAt {
	tb.Helper()
	other := &hallAt{dir: filepath.Join(tb.TempDir(), "restored"), clock: h.clock, opts: h.opts}
	other.opts.Keys = keys
	must(tb, store.Restore(context.Background(), from, other.dir, other.opts, sheet))
	other.open(tb)
	tb.Cleanup(func() { _ = other.store.Close() })
	return other
}

func wantNothingIn(tb testing.TB, dir string) {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		tb.Errorf("left behind: %v", entries)
	}
}

func TestABackupRestoresEverythingAndWritesAsSomebodyNew(t *testing.T) {
	h := busyHall(t)
	old := ticketNumber(t, h)
	path := h.backup(t)
	want := h.verify(t)
	r := h.elsewhere(t, path, h.opts.Keys, "")
	got := r.wantWhole(t)
	if got.Entries != want.Entries+1 || got.Rows != want.Rows+1 { // one says which device it is now
		t.Errorf("restored %d entries and %d rows of %d and %d", got.Entries, got.Rows, want.Entries, want.Rows)
	}
	again := r.elsewhere(t, path, h.opts.Keys, "")
	// The first folder goes on as if nothing had happened; nobody gives a number of
	// somebody else's, not even a second restore of the same backup.
	seen := map[string]bool{machineOf(old): true}
	for _, from := range []*hallAt{r, again} {
		n := ticketNumber(t, from)
		if seen[machineOf(n)] {
			t.Errorf("ticket %s of a restored hall has the machine number of another", n)
		}
		seen[machineOf(n)] = true
		from.wantWhole(t)
	}
	if n := ticketNumber(t, h); machineOf(n) != machineOf(old) {
		t.Errorf("the first folder gives %s after %s", n, old)
	}
	// Once more after the numbers of the block are used up.
	last := h.elsewhere(t, path, h.opts.Keys, "")
	if n := ticketNumber(t, last); seen[machineOf(n)] {
		t.Errorf("ticket %s of the third restore has the machine number of another", n)
	}
}

func TestARestoredHallStaysTheSameOriginFromThenOn(t *testing.T) {
	h := busyHall(t)
	r := h.elsewhere(t, h.backup(t), h.opts.Keys, "")
	first := ticketNumber(t, r)
	must(t, r.store.Close())
	r.open(t)
	if second := ticketNumber(t, r); machineOf(first) != machineOf(second) {
		t.Errorf("%s, and %s after opening again", first, second)
	}
}

func TestTheRecoverySheetOpensABackupOnANewMachine(t *testing.T) {
	h := busyHall(t)
	old := ticketNumber(t, h)
	sheet := strings.ToLower(seal.SheetText(h.ring(t).Root()))
	keys := seal.NewKeyFiles(filepath.Join(t.TempDir(), "keys"))
	r := h.elsewhere(t, h.backup(t), keys, sheet)
	r.wantWhole(t)
	found, err := r.Registry.Find(context.Background(), r.admin, "样例居民1", "", 10)
	if err != nil || len(found) != 1 {
		t.Fatalf("found %d residents, %v; want 1", len(found), err)
	}
	if n := ticketNumber(t, r); machineOf(n) == machineOf(old) {
		t.Errorf("ticket %s of the new machine after %s of the old one", n, old)
	}
	must(t, r.store.Close())
	r.open(t) // the keys were kept: no sheet is needed any more
}

func TestABackupRevealsNothing(t *testing.T) {
	h := busyHall(t)
	b, err := os.ReadFile(h.backup(t))
	must(t, err)
	for _, secret := range []string{"SQLite format", "样例", "CREATE TABLE", "visit.register"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("the backup holds %q in clear", secret)
		}
	}
	left, err := filepath.Glob(filepath.Join(h.dir, ".private-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("plain copies left behind: %v, %v", left, err)
	}
}

func TestABackupMadeDuringWorkIsWhole(t *testing.T) {
	h := busyHall(t)
	stop, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				ended <- nil
				return
			default:
			}
			if err := addResident(h, i); err != nil {
				ended <- err
				return
			}
		}
	}()
	var paths []string
	for range 3 {
		paths = append(paths, h.backup(t))
	}
	close(stop)
	must(t, <-ended)
	for _, p := range paths {
		h.elsewhere(t, p, h.opts.Keys, "").wantWhole(t)
	}
	h.wantWhole(t)
}

func TestRestoreRefuses(t *testing.T) {
	h := busyHall(t)
	path := h.backup(t)
	ctx := context.Background()
	sheet := seal.SheetText(h.ring(t).Root())
	foreign := seal.SheetText(seal.Root{1, 2, 3})
	mistyped := []byte(sheet)
	third := strings.Index(sheet, "\n")*2 + 2 // somewhere in the third line
	if mistyped[third] = '7'; mistyped[third] == sheet[third] {
		mistyped[third] = '8'
	}
	noKeys := seal.NewKeyFiles(filepath.Join(t.TempDir(), "none"))
	for _, c := range []struct {
		name  string
		keys  seal.KeyStore
		sheet string
		code  app.Code
		field string
		arg   string
	}{
		{"no key", noKeys, "", app.CodeNoKey, "", ""},
		{"another hall's sheet", noKeys, foreign, app.CodeNoKey, "", ""},
		{"a mistyped sheet", noKeys, string(mistyped), app.CodeUnreadable, "sheet", "3"},
		{"half a sheet", noKeys, sheet[:40], app.CodeUnreadable, "sheet", "3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new")
			o := h.opts
			o.Keys = c.keys
			err := store.Restore(ctx, path, dir, o, c.sheet)
			e := app.AsError(err)
			if e == nil || e.Code != c.code || e.Field != c.field {
				t.Fatalf("restore: %v, want %s %s", err, c.code, c.field)
			}
			if c.arg != "" && !slices.Equal(e.Args, []string{c.arg}) {
				t.Errorf("args %v, want %s", e.Args, c.arg)
			}
			wantNothingIn(t, dir)
		})
	}
	t.Run("a folder with something in it", func(t *testing.T) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
		if err := store.Restore(ctx, path, dir, h.opts, ""); app.CodeOf(err) != app.CodeNotEmpty {
			t.Fatalf("restore: %v", err)
		}
	})
	t.Run("no such backup", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "new")
		if err := store.Restore(ctx, path+"x", dir, h.opts, ""); err == nil {
			t.Fatal("restored from nothing")
		}
		wantNothingIn(t, dir)
	})
}

func TestADamagedBackupIsRefusedAndTheFolderStaysEmpty(t *testing.T) {
	h := busyHall(t)
	whole, err := os.ReadFile(h.backup(t))
	must(t, err)
	var bad [][]byte
	for _, n := range []int{0, 1, 11, 40, 200, len(whole) / 2, len(whole) - 1} {
		bad = append(bad, whole[:n])
	}
	for _, i := range []int{0, 9, 20, 150, len(whole) / 3, len(whole) - 1} {
		b := bytes.Clone(whole)
		b[i] ^= 0x40
		bad = append(bad, b)
	}
	bad = append(bad, append(bytes.Clone(whole), 0))
	for i, b := range bad {
		path := filepath.Join(t.TempDir(), "bad")
		must(t, os.WriteFile(path, b, 0o600))
		dir := filepath.Join(t.TempDir(), "new")
		err := store.Restore(context.Background(), path, dir, h.opts, "")
		switch app.CodeOf(err) {
		case app.CodeUnreadable, app.CodeNoKey: // a changed hall id asks for keys that nobody has
		default:
			t.Errorf("case %d: %v", i, err)
		}
		wantNothingIn(t, dir)
	}
}

func TestBackupsRotate(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	start := h.clock.t
	var made []string
	for i := range 30 {
		h.clock.t = start.Add(time.Duration(i) * 8 * time.Hour)
		path, err := h.Upkeep.BackupNow(ctx, h.admin)
		must(t, err)
		made = append(made, path)
	}
	kept, err := filepath.Glob(filepath.Join(h.dir, "backups", "*"))
	must(t, err)
	for _, p := range made[len(made)-3:] {
		if !slices.Contains(kept, p) {
			t.Errorf("one of the three newest is gone")
		}
	}
	days := map[string]bool{}
	for _, p := range kept {
		days[filepath.Base(p)[:8]] = true
	}
	if len(days) != 7 || len(kept) > 10 {
		t.Errorf("%d backups of %d days are kept, want 7 days and at most 10", len(kept), len(days))
	}
	// A clock set back a year: the new backup is not taken for the oldest.
	h.clock.t = start.AddDate(-1, 0, 0)
	path, err := h.Upkeep.BackupNow(ctx, h.admin)
	must(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the backup just made was rotated away: %v", err)
	}
}

func TestWhatACutLeftOfABackupIsClearedAway(t *testing.T) {
	h := mustHall(t)
	dir := filepath.Join(h.dir, "backups")
	must(t, os.MkdirAll(dir, 0o700))
	must(t, os.WriteFile(filepath.Join(dir, ".linli-1.tmp"), []byte("half a backup"), 0o600))
	path, err := h.Upkeep.BackupNow(t.Context(), h.admin)
	must(t, err)
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 1 || left[0].Name() != filepath.Base(path) {
		t.Errorf("beside the backup: %v", left)
	}
}

func TestHealthTellsOfBackupsThatCount(t *testing.T) {
	h := busyHall(t)
	ctx := context.Background()
	before, err := h.Upkeep.Health(ctx)
	must(t, err)
	if !before.LastBackup.IsZero() || before.LastBackupErr != "" || before.SheetSeen {
		t.Fatalf("a new hall's health: %+v", before)
	}
	if before.DiskFree <= 0 || before.DatabaseSize <= 0 || before.Entries == 0 || before.Residents != 3 {
		t.Errorf("health: %+v", before)
	}
	_, err = h.Upkeep.BackupNow(ctx, h.admin)
	must(t, err)
	must(t, h.store.CheckNow(ctx))
	must(t, h.store.NoteRun(ctx, "check", h.clock.Now(), nil))
	good, err := h.Upkeep.Health(ctx)
	must(t, err)
	if !good.LastBackup.Equal(h.clock.Now()) || !good.CheckOK {
		t.Errorf("health after a backup: %+v", good)
	}
	// A failed one is told, and the last good one is not forgotten.
	h.clock.t = h.clock.t.Add(time.Hour)
	blocked := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(blocked, nil, 0o600))
	if err := h.store.BackupTo(ctx, filepath.Join(blocked, "hall")); err == nil {
		t.Fatal("backed up into a file")
	}
	bad, err := h.Upkeep.Health(ctx)
	must(t, err)
	if bad.LastBackupErr == "" || !bad.LastBackup.Equal(good.LastBackup) {
		t.Errorf("health after a failed backup: %+v", bad)
	}
}

func TestBackupsAreForAdministrators(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	clerk := app.Actor{ID: "clerk", Role: app.RoleClerk}
	_, err := h.Upkeep.BackupNow(ctx, clerk)
	_, err2 := h.Upkeep.RecoverySheet(ctx, clerk, "zh")
	err3 := h.Upkeep.ConfirmSheet(ctx, clerk, "0000")
	for _, err := range []error{err, err2, err3} {
		if app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("a clerk got %v", err)
		}
	}
}

func TestTheRecoverySheetIsConfirmedByItsLastGroup(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	for _, lang := range []string{"zh", "en"} {
		pdf, err := h.Upkeep.RecoverySheet(ctx, h.admin, lang)
		must(t, err)
		if !bytes.HasPrefix(pdf, []byte("%PDF")) {
			t.Errorf("%s: no PDF", lang)
		}
	}
	text := strings.TrimSpace(seal.SheetText(h.ring(t).Root()))
	group := text[len(text)-4:]
	for _, wrong := range []string{"", group[:3], group + "0", text[:4]} {
		if err := h.Upkeep.ConfirmSheet(ctx, h.admin, wrong); app.CodeOf(err) != app.CodeInvalid {
			t.Errorf("%d characters were taken: %v", len(wrong), err)
		}
	}
	must(t, h.Upkeep.ConfirmSheet(ctx, h.admin, " "+strings.ToLower(group)+" "))
	health, err := h.Upkeep.Health(ctx)
	if err != nil || !health.SheetSeen {
		t.Errorf("confirmed, and health says %v, %v", health.SheetSeen, err)
	}
	h.wantWhole(t)
}

func TestTheHallsJobsRun(t *testing.T) {
	h := busyHall(t)
	ctx := context.Background()
	for _, j := range h.store.Jobs() {
		if err := j.Run(ctx); err != nil {
			t.Errorf("%s: %v", j.Name, err)
		}
	}
	if info, err := os.Stat(filepath.Join(h.dir, store.DatabaseFile+"-wal")); err == nil && info.Size() > 0 {
		t.Errorf("the write-ahead log still has %d bytes", info.Size())
	}
	count := func() int {
		kept, err := filepath.Glob(filepath.Join(h.dir, "backups", "*"))
		must(t, err)
		return len(kept)
	}
	if count() != 1 {
		t.Fatalf("%d backups after the first run", count())
	}
	run := func() {
		for _, j := range h.store.Jobs() {
			must(t, j.Run(ctx))
		}
	}
	h.clock.t = h.clock.t.Add(time.Hour)
	run()
	if count() != 1 {
		t.Error("a second backup of the same hall was made")
	}
	must(t, addResident(h, 7))
	run()
	if count() != 2 {
		t.Error("no backup after something was written")
	}
	h.wantWhole(t)
}

func TestARunIsRememberedOverARestart(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	if at, err := h.store.LastRun(ctx, "check"); err != nil || !at.IsZero() {
		t.Fatalf("never ran, and was at %v, %v", at, err)
	}
	must(t, h.store.NoteRun(ctx, "check", h.clock.Now(), nil))
	must(t, h.store.NoteRun(ctx, "check", h.clock.Now().Add(time.Hour), fmt.Errorf("some fault")))
	must(t, h.store.Close())
	h.open(t)
	at, err := h.store.LastRun(ctx, "check")
	if err != nil || !at.Equal(h.clock.Now()) {
		t.Errorf("last good run at %v, %v; want %v", at, err, h.clock.Now())
	}
}

func TestARestoreThatWasCutOffCanBeRepeated(t *testing.T) {
	h := mustHall(t)
	file := filepath.Join(t.TempDir(), "hall.linlibackup")
	must(t, h.store.BackupTo(t.Context(), file))
	dir := filepath.Join(t.TempDir(), "new")
	must(t, os.MkdirAll(filepath.Join(dir, ".private-123"), 0o700)) // what a power cut leaves
	must(t, store.Restore(t.Context(), file, dir, h.opts, ""))
	left, err := filepath.Glob(filepath.Join(dir, ".private-*"))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("%d plain copies are left", len(left))
	}
}
