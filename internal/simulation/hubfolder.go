package simulation

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/sqlite"
	"linli/sync/oplog"
)

// hubFolder is a hub's disk with the product's storage. The end of a program leaves the folder as it was then, and the next
// one finds what a kill finds: a copy of its files.
type hubFolder struct {
	w    *World
	dir  string
	open *sqlite.Storage // nil while nobody looks
}

var _ Disk = (*hubFolder)(nil)

func (w *World) newHubFolder() Disk {
	d := &hubFolder{w: w, dir: filepath.Join(w.over.Hubs, w.id("hub"))}
	w.serveHall(d.look())
	return d
}

// look opens the folder.
func (d *hubFolder) look() *sqlite.Storage {
	if d.open == nil {
		s, err := sqlite.Open(background, d.dir)
		if err != nil {
			panic(err)
		}
		d.open = s
		d.w.closing = append(d.w.closing, s.Close)
	}
	return d.open
}

func (d *hubFolder) book() hubBook { return openBook(d.look()) }

// Len implements [Contents].
func (d *hubFolder) Len() int { return d.book().Len() }

// Scopes implements [Contents].
func (d *hubFolder) Scopes() []oplog.Scope { return d.book().Scopes() }

// Each implements [Contents].
func (d *hubFolder) Each(s oplog.Scope, visit func(oplog.Entry, oplog.Verdict)) {
	d.book().Each(s, visit)
}

// Find implements [Contents].
func (d *hubFolder) Find(ctx context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	return d.book().Find(ctx, s, hashes)
}

// Origin implements [Disk].
func (*hubFolder) Origin() (none oplog.Origin) { return none }

// Start implements [Disk].
func (d *hubFolder) Start(r Life) (Book, exchange.Replica, error) {
	b := d.book()
	return b, hub.NewLog(gate{b.storage, r.p}), nil
}

// End implements [Disk].
func (d *hubFolder) End() { *d = *d.copied(true) }

// headFileName is that of the file that says how much was committed.
const headFileName = "head"

// copied is another folder with the same files, the head file if it is wanted.
func (d *hubFolder) copied(head bool) *hubFolder {
	c := &hubFolder{w: d.w, dir: filepath.Join(d.w.over.Hubs, d.w.id("hub"))}
	CopyFiles(d.dir, c.dir, func(name string) bool { return head || name != headFileName })
	return c
}

// Unsynced implements [Disk].
func (d *hubFolder) Unsynced() { OneCommitLess(filepath.Join(d.dir, headFileName)) }

// Backup implements [Disk].
func (d *hubFolder) Backup() Disk { return d.copied(false) }

// PutBack implements [Disk].
func (d *hubFolder) PutBack(backup Disk, head bool) Disk {
	c := backup.(*hubFolder).copied(false)
	if head {
		CopyFiles(d.dir, c.dir, func(name string) bool { return name == headFileName })
	}
	return c
}

// Restore implements [Disk], with the hub's own backup and restore.
func (d *hubFolder) Restore(backup Disk) Disk {
	c := &hubFolder{w: d.w, dir: filepath.Join(d.w.over.Hubs, d.w.id("hub"))}
	file := c.dir + ".backup"
	_, err := backup.(*hubFolder).copied(false).look().BackupTo(background, file)
	if err == nil {
		_, err = sqlite.Restore(background, file, c.dir)
	}
	if err != nil {
		panic(err)
	}
	return c
}

// Clone implements [Disk]. Nobody clones a hub.
func (d *hubFolder) Clone() Disk { return d.copied(true) }

// OneCommitLess makes a head file what it was before the newest commit: it is not synced with each. It holds 16 bytes of a name and 8 of a
// count, a hub's as a machine's.
func OneCommitLess(path string) {
	const name, size = 16, 24
	body, err := os.ReadFile(path)
	if err != nil || len(body) != size {
		return
	}
	if n := binary.BigEndian.Uint64(body[name:]); n > 0 {
		binary.BigEndian.PutUint64(body[name:], n-1)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			panic(err)
		}
	}
}

// CopyFiles copies the files of a data folder, as they are at this moment, into a new one. SQLite's index of the journal
// and locks are not part of what a program leaves.
func CopyFiles(from, to string, which func(name string) bool) {
	err := os.MkdirAll(to, 0o700)
	var list []fs.DirEntry
	if err == nil {
		list, err = os.ReadDir(from)
	}
	for _, f := range list {
		if name := f.Name(); f.Type().IsRegular() && !strings.HasSuffix(name, "-shm") && !strings.HasPrefix(name, "lock") && which(name) {
			body, bad := os.ReadFile(filepath.Join(from, name))
			err = errors.Join(err, bad, os.WriteFile(filepath.Join(to, name), body, 0o600))
		}
	}
	if err != nil {
		panic(err)
	}
}
