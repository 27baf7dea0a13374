package hub_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/oplog"
)

// visits are entries of the size of a visit, each signed, as a desk writes them.
func visits(tb testing.TB, m *replicatest.Machine, n int) []oplog.Item {
	tb.Helper()
	items := make([]oplog.Item, n)
	for i := range items {
		var cells []oplog.Cell
		for j, column := range []string{"agent", "at", "channel", "day", "fold", "purpose", "resident", "service", "staff", "window"} {
			cells = append(cells, oplog.Cell{Column: column, Value: strings.Repeat("样", 6) + fmt.Sprint(i, j)})
		}
		row := fmt.Sprintf("01990000-0000-7000-8000-%012d", i)
		event := fmt.Sprintf("01990000-0000-7000-9000-%012d", i)
		items[i] = m.Sign(m.Write(oplog.Desk, oplog.Change{Table: "visit", Row: row, Cells: cells},
			oplog.Change{Table: "visit_event", Row: event, Cells: []oplog.Cell{{Column: "visit", Value: row}, {Column: "step", Value: "open"}}}))
	}
	return items
}

// batches cuts items into batches as large as may be.
func batches(scope oplog.Scope, items []oplog.Item) []oplog.Batch {
	var out []oplog.Batch
	for len(items) > 0 {
		p := oplog.NewPage()
		for _, it := range items {
			if !p.Add(it) {
				break
			}
		}
		out = append(out, oplog.Batch{Scope: scope, Items: p.Items()})
		items = items[p.Len():]
	}
	return out
}

// BenchmarkAccept takes 10,000 visits in batches of one megabyte, durable; the budget is 0.4 s.
func BenchmarkAccept(b *testing.B) {
	const n = 10_000
	for _, on := range storages {
		b.Run(on.name, func(b *testing.B) {
			for round := range b.N {
				b.StopTimer()
				s := on.open(b)
				h := hallOf(b, s, "one")
				l := hub.NewLog(s)
				list := batches("hall/one/desk", visits(b, h.Machine(b, fmt.Sprint("desk", round), nil), n))
				size := 0
				for _, batch := range list {
					size += batch.Size()
				}
				b.StartTimer()
				for _, batch := range list {
					r, err := l.Accept(context.Background(), batch)
					must(b, err)
					if r.Fresh != len(batch.Items) {
						b.Fatal(r)
					}
				}
				b.ReportMetric(float64(size/n), "bytes/entry")
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// BenchmarkPages reads 10,000 visits back.
func BenchmarkPages(b *testing.B) {
	const n = 10_000
	s := storages[0].open(b)
	h := hallOf(b, s, "one")
	l := hub.NewLog(s)
	for _, batch := range batches("hall/one/desk", visits(b, h.Machine(b, "desk", nil), n)) {
		_, err := l.Accept(context.Background(), batch)
		must(b, err)
	}
	cover, err := oplog.NewCover(nil, nil)
	must(b, err)
	for b.Loop() {
		var after exchange.Cursor
		for more := true; more; {
			p, err := l.Missing(context.Background(), "hall/one/desk", cover, after)
			must(b, err)
			after, more = p.Next, p.More
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkDevices has 32 desks push batches of 50 at once, into one hall and into as many.
func BenchmarkDevices(b *testing.B) {
	const devices, size, rounds = 32, 50, 20
	for _, halls := range []int{1, devices} {
		b.Run(fmt.Sprint(halls, " halls"), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s := storages[0].open(b)
				l := hub.NewLog(s)
				var items [devices][]oplog.Item
				var scopes [devices]oplog.Scope
				for d := range devices {
					id := fmt.Sprint("h", d%halls)
					h := hallOf(b, s, id)
					items[d], scopes[d] = visits(b, h.Machine(b, fmt.Sprint("desk", d), nil), size*rounds), oplog.HallScope(id, oplog.Desk)
				}
				b.StartTimer()
				var wg sync.WaitGroup
				for d := range devices {
					wg.Go(func() {
						for at := 0; at < len(items[d]); at += size {
							if _, err := l.Accept(context.Background(), oplog.Batch{Scope: scopes[d], Items: items[d][at : at+size]}); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
			}
			b.ReportMetric(float64(devices*size*rounds*b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(devices*rounds*b.N)/b.Elapsed().Seconds(), "pushes/s")
		})
	}
}
