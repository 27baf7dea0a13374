package agent_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/internal/replicatest"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// world is a replica with an agent, and others that it can be told of.
type world struct {
	hall   replicatest.Hall
	public ed25519.PublicKey
	scope  oplog.Scope
	one    *replicatest.Machine
	here   *memlog.Log
}

func newWorld(t *testing.T) *world {
	t.Helper()
	_, authority, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{hall: replicatest.Hall{ID: "h1", Authority: authority}, public: authority.Public().(ed25519.PublicKey), scope: "hall/h1/desk"}
	w.one = w.hall.Machine(t, "one", nil)
	w.here = w.log("here")
	return w
}

func (w *world) log(name string) *memlog.Log { return memlog.New(name, w.hall.ID, w.public) }

func (w *world) lanes() []agent.Lane { return []agent.Lane{{Scope: w.scope, Push: true, Pull: true}} }

// to is a target that reaches a log through its server.
func (w *world) to(name string, log *memlog.Log) agent.Target {
	server := &exchange.Server{Replica: log}
	return target(name, server.For(exchange.Caller{Certificate: w.one.Cert}))
}

func target(name string, peer exchange.Peer) agent.Target {
	return agent.Target{Address: name, Connect: func(context.Context) (exchange.Peer, func(), error) { return peer, func() {}, nil }}
}

func put(t *testing.T, log *memlog.Log, scope oplog.Scope, items ...oplog.Item) {
	t.Helper()
	if r, err := log.Accept(t.Context(), oplog.Batch{Scope: scope, Items: items}); err != nil || r.Fault != nil {
		t.Fatal(err, r.Fault)
	}
}

func has(t *testing.T, log *memlog.Log, scope oplog.Scope, it oplog.Item) bool {
	t.Helper()
	found, err := log.Find(t.Context(), scope, []oplog.Hash{it.Entry.Hash()})
	if err != nil {
		t.Fatal(err)
	}
	return found[0] != oplog.Head{}
}

// stuck never answers; it lets go when it is told to.
type stuck struct{ exchange.Peer }

func (stuck) Heads(ctx context.Context, _ exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	<-ctx.Done()
	return exchange.HeadsAnswer{}, ctx.Err()
}

// liar answers with entries whose signatures do not hold.
type liar struct{ exchange.Peer }

func (l liar) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	a, err := l.Peer.Pull(ctx, r)
	for i := range a.Pages {
		for j := range a.Pages[i].Batch.Items {
			it := &a.Pages[i].Batch.Items[j]
			if it.Sig = append([]byte(nil), it.Sig...); len(it.Sig) > 0 {
				it.Sig[0] ^= 1
			}
		}
	}
	return a, err
}

// down cannot be connected to, and counts the tries.
type down struct {
	mu    sync.Mutex
	tries []time.Time
}

func (d *down) target(name string) agent.Target {
	return agent.Target{Address: name, Connect: func(context.Context) (exchange.Peer, func(), error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.tries = append(d.tries, time.Now())
		return nil, nil, errors.New("no route")
	}}
}

// witness remembers what was refused.
type witness struct {
	mu      sync.Mutex
	refused []string
}

func (w *witness) Holds(string, oplog.Scope, []oplog.Head) {}

func (w *witness) Refused(_ oplog.Scope, fault string, _ bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused = append(w.refused, fault)
}

func TestAPeerThatIsDownStuckOrLyingDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		good, bad := w.log("good"), w.log("bad")
		forged := w.hall.Machine(t, "two", nil).Run(oplog.Desk, 3)
		put(t, bad, w.scope, forged...)
		seen, off := &witness{}, &down{}
		a := agent.New(w.here, w.lanes(), func(agent.Target) agent.Witness { return seen }, nil)
		defer a.Stop()
		lying := w.to("lying", bad)
		server := &exchange.Server{Replica: bad}
		lying.Connect = func(context.Context) (exchange.Peer, func(), error) {
			return liar{server.For(exchange.Caller{Certificate: w.one.Cert})}, func() {}, nil
		}
		a.Add(target("stuck", stuck{}))
		a.Add(off.target("down"))
		a.Add(lying)
		a.Add(w.to("good", good))
		first := w.one.Run(oplog.Desk, 2)
		put(t, w.here, w.scope, first...)
		synctest.Wait()
		if !has(t, good, w.scope, first[1]) {
			t.Error("what was written here is not at the good peer")
		}
		late := w.hall.Machine(t, "three", nil).Run(oplog.Desk, 1)
		put(t, good, w.scope, late...)
		synctest.Wait()
		if !has(t, w.here, w.scope, late[0]) {
			t.Error("what was written at the good peer is not here")
		}
		if has(t, w.here, w.scope, forged[0]) {
			t.Error("a forged entry was taken")
		}
		seen.mu.Lock()
		if len(seen.refused) == 0 || seen.refused[0] != exchange.FaultSignature {
			t.Errorf("refused %v", seen.refused)
		}
		seen.mu.Unlock()
		// Who is away is asked less and less, and never given up.
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		off.mu.Lock()
		n := len(off.tries)
		off.mu.Unlock()
		if n < 50 || n > 400 {
			t.Errorf("%d tries in two hours", n)
		}
	})
}

// A peer whose log is another than before is met anew: nothing is missing at a hub that was set back or lost everything.
func TestAPeerThatLostItsLogIsFilledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		items := w.one.Run(oplog.Desk, 5)
		put(t, w.here, w.scope, items...)
		a := agent.New(w.here, w.lanes(), nil, nil)
		defer a.Stop()
		var mu sync.Mutex
		at := w.log("hub")
		a.Add(agent.Target{Address: "hub", Connect: func(context.Context) (exchange.Peer, func(), error) {
			mu.Lock()
			defer mu.Unlock()
			return (&exchange.Server{Replica: at}).For(exchange.Caller{Certificate: w.one.Cert}), func() {}, nil
		}})
		synctest.Wait()
		if !has(t, at, w.scope, items[4]) {
			t.Fatal("it was never filled")
		}
		mu.Lock()
		at = w.log("hub, again")
		mu.Unlock()
		a.Again()
		synctest.Wait()
		if !has(t, at, w.scope, items[4]) {
			t.Error("the new log is not filled")
		}
	})
}
