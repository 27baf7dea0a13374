package store

import (
	"context"
	"io"
	"iter"
	"slices"
	"strconv"
	"time"

	"linli/app"
	"linli/app/registry"
	"linli/app/standard"
	"linli/app/tabular"
	"linli/assets"
)

// Format is the form of an exported file.
type Format string

// The formats.
const (
	FormatCSV  Format = "csv"
	FormatXLSX Format = "xlsx"
)

// Export writes all records of a kind, ordered by their id, under the headers
// that an import takes. The bytes depend on nothing but the data. What was
// deleted is left out.
//
// Sensitive values are masked as for an outside reader, whoever by is. With
// reveal they are written in full; that needs the right to reveal, and says in
// the log, before the first byte is written, that by has seen them all. Secrets
// of receipts are never written.
//
// Errors: CodeForbidden, CodeInvalid on "kind" or "format", and what stops a
// read or w. After an error, what w has got must be thrown away.
func (s *Store) Export(ctx context.Context, by app.Actor, kind Kind, w io.Writer, format Format, reveal bool) error {
	if err := by.Require(app.ActFind); err != nil {
		return err
	}
	if format != FormatCSV && format != FormatXLSX {
		return app.Bad(app.CodeInvalid, "format")
	}
	table := byName[kind.Table()]
	if !slices.Contains(Kinds(), kind) || table == nil {
		return app.Bad(app.CodeInvalid, "kind")
	}
	e := &exporting{s: s, in: s.capture.tables[table.Name], reveal: reveal}
	if reveal && sensitive(table) {
		if err := by.Require(app.ActReveal); err != nil {
			return err
		}
		if err := s.noteAccess(ctx, by, table.Name, "*", "*"); err != nil {
			return err
		}
	}
	if err := e.prepare(ctx, kind); err != nil {
		return translate(table.Name+".export", err)
	}
	headers := make([]string, len(e.fields))
	for i, f := range e.fields {
		headers[i] = f.title
	}
	rows := e.rows(ctx, table.Name)
	var err error
	if format == FormatXLSX {
		err = tabular.WriteXLSX(w, table.Title, headers, rows)
	} else {
		err = tabular.WriteCSV(w, headers, rows)
	}
	return translate(table.Name+".export", err)
}

func sensitive(t *Table) bool {
	for _, c := range t.Columns {
		if c.Sealed() {
			return true
		}
	}
	return false
}

// field is one column of an export.
type field struct {
	title string
	of    func(id string, row map[string]string) string
}

type exporting struct {
	s      *Store
	in     *captured
	reveal bool
	fields []field
}

