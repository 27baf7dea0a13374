package device_test

import (
	"path/filepath"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/device"
)

// BenchmarkPull and BenchmarkPush move 10,000 visits, 10,000 separate actions, between two desks over TLS on loopback; both
// ends are durable and fold what they take.
func BenchmarkPull(b *testing.B) { exchangeVisits(b, true) }
func BenchmarkPush(b *testing.B) { exchangeVisits(b, false) }

func exchangeVisits(b *testing.B, pull bool) {
	const visits = 10_000
	ctx := b.Context()
	one := begin(b)
	i, err := one.hall.Replicas.Invite(ctx, one.by, store.RoleDesk)
	must(b, err)
	o, dir := settings(b), filepath.Join(b.TempDir(), "two")
	_, err = device.Enrol(ctx, one.address(), i.Code, "样例", dir, false, o)
	must(b, err)
	s, err := store.Open(ctx, dir, o)
	must(b, err)
	defer s.Close() //nolint:errcheck // nothing was lost
	_, err = device.Sync(ctx, s)
	must(b, err)
	writer := one.Store
	if !pull {
		writer = s
	}
	hall := writer.Hall()
	id, err := hall.Registry.Save(ctx, one.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(b, err)
	for range visits {
		_, err := hall.Visits.Register(ctx, one.by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意：咨询高龄津贴", Outcome: app.OutcomeDone})
		must(b, err)
	}
	b.ResetTimer()
	began := time.Now()
	m, err := device.Sync(ctx, s)
	must(b, err)
	b.ReportMetric(time.Since(began).Seconds(), "s")
	b.ReportMetric(float64(m.BytesOut+m.BytesIn)/visits, "bytes/visit")
	if m.Pushed+m.Pulled != visits+1 {
		b.Errorf("moved %+v", m)
	}
}
