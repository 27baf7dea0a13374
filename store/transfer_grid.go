package store

import (
	"context"
	"strconv"

	"linli/app"
)

var gridTransfer = &transfer{
	kind: KindGrids, key: "code", needs: []string{"name", "code"}, right: app.ActSettings,
	columns: []string{"code", "name", "parent", "level", "leader"},
	numbers: map[string]bool{"level": true},
	aliases: map[string][]string{
		"code": {"编码", "网格编号"}, "name": {"名称"}, "parent": {"上级网格编码", "上级编码", "上级"},
		"level": {"网格层级", "级别"}, "leader": {"网格员", "负责人"},
	},
	rules: func(ctx context.Context, s *Store, in *importing) (rules, error) {
		grids, err := s.gridNames(ctx)
		if err != nil {
			return nil, err
		}
		r := &gridRules{in: in, grids: grids, file: map[string]*gridRow{}, fresh: map[string]string{}}
		r.read()
		return r, nil
	},
}

// gridNames finds a grid by what people write for it.
type gridNames struct {
	byID   map[string]app.Grid
	byCode map[string]string
	byName map[string][]string
}

func (s *Store) gridNames(ctx context.Context) (gridNames, error) {
	list, err := settings{s}.Grids(ctx)
	g := gridNames{byID: map[string]app.Grid{}, byCode: map[string]string{}, byName: map[string][]string{}}
	for _, one := range list {
		g.byID[one.ID] = one
		if one.Code != "" {
			g.byCode[one.Code] = one.ID
		}
		g.byName[one.Name] = append(g.byName[one.Name], one.ID)
	}
	return g, err
}

// id finds a grid by code, name or id.
func (g gridNames) id(written, column string) (string, error) {
	if id := g.byCode[written]; id != "" {
		return id, nil
	}
	switch ids := g.byName[written]; {
	case len(ids) == 1:
		return ids[0], nil
	case len(ids) > 1:
		return "", app.Bad(CodeGridAmbiguous, column)
	}
	if _, ok := g.byID[written]; ok {
		return written, nil
	}
	return "", app.Bad(CodeGridUnknown, column)
}

// shown answers how a grid is written in an export: by code, so that it can be
// read back, else by name.
func (g gridNames) shown(id string) string {
	one, ok := g.byID[id]
	switch {
	case !ok:
		return id
	case one.Code != "":
		return one.Code
	}
	return one.Name
}

// gridRules lets children stand above their parents in the file: all rows are
// looked through before the first one lands.
type gridRules struct {
	in    *importing
	grids gridNames
	rows  []*gridRow
	file  map[string]*gridRow // the file's good rows by code
	fresh map[string]string   // code → id of grids that the file adds
}

type gridRow struct {
	values map[string]string
	parent string // as written
	err    error
}

// read cleans all rows, then drops those whose parent is nowhere or below
// themselves, until no more fall.
func (r *gridRules) read() {
	for i := range r.in.sheet.Rows {
		cells, _ := r.in.cells(i)
		row := &gridRow{values: map[string]string{}}
		for _, c := range cells {
			if c.column == "parent" {
				row.parent = c.value
				continue
			}
			v, err := cleanGrid(c)
			if err != nil {
				row.err = err
				break
			}
			row.values[c.column] = v
		}
		r.rows = append(r.rows, row)
		if code := row.values["code"]; row.err == nil && code != "" && r.file[code] == nil && (row.values["name"] != "" || r.grids.byCode[code] != "") {
			r.file[code] = row
		}
	}
	for dropped := true; dropped; {
		dropped = false
		// Judge all before any is dropped: each row of a circle is told so.
		for _, row := range r.rows {
			if row.err == nil {
				row.err = r.checkParent(row)
				dropped = dropped || row.err != nil
			}
		}
		for code, row := range r.file {
			if row.err != nil {
				delete(r.file, code)
			}
		}
	}
	for code := range r.file {
		if r.fresh[code] = r.grids.byCode[code]; r.fresh[code] == "" {
			r.fresh[code] = NewID()
		}
	}
}

