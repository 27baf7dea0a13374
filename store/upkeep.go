package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"linli/app"
	"linli/assets"
	"linli/store/seal"
)

// upkeep implements app.UpkeepPort.
type upkeep struct{ *Store }

var _ app.UpkeepPort = upkeep{}

// The jobs, as their last-run rows are called.
const (
	jobBackup     = "backup" // of every backup that counts, by whomever
	jobHourly     = "hourly-backup"
	jobCheck      = "check"
	jobCheckpoint = "checkpoint"
)

// settingSheet is set once the recovery sheet's last group has been typed back.
const settingSheet = "sheet_confirmed"

// Jobs lists what the hall does by itself: a check of the database file each day,
// a backup each hour in which something was written, and each hour an attempt
// to fold the write-ahead log into the database.
func (s *Store) Jobs() []app.Job {
	return []app.Job{
		{Name: jobCheck, Every: 24 * time.Hour, Run: s.CheckNow},
		{Name: jobHourly, Every: time.Hour, Run: s.backupWhenNeeded},
		{Name: jobCheckpoint, Every: time.Hour, Run: s.checkpoint},
	}
}

// LastRun answers when a job last ended well; the zero time when it never did.
func (s *Store) LastRun(ctx context.Context, job string) (time.Time, error) {
	r, err := s.jobRun(ctx, job)
	return r.at, err
}

// NoteRun records how a run ended. After a failure the row keeps the time of the
// last good run, and the error's code beside it.
func (s *Store) NoteRun(ctx context.Context, job string, at time.Time, failed error) error {
	code := app.Code("")
	if failed != nil {
		code, at = codeOf(failed), time.Time{}
	}
	return s.Write(ctx, Action{Verb: "job.note"}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO job_run(job, at, ok, code, detail) VALUES (?,?,?,?,'')
			ON CONFLICT(job) DO UPDATE SET at = CASE WHEN excluded.ok THEN excluded.at ELSE at END, ok = excluded.ok, code = excluded.code`,
			job, millis(at), bit(failed == nil), string(code))
		return err
	})
}

// jobRun is a job's last-run row.
type jobRun struct {
	at   time.Time // of the last good run
	ok   bool      // how the last run ended
	code app.Code
}

func (s *Store) jobRun(ctx context.Context, job string) (r jobRun, err error) {
	var at int64
	err = s.read.QueryRowContext(ctx, `SELECT at, ok, code FROM job_run WHERE job = ?`, job).Scan(&at, &r.ok, &r.code)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	r.at = fromMillis(at)
	return r, translate("store: last run", err)
}

// CheckNow asks SQLite whether the database file is whole: CodeDamaged when it
// is not. [Store.Verify] checks much more and takes longer.
func (s *Store) CheckNow(ctx context.Context) error {
	const op = "store: check"
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return translate(op, err)
	}
	defer func() { _ = conn.Close() }()
	found := &findings{}
	if err := integrity(ctx, conn, found); err != nil {
		return translate(op, err)
	}
	if len(found.problems) > 0 {
		return &app.Error{Code: app.CodeDamaged, Op: op}
	}
	return nil
}

// backupWhenNeeded makes a backup unless nothing was written since the last one
// that it made in this run of the program.
func (s *Store) backupWhenNeeded(ctx context.Context) error {
	s.mu.Lock()
	written, saved := s.commits, s.saved
	s.mu.Unlock()
	if written == saved {
		return nil
	}
	if _, err := s.rotatingBackup(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.saved = written
	s.mu.Unlock()
	return nil
}

// checkpoint folds the write-ahead log into the database and empties it. It waits
// for nobody: where a reader is at work it leaves the rest to the next time.
func (s *Store) checkpoint(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return app.Fail(app.CodeNoHall)
	}
	if err := s.exec(`PRAGMA busy_timeout=0`); err != nil {
		return translate("store: checkpoint", err)
	}
	defer func() { _ = s.exec(`PRAGMA busy_timeout=5000`) }()
	var busy, frames, done int
	err := s.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done)
	if codeOf(err) == app.CodeBusy {
		err = nil
	}
	return translate("store: checkpoint", err)
}

// Health implements app.UpkeepPort.
func (u upkeep) Health(ctx context.Context) (app.Health, error) {
	const op = "upkeep.health"
	h := app.Health{DataDir: u.dir, Program: u.version, Schema: SchemaVersion}
	var err error
	if h.DiskFree, err = diskFree(u.dir); err != nil {
		return h, translate(op, err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(filepath.Join(u.dir, DatabaseFile+suffix)); err == nil {
			h.DatabaseSize += info.Size()
		}
	}
	var putBack int64
	err = u.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM resident WHERE deleted = 0),
		(SELECT count(*) FROM case_state WHERE closed_at = 0), EXISTS (SELECT 1 FROM setting WHERE key = ?),
		coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?), 0)`, settingSheet, settingPutBack).
		Scan(&h.Entries, &h.Residents, &h.OpenCases, &h.SheetSeen, &putBack)
	if err != nil {
		return h, translate(op, err)
	}
	backup, err := u.jobRun(ctx, jobBackup)
	if err != nil {
		return h, err
	}
	check, err := u.jobRun(ctx, jobCheck)
	if err != nil {
		return h, err
	}
	h.LastBackup, h.LastBackupErr = backup.at, backup.code
	h.LastCheck, h.CheckOK = check.at, check.ok
	h.PutBack = fromMillis(putBack)
	return h, nil
}

