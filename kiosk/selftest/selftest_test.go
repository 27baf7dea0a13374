package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"linli/app"
	"linli/kiosk/print"
	"linli/kiosk/sound"
)

// device answers what it is told to.
type device func(ctx context.Context) error

func (d device) Check(ctx context.Context) error { return d(ctx) }

func says(err error) device { return func(context.Context) error { return err } }

// hangs is a part that never answers, whatever its context says, until the test lets it.
func hangs(until <-chan struct{}) device {
	return func(context.Context) error { <-until; return nil }
}

type at time.Time

func (a at) Now() time.Time { return time.Time(a) }

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// well is a kiosk with everything, all of it in order.
func well(t *testing.T) *Checks {
	t.Helper()
	return &Checks{
		Window: func(context.Context) (WindowSize, error) { return WindowSize{1080, 1920, 1080, 1920}, nil },
		Panel:  panel(true, nil),
		Sound:  says(nil), Voice: says(nil), Printer: says(nil), Card: says(nil),
		Folder: t.TempDir(), Now: at(noon), Built: noon.AddDate(-1, 0, 0),
		Health: func(context.Context) (app.Health, error) {
			return app.Health{DiskFree: 8 << 30, LastCheck: noon, CheckOK: true}, nil
		},
		Offset: func(context.Context) (time.Duration, error) { return 0, nil },
	}
}

func find(r Report, k Kind) Result {
	for _, one := range r.Results {
		if one.Kind == k {
			return one
		}
	}
	return Result{}
}

func TestAKioskThatIsWellHasNoTroubles(t *testing.T) {
	c := well(t)
	r := Run(t.Context(), c)
	var kinds []Kind
	for _, one := range r.Results {
		kinds = append(kinds, one.Kind)
		if one.State != OK {
			t.Errorf("%s is %s %s", one.Kind, one.State, one.Code)
		}
	}
	if !slices.Equal(kinds, Kinds()) || !r.At.Equal(noon) || len(r.Troubles()) > 0 {
		t.Errorf("the report is %+v", r)
	}
	if left, _ := os.ReadDir(c.Folder); len(left) > 0 {
		t.Errorf("the folder holds %v afterwards", left)
	}
}

func TestWhatAKioskDoesNotHaveIsNoTrouble(t *testing.T) {
	c := well(t)
	c.Panel, c.Sound, c.Voice, c.Printer, c.Card = panel(false, nil), says(sound.ErrNone), nil, nil, nil
	r := Run(t.Context(), c)
	for _, k := range []Kind{Touch, Sound, Voice, Printer, Card} {
		if got := find(r, k); got.State != None {
			t.Errorf("%s is %s", k, got.State)
		}
	}
	if len(r.Troubles()) > 0 {
		t.Errorf("troubles: %+v", r.Troubles())
	}
}

func TestEveryFaultHasItsCode(t *testing.T) {
	health := func(h app.Health, err error) func(context.Context) (app.Health, error) {
		return func(context.Context) (app.Health, error) { return h, err }
	}
	for name, c := range map[string]struct {
		spoil func(*Checks)
		kind  Kind
		state State
		code  string
	}{
		"a preview":        {func(c *Checks) { c.Window = windowOf(540, 960) }, Screen, Trouble, CodeSmall},
		"no window yet":    {func(c *Checks) { c.Window = windowOf(0, 0) }, Screen, Unknown, CodeFailed},
		"nobody asks":      {func(c *Checks) { c.Window = nil }, Screen, Unknown, ""},
		"no list of input": {func(c *Checks) { c.Panel = panel(false, errors.New("no such file")) }, Touch, Unknown, CodeFailed},
		"no loudspeaker":   {func(c *Checks) { c.Sound = says(errors.New("exit status 1")) }, Sound, Trouble, CodeFailed},
		"a conversation":   {func(c *Checks) { c.Sound, c.Busy = says(errors.New("busy")), func() bool { return true } }, Sound, Unknown, CodeBusy},
		"no speech":        {func(c *Checks) { c.Voice = says(errors.New("exit status 1")) }, Voice, Trouble, CodeFailed},
		"paper":            {func(c *Checks) { c.Printer = says(fmt.Errorf("x: %w", print.ErrPaper)) }, Printer, Trouble, CodePaper},
		"cover":            {func(c *Checks) { c.Printer = says(print.ErrCover) }, Printer, Trouble, CodeCover},
		"offline":          {func(c *Checks) { c.Printer = says(print.ErrAway) }, Printer, Trouble, CodeOffline},
		"a slip comes out": {func(c *Checks) { c.Printer = says(print.ErrBusy) }, Printer, Unknown, CodeBusy},
		"printer's fault":  {func(c *Checks) { c.Printer = says(print.ErrFault) }, Printer, Trouble, CodeFault},
		"the card reader":  {func(c *Checks) { c.Card = says(errors.New("no such device")) }, Card, Trouble, CodeFailed},
		"no folder":        {func(c *Checks) { c.Folder = filepath.Join(c.Folder, "gone") }, Disk, Trouble, CodeWrite},
		"a small disk":     {func(c *Checks) { c.Health = health(app.Health{DiskFree: 1 << 20}, nil) }, Disk, Trouble, CodeLow},
		"an old year":      {func(c *Checks) { c.Now = at(noon.AddDate(-20, 0, 0)) }, Clock, Trouble, CodeYear},
		"a far year":       {func(c *Checks) { c.Now = at(noon.AddDate(100, 0, 0)) }, Clock, Trouble, CodeYear},
		"another time":     {func(c *Checks) { c.Offset = offset(7*time.Minute, nil) }, Clock, Trouble, CodeOff},
		"nobody to ask":    {func(c *Checks) { c.Offset = offset(time.Hour, errors.New("alone")) }, Clock, OK, ""},
		"a damaged table":  {func(c *Checks) { c.Health = health(app.Health{LastCheck: noon}, nil) }, Database, Trouble, CodeDamaged},
		"a damaged file":   {func(c *Checks) { c.Health = health(app.Health{}, app.Fail(app.CodeDamaged)) }, Database, Trouble, CodeDamaged},
		"no database":      {func(c *Checks) { c.Health = health(app.Health{}, errors.New("closed")) }, Database, Trouble, CodeFailed},
		"never checked":    {func(c *Checks) { c.Health = health(app.Health{DiskFree: 8 << 30}, nil) }, Database, OK, ""},
		"a driver's panic": {func(c *Checks) { c.Card = device(func(context.Context) error { panic("a driver") }) }, Card, Unknown, CodeFault},
	} {
		t.Run(name, func(t *testing.T) {
			checks := well(t)
			c.spoil(checks)
			r := Run(t.Context(), checks)
			if got := find(r, c.kind); got.State != c.state || got.Code != c.code {
				t.Errorf("%s is %s %q, want %s %q", c.kind, got.State, got.Code, c.state, c.code)
			}
			for _, one := range r.Results {
				if one.Kind != c.kind && one.State == Trouble && one.Kind != Disk && one.Kind != Database {
					t.Errorf("%s is in trouble as well", one.Kind)
				}
			}
		})
	}
}

