package bundle

import (
	"errors"
	"fmt"
)

// Errors of reading. Those of the disk and of the reader's own log come as they are.
var (
	// ErrNotBundle: another kind of file.
	ErrNotBundle = errors.New("bundle: not a bundle")
	// ErrOtherHall: written by a machine of another hall.
	ErrOtherHall = errors.New("bundle: of another hall")
	// ErrNotForMe: sealed for other machines of the hall than this one.
	ErrNotForMe = errors.New("bundle: sealed for other machines")
	// ErrBroken: cut short or changed. What stood whole before that was taken.
	ErrBroken = errors.New("bundle: cut short or damaged")
	// ErrGap: it goes on from entries that this log does not have. The others were taken.
	ErrGap = errors.New("bundle: something before it is missing here")
	// ErrRefused: it holds what is no entry of the hall, or not its writer's to hand on. What was right was taken.
	ErrRefused = errors.New("bundle: something in it is not of this hall")
)

// NewerError says that the file was written by a newer program.
type NewerError struct{ Format int64 }

func (e *NewerError) Error() string { return fmt.Sprintf("bundle: of format %d", e.Format) }
