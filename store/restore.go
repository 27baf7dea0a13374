package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"linli/app"
	"linli/store/seal"
)

// Restore makes a hall in dir, which must be empty or not exist, from a backup.
// The keys are this machine's own, or come from the recovery sheet as it was
// typed or scanned, and are then kept on this machine. The restored hall opens as
// a new origin with a machine number of its own: the old one may still be at
// work, and may have written more than the backup has.
//
// Errors: CodeNotEmpty; CodeUnreadable with Field "sheet" (args: the mistyped
// line 1–4, or 0 when lines of different sheets were mixed) or without (not a
// backup, cut short, or damaged); CodeNoKey (no key here, or the sheet is another
// hall's); CodeNewerData. After an error dir is as empty as before.
func Restore(ctx context.Context, from, dir string, o Options, sheet string) error {
	return translate("store: restore", restore(ctx, from, dir, o, sheet))
}

func restore(ctx context.Context, from, dir string, o Options, sheet string) (err error) {
	if o, err = o.withDefaults(); err != nil {
		return err
	}
	made, err := emptyDir(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && made {
			_ = os.Remove(dir)
		}
	}()
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	head, err := readBackupHeader(src)
	if err != nil {
		return err
	}
	name := head.Keys
	if name == "" {
		name = head.Hall
	}
	ring, err := restoreRing(o.Keys, name, sheet)
	if errors.Is(err, seal.ErrNoKey) && name != head.Hall {
		// Another machine of the hall may have to serve: the one that made it, or one with the sheet.
		name = head.Hall
		ring, err = restoreRing(o.Keys, name, sheet)
	}
	if err != nil {
		return err
	}
	if sheet != "" {
		name = head.Hall // what the sheet gives is the whole hall's
	}
	private, err := privateDir(dir)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(private) }()
	plain := filepath.Join(private, DatabaseFile)
	if err := openBackup(plain, src, head, ring); err != nil {
		return err
	}
	state, err := checkCopy(ctx, plain)
	if codeOf(err) == app.CodeDamaged || err == nil && state.hall != head.Hall {
		return app.Fail(app.CodeUnreadable, "backup")
	}
	if err != nil {
		return err
	}
	if err := markRestored(ctx, plain, name); err != nil {
		return err
	}
	placed := false
	defer func() {
		if err != nil && !placed {
			_ = os.RemoveAll(filepath.Join(dir, restoredBlobs))
		}
	}()
	if err := restoreBlobs(src, head, from, dir, ring); err != nil {
		return err
	}
	if err := o.Keys.Save(name, ring); err != nil {
		return err
	}
	if err := os.Rename(plain, filepath.Join(dir, DatabaseFile)); err != nil {
		return err
	}
	placed = true
	// On the disk before the contents take their place: those alone would be no hall, and no empty folder.
	if err := syncDir(dir); err != nil {
		return err
	}
	return adoptBlobs(dir)
}

// emptyDir answers whether it had to make the folder.
func emptyDir(dir string) (made bool, err error) {
	there, err := vacant(dir)
	if err == nil && !there {
		return true, seal.MakeDir(dir)
	}
	return false, err
}

// Vacant answers CodeNotEmpty for a folder in which there is something already. What
// makes a machine elsewhere known asks before it does.
func Vacant(dir string) error {
	_, err := vacant(dir)
	return translate("store: look into the folder", err)
}

// notes are what a program writes about itself into a folder that it found empty.
var notes = []string{"linli.log", "linli.log.1", "crash.log"}

func vacant(dir string) (there bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return true, err
	}
	for _, e := range entries {
		// What a restore left that was cut off is no hall; the next one clears it away.
		if !strings.HasPrefix(e.Name(), privatePrefix) && e.Name() != restoredBlobs && !slices.Contains(notes, e.Name()) {
			return true, app.Fail(app.CodeNotEmpty, dir)
		}
	}
	return true, nil
}

// restoreRing finds the hall's keys. Where this machine has them, it keeps them
// even when a sheet was typed: they also know which machine numbers were used.
func restoreRing(keys seal.KeyStore, hall, sheet string) (*seal.Ring, error) {
	ring, err := keys.Load(hall)
	if sheet == "" {
		return ring, err
	}
	root, bad := seal.ParseSheet(sheet)
	var fault *seal.SheetError
	if errors.As(bad, &fault) {
		return nil, &app.Error{Code: app.CodeUnreadable, Field: "sheet", Args: []string{strconv.Itoa(fault.Line)}, Err: bad}
	}
	if bad != nil {
		return nil, bad
	}
	if err == nil && ring.Root() == root {
		return ring, nil
	}
	return seal.RingFromRoot(root, rand.Reader)
}

// restoredOrigin stands in replica.origin until the restored hall is opened and
// becomes an origin of its own.
const restoredOrigin = ""

// markRestored makes a database forget who wrote it, and what was done by the
// clock on the machine that it comes from.
func markRestored(ctx context.Context, path, keys string) error {
	db, err := sql.Open("sqlite", dsn(path, "_pragma=journal_mode(DELETE)", "_pragma=synchronous(FULL)", "_pragma=trusted_schema(0)"))
	if err != nil {
		return err
	}
	if err = migratePlain(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	_, err = db.ExecContext(ctx, `BEGIN IMMEDIATE; UPDATE replica SET origin = '`+restoredOrigin+`', commits = 0, keys = ?; DELETE FROM job_run; DELETE FROM delivery; DELETE FROM blob_held; COMMIT;`, keys)
	return errors.Join(err, db.Close())
}

// migratePlain brings a copy from an older program up to date before it is marked:
// the backup itself is the copy from before.
func migratePlain(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, conn, nil), conn.Close())
}
