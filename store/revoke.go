package store

import (
	"context"
	"slices"

	"linli/app"
	"linli/sync/oplog"
)

// Revoke takes a machine out of the hall: those of its entries count that are here
// now, on every replica, and no others ever will; it may not connect any more. The
// origins before and after it are cut likewise. Only the machine with the hall's
// authority can do it (CodeNoAuthority).
func (s *Store) Revoke(ctx context.Context, by app.Actor, origin oplog.Origin) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	if !s.ring.HasRoot() {
		return app.Fail(app.CodeNoAuthority)
	}
	return s.Write(ctx, Action{Actor: by, Verb: "device.revoke"}, func(tx *Tx) error {
		if origin == s.origin {
			return app.Fail(app.CodeForbidden, "device")
		}
		family, err := s.family(tx, origin)
		if err != nil {
			return err
		}
		if slices.Contains(family, s.origin) {
			return app.Fail(app.CodeForbidden, "device")
		}
		for _, o := range family {
			for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
				c := oplog.Cut{Hall: s.hall, Origin: o, Scope: oplog.HallScope(s.hall, part), Issued: tx.Now.UnixMilli()}
				links, err := readLinks(ctx, s.conn, c.Scope, o)
				if err != nil {
					return err
				}
				c.Kept = oplog.Kept(o, links)
				if err := c.Sign(s.ring.Authority()); err != nil {
					return err
				}
				body, err := c.Encode()
				if err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO control(id, body) VALUES (?,?)`, NewID(), body); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// family lists the origins of the machine that has this one, as [oplog.Family] does. One that
// has written nothing is known by its row alone.
// CodeNotFound for one that nobody knows.
func (s *Store) family(tx *Tx, origin oplog.Origin) ([]oplog.Origin, error) {
	rows, err := tx.Query(`SELECT body FROM entry WHERE n = 1`)
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	var certs []oplog.Certificate
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			continue
		}
		if c, err := oplog.DecodeCertificate(e.Cert); err == nil {
			certs = append(certs, c)
		}
	}
	if family := oplog.Family(certs, origin); family != nil {
		return family, nil
	}
	var row bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM device WHERE id = ?)`, origin.String()).Scan(&row); err != nil {
		return nil, err
	}
	if !row {
		return nil, app.Fail(app.CodeNotFound)
	}
	return []oplog.Origin{origin}, nil
}

// heed takes the statements into account that an action here has written.
func (s *Store) heed(tx *Tx, changes []*rowChange) ([]*rowChange, error) {
	var cuts []oplog.Cut
	for _, r := range changes {
		if r.in.table.Name != oplog.ControlTable {
			continue
		}
		body, _ := r.new[1].([]byte)
		cut, err := oplog.DecodeCut(body)
		if err == nil && cut.Hall == s.hall && cut.Verify(s.authorityKey()) == nil && s.known.cuts.Add(cut) {
			cuts = append(cuts, cut)
		}
	}
	return s.judgeAgain(tx, cuts, nil)
}
