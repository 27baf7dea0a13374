package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"linli/sync/hub"

	"modernc.org/sqlite"
)

// Copied says what is in a copy.
type Copied struct {
	Bytes   int64
	Entries int64
	Halls   int
}

// contents are what a copy must have in common with its source.
type contents struct {
	states []hub.State
	halls  []string
}

func (c contents) equal(o contents) bool {
	return slices.Equal(c.states, o.states) && slices.Equal(c.halls, o.halls)
}

func (c contents) copied() Copied {
	out := Copied{Halls: len(c.halls)}
	for _, st := range c.states {
		out.Entries += st.Seq
	}
	return out
}

func readContents(s *snapshot) (c contents, err error) {
	if c.states, err = s.States(); err != nil {
		return c, err
	}
	halls, err := s.Halls()
	for _, h := range halls {
		c.halls = append(c.halls, h.ID)
	}
	return c, err
}

// BackupTo copies the data as they are at one moment to a new file at path, while work goes on. It counts only after it was
// opened and checked; until then nothing stands under that name. A copy has no codes and no log id: wherever it is put
// in place, it is another copy of the logs.
func (s *Storage) BackupTo(ctx context.Context, path string) (Copied, error) {
	c, err := s.backupTo(ctx, path)
	return c, translate("back up", err)
}

func (s *Storage) backupTo(ctx context.Context, path string) (c Copied, err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".linli-*.tmp") // mode 0600
	if err != nil {
		return c, err
	}
	name := tmp.Name()
	if err := tmp.Close(); err != nil {
		return c, err
	}
	defer removeDatabase(name)
	want, err := s.copyTo(ctx, name)
	if err != nil {
		return c, err
	}
	if err := mark(ctx, name); err != nil {
		return c, err
	}
	got, err := checkCopy(ctx, name)
	if err == nil && !got.equal(want) {
		err = hub.ErrDamaged
	}
	if err != nil {
		return c, fmt.Errorf("read the backup again: %w", err)
	}
	c = want.copied()
	if c.Bytes, err = syncFile(name); err != nil {
		return c, err
	}
	if err := os.Rename(name, path); err != nil {
		return c, err
	}
	return c, hub.SyncDir(dir)
}

// copyTo copies one snapshot on a connection of its own, so that views and updates go on.
func (s *Storage) copyTo(ctx context.Context, path string) (want contents, err error) {
	db, err := sql.Open("sqlite", readerDSN(filepath.Join(s.dir, DatabaseFile)))
	if err != nil {
		return want, err
	}
	defer func() { _ = db.Close() }()
	c, err := connect(ctx, db)
	if err != nil {
		return want, err
	}
	defer func() { _ = c.close() }()
	if err := c.exec("BEGIN"); err != nil {
		return want, err
	}
	if want, err = readContents(newSnapshot(ctx, c)); err != nil {
		return want, err
	}
	return want, c.c.Raw(func(dc any) error {
		b, err := dc.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		}).NewBackup(dsn(path, "_pragma=synchronous(FULL)"))
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		return errors.Join(err, b.Finish())
	})
}

// mark makes a copy forget which copy of the logs it was, who wrote as what, and whom it would have let in.
func mark(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "_pragma=journal_mode(DELETE)", "_pragma=synchronous(FULL)", "_pragma=trusted_schema(0)"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `BEGIN IMMEDIATE; UPDATE replica SET log_id = '`+restored+`'; UPDATE hall SET writer = NULL; DELETE FROM code; UPDATE miss SET count = 0; COMMIT;`)
	return errors.Join(err, db.Close())
}

// checkCopy opens a database that nobody uses and answers what is in it. [hub.ErrDamaged] when SQLite's own check does not
// pass, or it is some other program's.
func checkCopy(ctx context.Context, path string) (got contents, err error) {
	// immutable: no side files come into being beside it.
	db, err := sql.Open("sqlite", dsn(path, "immutable=1", "mode=ro", "_pragma=trusted_schema(0)"))
	if err != nil {
		return got, err
	}
	defer func() { _ = db.Close() }()
	c, err := connect(ctx, db)
	if err != nil {
		return got, err
	}
	defer func() { _ = c.close() }()
	v, err := version(ctx, c.c)
	if err == nil && v == 0 {
		err = hub.ErrDamaged
	}
	if err != nil {
		return got, err
	}
	if err := integrity(c); err != nil {
		return got, err
	}
	return readContents(newSnapshot(ctx, c))
}

// integrity asks SQLite whether the file is whole. What it answers may quote the file and is not passed on.
func integrity(c *conn) error {
	var answer string
	if err := c.row("PRAGMA integrity_check(1)").Scan(&answer); err != nil {
		return err
	}
	if answer != "ok" {
		return hub.ErrDamaged
	}
	return nil
}

// Integrity asks SQLite whether the file is whole: [hub.ErrDamaged] when it is not.
func (s *Storage) Integrity(ctx context.Context) error {
	c, err := s.reader(ctx, s.pool)
	if err != nil {
		return err
	}
	defer func() { s.pool <- c }()
	return translate("check the file", integrity(c))
}

// Restore puts a backup in place in dir, which is empty or does not exist. After an error it is as it was. Errors:
// [hub.ErrNotEmpty], [hub.ErrDamaged] for what is no whole backup, [hub.ErrNewer].
func Restore(ctx context.Context, from, dir string) (Copied, error) {
	c, err := restore(ctx, from, dir)
	return c, translate("restore", err)
}

func restore(ctx context.Context, from, dir string) (c Copied, err error) {
	entries, err := os.ReadDir(dir)
	made := errors.Is(err, fs.ErrNotExist)
	switch {
	case made:
		err = hub.MakeDir(dir)
	case err == nil && len(entries) > 0:
		err = hub.ErrNotEmpty
	}
	if err != nil {
		return c, err
	}
	name := filepath.Join(dir, ".restore.db")
	defer func() {
		removeDatabase(name)
		if err != nil && made {
			_ = os.Remove(dir)
		}
	}()
	if err := copyFile(name, from); err != nil {
		return c, err
	}
	got, err := checkCopy(ctx, name)
	if err != nil {
		return c, err
	}
	c = got.copied()
	if err := mark(ctx, name); err != nil {
		return c, err
	}
	if c.Bytes, err = syncFile(name); err != nil {
		return c, err
	}
	if err := os.Rename(name, filepath.Join(dir, DatabaseFile)); err != nil {
		return c, err
	}
	return c, hub.SyncDir(dir)
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

// removeDatabase removes a database that is not needed, with what SQLite may have put beside it.
func removeDatabase(path string) {
	for _, suffix := range []string{"", "-journal", "-wal", "-shm"} {
		_ = os.Remove(path + suffix)
	}
}

func syncFile(path string) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err == nil {
		size = info.Size()
	}
	return size, errors.Join(err, f.Sync(), f.Close())
}
