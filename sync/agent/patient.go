package agent

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Patient is a peer whose questions are asked again when they were answered "busy". A session that ended there would have to
// begin with the heads, and where many come back at once nearly every session is told so at one of its dozen questions:
// most of what the peer then answers is asked for nothing. It is for the two that run sessions by the clock.
func Patient(peer exchange.Peer) exchange.Peer { return patient{peer} }

type patient struct{ exchange.Peer }

// patience is how often one question is asked again. A peer that is busy for longer is a failure like any other.
const patience = 8

// insist asks until the answer is another than "busy". All who were sent away in one moment are told the same time: each comes at
// a moment of its own after it, within a time that grows with each try.
func insist[A any](ctx context.Context, ask func() (A, error)) (A, error) {
	for try := 0; ; try++ {
		a, err := ask()
		var busy *exchange.BusyError
		if !errors.As(err, &busy) || try == patience {
			return a, err
		}
		timer := time.NewTimer(apart(busy.After, try, rand.N[time.Duration]))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return a, ctx.Err()
		}
	}
}

// apart is how long to wait before the next try after n of them, for whom the peer told to come again after some time.
func apart(after time.Duration, n int, random func(time.Duration) time.Duration) time.Duration {
	after = max(after, leastPause)
	return after + random(after<<min(n, 3))
}

// Heads implements [exchange.Peer].
func (p patient) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	return insist(ctx, func() (exchange.HeadsAnswer, error) { return p.Peer.Heads(ctx, r) })
}

// Pull implements [exchange.Peer].
func (p patient) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	return insist(ctx, func() (exchange.PullAnswer, error) { return p.Peer.Pull(ctx, r) })
}

// Push implements [exchange.Peer].
func (p patient) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	return insist(ctx, func() (exchange.PushAnswer, error) { return p.Peer.Push(ctx, b) })
}

// Digest implements [exchange.Peer].
func (p patient) Digest(ctx context.Context, scope oplog.Scope) (exchange.DigestAnswer, error) {
	return insist(ctx, func() (exchange.DigestAnswer, error) { return p.Peer.Digest(ctx, scope) })
}
