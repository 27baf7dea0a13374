package oplog_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// replica is one machine of the model: a log, the rows that it stores as a real store does (shown
// values in a domain row, the rest encoded beside it), and forms that people have open.
type replica struct {
	origin oplog.Origin
	last   oplog.Entry // its own last entry
	clock  *oplog.Clock
	skew   time.Duration
	// columns differs between replicas, as between program versions.
	columns *oplog.Columns

	log    []oplog.Entry
	have   map[oplog.Hash]bool
	heads  oplog.Heads
	domain map[string]map[string]oplog.Value
	stored map[string][]byte
	digest oplog.SetDigest
	forms  []form
}

// form remembers the dots that were on the screen.
type form struct {
	row  string
	over map[string][]oplog.Dot
}

var (
	modelColumns = []string{"a", "bb", "x"}
	modelRows    = []string{"r1", "r2"}
)

func newReplica(id byte, columns *oplog.Columns, skew time.Duration) *replica {
	return &replica{
		origin: oplog.OriginOf(key(id).pub), clock: oplog.NewClock(0), skew: skew, columns: columns,
		have:   make(map[oplog.Hash]bool),
		domain: make(map[string]map[string]oplog.Value),
		stored: make(map[string][]byte),
	}
}

// clone is a copy of the machine with the same key: both go on as the same origin.
func (r *replica) clone() *replica {
	c := *r
	c.clock = oplog.NewClock(r.clock.Last())
	c.log = slices.Clone(r.log)
	c.have = maps.Clone(r.have)
	c.stored = maps.Clone(r.stored)
	c.heads = oplog.Heads{}
	for _, h := range r.heads.List() {
		c.heads.Put(h)
	}
	c.domain = make(map[string]map[string]oplog.Value)
	for row, values := range r.domain {
		c.domain[row] = maps.Clone(values)
	}
	c.forms = slices.Clone(r.forms)
	return &c
}

func (r *replica) row(t *rapid.T, name string) oplog.Row {
	b, ok := r.stored[name]
	if !ok {
		return nil
	}
	row, err := oplog.DecodeRow(b, r.columns, func(column string) oplog.Value { return r.domain[name][column] })
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// apply applies an entry once, in the way a store has to.
func (r *replica) apply(t *rapid.T, e oplog.Entry) {
	if r.have[e.Hash()] {
		return
	}
	r.have[e.Hash()] = true
	r.log = append(r.log, e)
	r.heads.Add(e)
	r.clock.Observe(e.HLC)
	for _, c := range e.Changes {
		row := r.row(t, c.Row)
		r.digest.RemoveRow(c.Table, c.Row, row)
		row, changed := oplog.ApplyChange(row, e, c)
		r.digest.AddRow(c.Table, c.Row, row)
		if r.domain[c.Row] == nil {
			r.domain[c.Row] = make(map[string]oplog.Value)
		}
		for column, value := range changed {
			if r.columns.Has(column) {
				r.domain[c.Row][column] = value
			}
		}
		r.stored[c.Row] = oplog.EncodeRow(row, r.columns)
	}
}

// open remembers what is shown of a row.
func (r *replica) open(t *rapid.T, name string) form {
	f := form{row: name, over: make(map[string][]oplog.Dot)}
	for column, reg := range r.row(t, name) {
		f.over[column] = reg.ShownDots()
	}
	return f
}

// write makes one entry out of one or two rows' changes and applies it at home.
func (r *replica) write(t *rapid.T) {
	rows := rapid.SliceOfNDistinct(rapid.SampledFrom(modelRows), 1, 2, rapid.ID).Draw(t, "rows")
	e := oplog.Entry{
		Format: oplog.Format, Scope: "hall/h1/desk", Origin: r.origin, N: r.last.N + 1, Prev: r.last.Hash(),
		Action: "act", Actor: "staff", Verb: "edit",
		HLC: r.clock.Next(noon.Add(r.skew).Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "ms"))*time.Millisecond), buildDate),
	}
	if e.N == 1 {
		e.Cert = []byte("certificate")
	}
	for _, name := range rows {
		f := r.open(t, name)
		mode := rapid.SampledFrom([]string{"edit", "edit", "late edit", "resolve", "insert"}).Draw(t, "mode")
		if mode == "late edit" {
			for _, old := range r.forms {
				if old.row == name {
					f = old
				}
			}
		}
		c := oplog.Change{Table: "t", Row: name}
		for _, column := range rapid.SliceOfNDistinct(rapid.SampledFrom(modelColumns), 1, 3, rapid.ID).Draw(t, "columns") {
			over := f.over[column]
			switch mode {
			case "resolve":
				over = r.row(t, name)[column].Dots()
			case "insert":
				over = nil
			}
			value := rapid.SampledFrom([]oplog.Value{nil, int64(1), float64(1), "a", []byte("a"), "b"}).Draw(t, "value")
			c.Cells = append(c.Cells, oplog.Cell{Column: column, Value: value, Over: slices.Clone(over)})
		}
		e.Changes = append(e.Changes, c)
	}
	if err := e.Seal(salts(rapid.Int64().Draw(t, "salts"))); err != nil {
		t.Fatal(err)
	}
	before := make(map[string]oplog.Row)
	for _, c := range e.Changes {
		before[c.Row] = r.row(t, c.Row)
	}
	r.apply(t, e)
	r.last = e
	for _, c := range e.Changes {
		after := r.row(t, c.Row)
		for _, cell := range c.Cells {
			checkWrite(t, before[c.Row][cell.Column], after[cell.Column], e, cell)
		}
	}
}

