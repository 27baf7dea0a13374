package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"

	"modernc.org/sqlite"
)

// backupsDir lies in the data folder. It guards against mistakes and damage, not
// against the loss of the disk: for that, back up to another medium.
const backupsDir = "backups"

// Backups that are kept in backupsDir: the newest few, and the newest of each of
// the last days.
const (
	keepNewest = 3
	keepDays   = 7
)

const (
	backupExt    = ".linlibackup"
	backupLayout = "20060102T150405Z"
	// backupUnfinished are the names of backups that do not count yet.
	backupUnfinished = ".linli-*.tmp"
)

// copyState is what a copy of the database must have in common with its source.
type copyState struct {
	hall    string
	entries int64
	newest  []byte // hash of the entry written last
}

func (l copyState) equal(o copyState) bool {
	return l.hall == o.hall && l.entries == o.entries && bytes.Equal(l.newest, o.newest)
}

func readCopyState(ctx context.Context, conn querier) (l copyState, err error) {
	if err = conn.QueryRowContext(ctx, `SELECT hall FROM replica`).Scan(&l.hall); err != nil {
		return l, err
	}
	if err = conn.QueryRowContext(ctx, `SELECT count(*) FROM entry`).Scan(&l.entries); err != nil {
		return l, err
	}
	err = conn.QueryRowContext(ctx, `SELECT hash FROM entry ORDER BY seq DESC LIMIT 1`).Scan(&l.newest)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return l, err
}

// BackupTo writes the whole hall, sealed, to a new file at path, contents of attachments
// included as far as they are here. It counts, and
// is recorded, only after it has been read back, opened and checked; until then
// nothing stands under that name. Work goes on meanwhile. Errors: CodeDiskFull,
// CodeReadOnly, CodeDamaged when the database itself is not whole.
func (s *Store) BackupTo(ctx context.Context, path string) error {
	return s.backUp(ctx, path, true)
}

func (s *Store) backUp(ctx context.Context, path string, whole bool) error {
	err := s.backupTo(ctx, path, whole)
	if noted := s.NoteRun(ctx, jobBackup, s.clock.Now(), err); err == nil {
		err = noted
	}
	return translate("store: back up", err)
}

