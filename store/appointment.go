package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"

	"linli/app"
	"linli/app/appointment"
	"linli/app/slot"
	"linli/store/seal"
)

// appointments implements app.AppointmentPort.
type appointments struct{ *Store }

var _ app.AppointmentPort = appointments{}

// Book implements app.AppointmentPort.
func (p appointments) Book(ctx context.Context, by app.Actor, n app.NewAppointment) (app.Appointment, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Appointment{}, err
	}
	a := app.Appointment{
		ID: NewID(), BusinessID: n.BusinessID, Day: n.Day, From: n.From, To: n.To, Lane: n.Lane, ResidentID: n.ResidentID,
		Contact: strings.TrimSpace(n.Contact), ServiceID: n.ServiceID, Code: seal.NewReceiptSecret(rand.Reader),
	}
	if err := p.checkWish(&a); err != nil {
		return app.Appointment{}, err
	}
	var err error
	if a.Number, err = p.newReceipt(ctx, p.Day(p.clock.Now())); err != nil {
		return app.Appointment{}, err
	}
	key := seal.ReceiptKey(a.Number, a.Code)
	err = p.Write(ctx, Action{Actor: by, Verb: "appointment.book"}, func(tx *Tx) error {
		for table, ref := range map[string]string{"business": a.BusinessID, "resident": a.ResidentID, "service": a.ServiceID} {
			if err := tx.known(table, ref); err != nil {
				return err
			}
		}
		if a.SlotID, err = tx.ownUnit(a.BusinessID, a.Day, a.From, a.To); err != nil {
			return err
		}
		if a.SlotID != "" {
			if err := p.sell(tx, a, key); err != nil {
				return err
			}
		}
		return tx.bookAppointment(a, key)
	})
	if err != nil {
		return app.Appointment{}, err
	}
	out, err := p.one(p.reader(ctx), by, a.ID)
	out.Code = a.Code
	return out, translate("appointment.book", err)
}

// checkWish answers what is wrong with a stretch that somebody wants, and brings
// the lane into its own form.
func (s *Store) checkWish(a *app.Appointment) error {
	if err := slot.Stretch(a.BusinessID, a.Day, a.From, a.To); err != nil {
		return err
	}
	if a.Lane == "" {
		a.Lane = app.LaneNormal
	}
	switch {
	case slot.Over(a.Day, a.To, s.localNow()):
		return app.Bad(app.CodeInvalid, "day")
	case a.Lane != app.LaneNormal && a.Lane != app.LanePriority:
		return app.Bad(app.CodeInvalid, "lane")
	case len([]rune(a.Contact)) > 100:
		return app.Bad(app.CodeTooLong, "contact", "100")
	}
	return nil
}

// sell sells the unit that an appointment was given.
func (s *Store) sell(tx *Tx, a app.Appointment, key []byte) error {
	u, err := s.slot(tx.Query, a.SlotID)
	if err != nil {
		return err
	}
	return tx.slotStep(u, app.SlotEvent{Step: app.SlotStepSell, AppointmentID: a.ID, Number: a.Number, Lane: a.Lane}, seal.ReceiptDigest(key))
}

