package agent_test

import (
	"context"
	"crypto/ed25519"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

var (
	hall       = replicatest.Hall{ID: "h1", Authority: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	background = context.Background()
)

func scope(part string) oplog.Scope { return oplog.HallScope(hall.ID, part) }

func newLog(id string) *memlog.Log {
	return memlog.New(id, hall.ID, hall.Authority.Public().(ed25519.PublicKey))
}

// add puts items into a log that has to take them.
func add(t *testing.T, log *memlog.Log, part string, items ...oplog.Item) {
	t.Helper()
	r, err := log.Accept(background, oplog.Batch{Scope: scope(part), Items: items})
	if err != nil || r.Fault != nil {
		t.Fatal(err, r.Fault)
	}
}

// beside is a peer in the same process. As over the network, nothing is pushed to a machine that may not read it.
type beside struct {
	exchange.Peer
	is oplog.Certificate
}

func (b beside) Push(ctx context.Context, batch oplog.Batch) (exchange.PushAnswer, error) {
	if !exchange.MayRead(b.is, batch.Scope) {
		return exchange.PushAnswer{}, exchange.ErrForbidden
	}
	return b.Peer.Push(ctx, batch)
}

func (b *beside) becomes(log *memlog.Log, caller oplog.Certificate) {
	b.Peer = (&exchange.Server{Replica: log}).For(exchange.Caller{Certificate: caller})
}

// A desk that has more scopes than the one it has called exchanges what both may have.
func TestALaneThatThePeerMayNotHaveIsLeftOut(t *testing.T) {
	care := hall.Machine(t, "care", nil)
	desk := hall.Machine(t, "desk", func(c *oplog.Certificate) { c.Scopes = []oplog.Scope{scope(oplog.Public), scope(oplog.Desk)} })
	mine, theirs := newLog("mine"), newLog("theirs")
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		add(t, mine, part, care.Run(part, 2)...)
	}
	add(t, theirs, oplog.Desk, desk.Run(oplog.Desk, 3)...)
	peer := &beside{is: desk.Cert}
	peer.becomes(theirs, care.Cert)
	s := agent.NewSession(mine, peer, agent.Lanes(care.Cert), nil)
	if err := s.Sync(background); err != nil {
		t.Fatal(err)
	}
	if got := s.Moved(); got != (agent.Moved{Pushed: 4, Pulled: 3}) {
		t.Errorf("moved %+v", got)
	}
	add(t, mine, oplog.Care, care.Run(oplog.Care, 1)...)
	add(t, mine, oplog.Desk, care.Run(oplog.Desk, 1)...)
	if err := s.Push(background); err != nil {
		t.Error(err)
	}
	if got := s.Moved(); got.Pushed != 5 {
		t.Errorf("moved %+v", got)
	}
}

// The peer's disk is lost, or put back to an older copy, between two pushes of a live session. An entry that replaces one which
// the peer has no more must not arrive before that one: its rows would be others than everybody's, with the same entries.
func TestAPeerThatWasPutBackTakesNothingOutOfOrder(t *testing.T) {
	for _, c := range []struct{ name, id string }{
		{"with another name", "put back"},
		{"unnoticed", "theirs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := hall.Machine(t, "a", nil), hall.Machine(t, "b", nil)
			mine, theirs := newLog("mine"), newLog("theirs")
			begin := b.Sign(b.Write(oplog.Desk, b.Row(oplog.Desk, "other", "b's own")))
			add(t, mine, oplog.Desk, begin)
			peer := &beside{is: a.Cert}
			peer.becomes(theirs, b.Cert)
			s := agent.NewSession(mine, peer, agent.Lanes(b.Cert), nil)
			if err := s.Sync(background); err != nil {
				t.Fatal(err)
			}
			older := theirs.Copy(c.id)
			old := a.Sign(a.Write(oplog.Desk, a.Row(oplog.Desk, "row", "old")))
			add(t, mine, oplog.Desk, old)
			if err := s.Push(background); err != nil {
				t.Fatal(err)
			}
			peer.becomes(older, b.Cert)
			add(t, mine, oplog.Desk, b.Sign(b.Write(oplog.Desk, b.Row(oplog.Desk, "row", "new", old.Entry.Dot()))))
			if err := s.Push(background); !agent.Stale(err) {
				t.Errorf("the push ends with %v", err)
			}
			if n := older.Len(); n != 1 {
				t.Errorf("the peer took %d entries", n-1)
			}
			if err := s.Sync(background); err != nil {
				t.Fatal(err)
			}
			want, err := mine.Digest(background, scope(oplog.Desk))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := older.Digest(background, scope(oplog.Desk)); err != nil || got != want {
				t.Errorf("after a full exchange the digests differ: %v", err)
			}
		})
	}
}
