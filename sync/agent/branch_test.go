package agent_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// exchanged exchanges in full between two logs, the second of which is called.
func exchanged(t *testing.T, mine, theirs exchange.Replica, c oplog.Certificate) error {
	t.Helper()
	server := &exchange.Server{Replica: theirs}
	return agent.NewSession(mine, server.For(exchange.Caller{Certificate: c}), agent.Lanes(c), nil).Sync(background)
}

// A stolen machine can make as many branches as it likes. They are entries like others, and keep nobody from exchanging.
func TestMoreBranchesThanOneMessageNamesHinderNobody(t *testing.T) {
	kiosk, desk := hall.Machine(t, "kiosk", nil), hall.Machine(t, "desk", nil)
	mine, theirs := newLog("mine"), newLog("theirs")
	add(t, mine, oplog.Public, kiosk.Run(oplog.Public, 1)...)
	add(t, theirs, oplog.Public, desk.Run(oplog.Public, 3)...)
	for made := 0; made < exchange.MaxHeads+10; {
		var items []oplog.Item
		for range 500 {
			twin := kiosk.Clone()
			items = append(items, twin.Sign(twin.Write(oplog.Public, twin.Row(oplog.Public, fmt.Sprint(made), "x"))))
			made++
		}
		add(t, mine, oplog.Public, items...)
	}
	if err := exchanged(t, mine, theirs, desk.Cert); err != nil {
		t.Errorf("who has them calls: %v", err)
	}
	if mine.Len() != theirs.Len() {
		t.Errorf("%d and %d entries", mine.Len(), theirs.Len())
	}
	add(t, mine, oplog.Public, desk.Run(oplog.Public, 1)...)
	if err := exchanged(t, theirs, mine, desk.Cert); err != nil || mine.Len() != theirs.Len() {
		t.Errorf("who has them is called: %v", err)
	}
}

// Whoever holds the key of a machine can make two certificates for its successor, and show each to somebody else. Those two go
// on exchanging.
func TestTwoCertificatesOfOneOriginKeepNobodyApart(t *testing.T) {
	kiosk := hall.Machine(t, "kiosk", func(c *oplog.Certificate) { c.Machines, c.Role = []int{7, 8}, exchange.RoleKiosk })
	desk := hall.Machine(t, "desk", nil)
	seed := sha256.Sum256([]byte("successor"))
	key := ed25519.NewKeyFromSeed(seed[:])
	first := func(machine int) oplog.Item {
		m := kiosk.Clone()
		m.Key, m.Cert = key, oplog.Certificate{PublicKey: key.Public().(ed25519.PublicKey), Machines: []int{machine}, Issued: 1, Expires: 2}
		if err := m.Cert.Succeed(kiosk.Cert, kiosk.Key); err != nil {
			t.Fatal(err)
		}
		return m.Sign(m.Write(oplog.Public, m.Row(oplog.Public, fmt.Sprint(machine), "x")))
	}
	mine, theirs := newLog("mine"), newLog("theirs")
	add(t, mine, oplog.Public, first(7))
	add(t, theirs, oplog.Public, first(8))
	add(t, mine, oplog.Public, desk.Run(oplog.Public, 1)...)
	if err := exchanged(t, mine, theirs, desk.Cert); err != nil {
		t.Error(err)
	}
	x, err := mine.Digest(background, scope(oplog.Public))
	if err != nil {
		t.Fatal(err)
	}
	if y, err := theirs.Digest(background, scope(oplog.Public)); err != nil || x != y || mine.Len() != 3 {
		t.Errorf("%d and %d entries, %v", mine.Len(), theirs.Len(), err)
	}
}

// asked counts how often all entries of an origin are read.
type asked struct {
	*memlog.Log
	links int
}

func (a *asked) Links(ctx context.Context, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	links, err := a.Log.Links(ctx, scope, origin)
	if links != nil {
		a.links++
	}
	return links, err
}

// A machine that was cloned once has many entries and several branches for ever: what others write is handed on without looking
// at all of them each time, and nothing is handed over twice.
func TestABranchOfLongAgoDoesNotMakeEveryPushLong(t *testing.T) {
	old, desk, other := hall.Machine(t, "old", nil), hall.Machine(t, "desk", nil), hall.Machine(t, "other", nil)
	mine, theirs := &asked{Log: newLog("mine")}, newLog("theirs")
	begin := old.Run(oplog.Desk, 3)
	twin := old.Clone()
	for _, log := range []*memlog.Log{mine.Log, theirs} {
		add(t, log, oplog.Desk, begin...)
		add(t, log, oplog.Desk, old.Run(oplog.Desk, 1)...)
		old = twin.Clone()
	}
	add(t, theirs, oplog.Desk, other.Run(oplog.Desk, 1)...)
	peer := &counted{Peer: (&exchange.Server{Replica: theirs}).For(exchange.Caller{Certificate: desk.Cert})}
	s := agent.NewSession(mine, peer, agent.Lanes(desk.Cert), nil)
	if err := s.Sync(background); err != nil {
		t.Fatal(err)
	}
	mine.links = 0
	pulled := peer.entries
	for range 20 {
		add(t, mine.Log, oplog.Desk, desk.Run(oplog.Desk, 1)...)
		if err := s.Push(background); err != nil {
			t.Fatal(err)
		}
		add(t, theirs, oplog.Desk, other.Run(oplog.Desk, 1)...)
		if _, err := s.Pull(background, 0); err != nil {
			t.Fatal(err)
		}
	}
	if mine.links > 2 {
		t.Errorf("all entries of an origin were read %d times", mine.links)
	}
	if mine.Len() != theirs.Len() || s.Moved().Pushed != 21 || peer.entries-pulled != 20 {
		t.Errorf("%d and %d entries, moved %+v, %d came", mine.Len(), theirs.Len(), s.Moved(), peer.entries-pulled)
	}
}
