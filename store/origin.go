package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// recognise reads which hall and which origin this folder is, loads the keys, and
// starts a new origin when the folder was restored or put back from an older copy.
func (s *Store) recognise(ctx context.Context) error {
	var origin string
	var hlc int64
	err := s.conn.QueryRowContext(ctx, `SELECT hall, origin, machine, hlc, commits, keys, role, log_id FROM replica`).Scan(&s.hall, &origin, &s.machine, &hlc, &s.commits, &s.keyName, &s.role, &s.logID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // Init fills it
	}
	if err != nil {
		return err
	}
	if s.keyName == "" {
		s.keyName = s.hall
	}
	if s.ring, err = s.keys.Load(s.keyName); err != nil {
		return err
	}
	if err := s.ownKeys(ctx); err != nil {
		return err
	}
	s.hlc = oplog.NewClock(oplog.HLC(hlc))
	if err := s.takeOrigin(ctx, origin); err != nil {
		return err
	}
	was, commits := s.head.read()
	putBack := was != oplog.Origin{} && (was != s.origin || commits > s.commits)
	if putBack || s.key == nil {
		if err := s.newOrigin(ctx, false); err != nil {
			return err
		}
	}
	if putBack {
		if err := s.notePutBack(ctx); err != nil {
			return err
		}
	}
	if err := s.loadLog(ctx); err != nil {
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
	if err := s.loadDelivery(ctx); err != nil {
		return err
	}
	s.index = newSearchIndex(s)
	return s.introduce(ctx)
}

// introduce has a new origin's first entry say who it is. Nothing else is written by
// opening, and by receiving.
func (s *Store) introduce(ctx context.Context) error {
	s.mu.Lock()
	known := len(s.heads) > 0 || !s.certificate.AllowsTable("device") || !s.certificate.Allows(oplog.HallScope(s.hall, oplog.Public)) ||
		s.known.cuts.Cut(s.certificate.Line())
	s.mu.Unlock()
	if known {
		return nil // whoever admitted a kiosk has written its row
	}
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
	if err != nil || c.Verify(s.ring.AuthorityKey()) == nil {
		return nil
	}
	return seal.ErrOtherKey
}

// takeOrigin finds the key of the origin that the folder writes as. Without it
// (another machine's folder, restored here) s.key stays nil.
func (s *Store) takeOrigin(ctx context.Context, text string) error {
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
			return s.takeCertificate(ctx)
		}
	}
	return nil
}

// takeCertificate finds the certificate of the present origin, which is the same
// for ever: in the keys, or, where those are of an older program, in the log.
func (s *Store) takeCertificate(ctx context.Context) error {
	cert := s.ring.Certificate(s.key)
	if cert == nil {
		var body []byte
		err := s.conn.QueryRowContext(ctx, `SELECT body FROM entry WHERE origin = ? AND n = 1 ORDER BY seq LIMIT 1`, s.origin.String()).Scan(&body)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if e, bad := oplog.Decode(body); err == nil && bad == nil {
			cert = e.Cert
		} else if cert, err = s.certify(s.key, s.machine); err != nil {
			return err
		}
		s.ring.SetCertificate(s.key, cert)
		if err := s.keys.Save(s.keyName, s.ring); err != nil {
			return err
		}
	}
	return s.setCertificate(cert)
}

func (s *Store) setCertificate(cert []byte) (err error) {
	s.cert = cert
	s.certificate, err = oplog.DecodeCertificate(cert)
	return err
}

// machinesEach is how many machine numbers a certificate reserves: a machine that
// has to start a new origin takes the next of its own.
const machinesEach = 3

// certify makes the certificate of an origin of this machine, with the numbers
// of its block that no earlier origin has used. It needs the hall's authority.
func (s *Store) certify(key ed25519.PrivateKey, machine int) ([]byte, error) {
	machines := []int{machine}
	for machine%machinesEach != 0 {
		machine++
		machines = append(machines, machine)
	}
	return Certify(s.ring, s.hall, RoleDesk, key.Public().(ed25519.PublicKey), machines, s.clock.Now())
}

// The roles of machines, as certificates and the device table say them.
const (
	RoleDesk       = exchange.RoleDesk
	RoleKiosk      = exchange.RoleKiosk
	RoleBoard      = exchange.RoleBoard
	RoleSupervisor = exchange.RoleSupervisor
)

// certificateYears is how long a machine may connect without a new certificate.
const certificateYears = 1

// Certify makes the certificate of a machine with that role, signed by the hall's
// authority, which the ring has to hold (CodeNoAuthority). What a role may write is said here and
// nowhere else.
func Certify(ring *seal.Ring, hall, role string, key ed25519.PublicKey, machines []int, now time.Time) ([]byte, error) {
	if !ring.HasRoot() {
		return nil, app.Fail(app.CodeNoAuthority)
	}
	c := oplog.Certificate{
		Hall: hall, PublicKey: key, Role: role, Machines: machines,
		Issued: now.UnixMilli(), Expires: now.AddDate(certificateYears, 0, 0).UnixMilli(), Serial: now.UnixMilli(),
	}
	parts := []string{}
	switch role {
	case RoleDesk:
		parts = []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care}
	case RoleKiosk:
		parts = []string{oplog.Public, oplog.Intake}
		for i := range Dictionary {
			if Dictionary[i].Kiosk {
				c.Tables = append(c.Tables, Dictionary[i].Name)
			}
		}
	case RoleBoard, RoleSupervisor:
	default:
		return nil, app.Bad(app.CodeInvalid, "role", role)
	}
	for _, part := range parts {
		c.Scopes = append(c.Scopes, oplog.HallScope(hall, part))
	}
	if err := c.Sign(ring.Authority()); err != nil {
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
	return s.nextBlock(ctx)
}

