package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"linli/app"
	"linli/app/appointment"
	"linli/app/receipt"
	"linli/store/seal"
)

// booking implements app.BookingPort. Like the kiosk's other port it writes as
// the kiosk's own actor, into the public and intake scopes only: a sale of the
// machine's own unit for all to see, and what the resident said under the hall's
// seal. A desk makes the appointment of it.
type booking struct{ *Store }

var _ app.BookingPort = booking{}

// bookingBody is what a resident can look up of an appointment.
type bookingBody struct {
	State    app.AppointmentState `json:"state"`
	Business string               `json:"business"`
	Day      app.Day              `json:"day"`
	From     string               `json:"from"`
	To       string               `json:"to"`
}

// putBooking renews what the resident can look up with number and code.
func (tx *Tx) putBooking(key []byte, a app.Appointment) error {
	told := appointment.Told(a)
	return tx.putProgressBody(a.Number, key, progressBody{
		State: appointment.Progress(told), Reply: a.Words, Booking: &bookingBody{told, a.BusinessID, a.Day, a.From, a.To},
	})
}

// Offers implements app.BookingPort.
func (p booking) Offers(ctx context.Context, businessID string) ([]app.Offer, error) {
	return p.offers(ctx, businessID)
}

// Book implements app.BookingPort. Which unit it is is settled inside the action:
// two residents may want the last one.
func (p booking) Book(ctx context.Context, n app.NewBooking) (app.Booking, error) {
	a := app.Appointment{BusinessID: n.BusinessID, Day: n.Day, From: n.From, To: n.To, Lane: n.Lane, ServiceID: n.ServiceID, Contact: n.Phone}
	if err := p.checkWish(&a); err != nil {
		return app.Booking{}, err
	}
	a.Code = seal.NewReceiptSecret(rand.Reader)
	public, err := p.publicKey(ctx)
	if err != nil {
		return app.Booking{}, translate("appointment.request", err)
	}
	if a.Number, err = p.newReceipt(ctx, p.Day(p.clock.Now())); err != nil {
		return app.Booking{}, err
	}
	key := seal.ReceiptKey(a.Number, a.Code)
	id := NewID()
	err = p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "appointment.request"}, func(tx *Tx) error {
		var offered int
		if err := tx.QueryRow(`SELECT count(*) FROM slot s JOIN business b ON b.id = s.business WHERE s.business = ? AND s.day = ? AND s.from_time = ? AND s.to_time = ? AND s.deleted = 0 AND b.deleted = 0`,
			a.BusinessID, string(a.Day), a.From, a.To).Scan(&offered); err != nil {
			return err
		}
		if offered == 0 {
			return app.Bad(app.CodeNotFound, "slot")
		}
		if a.SlotID, err = tx.ownUnit(a.BusinessID, a.Day, a.From, a.To); err != nil {
			return err
		}
		body, err := sealSubmission(public, id, sealedSubmission{app.Submission{
			Kind: app.SubmitAppointment, ServiceID: n.ServiceID, Phone: n.Phone, Lang: n.Lang,
			Booking: &app.BookingWish{BusinessID: a.BusinessID, Day: a.Day, From: a.From, To: a.To, Lane: a.Lane, SlotID: a.SlotID},
		}, a.Code})
		if err != nil {
			return err
		}
		a.ID, a.At = appointmentOf(id, body), tx.Now
		if a.SlotID != "" {
			if err := p.sell(tx, a, key); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`INSERT INTO submission(id, receipt, body, at) VALUES (?,?,?,?)`, id, a.Number, body, tx.Now.UnixMilli())
		return err
	})
	if err != nil {
		return app.Booking{}, err
	}
	out := app.Booking{Number: a.Number, Code: a.Code, State: app.AppointmentWaiting, BusinessID: a.BusinessID, Day: a.Day, From: a.From, To: a.To, At: a.At}
	if a.SlotID != "" {
		out.State = app.AppointmentBooked
	}
	return out, nil
}

// Booking implements app.BookingPort.
func (p booking) Booking(ctx context.Context, number, code string) (app.Booking, error) {
	out, _, err := p.find(ctx, number, code)
	return out, translate("booking.read", err)
}

// find looks an appointment up by what a kiosk holds of it: the sale of its unit,
// what desks let its resident look up, and the sealed submission. The second answer
// is the unit that it holds.
func (p booking) find(ctx context.Context, number, code string) (app.Booking, app.Slot, error) {
	number, err := receipt.Parse(number)
	if err != nil {
		return app.Booking{}, app.Slot{}, err
	}
	sales, err := p.sales(ctx, number)
	if err != nil {
		return app.Booking{}, app.Slot{}, err
	}
	var body []byte
	err = p.read.QueryRowContext(ctx, `SELECT body FROM progress WHERE receipt = ? AND deleted = 0`, number).Scan(&body)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return app.Booking{}, app.Slot{}, err
	}
	if len(sales) == 0 && body == nil {
		return p.unopened(ctx, number)
	}
	if _, err := p.countTry(ctx, "receipt", number); err != nil {
		return app.Booking{}, app.Slot{}, err
	}
	out, unit, err := p.match(ctx, sales, body, number, seal.ReceiptKey(number, code))
	if err != nil {
		return app.Booking{}, app.Slot{}, err
	}
	return out, unit, p.clearTries(ctx, "receipt", number)
}

