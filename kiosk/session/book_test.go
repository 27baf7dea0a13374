package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

// diary is a hall's appointments.
type diary struct {
	asked  []app.NewBooking
	booked app.Booking
	fault  error
}

func (d *diary) Offers(_ context.Context, business string) ([]app.Offer, error) {
	return flowtest.Offers()[business], nil
}

func (d *diary) Book(_ context.Context, b app.NewBooking) (app.Booking, error) {
	d.asked = append(d.asked, b)
	if d.fault != nil {
		return app.Booking{}, d.fault
	}
	d.booked = app.Booking{Number: flowtest.SampleReceipt(), Code: "135791", State: app.AppointmentBooked, BusinessID: b.BusinessID, Day: b.Day, From: b.From, To: b.To}
	return d.booked, nil
}

func (d *diary) Booking(context.Context, string, string) (app.Booking, error) { return d.booked, nil }

func (d *diary) CheckIn(_ context.Context, number, code string) (app.Taken, error) {
	switch {
	case d.fault != nil:
		return app.Taken{}, d.fault
	case number != d.booked.Number || code != d.booked.Code:
		return app.Taken{}, app.Fail(app.CodeWrongSecret)
	}
	return app.Taken{Ticket: app.Ticket{ID: "t", Number: "A1-006", BusinessID: d.booked.BusinessID}, Ahead: 1, Wait: time.Minute}, nil
}

func TestAnAppointmentIsBookedAndCheckedInWith(t *testing.T) {
	d, p := &diary{}, &printer{}
	k := open(t, func(c *session.Config) { c.Booking, c.Print = d, p.print })
	k.press("ticket", "later", "business-A", "2026-11-24", "09:30")
	page := k.at("book.confirm")
	for _, word := range []string{"社会保障", "11 月 24 日", "星期二", "上午"} {
		if !strings.Contains(page.Spoken.In("zh"), word) {
			t.Errorf("%q is not read back: %q", word, page.Spoken.In("zh"))
		}
	}
	k.press(flow.PressOK)
	page = k.at("book.booked")
	want := app.NewBooking{BusinessID: "business-A", Day: "2026-11-24", From: "09:30", To: "10:00", Lane: app.LaneNormal, Lang: "zh"}
	if len(d.asked) != 1 || d.asked[0] != want {
		t.Fatalf("asked for %+v", d.asked)
	}
	if len(p.out) != 1 || !strings.Contains(p.out[0], page.Number) || !strings.Contains(p.out[0], page.Code) || !strings.Contains(p.out[0], "11 月 24 日") {
		t.Errorf("printed %q", p.out)
	}
	for _, text := range k.spoken {
		if strings.Contains(text, "135") || strings.Contains(text, flowtest.SampleReceipt()[:4]) {
			t.Error("the numbers were spoken aloud")
		}
	}
	k.press(flow.PressHome)
	k.clean()

	k.press("ticket", "appointment")
	k.digits(flowtest.SampleReceipt())
	k.digits("246810")
	if page = k.at("arrive.code"); page.Error.Key != "kiosk.error.check-in.wrong_secret" {
		t.Errorf("error %q", page.Error.Key)
	}
	k.press(flow.PressClear)
	k.digits("135791")
	if page = k.at("ticket.taken"); page.Number != "A1-006" || len(p.out) != 2 || !strings.Contains(p.out[1], "A1-006") {
		t.Errorf("number %q, printed %q", page.Number, p.out)
	}
	k.press(flow.PressHome)
	k.clean()
}

func TestATimeThatWasTakenMeanwhileIsAskedAgain(t *testing.T) {
	d := &diary{fault: app.Bad(app.CodeNotFound, "slot")}
	k := open(t, func(c *session.Config) { c.Booking = d })
	k.press("ticket", "later", "business-A", "2026-11-24", "09:30", flow.PressOK)
	if page := k.at("book.time"); page.Error.Key != "kiosk.error.book.not_found" {
		t.Errorf("error %q", page.Error.Key)
	}
}

func TestAHallWithoutAppointmentsDoesNotSpeakOfThem(t *testing.T) {
	k := open(t)
	k.press("ticket")
	for _, c := range k.at("ticket.business").Choices {
		if c.ID == "later" || c.ID == "appointment" {
			t.Errorf("%s is offered", c.ID)
		}
	}
}
