// Package memory keeps a hub's data in memory, for tests and for the simulation: the hub's own code runs on it as it does on
// a database. Updates run one at a time, views while none does; what an update that failed had written is undone.
package memory

import (
	"context"
	"maps"
	"slices"
	"sync"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// Storage is a [hub.Storage].
type Storage struct {
	// Step, when it is set, is called before each commit. Its error is the disk's: nothing is kept.
	Step func() error

	id string

	mu      sync.RWMutex
	closed  bool
	version int64
	scopes  map[oplog.Scope]*scope
	cuts    map[cutKey]oplog.Cut
	halls   map[string]hub.Hall
	devices map[deviceKey]hub.Device
	codes   map[string]hub.Code
	users   map[string]string // key that used a code, by code
	misses  int
}

type cutKey struct {
	scope  oplog.Scope
	origin oplog.Origin
	body   string // the statement as encoded
}

type deviceKey struct {
	hall   string
	origin oplog.Origin
}

type rowKey struct{ table, row string }

// scope is one scope's log and registers.
type scope struct {
	state   hub.State
	entries []hub.Record
	at      map[oplog.Hash]int // place in entries
	dots    map[oplog.Dot]bool
	lines   map[oplog.Origin]*line
	rows    map[rowKey][]byte
}

// line is what the scope has of one origin.
type line struct {
	certificate []byte
	places      []int // in entries
	ends        []oplog.Head
}

// New makes an empty storage. id names the copy of the logs that will be in it.
func New(id string) *Storage {
	return &Storage{
		id: id, scopes: make(map[oplog.Scope]*scope), cuts: make(map[cutKey]oplog.Cut),
		halls: make(map[string]hub.Hall), devices: make(map[deviceKey]hub.Device), codes: make(map[string]hub.Code), users: make(map[string]string),
	}
}

// Copy is a backup: what it has now stays in it whatever is done here. Restored, it is another copy of the logs with an id of
// its own, and without codes and writers.
func (s *Storage) Copy(id string) *Storage {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := New(id)
	for name, sc := range s.scopes {
		d := &scope{state: sc.state, entries: slices.Clone(sc.entries), at: maps.Clone(sc.at), dots: maps.Clone(sc.dots), lines: make(map[oplog.Origin]*line), rows: maps.Clone(sc.rows)}
		for o, l := range sc.lines {
			d.lines[o] = &line{l.certificate, slices.Clone(l.places), slices.Clone(l.ends)}
		}
		c.scopes[name] = d
	}
	c.cuts, c.devices = maps.Clone(s.cuts), maps.Clone(s.devices)
	for id, h := range s.halls {
		h.Writer = oplog.Origin{}
		c.halls[id] = h
	}
	return c
}

// LogID implements [hub.Storage].
func (s *Storage) LogID() string { return s.id }

// View implements [hub.Storage].
func (s *Storage) View(ctx context.Context, f func(hub.Snapshot) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return hub.ErrClosed
	}
	return f(&tx{s: s})
}

// Update implements [hub.Storage].
func (s *Storage) Update(ctx context.Context, _ []oplog.Scope, f func(hub.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return hub.ErrClosed
	}
	t := &tx{s: s}
	err := f(t)
	if err == nil && s.Step != nil {
		err = s.Step()
	}
	if err != nil {
		for _, undo := range slices.Backward(t.undo) {
			undo()
		}
		return err
	}
	s.version++
	return nil
}

// Version implements [hub.Storage].
func (s *Storage) Version(context.Context) (int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version, nil
}

// Close implements [hub.Storage].
func (s *Storage) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
