package device

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// scripted is a peer whose answers wait for the test.
type scripted struct {
	exchange.Peer
	pull chan exchange.PullAnswer
	push chan exchange.PushAnswer
}

func (s scripted) Pull(context.Context, exchange.PullRequest) (exchange.PullAnswer, error) {
	return <-s.pull, nil
}

func (s scripted) Push(context.Context, oplog.Batch) (exchange.PushAnswer, error) {
	return <-s.push, nil
}

// Attachments wait while entries go or come, and while the peer has more; a pull that is only held stops nobody.
func TestAttachmentsGiveWayToEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		tr := &traffic{}
		peer := scripted{pull: make(chan exchange.PullAnswer), push: make(chan exchange.PushAnswer)}
		s := seen{peer, tr}
		moved := false
		attempt := func() <-chan error {
			moved = false
			ended := make(chan error, 1)
			go func() {
				err := tr.quiet(ctx)
				moved = err == nil
				ended <- err
			}()
			synctest.Wait()
			return ended
		}
		wants := func(what string, want bool) {
			t.Helper()
			if moved != want {
				t.Errorf("%s: an attachment moves: %v", what, moved)
			}
		}
		<-attempt()
		wants("nothing on its way", true)

		go s.Push(ctx, oplog.Batch{})
		go s.Pull(ctx, exchange.PullRequest{Scopes: []exchange.PullScope{{}}})
		synctest.Wait()
		ended := attempt()
		wants("both on their way", false)
		peer.push <- exchange.PushAnswer{}
		synctest.Wait()
		wants("one on its way", false)
		peer.pull <- exchange.PullAnswer{Pages: []exchange.PullPage{{More: true}}}
		synctest.Wait()
		wants("more to come", false)
		go s.Pull(ctx, exchange.PullRequest{Wait: 1})
		synctest.Wait()
		wants("more to come still", false)
		peer.pull <- exchange.PullAnswer{Pages: []exchange.PullPage{{}}}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		wants("all came", true)

		go s.Pull(ctx, exchange.PullRequest{Wait: 1})
		synctest.Wait()
		<-attempt()
		wants("a pull is held", true)
		peer.pull <- exchange.PullAnswer{}

		tr.add(1)
		ended = attempt()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("it was told to stop: %v", err)
		}
		var none *traffic
		if err := none.quiet(t.Context()); err != nil {
			t.Errorf("without entries: %v", err)
		}
	})
}
