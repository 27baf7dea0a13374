package device

import (
	"context"
	"io"
	"slices"
	"sync"

	"linli/store"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// traffic knows whether entries are on their way to or from one peer. Attachments go when none are: a scan of thirty
// megabytes on a line of a village must not keep a visit waiting.
type traffic struct {
	mu      sync.Mutex
	under   int           // questions that carry entries and are under way
	more    bool          // the peer has said that it has more
	changed chan struct{} // closed when nothing is on its way any more; nil when nobody waits
}

func (t *traffic) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.under += n
	t.tell()
}

func (t *traffic) setMore(more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.more = more
	t.tell()
}

func (t *traffic) tell() {
	if t.under == 0 && !t.more && t.changed != nil {
		close(t.changed)
		t.changed = nil
	}
}

// quiet waits until no entries are on their way. A nil traffic is always quiet.
func (t *traffic) quiet(ctx context.Context) error {
	for t != nil {
		t.mu.Lock()
		if t.under == 0 && !t.more {
			t.mu.Unlock()
			return ctx.Err()
		}
		if t.changed == nil {
			t.changed = make(chan struct{})
		}
		wait := t.changed
		t.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// seen is a peer of which the traffic is told what goes to and fro.
type seen struct {
	exchange.Peer
	t *traffic
}

// Push implements [exchange.Peer].
func (s seen) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	s.t.add(1)
	defer s.t.add(-1)
	return s.Peer.Push(ctx, b)
}

// Pull implements [exchange.Peer]. One that is held carries nothing until it is answered.
func (s seen) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	if r.Wait <= 0 {
		s.t.add(1)
		defer s.t.add(-1)
	}
	a, err := s.Peer.Pull(ctx, r)
	s.t.setMore(err == nil && slices.ContainsFunc(a.Pages, func(p exchange.PullPage) bool { return p.More }))
	return a, err
}

// pausedPart is an attachment on its way in that stops while entries move.
type pausedPart struct {
	*store.BlobPart
	ctx context.Context
	t   *traffic
}

var _ wire.Part = pausedPart{}

func (p pausedPart) Write(b []byte) (int, error) {
	if err := p.t.quiet(p.ctx); err != nil {
		return 0, err
	}
	return p.BlobPart.Write(b)
}

// pausedFile is one on its way out.
type pausedFile struct {
	io.ReadSeeker
	ctx context.Context
	t   *traffic
}

func (p pausedFile) Read(b []byte) (int, error) {
	if err := p.t.quiet(p.ctx); err != nil {
		return 0, err
	}
	return p.ReadSeeker.Read(b)
}
