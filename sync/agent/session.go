package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Lane is one scope that a session carries, and in which directions. A kiosk pushes intake and never pulls it.
type Lane struct {
	Scope      oplog.Scope
	Push, Pull bool
}

// Lanes are the scopes that a machine with that certificate exchanges.
func Lanes(c oplog.Certificate) []Lane {
	var lanes []Lane
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		scope := oplog.HallScope(c.Hall, part)
		l := Lane{scope, exchange.MayWrite(c, scope), exchange.MayRead(c, scope)}
		if l.Push || l.Pull {
			lanes = append(lanes, l)
		}
	}
	return lanes
}

// Witness is told what a session learns. Its methods are called from the session's goroutines.
type Witness interface {
	// Holds says that the peer's log holds these entries of the scope, and what stands behind them. All reports of
	// one log replace each other; a report may be lower than the one before.
	Holds(log string, scope oplog.Scope, heads []oplog.Head)
	// Refused says that the peer would not take a batch, or sent one that could not be taken; fault is one
	// of the words of [exchange.FaultWord].
	Refused(scope oplog.Scope, fault string, sent bool)
}

// Moved counts what a session moved.
type Moved struct {
	Pushed int // entries that were new to the peer
	Pulled int // entries that were new here
}

// errAgain says that the peer's log is not what the session took it for: begin with the heads.
var errAgain = errors.New("agent: the peer's log has changed")

// Session is the exchange with one peer. Sync and Live must not run at the same time.
type Session struct {
	mine    exchange.Replica
	peer    exchange.Peer
	lanes   []Lane
	witness Witness

	mu    sync.Mutex
	log   string // the peer's, once greeted
	state map[oplog.Scope]*laneState
	moved Moved
	came  int // entries that pulls have brought, those among them that were here already
}

// laneState is what a session knows of one scope.
type laneState struct {
	ours   exchange.Cursor // in the own log: what stands before is at the peer
	theirs exchange.Cursor // in the peer's log: what stands before is here
	holds  oplog.Heads     // entries that the peer holds
	// shared are entries that both hold, for the first pull; pushed are the newest that were pushed since, so that they do
	// not come back as an echo.
	shared []oplog.Head
	pushed oplog.Heads
	// cover is of the own log what the peer holds, for pushing alone; news are entries that it holds as well by now. Making a
	// cover reads all entries of each origin that was ever cloned.
	cover  *oplog.Cover
	news   []oplog.Head
	pushes bool // news are wanted
	caught bool // the first pull has reached the end
	shut   bool // nothing is pushed: the peer may not have the scope
}

// NewSession makes a session that has not met its peer yet. witness may be nil.
func NewSession(mine exchange.Replica, peer exchange.Peer, lanes []Lane, witness Witness) *Session {
	return &Session{mine: mine, peer: peer, lanes: lanes, witness: witness, state: make(map[oplog.Scope]*laneState)}
}

// Moved answers what has been moved so far.
func (s *Session) Moved() Moved {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moved
}