func (s *Store) backupTo(ctx context.Context, path string, whole bool) error {
	// One at a time: each clears away the plain copies that it finds.
	s.backups.Lock()
	defer s.backups.Unlock()
	// The plain copy stays beside the database, which is no more and no less open
	// than it; only sealed bytes leave the folder.
	private, err := privateDir(s.dir)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(private) }()
	plain := filepath.Join(private, "copy.db")
	want, err := s.copyInUse(ctx, plain)
	if err != nil {
		return err
	}
	var blobs []Blob
	if whole {
		if blobs, err = s.blobsToBackUp(ctx); err != nil {
			return err
		}
	}
	target := filepath.Dir(path)
	if err := seal.MakeDir(target); err != nil {
		return err
	}
	if target == filepath.Join(s.dir, backupsDir) {
		// Nobody else makes backups here: these were cut off.
		left, _ := filepath.Glob(filepath.Join(target, backupUnfinished))
		for _, l := range left {
			_ = os.Remove(l)
		}
	}
	tmp, err := os.CreateTemp(target, backupUnfinished)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = s.sealBackup(ctx, tmp, plain, blobs)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := s.reopen(ctx, tmp.Name(), filepath.Join(private, "again.db"), want); err != nil {
		return fmt.Errorf("read the backup again: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(target)
}

// copyInUse copies one snapshot of the database on a connection of its own, so
// that the writer goes on, and checks the copy.
func (s *Store) copyInUse(ctx context.Context, path string) (want copyState, err error) {
	db, err := sql.Open("sqlite", readerDSN(filepath.Join(s.dir, DatabaseFile)))
	if err != nil {
		return want, err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return want, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return want, err
	}
	if want, err = readCopyState(ctx, conn); err != nil {
		return want, err
	}
	return want, copyDatabase(conn, path)
}

// copyDatabase copies the database of conn, in use or not, to a new plain file
// and checks that the copy is whole.
func copyDatabase(conn *sql.Conn, path string) error {
	if err := seal.MakeDir(filepath.Dir(path)); err != nil {
		return err
	}
	err := conn.Raw(func(dc any) error {
		b, err := dc.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		}).NewBackup(dsn(path, "_pragma=synchronous(FULL)"))
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		return errors.Join(err, b.Finish())
	})
	if err == nil {
		_, err = checkCopy(background, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// checkCopy opens a database that nobody uses and answers what is in it, or an
// error when SQLite's own check does not pass.
func checkCopy(ctx context.Context, path string) (l copyState, err error) {
	// immutable: no side files come into being beside it.
	db, err := sql.Open("sqlite", dsn(path, "immutable=1", "mode=ro", "_pragma=trusted_schema(0)"))
	if err != nil {
		return l, err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return l, err
	}
	defer func() { _ = conn.Close() }()
	v, err := version(ctx, conn)
	if err != nil {
		return l, err
	}
	if v == 0 {
		return l, app.Fail(app.CodeUnreadable, filepath.Base(path))
	}
	found := &findings{}
	if err := integrity(ctx, conn, found); err != nil {
		return l, err
	}
	if len(found.problems) > 0 {
		return l, app.Fail(app.CodeDamaged)
	}
	return readCopyState(ctx, conn)
}

// reopen does what a restore would do with the backup and compares.
func (s *Store) reopen(ctx context.Context, path, plain string, want copyState) error {
	src, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	head, err := readBackupHeader(src)
	if err != nil {
		return err
	}
	if err := openBackup(plain, src, head, s.ring); err != nil {
		return err
	}
	if head.Database > 0 {
		look := func(_ oplog.Hash, content io.Reader) error { _, err := io.Copy(io.Discard, content); return err }
		if err := readBlobArchive(src, s.ring, look); err != nil {
			return err
		}
	}
	got, err := checkCopy(ctx, plain)
	if err != nil {
		return err
	}
	if !got.equal(want) {
		return app.Fail(app.CodeDamaged)
	}
	return nil
}

// rotatingBackup makes a backup in the data folder and removes those that are no
// longer kept. It answers the new file.
func (s *Store) rotatingBackup(ctx context.Context) (string, error) {
	dir := filepath.Join(s.dir, backupsDir)
	name := s.clock.Now().UTC().Format(backupLayout)
	path := filepath.Join(dir, name+backupExt)
	for i := 2; ; i++ {
		if _, err := os.Stat(path); err != nil {
			break
		}
		path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, i, backupExt))
	}
	if err := s.backUp(ctx, path, false); err != nil {
		return "", err
	}
	return path, translate("store: rotate backups", rotate(dir, filepath.Base(path)))
}

// rotate removes backups beyond those that are kept. made is the newest whatever
// its name says: the clock may have been set back.
func rotate(dir, made string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		n := e.Name()
		if !strings.HasSuffix(n, backupExt) || len(n) < len(backupLayout) {
			continue
		}
		if _, err := time.Parse(backupLayout, n[:len(backupLayout)]); err == nil {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	keep := map[string]bool{made: true}
	days := map[string]bool{}
	for i, n := range names {
		day := n[:len("20060102")]
		if i < keepNewest || (!days[day] && len(days) < keepDays) {
			keep[n] = true
		}
		days[day] = true
	}
	for _, n := range names {
		if !keep[n] {
			err = errors.Join(err, os.Remove(filepath.Join(dir, n)))
		}
	}
	return err
}

// privatePrefix begins the names of folders for plain copies.
const privatePrefix = ".private-"

// privateDir makes a folder in dir for plain copies and clears away what a power
// cut may have left of earlier ones.
func privateDir(dir string) (string, error) {
	left, _ := filepath.Glob(filepath.Join(dir, privatePrefix+"*"))
	for _, l := range left {
		_ = os.RemoveAll(l)
	}
	return os.MkdirTemp(dir, privatePrefix)
}

// syncDir makes a rename survive a power cut. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
