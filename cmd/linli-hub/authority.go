package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"

	"linli/store"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/oplog"
)

// hallKeys keeps the rings of the halls that were made here under names of their own: on the same computer there may be a
// desk of the same hall, with a ring of its own.
type hallKeys struct{ *seal.KeyFiles }

const hallKeyPrefix = "hub-"

// Load implements [seal.KeyStore].
func (k hallKeys) Load(name string) (*seal.Ring, error) { return k.KeyFiles.Load(hallKeyPrefix + name) }

// Save implements [seal.KeyStore].
func (k hallKeys) Save(name string, ring *seal.Ring) error {
	return k.KeyFiles.Save(hallKeyPrefix+name, ring)
}

// authority is what the hub needs of the halls' keys.
type authority struct{ keys seal.KeyStore }

var _ hub.Authority = authority{}

// ring answers the keys of a hall that was made here.
func (a authority) ring(hall string) (*seal.Ring, error) {
	r, err := a.keys.Load(hall)
	if errors.Is(err, seal.ErrNoKey) {
		return nil, hub.ErrElsewhere
	}
	return r, err
}

// Certify implements [hub.Authority].
func (a authority) Certify(hall, role string, key ed25519.PublicKey, machines []int, now time.Time) ([]byte, error) {
	r, err := a.ring(hall)
	if err != nil {
		return nil, err
	}
	return store.Certify(r, hall, role, key, machines, now)
}

// Share implements [hub.Authority].
func (a authority) Share(hall, role string, wrap []byte) ([]byte, error) {
	r, err := a.ring(hall)
	if err != nil {
		return nil, err
	}
	return r.Share(role == exchange.RoleDesk || role == exchange.RoleSupervisor, wrap)
}

// Introduce implements [hub.Authority]: the row of a machine that may not write about itself, such as a kiosk.
func (a authority) Introduce(c oplog.Certificate, name string) []oplog.Change {
	if c.Allows(oplog.HallScope(c.Hall, oplog.Public)) && c.AllowsTable("device") {
		return nil
	}
	machines, err := json.Marshal(c.Machines)
	if err != nil {
		return nil
	}
	if name == "" {
		name = c.Role
	}
	return []oplog.Change{{Table: "device", Row: c.Origin.String(), Cells: []oplog.Cell{
		{Column: "name", Value: name},
		{Column: "role", Value: c.Role},
		{Column: "machines", Value: string(machines)},
		{Column: "deleted", Value: int64(0)},
	}}}
}

// SignCut implements [hub.Authority].
func (a authority) SignCut(hall string, c *oplog.Cut) error {
	r, err := a.ring(hall)
	if err != nil {
		return err
	}
	return c.Sign(r.Authority())
}

// Writer implements [hub.Authority].
func (a authority) Writer(hall string, origin oplog.Origin) (ed25519.PrivateKey, []byte, error) {
	r, err := a.ring(hall)
	if err != nil {
		return nil, nil, err
	}
	for _, key := range r.Origins() {
		if oplog.OriginOf(key.Public().(ed25519.PublicKey)) != origin {
			continue
		}
		if cert := r.Certificate(key); cert != nil {
			return key, cert, nil
		}
	}
	return nil, nil, hub.ErrNoWriter
}

// NewWriter implements [hub.Authority].
func (a authority) NewWriter(hall string, machines []int, now time.Time) (ed25519.PrivateKey, []byte, error) {
	r, err := a.ring(hall)
	if err != nil {
		return nil, nil, err
	}
	key, err := r.NewOrigin(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert, err := store.Certify(r, hall, exchange.RoleDesk, key.Public().(ed25519.PublicKey), machines, now)
	if err != nil {
		return nil, nil, err
	}
	r.SetCertificate(key, cert)
	return key, cert, a.keys.Save(hall, r)
}
