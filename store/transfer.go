package store

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/app/tabular"
)

// Kind says what a table that is exchanged with other programs holds.
type Kind string

// The kinds. Visits and cases are exported only: they come into being in the
// hall, step by step, and are never overwritten.
const (
	KindResidents Kind = "residents"
	KindServices  Kind = "services"
	KindNotices   Kind = "notices"
	KindGrids     Kind = "grids"
	KindVisits    Kind = "visits"
	KindCases     Kind = "cases"
)

// Kinds lists all kinds; ImportKinds those that can be imported and edited.
func Kinds() []Kind {
	return []Kind{KindResidents, KindServices, KindNotices, KindGrids, KindVisits, KindCases}
}

// ImportKinds lists the kinds that Import, Template and Edit take.
func ImportKinds() []Kind { return []Kind{KindResidents, KindServices, KindNotices, KindGrids} }

// Table answers the name of the kind's table.
func (k Kind) Table() string { return strings.TrimSuffix(string(k), "s") }

// Codes of rejected rows and unusable headers, besides those of packages app and
// standard. Their sentences are the translations "error.<code>".
const (
	CodeRowRepeated    app.Code = "row_repeated"    // says something else of a record than an earlier line; Args: that line
	CodeHeaderRepeated app.Code = "header_repeated" // two columns mean the same; Args: the header
	CodeHeaderMissing  app.Code = "header_missing"  // no column by which a row can be told; Args: the header
	CodeGridUnknown    app.Code = "grid_unknown"    // no grid of this code or name
	CodeGridAmbiguous  app.Code = "grid_ambiguous"  // several grids of this name
	CodeGridCycle      app.Code = "grid_cycle"      // a grid that would lie below itself
	CodeMasked         app.Code = "masked"          // a masked value would overwrite the real one
)

// ImportReport says what became of each row of a file.
type ImportReport struct {
	Read      int // rows below the header
	Added     int
	Updated   int
	Unchanged int
	Rejected  []Reject
	Unknown   []string // headers that no column has; their cells were left out
}

// Reject is a row that was left out, with its first fault. It never carries the
// value: that is usually personal data.
type Reject struct {
	Line   int    // counting the header as 1
	Column string // the header as it stands in the file, or the column's title
	Field  string // the table's column
	Code   app.Code
	Args   []string
}

// rules is what one kind knows about its rows. Values are as in the table:
// codes, days as YYYY-MM-DD, numbers in digits.
type rules interface {
	// clean brings row i's filled cells into the form in which they are kept. A
	// fault is an *app.Error with its column as Field.
	clean(i int, cells []cell) (map[string]string, error)
	// match answers the record that a row is about. For a new one it answers
	// the id that it shall have and add.
	match(tx *Tx, row map[string]string) (id string, add bool, err error)
	// fit answers the row's values as they shall stand beside those that the
	// record has now (none for a new one), or what speaks against it.
	fit(was, row map[string]string) (map[string]string, error)
	// landed is told after a row was added or changed.
	landed(id string, row map[string]string)
}

// cell is a filled cell of a row.
type cell struct{ column, value string }

// importing is one import as it goes on.
type importing struct {
	s       *Store
	x       *transfer
	rules   rules
	sheet   *tabular.Sheet
	columns []string // the column of each header, "" for unknown ones
	written []string // the columns that the file has, in alphabetical order
	claimed map[string]int
}

// rowColumn is the export's first column: which record a row is about.
const rowColumn = "id"

