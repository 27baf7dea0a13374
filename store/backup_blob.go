package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// A backup on another medium has the contents of attachments too, so that it is
// the whole hall: behind the sealed database, whose length the header then says, follows a second
// sealed part, of each content its hash, its size (8 bytes, big endian) and its
// bytes, which are sealed as they lie in the folder. The hourly backups in the data folder do
// without: they guard against a damaged database, and the contents lie beside
// them, each written once and never changed; ten copies of every scan would fill the
// disk. A restore from one of those takes the contents from there.

// restoredBlobs is where a restore puts contents until the database is in its place.
const restoredBlobs = ".restored-blobs"

// blobArchive reads the contents as the second part of a backup has them.
type blobArchive struct {
	ctx   context.Context
	files *blobFolder
	list  []Blob    // that are not begun yet
	now   io.Reader // nil between two
	f     *os.File
}

func (a *blobArchive) Read(p []byte) (int, error) {
	for {
		if a.now == nil {
			if err := a.next(); err != nil {
				return 0, err
			}
		}
		n, err := a.now.Read(p)
		if errors.Is(err, io.EOF) {
			a.now = nil
			err = a.f.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (a *blobArchive) next() (err error) {
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if len(a.list) == 0 {
		return io.EOF
	}
	b := a.list[0]
	a.list = a.list[1:]
	if a.f, err = os.Open(a.files.path(b.Hash)); err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint64(bytes.Clone(b.Hash[:]), uint64(b.Size))
	a.now = io.MultiReader(bytes.NewReader(head), a.f)
	return nil
}

// blobsToBackUp lists the contents that are here and whole. One whose bytes have changed is set aside: it
// comes again from another machine, and the backup must not fail for it.
func (s *Store) blobsToBackUp(ctx context.Context) ([]Blob, error) {
	list, _, err := s.blobs(ctx, "")
	out := list[:0]
	seen := map[oplog.Hash]bool{}
	for _, b := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if seen[b.Hash] || !s.files.has(b.Hash, b.Size) {
			continue
		}
		seen[b.Hash] = true
		hash, err := hashFile(s.files.path(b.Hash))
		if err != nil {
			return nil, err
		}
		if hash != b.Hash {
			s.files.setAside(b.Hash)
			continue
		}
		out = append(out, b)
	}
	return out, err
}

// readBlobArchive opens the second part of a backup and hands out each content. What each is told must be read to its
// end before each returns.
func readBlobArchive(src io.Reader, ring *seal.Ring, each func(hash oplog.Hash, content io.Reader) error) error {
	pr, pw := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = pw.CloseWithError(ring.OpenFile(pw, src)) // what reads gets its error, and io.EOF for none
	}()
	err := readBlobs(pr, each)
	_ = pr.Close()
	<-ended
	return backupFault(err)
}

func readBlobs(src io.Reader, each func(hash oplog.Hash, content io.Reader) error) error {
	for {
		var head [len(oplog.Hash{}) + 8]byte
		switch _, err := io.ReadFull(src, head[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		hash, size := oplog.Hash(head[:]), int64(binary.BigEndian.Uint64(head[len(oplog.Hash{}):]))
		if size < 1 || size > seal.SealedSize(app.MaxAttachment) {
			return app.Fail(app.CodeUnreadable, "backup")
		}
		sum := sha256.New()
		n := &counter{w: sum}
		if err := each(hash, io.TeeReader(io.LimitReader(src, size), n)); err != nil {
			return err
		}
		if n.n != size || oplog.Hash(sum.Sum(nil)) != hash {
			return app.Fail(app.CodeUnreadable, "backup")
		}
	}
}

// restoreBlobs puts the contents of a backup beside the place where the hall will be. from is the backup's own
// path: one without contents was perhaps made beside them.
func restoreBlobs(src io.Reader, head backupHeader, from, dir string, ring *seal.Ring) error {
	aside := &blobFolder{dir: filepath.Join(dir, restoredBlobs)}
	if err := os.RemoveAll(aside.dir); err != nil { // of a restore that was cut off
		return err
	}
	keep := func(want oplog.Hash, content io.Reader) error {
		hash, _, err := aside.put(func(w io.Writer) error { _, err := io.Copy(w, content); return err })
		if err == nil && hash != want {
			err = os.Remove(aside.path(hash))
		}
		return err
	}
	if head.Database > 0 {
		return readBlobArchive(src, ring, keep)
	}
	if filepath.Base(filepath.Dir(from)) != backupsDir {
		return nil
	}
	beside, err := os.OpenRoot(filepath.Join(filepath.Dir(filepath.Dir(from)), blobsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = beside.Close() }()
	return fs.WalkDir(beside.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		hash, bad := oplog.ParseHash(d.Name())
		if bad != nil {
			return nil // a part, or one that was set aside
		}
		f, err := beside.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		return keep(hash, f)
	})
}

// adoptBlobs gives the contents of a restore their place, once the database is in its own. It waits for no disk: what a
// power cut takes back is done again when the hall is opened.
func adoptBlobs(dir string) error {
	aside, place := filepath.Join(dir, restoredBlobs), filepath.Join(dir, blobsDir)
	if _, err := os.Stat(aside); err != nil {
		return nil
	}
	if _, err := os.Stat(place); err == nil {
		return nil
	}
	return os.Rename(aside, place)
}
