package hub_test

import (
	"context"
	"crypto/ed25519"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/hub/sqlite"
)

// storages are what the hub is tested on.
var storages = []struct {
	name string
	open func(tb testing.TB) hub.Storage
}{
	{"sqlite", func(tb testing.TB) hub.Storage {
		s, err := sqlite.Open(context.Background(), tb.TempDir())
		must(tb, err)
		tb.Cleanup(func() { _ = s.Close() })
		return s
	}},
	{"memory", func(testing.TB) hub.Storage { return memory.New("one") }},
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// hallOf is an invented hall that a storage serves.
func hallOf(tb testing.TB, s hub.Storage, id string) replicatest.Hall {
	tb.Helper()
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, id)
	h := replicatest.Hall{ID: id, Authority: ed25519.NewKeyFromSeed(seed)}
	must(tb, s.Update(context.Background(), nil, func(tx hub.Tx) error {
		return tx.PutHall(hub.Hall{ID: id, Name: "样例大厅", Kind: hub.Made, Authority: h.Authority.Public().(ed25519.PublicKey)})
	}))
	return h
}

// The hub's log is a replica like any other, whatever it lies on.
func TestTheLogIsAReplica(t *testing.T) {
	for _, on := range storages {
		t.Run(on.name, func(t *testing.T) {
			replicatest.Conform(t, func(t *testing.T) (exchange.Replica, replicatest.Hall) {
				s := on.open(t)
				hallOf(t, s, "other")
				return hub.NewLog(s), hallOf(t, s, "one")
			})
		})
	}
}