func windowOf(w, h float32) func(context.Context) (WindowSize, error) {
	return func(context.Context) (WindowSize, error) { return WindowSize{w, h, 1080, 1920}, nil }
}

func offset(d time.Duration, err error) func(context.Context) (time.Duration, error) {
	return func(context.Context) (time.Duration, error) { return d, err }
}

// A sound device that hangs, even one that does not heed its context, costs two seconds and nothing else.
func TestAPartThatHangsHoldsUpNoOther(t *testing.T) {
	c := well(t)
	synctest.Test(t, func(t *testing.T) {
		until := make(chan struct{})
		c.Sound = hangs(until)
		stopped := make(chan Kind, 32)
		c.onStop = func(k Kind) { stopped <- k }
		began := time.Now()
		r := Run(t.Context(), c)
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if got := find(r, Sound); got.State != Trouble || got.Code != CodeSilent {
			t.Errorf("sound is %+v", got)
		}
		for _, k := range Kinds() {
			if got := find(r, k); k != Sound && got.State != OK {
				t.Errorf("%s is %+v", k, got)
			}
		}
		// As long as it hangs it is not begun again: a kiosk runs for months.
		began = time.Now()
		if got := find(Run(t.Context(), c), Sound); got.Code != CodeSilent || time.Since(began) != 0 {
			t.Errorf("the second look says %+v after %v", got, time.Since(began))
		}
		close(until)
		for k := range stopped {
			if k == Sound {
				break
			}
		}
		c.Sound = says(nil)
		if got := find(Run(t.Context(), c), Sound); got.State != OK {
			t.Errorf("afterwards it is %+v", got)
		}
		synctest.Wait()
	})
}

// One that does heed it is silent as well, and not merely failing.
func TestAPartThatIsEndedByItsLimitIsSilent(t *testing.T) {
	c := well(t)
	synctest.Test(t, func(t *testing.T) {
		c.Voice = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		if got := find(Run(t.Context(), c), Voice); got.State != Trouble || got.Code != CodeSilent {
			t.Errorf("voice is %+v", got)
		}
	})
}

func TestAnEndOfTheProgramIsNoTrouble(t *testing.T) {
	c := well(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		until := make(chan struct{})
		c.Card = hangs(until)
		time.AfterFunc(time.Second, cancel)
		if got := find(Run(ctx, c), Card); got.State != Unknown {
			t.Errorf("the card reader is %+v", got)
		}
		close(until)
		synctest.Wait()
	})
}

func TestAWatchLooksByTheClockAndWhenAsked(t *testing.T) {
	c := well(t)
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int32
		c.Card = device(func(context.Context) error { looks.Add(1); return nil })
		reports := make(chan Report, 8)
		w := &Watch{Checks: c, Done: func(r Report) { reports <- r }}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { w.Run(ctx); close(ended) }()
		began := time.Now()
		<-reports
		if time.Since(began) != 0 || w.Last().At.IsZero() {
			t.Error("it does not begin with a look")
		}
		<-reports
		if got := time.Since(began); got != Every {
			t.Errorf("the second look was after %v", got)
		}
		w.Again()
		w.Again()
		<-reports
		if got := time.Since(began); got != Every {
			t.Errorf("the one that was asked for came after %v", got)
		}
		<-reports
		if got := time.Since(began); got > 2*Every {
			t.Errorf("the next came after %v", got)
		}
		cancel()
		<-ended
		if looks.Load() != 4 {
			t.Errorf("%d looks", looks.Load())
		}
	})
}
