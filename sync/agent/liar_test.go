package agent_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
)

// pulling is a peer whose answers to pulls the test makes.
type pulling struct {
	exchange.Peer
	asked  int
	answer func(r exchange.PullRequest, a exchange.PullAnswer) (exchange.PullAnswer, error)
}

// enough ends a test in which somebody is asked without end.
const enough = 10_000

func (p *pulling) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	if p.asked++; p.asked > enough {
		return exchange.PullAnswer{}, errors.New("asked without end")
	}
	held := r.Wait
	r.Wait = 0
	a, err := p.Peer.Pull(ctx, r)
	if r.Wait = held; err != nil {
		return a, err
	}
	return p.answer(r, a)
}

// A peer that says that there is more and never hands it over is nobody's peer.
func TestAPeerThatAlwaysHasMoreAndNothingToShowIsLeft(t *testing.T) {
	desk := hall.Machine(t, "desk", nil)
	peer := &pulling{Peer: (&exchange.Server{Replica: newLog("theirs")}).For(exchange.Caller{Certificate: desk.Cert})}
	peer.answer = func(r exchange.PullRequest, a exchange.PullAnswer) (exchange.PullAnswer, error) {
		for i := range a.Pages {
			a.Pages[i].Batch.Items, a.Pages[i].Next, a.Pages[i].More = nil, r.Scopes[i].After, true
		}
		return a, nil
	}
	err := agent.NewSession(newLog("mine"), peer, agent.Lanes(desk.Cert), nil).Sync(background)
	if !errors.Is(err, exchange.ErrMalformed) || peer.asked != 1 {
		t.Errorf("asked %d times: %v", peer.asked, err)
	}
}

// Whatever a peer answers to a pull that it should hold, it is not asked more than about once a second.
func TestAPeerThatHoldsNoPullIsNotAskedWithoutEnd(t *testing.T) {
	for name, answer := range map[string]func(exchange.PullRequest, exchange.PullAnswer) (exchange.PullAnswer, error){
		"nothing": func(_ exchange.PullRequest, a exchange.PullAnswer) (exchange.PullAnswer, error) { return a, nil },
		"another log": func(r exchange.PullRequest, a exchange.PullAnswer) (exchange.PullAnswer, error) {
			if r.Wait > 0 {
				return exchange.PullAnswer{}, exchange.ErrStale
			}
			return a, nil
		},
		"no message": func(r exchange.PullRequest, a exchange.PullAnswer) (exchange.PullAnswer, error) {
			if r.Wait > 0 {
				return exchange.PullAnswer{}, exchange.ErrMalformed
			}
			return a, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				desk := hall.Machine(t, "desk", nil)
				peer := &pulling{Peer: (&exchange.Server{Replica: newLog("theirs")}).For(exchange.Caller{Certificate: desk.Cert}), answer: answer}
				a := agent.New(newLog("mine"), agent.Lanes(desk.Cert), nil, nil)
				a.Add(target("liar", peer))
				time.Sleep(time.Hour)
				a.Stop()
				if peer.asked == 0 || peer.asked > 3700 {
					t.Errorf("asked %d times in an hour", peer.asked)
				}
			})
		})
	}
}
