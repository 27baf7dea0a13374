package oplog

import (
	"cmp"
	"slices"
)

// Version is one live write of a cell.
type Version struct {
	Dot    Dot // the entry that wrote it
	HLC    HLC
	Origin Origin
	Value  Value
}

// Compare orders versions by (hlc, origin, dot). The greatest is shown.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.HLC, w.HLC), v.Origin.Compare(w.Origin), v.Dot.Compare(w.Dot))
}

// DeletedColumn is the column that says whether a record is taken off. Of a record that one person edits while another
// takes it off, every replica shows that it is there, whichever came later, and lists the conflict.
const DeletedColumn = "deleted"

// compareIn orders the versions of a column: by Compare, but in [DeletedColumn] whatever says "there" is greater.
func compareIn(column string, v, w Version) int {
	if column == DeletedColumn {
		if there, other := Equal(v.Value, int64(0)), Equal(w.Value, int64(0)); there != other {
			if there {
				return 1
			}
			return -1
		}
	}
	return v.Compare(w)
}

// Register is one cell: its live versions, the greatest first. An empty register was never written. The
// functions here never alter a register; they return another.
type Register []Version

// Merge applies one write to a register: it removes the versions that the write is over, and adds v.
//
// Applied to the writes of a set of entries, each once and in any causal order, it yields the versions
// that no write of the set is over (see the package documentation). Applying a write again while its
// version is live changes nothing; after it was replaced, only the log knows that it was there, and it
// must not be applied again.
func Merge(reg Register, v Version, over []Dot) Register { return MergeIn("", reg, v, over) }

// MergeIn is [Merge] in a column that may have an order of its own, see [DeletedColumn].
func MergeIn(column string, reg Register, v Version, over []Dot) Register {
	out := make(Register, 0, len(reg)+1)
	placed := false
	for i := range reg {
		old := &reg[i]
		if old.Dot == v.Dot || slices.Contains(over, old.Dot) {
			continue
		}
		if !placed && compareIn(column, v, *old) > 0 {
			out = append(out, v)
			placed = true
		}
		out = append(out, *old)
	}
	if !placed {
		out = append(out, v)
	}
	return out
}

// Shown is the version that every replica displays: the greatest by (hlc, origin, dot). It is the
// zero Version for an empty register.
func (reg Register) Shown() Version {
	if len(reg) == 0 {
		return Version{}
	}
	return reg[0]
}

// Conflicts lists the live versions with another value than the shown one, each value once, by its
// greatest version, the greatest first. Equal values written at two places are no conflict.
func (reg Register) Conflicts() []Version {
	var others []Version
	for i := 1; i < len(reg); i++ {
		v := reg[i]
		same := func(w Version) bool { return Equal(v.Value, w.Value) }
		if !same(reg[0]) && !slices.ContainsFunc(others, same) {
			others = append(others, v)
		}
	}
	return others
}

// ShownDots is what an ordinary edit is over: the dots of the shown version and of the live versions
// with an equal value. Other values stay and go on being conflicts. A form takes the dots when it is
// opened and not when it is saved: they are what the person saw. Sorted.
func (reg Register) ShownDots() []Dot {
	var dots []Dot
	for i := range reg {
		if Equal(reg[i].Value, reg[0].Value) {
			dots = append(dots, reg[i].Dot)
		}
	}
	slices.SortFunc(dots, Dot.Compare)
	return dots
}

// Dots is what resolving a conflict is over: the dots of all live versions. Sorted.
func (reg Register) Dots() []Dot {
	dots := make([]Dot, len(reg))
	for i := range reg {
		dots[i] = reg[i].Dot
	}
	slices.SortFunc(dots, Dot.Compare)
	return dots
}