// Greet compares the heads of every scope and forgets what the session knew before.
func (s *Session) Greet(ctx context.Context) error {
	s.mu.Lock()
	s.log, s.state = "", make(map[oplog.Scope]*laneState)
	s.mu.Unlock()
	for _, l := range s.lanes {
		if err := s.greet(ctx, l.Scope); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) greet(ctx context.Context, scope oplog.Scope) error {
	own, err := s.mine.Heads(ctx, scope)
	if err != nil {
		return err
	}
	mine := own.Most(exchange.MaxHeads)
	a, err := s.peer.Heads(ctx, exchange.HeadsRequest{Scope: scope, Heads: mine})
	if err != nil {
		return err
	}
	if len(a.Held) != len(mine) || len(a.Heads) > exchange.MaxHeads {
		return exchange.ErrMalformed
	}
	if err := s.sameLog(a.Log); err != nil {
		return err
	}
	st := &laneState{}
	lacking := make(map[oplog.Origin][]oplog.Head) // my heads that the peer lacks
	for i, h := range mine {
		if a.Held[i] {
			st.shared = append(st.shared, h)
			st.holds.Put(h)
		} else {
			lacking[h.Origin] = append(lacking[h.Origin], h)
		}
	}
	hashes := make([]oplog.Hash, len(a.Heads))
	for i := range a.Heads {
		hashes[i] = a.Heads[i].Hash
	}
	here, err := s.mine.Find(ctx, scope, hashes)
	if err != nil {
		return err
	}
	var probe []oplog.Head
	for i, h := range a.Heads {
		st.holds.Put(h)
		if here[i] != (oplog.Head{}) {
			st.shared = append(st.shared, here[i])
			continue
		}
		// Both have a branch that the other does not know: ask where they part. When the peer is only ahead, it
		// holds my head, or I hold nothing of that origin.
		ends := lacking[h.Origin]
		for _, end := range ends[max(0, len(ends)-maxEnds):] {
			trail, err := s.mine.Trail(ctx, scope, end)
			if err != nil {
				return err
			}
			probe = append(probe, trail...)
		}
		delete(lacking, h.Origin)
	}
	// All that is held here is said again: the peer goes by what it was told last.
	probe = probe[:min(len(probe), exchange.MaxHeads-len(mine))]
	if len(probe) > 0 {
		p, err := s.peer.Heads(ctx, exchange.HeadsRequest{Scope: scope, Heads: append(slices.Clone(mine), probe...)})
		if err != nil {
			return err
		}
		if len(p.Held) != len(mine)+len(probe) {
			return exchange.ErrMalformed
		}
		if err := s.sameLog(p.Log); err != nil {
			return err
		}
		for i, h := range probe {
			if p.Held[len(mine)+i] {
				st.shared = append(st.shared, h)
				st.holds.Put(h)
			}
		}
	}
	s.mu.Lock()
	s.state[scope] = st
	s.mu.Unlock()
	s.tell(scope, st)
	return nil
}

// maxEnds bounds the branches of one origin of which it is asked where they part from the peer's. Of the others more is
// sent than is needed.
const maxEnds = 16

// sameLog notes whose log the peer answers from, and finds out when it has become another.
func (s *Session) sameLog(log string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if log == "" {
		return exchange.ErrMalformed
	}
	if s.log == "" {
		s.log = log
	}
	if s.log != log {
		return errAgain
	}
	return nil
}

func (s *Session) tell(scope oplog.Scope, st *laneState) {
	if s.witness == nil {
		return
	}
	s.mu.Lock()
	log, heads := s.log, st.holds.List()
	s.mu.Unlock()
	s.witness.Holds(log, scope, heads)
}

func (s *Session) lane(scope oplog.Scope) *laneState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state[scope]
}

// push hands over what the peer lacks of a scope, to the end of the own log.
func (s *Session) push(ctx context.Context, scope oplog.Scope) error {
	st := s.lane(scope)
	if st == nil {
		return errAgain
	}
	for {
		s.mu.Lock()
		after, shut := st.ours, st.shut
		s.mu.Unlock()
		if shut {
			return nil
		}
		cover, err := s.cover(ctx, scope, st)
		if err != nil {
			return err
		}
		p, err := s.mine.Missing(ctx, scope, cover, after)
		if errors.Is(err, exchange.ErrStale) { // a branch has come since the cover was made
			st.cover = nil
			if cover, err = s.cover(ctx, scope, st); err != nil {
				return err
			}
			p, err = s.mine.Missing(ctx, scope, cover, after)
		}
		if errors.Is(err, exchange.ErrStale) {
			return errAgain // the own log was begun anew beneath us
		}
		if err != nil {
			return err
		}
		if len(p.Items) > 0 {
			a, err := s.peer.Push(ctx, oplog.Batch{Scope: scope, Items: p.Items})
			if errors.Is(err, exchange.ErrForbidden) {
				// A desk with more rights than the other, or one that has called a kiosk: what both may have is exchanged all the same.
				s.mu.Lock()
				st.shut = true
				s.mu.Unlock()
				return nil
			}
			if err != nil {
				return err
			}
			if err := s.sameLog(a.Log); err != nil {
				return err
			}
			switch a.Fault {
			case "":
				if a.Fresh+a.Duplicates != len(p.Items) {
					return exchange.ErrMalformed // or it would pass for delivered
				}
			case exchange.FaultGap:
				return errAgain
			default:
				if s.witness != nil {
					s.witness.Refused(scope, a.Fault, true)
				}
				return fmt.Errorf("%w: %s", errRefused, a.Fault)
			}
			s.mu.Lock()
			s.moved.Pushed += a.Fresh
			for i := range p.Items {
				st.hold(p.Items[i].Entry)
				st.pushed.Add(p.Items[i].Entry)
			}
			s.mu.Unlock()
		}
		s.mu.Lock()
		st.ours = p.Next
		s.mu.Unlock()
		if len(p.Items) > 0 {
			s.tell(scope, st)
		}
		if !p.More {
			return nil
		}
	}
}

// hold notes that the peer holds an entry and all behind it; the caller holds the lock.
func (st *laneState) hold(e oplog.Entry) {
	st.holds.Add(e)
	if st.pushes && !st.shut {
		st.news = append(st.news, oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()})
	}
}

