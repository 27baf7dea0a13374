package oplog

import (
	"maps"
	"slices"
)

// Verdict says whether an entry counts. A void entry stays in the log and travels like any other; it
// changes no row.
type Verdict int

// The verdicts. Their numbers are stored.
const (
	Counts    Verdict = 0
	VoidCut   Verdict = 1 // its origin was cut, and it is not among what was kept
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
// are added does not matter, nor does adding one twice. What is added to a set is not added to its clones.
type Cuts struct {
	about map[cutKey][]statement
	any   map[Origin]bool
}

// statement is what a cut names.
type statement map[Hash]bool

// Add takes a cut that has been verified into account and tells whether it changes anything. Of several about one
// origin and scope an entry has to be kept by each.
func (cs *Cuts) Add(c Cut) bool {
	key := cutKey{c.Scope, c.Origin}
	st := make(statement, len(c.Kept))
	for _, h := range c.Kept {
		st[h] = true
	}
	if slices.ContainsFunc(cs.about[key], func(other statement) bool { return maps.Equal(other, st) }) {
		return false
	}
	if cs.about == nil {
		cs.about, cs.any = make(map[cutKey][]statement), make(map[Origin]bool)
	}
	cs.about[key] = append(slices.Clip(cs.about[key]), st)
	cs.any[c.Origin] = true
	return true
}

// Clone is a set with the same statements.
func (cs *Cuts) Clone() Cuts { return Cuts{maps.Clone(cs.about), maps.Clone(cs.any)} }

// About tells whether a statement is about the origin in the scope, so that it takes the origin's other entries there to know
// which of them count: see [Cuts.Vouched].
func (cs *Cuts) About(scope Scope, origin Origin) bool { return cs.about[cutKey{scope, origin}] != nil }

// Names tells whether a statement names the entry. When it comes, the entries behind it are to be judged again.
func (cs *Cuts) Names(e Entry) bool {
	for _, st := range cs.about[cutKey{e.Scope, e.Origin}] {
		if st[e.Hash()] {
			return true
		}
	}
	return false
}

// Vouched answers which of an origin's entries in a scope each statement about it keeps: those that it names, and those that
// stand behind one that it names and that is there. links are those entries, in any order, or the newest alone: what stands
// behind it was there before. Nil when no statement is about the origin in the scope.
func (cs *Cuts) Vouched(scope Scope, origin Origin, links []Link) map[Hash]bool {
	about := cs.about[cutKey{scope, origin}]
	if about == nil {
		return nil
	}
	behind := make(map[Hash]Hash, len(links))
	for _, l := range links {
		behind[l.Hash] = l.Prev
	}
	count := make(map[Hash]int)
	for _, named := range about {
		kept := make(map[Hash]bool)
		for at := range named {
			for prev, there := behind[at]; there && !kept[at]; prev, there = behind[at] {
				kept[at] = true
				count[at]++
				at = prev
			}
		}
	}
	vouched := make(map[Hash]bool, len(count))
	for h, n := range count {
		if n == len(about) {
			vouched[h] = true
		}
	}
	return vouched
}

// Cut tells whether any statement is about the origin: it may not connect any more.
func (cs *Cuts) Cut(line []Origin) bool {
	for _, o := range line {
		if cs.any[o] {
			return true
		}
	}
	return false
}

// Judge says whether an entry counts. It is a function of the entry's scope, origin, place in its chain and tables, of its
// origin's certificate (see [Lesser]), and of the sets of entries and cuts, so it is the same on every replica that has the same log,
// in whatever order that came. vouched is what [Cuts.Vouched] answers about the entry's origin and scope.
//
// A successor falls with the origins before it: whoever holds the key of a machine that was cut could have
// made any number of successors. Those that the hall knew when it cut the machine have cuts of their own, which
// say what of them counts.
func (cs *Cuts) Judge(e Entry, cert Certificate, vouched map[Hash]bool) Verdict {
	if cs.About(e.Scope, e.Origin) {
		if !vouched[e.Hash()] {
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

// JudgeNewest is [Cuts.Judge] of an entry that comes after all others of its origin that are in the log. Where a cut names it
// ([Cuts.Names]) those behind it have to be judged again.
func (cs *Cuts) JudgeNewest(e Entry, cert Certificate) Verdict {
	if !cs.About(e.Scope, e.Origin) {
		return cs.Judge(e, cert, nil)
	}
	return cs.Judge(e, cert, cs.Vouched(e.Scope, e.Origin, []Link{e.Link()}))
}
