package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
)

var background = context.Background()

// look opens the hall's database beside the hall, for reading only.
func (h *hallAt) look(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(h.dir, store.DatabaseFile))+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	must(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// count answers the one number that a query asks for.
func (h *hallAt) count(tb testing.TB, query string, args ...any) (n int) {
	tb.Helper()
	db := h.look(tb)
	defer func() { _ = db.Close() }()
	if err := db.QueryRow(query, args...).Scan(&n); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return n
}

func (h *hallAt) entryCount(tb testing.TB) int {
	tb.Helper()
	return h.count(tb, `SELECT count(*) FROM entry`)
}

// logged is an entry with what stands beside it in the table.
type logged struct {
	oplog.Entry
	size   int
	hash   []byte
	signed bool
}

// entriesAfter reads the log from behind the first n entries.
func (h *hallAt) entriesAfter(tb testing.TB, n int) []logged {
	tb.Helper()
	db := h.look(tb)
	defer func() { _ = db.Close() }()
	rows, err := db.Query(`SELECT body, hash, sig IS NOT NULL FROM entry ORDER BY seq LIMIT -1 OFFSET ?`, n)
	must(tb, err)
	defer func() { _ = rows.Close() }()
	var out []logged
	for rows.Next() {
		var l logged
		var body []byte
		must(tb, rows.Scan(&body, &l.hash, &l.signed))
		l.Entry, err = oplog.Decode(body)
		must(tb, err)
		l.size = len(body)
		out = append(out, l)
	}
	must(tb, rows.Err())
	return out
}

// wantNoEntry fails when what f does is in the log.
func (h *hallAt) wantNoEntry(tb testing.TB, what string, f func()) {
	tb.Helper()
	before := h.entryCount(tb)
	f()
	if after := h.entryCount(tb); after != before {
		tb.Errorf("%s made %d entries, want none", what, after-before)
	}
}

// write does an action as the administrator.
func (h *hallAt) write(verb string, fn func(*store.Tx) error) error {
	return h.store.Write(background, store.Action{Actor: h.admin, Verb: verb}, fn)
}

// exec is an action of one statement.
func (h *hallAt) exec(query string, args ...any) error {
	return h.write("test.exec", func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

func wantCode(tb testing.TB, what string, err error, want app.Code) {
	tb.Helper()
	if got := app.CodeOf(err); got != want {
		tb.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

func cellOf(c oplog.Change, column string) (oplog.Cell, bool) {
	i := slices.IndexFunc(c.Cells, func(c oplog.Cell) bool { return c.Column == column })
	if i < 0 {
		return oplog.Cell{}, false
	}
	return c.Cells[i], true
}

// idNumber makes an invented identity number with a right check character.
func idNumber(birth string, serial int) string {
	s := fmt.Sprintf("320102%s%03d", strings.ReplaceAll(birth, "-", ""), serial)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

// idNumberX makes one that ends in X.
func idNumberX(birth string, from int) string {
	for i := from; ; i++ {
		if n := idNumber(birth, i); n[17] == 'X' {
			return n
		}
	}
}

// addStaff adds a person of a role and signs them in at window 1.
func (h *hallAt) addStaff(tb testing.TB, name string, role app.Role, pin string) app.Actor {
	tb.Helper()
	_, err := h.Staff.AddStaff(background, h.admin, app.Staff{Name: name, Role: role}, pin)
	must(tb, err)
	a, err := h.Staff.SignIn(background, name, pin, h.admin.WindowID)
	must(tb, err)
	return a
}

// person saves a new resident.
func (h *hallAt) person(tb testing.TB, columns map[string]string) string {
	tb.Helper()
	id, err := h.Registry.Save(background, h.admin, app.Form{}, columns)
	must(tb, err)
	return id
}

func (h *hallAt) business(tb testing.TB, letter string) app.BusinessNow {
	tb.Helper()
	list, err := h.Public.Businesses(background)
	must(tb, err)
	for _, b := range list {
		if b.Letter == letter {
			return b
		}
	}
	tb.Fatalf("no business %s", letter)
	return app.BusinessNow{}
}

// reopen closes the hall and opens it again.
func (h *hallAt) reopen(tb testing.TB) {
	tb.Helper()
	must(tb, h.store.Close())
	h.open(tb)
}

func (h *hallAt) pass(d time.Duration) { h.clock.t = h.clock.t.Add(d) }
