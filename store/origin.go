package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"errors"
	"strconv"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// recognise reads which hall and which origin this folder is, loads the keys, and
// starts a new origin when the folder was restored or put back from an older copy.
func (s *Store) recognise(ctx context.Context) error {
	var origin string
	var hlc int64
	err := s.conn.QueryRowContext(ctx, `SELECT hall, origin, machine, hlc, commits FROM replica`).Scan(&s.hall, &origin, &s.machine, &hlc, &s.commits)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // Init fills it
	}
	if err != nil {
		return err
	}
	if s.ring, err = s.keys.Load(s.hall); err != nil {
		return err
	}
	if err := s.ownKeys(ctx); err != nil {
		return err
	}
	s.hlc = oplog.NewClock(oplog.HLC(hlc))
	if err := s.takeOrigin(origin); err != nil {
		return err
	}
	was, commits := s.head.read()
	putBack := was != oplog.Origin{} && (was != s.origin || commits > s.commits)
	if putBack || s.key == nil {
		if err := s.newOrigin(ctx); err != nil {
			return err
		}
	}
	if putBack {
		if err := s.notePutBack(ctx); err != nil {
			return err
		}
	}
	if err := s.loadHeads(ctx); err != nil {
		return err
	}
	if err := s.head.write(s.origin, s.commits); err != nil {
		return err
	}
	var zone string
	err = s.conn.QueryRowContext(ctx, `SELECT coalesce(zone, '') FROM hall WHERE id = ?`, s.hall).Scan(&zone)
	if err != nil && !errors.Is(err, sql.ErrNoRows) { // a lost row must not keep Rebuild from bringing it back
		return err
	}
	s.zone = app.HallInfo{Zone: zone}.Location()
	s.index = newSearchIndex(s)
	if len(s.heads) > 0 {
		return nil
	}
	// A new origin's first entry says who it is. Nothing else is written by opening.
	return s.Write(ctx, Action{Actor: app.ConsoleActor(), Verb: "device.add"}, (*Tx).addDevice)
}

// settingPutBack holds when the folder was last found to be an older copy.
const settingPutBack = "put_back"

// notePutBack remembers that confirmed work is missing from this folder: it was
// put back from an older copy. doctor and the health page say so.
func (s *Store) notePutBack(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, `INSERT INTO setting(key, value) VALUES (?,?) ON CONFLICT(key) DO UPDATE SET value = excluded.value`,
		settingPutBack, strconv.FormatInt(s.clock.Now().UnixMilli(), 10))
	return err
}

