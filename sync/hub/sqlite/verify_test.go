package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/hub/sqlite"
	"linli/sync/oplog"
)

// alter changes a closed database behind the hub's back.
func alter(tb testing.TB, dir, query string) {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, sqlite.DatabaseFile)))
	must(tb, err)
	_, err = db.Exec(query)
	must(tb, err)
	must(tb, db.Close())
}

// busy is a hub with two scopes, a clone, a machine that was cut, and registers up to somewhere in the middle.
func busy(tb testing.TB, dir string) {
	tb.Helper()
	s := open(tb, dir)
	h := newHall(tb, s)
	l := hub.NewLog(s)
	accept := func(part string, items ...oplog.Item) {
		tb.Helper()
		r, err := l.Accept(background, oplog.Batch{Scope: oplog.HallScope("one", part), Items: items})
		must(tb, err)
		if r.Fresh != len(items) {
			tb.Fatalf("%+v", r)
		}
	}
	lost := h.Machine(tb, "lost", nil)
	accept(oplog.Desk, h.desk.Run(oplog.Desk, 6)...)
	accept(oplog.Desk, lost.Run(oplog.Desk, 4)...)
	clone := h.desk.Clone()
	accept(oplog.Desk, h.desk.Run(oplog.Desk, 3)...)
	accept(oplog.Desk, clone.Run(oplog.Desk, 3)...)
	accept(oplog.Public, h.desk.Sign(h.desk.Write(oplog.Public, lost.Cut(oplog.Desk, 2))))
	_, err := l.Digest(background, desk)
	must(tb, err)
	accept(oplog.Desk, h.desk.Run(oplog.Desk, 2)...)
	must(tb, s.Close())
}

func verify(tb testing.TB, dir string) hub.Report {
	tb.Helper()
	s := open(tb, dir)
	r, err := hub.Verify(background, s, memory.New("scratch"))
	must(tb, err)
	must(tb, s.Close())
	return r
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	busy(t, whole)
	if r := verify(t, whole); !r.OK || r.Entries != 19 || r.Rows == 0 {
		t.Fatalf("untouched: %+v", r)
	}
	const first = "(SELECT min(place) FROM entry)"
	for _, c := range []struct {
		change string
		kinds  []string
	}{
		{"UPDATE entry SET body = X'A0' WHERE place = " + first + " + 7", []string{hub.ProblemUnreadable}},
		{"UPDATE entry SET body = (SELECT body FROM entry e WHERE e.place = " + first + " + 3) WHERE place = " + first + " + 2", []string{hub.ProblemHash}},
		{"UPDATE entry SET hash = zeroblob(32) WHERE place = " + first + " + 4", []string{hub.ProblemHash}},
		{"UPDATE entry SET n = 77 WHERE place = " + first + " + 4", []string{hub.ProblemColumn}},
		{"DELETE FROM entry WHERE place = " + first + " + 3", []string{hub.ProblemOrder, hub.ProblemChain}},
		{"DELETE FROM entry WHERE place = (SELECT max(place) FROM entry WHERE line = 1)", []string{hub.ProblemEnd}},
		{"UPDATE entry SET sig = NULL", []string{hub.ProblemUnsigned}},
		{"UPDATE entry SET sig = zeroblob(64) WHERE sig IS NOT NULL", []string{hub.ProblemSignature}},
		{"UPDATE line SET certificate = (SELECT certificate FROM line WHERE no = 2) WHERE no = 1", []string{hub.ProblemCertificate}},
		{"UPDATE hall SET authority = zeroblob(32)", []string{hub.ProblemCertificate}},
		{"DELETE FROM hall", []string{hub.ProblemHall}},
		{"DELETE FROM cut", []string{hub.ProblemCut}},
		{"UPDATE entry SET verdict = 0", []string{hub.ProblemVerdict}},
		{"UPDATE entry SET verdict = 1 WHERE place = " + first + " + 1", []string{hub.ProblemVerdict}},
		{"DELETE FROM register WHERE row = 'row-1'", []string{hub.ProblemMissing}},
		{"INSERT INTO register(scope, tbl, row, cells) SELECT scope, 'zzz', row, cells FROM register LIMIT 1", []string{hub.ProblemExtra}},
		{"UPDATE register SET cells = (SELECT cells FROM register WHERE row = 'row-0') WHERE row = 'row-1'", []string{hub.ProblemRegister}},
		{"UPDATE scope_head SET rows = zeroblob(32)", []string{hub.ProblemSum}},
		{"UPDATE tip SET n = n + 1", []string{hub.ProblemEnd}},
		{"UPDATE scope_head SET seq = seq - 1", []string{hub.ProblemEnd}},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		copyFolder(t, dir, whole)
		alter(t, dir, c.change)
		r := verify(t, dir)
		var found []string
		for _, p := range r.Problems {
			found = append(found, p.Kind)
		}
		for _, kind := range c.kinds {
			if !slices.Contains(found, kind) {
				t.Errorf("%s: found %v, want %s", c.change, found, kind)
			}
		}
		if r.OK {
			t.Errorf("%s: passes", c.change)
		}
	}
}

// TestRegistersAreTheSameWhenTheyAreMadeLater compares registers made along the way with those that a copy makes at the end.
func TestRegistersAreTheSameWhenTheyAreMadeLater(t *testing.T) {
	sum := func(often bool) (d exchange.Digest) {
		s := open(t, t.TempDir())
		h := newHall(t, s)
		l := hub.NewLog(s)
		for i := range 5 {
			m := h.Machine(t, fmt.Sprint("desk", i), nil)
			_, err := l.Accept(background, oplog.Batch{Scope: desk, Items: m.Run(oplog.Desk, 300)})
			must(t, err)
			if often {
				_, err := l.Digest(background, desk)
				must(t, err)
			}
		}
		d, err := l.Digest(background, desk)
		must(t, err)
		return d
	}
	if sum(true) != sum(false) {
		t.Error("registers depend on when they are made")
	}
}
