package oplog

import "maps"

// Verdict says whether an entry counts. A void entry stays in the log and travels like any other; it
// changes no row.
type Verdict int

// The verdicts. Their numbers are stored.
const (
	Counts    Verdict = 0
	VoidCut   Verdict = 1 // its origin was cut before it
	VoidScope Verdict = 2 // its origin may not write the scope
	VoidTable Verdict = 3 // its origin may not write one of the tables
)

// Void tells whether the entry does not count.
func (v Verdict) Void() bool { return v != Counts }

// cutKey is what a cut is about.
type cutKey struct {
	scope  Scope
	origin Origin
}

// Cuts are the control statements that a replica knows. The zero value knows none. The order in which they
// are added does not matter, nor does adding one twice.
type Cuts struct {
	last map[cutKey]int64
	any  map[Origin]bool
}

// Add takes a cut that has been verified into account and tells whether it changes anything. The lowest of
// several about one origin and scope wins.
func (cs *Cuts) Add(c Cut) bool {
	if cs.last == nil {
		cs.last, cs.any = make(map[cutKey]int64), make(map[Origin]bool)
	}
	key := cutKey{c.Scope, c.Origin}
	last, known := cs.last[key]
	if known && last <= c.Last {
		return false
	}
	cs.last[key] = c.Last
	cs.any[c.Origin] = true
	return true
}

// Clone is a set with the same statements.
func (cs *Cuts) Clone() Cuts { return Cuts{maps.Clone(cs.last), maps.Clone(cs.any)} }

// Cut tells whether any statement is about the origin: it may not connect any more.
func (cs *Cuts) Cut(line []Origin) bool {
	for _, o := range line {
		if cs.any[o] {
			return true
		}
	}
	return false
}

// Judge says whether an entry counts. It is a function of the entry's scope, origin, number and tables, of its
// origin's certificate (see [Lesser]) and of the set of cuts, so it is the same on every replica that has the same log,
// in whatever order that came.
//
// A successor falls with the origins before it: whoever holds the key of a machine that was cut could have
// made any number of successors. Those that the hall knew when it cut the machine have cuts of their own,
// with the number up to which they count.
func (cs *Cuts) Judge(e Entry, cert Certificate) Verdict {
	if last, cut := cs.last[cutKey{e.Scope, e.Origin}]; cut {
		if e.N > last {
			return VoidCut
		}
	} else if len(cs.any) > 0 && cs.Cut(cert.Line()) {
		return VoidCut
	}
	if !cert.Allows(e.Scope) {
		return VoidScope
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		// An erased change says nothing about a table, and must not alter the verdict of the others.
		if !c.Erased && !cert.AllowsTable(c.Table) {
			return VoidTable
		}
	}
	return Counts
}
