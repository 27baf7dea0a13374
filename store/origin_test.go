package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store"
)

// writer answers the origin that the folder writes as.
func (h *hallAt) writer(tb testing.TB) (origin string) {
	tb.Helper()
	db := h.look(tb)
	defer func() { _ = db.Close() }()
	must(tb, db.QueryRow(`SELECT origin FROM replica`).Scan(&origin))
	return origin
}

// copyAt copies the closed hall's database, and putBack lays such a copy in its place.
func (h *hallAt) copyAt(tb testing.TB, to string) {
	tb.Helper()
	must(tb, h.store.Close())
	b, err := os.ReadFile(filepath.Join(h.dir, store.DatabaseFile))
	must(tb, err)
	must(tb, os.WriteFile(to, b, 0o600))
	h.open(tb)
}

func (h *hallAt) putBack(tb testing.TB, from string) {
	tb.Helper()
	must(tb, h.store.Close())
	b, err := os.ReadFile(from)
	must(tb, err)
	must(tb, os.WriteFile(filepath.Join(h.dir, store.DatabaseFile), b, 0o600))
	h.open(tb)
}

func TestADatabasePutBackGoesOnAsSomebodyNew(t *testing.T) {
	h := mustHall(t)
	old := filepath.Join(t.TempDir(), "old.db")
	h.copyAt(t, old)
	first := h.writer(t)
	h.person(t, map[string]string{"name": "样例甲"}) // the copy does not have this
	seen := map[string]bool{first: true}
	// The same copy is put back again and again: each time somebody else has
	// written here meanwhile, and the copy still says the first.
	for range 3 {
		h.putBack(t, old)
		now := h.writer(t)
		if seen[now] {
			t.Fatal("a database put back writes on as an origin that has written since")
		}
		seen[now] = true
		health, err := h.Upkeep.Health(t.Context())
		must(t, err)
		if !health.PutBack.Equal(h.clock.Now()) {
			t.Errorf("the health page says %v of the older copy, want %v", health.PutBack, h.clock.Now())
		}
		h.person(t, map[string]string{"name": "样例乙"})
		h.wantWhole(t)
		h.reopen(t)
		if h.writer(t) != now {
			t.Error("opening it once more made yet another origin")
		}
	}
}

func TestANewOriginSaysOnceWhichDeviceItIs(t *testing.T) {
	h := mustHall(t)
	devices := func(h *hallAt) int {
		return h.count(t, `SELECT count(*) FROM device d JOIN touch t ON t.tbl = 'device' AND t.row = d.id JOIN entry n ON n.seq = t.seq AND n.origin = d.id JOIN replica r ON r.origin = d.id`)
	}
	if devices(h) != 1 {
		t.Error("a new hall's machine has no device row of its own")
	}
	entries := h.entryCount(t)
	r := h.elsewhere(t, h.backup(t), h.opts.Keys, "")
	if devices(r) != 1 || r.entryCount(t) != entries+1 {
		t.Errorf("restored: %d device rows of its own, %d entries after %d", devices(r), r.entryCount(t), entries)
	}
	r.wantNoEntry(t, "opening it again", func() { r.reopen(t) })
	// Whoever writes first afterwards: also a kiosk, which may not write that row.
	_, err := r.Kiosk.CallStaff(background, "home")
	must(t, err)
	r.wantWhole(t)
}

func TestTwoBackupsAtOnce(t *testing.T) {
	h := busyHall(t)
	dir := t.TempDir()
	ended := make(chan error, 6)
	for i := range cap(ended) {
		go func() { ended <- h.store.BackupTo(background, filepath.Join(dir, string(rune('a'+i)))) }()
	}
	for range cap(ended) {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsWrittenOnceStaysAsItIs(t *testing.T) {
	h := mustHall(t)
	h.take(t, "A", app.LaneNormal)
	for _, statement := range []string{`UPDATE ticket SET number = 'A1-999'`, `UPDATE ticket_event SET at = 1`} {
		if err := h.exec(statement); err == nil {
			t.Errorf("%s was logged as a change", statement)
		}
	}
	must(t, h.exec(`UPDATE ticket SET number = number`)) // says nothing new
	h.wantWhole(t)
}
