package seal

import "errors"

// Errors of opening what was sealed. They say what happened, never what was inside.
var (
	// ErrNotSealed: the bytes do not have the shape of a sealed value.
	ErrNotSealed = errors.New("seal: not a sealed value")
	// ErrUnknownSuite: sealed by a newer version of the program with an algorithm that this one lacks.
	ErrUnknownSuite = errors.New("seal: sealed with an algorithm this version does not know")
	// ErrUnknownDomain: the value names a domain that this version does not know.
	ErrUnknownDomain = errors.New("seal: sealed for a domain this version does not know")
	// ErrUnknownKey: sealed with a key that this ring does not hold, e.g. another hall's.
	ErrUnknownKey = errors.New("seal: sealed with a key this ring does not hold")
	// ErrAltered: the value was changed, or belongs to another place.
	ErrAltered = errors.New("seal: altered, or moved from another place")
	// ErrWrongSecret: the receipt's number or its secret is wrong, or the reply was changed.
	// The two cannot be told apart.
	ErrWrongSecret = errors.New("seal: receipt and secret do not open this")
	// ErrKeySize: a key is not of the size that its algorithm wants.
	ErrKeySize = errors.New("seal: key of a wrong size")
)

// Errors of backup files.
var (
	// ErrNotBackup: the file does not begin like a sealed backup.
	ErrNotBackup = errors.New("seal: not a sealed backup file")
	// ErrWrongKey: the backup was sealed by another hall's ring.
	ErrWrongKey = errors.New("seal: backup sealed with another hall's key")
	// ErrTruncated: the backup ends before its last chunk.
	ErrTruncated = errors.New("seal: backup is cut short")
	// ErrDamagedBackup: bytes of the backup were changed, reordered or added.
	ErrDamagedBackup = errors.New("seal: backup is damaged")
)