// checkWrite checks what a person may expect of a write at their own machine.
func checkWrite(t *rapid.T, before, after oplog.Register, e oplog.Entry, cell oplog.Cell) {
	if after.Shown().Dot != e.Dot() || !oplog.Equal(after.Shown().Value, cell.Value) {
		t.Fatalf("column %s: one's own last write is not shown", cell.Column)
	}
	for _, v := range before {
		replaced := slices.Contains(cell.Over, v.Dot)
		kept := slices.ContainsFunc(after, func(w oplog.Version) bool { return w.Dot == v.Dot })
		if replaced == kept {
			t.Fatalf("column %s: a version was replaced %v, kept %v", cell.Column, replaced, kept)
		}
	}
}

// send passes what to lacks in from's own apply order, cut after limit entries, with some repeated.
func send(t *rapid.T, from, to *replica, limit int) {
	for _, e := range slices.Clone(from.log) {
		if to.have[e.Hash()] {
			if rapid.IntRange(0, 7).Draw(t, "repeat") == 0 {
				to.apply(t, e)
			}
			continue
		}
		if limit == 0 {
			return
		}
		limit--
		to.apply(t, e)
	}
}

// expected computes the rows from the set of entries alone: the writes of a cell that no write of
// the set is over. No order of delivery occurs in it.
func expected(log []oplog.Entry) map[string]oplog.Row {
	replaced := make(map[string]bool)
	for _, e := range log {
		for _, c := range e.Changes {
			for _, cell := range c.Cells {
				for _, dot := range cell.Over {
					replaced[c.Row+"|"+cell.Column+"|"+dot.String()] = true
				}
			}
		}
	}
	rows := make(map[string]oplog.Row)
	for _, e := range log {
		for _, c := range e.Changes {
			for _, cell := range c.Cells {
				if replaced[c.Row+"|"+cell.Column+"|"+e.Dot().String()] {
					continue
				}
				if rows[c.Row] == nil {
					rows[c.Row] = make(oplog.Row)
				}
				rows[c.Row][cell.Column] = append(rows[c.Row][cell.Column],
					oplog.Version{Dot: e.Dot(), HLC: e.HLC, Origin: e.Origin, Value: cell.Value})
			}
		}
	}
	for _, row := range rows {
		for _, reg := range row {
			slices.SortFunc(reg, func(a, b oplog.Version) int { return b.Compare(a) })
		}
	}
	return rows
}

// check compares a replica with what its set of entries says.
func (r *replica) check(t *rapid.T) {
	want := expected(r.log)
	var digest oplog.SetDigest
	for _, name := range modelRows {
		row := r.row(t, name)
		if got, want := oplog.EncodeRow(row, nil), oplog.EncodeRow(want[name], nil); !bytes.Equal(got, want) {
			t.Fatalf("row %s is %v, want %v", name, row, want)
		}
		for column, reg := range row {
			if r.columns.Has(column) && !oplog.Equal(r.domain[name][column], reg.Shown().Value) {
				t.Fatalf("row %s, column %s: the domain row has another value than is shown", name, column)
			}
			checkConflicts(t, reg)
		}
		digest.AddRow("t", name, want[name])
	}
	if digest != r.digest {
		t.Fatal("the running digest differs from that of the rows")
	}
}

