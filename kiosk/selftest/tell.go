package selftest

import (
	"context"
	"sync"
	"time"

	"linli/app"
)

// quiet is how long a part says nothing after it has said something: what flaps is told once a minute, as it is then.
const quiet = time.Minute

// tellWithin is how long the hall may take to keep what it is told.
const tellWithin = 30 * time.Second

// Teller hands to the hall what changed. Its methods may be called from any goroutine and return at once.
type Teller struct {
	port  app.TroublePort
	clock app.Clock
	fault func(error)

	mu      sync.Mutex
	parts   map[Kind]*part
	telling bool
	timer   *time.Timer
	closed  bool
	work    sync.WaitGroup
}

// part is what a teller knows of one part.
type part struct {
	code  string // as it is
	since time.Time
	told  bool   // said, as said stands
	said  string // what the hall knows
	tried time.Time
}

// NewTeller answers one that tells a port. A nil clock is the machine's; fault is told what the port would not take.
func NewTeller(port app.TroublePort, clock app.Clock, fault func(error)) *Teller {
	if clock == nil {
		clock = app.SystemClock{}
	}
	return &Teller{port: port, clock: clock, fault: fault, parts: map[Kind]*part{}}
}

// Tell takes how some parts are. [Unknown] changes nothing. What a part is at first is told as well: the hall may
// remember a trouble of the program before this one.
func (t *Teller) Tell(results ...Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	for _, r := range results {
		if r.State == Unknown {
			continue
		}
		code := ""
		if r.State == Trouble {
			code = r.Code
		}
		p := t.parts[r.Kind]
		if p == nil {
			p = &part{code: code, since: now}
			t.parts[r.Kind] = p
		}
		if p.code != code {
			p.code, p.since = code, now
		}
	}
	t.settle(now)
}

// settle hands over what is due and sets the alarm for what is not yet.
func (t *Teller) settle(now time.Time) {
	if t.closed || t.telling || t.port == nil {
		return
	}
	var due []app.Trouble
	wait := time.Duration(-1)
	for kind, p := range t.parts {
		if p.told && p.said == p.code {
			continue
		}
		since := now.Sub(p.tried)
		if !p.tried.IsZero() && since >= 0 && since < quiet {
			if left := quiet - since; wait < 0 || left < wait {
				wait = left
			}
			continue
		}
		p.tried = now
		due = append(due, app.Trouble{Kind: kind, Code: p.code, Since: p.since})
	}
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	switch {
	case len(due) > 0:
		t.telling = true
		t.work.Go(func() { t.report(due) })
	case wait >= 0:
		t.timer = time.AfterFunc(wait, t.later)
	}
}

func (t *Teller) later() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settle(t.clock.Now())
}

func (t *Teller) report(due []app.Trouble) {
	ctx, cancel := context.WithTimeout(context.Background(), tellWithin)
	err := t.port.Report(ctx, due)
	cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.telling = false
	if err != nil {
		if t.fault != nil {
			t.fault(err)
		}
		return // the next look at the parts tries again: a hall that refuses is not asked every minute
	}
	for _, d := range due {
		p := t.parts[d.Kind]
		p.told, p.said = true, d.Code
	}
	t.settle(t.clock.Now())
}

// Close ends it and waits for what is on its way.
func (t *Teller) Close() {
	t.mu.Lock()
	t.closed = true
	if t.timer != nil {
		t.timer.Stop()
	}
	t.mu.Unlock()
	t.work.Wait()
}
