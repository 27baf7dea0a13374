package simulation

import (
	"context"

	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/oplog"
)

// book is a log as the checks read it: a machine's or a hub's.
type book interface {
	exchange.Replica
	Len() int
	Scopes() []oplog.Scope
	Each(s oplog.Scope, visit func(oplog.Entry, oplog.Verdict))
	EachRow(s oplog.Scope, visit func(table, row string, r oplog.Row))
	Cut(c oplog.Certificate) bool
}

// hubBook is a hub's, over what lies on its disk.
type hubBook struct {
	*hub.Log
	storage *memory.Storage
}

var _ book = hubBook{}

// newStorage is the disk of a hub that serves the hall and has nothing of it yet.
func (w *World) newStorage() *memory.Storage {
	s := memory.New(w.id("log"))
	err := s.Update(background, nil, func(tx hub.Tx) error {
		return tx.PutHall(hub.Hall{ID: hallID, Name: "hall", Kind: hub.Made, Authority: w.public()})
	})
	if err != nil {
		panic(err)
	}
	return s
}

func openBook(s *memory.Storage) hubBook { return hubBook{hub.NewLog(s), s} }

// read asks the storage; in memory it does not fail.
func (b hubBook) read(f func(hub.Snapshot) error) {
	if err := b.storage.View(background, f); err != nil {
		panic(err)
	}
}

// Len implements book.
func (b hubBook) Len() (n int) {
	b.read(func(s hub.Snapshot) error {
		states, err := s.States()
		for _, st := range states {
			n += int(st.Seq)
		}
		return err
	})
	return n
}

// Scopes implements book.
func (b hubBook) Scopes() (names []oplog.Scope) {
	b.read(func(s hub.Snapshot) error {
		states, err := s.States()
		for _, st := range states {
			names = append(names, st.Scope)
		}
		return err
	})
	return names
}

// Each implements book.
func (b hubBook) Each(name oplog.Scope, visit func(oplog.Entry, oplog.Verdict)) {
	b.read(func(s hub.Snapshot) error {
		for r, err := range s.Entries(name, 0) {
			if err != nil {
				return err
			}
			e, err := oplog.Decode(r.Body)
			if err != nil {
				return err
			}
			visit(e, r.Verdict)
		}
		return nil
	})
}

// EachRow implements book. The registers are brought up to the log first.
func (b hubBook) EachRow(name oplog.Scope, visit func(table, row string, r oplog.Row)) {
	if _, err := b.Digest(background, name); err != nil {
		panic(err)
	}
	b.read(func(s hub.Snapshot) error {
		for stored, err := range s.Rows(name) {
			if err != nil {
				return err
			}
			row, err := oplog.DecodeRow(stored.Cells, nil, nil)
			if err != nil {
				return err
			}
			visit(stored.Table, stored.Row, row)
		}
		return nil
	})
}

// Cut implements book.
func (b hubBook) Cut(c oplog.Certificate) bool {
	var cuts oplog.Cuts
	b.read(func(s hub.Snapshot) error {
		list, err := s.Cuts(hallID)
		for _, cut := range list {
			cuts.Add(cut)
		}
		return err
	})
	return cuts.Cut(c.Line())
}

// gate is a hub's storage as one run of its program sees it: with a stop before every view and on both sides of every
// commit, and closed when the program has ended.
type gate struct {
	hub.Storage
	p *program
}

// View implements [hub.Storage].
func (g gate) View(ctx context.Context, f func(hub.Snapshot) error) error {
	if err := g.p.enter(); err != nil {
		return err
	}
	return g.Storage.View(ctx, f)
}

// errAborted undoes a first run of an update.
var errAborted = hub.ErrClosed

// Update implements [hub.Storage]. Now and then what it runs is run twice, as a database does when two collide.
func (g gate) Update(ctx context.Context, scopes []oplog.Scope, f func(hub.Tx) error) error {
	if err := g.p.atStep("before commit"); err != nil {
		return err
	}
	if g.p.n.w.chance(0.1) {
		_ = g.Storage.Update(ctx, scopes, func(tx hub.Tx) error {
			_ = f(tx)
			return errAborted
		})
	}
	if err := g.Storage.Update(ctx, scopes, f); err != nil {
		return err
	}
	return g.p.atStep("after commit")
}
