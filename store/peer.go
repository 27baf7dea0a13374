package store

import (
	"context"
	"crypto/ed25519"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// KnownPeer is a machine that this one exchanges with, as it was told by a person or
// by its admission. Machines that are found on the hall's network are not among them.
type KnownPeer struct {
	Address string // host:port or an https URL
	Kind    app.PeerKind
	Name    string
	Key     ed25519.PublicKey // of a hub; nil for a machine of the hall, which has a certificate
	Met     time.Time         // of the last exchange; zero: never
	Failed  app.Code          // why the last try did not succeed
}

// Peers lists the known peers.
func (s *Store) Peers(ctx context.Context) ([]KnownPeer, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT address, kind, name, key, met, failed FROM peer ORDER BY kind, address`)
	if err != nil {
		return nil, translate("peer.list", err)
	}
	list, err := collect(rows, func(sc scanner) (p KnownPeer, err error) {
		var met int64
		var key []byte
		err = sc.Scan(&p.Address, &p.Kind, &p.Name, &key, &met, &p.Failed)
		if len(key) > 0 {
			p.Key = key
		}
		p.Met = fromMillis(met)
		return p, err
	})
	return list, translate("peer.list", err)
}

// AddPeer remembers a peer; one with the same address is replaced.
func (s *Store) AddPeer(ctx context.Context, p KnownPeer) error {
	key := []byte(p.Key)
	if key == nil {
		key = []byte{}
	}
	return s.Write(ctx, Action{Verb: "peer.add"}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO peer(address, kind, name, key, met, failed) VALUES (?,?,?,?,0,'')
			ON CONFLICT(address) DO UPDATE SET kind = excluded.kind, name = excluded.name, key = excluded.key`, p.Address, string(p.Kind), p.Name, key)
		return err
	})
}

// RemovePeer forgets a peer.
func (s *Store) RemovePeer(ctx context.Context, address string) error {
	return s.Write(ctx, Action{Verb: "peer.remove"}, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM peer WHERE address = ?`, address)
		return err
	})
}

// NotePeer records how an exchange with a known peer came out: when it was met last,
// or why it was not.
func (s *Store) NotePeer(ctx context.Context, address string, met time.Time, failed app.Code) error {
	return s.Write(ctx, Action{Verb: "peer.note"}, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE peer SET met = max(met, ?), failed = ? WHERE address = ?`, millis(met), string(failed), address)
		return err
	})
}

// Membership is what this machine shows to others: its key and certificate at
// present, and who vouches for both.
type Membership struct {
	Hall        string
	Role        string
	Key         ed25519.PrivateKey
	Certificate []byte
	Authority   ed25519.PublicKey
	Decoded     oplog.Certificate
}

// Membership answers it. It changes when the machine has to go on as a new origin.
func (s *Store) Membership() Membership {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Membership{Hall: s.hall, Role: s.role, Key: s.key, Certificate: s.cert, Authority: s.authorityKey(), Decoded: s.certificate}
}

// HasAuthority tells whether this machine can admit others and take them out.
func (s *Store) HasAuthority() bool { return s.ring.HasRoot() }

// Revoked tells whether a machine was taken out of the hall.
func (s *Store) Revoked(c oplog.Certificate) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known.cuts.Cut(c.Line())
}
