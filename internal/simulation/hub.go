package simulation

import (
	"context"

	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/oplog"
)

// memoryHubDisk is a hub's disk in memory.
type memoryHubDisk struct {
	hubBook
	w *World
}

var _ Disk = memoryHubDisk{}

// newHubDisk is the disk of a hub that serves the hall and has nothing of it yet.
func (w *World) newHubDisk() Disk {
	if w.over.Hubs != "" {
		return w.newHubFolder()
	}
	s := memory.New(w.id("log"))
	w.serveHall(s)
	return memoryHubDisk{openBook(s), w}
}

func (w *World) serveHall(s hub.Storage) {
	err := s.Update(background, nil, func(tx hub.Tx) error {
		return tx.PutHall(hub.Hall{ID: hallID, Name: "hall", Kind: hub.Made, Authority: w.public()})
	})
	if err != nil {
		panic(err)
	}
}

// Origin implements [Disk].
func (memoryHubDisk) Origin() (none oplog.Origin) { return none }

// Start implements [Disk].
func (d memoryHubDisk) Start(r Life) (Book, exchange.Replica, error) {
	return d.hubBook, hub.NewLog(gate{d.storage, r.p}), nil
}

// End implements [Disk].
func (memoryHubDisk) End() {}

// Unsynced implements [Disk]: there is no head file.
func (memoryHubDisk) Unsynced() {}

func (d memoryHubDisk) copy(id string) Disk {
	return memoryHubDisk{openBook(d.storage.(*memory.Storage).Copy(id)), d.w}
}

// Backup implements [Disk].
func (d memoryHubDisk) Backup() Disk { return d.copy(d.ID()) }

// PutBack implements [Disk].
func (d memoryHubDisk) PutBack(backup Disk, _ bool) Disk { return backup.Backup() }

// Restore implements [Disk].
func (d memoryHubDisk) Restore(backup Disk) Disk { return backup.(memoryHubDisk).copy(d.w.id("log")) }

// Clone implements [Disk]. Nobody clones a hub.
func (d memoryHubDisk) Clone() Disk { return d.Backup() }

// hubBook is a hub's log, over its storage.
type hubBook struct {
	*hub.Log
	storage hub.Storage
}

var _ Book = hubBook{}

func openBook(s hub.Storage) hubBook { return hubBook{hub.NewLog(s), s} }

// Check implements [Book]: what there is to check is checked with every log.
func (b hubBook) Check() error { return nil }

// read asks the storage, which does not fail here.
func (b hubBook) read(f func(hub.Snapshot) error) {
	if err := b.storage.View(background, f); err != nil {
		panic(err)
	}
}

// Len implements [Book].
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

// Scopes implements [Book].
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

// Each implements [Book].
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

// EachRow implements [Book]. The registers are brought up to the log first.
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

// Cut implements [Book].
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
