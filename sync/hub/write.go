package hub

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"linli/sync/oplog"

	"github.com/google/uuid"
)

// actorName is who acts in the entries that a hub writes.
const actorName = "hub"

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// writer is an origin as which the hub writes in a hall.
type writer struct {
	key     ed25519.PrivateKey
	origin  oplog.Origin
	encoded []byte
}

// write adds an entry of the hub's own to a hall's public scope. build makes its changes in the transaction.
func (h *Hub) write(ctx context.Context, hall, verb string, build func(Tx) ([]oplog.Change, error)) error {
	w, err := h.writer(ctx, hall)
	if err != nil {
		return err
	}
	scope := oplog.HallScope(hall, oplog.Public)
	var seq int64
	err = h.storage.Update(ctx, hallScopes(hall), func(tx Tx) error {
		one, found, err := tx.Hall(hall)
		if err == nil && !found {
			err = ErrNoHall
		}
		if err != nil {
			return err
		}
		changes, err := build(tx)
		if err != nil {
			return err
		}
		ends, err := tx.Ends(scope, w.origin)
		if err != nil {
			return err
		}
		if len(ends) > 1 {
			return fmt.Errorf("%w: two hubs wrote as one", ErrDamaged)
		}
		it, err := h.seal(tx, scope, w, ends, verb, changes)
		if err != nil {
			return err
		}
		a := admitted{hall: one, scope: scope, fresh: []oplog.Item{it}, ends: map[oplog.Origin][]oplog.Head{w.origin: ends}}
		if _, err := add(tx, a); err != nil {
			return err
		}
		if err := tx.SetWriter(hall, w.origin); err != nil {
			return err
		}
		st, err := tx.State(scope)
		seq = st.Seq
		return err
	})
	if err == nil {
		h.Log.watches.wake(scope, seq)
	}
	return err
}

// writer answers the origin as which this copy of the log writes in a hall. A copy that was restored or begun anew makes a
// new one: it may lack what it wrote as the old one, and must not write that number again. So does one whose keys are older.
func (h *Hub) writer(ctx context.Context, hall string) (w writer, err error) {
	one, err := h.hall(ctx, hall)
	if err != nil {
		return w, err
	}
	if one.Writer != (oplog.Origin{}) {
		if w.key, w.encoded, err = h.authority.Writer(hall, one.Writer); !errors.Is(err, ErrNoWriter) {
			w.origin = one.Writer
			return w, err
		}
	}
	var machines []int
	if err := h.storage.Update(ctx, nil, func(tx Tx) (err error) {
		machines, err = h.takeMachines(tx, one)
		return err
	}); err != nil {
		return w, err
	}
	now := h.o.Now()
	if w.key, w.encoded, err = h.authority.NewWriter(hall, machines, now); err != nil {
		return w, err
	}
	c, err := oplog.DecodeCertificate(w.encoded)
	if err != nil {
		return w, err
	}
	w.origin = c.Origin
	return w, h.storage.Update(ctx, nil, func(tx Tx) error {
		return tx.PutDevice(Device{Hall: hall, Origin: c.Origin, Role: c.Role, Name: OwnName, Certificate: w.encoded, Admitted: now})
	})
}

// seal makes the writer's next entry.
func (h *Hub) seal(s Snapshot, scope oplog.Scope, w writer, ends []oplog.Head, verb string, changes []oplog.Change) (it oplog.Item, err error) {
	now := h.o.Now()
	clock := oplog.NewClock(0)
	if err := observe(s, scope, w.origin, clock); err != nil {
		return it, err
	}
	e := oplog.Entry{
		Format: oplog.Format, Scope: scope, Origin: w.origin, N: 1, Cert: w.encoded, Action: newID(),
		HLC: clock.Next(now, h.o.Built), Wall: now.UnixMilli(), Actor: actorName, Verb: verb, Schema: h.o.Schema, Changes: changes,
	}
	if len(ends) == 1 {
		e.N, e.Prev, e.Cert = ends[0].N+1, ends[0].Hash, nil
	}
	if err := e.Seal(h.o.Random); err != nil {
		return it, err
	}
	body, err := oplog.Encode(e)
	return oplog.Item{Entry: e, Body: body, Sig: oplog.SignHead(w.key, e)}, err
}

// observe makes the clock later than the newest entry of the scope, and than everything that the writer wrote in any scope of
// its hall.
func observe(s Snapshot, scope oplog.Scope, origin oplog.Origin, clock *oplog.Clock) error {
	look := func(scope oplog.Scope, after int64) error {
		for r, err := range s.Entries(scope, after) {
			if err != nil {
				return err
			}
			e, err := oplog.Decode(r.Body)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			clock.Observe(e.HLC)
			break
		}
		return nil
	}
	st, err := s.State(scope)
	if err != nil {
		return err
	}
	if err := look(scope, st.Seq-1); err != nil {
		return err
	}
	for _, scope := range hallScopes(scope.Hall()) {
		ends, err := s.Ends(scope, origin)
		if err != nil {
			return err
		}
		for _, end := range ends {
			found, err := s.Find(scope, []oplog.Hash{end.Hash})
			if err != nil {
				return err
			}
			for _, r := range found {
				if err := look(scope, r.Seq-1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
