package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
)

// addGrid is plain SQL for a row of a replicated table.
const addGrid = `INSERT INTO grid(id, name, level) VALUES (?,?,?)`

func TestEveryChangeIsLogged(t *testing.T) {
	h := mustHall(t)
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	must(t, h.exec(addGrid, "g2", "二网格", 2))
	cases := []struct {
		name    string
		do      func(tx *store.Tx) error
		changes map[string]map[string]oplog.Value // row → cells
	}{
		{
			"insert", func(tx *store.Tx) error {
				_, err := tx.Exec(addGrid, "g3", "三网格", 2)
				return err
			},
			map[string]map[string]oplog.Value{"g3": {"name": "三网格", "level": int64(2), "deleted": int64(0)}},
		},
		{
			"update", func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE grid SET leader = ? WHERE id = 'g1'`, "样例网格长")
				return err
			},
			map[string]map[string]oplog.Value{"g1": {"leader": "样例网格长", "deleted": int64(0)}},
		},
		{
			"upsert", func(tx *store.Tx) error {
				for _, id := range []string{"g1", "g4"} {
					if _, err := tx.Exec(`INSERT INTO grid(id, level) VALUES (?,3) ON CONFLICT(id) DO UPDATE SET level = excluded.level`, id); err != nil {
						return err
					}
				}
				return nil
			},
			map[string]map[string]oplog.Value{"g1": {"level": int64(3), "deleted": int64(0)}, "g4": {"level": int64(3), "deleted": int64(0)}},
		},
		{
			"many rows at once", func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE grid SET code = 'c-' || id WHERE id IN ('g1', 'g2')`)
				return err
			},
			map[string]map[string]oplog.Value{"g1": {"code": "c-g1", "deleted": int64(0)}, "g2": {"code": "c-g2", "deleted": int64(0)}},
		},
		{
			"the same row twice", func(tx *store.Tx) error {
				if _, err := tx.Exec(`UPDATE grid SET name = 'first', code = 'x' WHERE id = 'g2'`); err != nil {
					return err
				}
				_, err := tx.Exec(`UPDATE grid SET name = 'last', code = 'c-g2' WHERE id = 'g2'`)
				return err
			},
			map[string]map[string]oplog.Value{"g2": {"name": "last", "deleted": int64(0)}},
		},
		{
			"a value taken away", func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE grid SET leader = NULL WHERE id = 'g1'`)
				return err
			},
			map[string]map[string]oplog.Value{"g1": {"leader": nil, "deleted": int64(0)}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := h.entryCount(t)
			must(t, h.write("grid.test", c.do))
			entries := h.entriesAfter(t, before)
			if len(entries) != 1 || entries[0].Scope.Part() != oplog.Public || entries[0].Verb != "grid.test" || entries[0].Actor != h.admin.ID {
				t.Fatalf("entries %+v, want one of the administrator in the public scope", entries)
			}
			got := map[string]map[string]oplog.Value{}
			for _, ch := range entries[0].Changes {
				cells := map[string]oplog.Value{}
				for _, cell := range ch.Cells {
					cells[cell.Column] = cell.Value
				}
				got[ch.Row] = cells
			}
			if fmt.Sprint(got) != fmt.Sprint(c.changes) {
				t.Errorf("changes %v, want %v", got, c.changes)
			}
		})
	}
	h.wantWhole(t)
}

func TestWhatChangesNothingIsNotLogged(t *testing.T) {
	h := mustHall(t)
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	h.wantNoEntry(t, "an update that is undone", func() {
		must(t, h.write("grid.test", func(tx *store.Tx) error {
			if _, err := tx.Exec(`UPDATE grid SET name = 'other' WHERE id = 'g1'`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE grid SET name = '一网格' WHERE id = 'g1'`)
			return err
		}))
	})
	h.wantNoEntry(t, "an update to equal values", func() {
		must(t, h.exec(`UPDATE grid SET name = name, deleted = 0, level = 2 WHERE id = 'g1'`))
	})
	h.wantNoEntry(t, "local tables", func() {
		must(t, h.exec(`INSERT INTO setting(key, value) VALUES ('a', 'b')`))
		must(t, h.exec(`UPDATE setting SET value = 'c'`))
		must(t, h.exec(`DELETE FROM setting`))
	})
	h.wantNoEntry(t, "a function that fails", func() {
		boom := errors.New("changed my mind")
		err := h.write("grid.test", func(tx *store.Tx) error {
			if _, err := tx.Exec(addGrid, "g9", "x", 1); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("err = %v", err)
		}
	})
	if n := h.count(t, `SELECT count(*) FROM grid WHERE id = 'g9'`); n != 0 {
		t.Error("a failed action left its row")
	}
	h.wantNoEntry(t, "a panic", func() {
		defer func() { _ = recover() }()
		_ = h.write("grid.test", func(tx *store.Tx) error {
			_, _ = tx.Exec(addGrid, "g9", "x", 1)
			panic("half-way")
		})
	})
	must(t, h.exec(addGrid, "g9", "after the panic", 1))
	h.wantWhole(t)
}

