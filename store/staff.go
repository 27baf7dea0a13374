package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"linli/app"
	"linli/app/standard"
	"linli/store/seal"
)

// people implements app.StaffPort.
type people struct{ *Store }

var _ app.StaffPort = people{}

// countTry counts a try durably before anything is checked, so that pulling the
// plug does not give another one. It answers CodeLocked (args: minutes) while the
// wait runs, else how many tries were made before this one.
func (s *Store) countTry(ctx context.Context, kind, subject string) (int, error) {
	tries := 0
	err := s.Write(ctx, Action{Verb: "attempt.count"}, func(tx *Tx) error {
		var at int64
		err := tx.QueryRow(`SELECT tries, at FROM attempt WHERE kind = ? AND subject = ?`, kind, subject).Scan(&tries, &at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := app.MayTry(tries, time.UnixMilli(at), tx.Now); err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO attempt(kind, subject, tries, at) VALUES (?,?,?,?) ON CONFLICT(kind, subject) DO UPDATE SET tries = excluded.tries, at = excluded.at`,
			kind, subject, tries+1, tx.Now.UnixMilli())
		return err
	})
	return tries, err
}

func (s *Store) clearTries(ctx context.Context, kind, subject string) error {
	return s.Write(ctx, Action{Verb: "attempt.clear"}, func(tx *Tx) error {
		_, err := tx.Exec(`DELETE FROM attempt WHERE kind = ? AND subject = ?`, kind, subject)
		return err
	})
}

// SignIn implements app.StaffPort.
func (p people) SignIn(ctx context.Context, name, pin, windowID string) (app.Actor, error) {
	var a app.Actor
	var pinCell any
	err := p.read.QueryRowContext(ctx, `SELECT id, name, coalesce(role, ''), pin FROM staff WHERE name = ? AND deleted = 0 ORDER BY id LIMIT 1`, strings.TrimSpace(name)).
		Scan(&a.ID, &a.Name, &a.Role, &pinCell)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Actor{}, app.Bad(app.CodeNotFound, "staff")
	}
	if err != nil {
		return app.Actor{}, translate("staff.sign-in", err)
	}
	if err := p.checkPIN(ctx, a.ID, pinCell, pin); err != nil {
		return app.Actor{}, err
	}
	a.WindowID = windowID
	return a, nil
}

// checkPIN checks a person's PIN against the cell that holds its hash, counting
// the try first.
func (p people) checkPIN(ctx context.Context, id string, cell any, pin string) error {
	hash, err := p.unseal("staff", id, "pin", cell)
	if err != nil {
		return err
	}
	tries, err := p.countTry(ctx, "pin", id)
	if err != nil {
		return err
	}
	if !seal.CheckPIN(hash, pin) {
		return app.WrongPIN(tries + 1)
	}
	return p.clearTries(ctx, "pin", id)
}

// Staff implements app.StaffPort.
func (p people) Staff(ctx context.Context) ([]app.Staff, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT id, coalesce(name, ''), coalesce(role, ''), coalesce(grid, ''), phone FROM staff WHERE deleted = 0 ORDER BY name, id`)
	if err != nil {
		return nil, translate("staff.list", err)
	}
	out, err := collect(rows, func(sc scanner) (st app.Staff, err error) {
		var phone any
		if err = sc.Scan(&st.ID, &st.Name, &st.Role, &st.GridID, &phone); err != nil {
			return st, err
		}
		// The list is shown before anybody has signed in: masked, and whole also
		// where a number cannot be opened.
		number, _ := p.unseal("staff", st.ID, "phone", phone)
		st.Phone = standard.MaskPhone(number)
		return st, nil
	})
	return out, translate("staff.list", err)
}

// AddStaff implements app.StaffPort.
func (p people) AddStaff(ctx context.Context, by app.Actor, st app.Staff, pin string) (string, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return "", err
	}
	st.Name = strings.TrimSpace(st.Name)
	if st.Name == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	if err := app.GoodPIN(pin); err != nil {
		return "", err
	}
	if !slices.Contains(app.Roles(), st.Role) {
		return "", app.Bad(app.CodeInvalid, "role")
	}
	hash, id := seal.HashPIN(pin), NewID()
	err := p.Write(ctx, Action{Actor: by, Verb: "staff.add"}, func(tx *Tx) error {
		var other string
		err := tx.QueryRow(`SELECT id FROM staff WHERE name = ? AND deleted = 0`, st.Name).Scan(&other)
		if err == nil {
			return &app.Error{Code: app.CodeDuplicate, Field: "name", Args: []string{other}}
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return tx.addStaff(id, st, hash)
	})
	return id, err
}

func (tx *Tx) addStaff(id string, st app.Staff, hash string) error {
	_, err := tx.Exec(`INSERT INTO staff(id, name, role, grid, phone, pin) VALUES (?,?,?,?,?,?)`, id, st.Name, string(st.Role), null(st.GridID),
		tx.Seal("staff", id, "phone", st.Phone), tx.Seal("staff", id, "pin", hash))
	return err
}

// ChangePIN implements app.StaffPort.
func (p people) ChangePIN(ctx context.Context, by app.Actor, staffID, old, pin string) error {
	if err := app.GoodPIN(pin); err != nil {
		return err
	}
	if by.ID == staffID {
		var cell any
		if err := p.read.QueryRowContext(ctx, `SELECT pin FROM staff WHERE id = ? AND deleted = 0`, staffID).Scan(&cell); err != nil {
			return translate("staff.pin", err)
		}
		if err := p.checkPIN(ctx, staffID, cell, old); err != nil {
			return err
		}
	} else if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	hash := seal.HashPIN(pin)
	return p.Write(ctx, Action{Actor: by, Verb: "staff.pin"}, func(tx *Tx) error {
		return tx.must(tx.Exec(`UPDATE staff SET pin = ? WHERE id = ? AND deleted = 0`, tx.Seal("staff", staffID, "pin", hash), staffID))
	})
}

// RetireStaff implements app.StaffPort. The last administrator stays.
func (p people) RetireStaff(ctx context.Context, by app.Actor, staffID string) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	return p.Write(ctx, Action{Actor: by, Verb: "staff.retire"}, func(tx *Tx) error {
		var others int
		if err := tx.QueryRow(`SELECT count(*) FROM staff WHERE role = 'admin' AND deleted = 0 AND id <> ?`, staffID).Scan(&others); err != nil {
			return err
		}
		if others == 0 {
			return app.Fail(app.CodeWrongState, "last_admin", "retire")
		}
		return tx.must(tx.Exec(`UPDATE staff SET deleted = 1 WHERE id = ? AND deleted = 0`, staffID))
	})
}

// must answers CodeNotFound when a statement found no row.
func (tx *Tx) must(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, app.Fail(app.CodeNotFound))
	}
	return nil
}

// staffNames remembers names of actors for lists and stories.
type staffNames struct {
	mu   sync.Mutex
	byID map[string]string
}

func (n *staffNames) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.byID = nil
}

// staffName answers an actor's name as stories show it: the machines have none
// and keep their id ("kiosk", "console").
func (s *Store) staffName(ctx context.Context, id string) string {
	s.names.mu.Lock()
	defer s.names.mu.Unlock()
	if s.names.byID == nil {
		m := map[string]string{}
		rows, err := s.read.QueryContext(ctx, `SELECT id, coalesce(name, '') FROM staff`)
		if err != nil {
			return id
		}
		pairs, err := collect(rows, func(sc scanner) (p [2]string, err error) { err = sc.Scan(&p[0], &p[1]); return p, err })
		if err != nil {
			return id
		}
		for _, p := range pairs {
			m[p[0]] = p[1]
		}
		s.names.byID = m
	}
	if n := s.names.byID[id]; n != "" {
		return n
	}
	return id
}
