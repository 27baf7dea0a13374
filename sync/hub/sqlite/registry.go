package sqlite

import (
	"database/sql"
	"errors"
	"time"

	"linli/sync/hub"
	"linli/sync/oplog"
)

const hallColumns = "id, name, division, zone, authority, kind, since, machines, writer"

func scanHall(row interface{ Scan(...any) error }) (h hub.Hall, err error) {
	var since int64
	var authority, writer []byte
	if err = row.Scan(&h.ID, &h.Name, &h.Division, &h.Zone, &authority, &h.Kind, &since, &h.Machines, &writer); err != nil {
		return h, err
	}
	h.Authority, h.Since = authority, fromMillis(since)
	if writer != nil {
		err = fixed(h.Writer[:], writer)
	}
	return h, err
}

// Halls implements [hub.RegistrySnapshot].
func (s *snapshot) Halls() ([]hub.Hall, error) {
	return collect(s, func(rows *sql.Rows) (hub.Hall, error) { return scanHall(rows) }, "SELECT "+hallColumns+" FROM hall ORDER BY id")
}

// Hall implements [hub.RegistrySnapshot].
func (s *snapshot) Hall(id string) (hub.Hall, bool, error) {
	h, err := scanHall(s.c.row("SELECT "+hallColumns+" FROM hall WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return hub.Hall{}, false, nil
	}
	return h, err == nil, err
}

// Devices implements [hub.RegistrySnapshot].
func (s *snapshot) Devices(hall string) ([]hub.Device, error) {
	return collect(s, func(rows *sql.Rows) (hub.Device, error) {
		d := hub.Device{Hall: hall}
		var origin []byte
		var admitted, seen int64
		if err := rows.Scan(&origin, &d.Role, &d.Name, &d.Certificate, &admitted, &seen); err != nil {
			return d, err
		}
		d.Admitted, d.Seen = fromMillis(admitted), fromMillis(seen)
		return d, fixed(d.Origin[:], origin)
	}, "SELECT origin, role, name, certificate, admitted, seen FROM device WHERE hall = ? ORDER BY origin", hall)
}

func scanCode(row interface{ Scan(...any) error }) (c hub.Code, err error) {
	var expires int64
	err = row.Scan(&c.ID, &c.Hall, &c.Role, &c.Key, &expires)
	c.Expires = fromMillis(expires)
	return c, err
}

// Codes implements [hub.RegistrySnapshot].
func (s *snapshot) Codes(now time.Time) ([]hub.Code, error) {
	return collect(s, func(rows *sql.Rows) (hub.Code, error) { return scanCode(rows) }, "SELECT id, hall, role, key, expires FROM code WHERE expires > ? ORDER BY id", now.UnixMilli())
}

// PutHall implements [hub.RegistryTx].
func (t *tx) PutHall(h hub.Hall) error {
	return t.c.exec(`INSERT INTO hall(`+hallColumns+`) VALUES (?,?,?,?,?,?,?,?,?)
		ON CONFLICT(id) DO UPDATE SET name = excluded.name, division = excluded.division, zone = excluded.zone, authority = excluded.authority, kind = excluded.kind, since = excluded.since`,
		h.ID, h.Name, h.Division, h.Zone, blob(h.Authority), string(h.Kind), toMillis(h.Since), h.Machines, writerValue(h.Writer))
}

func writerValue(o oplog.Origin) any {
	if o == (oplog.Origin{}) {
		return nil
	}
	return o[:]
}

// TakeMachines implements [hub.RegistryTx].
func (t *tx) TakeMachines(hall string, floor, count int) (last int, err error) {
	err = t.c.row("UPDATE hall SET machines = max(machines, ?) + ? WHERE id = ? RETURNING machines", floor, count, hall).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, hub.ErrNoHall
	}
	return last, err
}

// SetWriter implements [hub.RegistryTx].
func (t *tx) SetWriter(hall string, writer oplog.Origin) error {
	return t.c.exec("UPDATE hall SET writer = ? WHERE id = ?", writerValue(writer), hall)
}

// PutDevice implements [hub.RegistryTx].
func (t *tx) PutDevice(d hub.Device) error {
	return t.c.exec("INSERT OR REPLACE INTO device(hall, origin, role, name, certificate, admitted, seen) VALUES (?,?,?,?,?,?,?)",
		d.Hall, d.Origin[:], d.Role, d.Name, blob(d.Certificate), toMillis(d.Admitted), toMillis(d.Seen))
}

// SetSeen implements [hub.RegistryTx].
func (t *tx) SetSeen(d hub.Device) error {
	return t.c.exec(`INSERT INTO device(hall, origin, role, name, certificate, admitted, seen) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT(hall, origin) DO UPDATE SET role = excluded.role, certificate = excluded.certificate, seen = max(seen, excluded.seen)`,
		d.Hall, d.Origin[:], d.Role, d.Name, blob(d.Certificate), toMillis(d.Admitted), toMillis(d.Seen))
}

// PutCode implements [hub.RegistryTx].
func (t *tx) PutCode(c hub.Code, now time.Time) error {
	if err := t.c.exec("DELETE FROM code WHERE expires <= ?", now.UnixMilli()); err != nil {
		return err
	}
	return t.c.exec("INSERT INTO code(id, hall, role, key, expires) VALUES (?,?,?,?,?)", c.ID, c.Hall, c.Role, blob(c.Key), toMillis(c.Expires))
}

// UseCode implements [hub.RegistryTx].
func (t *tx) UseCode(id string, key []byte, now time.Time) (c hub.Code, found, again bool, err error) {
	const answer = " RETURNING id, hall, role, key, expires"
	c, err = scanCode(t.c.row("UPDATE code SET used_by = ? WHERE id = ? AND expires > ? AND used_by IS NULL"+answer, key, id, now.UnixMilli()))
	if errors.Is(err, sql.ErrNoRows) {
		c, err = scanCode(t.c.row("SELECT id, hall, role, key, expires FROM code WHERE id = ? AND expires > ? AND used_by = ?", id, now.UnixMilli(), key))
		if errors.Is(err, sql.ErrNoRows) {
			return hub.Code{}, false, false, nil
		}
		return c, err == nil, true, err
	}
	if err == nil {
		err = t.c.exec("UPDATE miss SET count = 0")
	}
	return c, err == nil, false, err
}

// CountMiss implements [hub.RegistryTx].
func (t *tx) CountMiss(limit int) (bool, error) {
	var count int
	if err := t.c.row("UPDATE miss SET count = count + 1 RETURNING count").Scan(&count); err != nil || count < limit {
		return false, err
	}
	return true, t.DropCodes()
}

// DropCodes implements [hub.RegistryTx].
func (t *tx) DropCodes() error {
	if err := t.c.exec("UPDATE miss SET count = 0"); err != nil {
		return err
	}
	return t.c.exec("DELETE FROM code")
}

func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// blob is b for a column that is never NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
