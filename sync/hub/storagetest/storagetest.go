// Package storagetest is what every hub.Storage has to pass. A storage's own tests call [Run].
package storagetest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
	"time"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// Run tests storages; each that open makes is empty.
func Run(t *testing.T, open func(t *testing.T) hub.Storage) {
	for _, c := range []struct {
		name string
		run  func(*suite)
	}{
		{"an empty storage answers with nothing", (*suite).empty},
		{"entries are numbered in order, scope by scope", (*suite).order},
		{"entries are found", (*suite).find},
		{"ends are replaced", (*suite).ends},
		{"a tree of branches is read by number", (*suite).branches},
		{"what failed was never there", (*suite).rollback},
		{"a view sees one moment", (*suite).moment},
		{"updates at once lose nothing", (*suite).together},
		{"one that fails does not harm the others", (*suite).apart},
		{"verdicts, cuts and registers", (*suite).registers},
		{"halls and machine numbers", (*suite).halls},
		{"machines", (*suite).devices},
		{"a code is used once", (*suite).codes},
		{"a closed storage says so", (*suite).closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() { _ = s.Close() })
			c.run(&suite{t, s})
		})
	}
}

type suite struct {
	t *testing.T
	s hub.Storage
}

const (
	one = oplog.Scope("hall/one/desk")
	two = oplog.Scope("hall/two/public")
)

func (s *suite) view(f func(hub.Snapshot) error) {
	s.t.Helper()
	s.must(s.s.View(context.Background(), f))
}

func (s *suite) update(f func(hub.Tx) error) {
	s.t.Helper()
	s.must(s.s.Update(context.Background(), []oplog.Scope{one, two}, f))
}

