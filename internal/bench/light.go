package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"

	"linli/store"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// light is a desk in memory: its own entries are a log, and of those of others it knows how far it has them and how many they
// are. A thousand fit into one process and leave the processors to the hub, which cannot tell them from desks: they have
// keys and certificates of the hall, and each a connection of its own.
type light struct {
	*memlog.Log
	c     *centre
	id    wire.Identity
	cert  oplog.Certificate
	scope oplog.Scope // in which it writes

	mu   sync.Mutex
	has  map[oplog.Scope]*oplog.Heads // of others
	came int
}

// lights makes so many, with the numbers from first.
func (c *centre) lights(first, n int) ([]*light, error) {
	ring, err := c.authority()
	if err != nil {
		return nil, err
	}
	out := make([]*light, n)
	for i := range out {
		public, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		encoded, err := store.Certify(ring, c.hall, exchange.RoleDesk, public, []int{first + i}, time.Now())
		if err != nil {
			return nil, err
		}
		l := &light{
			Log: memlog.New(fmt.Sprint("light-", first+i), c.hall, ring.AuthorityKey()), c: c, id: wire.Identity{Key: key, Certificate: encoded},
			scope: oplog.HallScope(c.hall, oplog.Desk), has: make(map[oplog.Scope]*oplog.Heads),
		}
		if l.cert, err = oplog.DecodeCertificate(encoded); err != nil {
			return nil, err
		}
		if err := l.Become(key, l.cert); err != nil {
			return nil, err
		}
		out[i] = l
	}
	return out, nil
}

// client is its way to the hub.
func (l *light) client() (*wire.Client, error) {
	c, err := wire.NewClient(l.c.address, l.id, l.c.trust)
	if err == nil {
		c.Proxy = wire.Direct
	}
	return c, err
}

// write writes n entries of the size of a visit, each an action of its own.
func (l *light) write(n int) error {
	for range n {
		id := store.NewID()
		visit := oplog.Change{Table: "visit", Row: id}
		for _, column := range []string{"agent", "at", "channel", "day", "fold", "purpose", "resident", "service", "staff", "window"} {
			visit.Cells = append(visit.Cells, oplog.Cell{Column: column, Value: strings.Repeat("样", 6) + id[:8]})
		}
		event := oplog.Change{Table: "visit_event", Row: store.NewID(), Cells: []oplog.Cell{{Column: "visit", Value: id}, {Column: "step", Value: "open"}}}
		a := memlog.Action{ID: store.NewID(), Actor: "bench", Verb: "visit.register", Wall: time.Now(), Random: rand.Reader}
		if _, err := l.Write(a, map[oplog.Scope][]oplog.Change{l.scope: {visit, event}}); err != nil {
			return err
		}
	}
	return nil
}

// Accept implements [exchange.Replica].
func (l *light) Accept(_ context.Context, b oplog.Batch) (exchange.Receipt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.has[b.Scope]
	if h == nil {
		h = new(oplog.Heads)
		l.has[b.Scope] = h
	}
	for i := range b.Items {
		h.Add(b.Items[i].Entry)
	}
	l.came += len(b.Items)
	return exchange.Receipt{Fresh: len(b.Items)}, nil
}

// Heads implements [exchange.Replica].
func (l *light) Heads(ctx context.Context, scope oplog.Scope) (*oplog.Heads, error) {
	all, err := l.Log.Heads(ctx, scope)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.has[scope]; h != nil {
		for _, head := range h.List() {
			all.Put(head)
		}
	}
	return all, nil
}

// pulled is how many entries came.
func (l *light) pulled() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.came
}

// held asks the hub whether it has everything that these have written.
func (c *centre) held(ctx context.Context, all []*light) (err error) {
	for len(all) > 0 {
		some := all[:min(len(all), exchange.MaxHeads)]
		all = all[len(some):]
		r := exchange.HeadsRequest{Scope: some[0].scope}
		for _, l := range some {
			r.Heads = append(r.Heads, l.Own(l.scope))
		}
		w, err := some[0].client()
		if err != nil {
			return err
		}
		a, err := w.Heads(ctx, r)
		w.Close()
		if err != nil {
			return err
		}
		lost := 0
		for _, held := range a.Held {
			if !held {
				lost++
			}
		}
		if lost > 0 {
			return fmt.Errorf("the hub lacks what %d of %d machines have written", lost, len(some))
		}
	}
	return nil
}