// bookAppointment writes an appointment, its first event and what the resident
// can look up.
func (tx *Tx) bookAppointment(a app.Appointment, key []byte) error {
	if _, err := tx.Exec(`INSERT INTO appointment(id, number, code, business, day, from_time, to_time, lane, resident, contact, service, submission, staff, at, fold) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		a.ID, a.Number, tx.Seal("appointment", a.ID, "code", a.Code), a.BusinessID, string(a.Day), a.From, a.To, string(a.Lane), null(a.ResidentID),
		tx.Seal("appointment", a.ID, "contact", a.Contact), null(a.ServiceID), null(a.Submission), tx.Actor.ID, tx.Now.UnixMilli(), appointment.FoldVersion); err != nil {
		return err
	}
	ev := app.AppointmentEvent{ID: derivedID(a.ID, string(app.AppointmentStepBook)), AppointmentID: a.ID, Step: app.AppointmentStepBook, SlotID: a.SlotID, At: tx.Now}
	next, err := appointment.Apply(app.Appointment{}, ev)
	if err != nil {
		return err
	}
	a.State = next.State
	if err := tx.appointmentEvent(ev); err != nil {
		return err
	}
	return tx.putBooking(key, a)
}

func (tx *Tx) appointmentEvent(ev app.AppointmentEvent) error {
	_, err := tx.Exec(`INSERT INTO appointment_event(id, appointment, step, slot, ticket, note, staff, at) VALUES (?,?,?,?,?,?,?,?)`,
		ev.ID, ev.AppointmentID, string(ev.Step), null(ev.SlotID), null(ev.TicketID), tx.Seal("appointment_event", ev.ID, "note", ev.Note), tx.Actor.ID, tx.Now.UnixMilli())
	return err
}

// Open implements app.AppointmentPort. The appointment's id follows from the
// submission, so that two desks opening it apart make one; the kiosk, which
// wrote the submission, sold its unit to that very id.
func (p appointments) Open(ctx context.Context, by app.Actor, submissionID string) (app.Appointment, error) {
	if err := by.Require(app.ActInbox); err != nil {
		return app.Appointment{}, err
	}
	var number string
	var body []byte
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(receipt,''), body FROM submission WHERE id = ?`, submissionID).Scan(&number, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Appointment{}, app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Appointment{}, translate("submission.open", err)
	}
	sub, err := p.openSubmission(submissionID, body)
	if err != nil {
		return app.Appointment{}, translate("submission.open", err)
	}
	w := sub.Booking
	if sub.Kind != app.SubmitAppointment || w == nil {
		return app.Appointment{}, app.Bad(app.CodeInvalid, "kind")
	}
	a := app.Appointment{
		ID: appointmentOf(submissionID, body), Number: number, Code: sub.Secret, BusinessID: w.BusinessID, Day: w.Day, From: w.From, To: w.To, Lane: w.Lane,
		Contact: sub.Phone, ServiceID: sub.ServiceID, Submission: submissionID, SlotID: w.SlotID,
	}
	key := seal.ReceiptKey(number, sub.Secret)
	err = p.Write(ctx, Action{Actor: by, Verb: "submission.open"}, func(tx *Tx) error {
		var done int
		if err := tx.QueryRow(`SELECT count(*) FROM submission_opened WHERE submission = ?`, submissionID).Scan(&done); err != nil || done > 0 {
			return err
		}
		if err := tx.bookAppointment(a, key); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO submission_opened(id, submission, staff, at) VALUES (?,?,?,?)`, derivedID("opened", submissionID), submissionID, by.ID, tx.Now.UnixMilli())
		return err
	})
	if err != nil {
		return app.Appointment{}, err
	}
	out, err := p.one(p.reader(ctx), by, a.ID)
	return out, translate("submission.open", err)
}

// appointmentOf answers the id of the appointment that a submission asks for.
func appointmentOf(submissionID string, body []byte) string {
	return derivedID("appointment", submissionID, string(body))
}

// Do implements app.AppointmentPort.
func (p appointments) Do(ctx context.Context, by app.Actor, id string, step app.AppointmentStep, note string) (app.Appointment, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Appointment{}, err
	}
	note = strings.TrimSpace(note)
	switch {
	case step == app.AppointmentStepCheckIn || step == app.AppointmentStepBook:
		return app.Appointment{}, app.Fail(app.CodeWrongState, "", string(step))
	case len([]rune(note)) > 2000:
		return app.Appointment{}, app.Bad(app.CodeTooLong, "note", "2000")
	}
	key, err := p.codeKey(ctx, id)
	if err != nil {
		return app.Appointment{}, translate("appointment."+string(step), err)
	}
	err = p.Write(ctx, Action{Actor: by, Verb: "appointment." + string(step)}, func(tx *Tx) error {
		a, err := p.one(tx.Query, by, id)
		if err != nil {
			return err
		}
		return p.step(tx, a, key, app.AppointmentEvent{Step: step, Note: note})
	})
	if err != nil {
		return app.Appointment{}, err
	}
	out, err := p.one(p.reader(ctx), by, id)
	return out, translate("appointment."+string(step), err)
}

// codeKey derives the key of an appointment's number and code. It takes long, so
// it is done outside of any action.
func (p appointments) codeKey(ctx context.Context, id string) ([]byte, error) {
	var number string
	var cell any
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(number,''), code FROM appointment WHERE id = ?`, id).Scan(&number, &cell)
	if err != nil {
		return nil, err
	}
	code, err := p.unseal("appointment", id, "code", cell)
	if err != nil {
		return nil, err
	}
	return seal.ReceiptKey(number, code), nil
}

// step checks one step of an appointment against the rules, writes it, does what
// it means for the unit, and renews what the resident can look up, all in the
// same action.
func (p appointments) step(tx *Tx, a app.Appointment, key []byte, ev app.AppointmentEvent) error {
	ev.ID, ev.AppointmentID, ev.By, ev.At = NewID(), a.ID, tx.Actor.ID, tx.Now
	over := slot.Over(a.Day, a.To, tx.Now.In(p.zone))
	if ev.Step == app.AppointmentStepNoShow && !over || ev.Step == app.AppointmentStepConfirm && over {
		return app.Fail(app.CodeWrongState, string(a.State), string(ev.Step))
	}
	if ev.Step == app.AppointmentStepConfirm {
		unit, err := tx.ownUnit(a.BusinessID, a.Day, a.From, a.To)
		if err != nil {
			return err
		}
		ev.SlotID = unit
	}
	next, err := appointment.Apply(a, ev)
	if err != nil {
		return err
	}
	if err := tx.appointmentEvent(ev); err != nil {
		return err
	}
	if next.SlotID != "" {
		if err := p.stepUnit(tx, next, ev, key); err != nil {
			return err
		}
	}
	return tx.putBooking(key, next)
}

// stepUnit does to the unit what a step of its appointment means for it. A unit
// whose sale has not arrived here, or was lost, is left alone.
func (p appointments) stepUnit(tx *Tx, a app.Appointment, ev app.AppointmentEvent, key []byte) error {
	if ev.Step == app.AppointmentStepConfirm {
		return p.sell(tx, a, key)
	}
	u, err := p.slot(tx.Query, a.SlotID)
	if app.CodeOf(err) == app.CodeNotFound || err == nil && (u.State != app.SlotSold || u.AppointmentID != a.ID) {
		return nil
	}
	if err != nil {
		return err
	}
	switch ev.Step {
	case app.AppointmentStepCancel:
		return tx.slotStep(u, app.SlotEvent{Step: app.SlotStepRelease, AppointmentID: a.ID}, nil)
	case app.AppointmentStepCheckIn:
		return tx.slotStep(u, app.SlotEvent{Step: app.SlotStepCheckIn, AppointmentID: a.ID, TicketID: a.TicketID}, nil)
	}
	return nil
}

// CheckIn implements app.AppointmentPort.
func (p appointments) CheckIn(ctx context.Context, by app.Actor, id string) (app.Taken, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Taken{}, err
	}
	key, err := p.codeKey(ctx, id)
	if err != nil {
		return app.Taken{}, translate("appointment.check_in", err)
	}
	a, err := p.one(p.reader(ctx), by, id)
	if err != nil {
		return app.Taken{}, translate("appointment.check_in", err)
	}
	b, lane, err := p.queueOf(ctx, a.BusinessID, a.Lane)
	if err != nil {
		return app.Taken{}, translate("appointment.check_in", err)
	}
	ticket := NewID()
	err = p.Write(ctx, Action{Actor: by, Verb: "appointment.check_in"}, func(tx *Tx) error {
		a, err := p.one(tx.Query, by, id)
		if err != nil {
			return err
		}
		if a.Day != p.Day(tx.Now) {
			return app.Fail(app.CodeNotToday, string(a.Day))
		}
		if err := p.step(tx, a, key, app.AppointmentEvent{Step: app.AppointmentStepCheckIn, TicketID: ticket}); err != nil {
			return err
		}
		if a.ResidentID != "" {
			if _, err := tx.Exec(`INSERT INTO ticket_person(id, ticket, resident) VALUES (?,?,?)`, NewID(), ticket, a.ResidentID); err != nil {
				return err
			}
		}
		return tx.newTicket(ticket, b, lane)
	})
	if err != nil {
		return app.Taken{}, err
	}
	return p.taken(ctx, ticket)
}

// queueOf answers the business and the lane that an arrival joins. Opening hours
// and quota do not bind who has an appointment.
func (s *Store) queueOf(ctx context.Context, businessID string, lane app.Lane) (app.Business, app.Lane, error) {
	h, err := public{s}.Hall(ctx)
	if err != nil {
		return app.Business{}, "", err
	}
	if !h.Settings.PriorityLane || lane != app.LanePriority {
		lane = app.LaneNormal
	}
	list, err := s.businesses(ctx)
	if err != nil {
		return app.Business{}, "", err
	}
	for _, b := range list {
		if b.ID == businessID {
			return b, lane, nil
		}
	}
	return app.Business{}, "", app.Bad(app.CodeNotFound, "business")
}
