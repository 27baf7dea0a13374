package memory

import (
	"bytes"
	"cmp"
	"iter"
	"maps"
	"slices"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// tx is a transaction; a view is one that writes nothing.
type tx struct {
	s    *Storage
	undo []func()
}

// none stands for a scope without entries.
var none = &scope{}

func (t *tx) scope(name oplog.Scope) *scope {
	if sc := t.s.scopes[name]; sc != nil {
		return sc
	}
	return none
}

func (t *tx) line(name oplog.Scope, origin oplog.Origin) *line {
	if l := t.scope(name).lines[origin]; l != nil {
		return l
	}
	return &line{}
}

func compareHeads(a, b oplog.Head) int {
	return cmp.Or(a.Origin.Compare(b.Origin), cmp.Compare(a.N, b.N), a.Hash.Compare(b.Hash))
}

// States implements [hub.LogSnapshot].
func (t *tx) States() ([]hub.State, error) {
	var out []hub.State
	for _, name := range slices.Sorted(maps.Keys(t.s.scopes)) {
		if st := t.s.scopes[name].state; st.Seq > 0 {
			out = append(out, st)
		}
	}
	return out, nil
}

// State implements [hub.LogSnapshot].
func (t *tx) State(name oplog.Scope) (hub.State, error) {
	st := t.scope(name).state
	st.Scope = name
	return st, nil
}

// HashAt implements [hub.LogSnapshot].
func (t *tx) HashAt(name oplog.Scope, seq int64) (oplog.Hash, error) {
	sc := t.scope(name)
	if seq < 1 || seq > int64(len(sc.entries)) {
		return oplog.Hash{}, nil
	}
	return sc.entries[seq-1].Head.Hash, nil
}

// Heads implements [hub.LogSnapshot].
func (t *tx) Heads(name oplog.Scope) ([]oplog.Head, error) {
	var out []oplog.Head
	for _, l := range t.scope(name).lines {
		out = append(out, l.ends...)
	}
	slices.SortFunc(out, compareHeads)
	return out, nil
}

// Ends implements [hub.LogSnapshot].
func (t *tx) Ends(name oplog.Scope, origin oplog.Origin) ([]oplog.Head, error) {
	return slices.Clone(t.line(name, origin).ends), nil
}

// Find implements [hub.LogSnapshot].
func (t *tx) Find(name oplog.Scope, hashes []oplog.Hash) ([]hub.Record, error) {
	sc := t.scope(name)
	var out []hub.Record
	for _, h := range hashes {
		if i, ok := sc.at[h]; ok {
			r := sc.entries[i]
			r.Sig, r.Body = nil, nil
			out = append(out, r)
		}
	}
	return out, nil
}

// Knows implements [hub.LogSnapshot].
func (t *tx) Knows(name oplog.Scope, dot oplog.Dot) (bool, error) {
	return t.scope(name).dots[dot], nil
}

// Certificate implements [hub.LogSnapshot].
func (t *tx) Certificate(name oplog.Scope, origin oplog.Origin) ([]byte, error) {
	return t.line(name, origin).certificate, nil
}

// Certificates implements [hub.LogSnapshot].
func (t *tx) Certificates(name oplog.Scope) (map[oplog.Origin][]byte, error) {
	out := make(map[oplog.Origin][]byte)
	for o, l := range t.scope(name).lines {
		out[o] = l.certificate
	}
	return out, nil
}

// HashOf implements [hub.LogSnapshot].
func (t *tx) HashOf(name oplog.Scope, origin oplog.Origin, n int64) (oplog.Hash, error) {
	sc := t.scope(name)
	for _, i := range t.line(name, origin).places {
		if sc.entries[i].Head.N == n {
			return sc.entries[i].Head.Hash, nil
		}
	}
	return oplog.Hash{}, nil
}

// Beyond implements [hub.LogSnapshot].
func (t *tx) Beyond(name oplog.Scope, origin oplog.Origin, n int64) (int64, error) {
	sc := t.scope(name)
	for _, i := range t.line(name, origin).places {
		if sc.entries[i].Head.N > n {
			return sc.entries[i].Seq, nil
		}
	}
	return 0, nil
}

// Entries implements [hub.LogSnapshot].
func (t *tx) Entries(name oplog.Scope, after int64) iter.Seq2[hub.Record, error] {
	return func(yield func(hub.Record, error) bool) {
		entries := t.scope(name).entries
		for _, r := range entries[min(max(after, 0), int64(len(entries))):] {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// EntriesOf implements [hub.LogSnapshot].
func (t *tx) EntriesOf(name oplog.Scope, origin oplog.Origin) iter.Seq2[hub.Record, error] {
	return func(yield func(hub.Record, error) bool) {
		sc := t.scope(name)
		places := slices.Clone(t.line(name, origin).places)
		slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(sc.entries[a].Head.N, sc.entries[b].Head.N) })
		for _, i := range places {
			if !yield(sc.entries[i], nil) {
				return
			}
		}
	}
}

// Cuts implements [hub.LogSnapshot].
func (t *tx) Cuts(hall string) ([]oplog.Cut, error) {
	var out []oplog.Cut
	for _, k := range slices.SortedFunc(maps.Keys(t.s.cuts), func(a, b cutKey) int {
		return cmp.Or(cmp.Compare(a.scope, b.scope), a.origin.Compare(b.origin), cmp.Compare(a.body, b.body))
	}) {
		if c := t.s.cuts[k]; c.Hall == hall {
			out = append(out, c)
		}
	}
	return out, nil
}

// Row implements [hub.LogSnapshot].
func (t *tx) Row(name oplog.Scope, table, row string) ([]byte, error) {
	return t.scope(name).rows[rowKey{table, row}], nil
}

// Rows implements [hub.LogSnapshot].
func (t *tx) Rows(name oplog.Scope) iter.Seq2[hub.Stored, error] {
	return func(yield func(hub.Stored, error) bool) {
		rows := t.scope(name).rows
		for _, k := range slices.SortedFunc(maps.Keys(rows), func(a, b rowKey) int {
			return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.row, b.row))
		}) {
			if !yield(hub.Stored{Table: k.table, Row: k.row, Cells: rows[k]}, nil) {
				return
			}
		}
	}
}

