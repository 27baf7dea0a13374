package app

import (
	"context"
	"time"
)

// Health is the hall's state in figures that the health page puts in words.
type Health struct {
	DataDir       string
	DiskFree      int64 // bytes
	DatabaseSize  int64 // bytes
	Entries       int64 // entries in the log
	Residents     int64
	LastBackup    time.Time // of the last backup that was reopened and checked
	LastBackupErr Code
	LastCheck     time.Time // integrity
	CheckOK       bool
	SheetSeen     bool // the recovery sheet's check group has been typed back
	OpenCases     int64
	PutBack       time.Time // when the folder was found to be an older copy; zero: never
	Program       string    // version
	Schema        int
}

// UpkeepPort keeps the hall safe; ActBackup for what writes.
type UpkeepPort interface {
	Health(ctx context.Context) (Health, error)
	// BackupNow makes a backup, reopens and checks it, and answers its path.
	BackupNow(ctx context.Context, by Actor) (string, error)
	// RecoverySheet answers the sheet as a PDF, in the reader's language.
	RecoverySheet(ctx context.Context, by Actor, lang string) ([]byte, error)
	// ConfirmSheet checks the sheet's last group, typed back by a person.
	ConfirmSheet(ctx context.Context, by Actor, lastGroup string) error
}
