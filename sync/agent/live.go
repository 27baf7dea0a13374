package agent

import (
	"context"
	"errors"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Live exchanges in full once and then keeps both sides up to date: what is written here is pushed at once,
// and a held pull brings what is written there. It returns when ctx ends or the peer cannot be
// reached; what the peer's log no longer is makes it begin with the heads again. ready, if not nil, is called after
// each full exchange. A peer whose log is another as soon as it was met is left to be called later.
func (s *Session) Live(ctx context.Context, ready func()) error {
	// Watched before the first exchange, so that nothing is written unseen between.
	var scopes []oplog.Scope
	pulls := false
	for _, l := range s.lanes {
		if l.Push {
			scopes = append(scopes, l.Scope)
		}
		pulls = pulls || l.Pull
	}
	changed, stop := s.mine.Watch(scopes...)
	defer stop()
	for {
		if err := s.Sync(ctx); err != nil {
			return err
		}
		if ready != nil {
			ready()
		}
		began := time.Now()
		err := s.both(ctx, changed, pulls)
		if !Stale(err) || time.Since(began) < leastPause {
			return err
		}
	}
}

// both pushes and pulls side by side until one of them ends.
func (s *Session) both(ctx context.Context, changed <-chan struct{}, pulls bool) error {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 2)
	running := 1
	go func() { ended <- s.pushOn(ctx, changed) }()
	if pulls {
		running++
		go func() { ended <- s.pullOn(ctx) }()
	}
	err := <-ended
	cancel()
	for range running - 1 {
		if late := <-ended; err == nil { // it was told to end; why is said by the first
			err = late
		}
	}
	return err
}

func (s *Session) pushOn(ctx context.Context, changed <-chan struct{}) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
		if err := s.Push(ctx); err != nil {
			return err
		}
	}
}

// pullOn holds one pull after the other. A peer that does not hold them, and has nothing, is asked no more than once in a while.
func (s *Session) pullOn(ctx context.Context) error {
	for {
		began, before := time.Now(), s.seen()
		if _, err := s.Pull(ctx, exchange.MaxWait); err != nil {
			return err
		}
		if s.seen() > before || time.Since(began) > leastPause {
			continue
		}
		timer := time.NewTimer(leastPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// seen is how many entries have come of pulls, new or not.
func (s *Session) seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came
}

// Push hands over what was added here since the last time, of every lane. It is a step of [Session.Live] and needs
// a [Session.Sync] before it; with an error that is [Stale] another one is due.
func (s *Session) Push(ctx context.Context) error {
	for _, l := range s.lanes {
		if !l.Push {
			continue
		}
		if err := s.push(ctx, l.Scope); err != nil {
			return err
		}
	}
	return nil
}

// Pull takes what was added there since the last time, once, of every lane; more tells whether there is more. It waits
// so long for something to come. It is the other step of [Session.Live], and may run beside Push.
func (s *Session) Pull(ctx context.Context, wait time.Duration) (more bool, err error) {
	var pulls []Lane
	for _, l := range s.lanes {
		if l.Pull {
			pulls = append(pulls, l)
		}
	}
	if len(pulls) == 0 {
		return false, nil
	}
	return s.pull(ctx, pulls, wait)
}

// Stale tells whether an error of a step says that the peer's log, or the own one, is not what the session took it for.
func Stale(err error) bool { return errors.Is(err, errAgain) }

// Difference is a scope in which two replicas hold the same entries and not the same rows.
type Difference struct {
	Scope oplog.Scope
	Log   string // the peer's
}

// Compare compares the digests of all scopes that both sides may read, where their vectors are equal. It says nothing
// about a scope in which one side has more.
func (s *Session) Compare(ctx context.Context) ([]Difference, error) {
	var out []Difference
	for _, l := range s.lanes {
		if !l.Pull {
			continue
		}
		mine, err := s.mine.Digest(ctx, l.Scope)
		if err != nil {
			return nil, err
		}
		theirs, err := s.peer.Digest(ctx, l.Scope)
		if err != nil {
			return nil, err
		}
		if mine.Vector == theirs.Vector && mine.Rows != theirs.Rows {
			out = append(out, Difference{l.Scope, theirs.Log})
		}
	}
	return out, nil
}

// pause is how long to wait before the next try after n failures in a row: a random time up to a bound that doubles,
// so that a thousand devices do not come back in the same second.
func pause(n int, random func(time.Duration) time.Duration) time.Duration {
	const most = 2 * time.Minute
	bound := most
	if n < 7 {
		bound = leastPause << n
	}
	return leastPause/4 + random(min(bound, most))
}

// leastPause is about how long nobody is called again who cannot be reached or answers nonsense.
const leastPause = time.Second
