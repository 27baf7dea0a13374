package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"linli/app"
	"linli/store/seal"
)

// The kiosk's code lies beside the database and not in it: it is this machine's alone, no backup has it, it can be set while the kiosk
// runs, and the corner opens also when the database does not.
const (
	codeFile  = "kiosk.code"
	triesFile = "kiosk.tries"
)

// triesSize is the length of the file of tries. It is written in place, so that a full disk keeps nobody from being counted.
const triesSize = 32

// corner implements app.CornerPort.
type corner struct {
	dir   string
	clock app.Clock

	mu    sync.Mutex
	tries int // what could not be written
	last  time.Time
}

var _ app.CornerPort = (*corner)(nil)

// HasCode implements app.CornerPort.
func (c *corner) HasCode() bool {
	_, err := os.Stat(filepath.Join(c.dir, codeFile))
	return err == nil
}

// TryCode implements app.CornerPort.
func (c *corner) TryCode(_ context.Context, code string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash, err := os.ReadFile(filepath.Join(c.dir, codeFile))
	if err != nil {
		return app.Fail(app.CodeNotFound, "code")
	}
	now := c.clock.Now()
	tries, err := app.MayOpen(c.read(), c.last, now)
	if err != nil {
		return err
	}
	c.write(tries+1, now)
	if !seal.CheckPIN(string(hash), code) {
		return &app.Error{Code: app.CodeWrongPIN, Field: "code", Args: []string{strconv.Itoa(max(app.CornerTries-tries-1, 0))}}
	}
	c.write(0, now)
	return nil
}

// read answers how many tries were wrong; c.last is when the last was.
func (c *corner) read() int {
	body, err := os.ReadFile(filepath.Join(c.dir, triesFile))
	if err != nil {
		return c.tries
	}
	var tries int
	var at int64
	if _, err := fmt.Sscanf(string(body), "%d %d", &tries, &at); err != nil {
		return c.tries
	}
	if last := time.UnixMilli(at); c.tries == 0 || last.After(c.last) {
		c.tries, c.last = tries, last
	}
	return c.tries
}

// write counts durably; where the disk takes nothing any more, until the program ends. A technician must be able to come
// in then.
func (c *corner) write(tries int, at time.Time) {
	c.tries, c.last = tries, at
	body := fmt.Appendf(nil, "%d %d", tries, at.UnixMilli())
	for len(body) < triesSize {
		body = append(body, ' ')
	}
	f, err := os.OpenFile(filepath.Join(c.dir, triesFile), os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteAt(body, 0)
		if err == nil {
			err = f.Sync()
		}
		_ = f.Close()
	}
	if err != nil {
		slog.Warn("a try of the kiosk's code could not be kept", "error", err)
		return
	}
	c.tries, c.last = 0, at // the file has it
}

// SetKioskCode sets the code of a kiosk's corner, also while the kiosk runs, and lets it be tried again. The
// folder must hold a hall.
func SetKioskCode(dir, code string) error {
	if err := app.GoodKioskCode(code); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, DatabaseFile)); err != nil {
		return app.Fail(app.CodeNoHall, dir)
	}
	err := WriteFile(filepath.Join(dir, codeFile), func(w io.Writer) error {
		_, err := io.WriteString(w, seal.HashPIN(code))
		return err
	})
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, triesFile)); err != nil && !os.IsNotExist(err) {
		return translate("kiosk.code", err)
	}
	return nil
}

// NewKioskCode makes a code that nobody guesses.
func NewKioskCode() string {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			panic(err) // crypto/rand ends the program instead
		}
		if code := fmt.Sprintf("%06d", n); app.GoodKioskCode(code) == nil {
			return code
		}
	}
}
