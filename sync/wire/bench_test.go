package wire_test

import (
	"testing"

	"linli/sync/oplog"
	"linli/sync/wire"
)

// Entries handed to a hub that keeps them in memory: what the wire itself costs, in time and in bytes on the socket.
func BenchmarkPush(b *testing.B) {
	const entries = 2000
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	log := newMemory(ours, "a")
	for range entries {
		m.write(b, log, scope)
	}
	batch := oplog.Batch{Scope: scope, Items: log.log(scope).items}
	var out, in int64
	for b.Loop() {
		b.StopTimer()
		hub := serve(b, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
		c := client(b, hub.address, m, hubTrust())
		b.StartTimer()
		a, err := c.Push(b.Context(), batch)
		if err != nil || a.Fresh != entries {
			b.Fatalf("%+v, %v", a, err)
		}
		b.StopTimer()
		out, in = c.Traffic()
		c.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(out)/entries, "B-out/entry")
	b.ReportMetric(float64(batch.Size())/entries, "B-body/entry")
	b.ReportMetric(float64(in), "B-in")
	b.ReportMetric(entries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
