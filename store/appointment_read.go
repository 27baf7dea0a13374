package store

import (
	"context"
	"strings"
	"time"

	"linli/app"
	"linli/app/appointment"
	"linli/app/registry"
)

// Appointment implements app.AppointmentPort.
func (p appointments) Appointment(ctx context.Context, by app.Actor, id string) (app.Appointment, []app.AppointmentEvent, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Appointment{}, nil, err
	}
	a, err := p.one(p.reader(ctx), by, id)
	if err != nil {
		return a, nil, translate("appointment.read", err)
	}
	rows, err := p.read.QueryContext(ctx, `SELECT id, note FROM appointment_event WHERE appointment = ? AND note IS NOT NULL`, id)
	if err != nil {
		return a, nil, translate("appointment.read", err)
	}
	notes := map[string]string{}
	if _, err = collect(rows, func(sc scanner) (struct{}, error) {
		var id string
		var cell any
		err := sc.Scan(&id, &cell)
		if err == nil {
			notes[id], err = p.unseal("appointment_event", id, "note", cell)
		}
		return struct{}{}, err
	}); err != nil {
		return a, nil, translate("appointment.read", err)
	}
	events, err := appointmentEvents(p.reader(ctx), id)
	if err != nil {
		return a, nil, translate("appointment.read", err)
	}
	folded, events := appointment.Fold(app.Appointment{ID: id}, events)
	a.Voided = folded.Voided
	for i := range events {
		events[i].ByName, events[i].Note = p.staffName(ctx, events[i].By), notes[events[i].ID]
	}
	return a, events, nil
}

// Appointments implements app.AppointmentPort.
func (p appointments) Appointments(ctx context.Context, by app.Actor, f app.AppointmentFilter) ([]app.Appointment, error) {
	if err := by.Require(app.ActServe); err != nil {
		return nil, err
	}
	if f.Limit < 1 || f.Limit > 1000 {
		f.Limit = 200
	}
	where, args := []string{"1=1"}, []any{}
	add := func(cond string, arg any) { where, args = append(where, cond), append(args, arg) }
	if f.Day != "" {
		add("a.day = ?", string(f.Day))
	}
	if f.BusinessID != "" {
		add("a.business = ?", f.BusinessID)
	}
	if f.ResidentID != "" {
		add("a.resident = ?", f.ResidentID)
	}
	if f.State != "" {
		add("st.state = ?", string(f.State))
	}
	if f.UnitLost {
		// The rule is in package appointment; this only spares reading all others.
		where = append(where, "st.state = 'booked' AND st.slot <> '' AND coalesce(u.appointment, '') <> a.id")
	}
	list, err := p.list(p.reader(ctx), by, `WHERE `+strings.Join(where, " AND ")+` ORDER BY a.day, a.from_time, a.number, a.id LIMIT ?`, append(args, f.Limit)...)
	if err != nil {
		return nil, translate("appointment.list", err)
	}
	if !f.UnitLost {
		return list, nil
	}
	var lost []app.Appointment
	for _, a := range list {
		if a.UnitLost {
			lost = append(lost, a)
		}
	}
	return lost, nil
}

