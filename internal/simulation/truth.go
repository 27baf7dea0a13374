package simulation

import (
	"cmp"
	"slices"

	"linli/sync/oplog"
)

// truth knows everything that was ever written, and what must be there.
type truth struct {
	of      map[oplog.Hash]*fact
	cuts    []oplog.Origin // that the hall has cut
	doubled bool           // a machine went on twice: numbers may be given out twice
}

// fact is one entry.
type fact struct {
	entry     oplog.Entry
	by        string
	confirmed bool
	lost      bool // every disk that had it was destroyed
	forged    int  // with the keys of a machine that had been cut before the counter stood there; 0 for an honest one
}

func (t *truth) wrote(e oplog.Entry, by string, confirmed bool) {
	t.of[e.Hash()] = &fact{entry: e, by: by, confirmed: confirmed}
}

// destroyed notes which entries no disk has any more, after one is gone.
func (t *truth) destroyed(w *World, old Contents) {
	for _, s := range old.Scopes() {
		var hashes []oplog.Hash
		old.Each(s, func(e oplog.Entry, _ oplog.Verdict) { hashes = append(hashes, e.Hash()) })
		there := make([]bool, len(hashes))
		for _, n := range w.nodes {
			if n.gone || n.revoked() { // nobody has to take anything from a machine that was cut
				continue
			}
			found, _ := n.disk.Find(background, s, hashes)
			for i := range found {
				there[i] = there[i] || found[i] != (oplog.Head{})
			}
		}
		for i, h := range hashes {
			if f := t.of[h]; f != nil && !there[i] {
				f.lost = true
			}
		}
	}
}

// check compares what was written with what was on the screen: an edit replaces nothing that its author has not seen.
func (t *truth) check(w *World, e oplog.Entry, used []Edit) {
	for _, c := range e.Changes {
		for _, f := range used {
			if f.Scope != e.Scope || f.Table != c.Table || f.Row != c.Row {
				continue
			}
			for _, cell := range c.Cells {
				for _, d := range cell.Over {
					if !slices.Contains(f.Saw[cell.Column].Dots(), d) {
						w.fail("%s replaces a value of %s %s %s that its form did not show", w.name(e), c.Table, c.Row, cell.Column)
					}
				}
			}
		}
	}
}

// cellKey names a cell.
type cellKey struct{ table, row, column string }

// said is what a set of entries of one scope says, computed without any order.
type said struct {
	void   map[oplog.Hash]bool
	rows   map[cellKey]oplog.Register
	digest oplog.SetDigest
}

// ruling answers for all entries of a scope together whether one of them counts.
type ruling func(all []oplog.Entry) func(oplog.Entry) bool

// verdicts computes who was cut from what lies in the public scope.
func (w *World) verdicts(public []oplog.Entry) ruling {
	type key struct {
		origin oplog.Origin
		scope  oplog.Scope
	}
	said := make(map[key][]oplog.Cut)
	anywhere := make(map[oplog.Origin]bool)
	first := make(map[oplog.Origin]int64) // when the first of the statements about it was made
	for _, e := range public {
		for _, c := range e.Changes {
			if c.Table != oplog.ControlTable {
				continue
			}
			body, _ := c.Cells[0].Value.([]byte)
			cut, err := oplog.DecodeCut(body)
			if err != nil || cut.Verify(w.public()) != nil {
				continue
			}
			k := key{cut.Origin, cut.Scope}
			said[k] = append(said[k], cut)
			if !anywhere[cut.Origin] || cut.Issued < first[cut.Origin] {
				first[cut.Origin] = cut.Issued
			}
			anywhere[cut.Origin] = true
		}
	}
	certs := make(map[oplog.Origin]oplog.Certificate)
	for _, n := range w.nodes {
		for _, c := range n.certs {
			certs[c.Origin] = c
		}
	}
	return func(all []oplog.Entry) func(oplog.Entry) bool {
		// What each statement says is spread from an entry to the one behind it, last numbers first.
		keeps := make(map[oplog.Hash]map[int]bool)
		latest := slices.Clone(all)
		slices.SortFunc(latest, func(a, b oplog.Entry) int { return cmp.Compare(b.N, a.N) })
		for _, e := range latest {
			for i, cut := range said[key{e.Origin, e.Scope}] {
				if !keeps[e.Hash()][i] && !slices.Contains(cut.Kept, e.Hash()) {
					continue
				}
				for _, h := range []oplog.Hash{e.Hash(), e.Prev} {
					if keeps[h] == nil {
						keeps[h] = make(map[int]bool)
					}
					keeps[h][i] = true
				}
			}
		}
		return func(e oplog.Entry) bool {
			c := certs[e.Origin]
			if cuts := said[key{e.Origin, e.Scope}]; cuts != nil {
				if len(keeps[e.Hash()]) < len(cuts) {
					return false
				}
			} else {
				for _, o := range c.Line() {
					if anywhere[o] {
						return false
					}
				}
			}
			if f := w.truth.of[e.Hash()]; f != nil && f.forged > 0 && anywhere[e.Origin] && first[e.Origin] < int64(f.forged) {
				w.fail("%s was forged after its machine was cut, and counts", w.name(e))
			}
			if !slices.Contains(c.Scopes, e.Scope) {
				return false
			}
			for _, ch := range e.Changes {
				if len(c.Tables) > 0 && !slices.Contains(c.Tables, ch.Table) {
					return false
				}
			}
			return true
		}
	}
}

// say computes what entries of a scope say: a write is live unless another that counts is over it.
func say(entries []oplog.Entry, counts func(oplog.Entry) bool) said {
	type write struct {
		cellKey
		dot oplog.Dot
	}
	s := said{void: make(map[oplog.Hash]bool), rows: make(map[cellKey]oplog.Register)}
	over := make(map[write]bool)
	for _, e := range entries {
		if !counts(e) {
			s.void[e.Hash()] = true
			s.digest.AddVoid(e.Hash())
			continue
		}
		for _, c := range e.Changes {
			for _, cell := range c.Cells {
				for _, d := range cell.Over {
					over[write{cellKey{c.Table, c.Row, cell.Column}, d}] = true
				}
			}
		}
	}
	for _, e := range entries {
		if s.void[e.Hash()] {
			continue
		}
		for _, c := range e.Changes {
			for _, cell := range c.Cells {
				k := cellKey{c.Table, c.Row, cell.Column}
				if dot := e.Dot(); !over[write{k, dot}] {
					s.rows[k] = append(s.rows[k], oplog.Version{Dot: dot, HLC: e.HLC, Origin: e.Origin, Value: cell.Value})
				}
			}
		}
	}
	for k, reg := range s.rows {
		slices.SortFunc(reg, func(a, b oplog.Version) int {
			if there := isThere(k, b) - isThere(k, a); there != 0 {
				return there
			}
			return b.Compare(a)
		})
		s.digest.AddCell(k.table, k.row, k.column, reg)
	}
	return s
}

// isThere is 1 for a version that says of its row that it is there, which comes before any that says it is not.
func isThere(k cellKey, v oplog.Version) int {
	if k.column == oplog.DeletedColumn && oplog.Equal(v.Value, int64(0)) {
		return 1
	}
	return 0
}
