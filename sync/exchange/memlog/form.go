package memlog

import (
	"maps"
	"slices"

	"linli/sync/oplog"
)

// Form is a row as a person has it on the screen. What is changed in it replaces what was shown when it was
// opened, however long ago that was, and nothing that came since.
type Form struct {
	Scope oplog.Scope
	Table string
	Row   string
	shown oplog.Row
}

// Open opens a form on a row, which need not be there yet.
func (l *Log) Open(name oplog.Scope, table, row string) Form {
	return Form{name, table, row, l.Row(name, table, row)}
}

// Shown is the value of a column as the form shows it.
func (f Form) Shown(column string) oplog.Value { return f.shown[column].Shown().Value }

// InConflict lists the columns that have several values, sorted.
func (f Form) InConflict() []string {
	var columns []string
	for column, reg := range f.shown {
		if len(reg.Conflicts()) > 0 {
			columns = append(columns, column)
		}
	}
	slices.Sort(columns)
	return columns
}

// Insert makes a new row. What the form shows plays no part.
func (f Form) Insert(cells map[string]oplog.Value) oplog.Change {
	return f.change(cells, func(oplog.Register) []oplog.Dot { return nil })
}

// Edit changes columns. A person who edits a row means it to be there, so it is alive as well.
func (f Form) Edit(cells map[string]oplog.Value) oplog.Change {
	cells = maps.Clone(cells)
	if _, said := cells[oplog.DeletedColumn]; !said {
		cells[oplog.DeletedColumn] = int64(0)
	}
	return f.change(cells, oplog.Register.ShownDots)
}

// Delete marks the row as deleted.
func (f Form) Delete() oplog.Change {
	return f.Edit(map[string]oplog.Value{oplog.DeletedColumn: int64(1)})
}

// Resolve settles columns with several values: it replaces all that the form knows of.
func (f Form) Resolve(cells map[string]oplog.Value) oplog.Change {
	return f.change(cells, oplog.Register.Dots)
}

func (f Form) change(cells map[string]oplog.Value, over func(oplog.Register) []oplog.Dot) oplog.Change {
	c := oplog.Change{Table: f.Table, Row: f.Row}
	for column, value := range cells {
		c.Cells = append(c.Cells, oplog.Cell{Column: column, Value: value, Over: over(f.shown[column])})
	}
	return c
}