// ownKeys refuses keys that are not this hall's: whoever certified the first
// entry of the log did so with the authority that the keys must hold. An entry
// that cannot be read says nothing here; verify reports it.
func (s *Store) ownKeys(ctx context.Context) error {
	var body []byte
	err := s.conn.QueryRowContext(ctx, `SELECT body FROM entry WHERE n = 1 ORDER BY seq LIMIT 1`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	e, err := oplog.Decode(body)
	if err != nil {
		return nil
	}
	c, err := oplog.DecodeCertificate(e.Cert)
	if err != nil || c.Verify(s.ring.Authority().Public().(ed25519.PublicKey)) == nil {
		return nil
	}
	return seal.ErrOtherKey
}

// takeOrigin finds the key of the origin that the folder writes as. Without it
// (another machine's folder, restored here) s.key stays nil.
func (s *Store) takeOrigin(text string) error {
	if text == restoredOrigin {
		return nil
	}
	origin, err := oplog.ParseOrigin(text)
	if err != nil {
		return err
	}
	s.origin = origin
	for _, k := range s.ring.Origins() {
		if oplog.OriginOf(k.Public().(ed25519.PublicKey)) == origin {
			s.key = k
			cert, err := s.certify(k, s.machine)
			s.cert = cert
			return err
		}
	}
	return nil
}

// machinesEach is how many machine numbers a certificate reserves: a machine that
// has to start a new origin takes the next of its own.
const machinesEach = 3

// certify makes the certificate of an origin of this machine, with the numbers
// of its block that no earlier origin has used.
func (s *Store) certify(key ed25519.PrivateKey, machine int) ([]byte, error) {
	now := s.clock.Now()
	machines := []int{machine}
	for machine%machinesEach != 0 {
		machine++
		machines = append(machines, machine)
	}
	c := oplog.Certificate{
		Hall: s.hall, PublicKey: key.Public().(ed25519.PublicKey), Role: "desk", Machines: machines,
		Scopes: s.scopes(),
		Issued: now.UnixMilli(), Expires: now.AddDate(1, 0, 0).UnixMilli(), Serial: now.UnixMilli(),
	}
	if err := c.Sign(s.ring.Authority()); err != nil {
		return nil, err
	}
	return c.Encode()
}

// nextMachine answers a machine number that no origin known here has used: the
// next of this machine's own block, and after its last, or where this machine
// has none yet, the first of a block after all that were ever certified.
func (s *Store) nextMachine(ctx context.Context) (int, error) {
	if own := s.ring.Machine(); own > 0 {
		// The keys know of restores that an older copy of the folder does not.
		if used := max(own, s.machine); used%machinesEach != 0 && (used-1)/machinesEach == (own-1)/machinesEach {
			return used + 1, nil
		}
	}
	rows, err := s.conn.QueryContext(ctx, `SELECT body FROM entry WHERE n = 1`)
	if err != nil {
		return 0, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) {
		err = sc.Scan(&b)
		return b, err
	})
	if err != nil {
		return 0, err
	}
	last := max(s.ring.Machine(), s.machine)
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			continue // for verify to report
		}
		c, err := oplog.DecodeCertificate(e.Cert)
		if err != nil {
			continue
		}
		for _, m := range c.Machines {
			last = max(last, m)
		}
	}
	return (last+machinesEach-1)/machinesEach*machinesEach + 1, nil
}

// newOrigin goes on as a new writer with a new machine number, so that nothing it
// writes can be taken for what the old one wrote. The old entries stay as they are.
func (s *Store) newOrigin(ctx context.Context) error {
	key, err := s.ring.NewOrigin(rand.Reader)
	if err != nil {
		return err
	}
	if s.machine, err = s.nextMachine(ctx); err != nil {
		return err
	}
	s.ring.SetMachine(s.machine)
	if err := s.keys.Save(s.hall, s.ring); err != nil {
		return err
	}
	s.key, s.origin = key, oplog.OriginOf(key.Public().(ed25519.PublicKey))
	if s.cert, err = s.certify(key, s.machine); err != nil {
		return err
	}
	s.commits = 0
	_, err = s.conn.ExecContext(ctx, `UPDATE replica SET origin = ?, machine = ?, commits = 0, log_id = ?`, s.origin.String(), s.machine, NewID())
	return err
}

// addDevice writes the row of the origin that this folder writes as.
func (tx *Tx) addDevice() error {
	machine := strconv.Itoa(tx.s.machine)
	return upsert(tx, "device", tx.s.origin.String(), []string{"name", "role", "machines"}, []any{machine, "desk", "[" + machine + "]"})
}

// scopes are those that a desk holds and writes.
func (s *Store) scopes() []oplog.Scope {
	parts := []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care}
	scopes := make([]oplog.Scope, len(parts))
	for i, part := range parts {
		scopes[i] = oplog.HallScope(s.hall, part)
	}
	return scopes
}

// loadHeads reads this origin's newest entry in each scope, by the index: a long
// log must not make the start long.
func (s *Store) loadHeads(ctx context.Context) error {
	s.heads = map[oplog.Scope]logHead{}
	for _, scope := range s.scopes() {
		var h logHead
		var hash []byte
		err := s.conn.QueryRowContext(ctx, `SELECT n, hash FROM entry WHERE scope = ? AND origin = ? ORDER BY n DESC LIMIT 1`, string(scope), s.origin.String()).Scan(&h.n, &hash)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if len(hash) != len(h.hash) {
			return app.Fail(app.CodeDamaged)
		}
		copy(h.hash[:], hash)
		s.heads[scope] = h
	}
	return nil
}
