package replicatest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

func onceOnly(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "one", nil)
	run := m.Run(oplog.Desk, 5)
	before := len(s.all(oplog.Desk))
	name := s.ID()
	if name == "" {
		t.Error("the log has no name")
	}
	if got := s.has(oplog.Desk, run...); slices.Contains(got, true) {
		t.Error("an entry is found before it came")
	}
	if r := s.accept(oplog.Desk, run...); r.Fresh != 5 || r.Void != 0 {
		t.Errorf("got %+v", r)
	}
	if got := s.has(oplog.Desk, run...); slices.Contains(got, false) {
		t.Error("an entry that was added is not found")
	}
	if got := s.has(oplog.Public, run...); slices.Contains(got, true) {
		t.Error("an entry is found in another scope")
	}
	digest, err := s.Digest(background, s.hall.scope(oplog.Desk))
	must(t, err)
	end, err := s.End(background, s.hall.scope(oplog.Desk))
	must(t, err)

	for _, again := range [][]oplog.Item{run, run[:2], run[3:], {run[4]}, {run[0]}, append(slices.Clone(run), run...)} {
		if r := s.accept(oplog.Desk, again...); r.Fresh != 0 || r.Duplicates != len(again) {
			t.Errorf("handed in again, got %+v", r)
		}
	}
	if s.ID() != name {
		t.Error("the log has another name now")
	}
	after, err := s.Digest(background, s.hall.scope(oplog.Desk))
	must(t, err)
	if after != digest {
		t.Error("a second time changes rows or vector")
	}
	if again, err := s.End(background, s.hall.scope(oplog.Desk)); err != nil || again != end {
		t.Errorf("a second time moves the end: %v", err)
	}
	if got := s.all(oplog.Desk); len(got) != before+5 {
		t.Errorf("%d entries were added", len(got)-before)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func overlap(t *testing.T, s *subject) {
	m, n := s.hall.Machine(t, "one", nil), s.hall.Machine(t, "two", nil)
	a := append(m.Run(oplog.Desk, 3), m.Run(oplog.Desk, 3)...)
	b := n.Run(oplog.Desk, 4)
	s.accept(oplog.Desk, a[:3]...)
	mixed := []oplog.Item{a[0], b[0], a[1], b[1], a[2], a[3], b[2], a[4], b[3], a[5]}
	if r := s.accept(oplog.Desk, mixed...); r.Fresh != 7 || r.Duplicates != 3 {
		t.Errorf("got %+v", r)
	}
	// Twice in one batch is a duplicate as well.
	c := n.Run(oplog.Desk, 2)
	if r := s.accept(oplog.Desk, c[0], c[1], c[0], c[1]); r.Fresh != 2 || r.Duplicates != 2 {
		t.Errorf("got %+v", r)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func gap(t *testing.T, s *subject) {
	m, n := s.hall.Machine(t, "one", nil), s.hall.Machine(t, "two", nil)
	a := make([]oplog.Item, 6)
	for i := range a {
		a[i] = m.Sign(m.Run(oplog.Desk, 1)[0])
	}
	b := n.Run(oplog.Desk, 1)
	s.refuse(oplog.Desk, 0, oplog.ErrGap, a[1])
	s.refuse(oplog.Desk, 0, oplog.ErrGap, a[1], b[0]) // what stands after it may have seen it
	s.refuse(oplog.Desk, 2, oplog.ErrGap, a[0], a[1], a[3], a[4])
	s.refuse(oplog.Desk, 1, oplog.ErrGap, a[0], a[2], a[5])
	s.accept(oplog.Desk, a...)
	s.accept(oplog.Desk, b...)
	// A run that the gap leaves without its end is not taken for one that nobody signed.
	c := m.Run(oplog.Desk, 3)
	missing := n.Run(oplog.Desk, 1)
	s.refuse(oplog.Desk, 0, oplog.ErrGap, c[0], c[1], n.Run(oplog.Desk, 1)[0], c[2])
	s.accept(oplog.Desk, append(missing, c...)...)
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

// order checks that an entry is not taken before what it replaces: rows would depend on who sent what first.
func order(t *testing.T, s *subject) {
	m, n := s.hall.Machine(t, "one", nil), s.hall.Machine(t, "two", nil)
	old := m.Sign(m.Write(oplog.Desk, m.Row(oplog.Desk, "row", "old")))
	begin := n.Sign(n.Write(oplog.Desk, n.Row(oplog.Desk, "other", "own")))
	edit := n.Sign(n.Write(oplog.Desk, n.Row(oplog.Desk, "row", "new", old.Entry.Dot())))
	more := n.Sign(n.Write(oplog.Desk, n.Row(oplog.Desk, "row", "newer", old.Entry.Dot(), edit.Entry.Dot())))
	s.refuse(oplog.Desk, 1, oplog.ErrGap, begin, edit, old)
	s.refuse(oplog.Desk, 0, oplog.ErrGap, edit)
	// That it is in another scope does not help.
	public := m.Sign(m.Write(oplog.Public, m.Row(oplog.Public, "row", "public")))
	s.accept(oplog.Public, public)
	astray := n.Clone()
	s.refuse(oplog.Desk, 0, oplog.ErrGap, astray.Sign(astray.Write(oplog.Desk, astray.Row(oplog.Desk, "row", "new", public.Entry.Dot()))))
	s.accept(oplog.Desk, old, edit, more)
	s.accept(oplog.Desk, old, more)
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func noEntry(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "one", nil)
	good := m.Run(oplog.Desk, 1)

	t.Run("no signature", func(t *testing.T) {
		c := m.Clone()
		run := c.Run(oplog.Desk, 3)
		run[2].Sig = nil
		s.in(t).refuse(oplog.Desk, 1, oplog.ErrUnsigned, good[0], run[0], run[1], run[2])
	})
	t.Run("forged signature", func(t *testing.T) {
		c, other := m.Clone(), s.hall.Machine(t, "two", nil)
		run := c.Run(oplog.Desk, 3)
		run[2].Sig = oplog.SignHead(other.Key, run[2].Entry)
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrSignature, append(run[:3:3], other.Run(oplog.Desk, 1)...)...)
	})
	t.Run("signature of another entry", func(t *testing.T) {
		c := m.Clone()
		run := []oplog.Item{c.Sign(c.Run(oplog.Desk, 1)[0]), c.Run(oplog.Desk, 1)[0]}
		run[1].Sig = run[0].Sig
		s.in(t).refuse(oplog.Desk, 1, oplog.ErrSignature, run...)
	})
	t.Run("forged signature inside a run", func(t *testing.T) {
		liar, other := s.hall.Machine(t, "inside", nil), s.hall.Machine(t, "two", nil)
		run := liar.Run(oplog.Desk, 3)
		run[1].Sig = oplog.SignHead(other.Key, run[1].Entry)
		// The end of the run vouches for all; or the replica looks at every signature.
		r, err := s.Accept(background, oplog.Batch{Scope: s.hall.scope(oplog.Desk), Items: run})
		must(t, err)
		if r.Fault != nil && !errors.Is(r.Fault, oplog.ErrSignature) {
			t.Error(r.Fault)
		}
		for _, it := range s.all(oplog.Desk) {
			if it.Entry.Origin == liar.Cert.Origin && it.Sig != nil && oplog.VerifyHead(liar.Cert.PublicKey, it.Entry, it.Sig) != nil {
				t.Error("a signature that does not hold is passed on, and the next replica will refuse it")
			}
		}
	})
	t.Run("altered on the way", func(t *testing.T) {
		c := m.Clone()
		run := c.Run(oplog.Desk, 1)
		e := run[0].Entry
		e.Wall++
		e.Changes = slices.Clone(e.Changes)
		must(t, e.Seal(nil))
		body, err := oplog.Encode(e)
		must(t, err)
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrSignature, oplog.Item{Entry: e, Body: body, Sig: run[0].Sig})
	})
	t.Run("another's number", func(t *testing.T) {
		other := s.hall.Machine(t, "three", nil)
		other.last[s.hall.scope(oplog.Desk)] = headOf(good[0])
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrChain, other.Run(oplog.Desk, 1)...)
	})
	t.Run("a number left out", func(t *testing.T) {
		c := m.Clone()
		h := c.last[s.hall.scope(oplog.Desk)]
		h.N += 3
		c.last[s.hall.scope(oplog.Desk)] = h
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrChain, c.Run(oplog.Desk, 1)...)
	})
	t.Run("not certified", func(t *testing.T) {
		forger := s.hall.Machine(t, "forger", nil)
		stranger := Hall{ID: s.hall.ID, Authority: forger.Key, Table: s.hall.Table}.Machine(t, "stranger", nil)
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrStranger, stranger.Run(oplog.Desk, 2)...)
	})
	t.Run("certificate of another hall", func(t *testing.T) {
		other := s.hall.Machine(t, "elsewhere", func(c *oplog.Certificate) {
			c.Hall, c.Scopes = "another-hall", []oplog.Scope{oplog.HallScope("another-hall", oplog.Desk)}
		})
		s.in(t).refuse(oplog.Desk, 0, oplog.ErrStranger, other.Run(oplog.Desk, 1)...)
	})
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