// checkConflicts checks that every live value is either shown or listed once, and never both.
func checkConflicts(t *rapid.T, reg oplog.Register) {
	seen := []oplog.Value{reg.Shown().Value}
	last := reg.Shown()
	for _, v := range reg.Conflicts() {
		for _, value := range seen {
			if oplog.Equal(v.Value, value) {
				t.Fatal("an equal value is listed as a conflict")
			}
		}
		if v.Compare(last) >= 0 {
			t.Fatal("conflicts out of order")
		}
		seen, last = append(seen, v.Value), v
	}
	for _, v := range reg {
		if !slices.ContainsFunc(seen, func(w oplog.Value) bool { return oplog.Equal(v.Value, w) }) {
			t.Fatal("a live value is neither shown nor listed")
		}
		if v.Compare(reg.Shown()) > 0 {
			t.Fatal("a greater version than the shown one is live")
		}
	}
}

// Three replicas of different program versions, with wrong clocks, and clones of them, write and exchange
// in every way; at any time each shows what its entries say, and with the same entries all are the same.
func TestReplicasConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		replicas := []*replica{
			newReplica(1, oplog.NewColumns("a", "bb", "x"), 0),
			newReplica(2, oplog.NewColumns("a", "bb"), -10*365*24*time.Hour),
			newReplica(3, nil, 10*365*24*time.Hour),
		}
		pick := func(label string) *replica { return rapid.SampledFrom(replicas).Draw(t, label) }
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1, 2, 3:
				pick("writer").write(t)
			case 4:
				r := pick("reader")
				r.forms = append(r.forms, r.open(t, rapid.SampledFrom(modelRows).Draw(t, "form")))
			case 5:
				if len(replicas) < 5 {
					replicas = append(replicas, pick("original").clone())
				}
			default:
				send(t, pick("from"), pick("to"), rapid.IntRange(0, 5).Draw(t, "limit"))
			}
		}
		for _, r := range replicas {
			r.check(t)
		}
		// Each gets everything, in orders that differ.
		for i, to := range replicas {
			for j := range replicas {
				send(t, replicas[(i+j)%len(replicas)], to, -1)
			}
			to.check(t)
		}
		one := replicas[0]
		for _, r := range replicas[1:] {
			here, there := one.heads.Compare(&r.heads)
			if here != nil || there != nil || one.heads.Digest() != r.heads.Digest() {
				t.Fatal("equal logs, other version vectors")
			}
			if one.digest != r.digest {
				t.Fatal("equal vectors, other digests")
			}
			for _, name := range modelRows {
				if !bytes.Equal(oplog.EncodeRow(one.row(t, name), nil), oplog.EncodeRow(r.row(t, name), nil)) {
					t.Fatal("equal vectors, other rows")
				}
			}
		}
		// Someone settles every conflict; then there is none anywhere.
		settle(t, one)
		for _, r := range replicas[1:] {
			send(t, one, r, -1)
			for _, name := range modelRows {
				for column, reg := range r.row(t, name) {
					if len(reg) != 1 {
						t.Fatalf("column %s: %d versions after it was resolved", column, len(reg))
					}
				}
			}
		}
	})
}

func settle(t *rapid.T, r *replica) {
	e := oplog.Entry{
		Format: oplog.Format, Scope: "hall/h1/desk", Origin: r.origin, N: r.last.N + 1, Prev: r.last.Hash(),
		Action: "act", Actor: "staff", Verb: "resolve", HLC: r.clock.Next(noon, buildDate),
	}
	if e.N == 1 {
		e.Cert = []byte("certificate")
	}
	for _, name := range modelRows {
		c := oplog.Change{Table: "t", Row: name}
		for column, reg := range r.row(t, name) {
			c.Cells = append(c.Cells, oplog.Cell{Column: column, Value: reg.Shown().Value, Over: reg.Dots()})
		}
		if len(c.Cells) > 0 {
			e.Changes = append(e.Changes, c)
		}
	}
	if len(e.Changes) == 0 {
		return
	}
	if err := e.Seal(salts(1)); err != nil {
		t.Fatal(err)
	}
	r.apply(t, e)
	r.last = e
}

