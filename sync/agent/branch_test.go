package agent_test

import (
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
