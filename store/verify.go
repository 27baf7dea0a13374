package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// What Verify can find. The first group is about the file, the second about the
// log, the third about rows that do not say what the log says.
const (
	ProblemDatabase = "database" // SQLite's own check found the file damaged

	ProblemUnreadable  = "unreadable"  // an entry's body is not an entry
	ProblemHash        = "hash"        // an entry's hash is another than the one stored
	ProblemColumn      = "column"      // a column beside the body says something else
	ProblemGap         = "gap"         // a number is missing before this entry
	ProblemChain       = "chain"       // the entry does not follow the one before it
	ProblemOrder       = "order"       // the entry was put before the one it follows
	ProblemCertificate = "certificate" // the origin was not certified by the hall
	ProblemUnsigned    = "unsigned"    // a run does not end in a signature
	ProblemSignature   = "signature"   // a signature does not hold
	ProblemCut         = "cut"         // the log's end is missing

	ProblemChanged  = "changed"  // a value differs from what the log says
	ProblemMissing  = "missing"  // the log has a row that the table lacks
	ProblemExtra    = "extra"    // the table has a row that the log lacks
	ProblemRegister = "register" // the versions of a row's columns differ
	ProblemDerived  = "derived"  // a local table differs from what follows from the rows
)

// Problem is one thing that Verify found. It says where, never what: values do
// not leave the tables.
type Problem struct {
	Kind   string
	Table  string // of a row
	Row    string // its key
	Column string
	Scope  string // of an entry
	Origin string
	N      int64
}

// String is the problem on one line, for the command line and the log.
func (p Problem) String() string {
	var parts []string
	for _, s := range []string{p.Kind, p.Table, p.Row, p.Column, p.Scope, p.Origin} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if p.N > 0 {
		parts = append(parts, fmt.Sprint(p.N))
	}
	return strings.Join(parts, " ")
}

// maxProblems bounds a report: whoever sees a thousand needs no more to act.
const maxProblems = 1000

// VerifyReport is what Verify found.
type VerifyReport struct {
	Entries  int       // entries read
	Rows     int       // rows of replicated tables compared
	Problems []Problem // at most 1,000
	More     int       // problems beyond those
	OK       bool      // nothing was found

	Attachments int      // contents that were here and compared
	Away        []string // ids of attachments whose content is not here, at most 1,000: no problem
	MoreAway    int      // beyond those

	Took time.Duration
}

// findings collects problems from several goroutines.
type findings struct {
	mu       sync.Mutex
	problems []Problem
	more     int
}

func (f *findings) add(p Problem) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.problems) < maxProblems {
		f.problems = append(f.problems, p)
	} else {
		f.more++
	}
}

// Verify checks the whole hall against its log: the database file, every entry's
// hash, place, certificate and signature, and every row, register and fold
// against a replay of the log in a private temporary folder. It reads one
// snapshot and holds up nobody. A damaged file is a problem in the report, not
// an error; errors are about what keeps Verify from looking, such as a full
// temporary folder.
func (s *Store) Verify(ctx context.Context) (VerifyReport, error) {
	began := time.Now()
	found := &findings{}
	var report VerifyReport
	err := s.verify(ctx, &report, found)
	if codeOf(err) == app.CodeDamaged {
		found.add(Problem{Kind: ProblemDatabase})
		err = nil
	}
	report.Problems, report.More = found.problems, found.more
	report.OK = err == nil && len(found.problems) == 0
	report.Took = time.Since(began)
	return report, translate("store: verify", err)
}

func (s *Store) verify(ctx context.Context, report *VerifyReport, found *findings) (err error) {
	fresh, err := s.openScratch(ctx)
	if err != nil {
		return err
	}
	defer fresh.discard()

	// Connections of their own: the scratch database is attached to one of them,
	// and the log is checked on the other meanwhile.
	db, err := sql.Open("sqlite", readerDSN(filepath.Join(s.dir, DatabaseFile)))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := integrity(ctx, conn, found); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `ATTACH DATABASE ? AS fresh`, fresh.path); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	checked := make(chan error, 1)
	go func() {
		n, err := s.checkSnapshot(ctx, db, found)
		report.Entries = n
		checked <- err
	}()
	err = fresh.replayFrom(ctx, conn)
	if err = errors.Join(err, <-checked); err != nil {
		return err
	}
	for _, c := range comparisons(s.capture.tables) {
		n, err := c.run(ctx, conn, found.add)
		if err != nil {
			return err
		}
		if c.kind == "" {
			report.Rows += n
		}
	}
	return s.checkBlobs(ctx, report, found.add)
}

// checkSnapshot checks the log as it is at one moment.
func (s *Store) checkSnapshot(ctx context.Context, db *sql.DB, found *findings) (int, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return 0, err
	}
	return s.checkLog(ctx, conn, nil, found.add)
}

// integrity asks SQLite whether the file is whole. What it answers may quote
// the file, so only the fact is kept.
func integrity(ctx context.Context, conn *sql.Conn, found *findings) error {
	rows, err := conn.QueryContext(ctx, `PRAGMA main.integrity_check(10)`)
	if err != nil {
		return err
	}
	answers, err := collect(rows, func(sc scanner) (a string, err error) {
		err = sc.Scan(&a)
		return a, err
	})
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a != "ok" {
			found.add(Problem{Kind: ProblemDatabase})
		}
	}
	return nil
}