// one reads one appointment as by may see it; CodeNotFound.
func (p appointments) one(query queryFunc, by app.Actor, id string) (app.Appointment, error) {
	list, err := p.list(query, by, `WHERE a.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Bad(app.CodeNotFound, "appointment")
	}
	if err != nil {
		return app.Appointment{}, err
	}
	return list[0], nil
}

// list reads appointments, each as it looks beside its unit.
func (p appointments) list(query queryFunc, by app.Actor, where string, args ...any) ([]app.Appointment, error) {
	rows, err := query(`SELECT a.id, coalesce(a.number,''), coalesce(a.business,''), coalesce(a.day,''), coalesce(a.from_time,''), coalesce(a.to_time,''), coalesce(a.lane,''),
		coalesce(a.resident,''), a.contact, coalesce(a.service,''), coalesce(a.submission,''), coalesce(a.at,0), st.state, st.slot, st.ticket, st.note_event, e.note, st.changed_at,
		coalesce(u.slot,''), coalesce(u.state,''), coalesce(u.appointment,''), coalesce(u.ticket,''),
		EXISTS (SELECT 1 FROM slot_event x WHERE x.slot = st.slot AND x.appointment = a.id AND x.step = 'sell'), coalesce(b.name,''), r.name
		FROM appointment_state st JOIN appointment a ON a.id = st.appointment LEFT JOIN slot_state u ON u.slot = st.slot LEFT JOIN appointment_event e ON e.id = st.note_event
		LEFT JOIN business b ON b.id = a.business LEFT JOIN resident r ON r.id = a.resident `+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (a app.Appointment, err error) {
		var at, changed int64
		var contact, note, name any
		var noteID string
		var unit app.Slot
		var sold bool
		if err = sc.Scan(&a.ID, &a.Number, &a.BusinessID, &a.Day, &a.From, &a.To, &a.Lane, &a.ResidentID, &contact, &a.ServiceID, &a.Submission, &at,
			&a.State, &a.SlotID, &a.TicketID, &noteID, &note, &changed, &unit.ID, &unit.State, &unit.AppointmentID, &unit.TicketID, &sold, &a.Business, &name); err != nil {
			return a, err
		}
		a.At, a.ChangedAt = fromMillis(at), fromMillis(changed)
		if err = p.openCells(
			sealedCell{"appointment", a.ID, "contact", contact, &a.Contact},
			sealedCell{"appointment_event", noteID, "note", note, &a.Words},
			sealedCell{"resident", a.ResidentID, "name", name, &a.Resident},
		); err != nil {
			return a, err
		}
		a.Contact = registry.Mask(by.Role, "phone", a.Contact)
		a.Resident = registry.Mask(by.Role, "name", a.Resident)
		return appointment.Beside(a, unit, sold), nil
	})
}

// appointmentEvents reads an appointment's events in fold order. A note comes as
// "sealed" when there is one: whoever shows it opens it.
func appointmentEvents(query queryFunc, id string) ([]app.AppointmentEvent, error) {
	rows, err := query(`SELECT e.id, coalesce(e.step, ''), coalesce(e.slot, ''), coalesce(e.ticket, ''), e.note IS NOT NULL, coalesce(e.staff, ''), coalesce(e.at, 0)
		FROM appointment_event e CROSS JOIN touch t ON t.tbl = 'appointment_event' AND t.row = e.id CROSS JOIN entry n ON n.seq = t.seq WHERE e.appointment = ?`+inFoldOrder, id)
	if err != nil {
		return nil, err
	}
	events, err := collect(rows, func(sc scanner) (ev app.AppointmentEvent, err error) {
		var note bool
		var at int64
		err = sc.Scan(&ev.ID, &ev.Step, &ev.SlotID, &ev.TicketID, &note, &ev.By, &at)
		if note {
			ev.Note = "sealed"
		}
		ev.AppointmentID, ev.At = id, time.UnixMilli(at)
		return ev, err
	})
	return once(events, func(ev app.AppointmentEvent) string { return ev.ID }), err
}

// foldAppointment computes where an appointment stands.
func foldAppointment(tx *Tx, id string) error {
	events, err := appointmentEvents(tx.Query, id)
	if err != nil {
		return err
	}
	a, folded := appointment.Fold(app.Appointment{ID: id}, events)
	words := ""
	for _, ev := range folded {
		if ev.Void == (app.Void{}) && ev.Note != "" {
			words = ev.ID
		}
	}
	_, err = tx.Exec(`INSERT INTO appointment_state(appointment, state, slot, ticket, note_event, changed_at, voided) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT(appointment) DO UPDATE SET state = excluded.state, slot = excluded.slot, ticket = excluded.ticket, note_event = excluded.note_event,
		changed_at = excluded.changed_at, voided = excluded.voided`,
		id, string(a.State), a.SlotID, a.TicketID, words, millis(a.ChangedAt), len(a.Voided))
	return err
}

// voidedAppointments lists steps of appointments that another step excluded.
func (s *Store) voidedAppointments(ctx context.Context) ([]app.VoidedStep, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT a.id, coalesce(a.number, '') FROM appointment_state st JOIN appointment a ON a.id = st.appointment WHERE st.voided > 0 ORDER BY st.changed_at DESC LIMIT 100`)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(sc scanner) (a app.Appointment, err error) { err = sc.Scan(&a.ID, &a.Number); return a, err })
	if err != nil {
		return nil, err
	}
	var out []app.VoidedStep
	for _, a := range list {
		events, err := appointmentEvents(s.reader(ctx), a.ID)
		if err != nil {
			return nil, err
		}
		_, events = appointment.Fold(a, events)
		for _, ev := range events {
			if ev.Void != (app.Void{}) {
				out = append(out, app.VoidedStep{Kind: "appointment", Row: a.ID, Name: a.Number, Step: string(ev.Step), By: s.staffName(ctx, ev.By), At: ev.At, Reason: voidExclusive})
			}
		}
	}
	return out, nil
}
