package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"linli/sync/agent"
)

// How many push at once, what each brings when it was away, and how many it writes while it is there.
const (
	pushers    = 32
	pusherAway = 4000
	pusherLive = 200
)

// measurePushers measures how many entries a second a hub takes from many machines of one hall at once. What it has confirmed
// is on its disk.
func measurePushers(ctx context.Context, r *report, bin string) error {
	return withCentre(bin, func(c *centre, _ string) error {
		all, err := c.lights(1000, pushers)
		if err != nil {
			return err
		}
		if err := together(all, func(l *light) error { return l.write(pusherAway) }); err != nil {
			return err
		}
		before, err := c.entries()
		if err != nil {
			return err
		}
		began := time.Now()
		if err := together(all, func(l *light) error { return l.pushAll(ctx) }); err != nil {
			return err
		}
		away := time.Since(began)

		var mu sync.Mutex
		var waits []time.Duration
		began = time.Now()
		err = together(all, func(l *light) error {
			took, err := l.pushOneByOne(ctx, pusherLive)
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, took...)
			return err
		})
		if err != nil {
			return err
		}
		live := time.Since(began)
		if err := c.held(ctx, all); err != nil {
			return err
		}
		after, err := c.entries()
		if err != nil {
			return err
		}
		if want := before + pushers*(pusherAway+pusherLive); after != want {
			return fmt.Errorf("the hub has %d entries and should have %d", after, want)
		}
		r.add(fmt.Sprintf("%d machines push %d entries each at once, durable", pushers, pusherAway), "-", "%.0f entries/s", pushers*pusherAway/away.Seconds())
		r.add(fmt.Sprintf("%d machines push one entry after the other, durable", pushers), "-", "%.0f entries/s; p50 %.1f ms, p95 %.1f ms", pushers*pusherLive/live.Seconds(),
			ms(quantile(waits, .5)), ms(quantile(waits, .95)))
		r.add("hub memory at most", "≤ 64 MB + 50 KB a connection", "%.0f MB", float64(c.peak())/1e6)
		return nil
	})
}

// together does the same for all at once.
func together(all []*light, do func(*light) error) error {
	errs := make([]error, len(all))
	var running sync.WaitGroup
	for i, l := range all {
		running.Go(func() { errs[i] = do(l) })
	}
	running.Wait()
	return errors.Join(errs...)
}

// pushOneByOne writes n entries and hands over each as soon as it is written. It answers how long each push took.
func (l *light) pushOneByOne(ctx context.Context, n int) ([]time.Duration, error) {
	w, err := l.client()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	s := agent.NewSession(l, w, []agent.Lane{{Scope: l.scope, Push: true}}, nil)
	if err := s.Sync(ctx); err != nil {
		return nil, err
	}
	took := make([]time.Duration, 0, n)
	for range n {
		if err := l.write(1); err != nil {
			return took, err
		}
		began := time.Now()
		if err := s.Push(ctx); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
