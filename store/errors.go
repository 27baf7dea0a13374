package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"linli/app"
	"linli/store/seal"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// translate is the one place where errors of SQLite, of the disk and of the keys
// become the hall's. op names the step for the log.
func translate(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *app.Error
	if errors.As(err, &known) {
		if known.Op == "" {
			c := *known
			c.Op = op
			return &c
		}
		return err
	}
	return &app.Error{Code: codeOf(err), Op: op, Err: err}
}

func codeOf(err error) app.Code {
	var known *app.Error
	if errors.As(err, &known) {
		return known.Code
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return app.CodeDiskFull
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return app.CodeReadOnly
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return app.CodeDamaged
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return app.CodeBusy
		case sqlite3.SQLITE_IOERR:
			if strings.Contains(se.Error(), "no space") {
				return app.CodeDiskFull
			}
		}
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return app.CodeNotFound
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return app.CodeDiskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return app.CodeReadOnly
	case errors.Is(err, seal.ErrNoKey), errors.Is(err, seal.ErrDamagedKey), errors.Is(err, seal.ErrOtherKey), errors.Is(err, seal.ErrUnknownKey), errors.Is(err, seal.ErrWrongKey):
		return app.CodeNoKey
	case errors.Is(err, seal.ErrNewerKey):
		return app.CodeNewerData
	case errors.Is(err, seal.ErrAltered), errors.Is(err, seal.ErrNotSealed):
		return app.CodeDamaged
	}
	return app.CodeInternal
}
