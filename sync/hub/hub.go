package hub

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Authority is what a hub needs of the keys of the halls that were made at it. Package store has them; the program
// brings the two together. A hall whose authority is not here is answered [ErrElsewhere].
type Authority interface {
	// Certify makes the certificate of a machine with a role.
	Certify(hall, role string, key ed25519.PublicKey, machines []int, now time.Time) ([]byte, error)
	// Share seals to a machine what it may have of the hall's keys.
	Share(hall, role string, wrap []byte) ([]byte, error)
	// Introduce is what the hall's log says of a new machine that cannot say it itself; nil for nothing.
	Introduce(c oplog.Certificate, name string) []oplog.Change
	// SignCut signs a statement about a machine.
	SignCut(hall string, c *oplog.Cut) error
	// Writer answers key and certificate of an origin of the hub's own in a hall, or [ErrNoWriter].
	Writer(hall string, origin oplog.Origin) (key ed25519.PrivateKey, certificate []byte, err error)
	// NewWriter makes another one, with these machine numbers, and keeps it.
	NewWriter(hall string, machines []int, now time.Time) (key ed25519.PrivateKey, certificate []byte, err error)
}

// Options are what a hub may be told. The zero value is right outside of tests.
type Options struct {
	Now    func() time.Time // nil: [time.Now]
	Random io.Reader        // nil: crypto/rand.Reader
	Built  time.Time        // before which no clock is believed
	Schema int64            // of the entries that the hub writes
	// Report is told of the hub's own faults. It may be called from several goroutines. Nil drops them.
	Report func(step string, err error)
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Built.IsZero() {
		o.Built = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Report == nil {
		o.Report = func(string, error) {}
	}
	return o
}

// Hub is the service: the logs of its halls, who belongs to them, and who comes in.
type Hub struct {
	Log *Log

	storage   Storage
	keys      *Keys
	authority Authority
	o         Options
	contacts  contacts
	metrics   metrics

	mu    sync.Mutex
	known map[string]ed25519.PublicKey // authorities of halls, which never change
}

// New makes the hub of a storage and the keys that belong to it. Halls that only one of the two knows become known to
// the other: after the data were lost, all of them.
func New(ctx context.Context, s Storage, k *Keys, a Authority, o Options) (*Hub, error) {
	h := &Hub{Log: NewLog(s), storage: s, keys: k, authority: a, o: o.withDefaults(), known: make(map[string]ed25519.PublicKey)}
	h.contacts.of = make(map[oplog.Origin]Device)
	return h, h.reconcile(ctx)
}

func (h *Hub) reconcile(ctx context.Context) error {
	kept, err := h.keys.Halls()
	if err != nil {
		return err
	}
	halls, err := h.Halls(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]int)
	for _, one := range halls {
		there[one.ID] = one.Machines
		if one.Kind == Founding {
			continue
		}
		if err := h.keys.Keep(one); err != nil {
			return err
		}
	}
	for _, one := range kept {
		machines, known := there[one.ID]
		if known && machines >= one.Machines {
			continue
		}
		if err := h.storage.Update(ctx, nil, func(tx Tx) error {
			if !known {
				return tx.PutHall(one)
			}
			_, err := tx.TakeMachines(one.ID, one.Machines, 0)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Hold is [Keys.Hold]: it tells whether a hub with these keys serves.
func (h *Hub) Hold() (release func() error, err error) { return h.keys.Hold() }

// Identity is the key by which machines know the hub.
func (h *Hub) Identity() ed25519.PrivateKey { return h.keys.Identity() }

// Halls answers all halls by id.
func (h *Hub) Halls(ctx context.Context) (halls []Hall, err error) {
	err = h.storage.View(ctx, func(s Snapshot) (err error) {
		halls, err = s.Halls()
		return err
	})
	return halls, err
}

// hall answers a hall, or [ErrNoHall].
func (h *Hub) hall(ctx context.Context, id string) (hall Hall, err error) {
	err = h.storage.View(ctx, func(s Snapshot) error {
		var found bool
		if hall, found, err = s.Hall(id); err == nil && !found {
			err = ErrNoHall
		}
		return err
	})
	return hall, err
}

// Found takes in a hall that is being made here. fill hands over its first entries as the machine that they are of; only
// when all of them are here does the hall count.
func (h *Hub) Found(ctx context.Context, hall Hall, first oplog.Certificate, fill func(exchange.Peer) error) error {
	hall.Kind, hall.Since = Founding, h.o.Now()
	if err := h.storage.Update(ctx, nil, func(tx Tx) error { return tx.PutHall(hall) }); err != nil {
		return err
	}
	if err := fill((&exchange.Server{Replica: h.Log}).For(exchange.Caller{Certificate: first})); err != nil {
		return err
	}
	hall.Kind = Made
	encoded, err := first.Encode()
	if err != nil {
		return err
	}
	for _, n := range first.Machines {
		hall.Machines = max(hall.Machines, n)
	}
	if err := h.keys.Keep(hall); err != nil {
		return err
	}
	return h.storage.Update(ctx, nil, func(tx Tx) error {
		if err := tx.PutHall(hall); err != nil {
			return err
		}
		if _, err := tx.TakeMachines(hall.ID, hall.Machines, 0); err != nil {
			return err
		}
		if err := tx.SetWriter(hall.ID, first.Origin); err != nil {
			return err
		}
		return tx.PutDevice(Device{Hall: hall.ID, Origin: first.Origin, Role: first.Role, Name: OwnName, Certificate: encoded, Admitted: hall.Since})
	})
}

// OwnName is what the registry calls the origins as which a hub writes.
const OwnName = "hub"

// AuthorityOf answers the public key of a hall's authority, nil for a hall that is not served here. It is asked before
// every request. A storage that does not answer ends the request without an answer: a machine must not be told that it
// does not belong here because a disk is full.
func (h *Hub) AuthorityOf(hall string) ed25519.PublicKey {
	h.mu.Lock()
	key := h.known[hall]
	h.mu.Unlock()
	if key != nil {
		return key
	}
	one, err := h.hall(context.Background(), hall)
	switch {
	case err == nil:
	case isNoHall(err):
		return nil
	default:
		h.o.Report("authority", err)
		panic(http.ErrAbortHandler)
	}
	h.mu.Lock()
	h.known[hall] = one.Authority
	h.mu.Unlock()
	return one.Authority
}

// Refuse answers [exchange.ErrRevoked] for a machine that was cut, and notes everyone else's contact.
func (h *Hub) Refuse(c exchange.Caller) error {
	err := h.storage.View(context.Background(), func(s Snapshot) error {
		cuts, err := cutsOf(s, c.Certificate.Hall)
		if err == nil && cuts.Cut(c.Certificate.Line()) {
			err = exchange.ErrRevoked
		}
		return err
	})
	if err == nil {
		h.contacts.note(c.Certificate, h.o.Now())
	}
	return err
}

func (h *Hub) report(step string) func(error) {
	return func(err error) { h.o.Report(step, fmt.Errorf("hub: %s: %w", step, err)) }
}