// Import reads a table into the hall. Good rows land, the others are reported;
// columns may stand in any order, unknown ones are reported and left out. An
// empty cell leaves what the hall has. The same file twice changes nothing and
// writes no entry. With dryRun everything is done and taken back.
//
// All entries bear one action id, at least one for every 500 rows. Each 500 rows
// are durable by themselves: after a power cut the rows up to some point have
// landed, and running the import again does the rest. The report counts only
// what is durable, also beside an error.
//
// Errors: CodeForbidden; CodeInvalid on "kind"; CodeHeaderRepeated,
// CodeHeaderMissing; and what stops a write.
func (s *Store) Import(ctx context.Context, by app.Actor, kind Kind, sheet *tabular.Sheet, dryRun bool) (ImportReport, error) {
	report := ImportReport{Read: len(sheet.Rows)}
	x := transfers[kind]
	if x == nil || x.rules == nil {
		return report, app.Bad(app.CodeInvalid, "kind")
	}
	if err := by.Require(x.right); err != nil {
		return report, err
	}
	in := &importing{s: s, x: x, sheet: sheet, claimed: map[string]int{}}
	var err error
	if in.columns, report.Unknown, err = x.resolve(sheet.Headers); err != nil {
		return report, err
	}
	for _, c := range in.columns {
		if c != "" && c != rowColumn {
			in.written = append(in.written, c)
		}
	}
	sort.Strings(in.written)
	if in.rules, err = x.rules(ctx, s, in); err != nil {
		return report, translate(x.table+".import", err)
	}
	action := Action{ID: NewID(), Actor: by, Verb: x.table + ".import"}
	step := maxChanges
	if dryRun {
		step = max(len(sheet.Rows), 1) // one transaction, so that later rows see earlier ones
	}
	for from := 0; from < len(sheet.Rows); from += step {
		var part ImportReport
		err := s.Write(ctx, action, func(tx *Tx) error {
			if dryRun {
				s.capture.pause() // nothing will be logged: do not collect it
			}
			for i := from; i < min(from+step, len(sheet.Rows)); i++ {
				if err := in.row(tx, i, &part); err != nil {
					return err
				}
			}
			if dryRun {
				return errDryRun
			}
			return nil
		})
		if err != nil && !errors.Is(err, errDryRun) {
			return report, err
		}
		report.Added += part.Added
		report.Updated += part.Updated
		report.Unchanged += part.Unchanged
		report.Rejected = append(report.Rejected, part.Rejected...)
	}
	return report, nil
}

// errDryRun takes a dry run back.
var errDryRun = errors.New("dry run")

// row lands one row and counts it, or notes why not. Its error is of the disk or
// the program, never of the row.
func (in *importing) row(tx *Tx, i int, part *ImportReport) error {
	what, err := in.land(tx, i)
	var fault *app.Error
	switch {
	case errors.As(err, &fault) && fault.Field != "":
		part.Rejected = append(part.Rejected, Reject{Line: in.sheet.Line(i), Column: in.header(fault.Field), Field: fault.Field, Code: fault.Code, Args: fault.Args})
	case err != nil:
		return err
	case what == landedNew:
		part.Added++
	case what == landedChange:
		part.Updated++
	default:
		part.Unchanged++
	}
	return nil
}

type landing int

const (
	landedNothing landing = iota
	landedNew
	landedChange
)

func (in *importing) land(tx *Tx, i int) (landing, error) {
	cells, given := in.cells(i)
	row, err := in.rules.clean(i, cells)
	if err != nil {
		return 0, err
	}
	id, add, err := in.match(tx, given, row)
	if err != nil {
		return 0, err
	}
	was := map[string]string{}
	if !add {
		if was, err = in.x.read(tx, id); err != nil {
			return 0, err
		}
	}
	if row, err = in.rules.fit(was, row); err != nil {
		return 0, err
	}
	if add {
		for _, c := range in.x.needs {
			if row[c] == "" {
				return 0, app.Bad(app.CodeRequired, c)
			}
		}
	} else if !differs(was, row) {
		if in.claimed[id] == 0 {
			in.claimed[id] = in.sheet.Line(i)
		}
		return landedNothing, nil
	} else if line := in.claimed[id]; line > 0 {
		return 0, app.Bad(CodeRowRepeated, in.x.key, strconv.Itoa(line))
	}
	// Always the same columns: each set of columns is a statement that the
	// writer keeps prepared. What does not differ is not logged.
	values := make(map[string]string, len(in.written)+2)
	for _, c := range in.written {
		values[c] = was[c]
	}
	for c, v := range row {
		values[c] = v
	}
	if err := in.x.put(tx, id, values, add); err != nil {
		return 0, err
	}
	in.claimed[id] = in.sheet.Line(i)
	in.rules.landed(id, values)
	if add {
		return landedNew, nil
	}
	return landedChange, nil
}

// cells answers the filled cells of a row under known headers, and the record id
// where the file has one.
func (in *importing) cells(i int) (cells []cell, id string) {
	row := in.sheet.Rows[i]
	for j, c := range in.columns {
		if c == "" {
			continue
		}
		v := strings.TrimSpace(row[j])
		switch {
		case v == "":
		case c == rowColumn:
			id = v
		default:
			cells = append(cells, cell{c, v})
		}
	}
	return cells, id
}

