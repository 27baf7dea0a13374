package agent

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"linli/sync/exchange"
)

// Target is a peer to keep up with.
type Target struct {
	Address string // names it; unique
	// Connect prepares an exchange; it need not reach the peer yet. end lets go of what it holds.
	Connect func(ctx context.Context) (peer exchange.Peer, end func(), err error)
}

// Status is how the agent stands with one target.
type Status struct {
	Address string
	Live    bool      // both sides are up to date and stay so
	Met     time.Time // of the last full exchange that succeeded; zero: never
	NextTry time.Time // zero while trying or live
	Err     error     // why the last try ended
	Moved   Moved     // since the agent began
}

// Agent keeps a replica up to date with any number of peers, each in a loop of its own, so that one that is
// slow, down, stuck or lying delays no other. Times are the process's monotonic ones.
type Agent struct {
	mine    exchange.Replica
	lanes   []Lane
	witness func(Target) Witness
	changed func() // a status has changed; called from the loops

	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	loops  map[string]*loop
	done   sync.WaitGroup
}

// loop is what the agent keeps about one target.
type loop struct {
	target Target
	cancel context.CancelFunc
	nudge  chan struct{} // try now, or begin anew
	status Status
}

// New makes an agent without peers. witness and changed may be nil.
func New(mine exchange.Replica, lanes []Lane, witness func(Target) Witness, changed func()) *Agent {
	ctx, cancel := context.WithCancel(context.Background())
	if changed == nil {
		changed = func() {}
	}
	return &Agent{mine: mine, lanes: lanes, witness: witness, changed: changed, ctx: ctx, cancel: cancel, loops: make(map[string]*loop)}
}

// Add begins to exchange with a target. One with the same address is replaced by it.
func (a *Agent) Add(t Target) {
	a.Remove(t.Address)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	l := &loop{target: t, cancel: cancel, nudge: make(chan struct{}, 1), status: Status{Address: t.Address}}
	a.loops[t.Address] = l
	a.done.Add(1)
	go func() {
		defer a.done.Done()
		a.keep(ctx, l)
	}()
}

// Remove ends the exchange with a target.
func (a *Agent) Remove(address string) {
	a.mu.Lock()
	l := a.loops[address]
	delete(a.loops, address)
	a.mu.Unlock()
	if l != nil {
		l.cancel()
	}
}

// Has tells whether the agent keeps up with that address.
func (a *Agent) Has(address string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.loops[address] != nil
}

// Status answers how it stands with each target, in no order.
func (a *Agent) Status() []Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Status, 0, len(a.loops))
	for _, l := range a.loops {
		out = append(out, l.status)
	}
	return out
}

// Again makes every loop begin with the heads: the periodic full exchange, which does not rely on any cursor. A loop that is
// waiting to try again tries now.
func (a *Agent) Again() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.loops {
		select {
		case l.nudge <- struct{}{}:
		default:
		}
	}
}

// Stop ends all loops and waits for them.
func (a *Agent) Stop() {
	a.cancel()
	a.done.Wait()
}

// set changes a status and tells.
func (a *Agent) set(l *loop, change func(*Status)) {
	a.mu.Lock()
	change(&l.status)
	a.mu.Unlock()
	a.changed()
}

// keep runs sessions with one target for as long as ctx lasts.
func (a *Agent) keep(ctx context.Context, l *loop) {
	for failures := 0; ctx.Err() == nil; {
		met, err := a.session(ctx, l)
		if ctx.Err() != nil {
			return
		}
		if met {
			failures = 0 // else a peer that fails as soon as it was met would be met without end
		}
		if err == nil {
			continue // nudged: begin anew at once
		}
		wait := pause(failures, rand.N[time.Duration])
		var busy *exchange.BusyError
		if errors.As(err, &busy) {
			wait = apart(busy.After, failures, rand.N[time.Duration])
		}
		failures++
		a.set(l, func(s *Status) { s.Live, s.Err, s.NextTry = false, err, time.Now().Add(wait) })
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-l.nudge:
		case <-ctx.Done():
		}
		timer.Stop()
		a.set(l, func(s *Status) { s.NextTry = time.Time{} })
	}
}

// steady is how long a peer has to be live for its next failure to be the first one.
const steady = 10 * time.Second

// session is one session, until it fails or is nudged (nil). met tells whether the peer was live for a while.
func (a *Agent) session(ctx context.Context, l *loop) (met bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	peer, end, err := l.target.Connect(ctx)
	if err != nil {
		return false, err
	}
	defer end()
	var witness Witness
	if a.witness != nil {
		witness = a.witness(l.target)
	}
	s := NewSession(a.mine, Patient(peer), a.lanes, witness)
	begun := l.status.Moved
	ended := make(chan error, 1)
	var since time.Time // of the first full exchange; read when the session has ended
	go func() {
		ended <- s.Live(ctx, func() {
			moved := s.Moved()
			if since.IsZero() {
				since = time.Now()
			}
			a.set(l, func(st *Status) {
				st.Live, st.Met, st.Err = true, time.Now(), nil
				st.Moved = Moved{begun.Pushed + moved.Pushed, begun.Pulled + moved.Pulled}
			})
		})
	}()
	nudged := false
	for {
		select {
		case err := <-ended:
			met := !since.IsZero() && time.Since(since) > steady
			moved := s.Moved()
			a.mu.Lock()
			l.status.Live = false
			l.status.Moved = Moved{begun.Pushed + moved.Pushed, begun.Pulled + moved.Pulled}
			a.mu.Unlock()
			if nudged {
				return met, nil
			}
			if err == nil {
				err = errAgain
			}
			return met, err
		case <-l.nudge:
			nudged = true
			cancel()
		}
	}
}
