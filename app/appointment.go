package app

import (
	"context"
	"time"
)

// AppointmentState is where an appointment stands.
type AppointmentState string

// The states of an appointment.
const (
	AppointmentWaiting   AppointmentState = "waiting"   // 待确认: it has no unit, staff will confirm
	AppointmentBooked    AppointmentState = "booked"    // 已预约
	AppointmentRefused   AppointmentState = "refused"   // 未约上
	AppointmentCancelled AppointmentState = "cancelled" // 已取消
	AppointmentArrived   AppointmentState = "arrived"   // 已报到
	AppointmentNoShow    AppointmentState = "no_show"   // 爽约
)

// AppointmentStep is what happens to an appointment.
type AppointmentStep string

// The steps. Book is the first event of every appointment.
const (
	AppointmentStepBook    AppointmentStep = "book"
	AppointmentStepConfirm AppointmentStep = "confirm"
	AppointmentStepRefuse  AppointmentStep = "refuse"
	AppointmentStepCancel  AppointmentStep = "cancel"
	AppointmentStepCheckIn AppointmentStep = "check_in"
	AppointmentStepNoShow  AppointmentStep = "no_show"
)

// Appointment (预约) is a resident's turn at a time agreed on before.
type Appointment struct {
	ID         string
	Number     string // 12 digits with check digit, as a receipt's
	Code       string // only in the answer to Book, once
	BusinessID string
	Day        Day
	From, To   string // "HH:MM"
	Lane       Lane
	ResidentID string
	Contact    string // sealed
	ServiceID  string
	Submission string // id of the submission it came from
	At         time.Time

	// Folded from the appointment's events.
	State     AppointmentState
	SlotID    string // the unit it was given; empty where staff made room without one
	TicketID  string
	Words     string // the last words for the resident; sealed
	ChangedAt time.Time
	Voided    []string // events that lost against an exclusive step

	// Seen beside its unit, which lives in another scope and may arrive later.
	UnitLost bool // the unit was sold to somebody else first: staff have to make room

	Business string // name, for display
	Resident string // name as the reader may see it
}

// AppointmentEvent is one step of an appointment's story.
type AppointmentEvent struct {
	ID            string
	AppointmentID string
	Step          AppointmentStep
	SlotID        string // Book, Confirm: the unit, if there is one
	TicketID      string // CheckIn
	Note          string // words for the resident; sealed
	By            string // staff id
	ByName        string
	At            time.Time
	Void          Void
}

// NewAppointment books at a desk.
type NewAppointment struct {
	BusinessID string
	Day        Day
	From, To   string
	Lane       Lane
	ResidentID string
	Contact    string
	ServiceID  string
}

// AppointmentFilter limits a list of appointments; zero fields do not limit.
type AppointmentFilter struct {
	Day        Day
	BusinessID string
	ResidentID string
	State      AppointmentState // as stored: arrivals at a kiosk are found under booked
	UnitLost   bool             // only those whose unit was sold twice
	Limit      int
}

// AppointmentPort is the desk's side of appointments; ActServe, opening what a
// kiosk sent ActInbox.
type AppointmentPort interface {
	// Book answers the appointment with its number and code: booked on a free
	// unit of this machine in that stretch, else waiting for confirmation.
	Book(ctx context.Context, by Actor, n NewAppointment) (Appointment, error)
	// Do does one step: confirm, refuse, cancel or no_show; to check in there is
	// CheckIn. note is required to refuse. Confirming takes a free unit of this
	// machine where there is one, and makes room without one where there is
	// none. Cancelling releases the unit. CodeWrongState when it is not possible
	// now, nothing changes.
	Do(ctx context.Context, by Actor, id string, step AppointmentStep, note string) (Appointment, error)
	// CheckIn gives the resident a number in the queue of the business, in the
	// appointment's lane. CodeNotToday on another day.
	CheckIn(ctx context.Context, by Actor, id string) (Taken, error)
	// Open makes the appointment of a submission; doing it twice, here or at
	// two desks apart, makes one.
	Open(ctx context.Context, by Actor, submissionID string) (Appointment, error)
	Appointment(ctx context.Context, by Actor, id string) (Appointment, []AppointmentEvent, error)
	// Appointments lists in the order of day and time.
	Appointments(ctx context.Context, by Actor, f AppointmentFilter) ([]Appointment, error)
}

// NewBooking is what a resident asks for at a kiosk: one of its offers.
type NewBooking struct {
	BusinessID string
	Day        Day
	From, To   string
	Lane       Lane
	ServiceID  string
	Phone      string // only if the resident wants to be called
	Lang       string
}

// BookingWish is a booking inside a submission.
type BookingWish struct {
	BusinessID string `json:"business"`
	Day        Day    `json:"day"`
	From       string `json:"from"`
	To         string `json:"to"`
	Lane       Lane   `json:"lane,omitempty"`
	SlotID     string `json:"slot,omitempty"` // the unit that the kiosk sold; none: staff will confirm
}

// Booking is an appointment as the resident may know it.
type Booking struct {
	Number     string
	Code       string // only in the answer to Book, once
	State      AppointmentState
	BusinessID string // empty, like day and time, where this machine does not know them
	Day        Day
	From, To   string
	Words      string // from staff
	At         time.Time
}

// BookingPort is what the kiosk face may do with appointments. Each method
// writes only the public and intake scopes, as a kiosk on a machine of its own
// must.
type BookingPort interface {
	// Offers lists the stretches from now on, in order. Where nothing is free
	// here staff will confirm.
	Offers(ctx context.Context, businessID string) ([]Offer, error)
	// Book answers number and code, and booked or waiting. CodeNotFound on
	// "slot" for a stretch that is not offered.
	Book(ctx context.Context, b NewBooking) (Booking, error)
	// Booking looks an appointment up. CodeWrongSecret when number and code do
	// not fit, CodeLocked after five wrong tries for that number.
	Booking(ctx context.Context, number, code string) (Booking, error)
	// CheckIn gives the resident's number in the queue. Only an appointment with
	// a unit can be checked in here; CodeWrongState sends the others to a desk.
	// CodeNotToday on another day.
	CheckIn(ctx context.Context, number, code string) (Taken, error)
}