// cover says what the peer holds of the own log.
func (s *Session) cover(ctx context.Context, scope oplog.Scope, st *laneState) (*oplog.Cover, error) {
	s.mu.Lock()
	for _, h := range st.news {
		if st.cover != nil && !st.cover.Add(h) {
			st.cover = nil
		}
	}
	st.news, st.pushes = nil, true
	cover, known := st.cover, []oplog.Head(nil)
	if cover == nil {
		known = st.holds.List()
	}
	s.mu.Unlock()
	if cover != nil {
		return cover, nil
	}
	cover, err := exchange.CoverOf(ctx, s.mine, scope, known)
	if err == nil {
		st.cover = cover
	}
	return cover, err
}

// errRefused ends a lane until the next greeting: the peer, or this replica, has something that is no entry to the other.
var errRefused = errors.New("agent: a batch was refused")

// pull takes what came of the lanes once; wait holds the request until there is something. more tells whether the
// peer has more right now.
func (s *Session) pull(ctx context.Context, lanes []Lane, wait time.Duration) (more bool, err error) {
	r := exchange.PullRequest{Wait: wait}
	states := make([]*laneState, 0, len(lanes))
	s.mu.Lock()
	for _, l := range lanes {
		st := s.state[l.Scope]
		if st == nil {
			s.mu.Unlock()
			return false, errAgain
		}
		known := st.pushed.Clone()
		if !st.caught {
			for _, h := range st.shared {
				known.Put(h)
			}
		}
		r.Scopes = append(r.Scopes, exchange.PullScope{Scope: l.Scope, Known: known.Most(exchange.MaxHeads), After: st.theirs})
		states = append(states, st)
	}
	s.mu.Unlock()
	a, err := s.peer.Pull(ctx, r)
	if errors.Is(err, exchange.ErrStale) {
		return false, errAgain
	}
	if err != nil {
		return false, err
	}
	if len(a.Pages) != len(lanes) {
		return false, exchange.ErrMalformed
	}
	if err := s.sameLog(a.Log); err != nil {
		return false, err
	}
	if !moves(r, a) {
		return false, exchange.ErrMalformed
	}
	for i, l := range lanes {
		st, p := states[i], a.Pages[i]
		if p.Batch.Scope != l.Scope {
			return false, exchange.ErrMalformed
		}
		if len(p.Batch.Items) > 0 {
			got, err := s.mine.Accept(ctx, p.Batch)
			if err != nil {
				return false, err
			}
			s.mu.Lock()
			s.moved.Pulled += got.Fresh
			s.came += len(p.Batch.Items)
			s.mu.Unlock()
			if p.Fault == nil {
				p.Fault = got.Fault
			}
		}
		if p.Fault != nil {
			word := exchange.FaultWord(p.Fault)
			if word == exchange.FaultGap {
				return false, errAgain
			}
			if s.witness != nil {
				s.witness.Refused(p.Batch.Scope, word, false)
			}
			return false, fmt.Errorf("%w: %s", errRefused, word)
		}
		s.mu.Lock()
		st.theirs = p.Next
		for j := range p.Batch.Items {
			st.hold(p.Batch.Items[j].Entry)
		}
		if !p.More {
			st.caught = true
		}
		s.mu.Unlock()
		if len(p.Batch.Items) > 0 {
			s.tell(p.Batch.Scope, st)
		}
		more = more || p.More
	}
	return more, nil
}

// moves tells whether an answer leads anywhere: a peer that always has more and never hands it over would be asked for ever.
func moves(r exchange.PullRequest, a exchange.PullAnswer) bool {
	more := false
	for i, p := range a.Pages {
		if len(p.Batch.Items) > 0 || p.Next != r.Scopes[i].After {
			return true
		}
		more = more || p.More
	}
	return !more
}

// maxAgain is how often Sync begins anew before it gives up: a peer whose log is another at every look is no peer.
const maxAgain = 4

// Sync exchanges until both sides have all that the other had: once, in full, beginning with the heads.
func (s *Session) Sync(ctx context.Context) error {
	for try := 0; ; try++ {
		err := s.once(ctx)
		if !errors.Is(err, errAgain) || try == maxAgain {
			return err
		}
	}
}

func (s *Session) once(ctx context.Context) error {
	if err := s.Greet(ctx); err != nil {
		return err
	}
	for _, l := range s.lanes {
		if l.Push {
			if err := s.push(ctx, l.Scope); err != nil {
				return err
			}
		}
		if l.Pull {
			for more := true; more; {
				var err error
				if more, err = s.pull(ctx, []Lane{l}, 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
