package agent_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// crowded is a peer that has no room for the first few tries of each question, and notes when it was asked.
type crowded struct {
	exchange.Peer
	busy  int // tries of each kind of question that are answered so
	after time.Duration

	mu    sync.Mutex
	asked map[string][]time.Time
}

func (c *crowded) enter(question string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil {
		c.asked = make(map[string][]time.Time)
	}
	if c.asked[question] = append(c.asked[question], time.Now()); len(c.asked[question]) <= c.busy {
		return &exchange.BusyError{After: c.after}
	}
	return nil
}

func (c *crowded) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	if err := c.enter("heads"); err != nil {
		return exchange.HeadsAnswer{}, err
	}
	return c.Peer.Heads(ctx, r)
}

func (c *crowded) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	if r.Wait == 0 {
		if err := c.enter("pull"); err != nil {
			return exchange.PullAnswer{}, err
		}
	}
	return c.Peer.Pull(ctx, r)
}

func (c *crowded) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	if err := c.enter("push"); err != nil {
		return exchange.PushAnswer{}, err
	}
	return c.Peer.Push(ctx, b)
}

// A session that a busy peer sends away goes on where it was: it does not begin with the heads again.
func TestABusyPeerIsAskedTheSameAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		two := w.hall.Machine(t, "two", nil)
		there := w.log("there")
		put(t, w.here, w.scope, w.one.Run(oplog.Desk, 3)...)
		theirs := two.Run(oplog.Desk, 3)
		put(t, there, w.scope, theirs...)
		peer := &crowded{Peer: (&exchange.Server{Replica: there}).For(exchange.Caller{Certificate: w.one.Cert}), busy: 3, after: 2 * time.Second}
		a := agent.New(w.here, w.lanes(), nil, nil)
		defer a.Stop()
		a.Add(target("hub", peer))
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if st := a.Status(); !st[0].Live || !has(t, w.here, w.scope, theirs[2]) || there.Len() != 6 {
			t.Fatalf("%+v; it has %d entries", st, there.Len())
		}
		for question, times := range peer.asked {
			if len(times) != peer.busy+1 {
				t.Errorf("%s was asked %d times, want %d", question, len(times), peer.busy+1)
			}
			for i := range times[1:] {
				if waited := times[i+1].Sub(times[i]); waited < peer.after {
					t.Errorf("%s was asked again after %v", question, waited)
				}
			}
		}
		if len(peer.asked) != 3 {
			t.Errorf("asked %v", peer.asked)
		}
	})
}

// Those who were all sent away for the same time do not all come back in the same second.
func TestThoseWhoAreSentAwayTogetherComeBackApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 200
		w := newWorld(t)
		there := w.log("there")
		peer := &crowded{Peer: (&exchange.Server{Replica: there}).For(exchange.Caller{Certificate: w.one.Cert}), busy: crowd, after: 2 * time.Second}
		began := time.Now()
		for range crowd {
			a := agent.New(w.log("one of many"), w.lanes(), nil, nil)
			defer a.Stop()
			a.Add(target("hub", peer))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		again := peer.asked["heads"][crowd:]
		if len(again) < crowd {
			t.Fatalf("%d of %d came again", len(again), crowd)
		}
		perTenth := make(map[time.Duration]int)
		for _, at := range again {
			perTenth[at.Sub(began)/(100*time.Millisecond)]++
		}
		most := 0
		for _, n := range perTenth {
			most = max(most, n)
		}
		if most > crowd/4 {
			t.Errorf("%d of %d come in the same tenth of a second", most, crowd)
		}
		if first := slices.MinFunc(again, time.Time.Compare); first.Sub(began) < peer.after {
			t.Errorf("one came after %v", first.Sub(began))
		}
	})
}

// A peer that stays busy is a failure in the end, and waiting for it ends with the context.
func TestAPeerThatStaysBusyIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		peer := &crowded{busy: 1 << 30, after: time.Second}
		_, err := agent.Patient(peer).Heads(t.Context(), exchange.HeadsRequest{Scope: w.scope})
		if _, busy := err.(*exchange.BusyError); !busy || len(peer.asked["heads"]) != 9 {
			t.Errorf("asked %d times: %v", len(peer.asked["heads"]), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := agent.Patient(peer).Push(ctx, oplog.Batch{}); err != context.DeadlineExceeded {
			t.Errorf("after the end of the context: %v", err)
		}
	})
}
