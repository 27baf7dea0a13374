package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"linli/app"

	"github.com/gofrs/flock"
)

// lockFile is held for as long as a process has the folder open. The operating
// system lets go of it when the process ends, however it ends.
const lockFile = "lock"

// A program that was killed lets go of the folder when the system has cleared it away, a moment later.
const (
	endsWithin = time.Second
	lookAgain  = 50 * time.Millisecond
)

// holderFile says who holds the lock; it is read only when the lock is taken.
const holderFile = "lock.holder"

// Hold takes a folder that holds several halls for this process, as each hall's own is
// taken by [Open]. CodeBusy (args: the program and its process id) when another has it.
func Hold(dir, program string) (release func() error, err error) {
	l, err := hold(dir, program)
	if err != nil {
		return nil, translate("store: hold the folder", err)
	}
	return l.Unlock, nil
}

// hold takes the folder for this process, or answers CodeBusy with the name of
// the program that has it and its process id.
func hold(dir, program string) (*flock.Flock, error) {
	l := flock.New(filepath.Join(dir, lockFile))
	ctx, cancel := context.WithTimeout(context.Background(), endsWithin)
	defer cancel()
	ok, err := l.TryLockContext(ctx, lookAgain)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, translate("store: lock the folder", err)
	}
	if !ok {
		who, pid := "", ""
		if b, err := os.ReadFile(filepath.Join(dir, holderFile)); err == nil {
			line := strings.TrimSpace(string(b))
			at := strings.LastIndexByte(line, ' ') // a program's name may have spaces
			who, pid = line[:max(at, 0)], line[at+1:]
		}
		return nil, &app.Error{Code: app.CodeBusy, Args: []string{who, pid}, Op: "store: lock the folder"}
	}
	// Only for the sentence that the second program shows: losing it loses nothing.
	_ = os.WriteFile(filepath.Join(dir, holderFile), []byte(fmt.Sprintf("%s %s\n", program, strconv.Itoa(os.Getpid()))), 0o600)
	return l, nil
}
