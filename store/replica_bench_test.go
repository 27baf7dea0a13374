package store

import (
	"context"
	"strconv"
	"testing"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// manyVisits registers so many visits, each an action of its own.
func manyVisits(b *testing.B, d *desk, n int) {
	ctx := context.Background()
	id, err := d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(b, err)
	for range n {
		_, err := d.Visits.Register(ctx, d.by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意：咨询高龄津贴", Outcome: app.OutcomeDone})
		must(b, err)
	}
}

// pagesOf are the pages of what a holder of the known entries lacks.
func pagesOf(tb testing.TB, from *desk, scope oplog.Scope, known []oplog.Head) (pages []oplog.Batch, bytes int) {
	ctx := context.Background()
	cover, err := exchange.CoverOf(ctx, from.Replica(), scope, known)
	must(tb, err)
	for after, more := (exchange.Cursor{}), true; more; {
		p, err := from.Replica().Missing(ctx, scope, cover, after)
		must(tb, err)
		after, more = p.Next, p.More
		batch := oplog.Batch{Scope: scope, Items: p.Items}
		pages = append(pages, batch)
		bytes += batch.Size()
	}
	return pages, bytes
}

// BenchmarkMissing hands out 10,000 visits.
func BenchmarkMissing(b *testing.B) {
	d := twoDesks(b)
	manyVisits(b, d[0], 10_000)
	heads, err := d[1].Replica().Heads(context.Background(), oplog.HallScope(d[1].hall, oplog.Desk))
	must(b, err)
	b.ResetTimer()
	for range b.N {
		_, n := pagesOf(b, d[0], oplog.HallScope(d[0].hall, oplog.Desk), heads.List())
		b.ReportMetric(float64(n)/10_000, "bytes/visit")
	}
}

// BenchmarkAccept takes in 10,000 visits that another desk wrote, durable and folded.
func BenchmarkAccept(b *testing.B) {
	ctx := context.Background()
	d := twoDesks(b)
	manyVisits(b, d[0], 10_000)
	heads, err := d[1].Replica().Heads(ctx, oplog.HallScope(d[1].hall, oplog.Desk))
	must(b, err)
	pages, _ := pagesOf(b, d[0], oplog.HallScope(d[0].hall, oplog.Desk), heads.List())
	b.ResetTimer()
	if b.N > 1 {
		b.Skip("once") // a second time they are duplicates
	}
	for _, p := range pages {
		rec, err := d[1].Replica().Accept(ctx, p)
		must(b, err)
		must(b, rec.Fault)
	}
}

// BenchmarkAcceptEdits takes in 20,000 edits of a hundred residents: each names what it replaces.
func BenchmarkAcceptEdits(b *testing.B) {
	ctx := context.Background()
	d := twoDesks(b)
	ids := make([]string, 100)
	for i := range ids {
		var err error
		ids[i], err = d[0].Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"name": "样例甲"})
		must(b, err)
	}
	handOver(b, d[0], d[1])
	for i := range 20_000 {
		must(b, d[0].Write(ctx, Action{Actor: d[0].by, Verb: "resident.edit"}, func(tx *Tx) error {
			_, err := tx.Exec(`UPDATE resident SET grid = ? WHERE id = ?`, strconv.Itoa(i), ids[i%len(ids)])
			return err
		}))
	}
	heads, err := d[1].Replica().Heads(ctx, oplog.HallScope(d[1].hall, oplog.Desk))
	must(b, err)
	pages, _ := pagesOf(b, d[0], oplog.HallScope(d[0].hall, oplog.Desk), heads.List())
	b.ResetTimer()
	if b.N > 1 {
		b.Skip("once")
	}
	for _, p := range pages {
		rec, err := d[1].Replica().Accept(ctx, p)
		must(b, err)
		must(b, rec.Fault)
	}
}