func TestLookingAndSigningInAreNotLogged(t *testing.T) {
	h := mustHall(t)
	id := h.person(t, map[string]string{"name": "样例甲"})
	h.wantNoEntry(t, "looking around", func() {
		h.reopen(t) // signs in as well
		_, _, err := h.Registry.Resident(background, h.admin, id)
		must(t, err)
		_, err = h.Registry.Find(background, h.admin, "样例", "", 10)
		must(t, err)
		_, err = h.Registry.History(background, h.admin, id)
		must(t, err)
		_, err = h.Public.Board(background)
		must(t, err)
		_, err = h.Cases.Cases(background, h.admin, app.CaseFilter{})
		must(t, err)
		_, err = h.Staff.SignIn(background, "样例管理员", "135791", "")
		wantCode(t, "a wrong PIN", err, app.CodeWrongPIN)
		_, err = h.Staff.SignIn(background, "样例管理员", adminPIN, "")
		must(t, err)
	})
}

func TestWhatAReplicatedTableMustNeverSee(t *testing.T) {
	h := mustHall(t)
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	for _, c := range []struct {
		name, query string
		args        []any
	}{
		{"delete", `DELETE FROM grid WHERE id = 'g1'`, nil},
		{"delete all", `DELETE FROM grid`, nil},
		{"replace", `REPLACE INTO grid(id, name) VALUES ('g1', 'x')`, nil},
		{"insert or replace", `INSERT OR REPLACE INTO grid(id, name) VALUES ('g1', 'x')`, nil},
		{"another key", `UPDATE grid SET id = 'g2' WHERE id = 'g1'`, nil},
		{"no key", `INSERT INTO grid(id, name) VALUES (NULL, 'x')`, nil},
		{"empty key", `INSERT INTO grid(id, name) VALUES ('', 'x')`, nil},
		{"unsealed text", `INSERT INTO resident(id, name) VALUES ('r1', ?)`, []any{"样例明文"}},
		{"unsealed bytes", `INSERT INTO resident(id, name) VALUES ('r1', ?)`, []any{[]byte("样例明文样例明文样例明文样例明文样例明文")}},
		{"unsealed number", `INSERT INTO resident(id, phone) VALUES ('r1', 13800001234)`, nil},
		{"text with a NUL", `UPDATE grid SET name = ? WHERE id = 'g1'`, []any{"a\x00b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			grids, residents := h.count(t, `SELECT count(*) FROM grid`), h.count(t, `SELECT count(*) FROM resident`)
			h.wantNoEntry(t, c.name, func() {
				err := h.exec(c.query, c.args...)
				if err == nil {
					t.Fatal("was let through")
				}
				if strings.Contains(err.Error(), "样例明文") || strings.Contains(err.Error(), "13800001234") {
					t.Errorf("the error quotes the value")
				}
			})
			if h.count(t, `SELECT count(*) FROM grid`) != grids || h.count(t, `SELECT count(*) FROM resident`) != residents {
				t.Error("rows were left or lost")
			}
			if h.count(t, `SELECT count(*) FROM grid WHERE id = 'g1' AND name = '一网格'`) != 1 {
				t.Error("the row changed")
			}
		})
	}
	h.wantWhole(t)
}

