package store

import (
	"context"
	"path/filepath"
	"time"

	"linli/app"
	"linli/internal/simulation"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"

	"modernc.org/sqlite"
)

// simulatedDisk is a data folder with its keys beside it. The end of a program leaves the folder as it was then; the next one finds
// what a kill leaves, a copy of its files.
type simulatedDisk struct {
	hall   *simulatedHall
	dir    string
	origin oplog.Origin // while no program runs
	log    *simulatedLog
	reader *simulatedLog // of a disk over which nothing runs
}

var _ simulation.Disk = (*simulatedDisk)(nil)

func (d *simulatedDisk) options(clock app.Clock) Options {
	return Options{Program: "simulation", Keys: seal.NewKeyFiles(d.dir + ".keys"), Clock: clock, Built: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// look is what reads the folder, beside a program or alone.
func (d *simulatedDisk) look() *simulatedLog {
	if d.log != nil {
		return d.log
	}
	if d.reader == nil {
		d.reader = &simulatedLog{hall: d.hall, dir: d.dir, Store: &Store{closed: true}}
		d.hall.opened = append(d.hall.opened, d.reader)
	}
	return d.reader
}

// Len implements [simulation.Contents].
func (d *simulatedDisk) Len() int { return d.look().Len() }

// Scopes implements [simulation.Contents].
func (d *simulatedDisk) Scopes() []oplog.Scope { return d.look().Scopes() }

// Each implements [simulation.Contents].
func (d *simulatedDisk) Each(s oplog.Scope, visit func(oplog.Entry, oplog.Verdict)) {
	d.look().Each(s, visit)
}

// Find implements [simulation.Contents].
func (d *simulatedDisk) Find(ctx context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	return d.look().Find(ctx, s, hashes)
}

// Origin implements [simulation.Disk].
func (d *simulatedDisk) Origin() oplog.Origin {
	if d.log != nil {
		return d.log.Origin()
	}
	return d.origin
}

// Start implements [simulation.Disk].
func (d *simulatedDisk) Start(life simulation.Life) (simulation.Book, exchange.Replica, error) {
	s, err := Open(context.Background(), d.dir, d.options(lifeClock{life}))
	if err != nil {
		return nil, nil, err
	}
	l := &simulatedLog{Store: s, Replica: s.Replica(), hall: d.hall, dir: d.dir, life: life, was: d.origin}
	d.log = l
	d.hall.opened = append(d.hall.opened, l)
	if s.origin != d.origin {
		life.PutBack()
	}
	l.learn()
	return l, simulatedReplica{l}, s.conn.Raw(func(dc any) error {
		dc.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 {
			if l.refused = life.Commit(); l.refused != nil {
				return 1
			}
			return 0
		})
		return nil
	})
}

// lifeClock is the clock of the machine.
type lifeClock struct{ simulation.Life }

// End implements [simulation.Disk]. It may come in the middle of a transaction: the program is left alone with its folder and
// closed when the hall is.
func (d *simulatedDisk) End() {
	if d.log == nil {
		return
	}
	origin := d.log.was
	c := d.copied(all)
	*d = simulatedDisk{hall: d.hall, dir: c.dir, origin: origin}
}

func all(string) bool           { return true }
func onlyHead(name string) bool { return name == headFile }
func notHead(name string) bool  { return name != headFile }

// copied is another folder with the same keys and some of the files.
func (d *simulatedDisk) copied(which func(string) bool) *simulatedDisk {
	c := &simulatedDisk{hall: d.hall, dir: d.hall.folder(), origin: d.Origin()}
	simulation.CopyFiles(d.dir, c.dir, which)
	simulation.CopyFiles(d.dir+".keys", c.dir+".keys", all)
	return c
}

// Unsynced implements [simulation.Disk].
func (d *simulatedDisk) Unsynced() { simulation.OneCommitLess(filepath.Join(d.dir, headFile)) }

// Backup implements [simulation.Disk].
func (d *simulatedDisk) Backup() simulation.Disk { return d.copied(notHead) }

// PutBack implements [simulation.Disk]. The keys are those of the present: they know more than a backup's.
func (d *simulatedDisk) PutBack(backup simulation.Disk, head bool) simulation.Disk {
	b := backup.(*simulatedDisk)
	c := &simulatedDisk{hall: d.hall, dir: d.hall.folder(), origin: b.origin}
	simulation.CopyFiles(b.dir, c.dir, notHead)
	simulation.CopyFiles(d.dir+".keys", c.dir+".keys", all)
	if head {
		simulation.CopyFiles(d.dir, c.dir, onlyHead)
	}
	return c
}

// Restore implements [simulation.Disk], with the program's own backup and restore.
func (d *simulatedDisk) Restore(backup simulation.Disk) simulation.Disk {
	ctx := context.Background()
	b := backup.(*simulatedDisk).copied(notHead)
	file := b.dir + ".linlibackup"
	s := try(Open(ctx, b.dir, b.options(nil)))
	check(s.BackupTo(ctx, file))
	check(s.Close())
	c := &simulatedDisk{hall: d.hall, dir: d.hall.folder(), origin: b.origin}
	simulation.CopyFiles(d.dir+".keys", c.dir+".keys", all)
	check(Restore(ctx, file, c.dir, c.options(nil), ""))
	return c
}

// Clone implements [simulation.Disk].
func (d *simulatedDisk) Clone() simulation.Disk { return d.copied(all) }