// in is the subject with the reports going to a part of its test.
func (s *subject) in(t *testing.T) *subject { return &subject{t, s.Replica, s.hall, s.open} }

func otherScope(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "one", nil)
	run, public := m.Run(oplog.Desk, 2), m.Run(oplog.Public, 1)
	s.refuse(oplog.Desk, 0, oplog.ErrScopeMix, public...)
	s.refuse(oplog.Public, 0, oplog.ErrScopeMix, run...)

	elsewhere := oplog.HallScope("another-hall-than-any", oplog.Desk)
	r, err := s.Accept(background, oplog.Batch{Scope: elsewhere, Items: run})
	if err == nil && r.Fault == nil {
		t.Error("took entries for another hall")
	}
	if r.Fresh != 0 || slices.Contains(s.has(oplog.Desk, run...), true) {
		t.Error("added entries of another hall")
	}
	r, err = s.Accept(background, oplog.Batch{Scope: "no scope at all", Items: run})
	if err == nil && r.Fault == nil || r.Fresh != 0 {
		t.Error("took entries for what is no scope")
	}
}

func concurrent(t *testing.T, s *subject) {
	const machines, runs, each = 4, 6, 5
	batches := make([][][]oplog.Item, machines)
	total := 0
	for i := range batches {
		m := s.hall.Machine(t, fmt.Sprint("machine ", i), nil)
		for range runs {
			batches[i] = append(batches[i], m.Run(oplog.Desk, each))
			total += each
		}
	}
	before := len(s.all(oplog.Desk))
	type outcome struct {
		fresh int
		err   error
	}
	done := make(chan outcome)
	// Each machine's entries come over two roads at the same time.
	for road := range 2 * machines {
		go func() {
			var o outcome
			for _, items := range batches[road%machines] {
				r, err := s.Accept(background, oplog.Batch{Scope: s.hall.scope(oplog.Desk), Items: items})
				o.fresh += r.Fresh
				if o.err = errors.Join(o.err, err, r.Fault); o.err != nil {
					break
				}
			}
			done <- o
		}()
	}
	// Meanwhile somebody reads.
	reading := make(chan error)
	go func() {
		var at exchange.Cursor
		for range 20 {
			cover, err := exchange.CoverOf(background, s.Replica, s.hall.scope(oplog.Desk), nil)
			if err != nil {
				reading <- err
				return
			}
			p, err := s.Missing(background, s.hall.scope(oplog.Desk), cover, at)
			if err != nil {
				reading <- err
				return
			}
			at = p.Next
		}
		reading <- nil
	}()
	fresh := 0
	for range 2 * machines {
		o := <-done
		must(t, o.err)
		fresh += o.fresh
	}
	must(t, <-reading)
	if after := len(s.all(oplog.Desk)); fresh != total || after-before != total {
		t.Errorf("%d entries handed in over two roads, %d reported as new, %d in the log", total, fresh, after-before)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func watching(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "one", nil)
	woken, stop := s.Watch(s.hall.scope(oplog.Desk), s.hall.scope(oplog.Public))
	also, stopAlso := s.Watch(s.hall.scope(oplog.Public))
	defer stopAlso()
	// Values that nobody waits for must not hold up those who add.
	for range 3 {
		s.accept(oplog.Desk, m.Run(oplog.Desk, 1)...)
	}
	<-woken
	s.accept(oplog.Public, m.Run(oplog.Public, 1)...)
	<-woken
	<-also
	stop()
	s.accept(oplog.Desk, m.Run(oplog.Desk, 1)...)
	s.accept(oplog.Public, m.Run(oplog.Public, 1)...)
	<-also
}