// BackupNow implements app.UpkeepPort.
func (u upkeep) BackupNow(ctx context.Context, by app.Actor) (string, error) {
	if err := by.Require(app.ActBackup); err != nil {
		return "", err
	}
	return u.rotatingBackup(ctx)
}

// RecoverySheet implements app.UpkeepPort. That someone asked for the sheet stays
// on record: it opens everything.
func (u upkeep) RecoverySheet(ctx context.Context, by app.Actor, lang string) ([]byte, error) {
	if err := by.Require(app.ActBackup); err != nil {
		return nil, err
	}
	const op = "upkeep.sheet"
	var name string
	if err := u.read.QueryRowContext(ctx, `SELECT coalesce(name, '') FROM hall WHERE id = ?`, u.hall).Scan(&name); err != nil {
		return nil, translate(op, err)
	}
	pdf, err := seal.SheetPDF(name, u.clock.Now().In(u.zone), u.ring, assets.FontRegular(), sheetLabels(lang))
	if err != nil {
		return nil, translate(op, err)
	}
	err = u.Write(ctx, Action{Actor: by, Verb: op}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO access(id, staff, record, row, "column", at) VALUES (?,?,?,?,?,?)`, NewID(), by.ID, "hall", u.hall, "recovery_sheet", tx.Now.UnixMilli())
		return err
	})
	if err != nil {
		return nil, err
	}
	return pdf, nil
}

func sheetLabels(lang string) seal.SheetLabels {
	t := func(key string) string { return assets.Format(lang, "sheet."+key) }
	return seal.SheetLabels{
		Title: t("title"), Warning: t("warning"), Date: t("date"), DateLayout: t("date-layout"), Key: t("key"),
		Code: t("code"), Scan: t("scan"), Keeper: t("keeper"),
		Instructions: []string{t("step1"), t("step2"), t("step3"), t("step4")},
	}
}

// ConfirmSheet implements app.UpkeepPort: CodeInvalid with Field "group" when the
// group is another.
func (u upkeep) ConfirmSheet(ctx context.Context, by app.Actor, lastGroup string) error {
	if err := by.Require(app.ActBackup); err != nil {
		return err
	}
	if !seal.SheetEndsWith(u.ring.Root(), lastGroup) {
		return app.Bad(app.CodeInvalid, "group")
	}
	return u.Write(ctx, Action{Actor: by, Verb: "upkeep.confirm-sheet"}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO setting(key, value) VALUES (?,?) ON CONFLICT(key) DO UPDATE SET value = excluded.value`, settingSheet, string(u.Day(tx.Now)))
		return err
	})
}
