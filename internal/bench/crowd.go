package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// How many come back in the same second, what each brings, and what the hub has for them before they come.
const (
	crowdDevices = 1000
	crowdOwn     = 3
	crowdBefore  = 2000
)

// measureCrowd measures how a hub gets over the moment in which the network is back for all machines: each brings something and
// fetches what the hub has by then, with the agent's own tries and pauses. They belong to one hall, which is the worst
// that can come: each entry is news to all the others.
func measureCrowd(ctx context.Context, r *report, bin string) error {
	return withCentre(bin, func(c *centre, _ string) error {
		all, err := c.lights(1000, crowdDevices+1)
		if err != nil {
			return err
		}
		first, crowd := all[0], all[1:]
		if err := first.write(crowdBefore); err != nil {
			return err
		}
		if err := first.pushAll(ctx); err != nil {
			return err
		}
		before, err := c.entries()
		if err != nil {
			return err
		}
		for _, l := range crowd {
			if err := l.write(crowdOwn); err != nil {
				return err
			}
		}
		small, idle := c.memory(), c.busy()
		var t tries
		began := time.Now()
		took := t.comeBack(crowd)
		served, busy := time.Since(began), c.busy()-idle
		if err := c.held(ctx, all); err != nil {
			return err
		}
		after, err := c.entries()
		if err != nil {
			return err
		}
		if after != before+crowdDevices*crowdOwn {
			return fmt.Errorf("the hub has %d entries and should have %d", after, before+crowdDevices*crowdOwn)
		}
		for _, l := range crowd {
			if l.pulled() < before {
				return fmt.Errorf("a machine was served and has %d of %d entries", l.pulled(), before)
			}
		}
		m, err := c.metrics()
		if err != nil {
			return err
		}
		r.add(fmt.Sprintf("%d machines come back in the same second", crowdDevices), "nothing lost", "all served after %.1f s, of which the hub took %.1f s of a core", served.Seconds(), busy.Seconds())
		r.add("one machine's return among them, tries and pauses included", "-", "p50 %.1f s, p95 %.1f s", quantile(took, .5).Seconds(), quantile(took, .95).Seconds())
		r.add("answers 429 and 503 to them, and other failures", "-", "%.0f and %.0f; %d connections or answers failed", statuses(m, 429), statuses(m, 503), t.failed)
		r.add("hub memory: before, and at most", "≤ 64 MB + 50 KB a connection", "%.0f MB, %.0f MB", float64(small)/1e6, float64(c.peak())/1e6)
		return nil
	})
}

// statuses counts the hub's answers of one status.
func statuses(m map[string]float64, status int) (sum float64) {
	for _, route := range []string{"heads", "pull", "push", "digest", "other"} {
		sum += m[fmt.Sprintf("linli_hub_requests_total{route=%q,status=\"%d\"}", route, status)]
	}
	return sum
}

// pushAll hands over everything, and fetches nothing.
func (l *light) pushAll(ctx context.Context) error {
	w, err := l.client()
	if err != nil {
		return err
	}
	defer w.Close()
	return agent.NewSession(l, w, []agent.Lane{{Scope: l.scope, Push: true}}, nil).Sync(ctx)
}

// tries is what became of the questions of many machines.
type tries struct {
	mu     sync.Mutex
	failed int // of those that were not answered "busy"
}

// comeBack lets an agent of each begin at once, and answers how long each needed until its first full exchange.
func (t *tries) comeBack(crowd []*light) []time.Duration {
	var all sync.WaitGroup
	took := make([]time.Duration, len(crowd))
	start := make(chan struct{})
	for i, l := range crowd {
		all.Go(func() {
			met := make(chan struct{})
			var once sync.Once
			var a *agent.Agent
			a = agent.New(l, agent.Lanes(l.cert), nil, func() {
				for _, st := range a.Status() {
					if !st.Met.IsZero() {
						once.Do(func() { close(met) })
					}
				}
			})
			<-start
			began := time.Now()
			a.Add(agent.Target{Address: l.c.address, Connect: func(context.Context) (exchange.Peer, func(), error) {
				w, err := l.client()
				if err != nil {
					return nil, nil, err
				}
				return agent.Ahead(&tried{w, t}), w.Close, nil
			}})
			<-met
			took[i] = time.Since(began)
			a.Stop()
		})
	}
	close(start)
	all.Wait()
	return took
}

// tried is a peer whose failures are counted.
type tried struct {
	exchange.Peer
	t *tries
}

func (p *tried) note(err error) {
	var busy *exchange.BusyError
	if err == nil || errors.As(err, &busy) || errors.Is(err, context.Canceled) {
		return
	}
	p.t.mu.Lock()
	defer p.t.mu.Unlock()
	p.t.failed++
}

// Heads implements [exchange.Peer].
func (p *tried) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	a, err := p.Peer.Heads(ctx, r)
	p.note(err)
	return a, err
}

// Pull implements [exchange.Peer].
func (p *tried) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	a, err := p.Peer.Pull(ctx, r)
	p.note(err)
	return a, err
}

// Push implements [exchange.Peer].
func (p *tried) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	a, err := p.Peer.Push(ctx, b)
	p.note(err)
	return a, err
}
