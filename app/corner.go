package app

import (
	"context"
	"strconv"
	"time"
)

// A kiosk has a corner for whoever maintains it, behind a code of its own. The code is this one machine's: it opens nothing else, and
// no member of staff has it as a PIN, for a kiosk stands in a public room and holds no staff.
const (
	KioskCodeDigits = 6
	CornerTries     = 5                // wrong codes until it locks
	CornerLock      = 15 * time.Minute // from the last of them
)

// CornerPort checks a kiosk's own code.
type CornerPort interface {
	// HasCode answers whether a code was set: without one the corner does not open.
	HasCode() bool
	// TryCode answers nil for the code. The try is counted durably before it is checked. CodeNotFound where no code was
	// set, CodeWrongPIN (args: tries left), CodeLocked (args: minutes).
	TryCode(ctx context.Context, code string) error
}

// GoodKioskCode answers CodeInvalid on "code" unless it has six digits that are not easy to guess.
func GoodKioskCode(code string) error {
	if len(code) != KioskCodeDigits || GoodPIN(code) != nil {
		return Bad(CodeInvalid, "code")
	}
	return nil
}

// MayOpen answers how many wrong codes still count, or CodeLocked (args: minutes) while nobody may try one: after so many, of which the
// last was then. Where the clock was set back nobody can say how long it is: one try is let through, and counts.
func MayOpen(tries int, last, now time.Time) (counts int, err error) {
	since := now.Sub(last)
	switch {
	case tries < CornerTries || since < 0:
		return tries, nil
	case since < CornerLock:
		return tries, Fail(CodeLocked, strconv.Itoa(int((CornerLock-since+time.Minute-1)/time.Minute)))
	}
	return 0, nil
}
