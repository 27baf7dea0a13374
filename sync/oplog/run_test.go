package oplog_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// chain returns n sealed entries of origin 1 in a row.
func chain(t testing.TB, n int) []oplog.Entry {
	entries := []oplog.Entry{sealed(t, firstEntry())}
	for len(entries) < n {
		entries = append(entries, sealed(t, next(entries[len(entries)-1])))
	}
	return entries
}

func TestCheckRun(t *testing.T) {
	run := chain(t, 5)
	k := key(1)
	sig := oplog.SignHead(k.priv, run[4])
	start := oplog.Hash{}
	if err := oplog.CheckRun(start, 0, run, sig, k.pub); err != nil {
		t.Fatal(err)
	}
	if err := oplog.CheckRun(run[1].Hash(), 2, run[2:], sig, k.pub); err != nil {
		t.Fatal("from the middle:", err)
	}
	erased := slices.Clone(run)
	erased[2] = erased[2].Erase(0)
	if err := oplog.CheckRun(start, 0, erased, sig, k.pub); err != nil {
		t.Fatal("with an erased change:", err)
	}

	// other returns entry i with the edit, sealed again.
	other := func(i int, edit func(e *oplog.Entry)) []oplog.Entry {
		e := firstEntry()
		if i > 0 {
			e = next(run[i-1])
		}
		edit(&e)
		changed := slices.Clone(run)
		changed[i] = sealed(t, e)
		return changed
	}
	unsealed := slices.Clone(run)
	unsealed[3] = next(run[2])
	bad := slices.Clone(sig)
	bad[10] ^= 1
	for what, c := range map[string]struct {
		prev    oplog.Hash
		n       int64
		entries []oplog.Entry
		sig     []byte
		key     keyPair
		want    error
	}{
		"empty":                       {start, 0, nil, sig, k, oplog.ErrEmptyRun},
		"one missing":                 {start, 0, append(slices.Clone(run[:2]), run[3:]...), sig, k, oplog.ErrGap},
		"one twice":                   {start, 0, append(slices.Clone(run[:2]), run[1:]...), sig, k, oplog.ErrGap},
		"first missing":               {start, 0, run[1:], sig, k, oplog.ErrGap},
		"already known":               {run[4].Hash(), 5, run, sig, k, oplog.ErrGap},
		"another start":               {run[0].Hash(), 2, run[2:], sig, k, oplog.ErrChain},
		"one altered":                 {start, 0, other(2, func(e *oplog.Entry) { e.Verb = "forged" }), sig, k, oplog.ErrChain},
		"first altered":               {start, 0, other(0, func(e *oplog.Entry) { e.Wall++ }), sig, k, oplog.ErrChain},
		"last altered":                {start, 0, other(4, func(e *oplog.Entry) { e.Verb = "forged" }), sig, k, oplog.ErrSignature},
		"another origin inside":       {start, 0, other(2, func(e *oplog.Entry) { e.Origin[0] ^= 1 }), sig, k, oplog.ErrMixedRun},
		"another scope inside":        {start, 0, other(2, func(e *oplog.Entry) { e.Scope = "hall/h1/care" }), sig, k, oplog.ErrMixedRun},
		"one unsealed":                {start, 0, unsealed, sig, k, oplog.ErrUnsealed},
		"signature altered":           {start, 0, run, bad, k, oplog.ErrSignature},
		"signature of the one before": {start, 0, run, oplog.SignHead(k.priv, run[3]), k, oplog.ErrSignature},
		"signature by another key":    {start, 0, run, oplog.SignHead(key(2).priv, run[4]), k, oplog.ErrSignature},
		"no signature":                {start, 0, run, nil, k, oplog.ErrSignature},
		"another key":                 {start, 0, run, oplog.SignHead(key(2).priv, run[4]), key(2), oplog.ErrKey},
		"no key":                      {start, 0, run, sig, keyPair{}, oplog.ErrKey},
	} {
		if err := oplog.CheckRun(c.prev, c.n, c.entries, c.sig, c.key.pub); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", what, err, c.want)
		}
	}
}

func TestSignHeadWantsASealedEntry(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unsealed entry was signed")
		}
	}()
	oplog.SignHead(key(1).priv, firstEntry())
}

