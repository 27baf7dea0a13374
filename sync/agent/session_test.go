package agent_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// counted counts what a peer hands out.
type counted struct {
	exchange.Peer
	entries int
}

func (c *counted) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	a, err := c.Peer.Pull(ctx, r)
	for _, p := range a.Pages {
		c.entries += len(p.Batch.Items)
	}
	return a, err
}

// What was pushed does not come back as an echo, in the first exchange or later.
func TestWhatWasPushedDoesNotComeBack(t *testing.T) {
	_, authority, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hall, public := replicatest.Hall{ID: "h1", Authority: authority}, authority.Public().(ed25519.PublicKey)
	scope := oplog.HallScope(hall.ID, oplog.Desk)
	m := hall.Machine(t, "one", nil)
	here, there := memlog.New("here", hall.ID, public), memlog.New("there", hall.ID, public)
	run := m.Run(oplog.Desk, 20)
	if _, err := here.Accept(t.Context(), oplog.Batch{Scope: scope, Items: run}); err != nil {
		t.Fatal(err)
	}
	server := &exchange.Server{Replica: there}
	peer := &counted{Peer: server.For(exchange.Caller{Certificate: m.Cert})}
	s := agent.NewSession(here, peer, []agent.Lane{{Scope: scope, Push: true, Pull: true}}, nil)
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if peer.entries != 0 || s.Moved() != (agent.Moved{Pushed: 20}) {
		t.Errorf("%d entries came back; moved %+v", peer.entries, s.Moved())
	}
}
