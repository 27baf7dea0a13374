package oplog

// Row is the registers of one row, by column. A column that was never written is not in it.
type Row map[string]Register

// ApplyChange merges change c of the sealed entry e into row, which may be nil, and returns it together
// with the columns whose shown value is now another (or shown for the first time) and what it is. The
// map is edited in place, its registers are not. An erased change does nothing.
// See the package documentation for what has to hold about order and repetition.
func ApplyChange(row Row, e Entry, c Change) (Row, map[string]Value) {
	if c.Erased {
		return row, nil
	}
	if row == nil {
		row = make(Row, len(c.Cells))
	}
	v := Version{Dot: e.Dot(), HLC: e.HLC, Origin: e.Origin}
	var changed map[string]Value
	var fresh []Version // one piece of memory for all cells that are written for the first time
	for i := range c.Cells {
		cell := &c.Cells[i]
		v.Value = cell.Value
		reg := row[cell.Column]
		var merged Register
		if len(reg) == 0 {
			if fresh == nil {
				fresh = make([]Version, 0, len(c.Cells)-i)
			}
			n := len(fresh)
			fresh = append(fresh, v)
			merged = fresh[n : n+1 : n+1]
		} else {
			merged = MergeIn(cell.Column, reg, v, cell.Over)
		}
		row[cell.Column] = merged
		if len(reg) == 0 || !Equal(merged[0].Value, reg[0].Value) {
			if changed == nil {
				changed = make(map[string]Value, len(c.Cells)-i)
			}
			changed[cell.Column] = merged[0].Value
		}
	}
	return row, changed
}