// match finds the record of a row: by the id that an export gave it, else by the
// rules of its kind.
func (in *importing) match(tx *Tx, given string, row map[string]string) (string, bool, error) {
	if given != "" {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM `+quote(in.x.table)+` WHERE id = ? AND deleted = 0`, given).Scan(&n); err != nil {
			return "", false, err
		}
		if n == 1 {
			return given, false, otherHolder(tx, row, given)
		}
	}
	return in.rules.match(tx, row)
}

// otherHolder refuses an ID number that another resident has.
func otherHolder(tx *Tx, row map[string]string, id string) error {
	other, err := tx.knownID(row["id_number"], id)
	if err == nil && other != "" {
		err = &app.Error{Code: app.CodeDuplicate, Field: "id_number", Args: []string{other}}
	}
	return err
}

// header answers how the file calls a column.
func (in *importing) header(column string) string {
	for j, c := range in.columns {
		if c == column {
			return in.sheet.Headers[j]
		}
	}
	return in.x.title(column)
}

// differs answers whether a row says anything new.
func differs(was, row map[string]string) bool {
	for c, v := range row {
		if was[c] != v {
			return true
		}
	}
	return false
}

// read answers a record's values in the clear.
func (x *transfer) read(tx *Tx, id string) (map[string]string, error) {
	in := tx.s.capture.tables[x.table]
	vals, err := readRow(tx, in, id)
	if err != nil {
		return nil, err
	}
	if vals == nil {
		return nil, app.Fail(app.CodeNotFound)
	}
	return tx.s.opened(in, vals)
}

// opened answers a row's values (physical order) in the clear, by column.
func (s *Store) opened(in *captured, vals []any) (map[string]string, error) {
	id := text(vals[0])
	out := make(map[string]string, len(in.names))
	for i, c := range in.table.Columns {
		v := vals[i+1]
		if v == nil {
			continue
		}
		if c.Sealed() {
			plain, err := s.unseal(in.table.Name, id, c.Name, v)
			if err != nil {
				return nil, err
			}
			out[c.Name] = plain
			continue
		}
		out[c.Name] = text(v)
	}
	return out, nil
}

// put writes columns of one record.
func (x *transfer) put(tx *Tx, id string, values map[string]string, add bool) error {
	if x.kind == KindResidents {
		return tx.putResident(id, values, add)
	}
	names := make([]string, 0, len(values))
	for c := range values {
		names = append(names, c)
	}
	sort.Strings(names)
	args := make([]any, len(names))
	for i, c := range names {
		v := values[c]
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && x.numbers[c] {
			args[i] = n
			continue
		}
		args[i] = null(v)
	}
	return upsert(tx, x.table, id, names, args)
}

// Edit changes columns of one record, as a person at the console does. columns
// are named as in the table or by their titles; an empty value clears one.
// Errors: CodeNotFound, CodeInvalid on an unknown column, and those of the rows
// of an import.
func (s *Store) Edit(ctx context.Context, by app.Actor, kind Kind, id string, columns map[string]string) error {
	x := transfers[kind]
	if x == nil || x.rules == nil {
		return app.Bad(app.CodeInvalid, "kind")
	}
	if err := by.Require(x.right); err != nil {
		return err
	}
	headers := make([]string, 0, len(columns))
	for c := range columns {
		headers = append(headers, c)
	}
	sort.Strings(headers)
	names, unknown, err := x.resolveSome(headers)
	if err != nil {
		return err
	}
	if len(unknown) > 0 {
		return app.Bad(app.CodeInvalid, unknown[0])
	}
	in := &importing{s: s, x: x, sheet: &tabular.Sheet{}}
	if in.rules, err = x.rules(ctx, s, in); err != nil {
		return translate(x.table+".edit", err)
	}
	var cells []cell
	cleared := map[string]string{}
	for i, c := range names {
		switch v := strings.TrimSpace(columns[headers[i]]); {
		case v != "":
			cells = append(cells, cell{c, v})
		case slices.Contains(x.needs, c):
			return app.Bad(app.CodeRequired, c)
		default:
			cleared[c] = ""
		}
	}
	row, err := in.rules.clean(0, cells)
	if err != nil {
		return err
	}
	for c := range cleared {
		row[c] = ""
	}
	return s.Write(ctx, Action{Actor: by, Verb: x.table + ".edit"}, func(tx *Tx) error {
		was, err := x.read(tx, id)
		if err != nil {
			return err
		}
		if was["deleted"] != "0" {
			return app.Fail(app.CodeNotFound)
		}
		if err := otherHolder(tx, row, id); err != nil {
			return err
		}
		kept, err := in.rules.fit(was, row)
		if err != nil {
			return err
		}
		return x.put(tx, id, kept, false)
	})
}

// localNow answers the moment in the hall's own zone, for rules that ask for the day.
func (s *Store) localNow() time.Time { return s.clock.Now().In(s.zone) }