func cleanGrid(c cell) (string, error) {
	if c.column == "level" {
		if n, err := strconv.Atoi(c.value); err != nil || n < 1 || n > 5 {
			return "", app.Bad(app.CodeUnknownCode, "level")
		}
		return c.value, nil
	}
	if len([]rune(c.value)) > 64 {
		return "", app.Bad(app.CodeTooLong, c.column, "64")
	}
	return c.value, nil
}

// checkParent walks up from a row to the top, through the file and the hall.
func (r *gridRules) checkParent(row *gridRow) error {
	seen := map[string]bool{}
	if code := row.values["code"]; code != "" {
		seen[code] = true
	}
	for up, parent := row, row.parent; parent != ""; {
		code := parent
		if r.file[code] == nil {
			id, err := r.grids.id(parent, "parent")
			if err != nil {
				if up != row {
					return nil // the row above falls by itself, and this one with it
				}
				return err
			}
			if code = r.grids.byID[id].Code; code == "" {
				return nil // a grid without a code is not in this file
			}
		}
		if seen[code] {
			return app.Bad(CodeGridCycle, "parent")
		}
		seen[code] = true
		if next := r.file[code]; next != nil && (next.parent != "" || r.grids.byCode[code] == "") {
			up, parent = next, next.parent
			continue
		}
		parent = r.grids.byID[r.grids.byID[r.grids.byCode[code]].ParentID].Code
	}
	return nil
}

func (r *gridRules) clean(i int, cells []cell) (map[string]string, error) {
	if len(r.rows) == 0 { // an edit, not a file
		return r.cleanOne(cells)
	}
	row := r.rows[i]
	if row.err != nil {
		return nil, row.err
	}
	out := make(map[string]string, len(row.values)+2)
	for c, v := range row.values {
		out[c] = v
	}
	if row.parent == "" {
		return out, nil
	}
	if out["parent"] = r.fresh[row.parent]; out["parent"] == "" {
		var err error
		if out["parent"], err = r.grids.id(row.parent, "parent"); err != nil {
			return nil, err
		}
	}
	if out["level"] == "" {
		out["level"] = strconv.Itoa(min(r.level(row.parent, 0)+1, 5))
	}
	return out, nil
}

func (r *gridRules) cleanOne(cells []cell) (map[string]string, error) {
	out := map[string]string{}
	for _, c := range cells {
		v, err := cleanGrid(c)
		if c.column == "parent" {
			v, err = r.grids.id(c.value, "parent")
		}
		if err != nil {
			return nil, err
		}
		out[c.column] = v
	}
	return out, nil
}

// level answers the level of a grid by its code or name. The file has no cycles
// any more when it is asked; deep bounds what another program may have written.
func (r *gridRules) level(written string, deep int) int {
	if row := r.file[written]; row != nil && deep < 8 {
		if n, err := strconv.Atoi(row.values["level"]); err == nil {
			return n
		}
		if row.parent != "" {
			return r.level(row.parent, deep+1) + 1
		}
	}
	if id, err := r.grids.id(written, "parent"); err == nil {
		return r.grids.byID[id].Level
	}
	return 1
}

func (r *gridRules) match(_ *Tx, row map[string]string) (string, bool, error) {
	code := row["code"]
	if code == "" {
		return "", false, app.Bad(app.CodeRequired, "code")
	}
	if id := r.grids.byCode[code]; id != "" {
		return id, false, nil
	}
	if id := r.fresh[code]; id != "" {
		return id, true, nil
	}
	return NewID(), true, nil
}

// fit gives a new grid without parent the top level, and keeps an edited one from
// lying below itself.
func (r *gridRules) fit(was, row map[string]string) (map[string]string, error) {
	if len(was) == 0 && row["level"] == "" {
		row["level"] = "1"
	}
	own := r.grids.byCode[was["code"]]
	for up, n := row["parent"], 0; own != "" && up != "" && n < 16; n++ {
		if up == own && len(r.rows) == 0 {
			return nil, app.Bad(CodeGridCycle, "parent")
		}
		up = r.grids.byID[up].ParentID
	}
	return row, nil
}

func (r *gridRules) landed(id string, row map[string]string) {
	if code := row["code"]; code != "" {
		r.grids.byCode[code] = id
	}
}