func TestHeadsFollowBranches(t *testing.T) {
	run := chain(t, 3)
	head := func(e oplog.Entry) oplog.Head { return oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()} }
	var h oplog.Heads
	for _, e := range run {
		h.Add(e)
	}
	if got := h.List(); !slices.Equal(got, []oplog.Head{head(run[2])}) {
		t.Fatalf("a line has the heads %v", got)
	}
	// A clone that was taken after the first entry writes its own second and third.
	b := next(run[0])
	b.Verb = "visit.amend"
	b = sealed(t, b)
	c := sealed(t, next(b))
	h.Add(b)
	if !h.Has(head(b)) || !h.Has(head(run[2])) || len(h.Of(b.Origin)) != 2 {
		t.Fatalf("after a branch: %v", h.List())
	}
	h.Add(c)
	if h.Has(head(b)) || !h.Has(head(c)) || !h.Has(head(run[2])) || h.Has(head(run[0])) {
		t.Fatalf("after the branch grew: %v", h.List())
	}
	var line oplog.Heads
	for _, e := range run {
		line.Add(e)
	}
	here, there := h.Compare(&line)
	if !slices.Equal(here, []oplog.Head{head(c)}) || len(there) != 0 {
		t.Fatalf("Compare: %v, %v", here, there)
	}
	if h.Digest() == line.Digest() {
		t.Error("other vectors, same digest")
	}
	line.Add(b)
	line.Add(c)
	if here, there := h.Compare(&line); here != nil || there != nil || h.Digest() != line.Digest() {
		t.Error("the same entries in another order are another vector")
	}
}

func TestHeadsNameThoseWithMostBehindThem(t *testing.T) {
	var h oplog.Heads
	for i := range 10 {
		h.Put(oplog.Head{Origin: oplog.Origin{byte(10 - i)}, N: int64(1 + i), Hash: oplog.Hash{byte(i)}})
	}
	few := h.Most(3)
	if len(few) != 3 || few[0].N != 10 || few[1].N != 9 || few[2].N != 8 {
		t.Errorf("%v", few)
	}
	if !slices.Equal(h.Most(10), h.List()) {
		t.Error("not all, though there is room")
	}
	twin := h.Clone()
	twin.Put(oplog.Head{Origin: oplog.Origin{1}, N: 20, Hash: oplog.Hash{20}})
	if len(h.List()) != 10 || len(twin.List()) != 11 {
		t.Error("a clone is not a vector of its own")
	}
}

func TestHeadsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h oplog.Heads
		for range rapid.IntRange(0, 8).Draw(t, "heads") {
			h.Put(oplog.Head{
				Origin: oplog.Origin{rapid.ByteRange(1, 3).Draw(t, "origin")},
				N:      rapid.Int64Range(1, 300).Draw(t, "n"),
				Hash:   oplog.Hash{rapid.Byte().Draw(t, "hash")},
			})
		}
		b := h.Encode()
		back, err := oplog.DecodeHeads(b)
		if err != nil {
			t.Fatal(err)
		}
		if here, there := h.Compare(back); here != nil || there != nil || back.Digest() != h.Digest() {
			t.Fatalf("%v became %v", h.List(), back.List())
		}
		if len(b) > 1 {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
			if other, err := oplog.DecodeHeads(b); err == nil && other.Digest() == h.Digest() {
				t.Fatal("a changed byte goes unseen")
			} else if err != nil && !errors.Is(err, oplog.ErrHeads) {
				t.Fatal(err)
			}
		}
	})
}

func TestDecodeHeadsRefuses(t *testing.T) {
	head := func(origin byte, n int64) any {
		return []any{bytes.Repeat([]byte{origin}, 16), n, make([]byte, 32)}
	}
	for what, list := range map[string][]any{
		"twice":    {head(1, 1), head(1, 1)},
		"unsorted": {head(2, 1), head(1, 1)},
		"n of 0":   {head(1, 0)},
		"a pair":   {[]any{make([]byte, 16), int64(1)}},
	} {
		if _, err := oplog.DecodeHeads(must(oplog.Marshal(list))); !errors.Is(err, oplog.ErrHeads) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzDecodeHeads(f *testing.F) {
	var h oplog.Heads
	f.Add(h.Encode())
	h.Put(oplog.Head{N: 1})
	f.Add(h.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := oplog.DecodeHeads(b); err == nil && string(h.Encode()) != string(b) {
			t.Fatalf("%x is accepted but written as %x", b, h.Encode())
		}
	})
}