// rows reads in one statement: the export shows one moment.
func (e *exporting) rows(ctx context.Context, table string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		alive := ""
		if e.in.table.column("deleted") != nil {
			alive = ` WHERE deleted = 0`
		}
		rows, err := e.s.read.QueryContext(ctx, `SELECT `+quoted(e.in.names)+` FROM `+quote(table)+alive+` ORDER BY id`)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			vals, err := scanValues(rows, len(e.in.names))
			var row map[string]string
			if err == nil {
				row, err = e.s.opened(e.in, vals)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			id := text(vals[0])
			out := make([]string, len(e.fields))
			for i, f := range e.fields {
				out[i] = f.of(id, row)
			}
			if !yield(out, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// show answers a value as this export may show it.
func (e *exporting) show(table, column, value string) string {
	if e.reveal {
		return value
	}
	return maskOutside(table, column, value)
}

// maskOutside masks a value as for a reader who is not of the hall: what has no
// gentler mask is hidden whole.
func maskOutside(table, column, value string) string {
	c := byName[table].column(column)
	switch {
	case value == "" || c == nil || !c.Sealed():
		return value
	case column == "contact":
		return standard.MaskPhone(value)
	case column == "agent":
		return standard.MaskName(value)
	case registry.Masked("", column):
		return registry.Mask("", column, value)
	}
	return "****"
}

// add appends a column of the table; as, when given, turns its value into what
// people read.
func (e *exporting) add(column string, as func(string) string) {
	table := e.in.table.Name
	e.fields = append(e.fields, field{e.in.table.column(column).Title, func(_ string, row map[string]string) string {
		v := e.show(table, column, row[column])
		if as != nil && v != "" {
			v = as(v)
		}
		return v
	}})
}

// word answers the Chinese word of a key: exports bear the standards' words in
// every language, so that any hall can read them.
func word(prefix string) func(string) string {
	return func(key string) string {
		if w, ok := assets.Text(assets.LangChinese, prefix+key); ok {
			return w
		}
		return key
	}
}

func (e *exporting) moment(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(e.s.zone).Format(time.DateTime)
}

// prepare lists the fields of a kind.
func (e *exporting) prepare(ctx context.Context, kind Kind) error {
	grids, err := e.s.gridNames(ctx)
	if err != nil {
		return err
	}
	e.fields = []field{{idTitle, func(id string, _ map[string]string) string { return id }}}
	as := map[string]func(string) string{}
	switch kind {
	case KindResidents:
		as["grid"] = grids.shown
		for _, c := range residentTransfer.columns {
			if t := registry.CodeTable(c); t != nil {
				as[c] = func(code string) string {
					if w := t.Zh(code); w != "" {
						return w
					}
					return code
				}
			}
		}
	case KindGrids:
		as["parent"] = grids.shown
	case KindNotices:
		as["category"] = word("notice.category.")
	case KindServices:
		if err := e.serviceWords(ctx, as); err != nil {
			return err
		}
	case KindVisits:
		return e.visitFields(ctx)
	case KindCases:
		return e.caseFields(ctx, grids)
	}
	for _, c := range transfers[kind].columns {
		e.add(c, as[c])
	}
	return nil
}

func (e *exporting) serviceWords(ctx context.Context, as map[string]func(string) string) error {
	businesses, err := e.s.businesses(ctx)
	if err != nil {
		return err
	}
	letters := map[string]string{}
	for _, b := range businesses {
		letters[b.ID] = b.Letter
	}
	as["family"], as["kind"], as["sample"] = word("family."), word("exchange.kind."), word("exchange.bit.")
	as["business"] = func(id string) string {
		if l := letters[id]; l != "" {
			return l
		}
		return id
	}
	as["materials"] = func(v string) string {
		var list []app.Material
		if unmarshal(v, &list) != nil {
			return ""
		}
		return materialNames(list)
	}
	as["steps"] = func(v string) string {
		var list []app.Text
		if unmarshal(v, &list) != nil {
			return ""
		}
		return stepNames(list)
	}
	return nil
}

// columnByID answers one column of a table by id, to write out what a row refers to.
func (s *Store) columnByID(ctx context.Context, table, column string) (func(string) string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, coalesce(`+quote(column)+`, '') FROM `+quote(table))
	if err != nil {
		return nil, err
	}
	pairs, err := collect(rows, func(sc scanner) (p [2]string, err error) { err = sc.Scan(&p[0], &p[1]); return p, err })
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p[0]] = p[1]
	}
	return func(id string) string {
		if v := m[id]; v != "" {
			return v
		}
		return id
	}, err
}

// lookups answers several columnByID at once, by the column that refers.
func (e *exporting) lookups(ctx context.Context, of map[string][2]string) (map[string]func(string) string, error) {
	out := map[string]func(string) string{}
	for column, t := range of {
		f, err := e.s.columnByID(ctx, t[0], t[1])
		if err != nil {
			return nil, err
		}
		out[column] = f
	}
	return out, nil
}

// at turns the column of milliseconds into the hall's own time.
func (e *exporting) at(column string) {
	e.fields = append(e.fields, field{e.in.table.column(column).Title, func(_ string, row map[string]string) string {
		ms, _ := strconv.ParseInt(row[column], 10, 64) // "" is no time
		return e.moment(ms)
	}})
}
