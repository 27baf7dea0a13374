package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"linli/app"
	"linli/app/tabular"
	"linli/store"
)

// template writes the headers of an import file: to a file, or as CSV to
// standard output.
func (c *call) template() error {
	kind, err := c.kind(store.ImportKinds())
	if err != nil {
		return err
	}
	headers := store.Template(kind)
	out := *c.text["out"]
	if out != "" {
		if err := writable(out); err != nil {
			return err
		}
	}
	write := func(w io.Writer) error { return tabular.WriteCSV(w, headers, tabular.Rows(nil)) }
	switch ext := strings.ToLower(filepath.Ext(out)); {
	case ext == ".xlsx":
		write = func(w io.Writer) error { return tabular.WriteXLSX(w, string(kind), headers, tabular.Rows(nil)) }
	case out != "" && ext != ".csv":
		return misuse{"bad-out", out}
	}
	if out != "" {
		if err := store.WriteFile(out, write); err != nil {
			return err
		}
	} else if !c.json {
		return write(c.out)
	}
	return c.answer(map[string]any{"kind": kind, "headers": headers, "columns": store.Columns(kind), "file": out}, c.say("ctl.written", out))
}

// rejected is a row that was left out, as --json shows it.
type rejected struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Reason string `json:"reason"`
	Code   string `json:"code"`
	Field  string `json:"field"`
}

// importTable lands the good rows of a file; that some were left out is no failure.
func (c *call) importTable() error {
	kind, err := c.kind(store.ImportKinds())
	if err != nil {
		return err
	}
	sheet, err := tabular.Open(c.args[1])
	if err != nil {
		return err
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		dry := *c.switches["dry-run"]
		r, err := s.Import(c.ctx, by, kind, sheet, dry)
		if err != nil {
			if r.Added+r.Updated > 0 {
				fmt.Fprintln(c.err, c.say("ctl.import.part", r.Added, r.Updated))
			}
			return err
		}
		rows := make([]rejected, len(r.Rejected))
		lines := []string{c.say("ctl.import.done", r.Read, r.Added, r.Updated, r.Unchanged, len(r.Rejected))}
		if dry {
			lines = append(lines, c.say("ctl.import.dry"))
		}
		if len(r.Unknown) > 0 {
			lines = append(lines, c.say("ctl.import.unknown", strings.Join(r.Unknown, ", ")))
		}
		for i, x := range r.Rejected {
			rows[i] = rejected{x.Line, x.Column, c.reason(x.Code, x.Args), string(x.Code), x.Field}
			lines = append(lines, c.say("ctl.import.row", x.Line, x.Column, rows[i].Reason))
		}
		unknown := r.Unknown
		if unknown == nil {
			unknown = []string{}
		}
		return c.answer(map[string]any{
			"read": r.Read, "added": r.Added, "updated": r.Updated, "unchanged": r.Unchanged,
			"rejected": rows, "unknown": unknown, "dry_run": dry,
		}, lines...)
	})
}

// find looks for records. What is personal is masked.
func (c *call) find() error {
	kind, err := c.kind(store.Kinds())
	if err != nil {
		return err
	}
	query, limit := strings.Join(c.args[1:], " "), *c.numbers["limit"]
	if limit < 1 {
		return misuse{"flag-value", "--limit"}
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		var results []map[string]string
		if kind == store.KindResidents {
			found, err := s.Hall().Registry.Find(c.ctx, by, query, "", limit)
			if err != nil {
				return err
			}
			for _, f := range found {
				age := ""
				if f.Age > 0 { // 0 also says that the birth date is not known
					age = strconv.Itoa(f.Age)
				}
				results = append(results, map[string]string{
					"id": f.ID, "name": f.Name, "sex": f.Sex, "age": age, "id_tail": f.IDTail,
					"phone": f.Phone, "address": f.Address, "grid": f.GridID,
				})
			}
		} else if results, err = s.FindRecords(c.ctx, by, kind, query, limit); err != nil {
			return err
		}
		if results == nil {
			results = []map[string]string{}
		}
		lines := []string{c.say("ctl.find.count", len(results))}
		for _, r := range results {
			lines = append(lines, record(r))
		}
		return c.answer(map[string]any{"results": results}, lines...)
	})
}

// record shows a result on one line, its id first.
func record(r map[string]string) string {
	names := make([]string, 0, len(r))
	for n, v := range r {
		if n != "id" && v != "" {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	parts := []string{r["id"]}
	for _, n := range names {
		v := []rune(strings.ReplaceAll(r[n], "\n", " "))
		if len(v) > 40 {
			v = append(v[:40], '…')
		}
		parts = append(parts, n+"="+string(v))
	}
	return strings.Join(parts, "  ")
}

// edit changes columns of one record.
func (c *call) edit() error {
	kind, err := c.kind(store.ImportKinds())
	if err != nil {
		return err
	}
	id, columns := c.args[1], map[string]string{}
	for i, a := range c.args[2:] {
		name, value, ok := strings.Cut(a, "=")
		_, twice := columns[name]
		if !ok || twice || strings.TrimSpace(name) == "" {
			// By its number: what was typed may be personal.
			return misuse{"bad-column", strconv.Itoa(i + 1)}
		}
		columns[name] = value
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		if err := s.Edit(c.ctx, by, kind, id, columns); err != nil {
			return c.notEdited(err, kind)
		}
		return c.answer(map[string]any{"id": id, "columns": len(columns)}, c.say("ctl.edit.done"))
	})
}

// notEdited tells a wrong column from a wrong value.
func (c *call) notEdited(err error, kind store.Kind) error {
	switch e := app.AsError(err); {
	case e.Code == store.CodeHeaderRepeated:
		return refusal{string(e.Code), "edit.twice", c.field(e.Field)}
	case e.Code == app.CodeInvalid && e.Field != "" && !slices.Contains(store.Columns(kind), e.Field):
		return refusal{string(e.Code), "edit.unknown", e.Field}
	}
	return err
}

// export writes all records of a kind to a file.
func (c *call) export() error {
	kind, err := c.kind(store.Kinds())
	if err != nil {
		return err
	}
	out := *c.text["out"]
	if ext := strings.ToLower(filepath.Ext(out)); ext != ".csv" && ext != ".xlsx" {
		return misuse{"bad-out", out}
	}
	if err := writable(out); err != nil {
		return err
	}
	reveal := *c.switches["reveal"]
	return c.with(func(s *store.Store, by app.Actor) error {
		if err := s.ExportFile(c.ctx, by, kind, out, reveal); err != nil {
			return err
		}
		line := "ctl.export.masked"
		if reveal {
			line = "ctl.export.revealed"
		}
		return c.answer(map[string]any{"kind": kind, "file": out, "revealed": reveal}, c.say("ctl.written", out), c.say(line))
	})
}
