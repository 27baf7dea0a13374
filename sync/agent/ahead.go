package agent

import (
	"context"
	"reflect"

	"linli/sync/exchange"
)

// Ahead is a peer that is asked for the next page while the one before is being taken in, so that a long first pull does not
// wait for the network and the disk in turn. It is for one session, whose pulls come one after the other.
func Ahead(peer exchange.Peer) exchange.Peer { return &ahead{Peer: peer} }

type ahead struct {
	exchange.Peer
	next *asked
}

// asked is a question that is on its way.
type asked struct {
	request exchange.PullRequest
	cancel  context.CancelFunc
	done    chan struct{}
	answer  exchange.PullAnswer
	err     error
}

// Pull implements [exchange.Peer].
func (p *ahead) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	var a exchange.PullAnswer
	var err error
	if n := p.next; n != nil && reflect.DeepEqual(n.request, r) {
		p.next = nil
		select {
		case <-n.done:
		case <-ctx.Done():
			n.cancel()
			return a, ctx.Err()
		}
		n.cancel()
		a, err = n.answer, n.err
	} else {
		if n != nil { // the session goes on otherwise
			n.cancel()
			p.next = nil
		}
		a, err = p.Peer.Pull(ctx, r)
	}
	if err == nil && r.Wait == 0 && len(r.Scopes) == 1 && len(a.Pages) == 1 && a.Pages[0].More {
		then := exchange.PullRequest{Scopes: []exchange.PullScope{r.Scopes[0]}}
		then.Scopes[0].After = a.Pages[0].Next
		n := &asked{request: then, done: make(chan struct{})}
		ctx, n.cancel = context.WithCancel(ctx)
		go func() {
			defer close(n.done)
			n.answer, n.err = p.Peer.Pull(ctx, then)
		}()
		p.next = n
	}
	return a, err
}
