package store

import (
	"context"

	"linli/app"
	"linli/sync/oplog"
)

// Revoke takes a machine out of the hall: its entries count up to those that are
// here now, on every replica and for ever, and it may not connect any more. Origins
// that succeeded it are cut likewise. Only the machine with the hall's authority can
// do it (CodeNoAuthority).
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
		line, err := s.successors(tx, origin)
		if err != nil {
			return err
		}
		for _, o := range line {
			for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
				c := oplog.Cut{Hall: s.hall, Origin: o, Scope: oplog.HallScope(s.hall, part), Issued: tx.Now.UnixMilli()}
				if heads := s.known.vector[c.Scope]; heads != nil {
					for _, h := range heads.Of(o) {
						c.Last = max(c.Last, h.N)
					}
				}
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

// successors lists an origin and all that the log knows to come after it.
func (s *Store) successors(tx *Tx, origin oplog.Origin) ([]oplog.Origin, error) {
	rows, err := tx.Query(`SELECT body FROM entry WHERE n = 1`)
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	line, seen := []oplog.Origin{origin}, map[oplog.Origin]bool{origin: true}
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			continue
		}
		c, err := oplog.DecodeCertificate(e.Cert)
		if err != nil || seen[c.Origin] {
			continue
		}
		for _, o := range c.Line() {
			if o == origin {
				seen[c.Origin] = true
				line = append(line, c.Origin)
				break
			}
		}
	}
	return line, nil
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
