package exchange

import (
	"context"
	"time"

	"linli/sync/oplog"
)

// Bounds of requests, beside those of a batch.
const (
	MaxHeads = 4096             // heads in one request or answer; of more, those with most behind them are named
	MaxWait  = 55 * time.Second // how long a pull is held; proxies commonly end at 60
)

// Caller is who asks, as the certificate of the connection says.
type Caller struct {
	Certificate oplog.Certificate
}

// Server answers exchanges from a replica. It holds no state of its callers.
type Server struct {
	Replica Replica
	// Heard is told what a caller's log is known to hold, from what it says and from what it has gone on to ask for. Nil
	// is told nothing.
	Heard func(c Caller, scope oplog.Scope, heads []oplog.Head)
	// Refuse is asked before every answer: [ErrRevoked] for a machine that was cut since it connected. Nil
	// refuses nobody.
	Refuse func(Caller) error
}

// For is the server as one caller sees it.
func (s *Server) For(c Caller) Peer { return view{s, c} }

type view struct {
	s *Server
	c Caller
}

func (v view) may(scope oplog.Scope, right func(oplog.Certificate, oplog.Scope) bool) error {
	if v.s.Refuse != nil {
		if err := v.s.Refuse(v.c); err != nil {
			return err
		}
	}
	if !right(v.c.Certificate, scope) {
		return ErrForbidden
	}
	return nil
}

// MayRead tells whether a machine may receive a scope's entries: a desk those that its certificate names, every
// other machine of the hall the public ones alone. A kiosk writes intake and never gets it back.
func MayRead(c oplog.Certificate, scope oplog.Scope) bool {
	if scope.Hall() != c.Hall || c.Hall == "" {
		return false
	}
	switch c.Role {
	case RoleDesk, RoleSupervisor:
		return scope.Part() == oplog.Public || c.Allows(scope) || c.Role == RoleSupervisor
	}
	return scope.Part() == oplog.Public
}

// MayWrite tells whether a machine may hand in a scope's entries, its own or those of others that it passes on.
func MayWrite(c oplog.Certificate, scope oplog.Scope) bool {
	return scope.Hall() == c.Hall && c.Hall != "" && (c.Allows(scope) || MayRead(c, scope))
}

// The roles of machines in certificates.
const (
	RoleDesk       = "desk"
	RoleKiosk      = "kiosk"
	RoleBoard      = "board"
	RoleSupervisor = "supervisor"
)

// Heads implements [Peer].
func (v view) Heads(ctx context.Context, r HeadsRequest) (HeadsAnswer, error) {
	if err := v.may(r.Scope, MayWrite); err != nil {
		return HeadsAnswer{}, err
	}
	if len(r.Heads) > MaxHeads {
		return HeadsAnswer{}, ErrTooMuch
	}
	// The end is read before the heads: what comes between is sent twice rather than never.
	end, err := v.s.Replica.End(ctx, r.Scope)
	if err != nil {
		return HeadsAnswer{}, err
	}
	own, err := v.s.Replica.Heads(ctx, r.Scope)
	if err != nil {
		return HeadsAnswer{}, err
	}
	hashes := make([]oplog.Hash, len(r.Heads))
	for i := range r.Heads {
		hashes[i] = r.Heads[i].Hash
	}
	found, err := v.s.Replica.Find(ctx, r.Scope, hashes)
	if err != nil {
		return HeadsAnswer{}, err
	}
	if v.s.Heard != nil {
		v.s.Heard(v.c, r.Scope, r.Heads)
	}
	a := HeadsAnswer{Log: v.s.Replica.ID(), Heads: own.Most(MaxHeads), Held: make([]bool, len(found)), End: end}
	for i := range found {
		a.Held[i] = found[i] != oplog.Head{}
	}
	return a, nil
}

