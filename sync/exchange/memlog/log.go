package memlog

import (
	"context"
	"crypto/ed25519"
	"maps"
	"slices"
	"sync"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Step is a moment at which a program can end.
type Step string

// The steps of a transaction. What was not committed is lost with the program.
const (
	BeforeCommit Step = "before commit"
	AfterCommit  Step = "after commit"
)

// Log is a replica of one hall.
type Log struct {
	// Transaction bounds the entries that are added in one transaction; 0 takes a batch in one. A transaction ends
	// where every run is signed all the same, so that no page of this log ever has to end elsewhere.
	Transaction int
	// Page bounds the entries of a page of [Log.Missing], beside the bounds of a batch; 0 does not.
	Page int
	// Step is called without a lock at the moments of a transaction; nil does nothing. Its error ends what is
	// under way, as an error of the disk or the end of the program would.
	Step func(Step) error

	id        string
	hall      string
	authority ed25519.PublicKey

	mu      sync.Mutex
	entries []record // in apply order, of all scopes; the number in a cursor is the place + 1
	scopes  map[oplog.Scope]*scope
	cuts    oplog.Cuts
	clock   *oplog.Clock
	author  *Author
	watches map[*watch]bool
}

// record is an entry in the log.
type record struct {
	oplog.Item
	verdict oplog.Verdict
}

// scope is what the log knows of one scope.
type scope struct {
	places []int              // of its entries in Log.entries
	at     map[oplog.Hash]int // likewise
	dots   map[oplog.Dot]bool
	heads  oplog.Heads
	certs  map[oplog.Origin]certificate
	forked map[oplog.Origin]bool
	rows   map[rowKey]oplog.Row
	digest oplog.SetDigest
}

type certificate struct {
	encoded []byte
	oplog.Certificate
}

type rowKey struct{ table, row string }

var _ exchange.Replica = (*Log)(nil)

// New is an empty log of a hall whose authority has that public key. id is what [Log.ID] answers.
func New(id, hall string, authority ed25519.PublicKey) *Log {
	return &Log{
		id: id, hall: hall, authority: authority,
		scopes: make(map[oplog.Scope]*scope), clock: oplog.NewClock(0), watches: make(map[*watch]bool),
	}
}

// Copy is another log with the same entries and the same author, as a backup or a clone is. It has nobody watching it
// and no Step.
func (l *Log) Copy(id string) *Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := New(id, l.hall, l.authority)
	c.Transaction, c.Page = l.Transaction, l.Page
	c.entries = slices.Clone(l.entries)
	for name, s := range l.scopes {
		c.scopes[name] = s.copy()
	}
	c.cuts = l.cuts.Clone()
	c.clock = oplog.NewClock(l.clock.Last())
	if l.author != nil {
		c.author = l.author.copy()
	}
	return c
}

// Len is the number of entries in the log.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

func (s *scope) copy() *scope {
	c := &scope{
		places: slices.Clone(s.places), at: maps.Clone(s.at), dots: maps.Clone(s.dots), certs: maps.Clone(s.certs), forked: maps.Clone(s.forked),
		rows: make(map[rowKey]oplog.Row, len(s.rows)), digest: s.digest,
	}
	for _, head := range s.heads.List() {
		c.heads.Put(head)
	}
	for key, row := range s.rows {
		c.rows[key] = maps.Clone(row)
	}
	return c
}

// of is the log's part of a scope; the caller holds the lock.
func (l *Log) of(name oplog.Scope) *scope {
	s := l.scopes[name]
	if s == nil {
		s = &scope{
			at: make(map[oplog.Hash]int), dots: make(map[oplog.Dot]bool), certs: make(map[oplog.Origin]certificate), forked: make(map[oplog.Origin]bool),
			rows: make(map[rowKey]oplog.Row),
		}
		l.scopes[name] = s
	}
	return s
}

func (l *Log) head(place int) oplog.Head {
	e := &l.entries[place].Entry
	return oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()}
}

// ID implements [exchange.Replica].
func (l *Log) ID() string { return l.id }

// Heads implements [exchange.Replica].
func (l *Log) Heads(_ context.Context, name oplog.Scope) (*oplog.Heads, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := new(oplog.Heads)
	for _, head := range l.of(name).heads.List() {
		h.Put(head)
	}
	return h, nil
}

// Find implements [exchange.Replica].
func (l *Log) Find(_ context.Context, name oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.of(name)
	found := make([]oplog.Head, len(hashes))
	for i, h := range hashes {
		if place, ok := s.at[h]; ok {
			found[i] = l.head(place)
		}
	}
	return found, nil
}

// Links implements [exchange.Replica].
func (l *Log) Links(_ context.Context, name oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.of(name).forked[origin] {
		return nil, nil
	}
	return l.links(name, origin), nil
}

func (l *Log) links(name oplog.Scope, origin oplog.Origin) []oplog.Link {
	var links []oplog.Link
	for _, place := range l.of(name).places {
		if e := &l.entries[place].Entry; e.Origin == origin {
			links = append(links, e.Link())
		}
	}
	return links
}

// Trail implements [exchange.Replica].
func (l *Log) Trail(_ context.Context, name oplog.Scope, head oplog.Head) ([]oplog.Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.of(name).at[head.Hash]; !ok {
		return nil, nil
	}
	return oplog.Trail(head.Origin, head.Hash, l.links(name, head.Origin)), nil
}

// End implements [exchange.Replica].
func (l *Log) End(_ context.Context, name oplog.Scope) (exchange.Cursor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	places := l.of(name).places
	if len(places) == 0 {
		return exchange.Cursor{}, nil
	}
	return l.cursor(places[len(places)-1]), nil
}

// cursor is the place after an entry.
func (l *Log) cursor(place int) exchange.Cursor {
	return exchange.Cursor{Seq: int64(place) + 1, Hash: l.entries[place].Entry.Hash()}
}

// Digest implements [exchange.Replica].
func (l *Log) Digest(_ context.Context, name oplog.Scope) (exchange.Digest, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.of(name)
	return exchange.Digest{Vector: s.heads.Digest(), Rows: s.digest}, nil
}

// watch is one caller of Watch.
type watch struct {
	scopes []oplog.Scope
	woken  chan struct{}
}

// Watch implements [exchange.Replica].
func (l *Log) Watch(scopes ...oplog.Scope) (<-chan struct{}, func()) {
	w := &watch{slices.Clone(scopes), make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watches[w] = true
	return w.woken, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.watches, w)
	}
}

// wake tells those who watch the scope; the caller holds the lock.
func (l *Log) wake(name oplog.Scope) {
	for w := range l.watches {
		if slices.Contains(w.scopes, name) {
			select {
			case w.woken <- struct{}{}:
			default:
			}
		}
	}
}