func TestAFailedStatementFailsTheAction(t *testing.T) {
	// SQLite takes back the first row of a statement whose second row fails. A
	// function that goes on as if nothing had been must not log the first.
	h := mustHall(t)
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	h.wantNoEntry(t, "a swallowed failure", func() {
		err := h.write("grid.test", func(tx *store.Tx) error {
			_, _ = tx.Exec(`INSERT INTO grid(id, name) VALUES ('g2', 'x'), ('g1', 'x')`)
			return nil
		})
		if err == nil {
			t.Error("the action went through")
		}
	})
	h.wantWhole(t)
}

func TestActionOverTwoScopes(t *testing.T) {
	h := mustHall(t)
	before := h.entryCount(t)
	must(t, h.write("test.two", func(tx *store.Tx) error {
		if _, err := tx.Exec(addGrid, "g1", "一网格", 2); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO resident(id, sex) VALUES ('r1', '1')`)
		return err
	}))
	es := h.entriesAfter(t, before)
	if len(es) != 2 || es[0].Action != es[1].Action || es[0].Scope == es[1].Scope {
		t.Fatalf("%d entries, want two of one action in two scopes", len(es))
	}
	if !es[0].signed || !es[1].signed {
		t.Error("the last entry of a scope in an action must be signed")
	}
}

// checkChains asserts what every log must be.
func checkChains(t *testing.T, es []logged) {
	t.Helper()
	type chain struct {
		scope  oplog.Scope
		origin oplog.Origin
	}
	heads := map[chain]logged{}
	hlc := map[oplog.Origin]oplog.HLC{}
	for i, e := range es {
		k := chain{e.Scope, e.Origin}
		prev := heads[k]
		hash := e.Hash()
		if !bytes.Equal(hash[:], e.hash) {
			t.Fatalf("entry %d: body hashes to %s, column says %x", i, hash, e.hash)
		}
		if e.N != prev.N+1 || e.Prev != prev.Hash() {
			t.Fatalf("entry %d: n %d after %d", i, e.N, prev.N)
		}
		if e.HLC <= hlc[e.Origin] {
			t.Fatalf("entry %d: clock %d after %d", i, e.HLC, hlc[e.Origin])
		}
		if e.size > oplog.MaxEntry {
			t.Fatalf("entry %d has %d bytes", i, e.size)
		}
		if prev.N > 0 && prev.Action != e.Action && !prev.signed {
			t.Fatalf("entry %d ends an action unsigned", i-1)
		}
		heads[k], hlc[e.Origin] = e, e.HLC
	}
	for k, e := range heads {
		if !e.signed {
			t.Fatalf("the head of %s is unsigned", k.scope)
		}
	}
}

func TestChainAndClockHold(t *testing.T) {
	h := mustHall(t)
	n := 0
	touchBoth := func() {
		t.Helper()
		n++
		must(t, h.write("test.two", func(tx *store.Tx) error {
			if _, err := tx.Exec(addGrid, fmt.Sprint("g", n), "网格", 2); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO resident(id, sex) VALUES (?, '1')`, fmt.Sprint("r", n))
			return err
		}))
		must(t, h.exec(`UPDATE grid SET level = level + 1 WHERE id = 'g1'`))
	}
	now := h.clock.t
	for _, at := range []time.Time{
		now, now, now.Add(-24 * time.Hour), time.Date(1970, 1, 1, 0, 0, 5, 0, time.UTC),
		time.Date(2150, 6, 1, 0, 0, 0, 0, time.UTC), now.Add(time.Minute), now.Add(-time.Hour),
	} {
		h.clock.t = at
		touchBoth()
		h.reopen(t)
		touchBoth()
	}
	es := h.entriesAfter(t, 0)
	checkChains(t, es)
	if last := es[len(es)-1]; last.HLC.Time().Year() > now.Year() {
		t.Errorf("a clock of 2150 was believed: %s", last.HLC.Time())
	}
	h.wantWhole(t)
}