// Pull implements [Peer].
func (v view) Pull(ctx context.Context, r PullRequest) (PullAnswer, error) {
	scopes := make([]oplog.Scope, len(r.Scopes))
	for i, q := range r.Scopes {
		if err := v.may(q.Scope, MayRead); err != nil {
			return PullAnswer{}, err
		}
		if len(q.Known) > MaxHeads {
			return PullAnswer{}, ErrTooMuch
		}
		scopes[i] = q.Scope
	}
	if r.Wait <= 0 {
		a, _, err := v.pages(ctx, r.Scopes)
		return a, err
	}
	// Watched before the log is read, so that nothing can come between.
	changed, stop := v.s.Replica.Watch(scopes...)
	defer stop()
	timer := time.NewTimer(min(r.Wait, MaxWait))
	defer timer.Stop()
	for {
		before, err := v.ends(ctx, scopes) // what comes after is not what the caller has
		if err != nil {
			return PullAnswer{}, err
		}
		a, found, err := v.pages(ctx, r.Scopes)
		if err != nil || found {
			return a, err
		}
		for i := range a.Pages { // what was passed over is not read again
			r.Scopes[i].After = a.Pages[i].Next
		}
		for i := range before { // who waits for more has taken in what there was
			v.s.Heard(v.c, scopes[i], before[i])
		}
		select {
		case <-changed:
			if v.s.Refuse != nil {
				if err := v.s.Refuse(v.c); err != nil {
					return PullAnswer{}, err
				}
			}
		case <-timer.C:
			return a, nil
		case <-ctx.Done():
			return a, ctx.Err()
		}
	}
}

// ends are the heads of some scopes, if anybody is to be told of them.
func (v view) ends(ctx context.Context, scopes []oplog.Scope) ([][]oplog.Head, error) {
	if v.s.Heard == nil {
		return nil, nil
	}
	out := make([][]oplog.Head, len(scopes))
	for i, scope := range scopes {
		own, err := v.s.Replica.Heads(ctx, scope)
		if err != nil {
			return nil, err
		}
		out[i] = own.List()
	}
	return out, nil
}

// pages reads a page of each scope and tells whether there is an entry in one, or may be beyond it.
func (v view) pages(ctx context.Context, want []PullScope) (a PullAnswer, found bool, err error) {
	a = PullAnswer{Log: v.s.Replica.ID(), Pages: make([]PullPage, len(want))}
	size := 0
	for i, q := range want {
		p := &a.Pages[i]
		p.Batch.Scope, p.Next = q.Scope, q.After
		if size > oplog.MaxBatch/2 {
			p.More = true // the next pull brings it
			continue
		}
		cover, err := CoverOf(ctx, v.s.Replica, q.Scope, q.Known)
		if err != nil {
			return a, false, err
		}
		page, err := v.s.Replica.Missing(ctx, q.Scope, cover, q.After)
		if err != nil {
			return a, false, err
		}
		p.Batch.Items, p.Next, p.More = page.Items, page.Next, page.More
		size += p.Batch.Size()
		found = found || len(page.Items) > 0 || page.More
	}
	return a, found, nil
}

// Push implements [Peer].
func (v view) Push(ctx context.Context, b oplog.Batch) (PushAnswer, error) {
	if err := v.may(b.Scope, MayWrite); err != nil {
		return PushAnswer{}, err
	}
	r, err := v.s.Replica.Accept(ctx, b)
	if err != nil {
		return PushAnswer{}, err
	}
	return PushAnswer{v.s.Replica.ID(), r.Fresh, r.Duplicates, FaultWord(r.Fault)}, nil
}

// Digest implements [Peer].
func (v view) Digest(ctx context.Context, scope oplog.Scope) (DigestAnswer, error) {
	if err := v.may(scope, MayRead); err != nil {
		return DigestAnswer{}, err
	}
	d, err := v.s.Replica.Digest(ctx, scope)
	return DigestAnswer{v.s.Replica.ID(), d}, err
}
