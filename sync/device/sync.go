package device

import (
	"context"
	"errors"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/wire"
)

// Moved is what one full exchange moved: entries, attachments, and bytes on the sockets.
type Moved struct {
	Pushed, Pulled    int
	Sent, Fetched     int // attachments
	BytesOut, BytesIn int64
}

// Sync exchanges once, in full, with every known peer: afterwards both sides of each have all that the other had, entries
// first and then attachments. A peer that cannot be reached keeps none of the others waiting for more than its own time; its
// error comes with what was moved.
// CodeUnreachable when there is no peer at all.
func Sync(ctx context.Context, s *store.Store) (m Moved, err error) {
	peers, err := s.Peers(ctx)
	if err != nil {
		return m, err
	}
	if len(peers) == 0 {
		return m, &app.Error{Code: app.CodeNoPeer, Op: "device: sync"}
	}
	var errs []error
	// Twice: what the last peer brought is news to the first.
	for round := range 2 {
		if round == 1 && len(peers) == 1 {
			break
		}
		for _, p := range peers {
			moved, err := syncWith(ctx, s, p)
			m.Pushed, m.Pulled = m.Pushed+moved.Pushed, m.Pulled+moved.Pulled
			m.Sent, m.Fetched = m.Sent+moved.Sent, m.Fetched+moved.Fetched
			m.BytesOut, m.BytesIn = m.BytesOut+moved.BytesOut, m.BytesIn+moved.BytesIn
			failed := failure(err)
			met := time.Time{}
			if err == nil {
				met = time.Now()
			} else {
				errs = append(errs, &app.Error{Code: failed, Args: []string{p.Address}, Op: "device: sync", Err: err})
			}
			if err := s.NotePeer(ctx, p.Address, met, failed); err != nil {
				return m, err
			}
		}
		if len(errs) > 0 {
			break
		}
	}
	return m, errors.Join(errs...)
}

func syncWith(ctx context.Context, s *store.Store, p store.KnownPeer) (m Moved, err error) {
	c, err := client(s, p)
	if err != nil {
		return m, err
	}
	defer c.Close()
	session := agent.NewSession(s.Replica(), agent.Patient(agent.Ahead(c)), agent.Lanes(s.Membership().Decoded), s.Witness(p.Kind, p.Address))
	for {
		err = session.Sync(ctx)
		var busy *exchange.BusyError
		if !errors.As(err, &busy) {
			break
		}
		select {
		case <-ctx.Done():
			return m, ctx.Err()
		case <-time.After(max(busy.After, time.Second)):
		}
	}
	moved := session.Moved()
	m.Pushed, m.Pulled = moved.Pushed, moved.Pulled
	if err == nil {
		err = carryAll(ctx, s, c, &m)
	}
	m.BytesOut, m.BytesIn = c.Traffic()
	return m, err
}

// carryAll carries the attachments once, after the entries. What the peer has not, or does not take at present, stays for
// another time.
func carryAll(ctx context.Context, s *store.Store, peer *wire.Client, m *Moved) error {
	c := newCarrier(s, nil)
	_, err := c.round(ctx, peer)
	m.Sent, m.Fetched = c.out, c.in
	var busy *exchange.BusyError
	if errors.As(err, &busy) {
		return nil
	}
	return err
}
