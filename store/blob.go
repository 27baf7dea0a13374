package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// blobsDir lies in the data folder and holds the contents of attachments, sealed, each
// in a file of its own under the SHA-256 of its bytes: blobs/ab/ab12…. A file has that name once all of
// it is on the disk, and is never written again. What is on its way has ".part" behind
// its name and goes on from there after an interruption.
const blobsDir = "blobs"

const (
	partSuffix    = ".part"
	damagedSuffix = ".damaged" // its bytes are not what its name says
	blobNew       = ".new-*"   // it has no name yet
)

// blobReserve is what has to stay free on the disk when an attachment comes from
// another machine: entries are worth more.
const blobReserve = 256 << 20

// blobFolder keeps them.
type blobFolder struct {
	dir       string
	attaching sync.Mutex // held while somebody attaches
	mu        sync.Mutex
	taken     map[oplog.Hash]bool // somebody is bringing it
}

// openBlobs finishes what a restore began, and clears away what an earlier run was sealing when it ended.
func openBlobs(dir string) (*blobFolder, error) {
	b := &blobFolder{dir: filepath.Join(dir, blobsDir), taken: map[oplog.Hash]bool{}}
	left, _ := filepath.Glob(filepath.Join(b.dir, blobNew))
	for _, l := range left {
		_ = os.Remove(l)
	}
	return b, adoptBlobs(dir)
}

func (b *blobFolder) path(hash oplog.Hash) string {
	name := hash.String()
	return filepath.Join(b.dir, name[:2], name)
}

// has answers whether it is there. One of another size is not: it comes again.
func (b *blobFolder) has(hash oplog.Hash, size int64) bool {
	info, err := os.Stat(b.path(hash))
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// take lets one bring an attachment at a time, and answers how they let go of it.
func (b *blobFolder) take(hash oplog.Hash) (free func(), ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken[hash] {
		return nil, false
	}
	b.taken[hash] = true
	var once sync.Once
	return func() {
		once.Do(func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			delete(b.taken, hash)
		})
	}, true
}

// put keeps what write writes, durably, and answers its name and whether it was not there before.
func (b *blobFolder) put(write func(io.Writer) error) (hash oplog.Hash, fresh bool, err error) {
	if err := seal.MakeDir(b.dir); err != nil {
		return hash, false, err
	}
	f, err := os.CreateTemp(b.dir, blobNew) // mode 0600
	if err != nil {
		return hash, false, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // once it is kept there is none
	sum := sha256.New()
	n := &counter{w: io.MultiWriter(f, sum)}
	err = write(n)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return hash, false, err
	}
	hash = oplog.Hash(sum.Sum(nil))
	if b.has(hash, n.n) {
		return hash, false, nil
	}
	return hash, true, b.keep(f.Name(), hash)
}

