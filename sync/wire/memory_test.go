package wire_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// noon is when everything in these tests happens.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// keyOf is a key made from a number, the same in every run.
func keyOf(n int) ed25519.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "key %d", n))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// hall is a hall with its authority.
type hall struct {
	id        string
	authority ed25519.PrivateKey
}

var (
	ours   = hall{"h1", keyOf(900)}
	theirs = hall{"h2", keyOf(901)}
)

func (h hall) scope(part string) oplog.Scope { return oplog.HallScope(h.id, part) }

// certify gives key n a certificate of the hall.
func (h hall) certify(n int, role string, parts ...string) oplog.Certificate {
	c := oplog.Certificate{
		Hall: h.id, PublicKey: public(keyOf(n)), Machines: []int{n}, Role: role,
		Issued: noon.UnixMilli(), Expires: noon.AddDate(1, 0, 0).UnixMilli(), Serial: int64(n),
	}
	for _, part := range parts {
		c.Scopes = append(c.Scopes, h.scope(part))
	}
	if err := c.Sign(h.authority); err != nil {
		panic(err)
	}
	return c
}

// memory is a replica in memory: small, and strict about what it is given.
type memory struct {
	hall hall
	name string

	mu    sync.Mutex
	logs  map[oplog.Scope]*memoryLog
	wakes map[chan struct{}][]oplog.Scope
	moved *sync.Cond // somebody began or ended to watch
	fail  error      // answered by everything that changes or reads the log, when set
}

type memoryLog struct {
	items []oplog.Item
	at    map[oplog.Hash]int
	heads oplog.Heads
	certs map[oplog.Origin][]byte
}

func newMemory(h hall, name string) *memory {
	m := &memory{hall: h, name: name, logs: make(map[oplog.Scope]*memoryLog), wakes: make(map[chan struct{}][]oplog.Scope)}
	m.moved = sync.NewCond(&m.mu)
	return m
}

func (m *memory) log(scope oplog.Scope) *memoryLog {
	l := m.logs[scope]
	if l == nil {
		l = &memoryLog{at: make(map[oplog.Hash]int), certs: make(map[oplog.Origin][]byte)}
		m.logs[scope] = l
	}
	return l
}

// write adds an entry of key n, whose certificate that is, with a payload of so many bytes.
func (m *memory) write(t testing.TB, n int, c oplog.Certificate, scope oplog.Scope, size int) oplog.Entry {
	t.Helper()
	m.mu.Lock()
	e := m.next(t, n, c, scope, size)
	m.mu.Unlock()
	b := oplog.Batch{Scope: scope, Items: []oplog.Item{{Entry: e, Body: must(oplog.Encode(e)), Sig: oplog.SignHead(keyOf(n), e)}}}
	r, err := m.Accept(t.Context(), b)
	if err != nil || r.Fault != nil || r.Fresh != 1 {
		t.Fatalf("writing: %+v, %v", r, err)
	}
	return e
}

func (m *memory) next(t testing.TB, n int, c oplog.Certificate, scope oplog.Scope, size int) oplog.Entry {
	t.Helper()
	origin := oplog.OriginOf(public(keyOf(n)))
	e := oplog.Entry{
		Format: oplog.Format, Scope: scope, Origin: origin, N: 1, Action: "a", HLC: oplog.HLC(noon.UnixMilli() << 16),
		Wall: noon.UnixMilli(), Actor: "a", Verb: "test.write",
	}
	if heads := m.log(scope).heads.Of(origin); len(heads) > 0 {
		e.N, e.Prev = heads[0].N+1, heads[0].Hash
	} else {
		e.Cert = must(c.Encode())
	}
	payload := make([]byte, size)
	rand.New(rand.NewSource(e.N)).Read(payload)
	e.Changes = []oplog.Change{{Table: "note", Row: fmt.Sprint("r", e.N), Cells: []oplog.Cell{{Column: "body", Value: payload}}}}
	if err := e.Seal(rand.New(rand.NewSource(int64(n)<<32 + e.N))); err != nil {
		t.Fatal(err)
	}
	return e
}

// oplog.Log, for Admit.
type admitLog struct{ l *memoryLog }

func (a admitLog) Knows(dot oplog.Dot) (bool, error) {
	for hash := range a.l.at {
		if hash.Dot() == dot {
			return true, nil
		}
	}
	return false, nil
}

func (a admitLog) Find(hash oplog.Hash) (oplog.Head, bool, error) {
	i, ok := a.l.at[hash]
	if !ok {
		return oplog.Head{}, false, nil
	}
	return headOf(a.l.items[i].Entry), true, nil
}

func (a admitLog) Certificate(origin oplog.Origin) ([]byte, error) { return a.l.certs[origin], nil }

func headOf(e oplog.Entry) oplog.Head { return oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()} }

func (m *memory) ID() string { return m.name }

func (m *memory) Heads(_ context.Context, scope oplog.Scope) (*oplog.Heads, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := new(oplog.Heads)
	for _, head := range m.log(scope).heads.List() {
		h.Put(head)
	}
	return h, m.fail
}

func (m *memory) Find(_ context.Context, scope oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]oplog.Head, len(hashes))
	for i, hash := range hashes {
		out[i], _, _ = admitLog{m.log(scope)}.Find(hash)
	}
	return out, m.fail
}

