package store_test

import (
	"context"
	"fmt"
	"testing"

	"linli/app"
	"linli/store"
)

// BenchmarkVerify measures a hall of 20,000 residents, put in as an import puts
// them, and one of 20,000 entries, each a visit registered by hand. Both grow in
// proportion; more would only take longer to fill.
func BenchmarkVerify(b *testing.B) {
	const size = 20_000
	ctx := context.Background()
	b.Run("rows", func(b *testing.B) {
		h := mustHall(b)
		for i := 0; i < size; i += 500 {
			must(b, h.store.Write(ctx, store.Action{Actor: h.admin, Verb: "resident.import"}, func(tx *store.Tx) error {
				for j := i; j < i+500; j++ {
					id := store.NewID()
					if _, err := tx.Exec(`INSERT INTO resident(id, name, sex, phone, address) VALUES (?,?,?,?,?)`, id,
						tx.Seal("resident", id, "name", fmt.Sprintf("样例居民%d", j)), "1",
						tx.Seal("resident", id, "phone", fmt.Sprintf("138%08d", j)),
						tx.Seal("resident", id, "address", fmt.Sprintf("样例路%d号", j))); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		measureVerify(b, h)
	})
	b.Run("entries", func(b *testing.B) {
		h := mustHall(b)
		for range size {
			_, err := h.Visits.Register(ctx, h.admin, app.NewVisit{Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone})
			must(b, err)
		}
		measureVerify(b, h)
	})
}

func measureVerify(b *testing.B, h *hallAt) {
	var r store.VerifyReport
	for b.Loop() {
		r = h.wantWhole(b)
	}
	b.ReportMetric(float64(r.Entries), "entries")
	b.ReportMetric(float64(r.Rows), "rows")
}