// keep gives a file that is on the disk its name.
func (b *blobFolder) keep(from string, hash oplog.Hash) error {
	path := b.path(hash)
	if err := seal.MakeDir(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Rename(from, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// setAside takes one away whose bytes are not what its name says, so that it can come again.
func (b *blobFolder) setAside(hash oplog.Hash) {
	_ = os.Rename(b.path(hash), b.path(hash)+damagedSuffix)
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// BlobPart is an attachment on its way in: what is there already, and what is added. It belongs to one
// goroutine.
type BlobPart struct {
	b     *blobFolder
	hash  oplog.Hash
	size  int64
	f     *os.File // nil when it was whole before
	free  func()
	told  func() // once it is kept
	have  int64
	read  int64
	whole bool
	ended bool
}

// part opens one of that size. What was begun of another size is begun anew.
func (b *blobFolder) part(hash oplog.Hash, size int64, told func()) (*BlobPart, error) {
	free, ok := b.take(hash)
	if !ok {
		return nil, &exchange.BusyError{After: 5 * time.Second}
	}
	p := &BlobPart{b: b, hash: hash, size: size, free: free, told: told}
	if b.has(hash, size) {
		p.have, p.whole = size, true
		return p, nil
	}
	err := seal.MakeDir(filepath.Dir(b.path(hash)))
	if err == nil {
		p.f, err = os.OpenFile(b.path(hash)+partSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err == nil {
		var info fs.FileInfo
		if info, err = p.f.Stat(); err == nil {
			p.have = info.Size()
		}
	}
	if err == nil && p.have > size {
		p.have = 0
		err = p.f.Truncate(0)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// Have is how many bytes are there.
func (p *BlobPart) Have() int64 { return p.have }

// Whole answers whether it is kept, by now or from before.
func (p *BlobPart) Whole() bool { return p.whole }

// Read reads what is there, from its beginning.
func (p *BlobPart) Read(b []byte) (int, error) {
	if p.f == nil || p.read >= p.have {
		return 0, io.EOF
	}
	n, err := p.f.ReadAt(b[:min(int64(len(b)), p.have-p.read)], p.read)
	p.read += int64(n)
	return n, err
}

// Write appends.
func (p *BlobPart) Write(b []byte) (int, error) {
	if p.f == nil || p.have+int64(len(b)) > p.size {
		return 0, fmt.Errorf("store: more of an attachment than there is of it")
	}
	n, err := p.f.WriteAt(b, p.have)
	p.have += int64(n)
	return n, translate("blob.write", err)
}

// Keep makes it an attachment that is here, durably. Its hash was checked by whoever calls.
func (p *BlobPart) Keep() error {
	err := p.f.Sync()
	if err = errors.Join(err, p.f.Close()); err == nil {
		err = p.b.keep(p.f.Name(), p.hash)
	}
	p.ended, p.whole = true, err == nil
	p.free()
	if p.whole && p.told != nil {
		p.told()
	}
	return translate("blob.keep", err)
}

// Drop throws it away: its hash is wrong.
func (p *BlobPart) Drop() error {
	err := errors.Join(p.f.Close(), os.Remove(p.f.Name()))
	p.ended = true
	p.free()
	return translate("blob.drop", err)
}

// Close lets go of it. What is there waits for the next try.
func (p *BlobPart) Close() error {
	defer p.free()
	if p.ended || p.f == nil {
		return nil
	}
	p.ended = true
	return p.f.Close()
}

// Blob is the content of an attachment as it travels.
type Blob struct {
	Scope oplog.Scope
	Hash  oplog.Hash
	Size  int64 // sealed
}

// blobs lists the contents that the rows name, and for each a row. A row of another machine may say anything.
func (s *Store) blobs(ctx context.Context, where string, args ...any) (list []Blob, ids []string, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hash, size, min(id) FROM attachment a WHERE hash IS NOT NULL AND size BETWEEN 1 AND ? `+where+` GROUP BY hash, size ORDER BY min(id)`,
		append([]any{app.MaxAttachment}, args...)...)
	if err != nil {
		return nil, nil, err
	}
	type row struct {
		hash, id string
		size     int64
	}
	found, err := collect(rows, func(sc scanner) (r row, err error) { err = sc.Scan(&r.hash, &r.size, &r.id); return r, err })
	scope := oplog.HallScope(s.hall, byName["attachment"].Scope)
	for _, r := range found {
		if hash, err := oplog.ParseHash(r.hash); err == nil {
			list, ids = append(list, Blob{scope, hash, seal.SealedSize(r.size)}), append(ids, r.id)
		}
	}
	return list, ids, err
}

// MissingBlobs lists the contents that are not here.
func (s *Store) MissingBlobs(ctx context.Context) ([]Blob, error) {
	list, _, err := s.blobs(ctx, "")
	out := list[:0]
	for _, b := range list {
		if !s.files.has(b.Hash, b.Size) {
			out = append(out, b)
		}
	}
	return out, translate("blob.missing", err)
}

// BlobsBeyond lists the contents that are here and not known to be where that log is.
func (s *Store) BlobsBeyond(ctx context.Context, log string) ([]Blob, error) {
	list, _, err := s.blobs(ctx, `AND NOT EXISTS (SELECT 1 FROM blob_held h WHERE h.log = ? AND h.hash = a.hash)`, log)
	out := list[:0]
	for _, b := range list {
		if s.files.has(b.Hash, b.Size) {
			out = append(out, b)
		}
	}
	return out, translate("blob.beyond", err)
}

// NoteBlobs remembers that contents are where that log is.
func (s *Store) NoteBlobs(ctx context.Context, log string, hashes ...oplog.Hash) error {
	if len(hashes) == 0 {
		return nil
	}
	return s.Write(ctx, Action{Verb: "blob.note"}, func(tx *Tx) error {
		for _, h := range hashes {
			if _, err := tx.Exec(`INSERT OR IGNORE INTO blob_held(log, hash) VALUES (?,?)`, log, h.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetBlobs forgets where contents are known to be.
func (s *Store) ForgetBlobs(ctx context.Context) error {
	return s.Write(ctx, Action{Verb: "blob.forget"}, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM blob_held`)
		return err
	})
}

// wants answers whether a row of the scope names that content, of that sealed size; 0 for any.
func (s *Store) wants(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64) (Blob, error) {
	list, _, err := s.blobs(ctx, `AND hash = ?`, hash.String())
	if err != nil {
		return Blob{}, err
	}
	for _, b := range list {
		if b.Scope == scope && (size == 0 || size == b.Size) {
			return b, nil
		}
	}
	return Blob{}, app.Fail(app.CodeNotFound)
}

// OpenBlob opens a whole content for another machine that may read the scope. Only what belongs to that scope is
// there: CodeNotFound for all else.
func (s *Store) OpenBlob(ctx context.Context, scope oplog.Scope, hash oplog.Hash) (*os.File, error) {
	const op = "blob.open"
	b, err := s.wants(ctx, scope, hash, 0)
	if err != nil {
		return nil, translate(op, err)
	}
	if !s.files.has(hash, b.Size) {
		return nil, &app.Error{Code: app.CodeNotFound, Op: op}
	}
	f, err := os.Open(s.files.path(hash))
	return f, translate(op, err)
}

// OpenPart opens what has come of a content. CodeNotFound when no row of the scope names it: nobody can fill
// this machine's disk with what nobody attached. An [exchange.BusyError] while somebody else brings it, and
// when the disk is too full for it.
func (s *Store) OpenPart(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64) (*BlobPart, error) {
	const op = "blob.part"
	b, err := s.wants(ctx, scope, hash, size)
	if err != nil {
		return nil, translate(op, err)
	}
	if free, err := diskFree(s.dir); err == nil && free < b.Size+blobReserve && !s.files.has(hash, size) {
		return nil, &exchange.BusyError{After: 10 * time.Minute}
	}
	p, err := s.files.part(hash, size, func() { s.bus.Publish(app.Changed{Table: "attachment"}) })
	var busy *exchange.BusyError
	if errors.As(err, &busy) {
		return nil, busy
	}
	return p, translate(op, err)
}
