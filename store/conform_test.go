package store

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"testing"
	"time"

	"linli/internal/replicatest"
	"linli/store/seal"
	"linli/sync/exchange"
)

// A data folder is a replica like any other.
func TestAStoreIsAReplica(t *testing.T) {
	replicatest.Conform(t, func(t *testing.T) (exchange.Replica, replicatest.Hall) {
		ctx, dir := context.Background(), filepath.Join(t.TempDir(), "hall")
		o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: &handClock{time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}}
		must(t, Init(ctx, dir, NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
		s, err := Open(ctx, dir, o)
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s.Replica(), replicatest.Hall{ID: s.hall, Authority: ed25519.PrivateKey(s.ring.Authority())}
	})
}
