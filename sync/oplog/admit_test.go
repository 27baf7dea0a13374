package oplog_test

import (
	"errors"
	"slices"
	"testing"

	"linli/sync/oplog"
)

// logOf is a log for Admit.
type logOf struct {
	entries map[oplog.Hash]oplog.Entry
	certs   map[oplog.Origin][]byte
}

func (l logOf) Find(h oplog.Hash) (oplog.Head, bool, error) {
	e, ok := l.entries[h]
	return oplog.Head{Origin: e.Origin, N: e.N, Hash: h}, ok, nil
}

func (l logOf) Knows(d oplog.Dot) (bool, error) {
	for h := range l.entries {
		if h.Dot() == d {
			return true, nil
		}
	}
	return false, nil
}

func (l logOf) Certificate(o oplog.Origin) ([]byte, error) { return l.certs[o], nil }

func TestAdmitNamesTheFirstFault(t *testing.T) {
	hall := key(9)
	chain := func(id byte, n int) []oplog.Item {
		k := key(id)
		c := oplog.Certificate{Hall: "h1", PublicKey: k.pub, Role: "desk", Scopes: []oplog.Scope{"hall/h1/desk"}, Expires: 1}
		if err := c.Sign(hall.priv); err != nil {
			t.Fatal(err)
		}
		cert, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		items := make([]oplog.Item, n)
		var prev oplog.Entry
		for i := range items {
			e := oplog.Entry{
				Format: oplog.Format, Scope: "hall/h1/desk", Origin: c.Origin, N: prev.N + 1, Prev: prev.Hash(),
				Action: "a", Actor: "a", Verb: "v", HLC: oplog.HLC(i + 1),
				Changes: []oplog.Change{{Table: "t", Row: "r", Cells: []oplog.Cell{{Column: "c", Value: int64(i)}}}},
			}
			if i == 0 {
				e.Cert = cert
			}
			if err := e.Seal(salts(int64(id))); err != nil {
				t.Fatal(err)
			}
			body, err := oplog.Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			items[i], prev = oplog.Item{Entry: e, Body: body}, e
		}
		items[n-1].Sig = oplog.SignHead(k.priv, items[n-1].Entry)
		return items
	}
	a, b := chain(1, 3), chain(2, 3)
	forged := slices.Clone(a)
	forged[2].Sig = b[2].Sig
	inside := slices.Clone(a)
	inside[0].Sig = b[2].Sig
	unsigned := slices.Clone(a)
	unsigned[2].Sig = nil
	for _, c := range []struct {
		name  string
		items []oplog.Item
		fresh int
		fault error
	}{
		{"all", a, 3, nil},
		{"a gap leaves the run before it without its end", []oplog.Item{a[0], a[1], b[1], a[2]}, 0, oplog.ErrGap},
		{"a wrong signature leaves those before it without one", forged, 0, oplog.ErrSignature},
		{"no signature", unsigned, 0, oplog.ErrUnsigned},
		{"no signature after a run that has", append(slices.Clone(b), unsigned...), 3, oplog.ErrUnsigned},
		{"a wrong signature where none is needed", inside, 3, nil},
	} {
		fresh, duplicates, fault, err := oplog.Admit(oplog.Batch{Scope: "hall/h1/desk", Items: c.items}, "h1", hall.pub, logOf{})
		if err != nil || duplicates != 0 || len(fresh) != c.fresh || !errors.Is(fault, c.fault) || (fault == nil) != (c.fault == nil) {
			t.Errorf("%s: %d fresh, fault %v, %v", c.name, len(fresh), fault, err)
		}
		// What comes out has the signatures that were checked and no others.
		for i, it := range fresh {
			last := i == len(fresh)-1
			if (it.Sig != nil) != last {
				t.Errorf("%s: entry %d of %d has a signature: %v", c.name, i, len(fresh), it.Sig != nil)
			}
		}
	}
}
