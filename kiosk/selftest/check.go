package selftest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"linli/app"
	"linli/kiosk/print"
	"linli/kiosk/sound"
)

// Codes of single parts.
const (
	CodeSmall   = "small"   // screen: smaller than it was measured
	CodeBusy    = "busy"    // sound, printer: in use for somebody
	CodePaper   = "paper"   // printer
	CodeCover   = "cover"   // printer
	CodeOffline = "offline" // printer
	CodeLow     = "low"     // disk: nearly full
	CodeFull    = "full"    // disk
	CodeWrite   = "write"   // disk: it cannot be written, or gives back something else
	CodeYear    = "year"    // clock: no year in which this program can run
	CodeOff     = "off"     // clock: the other machines say another time
	CodeDamaged = "damaged" // database
)

// diskLow is when there is too little room left, in bytes: a day of a busy kiosk is a few megabytes, and a backup a few hundred.
const diskLow = 512 << 20

// endOfTime is the year that no clock of this program reaches; see the log's own clock.
const endOfTime = 2100

// WindowSize is how large a kiosk's window is, and its screen when it was measured, in pixels.
type WindowSize struct{ W, H, WantW, WantH float32 }

// nearly is how much of the measured screen a window fills that is taken for whole.
const nearly = 0.995

func (c *Checks) check(ctx context.Context, k Kind) Result {
	switch k {
	case Screen:
		return c.screen(ctx)
	case Touch:
		return c.touch(ctx)
	case Sound:
		if c.Busy != nil && c.Busy() {
			return Result{State: Unknown, Code: CodeBusy}
		}
		return answered(ctx, c.Sound)
	case Voice:
		return answered(ctx, c.Voice)
	case Printer:
		return asked(ctx, c.Printer)
	case Card:
		return asked(ctx, c.Card)
	case Disk:
		return c.disk(ctx)
	case Clock:
		return c.clock(ctx)
	case Database:
		return c.database(ctx)
	}
	return Result{State: Unknown}
}

func (c *Checks) screen(ctx context.Context) Result {
	if c.Window == nil {
		return Result{State: Unknown}
	}
	w, err := c.Window(ctx)
	if err != nil || w.W <= 0 || w.H <= 0 {
		return failing(ctx, Unknown)
	}
	r := Result{State: OK, Size: [2]float32{w.W, w.H}, Wants: [2]float32{w.WantW, w.WantH}}
	if w.W < w.WantW*nearly || w.H < w.WantH*nearly {
		r.State, r.Code = Trouble, CodeSmall
	}
	return r
}

// failing is the result of a check that failed: silent when it was the time that ended it.
func failing(ctx context.Context, s State) Result {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Result{State: Trouble, Code: CodeSilent}
	}
	return Result{State: s, Code: CodeFailed}
}

func answered(ctx context.Context, check func(context.Context) error) Result {
	if check == nil {
		return Result{State: None}
	}
	switch err := check(ctx); {
	case err == nil:
		return Result{State: OK}
	case errors.Is(err, sound.ErrNone):
		return Result{State: None}
	}
	return failing(ctx, Trouble)
}

func asked(ctx context.Context, a Asked) Result {
	if a == nil {
		return Result{State: None}
	}
	switch err := a.Check(ctx); {
	case errors.Is(err, print.ErrBusy):
		return Result{State: Unknown, Code: CodeBusy}
	case err != nil:
		return Result{State: Trouble, Code: DeviceCode(err)}
	}
	return Result{State: OK}
}

// DeviceCode names what a device says is wrong with it; "" for nothing.
func DeviceCode(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, print.ErrPaper):
		return CodePaper
	case errors.Is(err, print.ErrCover):
		return CodeCover
	case errors.Is(err, print.ErrFault):
		return CodeFault
	case errors.Is(err, print.ErrAway):
		return CodeOffline
	case errors.Is(err, context.DeadlineExceeded):
		return CodeSilent
	}
	return CodeFailed
}

func (c *Checks) disk(ctx context.Context) Result {
	if err := writeRead(c.Folder); err != nil {
		r := Result{State: Trouble, Code: CodeWrite}
		if errors.Is(err, syscall.ENOSPC) {
			r.Code = CodeFull
		}
		return r
	}
	r := Result{State: OK}
	if c.Health != nil {
		// A database that does not answer is the database's trouble.
		if h, err := c.Health(ctx); err == nil {
			r.Free = h.DiskFree
		}
	}
	if r.Free > 0 && r.Free < diskLow {
		r.State, r.Code = Trouble, CodeLow
	}
	return r
}

// errOther is a disk that gives back something else than was written.
var errOther = errors.New("selftest: the disk gives back something else")

// writeRead writes a small file durably, reads it and takes it away.
func writeRead(folder string) (err error) {
	const body = "linli kiosk self-test\n"
	path := filepath.Join(folder, "selftest.tmp")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.Remove(path); err == nil && !errors.Is(gone, fs.ErrNotExist) {
			err = gone
		}
	}()
	_, err = f.WriteString(body)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	got, err := os.ReadFile(path)
	if err == nil && string(got) != body {
		return errOther
	}
	return err
}

func (c *Checks) clock(ctx context.Context) Result {
	now := c.now()
	if now.Before(c.Built) || now.Year() >= endOfTime {
		return Result{State: Trouble, Code: CodeYear}
	}
	r := Result{State: OK}
	if c.Offset == nil {
		return r
	}
	// What the others say is left out where nobody says anything.
	if off, err := c.Offset(ctx); err == nil && off != 0 {
		r.State, r.Code, r.Off = Trouble, CodeOff, off.Round(time.Minute)
	}
	return r
}

func (c *Checks) database(ctx context.Context) Result {
	if c.Health == nil {
		return Result{State: Unknown}
	}
	h, err := c.Health(ctx)
	switch {
	case app.CodeOf(err) == app.CodeDamaged, err == nil && !h.LastCheck.IsZero() && !h.CheckOK:
		return Result{State: Trouble, Code: CodeDamaged}
	case err != nil:
		return failing(ctx, Trouble)
	}
	return Result{State: OK}
}