func TestKioskWritesOnlyItsOwnTables(t *testing.T) {
	h := mustHall(t)
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	for _, c := range []struct{ table, query string }{
		{"resident", `INSERT INTO resident(id, sex) VALUES ('r1', '1')`},
		{"visit", `INSERT INTO visit(id, channel) VALUES ('v1', 'kiosk')`},
		{"notice", `INSERT INTO notice(id, title) VALUES ('n1', 'x')`},
		{"notice", `UPDATE notice SET title = 'x'`},
		{"progress", `INSERT INTO progress(id, receipt) VALUES ('p1', '1')`},
		{"staff", `UPDATE staff SET role = 'clerk'`},
		{"case", `INSERT INTO "case"(id, kind) VALUES ('c1', 'help')`},
		{"access", `INSERT INTO access(id, staff) VALUES ('a1', 'kiosk')`},
		{"hall", `UPDATE hall SET name = 'x'`},
		{"help_event", `INSERT INTO help_event(id, help_call) VALUES ('h1', 'x')`},
		{"ticket_person", `INSERT INTO ticket_person(id, ticket) VALUES ('tp1', 'x')`},
		{"submission_opened", `INSERT INTO submission_opened(id, submission) VALUES ('so1', 'x')`},
	} {
		before := h.count(t, `SELECT count(*) FROM "`+c.table+`"`)
		h.wantNoEntry(t, c.query, func() {
			err := h.store.Write(background, store.Action{Actor: app.KioskActor(), Verb: "test.kiosk"}, func(tx *store.Tx) error {
				_, err := tx.Exec(c.query)
				return err
			})
			wantCode(t, c.query, err, app.CodeForbidden)
		})
		if after := h.count(t, `SELECT count(*) FROM "`+c.table+`"`); after != before {
			t.Errorf("%s: %d rows, had %d", c.table, after, before)
		}
	}
	if h.count(t, `SELECT count(*) FROM staff WHERE role = 'admin'`) != 1 || h.count(t, `SELECT count(*) FROM hall WHERE name = 'x'`) != 0 {
		t.Error("a kiosk's change stayed")
	}
	// Allowed and forbidden in one action: nothing of it.
	h.wantNoEntry(t, "half allowed", func() {
		err := h.store.Write(background, store.Action{Actor: app.KioskActor(), Verb: "test.kiosk"}, func(tx *store.Tx) error {
			if _, err := tx.Exec(`INSERT INTO help_call(id, page, at) VALUES ('hc', 'home', 1)`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE hall SET name = 'x'`)
			return err
		})
		wantCode(t, "half allowed", err, app.CodeForbidden)
	})
}

func TestBulkActionIsManyEntries(t *testing.T) {
	h := mustHall(t)
	for _, c := range []struct {
		name string
		text string
	}{{"short", "短"}, {"long", strings.Repeat("很长的内容", 900)}} {
		before := h.entryCount(t)
		must(t, h.write("notice.import", func(tx *store.Tx) error {
			for i := range 1250 {
				if _, err := tx.Exec(`INSERT INTO notice(id, title, body) VALUES (?,?,?)`, fmt.Sprintf("%s-%04d", c.name, i), "样例", c.text); err != nil {
					return err
				}
			}
			return nil
		}))
		es := h.entriesAfter(t, before)
		if len(es) < 3 {
			t.Errorf("%s: %d entries, want at least 3", c.name, len(es))
		}
		rows := map[string]bool{}
		for i, e := range es {
			if e.Action != es[0].Action {
				t.Fatalf("%s: entry %d has another action", c.name, i)
			}
			if !e.signed {
				t.Errorf("%s: entry %d of %d is not signed", c.name, i, len(es))
			}
			for _, ch := range e.Changes {
				rows[ch.Row] = true
			}
		}
		if len(rows) != 1250 {
			t.Errorf("%s: %d rows in the log", c.name, len(rows))
		}
	}
	checkChains(t, h.entriesAfter(t, 0))

	// One row that no entry can hold is refused in words.
	h.wantNoEntry(t, "a row too large", func() {
		wantCode(t, "a row too large", h.exec(`INSERT INTO notice(id, body) VALUES ('huge', ?)`, strings.Repeat("长", 100_000)), app.CodeTooLong)
	})
	h.wantWhole(t)
}
