package wire_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Generators of what messages hold.

func anyHash() *rapid.Generator[oplog.Hash] {
	return rapid.Custom(func(t *rapid.T) oplog.Hash {
		h := oplog.Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		h[0] |= 1
		return h
	})
}

func anyHeads(t *rapid.T) []oplog.Head {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) oplog.Head {
		return oplog.Head{Origin: oplog.Origin{rapid.Byte().Draw(t, "origin")}, N: rapid.Int64Min(1).Draw(t, "n"), Hash: anyHash().Draw(t, "h")}
	}), 0, 4).Draw(t, "heads")
}

func anyCursor(t *rapid.T) exchange.Cursor {
	if rapid.Bool().Draw(t, "beginning") {
		return exchange.Cursor{}
	}
	return exchange.Cursor{Seq: rapid.Int64Range(1, 1<<62).Draw(t, "seq"), Hash: anyHash().Draw(t, "h")}
}

func anyScope(t *rapid.T) oplog.Scope {
	return rapid.SampledFrom([]oplog.Scope{"hall/h1/public", "hall/h1/desk", "hall/h2/care", "hall/h1/intake", "district/d"}).Draw(t, "scope")
}

// back fails unless decoding the encoded message answers it again, and no changed byte of it does.
func back[T any](t *rapid.T, m T, encode func(T) ([]byte, error), decode func([]byte) (T, error)) {
	b, err := encode(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(b)
	if err != nil || !reflect.DeepEqual(got, m) {
		t.Fatalf("%+v became %+v, %v", m, got, err)
	}
	for _, n := range []int{0, len(b) / 2, len(b) - 1} {
		if _, err := decode(b[:n]); !errors.Is(err, exchange.ErrMalformed) {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(b), err)
		}
	}
	if _, err := decode(append(slices.Clone(b), 0)); !errors.Is(err, exchange.ErrMalformed) {
		t.Fatalf("with a byte more: %v", err)
	}
	at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
	b[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
	if got, err := decode(b); err == nil && reflect.DeepEqual(got, m) {
		t.Fatal("a changed byte goes unseen")
	}
}

func TestMessagesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.StringMatching(`[a-z0-9-]{1,40}`).Draw(t, "log")
		back(t, exchange.HeadsRequest{Scope: anyScope(t), Heads: anyHeads(t)}, wire.EncodeHeadsRequest, wire.DecodeHeadsRequest)
		back(t, exchange.HeadsAnswer{
			Log: log, Heads: anyHeads(t), Held: rapid.SliceOfN(rapid.Bool(), 0, 5).Draw(t, "held"), End: anyCursor(t),
		}, wire.EncodeHeadsAnswer, wire.DecodeHeadsAnswer)
		var scopes []exchange.PullScope
		for _, s := range rapid.Permutation([]oplog.Scope{"hall/h1/public", "hall/h1/desk", "district/d"}).Draw(t, "scopes") {
			scopes = append(scopes, exchange.PullScope{Scope: s, Known: anyHeads(t), After: anyCursor(t)})
		}
		back(t, exchange.PullRequest{
			Scopes: scopes[:rapid.IntRange(1, 3).Draw(t, "n")],
			Wait:   time.Duration(rapid.IntRange(0, 60000).Draw(t, "wait")) * time.Millisecond,
		}, wire.EncodePullRequest, wire.DecodePullRequest)
		back(t, exchange.PushAnswer{
			Log: log, Fresh: rapid.IntRange(0, oplog.MaxBatchEntries).Draw(t, "fresh"),
			Fault: rapid.SampledFrom([]string{"", exchange.FaultGap, exchange.FaultEntry}).Draw(t, "fault"),
		}, wire.EncodePushAnswer, wire.DecodePushAnswer)
		back(t, anyScope(t), wire.EncodeDigestRequest, wire.DecodeDigestRequest)
		a := exchange.DigestAnswer{Log: log}
		a.Vector, a.Rows = anyHash().Draw(t, "vector"), oplog.SetDigest(anyHash().Draw(t, "rows"))
		back(t, a, wire.EncodeDigestAnswer, wire.DecodeDigestAnswer)
	})
}

// items are n entries of desk 1, signed each.
func items(t testing.TB, n int) []oplog.Item {
	t.Helper()
	log, m := newMemory(ours, "a"), ours.desk(1)
	for range n {
		m.write(t, log, ours.scope(oplog.Desk))
	}
	return log.log(ours.scope(oplog.Desk)).items
}

func TestPullAnswerRoundTrip(t *testing.T) {
	scope := ours.scope(oplog.Desk)
	list := items(t, 3)
	a := exchange.PullAnswer{Log: "hub", Pages: []exchange.PullPage{
		{Batch: oplog.Batch{Scope: scope, Items: list}, Next: exchange.Cursor{Seq: 3, Hash: list[2].Entry.Hash()}, More: true},
		{Batch: oplog.Batch{Scope: "hall/h1/public"}},
	}}
	got, err := wire.DecodePullAnswer(must(wire.EncodePullAnswer(a)))
	if err != nil || !reflect.DeepEqual(got, a) {
		t.Fatalf("%+v became %+v, %v", a, got, err)
	}
	b, fault, err := wire.DecodePush(must(wire.EncodePush(a.Pages[0].Batch)))
	if err != nil || fault != nil || !reflect.DeepEqual(b, a.Pages[0].Batch) {
		t.Fatalf("%+v, %v, %v", b, fault, err)
	}
}