// write is one write of a single cell, for the laws of Merge on its own.
type write struct {
	version oplog.Version
	over    []oplog.Dot
}

// history draws writes of which each is over some of the ones before; index is its dot.
func history(t *rapid.T) []write {
	var all []write
	for i := range rapid.IntRange(1, 10).Draw(t, "writes") {
		w := write{version: oplog.Version{
			Dot:    oplog.Dot{byte(i + 1)},
			HLC:    oplog.HLC(rapid.IntRange(1, 3).Draw(t, "hlc")),
			Origin: oplog.Origin{rapid.ByteRange(1, 2).Draw(t, "origin")},
			Value:  int64(rapid.IntRange(0, 2).Draw(t, "value")),
		}}
		for _, earlier := range all {
			if rapid.Bool().Draw(t, "over") {
				w.over = append(w.over, earlier.version.Dot)
			}
		}
		all = append(all, w)
	}
	return all
}

// Any causal order of the same writes gives the same register, and repeating a write at once changes nothing.
func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := history(t)
		var inOrder oplog.Register
		for _, w := range all {
			inOrder = oplog.Merge(inOrder, w.version, w.over)
		}
		var shuffled oplog.Register
		done := make(map[oplog.Dot]bool)
		for len(done) < len(all) {
			var ready []write
			for _, w := range all {
				waits := slices.ContainsFunc(w.over, func(d oplog.Dot) bool { return !done[d] })
				if !done[w.version.Dot] && !waits {
					ready = append(ready, w)
				}
			}
			w := ready[rapid.IntRange(0, len(ready)-1).Draw(t, "next")]
			before := slices.Clone(shuffled)
			merged := oplog.Merge(shuffled, w.version, w.over)
			if !slices.Equal(shuffled, before) {
				t.Fatal("Merge altered its argument")
			}
			if again := oplog.Merge(merged, w.version, w.over); !slices.Equal(again, merged) {
				t.Fatalf("not idempotent: %v, then %v", merged, again)
			}
			shuffled, done[w.version.Dot] = merged, true
		}
		if !slices.Equal(inOrder, shuffled) {
			t.Fatalf("%v in one order, %v in another", inOrder, shuffled)
		}
		checkConflicts(t, shuffled)
	})
}

func TestRegister(t *testing.T) {
	version := func(dot byte, hlc oplog.HLC, origin byte, value oplog.Value) oplog.Version {
		return oplog.Version{Dot: oplog.Dot{dot}, HLC: hlc, Origin: oplog.Origin{origin}, Value: value}
	}
	var reg oplog.Register
	if reg.Shown() != (oplog.Version{}) || reg.Conflicts() != nil || reg.ShownDots() != nil || len(reg.Dots()) != 0 {
		t.Error("an empty register has something to show")
	}
	// The clock is compared first, then the origin, then the dot.
	for _, v := range []oplog.Version{
		version(5, 1, 9, "old"), version(4, 2, 1, "same"), version(1, 2, 2, "low dot"), version(3, 2, 2, "same"), version(2, 1, 1, "old"),
	} {
		reg = oplog.Merge(reg, v, nil)
	}
	got := fmt.Sprint(reg.Shown().Dot[0], reg.Conflicts(), reg.ShownDots(), len(reg.Dots()))
	want := fmt.Sprint(3, []oplog.Version{version(1, 2, 2, "low dot"), version(5, 1, 9, "old")}, []oplog.Dot{{3}, {4}}, 5)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	edited := oplog.Merge(reg, version(6, 3, 1, "new"), reg.ShownDots())
	if edited.Shown().Value != "new" || len(edited.Conflicts()) != 2 || len(edited) != 4 {
		t.Errorf("an ordinary edit left %v", edited)
	}
	if resolved := oplog.Merge(reg, version(6, 3, 1, "same"), reg.Dots()); len(resolved) != 1 || resolved.Conflicts() != nil {
		t.Errorf("resolving left %v", resolved)
	}
}
