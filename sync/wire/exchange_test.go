package wire_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Two desks and a kiosk meet at a hub, each over its own connection.
func TestExchangeThroughAHub(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	a, b, k := ours.desk(1), ours.desk(2), ours.kiosk(3)
	logA, logB, logK := newMemory(ours, "a"), newMemory(ours, "b"), newMemory(ours, "k")
	desk, open, intake := ours.scope(oplog.Desk), ours.scope(oplog.Public), ours.scope(oplog.Intake)
	for range 5 {
		a.write(t, logA, desk)
		a.write(t, logA, open)
		b.write(t, logB, desk)
		k.write(t, logK, intake)
	}
	sessions := []interface {
		Sync(context.Context) error
	}{
		session(a, logA, client(t, hub.address, a, hubTrust())),
		session(b, logB, client(t, hub.address, b, hubTrust())),
		session(k, logK, client(t, hub.address, k, hubTrust())),
	}
	for range 2 {
		for _, s := range sessions {
			if err := s.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, scope := range []oplog.Scope{desk, open, intake} {
		same(t, logA, hub.log, scope)
		same(t, logA, logB, scope)
	}
	same(t, logK, hub.log, open)
	if logK.count(desk) != 0 {
		t.Error("the kiosk holds what desks write")
	}
	if got := hub.reported(); len(got) > 0 {
		t.Errorf("the hub reports %v", got)
	}
}

// A pull is held until there is something, and answers at once then.
func TestHeldPull(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	m := ours.desk(1)
	c := client(t, hub.address, m, hubTrust())
	scope := ours.scope(oplog.Desk)
	type answer struct {
		a   exchange.PullAnswer
		err error
	}
	got := make(chan answer, 1)
	go func() {
		a, err := c.Pull(t.Context(), exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: exchange.MaxWait})
		got <- answer{a, err}
	}()
	hub.log.awaitWatchers(1)
	// The other connection is free while the pull is held.
	if _, err := c.Digest(t.Context(), scope); err != nil {
		t.Fatal(err)
	}
	e := m.write(t, hub.log, scope)
	r := <-got
	if r.err != nil || len(r.a.Pages) != 1 || len(r.a.Pages[0].Batch.Items) != 1 || r.a.Pages[0].Batch.Items[0].Entry.Hash() != e.Hash() {
		t.Fatalf("%+v, %v", r.a, r.err)
	}
	// With nothing new the answer comes after the wait, and says where to go on.
	a, err := c.Pull(t.Context(), exchange.PullRequest{
		Scopes: []exchange.PullScope{{Scope: scope, After: r.a.Pages[0].Next}}, Wait: time.Millisecond,
	})
	if err != nil || len(a.Pages[0].Batch.Items) != 0 || a.Pages[0].Next != r.a.Pages[0].Next {
		t.Fatalf("%+v, %v", a, err)
	}
}

// A pull that its caller gives up leaves nothing behind at the server.
func TestHeldPullGivenUp(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	c := client(t, hub.address, ours.desk(1), hubTrust())
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error, 1)
	go func() {
		_, err := c.Pull(ctx, exchange.PullRequest{
			Scopes: []exchange.PullScope{{Scope: ours.scope(oplog.Desk)}}, Wait: exchange.MaxWait,
		})
		got <- err
	}()
	hub.log.awaitWatchers(1)
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	hub.log.awaitWatchers(0)
}

// What is handed over again is taken for what it is.
func TestReplayedBatch(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	m := ours.desk(1)
	log, scope := newMemory(ours, "a"), ours.scope(oplog.Desk)
	for range 3 {
		m.write(t, log, scope)
	}
	c := client(t, hub.address, m, hubTrust())
	batch := oplog.Batch{Scope: scope, Items: log.log(scope).items}
	first, err := c.Push(t.Context(), batch)
	if err != nil || first.Fresh != 3 || first.Duplicates != 0 || first.Fault != "" {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := c.Push(t.Context(), batch)
	if err != nil || again.Fresh != 0 || again.Duplicates != 3 || again.Fault != "" {
		t.Fatalf("%+v, %v", again, err)
	}
	same(t, log, hub.log, scope)
	out, in := c.Traffic()
	if out == 0 || in == 0 {
		t.Error("no traffic is counted")
	}
}

// witness notes what a session says.
type witness struct{ refused []string }

func (w *witness) Holds(string, oplog.Scope, []oplog.Head) {}

func (w *witness) Refused(_ oplog.Scope, fault string, _ bool) { w.refused = append(w.refused, fault) }

// A peer with an entry that is none in its log hands over what stands before it, and a session takes that and says what is
// wrong with the rest.
func TestOneBadEntryBlocksNothingBeforeIt(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	scope := ours.scope(oplog.Desk)
	answer := must(oplog.Marshal([]any{"hub", []any{[]any{badTail(t), []any{int64(3), bytes.Repeat([]byte{1}, 32)}, false}}}))
	address := listen(t, hubIdentity(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/pull" {
			hub.handler.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/cbor")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer)
	}))
	m, log, w := ours.desk(2), newMemory(ours, "b"), &witness{}
	s := agent.NewSession(log, client(t, address, m, hubTrust()), []agent.Lane{{Scope: scope, Pull: true}}, w)
	if err := s.Sync(t.Context()); err == nil {
		t.Error("nothing is said of a bad entry")
	}
	if log.count(scope) != 2 || len(w.refused) != 1 || w.refused[0] != exchange.FaultEntry {
		t.Errorf("%d entries, reported %q", log.count(scope), w.refused)
	}
}
