package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// told has a peer say what this machine holds, or nothing.
func (d *desk) told(tb testing.TB, kind app.PeerKind, address, log string, all bool) {
	tb.Helper()
	for _, scope := range d.all() {
		heads, err := d.Replica().Heads(context.Background(), scope)
		must(tb, err)
		if !all {
			heads = &oplog.Heads{}
		}
		d.Witness(kind, address).Holds(log, scope, heads.List())
	}
}

func (d *desk) wantReach(tb testing.TB, id string, want app.Reach) {
	tb.Helper()
	if got, err := d.Replicas.Reach(context.Background(), "resident", id); err != nil || got != want {
		tb.Errorf("%q, %v; want %q", got, err, want)
	}
}

// A hub that lost its disk is another log. What the old one held counts no more, however long the machine was off.
func TestWhatALostLogHeldIsNotReceived(t *testing.T) {
	ctx := context.Background()
	m := apart(t, 1)[0]
	id, err := m.Registry.Save(ctx, m.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	m.told(t, app.PeerHub, "hub.example:7", "one", true)
	m.wantReach(t, id, app.ReachCentre)
	must(t, m.Close())
	m = openApart(t, m.dir, m.clock.t)
	m.wantReach(t, id, app.ReachCentre)
	m.told(t, app.PeerHub, "hub.example:7", "two", false)
	m.wantReach(t, id, app.ReachHere)
	if m.Waiting() == 0 || m.waitingAt("hub.example:7") == 0 {
		t.Error("nothing waits")
	}
	must(t, m.Close())
	m = openApart(t, m.dir, m.clock.t)
	m.wantReach(t, id, app.ReachHere)
	m.told(t, app.PeerHub, "hub.example:7", "two", true)
	m.wantReach(t, id, app.ReachCentre)
	// Another way to the same log, and one of the two leads elsewhere now.
	m.told(t, app.PeerHub, "10.0.0.7:7", "two", true)
	m.told(t, app.PeerLAN, "10.0.0.7:7", "desk", false)
	m.wantReach(t, id, app.ReachCentre)
	if m.waitingAt("10.0.0.7:7") == 0 || m.waitingAt("hub.example:7") != 0 || m.waitingAt("nowhere") == 0 {
		t.Errorf("%d and %d wait", m.waitingAt("10.0.0.7:7"), m.waitingAt("hub.example:7"))
	}
}

// A peer that calls itself something else each time is one peer.
func TestAPeerWithManyNamesFillsNothing(t *testing.T) {
	ctx := context.Background()
	m := apart(t, 1)[0]
	for i := range 100 {
		m.told(t, app.PeerLAN, "10.0.0.7:7", fmt.Sprint("log ", i), true)
	}
	must(t, m.saveDelivery(ctx))
	if logs, rows := len(m.delivery.logs), m.value(t, `SELECT count(DISTINCT log) FROM delivery`); logs != 1 || rows != int64(1) {
		t.Errorf("%d logs, %v of them written down", logs, rows)
	}
}

// Of a cloned machine's two branches a peer may hold one.
func TestABranchThatAPeerLacksIsNotReceived(t *testing.T) {
	d := twoDesks(t)[0]
	m := hallOf(d).Machine(t, "m", nil)
	begin := m.Run(oplog.Desk, 1)
	twin := m.Clone()
	write := func(value string) oplog.Item {
		return twin.Sign(twin.Write(oplog.Desk, twin.Row(oplog.Desk, "r1", value)))
	}
	short := write("short")
	long := []oplog.Item{m.Sign(m.Write(oplog.Desk, m.Row(oplog.Desk, "r1", "long"))), m.Sign(m.Write(oplog.Desk, m.Row(oplog.Desk, "r1", "longer")))}
	d.accept(t, oplog.Desk, begin...)
	d.accept(t, oplog.Desk, short)
	d.accept(t, oplog.Desk, long...)
	last := long[1].Entry
	d.Witness(app.PeerHub, "hub").Holds("hub", oplog.HallScope(d.hall, oplog.Desk), []oplog.Head{{Origin: last.Origin, N: last.N, Hash: last.Hash()}})
	d.wantReach(t, "r1", app.ReachHere)
}

// What a machine wrote before it became somebody new waits like all else.
func TestWhatAMachineWroteAsSomebodyElseWaits(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	_, err := d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	waits := d.Waiting()
	d.mu.Lock()
	must(t, d.newOrigin(ctx, false))
	must(t, d.loadLog(ctx))
	d.mu.Unlock()
	if got := d.Waiting(); got != waits || waits == 0 {
		t.Errorf("%d entries wait, %d before", got, waits)
	}
}

// A person has seen to what a peer sent. What it sends after that is for a person again.
func TestWhatHappensAgainIsListedAgain(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	listed := func() (n int) {
		list, err := d.Replicas.Attention(ctx, d.by)
		must(t, err)
		for _, a := range list {
			if a.Kind == app.AttendRefused {
				n++
			}
		}
		return n
	}
	refused := func() {
		d.Witness(app.PeerLAN, "").Refused(oplog.HallScope(d.hall, oplog.Desk), exchange.FaultSignature, false)
	}
	refused()
	refused()
	if n := listed(); n != 1 {
		t.Fatalf("listed %d times", n)
	}
	must(t, d.Replicas.Settle(ctx, d.by, app.AttendRefused, "received desk"))
	if n := listed(); n != 0 {
		t.Errorf("listed %d times", n)
	}
	d.clock.t = d.clock.t.Add(24 * time.Hour)
	refused()
	if n := listed(); n != 1 {
		t.Errorf("listed %d times", n)
	}
}
