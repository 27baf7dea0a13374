package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"linli/app"
	"linli/sync/oplog"
)

// deviceName is what people call the machine of an origin: by its row, and by its
// short name until that has come.
func (s *Store) deviceName(ctx context.Context, origin oplog.Origin) string {
	var name string
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce(name, '') FROM device WHERE id = ?`, origin.String()).Scan(&name); err != nil || name == "" {
		return origin.String()[:6]
	}
	return name
}

// MachineName is what people call the machine of an origin.
func (s *Store) MachineName(ctx context.Context, origin oplog.Origin) string {
	return s.deviceName(ctx, origin)
}

// Devices implements app.ReplicationPort, this machine first.
func (p replication) Devices(ctx context.Context) ([]app.Device, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT d.id, coalesce(d.name, ''), coalesce(d.role, ''), coalesce(d.machines, ''),
		coalesce((SELECT max(wall) FROM (SELECT wall FROM entry WHERE origin = d.id ORDER BY seq DESC LIMIT 1)), 0) FROM device d WHERE d.deleted = 0 ORDER BY d.machines, d.id`)
	if err != nil {
		return nil, translate("device.list", err)
	}
	p.mu.Lock()
	this := p.origin.String()
	cut := p.known.cuts.Clone()
	p.mu.Unlock()
	list, err := collect(rows, func(sc scanner) (d app.Device, err error) {
		var machines string
		var last int64
		if err = sc.Scan(&d.ID, &d.Name, &d.Role, &machines, &last); err != nil {
			return d, err
		}
		_ = json.Unmarshal([]byte(machines), &d.Machines)
		d.This, d.Last = d.ID == this, fromMillis(last)
		if o, err := oplog.ParseOrigin(d.ID); err == nil {
			d.Revoked = cut.Cut([]oplog.Origin{o})
		}
		return d, nil
	})
	return list, translate("device.list", err)
}

// RenameDevice implements app.ReplicationPort.
func (p replication) RenameDevice(ctx context.Context, by app.Actor, id, name string) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	if name = strings.TrimSpace(name); name == "" {
		return app.Bad(app.CodeRequired, "name")
	}
	return p.Write(ctx, Action{Actor: by, Verb: "device.rename"}, func(tx *Tx) error {
		res, err := tx.Exec(`UPDATE device SET name = ? WHERE id = ?`, name, id)
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return app.Fail(app.CodeNotFound)
		}
		return nil
	})
}

// RevokeDevice implements app.ReplicationPort.
func (p replication) RevokeDevice(ctx context.Context, by app.Actor, id string) error {
	origin, err := oplog.ParseOrigin(id)
	if err != nil {
		return app.Fail(app.CodeNotFound)
	}
	return p.Revoke(ctx, by, origin)
}

// Admit certifies a new machine and writes its row: from then on it holds what its role
// may hold, and has to be on the list of machines to be taken out, whether it ever says a word or not. One that
// may write about itself writes the same. Only the machine with the hall's authority can do it.
func (s *Store) Admit(ctx context.Context, by app.Actor, key []byte, name, role string, wrap []byte) (in Admitted, err error) {
	const op = "device.admit"
	err = s.Write(ctx, Action{Actor: by, Verb: op}, func(tx *Tx) error {
		first, err := s.nextBlock(ctx)
		if err != nil {
			return err
		}
		machines := make([]int, machinesEach)
		for i := range machines {
			machines[i] = first + i
		}
		s.ring.SetGiven(machines[machinesEach-1])
		if err := s.keys.Save(s.keyName, s.ring); err != nil {
			return err
		}
		if in.Certificate, err = Certify(s.ring, s.hall, role, key, machines, tx.Now); err != nil {
			return err
		}
		if in.Keys, err = s.ring.Share(role == RoleDesk || role == RoleSupervisor, wrap); err != nil {
			return err
		}
		switch {
		case name == "" && role == RoleDesk:
			name = strconv.Itoa(first)
		case name == "":
			name = role
		}
		return tx.putDevice(oplog.OriginOf(key), name, role, machines)
	})
	return in, err
}

// nextBlock answers the first number of a block that no machine of the hall has: by
// what the log's certificates say and by the rows of those that were admitted and
// have not written yet.
func (s *Store) nextBlock(ctx context.Context) (int, error) {
	last, err := s.lastMachine(ctx)
	if err != nil {
		return 0, err
	}
	last = max(last, s.ring.Given())
	rows, err := s.conn.QueryContext(ctx, `SELECT coalesce(machines, '') FROM device`)
	if err != nil {
		return 0, err
	}
	lists, err := collect(rows, func(sc scanner) (m string, err error) { err = sc.Scan(&m); return m, err })
	if err != nil {
		return 0, err
	}
	for _, text := range lists {
		var machines []int
		_ = json.Unmarshal([]byte(text), &machines)
		for _, m := range machines {
			last = max(last, m)
		}
	}
	return (last+machinesEach-1)/machinesEach*machinesEach + 1, nil
}
