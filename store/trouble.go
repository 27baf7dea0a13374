package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"linli/app"
)

// trouble implements app.TroublePort, as the kiosk's own actor.
type trouble struct{ *Store }

var _ app.TroublePort = trouble{}

// stands is the number by which a machine is known however often it had to begin as another origin: the first
// of the block that its certificate reserves.
func stands(machine int) int { return (machine-1)/machinesEach*machinesEach + 1 }

// Report implements app.TroublePort. Each part has one row, which is written when something is different: a kiosk that looks at itself
// every quarter of an hour for years leaves an entry when its paper is out, and one when there is paper again.
func (p trouble) Report(ctx context.Context, parts []app.Trouble) error {
	for _, t := range parts {
		if err := t.Validate(); err != nil {
			return err
		}
	}
	if p.machine < 1 {
		return app.Fail(app.CodeNoNumbers)
	}
	machine := stands(p.machine)
	return p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "kiosk_trouble.report"}, func(tx *Tx) error {
		for _, t := range parts {
			if err := tx.putTrouble(machine, t); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) putTrouble(machine int, t app.Trouble) error {
	id := derivedID("kiosk_trouble", strconv.Itoa(machine), string(t.Kind))
	var code string
	var cleared int64
	err := tx.QueryRow(`SELECT coalesce(code, ''), coalesce(cleared, 0) FROM kiosk_trouble WHERE id = ?`, id).Scan(&code, &cleared)
	none := errors.Is(err, sql.ErrNoRows)
	if err != nil && !none {
		return err
	}
	open := !none && cleared == 0
	switch {
	case t.Code == "" && open:
		_, err = tx.Exec(`UPDATE kiosk_trouble SET cleared = ? WHERE id = ?`, t.Since.UnixMilli(), id)
	case t.Code == "" || open && code == t.Code:
		return nil
	case none:
		_, err = tx.Exec(`INSERT INTO kiosk_trouble(id, machine, kind, code, since, cleared) VALUES (?,?,?,?,?,0)`, id, machine, string(t.Kind), t.Code, t.Since.UnixMilli())
	default:
		_, err = tx.Exec(`UPDATE kiosk_trouble SET code = ?, since = ?, cleared = 0 WHERE id = ?`, t.Code, t.Since.UnixMilli(), id)
	}
	return err
}

// kiosks implements app.KiosksPort.
type kiosks struct{ *Store }

var _ app.KiosksPort = kiosks{}

// Troubles implements app.KiosksPort. A row that no kiosk of this version could have written is left out.
func (p kiosks) Troubles(ctx context.Context, by app.Actor) ([]app.KioskTrouble, error) {
	const op = "kiosk_trouble.list"
	if err := by.Require(app.ActServe); err != nil {
		return nil, err
	}
	rows, err := p.read.QueryContext(ctx, `SELECT machine, kind, code, since FROM kiosk_trouble
		WHERE deleted = 0 AND cleared = 0 AND machine > 0 AND kind IS NOT NULL AND code <> '' AND since > 0`)
	if err != nil {
		return nil, translate(op, err)
	}
	all, err := collect(rows, func(sc scanner) (t app.KioskTrouble, err error) {
		var since int64
		err = sc.Scan(&t.Machine, &t.Kind, &t.Code, &since)
		t.Since = fromMillis(since)
		t.ID = derivedID("kiosk_trouble", strconv.Itoa(t.Machine), string(t.Kind), t.Code, strconv.FormatInt(since, 10))
		return t, err
	})
	if err != nil || len(all) == 0 {
		return nil, translate(op, err)
	}
	settled, err := p.settledOf(ctx, app.AttendKiosk)
	if err != nil {
		return nil, translate(op, err)
	}
	devices, err := (replication{p.Store}).Devices(ctx)
	if err != nil {
		return nil, err
	}
	list := all[:0]
	for _, t := range all {
		name, gone := called(devices, t.Machine)
		if t.Validate() != nil || settled[t.ID] || gone {
			continue
		}
		t.Name = name
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b app.KioskTrouble) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Machine, b.Machine), cmp.Compare(a.Kind, b.Kind))
	})
	return list, nil
}

// called answers what people call the machine of a number, and whether it was taken out of the hall. What a machine is
// called where nobody has named it is its number, or its role.
func called(devices []app.Device, machine int) (name string, gone bool) {
	for _, d := range devices {
		if !slices.Contains(d.Machines, machine) {
			continue
		}
		if gone = d.Revoked; gone {
			continue
		}
		if _, err := strconv.Atoi(d.Name); err == nil || d.Name == d.Role {
			return "", false
		}
		return d.Name, false
	}
	return "", gone
}

// settledOf answers what people have put aside of a kind.
func (s *Store) settledOf(ctx context.Context, kind app.AttentionKind) (map[string]bool, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT subject FROM settled WHERE kind = ?`, string(kind))
	if err != nil {
		return nil, err
	}
	subjects, err := collect(rows, func(sc scanner) (k string, err error) { err = sc.Scan(&k); return k, err })
	done := make(map[string]bool, len(subjects))
	for _, k := range subjects {
		done[k] = true
	}
	return done, err
}
