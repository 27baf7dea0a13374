package memlog_test

import (
	"crypto/ed25519"
	"testing"

	"linli/internal/replicatest"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
)

var hall = replicatest.Hall{ID: "h1", Authority: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}

func open(*testing.T) *memlog.Log {
	return memlog.New("under test", hall.ID, hall.Authority.Public().(ed25519.PublicKey))
}

func TestLogConforms(t *testing.T) {
	t.Run("whole batches", func(t *testing.T) {
		replicatest.Conform(t, func(t *testing.T) (exchange.Replica, replicatest.Hall) { return open(t), hall })
	})
	t.Run("small transactions", func(t *testing.T) {
		replicatest.Conform(t, func(t *testing.T) (exchange.Replica, replicatest.Hall) {
			l := open(t)
			l.Transaction, l.Page = 2, 3
			return l, hall
		})
	})
}