// comparison is one table of the hall beside the same table of the replay. All
// of it is done in SQL: values never leave SQLite.
type comparison struct {
	name    string
	keys    []string
	columns []string
	kind    string // what a difference is called; "" for rows of replicated tables
	common  bool   // only what is on both sides: the rest is another check's
	table   string // SQL for the table and the row that a problem names
	row     string
}

// derived are the local tables that follow from the log, by the part of the hall
// whose rows they follow from.
var derived = []struct {
	part string
	comparison
}{
	{oplog.Public, comparison{name: "ticket_state", keys: []string{"ticket"}, columns: []string{"day", "business", "state", "window", "calls", "called_at", "done_at", "since", "voided"}, row: "ticket"}},
	{oplog.Desk, comparison{name: "visit_state", keys: []string{"visit"}, columns: []string{"outcome", "note_event", "voided", "amends"}, row: "visit"}},
	{oplog.Desk, comparison{name: "case_state", keys: []string{"case"}, columns: []string{"state", "handler", "reply_event", "opened_at", "closed_at", "changed_at", "reopened", "voided"}, row: "case"}},
	{oplog.Public, comparison{name: "slot_state", keys: []string{"slot"}, columns: []string{"owner", "state", "appointment", "number", "lane", "ticket", "voided"}, row: "slot"}},
	{oplog.Desk, comparison{name: "appointment_state", keys: []string{"appointment"}, columns: []string{"state", "slot", "ticket", "note_event", "changed_at", "voided"}, row: "appointment"}},
	{oplog.Desk, comparison{name: "blind", keys: []string{"kind", "digest", "row"}, row: "row"}},
}

func comparisons(tables map[string]*captured) []comparison {
	var out []comparison
	for i := range Dictionary {
		in := tables[Dictionary[i].Name]
		out = append(out, comparison{name: in.table.Name, keys: in.names[:1], columns: in.names[1:], table: "'" + in.table.Name + "'", row: `a."id"`})
	}
	versions := comparison{name: "register", keys: []string{"tbl", "row"}, columns: []string{"cells"}, kind: ProblemRegister, table: "a.tbl", row: "a.row"}
	conflicts, touches := versions, versions
	conflicts.name, conflicts.columns = "conflict", nil
	touches.name, touches.keys, touches.columns = "touch", []string{"tbl", "row", "seq"}, []string{"idx"}
	out = append(out, versions, conflicts, touches,
		comparison{name: "entry", keys: []string{"seq"}, columns: []string{"verdict"}, kind: ProblemDerived, common: true, table: "'entry'", row: "a.seq"})
	for _, d := range derived {
		c := d.comparison
		c.kind, c.table, c.row = ProblemDerived, "'"+c.name+"'", "a."+quote(c.row)
		out = append(out, c)
	}
	return out
}

// run compares one table and answers how many rows the hall has in it.
func (c comparison) run(ctx context.Context, conn *sql.Conn, add func(Problem)) (n int, err error) {
	name := quote(c.name)
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM main.`+name).Scan(&n); err != nil {
		return 0, err
	}
	var same, differ, flags []string
	for _, k := range c.keys {
		same = append(same, "b."+quote(k)+" = a."+quote(k))
	}
	for _, col := range c.columns {
		d := "a." + quote(col) + " IS NOT b." + quote(col)
		differ, flags = append(differ, d), append(flags, "("+d+")")
	}
	on := strings.Join(same, " AND ")
	one := func(kind, here, there string) error {
		if c.kind != "" {
			kind = c.kind
		}
		rows, err := conn.QueryContext(ctx, `SELECT `+c.table+`, `+c.row+` FROM `+here+`.`+name+` a WHERE NOT EXISTS (SELECT 1 FROM `+there+`.`+name+` b WHERE `+on+`)`)
		if err != nil {
			return err
		}
		lost, err := collect(rows, func(sc scanner) (p Problem, err error) {
			p.Kind = kind
			err = sc.Scan(&p.Table, &p.Row)
			return p, err
		})
		for _, p := range lost {
			add(p)
		}
		return err
	}
	if !c.common {
		if err := one(ProblemExtra, "main", "fresh"); err != nil {
			return n, err
		}
		if err := one(ProblemMissing, "fresh", "main"); err != nil {
			return n, err
		}
	}
	if len(differ) == 0 {
		return n, nil
	}
	rows, err := conn.QueryContext(ctx, `SELECT `+c.table+`, `+c.row+`, `+strings.Join(flags, ", ")+` FROM main.`+name+` a JOIN fresh.`+name+` b ON `+on+` WHERE `+strings.Join(differ, " OR "))
	if err != nil {
		return n, err
	}
	changed, err := collect(rows, func(sc scanner) ([]any, error) { return scanValues(sc, 2+len(flags)) })
	if err != nil {
		return n, err
	}
	for _, vals := range changed {
		for i, col := range c.columns {
			if d, _ := vals[2+i].(int64); d == 0 {
				continue
			}
			p := Problem{Kind: ProblemChanged, Table: text(vals[0]), Row: text(vals[1]), Column: col}
			switch c.kind {
			case ProblemRegister:
				p.Kind, p.Column = c.kind, ""
			case ProblemDerived:
				p.Kind = c.kind
			}
			add(p)
		}
	}
	return n, nil
}