// badTail is a batch whose last of three entries is none.
func badTail(t testing.TB) []byte {
	t.Helper()
	list := items(t, 3)
	b := must(oplog.Batch{Scope: ours.scope(oplog.Desk), Items: list}.Encode())
	at := bytes.LastIndex(b, []byte("test.write"))
	if at < 0 {
		t.Fatal("no verb in the last entry")
	}
	b[at] = 0 // a NUL is no text
	return b
}

// What stands before an entry that is none is handed on, with what is wrong with the rest.
func TestBadTailIsHandedOnAsFarAsItGoes(t *testing.T) {
	b, fault, err := wire.DecodePush(badTail(t))
	if err != nil || fault == nil || len(b.Items) != 2 {
		t.Fatalf("%d items, %v, %v", len(b.Items), fault, err)
	}
	answer := must(oplog.Marshal([]any{"hub", []any{[]any{badTail(t), []any{}, false}}}))
	a, err := wire.DecodePullAnswer(answer)
	if err != nil || len(a.Pages) != 1 || len(a.Pages[0].Batch.Items) != 2 || exchange.FaultWord(a.Pages[0].Fault) != exchange.FaultEntry {
		t.Fatalf("%+v, %v", a, err)
	}
}

func TestMessagesRefuse(t *testing.T) {
	heads := func(n int) []oplog.Head {
		list := make([]oplog.Head, n)
		for i := range list {
			list[i] = oplog.Head{N: 1, Hash: oplog.Hash{1}}
		}
		return list
	}
	many := heads(exchange.MaxHeads + 1)
	if _, err := wire.EncodeHeadsRequest(exchange.HeadsRequest{Scope: "hall/h1/desk", Heads: many}); !errors.Is(err, exchange.ErrTooMuch) {
		t.Errorf("too many heads are sent: %v", err)
	}
	if _, err := wire.EncodePush(oplog.Batch{Items: make([]oplog.Item, oplog.MaxBatchEntries+1)}); !errors.Is(err, exchange.ErrTooMuch) {
		t.Errorf("too many entries are sent: %v", err)
	}
	hash, origin := make([]byte, 32), make([]byte, 16)
	hash[0] = 1
	head := slices.Concat(origin, []byte{0, 0, 0, 0, 0, 0, 0, 1}, hash)
	zero := slices.Concat(origin, make([]byte, 8), hash)
	request := func(items ...any) func() error {
		return func() error { _, err := wire.DecodeHeadsRequest(must(oplog.Marshal(items))); return err }
	}
	pull := func(items ...any) func() error {
		return func() error { _, err := wire.DecodePullRequest(must(oplog.Marshal(items))); return err }
	}
	if err := request("hall/h1/desk", head)(); err != nil {
		t.Fatal("the good one:", err)
	}
	if err := pull(int64(0), []any{[]any{"hall/h1/desk", head, []any{int64(1), hash}}})(); err != nil {
		t.Fatal("the good one:", err)
	}
	for what, decode := range map[string]func() error{
		"no scope":              request("hall", head),
		"a head cut off":        request("hall/h1/desk", head[:55]),
		"a head of number 0":    request("hall/h1/desk", zero),
		"a field more":          request("hall/h1/desk", head, nil),
		"a field less":          request("hall/h1/desk"),
		"another type":          request("hall/h1/desk", "text"),
		"too many heads":        request("hall/h1/desk", bytes.Repeat(head, exchange.MaxHeads+1)),
		"no scopes":             pull(int64(0), []any{}),
		"a negative wait":       pull(int64(-1), []any{[]any{"hall/h1/desk", head, []any{}}}),
		"an endless wait":       pull(int64(1)<<40, []any{[]any{"hall/h1/desk", head, []any{}}}),
		"a scope twice":         pull(int64(0), []any{[]any{"hall/h1/desk", head, []any{}}, []any{"hall/h1/desk", head, []any{}}}),
		"a cursor at 0":         pull(int64(0), []any{[]any{"hall/h1/desk", head, []any{int64(0), hash}}}),
		"a cursor without hash": pull(int64(0), []any{[]any{"hall/h1/desk", head, []any{int64(1), make([]byte, 32)}}}),
		"a cursor of one":       pull(int64(0), []any{[]any{"hall/h1/desk", head, []any{int64(1)}}}),
		"no list":               pull(int64(0), "hall/h1/desk"),
		"no pair":               pull(int64(0), []any{"hall/h1/desk"}),
		"too many items":        pull(int64(0), []any{slices.Repeat([]any{true}, wire.MaxItems)}),
	} {
		if err := decode(); !errors.Is(err, exchange.ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The items of a message are counted before any is made: a megabyte of empty arrays would be sixty in memory.
func TestItemsAreCountedFirst(t *testing.T) {
	bomb := append([]byte{0x9a, 0, 0x0f, 0xff, 0xf0}, bytes.Repeat([]byte{0x80}, 0x0ffff0)...)
	if got := testing.AllocsPerRun(1, func() { _, _ = wire.DecodePullRequest(bomb) }); got > 10 {
		t.Errorf("%v allocations", got)
	}
	for _, c := range []struct {
		b    []byte
		want int
	}{
		{nil, 0},
		{must(oplog.Marshal([]any{"text", []byte{1, 2}, int64(1 << 40), map[string]any{"a": true}})), 7},
		{[]byte{0x82, 0x19, 1}, 2},                          // a number cut off
		{[]byte{0x5b, 0xff, 255, 255, 255, 255, 255, 1}, 1}, // a byte string cut off in its length
	} {
		if got := wire.CountItems(c.b, 100); got != c.want {
			t.Errorf("%x: %d items, want %d", c.b, got, c.want)
		}
	}
}
