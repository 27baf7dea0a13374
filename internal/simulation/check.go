package simulation

import (
	"fmt"
	"slices"
	"strings"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// members are the nodes that have to agree: those that are there and that the hall has not cut.
func (w *World) members() []*node {
	return slices.DeleteFunc(slices.Clone(w.nodes), func(n *node) bool { return n.gone || n.revoked() })
}

// entries are those of a log in a part of the hall, in its own order.
func entries(log Contents, part string) (all []oplog.Entry) {
	log.Each(scope(part), func(e oplog.Entry, _ oplog.Verdict) { all = append(all, e) })
	return all
}

// checkAll checks the whole world when it is quiet.
func (w *World) checkAll() {
	if w.failure != nil {
		return
	}
	for _, n := range w.members() {
		n.look()
	}
	var counts ruling
	for _, part := range parts {
		if w.failure != nil {
			return
		}
		w.checkPart(part, &counts)
	}
	for _, n := range w.members() {
		if err := n.up.book.Check(); err != nil {
			w.fail("%s: %v", n.name, err)
		}
	}
	w.checkPlaces()
	w.checkQueue()
}

// checkPart checks one part of the hall on all members that hold it.
func (w *World) checkPart(part string, rule *ruling) {
	var first *node
	var want exchange.Digest
	var conflicts string
	var counts func(oplog.Entry) bool
	for _, n := range w.members() {
		if !n.holds(part) {
			continue
		}
		got, err := n.up.book.Digest(background, scope(part))
		if err != nil {
			w.fail("%s: %v", n.name, err)
			return
		}
		if first == nil {
			// What the set of entries says is computed once, and compared with everybody.
			all := entries(n.up.book, part)
			if part == oplog.Public {
				*rule = w.verdicts(all)
			}
			counts = (*rule)(all)
			s := say(all, counts)
			w.countSaid(n, part, s)
			for _, e := range all {
				if w.truth.of[e.Hash()] == nil {
					w.fail("nobody wrote %s", w.name(e))
				}
			}
			first, want, conflicts = n, exchange.Digest{Vector: got.Vector, Rows: s.digest}, listed(s)
			w.checkLoss(n, part)
		}
		switch {
		case got.Vector != want.Vector:
			w.fail("%s and %s hold different entries of %s: %s", first.name, n.name, part, w.differ(first.up.book, n.up.book, part))
		case got.Rows != want.Rows:
			w.fail("%s has other rows or verdicts in %s than its entries say: %s", n.name, part, w.wrong(n.up.book, part, counts))
		case listed(shown(n.up.book, part)) != conflicts:
			w.fail("%s lists other conflicts in %s", n.name, part)
		}
	}
}

// countSaid counts what is worth seeing in the end.
func (w *World) countSaid(n *node, part string, s said) {
	origins := make(map[oplog.Origin]bool)
	heads, _ := n.up.book.Heads(background, scope(part))
	for _, h := range heads.List() {
		if origins[h.Origin] {
			w.count("branches")
		}
		origins[h.Origin] = true
	}
	for _, reg := range s.rows {
		if len(reg.Conflicts()) > 0 {
			w.count("conflict")
		}
	}
	n.up.book.Each(scope(part), func(_ oplog.Entry, v oplog.Verdict) {
		switch v {
		case oplog.VoidTable:
			w.count("void for its table")
		case oplog.VoidCut:
			w.count("void for a cut")
		}
	})
	for _, t := range fold(n.up.book) {
		if len(t.lost) > 0 {
			w.count("step forestalled")
		}
	}
}

// checkLoss checks that a member has every confirmed entry of a part that was not on destroyed disks alone.
func (w *World) checkLoss(n *node, part string) {
	var hashes []oplog.Hash
	for h, f := range w.truth.of {
		if f.entry.Scope == scope(part) && f.confirmed && !f.lost {
			hashes = append(hashes, h)
		}
	}
	slices.SortFunc(hashes, oplog.Hash.Compare)
	found, err := n.up.book.Find(background, scope(part), hashes)
	if err != nil {
		w.fail("%s: %v", n.name, err)
	}
	for i, h := range hashes {
		if found[i] == (oplog.Head{}) {
			f := w.truth.of[h]
			w.fail("%s was confirmed at %s and is lost", w.name(f.entry), f.by)
		}
	}
}

// checkPlaces checks that nothing lies where it may not be.
func (w *World) checkPlaces() {
	for _, n := range w.nodes {
		if n.gone || n.role == roleHub {
			continue
		}
		own := make(map[oplog.Origin]bool)
		for _, c := range n.certs {
			own[c.Origin] = true
		}
		for _, part := range parts {
			if n.holds(part) {
				continue
			}
			for _, e := range entries(n.disk, part) {
				if !own[e.Origin] || part != oplog.Intake {
					w.fail("%s holds %s of %s, which it may not", n.name, w.name(e), part)
				}
			}
		}
	}
}

// checkQueue checks that all show the same queue and that no number was given out twice.
func (w *World) checkQueue() {
	var first *node
	var want string
	for _, n := range w.members() {
		got := board(n.up.book)
		if first == nil {
			first, want = n, got
			numbers := make(map[string]bool)
			for _, t := range fold(n.up.book) {
				if numbers[t.number] && !w.truth.doubled {
					w.fail("two tickets have the number %s", t.number)
				}
				numbers[t.number] = true
			}
		}
		if got != want {
			w.fail("%s and %s show different queues:\n%s\n\n%s", first.name, n.name, want, got)
		}
	}
}

// look checks one log by itself, at any time: its rows are what its entries say, whole entries and nothing else; clocks rise along
// every chain; and nothing that was there at the last look is gone.
func (n *node) look() {
	w := n.w
	if n.up == nil || w.failure != nil {
		return
	}
	log := n.up.book
	rule := w.verdicts(entries(log, oplog.Public))
	for _, part := range parts {
		all := entries(log, part)
		got, err := log.Digest(background, scope(part))
		if err != nil {
			w.fail("%s: %v", n.name, err)
		}
		counts := rule(all)
		if s := say(all, counts); s.digest != got.Rows {
			w.fail("%s has other rows or verdicts in %s than its entries say: %s", n.name, part, w.wrong(log, part, counts))
		}
		at := make(map[oplog.Hash]oplog.HLC, len(all))
		for _, e := range all {
			at[e.Hash()] = e.HLC
			if e.N > 1 && e.HLC <= at[e.Prev] {
				w.fail("%s: the clock of %s does not rise", n.name, w.name(e))
			}
		}
		for _, h := range n.up.seen[scope(part)] {
			if _, there := at[h.Hash]; !there {
				w.fail("%s had %s and has it no more", n.name, w.nameHead(h))
			}
		}
		heads, err := log.Heads(background, scope(part))
		if err != nil {
			w.fail("%s: %v", n.name, err)
			return
		}
		n.up.seen[scope(part)] = heads.List()
	}
}

// shown is what a log's rows are.
func shown(log Book, part string) said {
	s := said{rows: make(map[cellKey]oplog.Register)}
	log.EachRow(scope(part), func(table, row string, r oplog.Row) {
		for column, reg := range r {
			s.rows[cellKey{table, row, column}] = reg
		}
	})
	return s
}

// listed is a list of all conflicts with their values, the shown one first.
func listed(s said) string {
	var lines []string
	for k, reg := range s.rows {
		if others := reg.Conflicts(); len(others) > 0 {
			line := fmt.Sprintf("%s %s %s: %v", k.table, k.row, k.column, reg.Shown().Value)
			for _, v := range others {
				line += fmt.Sprintf(", %v", v.Value)
			}
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// differ says which entries one of two logs has alone.
func (w *World) differ(a, b Contents, part string) string {
	in := func(log Contents) map[oplog.Hash]bool {
		m := make(map[oplog.Hash]bool)
		for _, e := range entries(log, part) {
			m[e.Hash()] = true
		}
		return m
	}
	inA, inB := in(a), in(b)
	var out []string
	for _, e := range entries(a, part) {
		if !inB[e.Hash()] {
			out = append(out, "only the first has "+w.name(e))
		}
	}
	for _, e := range entries(b, part) {
		if !inA[e.Hash()] {
			out = append(out, "only the second has "+w.name(e))
		}
	}
	return strings.Join(out, "; ")
}

// same tells whether two versions are the same write.
func same(a, b oplog.Version) bool { return a.Compare(b) == 0 && oplog.Equal(a.Value, b.Value) }

// wrong says which cells and verdicts of a log are not what its entries say.
func (w *World) wrong(log Book, part string, counts func(oplog.Entry) bool) string {
	want, have := say(entries(log, part), counts), shown(log, part)
	var out []string
	for k, reg := range want.rows {
		if !slices.EqualFunc(have.rows[k], reg, same) {
			out = append(out, fmt.Sprintf("%s %s %s is %v, want %v", k.table, k.row, k.column, have.rows[k], reg))
		}
	}
	for k, reg := range have.rows {
		if want.rows[k] == nil {
			out = append(out, fmt.Sprintf("%s %s %s is %v, want nothing", k.table, k.row, k.column, reg))
		}
	}
	log.Each(scope(part), func(e oplog.Entry, v oplog.Verdict) {
		if v.Void() != want.void[e.Hash()] {
			out = append(out, fmt.Sprintf("%s: void %v, want %v", w.name(e), v.Void(), want.void[e.Hash()]))
		}
	})
	slices.Sort(out)
	return strings.Join(out, "; ")
}