func (s *suite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *suite) same(what string, got, want any) {
	s.t.Helper()
	if !reflect.DeepEqual(got, want) {
		s.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// origin is an invented origin.
func origin(n int) oplog.Origin { return oplog.Origin{0: byte(n), 1: byte(n >> 8), 15: 7} }

// record is an invented entry. A storage does not look into entries.
func record(o oplog.Origin, n int64, branch byte) hub.Record {
	b := append(binary.BigEndian.AppendUint64(o[:], uint64(n)), branch)
	r := hub.Record{Head: oplog.Head{Origin: o, N: n, Hash: sha256.Sum256(b)}, Body: append([]byte("body "), b...)}
	if n%2 == 0 {
		r.Sig = []byte("signature")
	}
	return r
}

// line is the entries from..to of an origin.
func line(o oplog.Origin, from, to int64) []hub.Record {
	var out []hub.Record
	for n := from; n <= to; n++ {
		out = append(out, record(o, n, 0))
	}
	return out
}

// put adds entries as the hub does.
func put(tx hub.Tx, scope oplog.Scope, entries ...hub.Record) error {
	for _, e := range entries {
		if err := tx.PutCertificate(scope, e.Head.Origin, append([]byte("certificate "), e.Head.Origin[:]...)); err != nil {
			return err
		}
	}
	if err := tx.Append(scope, entries); err != nil {
		return err
	}
	last := entries[len(entries)-1].Head
	return tx.SetEnds(scope, last.Origin, []oplog.Head{last})
}

// read collects a sequence of entries with their own bytes.
func read(seq func(func(hub.Record, error) bool)) (out []hub.Record, err error) {
	for r, err := range seq {
		if err != nil {
			return out, err
		}
		r.Body, r.Sig = append([]byte(nil), r.Body...), append([]byte(nil), r.Sig...)
		out = append(out, r)
	}
	return out, nil
}

func (s *suite) entries(snapshot hub.Snapshot, scope oplog.Scope, after int64) []hub.Record {
	s.t.Helper()
	out, err := read(snapshot.Entries(scope, after))
	s.must(err)
	return out
}

func (s *suite) empty() {
	if s.s.LogID() == "" {
		s.t.Error("no log id")
	}
	s.view(func(v hub.Snapshot) error {
		st, err := v.State(one)
		s.same("state", st, hub.State{Scope: one})
		states, err1 := v.States()
		hash, err2 := v.HashAt(one, 1)
		heads, err3 := v.Heads(one)
		cert, err4 := v.Certificate(one, origin(1))
		row, err5 := v.Row(one, "t", "r")
		halls, err6 := v.Halls()
		found, err7 := v.Find(one, []oplog.Hash{{1}})
		if len(states)+len(heads)+len(cert)+len(row)+len(halls)+len(found)+len(s.entries(v, one, 0)) != 0 || !hash.IsZero() {
			s.t.Error("an empty storage has something")
		}
		return errors.Join(err, err1, err2, err3, err4, err5, err6, err7)
	})
}

func (s *suite) order() {
	a, b := line(origin(1), 1, 5), line(origin(2), 1, 3)
	s.update(func(tx hub.Tx) error { return put(tx, one, a[:3]...) })
	s.update(func(tx hub.Tx) error { return errors.Join(put(tx, two, b...), put(tx, one, b...)) })
	s.update(func(tx hub.Tx) error {
		if err := put(tx, one, a[3:]...); err != nil {
			return err
		}
		st, err := tx.State(one) // sees what it has written
		s.same("number inside", st.Seq, int64(8))
		return err
	})
	s.view(func(v hub.Snapshot) error {
		want := append(append(append([]hub.Record{}, a[:3]...), b...), a[3:]...)
		for i := range want {
			want[i].Seq = int64(i + 1)
		}
		got := s.entries(v, one, 0)
		for i := range got {
			s.same("entry", got[i].Head, want[i].Head)
			s.same("number", got[i].Seq, want[i].Seq)
			s.same("body", string(got[i].Body), string(want[i].Body))
			s.same("signature", string(got[i].Sig), string(want[i].Sig))
		}
		s.same("entries", len(got), len(want))
		s.same("entries behind 6", len(s.entries(v, one, 6)), 2)
		s.same("entries behind the end", len(s.entries(v, one, 8)), 0)
		s.same("entries of the other", len(s.entries(v, two, 0)), 3)
		states, err := v.States()
		s.same("states", states, []hub.State{{Scope: one, Seq: 8, Hash: a[4].Head.Hash}, {Scope: two, Seq: 3, Hash: b[2].Head.Hash}})
		for _, c := range []struct {
			seq  int64
			want oplog.Hash
		}{{0, oplog.Hash{}}, {1, a[0].Head.Hash}, {5, b[1].Head.Hash}, {8, a[4].Head.Hash}, {9, oplog.Hash{}}} {
			hash, err := v.HashAt(one, c.seq)
			s.must(err)
			s.same("hash at", hash, c.want)
		}
		n := 0
		for _, err := range v.Entries(one, 0) { // may be left early
			s.must(err)
			if n++; n == 2 {
				break
			}
		}
		return err
	})
}

func (s *suite) find() {
	a, b := line(origin(1), 1, 40), line(origin(2), 1, 3)
	s.update(func(tx hub.Tx) error { return errors.Join(put(tx, one, a...), put(tx, two, b...)) })
	s.view(func(v hub.Snapshot) error {
		near := a[7].Head.Hash
		near[31]++ // shares its beginning with an entry
		found, err := v.Find(one, []oplog.Hash{a[7].Head.Hash, near, b[0].Head.Hash, {9}})
		s.must(err)
		if len(found) != 1 || found[0].Head != a[7].Head || found[0].Seq != 8 || found[0].Body != nil {
			s.t.Errorf("found %+v", found)
		}
		for dot, want := range map[oplog.Dot]bool{a[7].Head.Hash.Dot(): true, b[0].Head.Hash.Dot(): false, {9}: false} {
			known, err := v.Knows(one, dot)
			s.must(err)
			s.same("knows", known, want)
		}
		other := a[7].Head.Hash.Dot()
		other[11]++ // shares eight bytes with an entry
		if known, err := v.Knows(one, other); err != nil || known {
			s.t.Errorf("knows %v, %v", known, err)
		}
		cert, err := v.Certificate(one, origin(1))
		s.must(err)
		s.same("certificate", string(cert), "certificate "+string(a[0].Head.Origin[:]))
		certs, err := v.Certificates(two)
		s.must(err)
		s.same("certificates", len(certs), 1)
		for _, c := range []struct{ n, want int64 }{{0, 1}, {11, 12}, {39, 40}, {40, 0}} {
			seq, err := v.Beyond(one, origin(1), c.n)
			s.must(err)
			s.same("beyond", seq, c.want)
		}
		seq, err := v.Beyond(one, origin(9), 0)
		s.must(err)
		s.same("beyond a stranger's", seq, int64(0))
		hash, err := v.HashOf(one, origin(1), 17)
		s.must(err)
		s.same("hash of 17", hash, a[16].Head.Hash)
		hash, err = v.HashOf(one, origin(1), 41)
		s.same("hash of 41", hash, oplog.Hash{})
		return err
	})
}

func (s *suite) ends() {
	a := line(origin(2), 1, 3)
	fork := record(origin(2), 3, 1)
	s.update(func(tx hub.Tx) error {
		return errors.Join(put(tx, one, line(origin(1), 1, 2)...), put(tx, one, a...), put(tx, one, fork))
	})
	both := []oplog.Head{a[2].Head, fork.Head}
	if both[0].Hash.Compare(both[1].Hash) > 0 {
		both[0], both[1] = both[1], both[0]
	}
	s.update(func(tx hub.Tx) error { return tx.SetEnds(one, origin(2), []oplog.Head{both[1], both[0]}) })
	s.view(func(v hub.Snapshot) error {
		ends, err := v.Ends(one, origin(2))
		s.must(err)
		s.same("ends", ends, both)
		heads, err := v.Heads(one)
		s.same("heads", heads, append([]oplog.Head{record(origin(1), 2, 0).Head}, both...))
		return err
	})
}

func (s *suite) branches() {
	o := origin(1)
	tree := []hub.Record{record(o, 1, 0), record(o, 2, 0), record(o, 3, 0), record(o, 2, 1), record(o, 3, 1)}
	s.update(func(tx hub.Tx) error {
		return errors.Join(put(tx, one, tree[:3]...), put(tx, one, line(origin(2), 1, 2)...), put(tx, one, tree[3:]...))
	})
	s.view(func(v hub.Snapshot) error {
		got, err := read(v.EntriesOf(one, o))
		var heads []oplog.Head
		for _, r := range got {
			heads = append(heads, r.Head)
		}
		s.same("by number", heads, []oplog.Head{tree[0].Head, tree[1].Head, tree[3].Head, tree[2].Head, tree[4].Head})
		seq, err1 := v.Beyond(one, o, 1)
		s.same("the first beyond 1", seq, int64(2))
		return errors.Join(err, err1)
	})
}

func (s *suite) registers() {
	cut := func(kept byte) oplog.Cut {
		c := oplog.Cut{Hall: "one", Origin: origin(1), Scope: one, Kept: []oplog.Hash{{kept}}, Issued: 1}
		s.must(c.Sign(ed25519.NewKeyFromSeed(make([]byte, 32))))
		return c
	}
	s.update(func(tx hub.Tx) error {
		return errors.Join(
			put(tx, one, line(origin(1), 1, 3)...), tx.SetVerdict(one, 2, oplog.VoidCut),
			tx.PutCut(cut(2)), tx.PutCut(cut(1)), tx.PutCut(cut(2)),
			tx.PutRow(one, "b", "1", []byte("x")), tx.PutRow(one, "a", "2", []byte("y")), tx.PutRow(one, "b", "1", []byte("z")), tx.PutRow(two, "a", "9", nil),
			tx.SetApplied(one, 3, oplog.SetDigest{5}),
		)
	})
	s.view(func(v hub.Snapshot) error {
		for _, r := range s.entries(v, one, 0) {
			s.same("void", r.Verdict.Void(), r.Seq == 2)
		}
		cuts, err := v.Cuts("one")
		s.same("cuts", cuts, []oplog.Cut{cut(1), cut(2)})
		none, err1 := v.Cuts("two")
		s.same("cuts of the other", len(none), 0)
		st, err2 := v.State(one)
		s.same("applied", st.Applied, int64(3))
		s.same("sum", st.Rows, oplog.SetDigest{5})
		var rows []string
		for r, err := range v.Rows(one) {
			s.must(err)
			rows = append(rows, r.Table+r.Row+string(r.Cells))
		}
		s.same("rows", rows, []string{"a2y", "b1z"})
		cells, err3 := v.Row(one, "b", "1")
		s.same("row", string(cells), "z")
		return errors.Join(err, err1, err2, err3)
	})
	s.update(func(tx hub.Tx) error { return tx.ClearRows(one) })
	s.view(func(v hub.Snapshot) error {
		st, err := v.State(one)
		s.same("applied", st.Applied, int64(0))
		s.same("sum", st.Rows, oplog.SetDigest{})
		cells, err1 := v.Row(one, "b", "1")
		s.same("row", len(cells), 0)
		for r, err := range v.Rows(one) {
			s.t.Errorf("row %v is still there, %v", r, err)
		}
		n := 0
		for _, err := range v.Rows(two) {
			s.must(err)
			n++
		}
		s.same("rows of the other", n, 1)
		return errors.Join(err, err1)
	})
}

// moment is a time as a storage keeps it.
func moment(sec int64) time.Time { return time.UnixMilli(sec * 1000) }
