package store

import (
	"context"
	"crypto/ed25519"
	"io"
	"slices"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// KnownLog is a machine of which this one has read a bundle.
type KnownLog struct {
	Log         string // id of its log
	Certificate oplog.Certificate
	Answer      []byte // the key to which a bundle for it alone is sealed
	Made        time.Time
	Name        string // by which people know it
}

// KnownLogs lists them, the one heard of last first.
func (s *Store) KnownLogs(ctx context.Context) ([]KnownLog, error) {
	const op = "bundle.logs"
	rows, err := s.read.QueryContext(ctx, `SELECT log, certificate, answer, made FROM bundle_log ORDER BY made DESC, log`)
	if err != nil {
		return nil, translate(op, err)
	}
	list, err := collect(rows, func(sc scanner) (k KnownLog, err error) {
		var cert []byte
		var made int64
		if err = sc.Scan(&k.Log, &cert, &k.Answer, &made); err != nil {
			return k, err
		}
		k.Made = fromMillis(made)
		k.Certificate, err = oplog.DecodeCertificate(cert)
		return k, err
	})
	for i := range list {
		list[i].Name = s.deviceName(ctx, list[i].Certificate.Origin)
	}
	return list, translate(op, err)
}

// Held answers entries of a scope that a peer's log is known to hold, with all behind
// them; nil when nothing is known of it.
func (s *Store) Held(log string, scope oplog.Scope) []oplog.Head {
	s.delivery.mu.Lock()
	defer s.delivery.mu.Unlock()
	one := s.delivery.logs[log]
	if one == nil || one.heads[scope] == nil {
		return nil
	}
	return one.heads[scope].List()
}

// NoteBundle remembers who wrote a bundle that was read, and what it said that its log
// holds. The file may be old: what is known of the log already stays known, for a log
// only grows for as long as it has its id. What was written by this machine, now or before it was
// put back, says nothing about another one and is not noted.
func (s *Store) NoteBundle(ctx context.Context, k KnownLog, holds map[oplog.Scope][]oplog.Head) error {
	const op = "bundle.note"
	if s.wrote(k) {
		return nil
	}
	cert, err := k.Certificate.Encode()
	if err != nil {
		return translate(op, err)
	}
	for scope, heads := range holds {
		if heads, err = s.mergeHeld(ctx, scope, s.Held(k.Log, scope), heads); err != nil {
			return translate(op, err)
		}
		s.delivery.mu.Lock()
		one := s.delivery.logs[k.Log]
		if one == nil {
			one = &delivered{kind: app.PeerStick, heads: map[oplog.Scope]*oplog.Heads{}}
			s.delivery.logs[k.Log] = one
		}
		held := &oplog.Heads{}
		for _, h := range heads {
			held.Put(h)
		}
		one.at, one.heads[scope], s.delivery.dirty = s.clock.Now(), held, true
		s.delivery.mu.Unlock()
	}
	answer := k.Answer
	if answer == nil {
		answer = []byte{}
	}
	err = s.Write(ctx, Action{Verb: op}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO bundle_log(log, certificate, answer, made) VALUES (?,?,?,?) ON CONFLICT(log) DO UPDATE
			SET certificate = excluded.certificate, answer = excluded.answer, made = excluded.made WHERE excluded.made >= made`, k.Log, cert, answer, millis(k.Made))
		return err
	})
	if err == nil {
		err = s.saveDelivery(ctx)
	}
	s.bus.Publish(app.Changed{Table: "replication"})
	return err
}

// wrote answers whether a bundle is this machine's own.
func (s *Store) wrote(k KnownLog) bool {
	if k.Log == s.rep.ID() {
		return true
	}
	return slices.ContainsFunc(s.ring.Origins(), func(key ed25519.PrivateKey) bool {
		return oplog.OriginOf(key.Public().(ed25519.PublicKey)) == k.Certificate.Origin
	})
}

// mergeHeld answers the ends of what two reports about one log say. What this log lacks
// can be compared with nothing: of it only the newer report counts.
func (s *Store) mergeHeld(ctx context.Context, scope oplog.Scope, before, now []oplog.Head) ([]oplog.Head, error) {
	all := &oplog.Heads{}
	for _, h := range append(slices.Clone(before), now...) {
		all.Put(h)
	}
	list := all.List()
	hashes := make([]oplog.Hash, len(list))
	for i := range list {
		hashes[i] = list[i].Hash
	}
	found, err := s.rep.Find(ctx, scope, hashes)
	if err != nil {
		return nil, err
	}
	var out []oplog.Head
	of := map[oplog.Origin][]oplog.Head{}
	for i, h := range list {
		switch {
		case found[i] != oplog.Head{}:
			of[h.Origin] = append(of[h.Origin], found[i])
		case slices.Contains(now, h):
			out = append(out, h)
		}
	}
	links := func(o oplog.Origin) ([]oplog.Link, error) { return s.rep.Links(ctx, scope, o) }
	for _, group := range of {
		for i := 0; i < len(group); {
			others := slices.Delete(slices.Clone(group), i, i+1)
			cover, err := oplog.NewCover(others, links)
			if err != nil {
				return nil, err
			}
			if cover.Has(group[i]) {
				group = others
			} else {
				i++
			}
		}
		out = append(out, group...)
	}
	return out, nil
}

// hears answers whether anything is known of a machine that is reached by files only.
func (s *Store) hears() bool {
	s.delivery.mu.Lock()
	defer s.delivery.mu.Unlock()
	for _, one := range s.delivery.logs {
		if one.kind == app.PeerStick {
			return true
		}
	}
	return false
}

// SealBundle begins the sealed part of a bundle: for the machine with that key, or with
// none for every machine that holds the hall's keys, see [seal.Ring.SealBundle].
func (s *Store) SealBundle(dst io.Writer, header, machine []byte) (io.WriteCloser, error) {
	if len(machine) > 0 {
		return s.ring.SealBundleTo(dst, header, machine)
	}
	return s.ring.SealBundle(dst, header)
}

// OpenBundle opens one, see [seal.Ring.OpenBundle].
func (s *Store) OpenBundle(src io.Reader, header []byte) (io.Reader, error) {
	return s.ring.OpenBundle(src, header)
}

// BundleKey is the key to which a bundle for this machine alone is sealed.
func (s *Store) BundleKey() ([]byte, error) {
	key, err := s.ring.BundleKey()
	return key, translate("bundle.key", err)
}