func (m *memory) Links(_ context.Context, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.log(scope).heads.Of(origin)) < 2 {
		return nil, m.fail
	}
	return m.links(scope, origin), m.fail
}

func (m *memory) links(scope oplog.Scope, origin oplog.Origin) (links []oplog.Link) {
	for _, it := range m.log(scope).items {
		if it.Entry.Origin == origin {
			links = append(links, oplog.Link{N: it.Entry.N, Hash: it.Entry.Hash(), Prev: it.Entry.Prev})
		}
	}
	return links
}

func (m *memory) Trail(_ context.Context, scope oplog.Scope, head oplog.Head) ([]oplog.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return oplog.Trail(head.Origin, head.Hash, m.links(scope, head.Origin)), m.fail
}

// Missing cuts pages where every entry in them has a signature of its own or one that follows it.
func (m *memory) Missing(_ context.Context, scope oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (exchange.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.log(scope)
	if after.Seq > int64(len(l.items)) || after.Seq > 0 && l.items[after.Seq-1].Entry.Hash() != after.Hash {
		return exchange.Page{}, exchange.ErrStale
	}
	p := exchange.Page{Next: after}
	var items []oplog.Item
	size, open := 0, make(map[oplog.Origin]bool)
	for i := after.Seq; i < int64(len(l.items)); i++ {
		it := l.items[i]
		if !cover.Has(headOf(it.Entry)) {
			if size += len(it.Body); size > oplog.MaxBatch || len(items) == oplog.MaxBatchEntries {
				p.More = true
				return p, m.fail
			}
			items = append(items, it)
			open[it.Entry.Origin] = true
			if it.Sig != nil {
				delete(open, it.Entry.Origin)
			}
		}
		if len(open) == 0 {
			p.Items, p.Next = slices.Clone(items), exchange.Cursor{Seq: i + 1, Hash: it.Entry.Hash()}
		}
	}
	return p, m.fail
}

func (m *memory) End(_ context.Context, scope oplog.Scope) (exchange.Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.log(scope)
	if len(l.items) == 0 {
		return exchange.Cursor{}, m.fail
	}
	return exchange.Cursor{Seq: int64(len(l.items)), Hash: l.items[len(l.items)-1].Entry.Hash()}, m.fail
}

func (m *memory) Accept(_ context.Context, b oplog.Batch) (exchange.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return exchange.Receipt{}, m.fail
	}
	l := m.log(b.Scope)
	fresh, duplicates, fault, err := oplog.Admit(b, m.hall.id, public(m.hall.authority), admitLog{l})
	if err != nil {
		return exchange.Receipt{}, err
	}
	for _, it := range fresh {
		l.at[it.Entry.Hash()] = len(l.items)
		l.items = append(l.items, it)
		l.heads.Add(it.Entry)
		if it.Entry.N == 1 {
			l.certs[it.Entry.Origin] = it.Entry.Cert
		}
	}
	if len(fresh) > 0 {
		for wake, scopes := range m.wakes {
			if slices.Contains(scopes, b.Scope) {
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		}
	}
	return exchange.Receipt{Fresh: len(fresh), Duplicates: duplicates, Fault: fault}, nil
}

func (m *memory) Digest(_ context.Context, scope oplog.Scope) (exchange.Digest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.log(scope)
	d := exchange.Digest{Vector: l.heads.Digest()}
	for _, it := range l.items {
		d.Rows.Add(it.Entry.Hash())
	}
	return d, m.fail
}

func (m *memory) Watch(scopes ...oplog.Scope) (<-chan struct{}, func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	wake := make(chan struct{}, 1)
	m.wakes[wake] = scopes
	m.moved.Broadcast()
	return wake, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.wakes, wake)
		m.moved.Broadcast()
	}
}

// awaitWatchers waits until so many watch.
func (m *memory) awaitWatchers(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.wakes) != n {
		m.moved.Wait()
	}
}

// count is the number of entries of a scope.
func (m *memory) count(scope oplog.Scope) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.log(scope).items)
}

// closed checks that what is in the log stands on what is in the log: each entry after its prev, and each vouched for.
func (m *memory) closed(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for scope, l := range m.logs {
		there := map[oplog.Hash]bool{{}: true}
		for _, it := range l.items {
			if !there[it.Entry.Prev] {
				t.Fatalf("%s: an entry stands before the one that it follows", scope)
			}
			there[it.Entry.Hash()] = true
			if decoded, err := oplog.Decode(it.Body); err != nil || decoded.Hash() != it.Entry.Hash() {
				t.Fatalf("%s: an entry is not what its bytes say: %v", scope, err)
			}
		}
	}
}

// same fails unless both hold the same entries of a scope.
func same(t testing.TB, a, b *memory, scope oplog.Scope) {
	t.Helper()
	da, errA := a.Digest(t.Context(), scope)
	db, errB := b.Digest(t.Context(), scope)
	if errA != nil || errB != nil || da != db {
		t.Fatalf("%s differs: %d and %d entries", scope, a.count(scope), b.count(scope))
	}
}

var _ exchange.Replica = (*memory)(nil)