// sale is one sale of a unit; a number has more than one only after a clone.
type sale struct {
	slot, appointment string
	digest            []byte
	at                int64
}

func (p booking) sales(ctx context.Context, number string) ([]sale, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT coalesce(slot,''), coalesce(appointment,''), code, coalesce(at,0) FROM slot_event WHERE number = ? AND step = 'sell' ORDER BY id`, number)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (s sale, err error) {
		err = sc.Scan(&s.slot, &s.appointment, &s.digest, &s.at)
		return s, err
	})
}

// unopened answers for a number that no desk has opened yet and that has no unit.
// The kiosk cannot check the code, which lies under the hall's seal, and has
// nothing to tell beyond that.
func (p booking) unopened(ctx context.Context, number string) (app.Booking, app.Slot, error) {
	var at int64
	err := p.read.QueryRowContext(ctx, `SELECT at FROM submission WHERE receipt = ?`, number).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Booking{}, app.Slot{}, app.Fail(app.CodeWrongSecret)
	}
	return app.Booking{Number: number, State: app.AppointmentWaiting, At: time.UnixMilli(at)}, app.Slot{}, err
}

// match answers what number and code together open: CodeWrongSecret for nothing,
// or for something else than an appointment.
func (p booking) match(ctx context.Context, sales []sale, body []byte, number string, key []byte) (app.Booking, app.Slot, error) {
	out := app.Booking{Number: number}
	var opened progressBody
	if plain, err := seal.OpenWithKey(key, body); body != nil && err == nil {
		if err := json.Unmarshal(plain, &opened); err != nil {
			return out, app.Slot{}, err
		}
	}
	if b := opened.Booking; b != nil {
		out.State, out.BusinessID, out.Day, out.From, out.To = b.State, b.Business, b.Day, b.From, b.To
		out.Words, out.At = opened.Reply, time.UnixMilli(opened.At)
	}
	digest := seal.ReceiptDigest(key)
	for _, s := range sales {
		if !hmac.Equal(digest, s.digest) {
			continue
		}
		unit, err := p.slot(p.reader(ctx), s.slot)
		if err != nil {
			return out, unit, err
		}
		if out.State == "" { // no desk has opened it yet
			out.State, out.BusinessID, out.Day, out.From, out.To, out.At = app.AppointmentBooked, unit.BusinessID, unit.Day, unit.From, unit.To, time.UnixMilli(s.at)
		}
		a := appointment.Beside(app.Appointment{ID: s.appointment, SlotID: s.slot, State: out.State}, unit, true)
		out.State = appointment.Told(a)
		if unit.AppointmentID != s.appointment {
			unit = app.Slot{}
		}
		return out, unit, nil
	}
	if out.State == "" {
		return out, app.Slot{}, app.Fail(app.CodeWrongSecret)
	}
	return out, app.Slot{}, nil
}

// CheckIn implements app.BookingPort.
func (p booking) CheckIn(ctx context.Context, number, code string) (app.Taken, error) {
	b, unit, err := p.find(ctx, number, code)
	if err != nil {
		return app.Taken{}, translate("appointment.check_in", err)
	}
	if b.State != app.AppointmentBooked || unit.ID == "" {
		return app.Taken{}, app.Fail(app.CodeWrongState, string(b.State), string(app.AppointmentStepCheckIn))
	}
	business, lane, err := p.queueOf(ctx, unit.BusinessID, unit.Lane)
	if err != nil {
		return app.Taken{}, translate("appointment.check_in", err)
	}
	ticket, holder := NewID(), unit.AppointmentID
	err = p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "appointment.check_in"}, func(tx *Tx) error {
		if unit.Day != p.Day(tx.Now) {
			return app.Fail(app.CodeNotToday, string(unit.Day))
		}
		u, err := p.slot(tx.Query, unit.ID) // asked again inside the action
		if err != nil {
			return err
		}
		if err := tx.slotStep(u, app.SlotEvent{Step: app.SlotStepCheckIn, AppointmentID: holder, TicketID: ticket}, nil); err != nil {
			return err
		}
		return tx.newTicket(ticket, business, lane)
	})
	if err != nil {
		return app.Taken{}, err
	}
	return p.taken(ctx, ticket)
}
