package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"linli/store/seal"
	"linli/sync/oplog"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// capture collects, through SQLite's pre-update hook, which rows of replicated
// tables a transaction changes. It lives on the writer's connection and is used
// by the writer's goroutine only.
type capture struct {
	tables map[string]*captured // by name
	on     bool
	rows   map[rowKey]*rowChange
	order  []rowKey
	seen   int // rows that the hook saw, so that a statement's own can be told
	err    error
}

// captured is a replicated table as it lies in the database.
type captured struct {
	table   *Table
	names   []string // physical columns, the key first
	types   []string // their types: TEXT, INTEGER, BLOB, or ANY for sealed ones
	columns *oplog.Columns
	insert  string // the statement that makes a row unless it is there
}

// place answers where a column stands in the table, 0 (the key) when it is not there.
func (in *captured) place(column string) int { return max(slices.Index(in.names, column), 0) }

type rowKey struct {
	table string
	rowid int64
}

// rowChange is a row before and after the transaction.
type rowChange struct {
	in       *captured
	old, new []any // old is nil for an inserted row, new for one that is gone because its entries are void
}

func (c *rowChange) id() string { s, _ := c.latest()[0].(string); return s }

// latest are the row's values now, or as they were last.
func (c *rowChange) latest() []any {
	if c.new == nil {
		return c.old
	}
	return c.new
}

// newCapture reads the tables' physical columns and hangs the hook on the
// writer's connection. A dictionary that does not fit the tables is a fault of
// the program and refused here, at start.
func newCapture(conn *sql.Conn) (*capture, error) {
	c := &capture{tables: map[string]*captured{}}
	for i := range Dictionary {
		t := &Dictionary[i]
		in := &captured{table: t}
		rows, err := conn.QueryContext(background, `SELECT name, type FROM pragma_table_info(?) ORDER BY cid`, t.Name)
		if err != nil {
			return nil, err
		}
		columns, err := collect(rows, func(sc scanner) (c [2]string, err error) { err = sc.Scan(&c[0], &c[1]); return c, err })
		if err != nil {
			return nil, err
		}
		for _, c := range columns {
			in.names, in.types = append(in.names, c[0]), append(in.types, c[1])
		}
		declared := make([]string, len(t.Columns))
		for j, col := range t.Columns {
			declared[j] = col.Name
			if j+1 >= len(in.names) || in.names[j+1] != col.Name {
				return nil, fmt.Errorf("store: table %s and its declaration differ at column %s", t.Name, col.Name)
			}
		}
		if len(in.names) != len(declared)+1 || in.names[0] != "id" {
			return nil, fmt.Errorf("store: table %s has columns that are not declared", t.Name)
		}
		in.columns = oplog.NewColumns(declared...)
		in.insert = `INSERT INTO ` + quote(t.Name) + `(` + quoted(in.names) + `) VALUES (?` + strings.Repeat(",?", len(declared)) + `) ON CONFLICT(id) DO NOTHING`
		c.tables[t.Name] = in
	}
	return c, conn.Raw(func(dc any) error {
		dc.(sqlite.HookRegisterer).RegisterPreUpdateHook(c.see)
		return nil
	})
}

// begin starts a new collection.
func (c *capture) begin() {
	c.rows, c.order, c.err, c.on = make(map[rowKey]*rowChange, 8), c.order[:0], nil, true
}

// pause stops collecting while the store itself writes replicated rows, such as
// when it applies an entry.
func (c *capture) pause() { c.on = false }

// see is the hook. It runs inside SQLite: it copies and judges nothing but
// deletes, which a replicated table must never see.
func (c *capture) see(d sqlite.SQLitePreUpdateData) {
	if !c.on || c.err != nil {
		return
	}
	in := c.tables[d.TableName]
	if in == nil || d.DatabaseName != "main" {
		return
	}
	if d.Op == sqlite3.SQLITE_DELETE {
		c.err = fmt.Errorf("store: a row of %s was removed; set its deleted column instead", d.TableName)
		return
	}
	c.seen++
	now := make([]any, len(in.names))
	if c.err = d.New(now...); c.err != nil {
		return
	}
	key := rowKey{d.TableName, d.NewRowID}
	if seen := c.rows[key]; seen != nil {
		seen.new = now
		return
	}
	change := &rowChange{in: in, new: now}
	if d.Op == sqlite3.SQLITE_UPDATE {
		change.old = make([]any, len(in.names))
		if c.err = d.Old(change.old...); c.err != nil {
			return
		}
	}
	c.rows[key] = change
	c.order = append(c.order, key)
}

// end answers the changed rows in the order in which they were first touched,
// without those that are again what they were, and checks what no replicated row
// may be: without a key, with another key than before, unsealed, or written again
// where its class says once.
func (c *capture) end() ([]*rowChange, error) {
	c.on = false
	if c.err != nil {
		return nil, c.err
	}
	out := make([]*rowChange, 0, len(c.order))
	for _, key := range c.order {
		r := c.rows[key]
		if r.id() == "" || (r.old != nil && r.old[0] != r.new[0]) {
			return nil, fmt.Errorf("store: a row of %s has no key or changed it", key.table)
		}
		different := r.old == nil
		for i, col := range r.in.table.Columns {
			v := r.new[i+1]
			if r.old != nil && oplog.Equal(r.old[i+1], v) {
				continue
			}
			different = true
			if b, ok := v.([]byte); v != nil && col.Sealed() && (!ok || !seal.IsSealed(b)) {
				return nil, fmt.Errorf("store: %s.%s must be sealed before it reaches the table", key.table, col.Name)
			}
		}
		if different && r.old != nil && r.in.table.Class != Record {
			return nil, fmt.Errorf("store: a row of %s was changed; it is written once", key.table)
		}
		if different {
			out = append(out, r)
		}
	}
	return out, nil
}