// lastMachine is the greatest machine number that this machine or any certificate in
// the log has.
func (s *Store) lastMachine(ctx context.Context) (int, error) {
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
	return last, nil
}

// newOrigin goes on as a new writer with a new machine number, so that nothing it
// writes can be taken for what the old one wrote. The old entries stay as they are. It may run inside of a
// transaction of the writer's: what was made for one that fails is used by the next. With elsewhere its numbers are
// to be none of those that were reserved for it.
func (s *Store) newOrigin(ctx context.Context, elsewhere bool) error {
	next := s.unused
	if next == nil {
		var err error
		if next, err = s.makeOrigin(ctx, elsewhere); err != nil {
			return err
		}
	}
	s.unused = nil
	s.restoreWriting(*next)
	_, err := s.conn.ExecContext(ctx, `UPDATE replica SET origin = ?, machine = ?, commits = 0, log_id = ?`, s.origin.String(), s.machine, s.logID)
	return err
}

// makeOrigin makes a writer and saves its key. A machine without the hall's authority is
// vouched for by the origin that the authority certified: in a chain of successors each certificate would hold all
// before it, and after a few there would be room for no more.
func (s *Store) makeOrigin(ctx context.Context, elsewhere bool) (*writing, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	var cert []byte
	var machine int
	if s.ring.HasRoot() {
		number := s.nextMachine
		if elsewhere {
			number = s.nextBlock
		}
		if machine, err = number(ctx); err != nil {
			return nil, err
		}
		if cert, err = s.certify(key, machine); err != nil {
			return nil, err
		}
	} else {
		old, parent, err := s.voucher()
		if err != nil {
			return nil, err
		}
		c := oplog.Certificate{PublicKey: key.Public().(ed25519.PublicKey), Issued: parent.Issued, Expires: parent.Expires}
		for _, m := range parent.Machines {
			if m > max(s.machine, s.ring.Machine()) {
				c.Machines = append(c.Machines, m)
			}
		}
		if len(c.Machines) > 0 {
			machine = c.Machines[0]
		} // else 0: it goes on, and gives no numbers until it is admitted again
		if err := c.Succeed(parent, old); err != nil {
			return nil, err
		}
		if cert, err = c.Encode(); err != nil {
			return nil, err
		}
	}
	was := s.ring.Machine()
	s.ring.AddOrigin(key, cert)
	s.ring.SetMachine(max(machine, was))
	if err := s.keys.Save(s.keyName, s.ring); err != nil {
		s.ring.SetMachine(was)
		s.ring.DropOrigin(key)
		return nil, err
	}
	certificate, err := oplog.DecodeCertificate(cert)
	return &writing{logID: NewID(), keyName: s.keyName, origin: certificate.Origin, key: key, machine: machine, cert: cert, certificate: certificate}, err
}

// voucher answers the key of this machine that the hall's authority certified.
func (s *Store) voucher() (ed25519.PrivateKey, oplog.Certificate, error) {
	for _, key := range slices.Backward(s.ring.Origins()) {
		c, err := oplog.DecodeCertificate(s.ring.Certificate(key))
		if err == nil && len(c.Parent) == 0 && c.Verify(s.authorityKey()) == nil {
			return key, c, nil
		}
	}
	return nil, oplog.Certificate{}, app.Fail(app.CodeNoAuthority)
}

// addDevice writes the row of the origin that this folder writes as.
func (tx *Tx) addDevice() error {
	var name string
	err := tx.QueryRow(`SELECT value FROM setting WHERE key = ?`, settingName).Scan(&name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if name == "" {
		name = strconv.Itoa(tx.s.machine)
	}
	return tx.putDevice(tx.s.origin, name, tx.s.role, tx.s.certificate.Machines)
}

// settingName holds the name that this machine was given when it was admitted.
const settingName = "device_name"

func (tx *Tx) putDevice(origin oplog.Origin, name, role string, machines []int) error {
	list, err := json.Marshal(machines)
	if err != nil {
		return err
	}
	return upsert(tx, "device", origin.String(), []string{"name", "role", "machines"}, []any{name, role, string(list)})
}

// scopes are those that this machine holds or writes.
func (s *Store) scopes() []oplog.Scope {
	var scopes []oplog.Scope
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		if scope := oplog.HallScope(s.hall, part); s.holds(scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// holds answers whether this machine keeps a scope's log.
func (s *Store) holds(scope oplog.Scope) bool { return exchange.MayWrite(s.certificate, scope) }
