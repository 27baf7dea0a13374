package agent_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"testing"

	"linli/sync/agent"
	"linli/sync/exchange"
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
