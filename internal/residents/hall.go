package residents

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"linli/app"
	"linli/app/receipt"
	"linli/kiosk/flow/flowtest"
)

// Trouble is what is wrong with a hall.
type Trouble struct {
	Fails float64       // share of calls that fail
	Slow  float64       // share of calls that take from one to twelve seconds
	Busy  time.Duration // the database is busy for ten seconds once in so long; 0: never
}

// busyFor is how long the database is busy.
const busyFor = 10 * time.Second

// hall is all that a kiosk reaches: its ports, with the sample hall behind them.
type hall struct {
	app.PublicPort // what a kiosk must not need panics

	rng     *rand.Rand
	clock   *clock
	trouble Trouble
	counter int

	touch int // the deliberate touch of which the present call came
	done  []deed

	cases    map[string]string // receipts and their secrets
	bookings map[string]string // of today, and their codes
	help     map[string]time.Time
}

// deed is one thing that was done for good.
type deed struct {
	what  string
	touch int
}

func newHall(rng *rand.Rand, c *clock, t Trouble) *hall {
	return &hall{rng: rng, clock: c, trouble: t, cases: map[string]string{}, bookings: map[string]string{}, help: map[string]time.Time{}}
}

// takes is how long the next call takes.
func (h *hall) takes() time.Duration {
	d := time.Duration(h.rng.IntN(200)) * time.Millisecond
	if h.rng.Float64() < h.trouble.Slow {
		d = time.Second + time.Duration(h.rng.IntN(11_000))*time.Millisecond
	}
	if h.trouble.Busy > 0 {
		if into := time.Duration(h.clock.now.Add(d).UnixNano()) % h.trouble.Busy; into < busyFor {
			d += busyFor - into
		}
	}
	return d
}

// fault is what a call fails with, if it does. A call that has waited for the database fails as busy now and then.
func (h *hall) fault() error {
	if h.rng.Float64() >= h.trouble.Fails {
		return nil
	}
	if h.rng.IntN(2) == 0 {
		return app.Fail(app.CodeBusy)
	}
	return app.Fail(app.CodeInternal)
}

func (h *hall) did(what string) { h.done = append(h.done, deed{what, h.touch}) }

// paper is a new number with its secret.
func (h *hall) paper() (number, secret string) {
	h.counter++
	// Of another machine whenever one has given all that it can, so that they never run out.
	number, err := receipt.Number("2026-11-23", 1+h.counter/receipt.MaxPerDay%99, 1+h.counter%receipt.MaxPerDay)
	if err != nil {
		panic("residents: " + err.Error())
	}
	return number, fmt.Sprintf("%06d", h.rng.IntN(1_000_000))
}

// Hall implements app.PublicPort.
func (h *hall) Hall(context.Context) (app.HallInfo, error) { return facts("zh").Hall, h.fault() }

// Businesses implements app.PublicPort.
func (h *hall) Businesses(context.Context) ([]app.BusinessNow, error) {
	return flowtest.Businesses(), h.fault()
}

// Services implements app.PublicPort.
func (h *hall) Services(context.Context, app.Family) ([]app.Service, error) {
	return facts("zh").Services, h.fault()
}

// Notices implements app.PublicPort.
func (h *hall) Notices(context.Context) ([]app.Notice, error) { return facts("zh").Notices, h.fault() }

// Grids implements app.PublicPort.
func (h *hall) Grids(context.Context) ([]app.Grid, error) { return facts("zh").Grids, h.fault() }

// Forms implements app.PublicPort.
func (h *hall) Forms(context.Context) ([]app.FormText, error) { return forms(), h.fault() }

// forms are those of the sample hall, read once.
var forms = sync.OnceValue(flowtest.FormTexts)

// Replies implements app.PublicPort.
func (h *hall) Replies(_ context.Context, service string) ([]app.Reply, error) {
	return []app.Reply{{ID: "reply", ServiceID: service, Said: "等得久。", Answer: "加了窗口。"}}, h.fault()
}

// TakeTicket implements app.KioskPort.
func (h *hall) TakeTicket(_ context.Context, t app.TakeTicket) (app.Taken, error) {
	if err := h.fault(); err != nil {
		return app.Taken{}, err
	}
	h.did("ticket")
	h.counter++
	return app.Taken{Ticket: app.Ticket{ID: "ticket", BusinessID: t.BusinessID, Number: fmt.Sprintf("A1-%03d", h.counter%1000)}, Ahead: h.rng.IntN(9), Wait: 9 * time.Minute}, nil
}