// own is the scope's own data, made when there are none.
func (t *tx) own(name oplog.Scope) *scope {
	if sc := t.s.scopes[name]; sc != nil {
		return sc
	}
	sc := &scope{state: hub.State{Scope: name}, at: make(map[oplog.Hash]int), dots: make(map[oplog.Dot]bool), lines: make(map[oplog.Origin]*line), rows: make(map[rowKey][]byte)}
	t.s.scopes[name] = sc
	t.undo = append(t.undo, func() { delete(t.s.scopes, name) })
	return sc
}

// Append implements [hub.LogTx].
func (t *tx) Append(name oplog.Scope, entries []hub.Record) error {
	if len(entries) == 0 {
		return nil
	}
	sc := t.own(name)
	was := sc.state
	t.undo = append(t.undo, func() { sc.state, sc.entries = was, sc.entries[:was.Seq] })
	for _, e := range entries {
		l := sc.lines[e.Head.Origin]
		if l == nil {
			return hub.ErrDamaged // its certificate was not put first
		}
		e.Seq, e.Body, e.Sig = sc.state.Seq+1, bytes.Clone(e.Body), bytes.Clone(e.Sig)
		sc.entries = append(sc.entries, e)
		sc.at[e.Head.Hash], sc.dots[e.Head.Hash.Dot()] = len(sc.entries)-1, true
		l.places = append(l.places, len(sc.entries)-1)
		sc.state.Seq, sc.state.Hash = e.Seq, e.Head.Hash
		t.undo = append(t.undo, func() {
			delete(sc.at, e.Head.Hash)
			delete(sc.dots, e.Head.Hash.Dot())
			l.places = l.places[:len(l.places)-1]
		})
	}
	return nil
}

// SetEnds implements [hub.LogTx].
func (t *tx) SetEnds(name oplog.Scope, origin oplog.Origin, ends []oplog.Head) error {
	l := t.line(name, origin)
	was := l.ends
	t.undo = append(t.undo, func() { l.ends = was })
	l.ends = slices.SortedFunc(slices.Values(ends), compareHeads)
	return nil
}

// PutCertificate implements [hub.LogTx].
func (t *tx) PutCertificate(name oplog.Scope, origin oplog.Origin, encoded []byte) error {
	sc := t.own(name)
	if l := sc.lines[origin]; l != nil {
		was := l.certificate
		l.certificate = bytes.Clone(encoded)
		t.undo = append(t.undo, func() { l.certificate = was })
		return nil
	}
	sc.lines[origin] = &line{certificate: bytes.Clone(encoded)}
	t.undo = append(t.undo, func() { delete(sc.lines, origin) })
	return nil
}

// SetVerdict implements [hub.LogTx].
func (t *tx) SetVerdict(name oplog.Scope, seq int64, v oplog.Verdict) error {
	r := &t.own(name).entries[seq-1]
	was := r.Verdict
	t.undo = append(t.undo, func() { r.Verdict = was })
	r.Verdict = v
	return nil
}

// PutCut implements [hub.LogTx].
func (t *tx) PutCut(c oplog.Cut) error {
	body, err := c.Encode()
	if err != nil {
		return err
	}
	put(t, t.s.cuts, cutKey{c.Scope, c.Origin, string(body)}, c)
	return nil
}

// PutRow implements [hub.LogTx].
func (t *tx) PutRow(name oplog.Scope, table, row string, cells []byte) error {
	put(t, t.own(name).rows, rowKey{table, row}, bytes.Clone(cells))
	return nil
}

// SetApplied implements [hub.LogTx].
func (t *tx) SetApplied(name oplog.Scope, seq int64, rows oplog.SetDigest) error {
	sc := t.own(name)
	was := sc.state
	t.undo = append(t.undo, func() { sc.state.Applied, sc.state.Rows = was.Applied, was.Rows })
	sc.state.Applied, sc.state.Rows = seq, rows
	return nil
}

// ClearRows implements [hub.LogTx].
func (t *tx) ClearRows(name oplog.Scope) error {
	sc := t.own(name)
	was := sc.rows
	t.undo = append(t.undo, func() { sc.rows = was })
	sc.rows = make(map[rowKey][]byte)
	return t.SetApplied(name, 0, oplog.SetDigest{})
}

// put sets a key of a map so that it can be undone.
func put[K comparable, V any](t *tx, m map[K]V, key K, value V) {
	was, had := m[key]
	t.undo = append(t.undo, func() {
		if had {
			m[key] = was
		} else {
			delete(m, key)
		}
	})
	m[key] = value
}

func drop[K comparable, V any](t *tx, m map[K]V, key K) {
	if was, had := m[key]; had {
		t.undo = append(t.undo, func() { m[key] = was })
		delete(m, key)
	}
}
