package memlog

import (
	"bytes"
	"slices"

	"linli/sync/oplog"
)

// add puts an admitted entry at the end of the log, with all that follows from it, and answers whether it counts. The
// caller holds the lock.
func (l *Log) add(it oplog.Item) oplog.Verdict {
	e := &it.Entry
	s := l.of(e.Scope)
	news := false
	if e.N == 1 {
		kept := s.certs[e.Origin].encoded
		if lesser := oplog.Lesser(kept, e.Cert); !bytes.Equal(lesser, kept) {
			c, err := oplog.DecodeCertificate(lesser)
			if err != nil {
				panic("memlog: an admitted entry without certificate")
			}
			s.certs[e.Origin] = certificate{slices.Clone(lesser), c}
			news = kept != nil
		}
	}
	place := len(l.entries)
	l.entries = append(l.entries, record{Item: it})
	s.places = append(s.places, place)
	s.at[e.Hash()], s.dots[e.Dot()] = place, true
	s.heads.Add(*e)
	if len(s.heads.Of(e.Origin)) > 1 {
		s.forked[e.Origin] = true
	}
	l.clock.Observe(e.HLC)

	for _, c := range oplog.CutsIn(*e, l.authority) {
		news = l.cuts.Add(c) || news
	}
	verdict := l.cuts.JudgeNewest(*e, s.certs[e.Origin].Certificate)
	l.entries[place].verdict = verdict
	s.apply(*e, verdict)
	if news || l.cuts.Names(*e) {
		l.judgeAgain()
	}
	return l.entries[place].verdict
}

// apply does to the rows what an entry says, if it counts.
func (s *scope) apply(e oplog.Entry, verdict oplog.Verdict) {
	if verdict.Void() {
		s.digest.AddVoid(e.Hash())
		return
	}
	for _, c := range e.Changes {
		if c.Erased {
			continue
		}
		key := rowKey{c.Table, c.Row}
		row := s.rows[key]
		s.digest.RemoveRow(c.Table, c.Row, row)
		row, _ = oplog.ApplyChange(row, e, c)
		s.digest.AddRow(c.Table, c.Row, row)
		s.rows[key] = row
	}
}

// judgeAgain asks of every entry whether it counts and makes the rows anew in the scopes where that has changed.
func (l *Log) judgeAgain() {
	for name, s := range l.scopes {
		links := make(map[oplog.Origin][]oplog.Link)
		for _, place := range s.places {
			e := &l.entries[place].Entry
			links[e.Origin] = append(links[e.Origin], e.Link())
		}
		vouched := make(map[oplog.Origin]map[oplog.Hash]bool)
		for origin, of := range links {
			vouched[origin] = l.cuts.Vouched(name, origin, of)
		}
		changed := false
		for _, place := range s.places {
			r := &l.entries[place]
			v := l.cuts.Judge(r.Entry, s.certs[r.Entry.Origin].Certificate, vouched[r.Entry.Origin])
			changed = changed || v.Void() != r.verdict.Void()
			r.verdict = v
		}
		if changed {
			s.rows, s.digest = make(map[rowKey]oplog.Row), oplog.SetDigest{}
			for _, place := range s.places {
				s.apply(l.entries[place].Entry, l.entries[place].verdict)
			}
		}
	}
}

// Row answers the registers of a row, nil for none. They are not to be altered.
func (l *Log) Row(name oplog.Scope, table, row string) oplog.Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(oplog.Row)
	for column, reg := range l.of(name).rows[rowKey{table, row}] {
		out[column] = reg
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Rows lists the keys of a table's rows, sorted.
func (l *Log) Rows(name oplog.Scope, table string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var keys []string
	for key := range l.of(name).rows {
		if key.table == table {
			keys = append(keys, key.row)
		}
	}
	slices.Sort(keys)
	return keys
}

// Each calls visit with every entry of a scope and its verdict, in apply order. It must not call the log.
func (l *Log) Each(name oplog.Scope, visit func(oplog.Entry, oplog.Verdict)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, place := range l.of(name).places {
		visit(l.entries[place].Entry, l.entries[place].verdict)
	}
}

// Scopes lists the scopes that the log has entries of, sorted.
func (l *Log) Scopes() []oplog.Scope {
	l.mu.Lock()
	defer l.mu.Unlock()
	var names []oplog.Scope
	for name, s := range l.scopes {
		if len(s.places) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Cut tells whether a machine with that certificate was cut.
func (l *Log) Cut(c oplog.Certificate) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cuts.Cut(c.Line())
}

// EachRow calls visit with every row of a scope, in no order. It must not call the log.
func (l *Log) EachRow(name oplog.Scope, visit func(table, row string, r oplog.Row)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, row := range l.of(name).rows {
		visit(key.table, key.row, row)
	}
}
