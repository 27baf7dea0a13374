package corner

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"linli/app"
)

// How the door opens and shuts.
const (
	Touches   = 5
	Within    = 5 * time.Second
	ShutAfter = 60 * time.Second // without a touch
)

// What is pressed on the pad besides digits.
const (
	PressDelete = "delete"
	PressLeave  = "leave"
)

// State is how the door stands.
type State int

// The states.
const (
	Shut   State = iota
	Asking       // for the code
	Open
)

// View is what is shown of a door.
type View struct {
	State   State
	Typed   int      // how many digits
	Fault   app.Code // of the last code: wrong, locked; "" for none
	Left    int      // tries, when it was wrong
	Minutes int      // until it may be tried again, when it is locked
}

// Config is what a door needs. Code and Free are required.
type Config struct {
	Code app.CornerPort
	// Free answers whether the first page is shown and nobody is being served.
	Free  func() bool
	Clock app.Clock // nil: the machine's
	// After runs f once, on any goroutine, when d has passed, and answers how to call it off. nil: time.AfterFunc.
	After func(d time.Duration, f func()) (cancel func())
	// Go runs what may take long. nil: a goroutine.
	Go func(f func())
	// Changed is called, from any goroutine and without a lock, when the view is another one.
	Changed func()
}

// Door is the door of one kiosk. Its methods may be called from any goroutine and return at once.
type Door struct {
	cfg Config

	mu      sync.Mutex
	touches []time.Time
	view    View
	typed   string
	trying  bool
	epoch   int // grows whenever it shuts: what was asked before is no longer wanted
	idle    func()
	closed  bool
}

// New answers a door that is shut.
func New(c Config) *Door {
	if c.Clock == nil {
		c.Clock = app.SystemClock{}
	}
	if c.After == nil {
		c.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	return &Door{cfg: c}
}

// View answers how the door stands.
func (d *Door) View() View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

// Typed answers what was typed: nothing, unless the code is being asked for.
func (d *Door) Typed() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.typed
}

// Touch is a touch of the blank part of the first page.
func (d *Door) Touch() {
	free := d.cfg.Free() && d.cfg.Code.HasCode()
	d.change(func() bool {
		if d.view.State != Shut {
			return false
		}
		now := d.cfg.Clock.Now()
		d.touches = slices.DeleteFunc(append(d.touches, now), func(t time.Time) bool { return now.Sub(t) > Within || now.Before(t) })
		if !free {
			d.touches = nil
		}
		if len(d.touches) < Touches {
			return false
		}
		d.touches = nil
		d.view = View{State: Asking}
		d.stay()
		return true
	})
}

// Press is a key of the pad. With the last digit the code is tried.
func (d *Door) Press(key string) {
	if key == PressLeave {
		d.Shut()
		return
	}
	var code string
	var epoch int
	d.change(func() bool {
		if d.view.State != Asking || d.trying {
			return false
		}
		d.stay()
		d.view.Fault = ""
		switch {
		case key == PressDelete && d.typed != "":
			d.typed = d.typed[:len(d.typed)-1]
		case len(key) == 1 && key[0] >= '0' && key[0] <= '9':
			d.typed += key
		}
		if len(d.typed) == app.KioskCodeDigits {
			code, epoch, d.trying = d.typed, d.epoch, true
		}
		d.view.Typed = len(d.typed)
		return true
	})
	if code != "" {
		d.cfg.Go(func() { d.tried(epoch, d.cfg.Code.TryCode(context.Background(), code)) })
	}
}

// tried takes what came of a code.
func (d *Door) tried(epoch int, err error) {
	d.change(func() bool {
		d.trying, d.typed, d.view.Typed = false, "", 0
		if epoch != d.epoch || d.view.State != Asking {
			return true // it was shut meanwhile
		}
		d.stay()
		if err == nil {
			d.view = View{State: Open}
			return true
		}
		e := app.AsError(err)
		d.view.Fault = e.Code
		if len(e.Args) > 0 {
			n, _ := strconv.Atoi(e.Args[0])
			d.view.Left, d.view.Minutes = n, n
		}
		return true
	})
}

// Stay says that somebody is there.
func (d *Door) Stay() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.view.State != Shut {
		d.stay()
	}
}

// stay sets the alarm anew.
func (d *Door) stay() {
	if d.idle != nil {
		d.idle()
	}
	if d.closed {
		return
	}
	epoch := d.epoch
	d.idle = d.cfg.After(ShutAfter, func() {
		d.change(func() bool {
			if epoch != d.epoch {
				return false
			}
			return d.shut()
		})
	})
}

// Shut shuts the door and wipes what was typed.
func (d *Door) Shut() { d.change(d.shut) }

func (d *Door) shut() bool {
	was := d.view.State
	d.view, d.typed, d.touches = View{}, "", nil
	d.epoch++
	if d.idle != nil {
		d.idle()
		d.idle = nil
	}
	return was != Shut
}

// Close shuts it for good.
func (d *Door) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	d.shut()
}

// change changes the door under its lock and tells without it.
func (d *Door) change(f func() (changed bool)) {
	d.mu.Lock()
	changed := !d.closed && f()
	d.mu.Unlock()
	if changed {
		d.cfg.Changed()
	}
}