// Ahead implements app.KioskPort.
func (h *hall) Ahead(context.Context, string) (app.Taken, error) { return app.Taken{}, h.fault() }

// Submit implements app.KioskPort.
func (h *hall) Submit(_ context.Context, s app.Submission) (app.Receipt, error) {
	if err := h.fault(); err != nil {
		return app.Receipt{}, err
	}
	h.did("submit " + string(s.Kind))
	number, secret := h.paper()
	return app.Receipt{Number: number, Secret: secret, At: h.clock.now}, nil
}

// KeepDraft implements app.KioskPort.
func (h *hall) KeepDraft(context.Context, app.Submission) (app.Draft, error) {
	if err := h.fault(); err != nil {
		return app.Draft{}, err
	}
	h.did("keep")
	return app.Draft{Code: fmt.Sprintf("%06d", h.rng.IntN(1_000_000)), Until: h.clock.now.Add(app.DraftKept)}, nil
}

// Progress implements app.KioskPort.
func (h *hall) Progress(_ context.Context, number, secret string) (app.Progress, error) {
	switch want, ok := h.cases[number]; {
	case !ok || want != secret:
		return app.Progress{}, app.Fail(app.CodeWrongSecret)
	default:
		return app.Progress{Receipt: number, State: app.CaseHandling, At: h.clock.now}, h.fault()
	}
}

// RateCase implements app.KioskPort.
func (h *hall) RateCase(_ context.Context, number, secret string, _ int) (string, error) {
	if h.cases[number] != secret {
		return "", app.Fail(app.CodeWrongSecret)
	}
	if err := h.fault(); err != nil {
		return "", err
	}
	h.did("rate")
	return "rating", nil
}

// RateTicket implements app.KioskPort.
func (h *hall) RateTicket(_ context.Context, number string, _ int) (string, error) {
	if number != "A1-005" {
		return "", app.Fail(app.CodeNotFound)
	}
	if err := h.fault(); err != nil {
		return "", err
	}
	h.did("rate")
	return "rating", nil
}

// CallStaff implements app.KioskPort. Seven in ten calls are answered, within a minute.
func (h *hall) CallStaff(context.Context, string) (app.HelpCall, error) {
	if err := h.fault(); err != nil {
		return app.HelpCall{}, err
	}
	h.counter++
	id := fmt.Sprint("help-", h.counter)
	if h.rng.IntN(10) < 7 {
		h.help[id] = h.clock.now.Add(time.Duration(5+h.rng.IntN(55)) * time.Second)
	}
	return app.HelpCall{ID: id}, nil
}

// HelpCall implements app.KioskPort.
func (h *hall) HelpCall(_ context.Context, id string) (app.HelpCall, error) {
	at := h.help[id]
	if at.IsZero() || h.clock.now.Before(at) {
		return app.HelpCall{ID: id}, h.fault()
	}
	return app.HelpCall{ID: id, AnsweredAt: at}, h.fault()
}

// Offers implements app.BookingPort.
func (h *hall) Offers(_ context.Context, business string) ([]app.Offer, error) {
	return facts("zh").Offers[business], h.fault()
}

// Book implements app.BookingPort.
func (h *hall) Book(_ context.Context, b app.NewBooking) (app.Booking, error) {
	if err := h.fault(); err != nil {
		return app.Booking{}, err
	}
	h.did("book")
	number, code := h.paper()
	return app.Booking{Number: number, Code: code, State: app.AppointmentBooked, BusinessID: b.BusinessID, Day: b.Day, From: b.From, To: b.To, At: h.clock.now}, nil
}

// Booking implements app.BookingPort.
func (h *hall) Booking(context.Context, string, string) (app.Booking, error) {
	return app.Booking{}, app.Fail(app.CodeNotFound)
}

// CheckIn implements app.BookingPort.
func (h *hall) CheckIn(_ context.Context, number, code string) (app.Taken, error) {
	if want, ok := h.bookings[number]; !ok || want != code {
		return app.Taken{}, app.Fail(app.CodeWrongSecret)
	}
	if err := h.fault(); err != nil {
		return app.Taken{}, err
	}
	h.did("ticket")
	return app.Taken{Ticket: app.Ticket{ID: "ticket", BusinessID: "business-A", Number: "A1-901"}, Ahead: 1}, nil
}

// Tally implements app.TallyPort.
func (h *hall) Tally(context.Context, []app.PageCount) error { return h.fault() }
