package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/app/registry"
)

// visits implements app.VisitPort.
type visits struct{ *Store }

var _ app.VisitPort = visits{}

// The steps of a visit's events.
const (
	visitOutcome = "outcome"
	visitAmend   = "amend"
	visitVoid    = "void"
)

// Register implements app.VisitPort.
func (p visits) Register(ctx context.Context, by app.Actor, v app.NewVisit) (app.Visit, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Visit{}, err
	}
	switch {
	case !slices.Contains(app.Channels(), v.Channel):
		return app.Visit{}, app.Bad(app.CodeRequired, "channel")
	case !slices.Contains(app.Outcomes(), v.Outcome):
		return app.Visit{}, app.Bad(app.CodeRequired, "outcome")
	case v.ServiceID == "" && strings.TrimSpace(v.Purpose) == "":
		return app.Visit{}, app.Bad(app.CodeRequired, "purpose")
	}
	id := NewID()
	err := p.Write(ctx, Action{Actor: by, Verb: "visit.register"}, func(tx *Tx) error {
		if v.TicketID != "" {
			t, err := p.ticket(tx.Query, v.TicketID)
			if err != nil {
				return err
			}
			if err := (tickets{p.Store}).step(tx, t, app.TicketEvent{Step: app.StepComplete}); err != nil {
				return err
			}
		}
		if err := tx.known("resident", v.ResidentID); err != nil {
			return err
		}
		if err := tx.known("service", v.ServiceID); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO visit(id, resident, agent, channel, purpose, service, ticket, "window", staff, day, at, fold) VALUES (?,?,?,?,?,?,?,?,?,?,?,1)`,
			id, null(v.ResidentID), tx.Seal("visit", id, "agent", strings.TrimSpace(v.Agent)), string(v.Channel), tx.Seal("visit", id, "purpose", strings.TrimSpace(v.Purpose)),
			null(v.ServiceID), null(v.TicketID), null(by.WindowID), by.ID, string(p.Day(tx.Now)), tx.Now.UnixMilli()); err != nil {
			return err
		}
		return tx.visitEvent(id, visitOutcome, v.Outcome, v.Note)
	})
	if err != nil {
		return app.Visit{}, err
	}
	return p.one(ctx, by, id)
}

// known answers CodeNotFound when a row that is referred to is not there.
func (tx *Tx) known(table, id string) error {
	if id == "" {
		return nil
	}
	var found int
	err := tx.QueryRow(`SELECT 1 FROM `+quote(table)+` WHERE id = ?`, id).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Bad(app.CodeNotFound, table)
	}
	return err
}

func (tx *Tx) visitEvent(visit, step string, o app.Outcome, note string) error {
	id := NewID()
	_, err := tx.Exec(`INSERT INTO visit_event(id, visit, step, outcome, note, staff, at) VALUES (?,?,?,?,?,?,?)`,
		id, visit, step, null(string(o)), tx.Seal("visit_event", id, "note", strings.TrimSpace(note)), tx.Actor.ID, tx.Now.UnixMilli())
	return err
}

// change adds an event to a visit that is there and not void.
func (p visits) change(ctx context.Context, by app.Actor, visitID, step string, o app.Outcome, note string) (app.Visit, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Visit{}, err
	}
	err := p.Write(ctx, Action{Actor: by, Verb: "visit." + step}, func(tx *Tx) error {
		var voided bool
		err := tx.QueryRow(`SELECT voided FROM visit_state WHERE visit = ?`, visitID).Scan(&voided)
		if errors.Is(err, sql.ErrNoRows) {
			return app.Fail(app.CodeNotFound)
		}
		if err != nil {
			return err
		}
		if voided {
			return app.Fail(app.CodeWrongState, "void", step)
		}
		return tx.visitEvent(visitID, step, o, note)
	})
	if err != nil {
		return app.Visit{}, err
	}
	return p.one(ctx, by, visitID)
}

// Amend implements app.VisitPort.
func (p visits) Amend(ctx context.Context, by app.Actor, visitID string, o app.Outcome, note string) (app.Visit, error) {
	if !slices.Contains(app.Outcomes(), o) {
		return app.Visit{}, app.Bad(app.CodeRequired, "outcome")
	}
	return p.change(ctx, by, visitID, visitAmend, o, note)
}

// Void implements app.VisitPort.
func (p visits) Void(ctx context.Context, by app.Actor, visitID, reason string) (app.Visit, error) {
	if strings.TrimSpace(reason) == "" {
		return app.Visit{}, app.Bad(app.CodeRequired, "reason")
	}
	return p.change(ctx, by, visitID, visitVoid, "", reason)
}

func (p visits) one(ctx context.Context, by app.Actor, id string) (app.Visit, error) {
	list, err := p.list(ctx, by, `v.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Visit{}, translate("visit.read", err)
	}
	return list[0], nil
}

// Visits implements app.VisitPort, newest first.
func (p visits) Visits(ctx context.Context, by app.Actor, f app.VisitFilter) ([]app.Visit, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	if f.Limit < 1 || f.Limit > 1000 {
		f.Limit = 200
	}
	where, args := []string{"1=1"}, []any{}
	if f.ResidentID != "" {
		where, args = append(where, "v.resident = ?"), append(args, f.ResidentID)
	}
	if f.Day != "" {
		where, args = append(where, "v.day = ?"), append(args, string(f.Day))
	}
	if f.GridID != "" {
		where = append(where, "r.grid IN ("+gridsBelow+")")
		args = append(args, f.GridID)
	}
	out, err := p.list(ctx, by, strings.Join(where, " AND ")+" ORDER BY v.at DESC, v.id DESC LIMIT ?", append(args, f.Limit)...)
	return out, translate("visit.list", err)
}

func (p visits) list(ctx context.Context, by app.Actor, where string, args ...any) ([]app.Visit, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT v.id, coalesce(v.at,0), coalesce(v.day,''), coalesce(v.resident,''), v.agent, coalesce(v.channel,''), v.purpose, coalesce(v.service,''), coalesce(v.ticket,''), coalesce(v."window",''), coalesce(v.staff,''),
		coalesce(s.outcome,''), coalesce(s.note_event,''), e.note, coalesce(s.voided,0), coalesce(s.amends,0), r.name, coalesce(sv.name,''), coalesce(t.number,'')
		FROM visit v LEFT JOIN visit_state s ON s.visit = v.id LEFT JOIN visit_event e ON e.id = s.note_event LEFT JOIN resident r ON r.id = v.resident
		LEFT JOIN service sv ON sv.id = v.service LEFT JOIN ticket t ON t.id = v.ticket WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (v app.Visit, err error) {
		var at int64
		var noteID string
		var agent, purpose, note, name any
		if err = sc.Scan(&v.ID, &at, &v.Day, &v.ResidentID, &agent, &v.Channel, &purpose, &v.ServiceID, &v.TicketID, &v.WindowID, &v.By,
			&v.Outcome, &noteID, &note, &v.Voided, &v.Amends, &name, &v.Service, &v.Number); err != nil {
			return v, err
		}
		v.At = time.UnixMilli(at)
		if err = p.openCells(
			sealedCell{"visit", v.ID, "agent", agent, &v.Agent},
			sealedCell{"visit", v.ID, "purpose", purpose, &v.Purpose},
			sealedCell{"visit_event", noteID, "note", note, &v.Note},
			sealedCell{"resident", v.ResidentID, "name", name, &v.Resident},
		); err != nil {
			return v, err
		}
		v.Resident = registry.Mask(by.Role, "name", v.Resident)
		v.Agent = registry.Mask(by.Role, "name", v.Agent)
		return v, nil
	})
}
