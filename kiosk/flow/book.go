package flow

import (
	"slices"
	"strconv"
	"time"

	"linli/app"
)

// What stands beside the businesses where a hall gives appointments.
const (
	haveAppointment = "appointment"
	comeLater       = "later"
)

// Books answers whether the hall gives appointments at present.
func (f Facts) Books() bool {
	return slices.ContainsFunc(businesses(f), func(b app.BusinessNow) bool { return len(f.Offers[b.ID]) > 0 })
}

// appointments are the two ways to the counter at a time agreed on, on every part of the page of businesses.
func appointments() []Choice {
	have := worded(haveAppointment, "kiosk.book.have", "calendar")
	later := worded(comeLater, "kiosk.book.later", "waiting")
	have.Ever, later.Ever = true, true
	return []Choice{have, later}
}

// checkIn gives the number of somebody who has an appointment today.
func checkIn(f Facts, t *trail) Page {
	number, ok := t.take("arrive.number")
	if !ok {
		return Page{
			ID: "arrive.number", Kind: Digits, Step: 2, Steps: 3, Private: true,
			Title: T("kiosk.arrive.number.title"), Spoken: T("kiosk.arrive.number.say"),
			Pad: receiptPad(), Primary: confirmed("common.next"),
		}
	}
	code, ok := t.take("arrive.code")
	if !ok {
		return Page{
			ID: "arrive.code", Kind: Digits, Step: 3, Steps: 3, Private: true,
			Title: T("kiosk.arrive.code.title"), Spoken: T("kiosk.arrive.code.say"),
			Pad: secretPad(), Primary: confirmed("common.next"),
		}
	}
	out, ok := t.done("arrive.working")
	if !ok {
		return waiting(f, "arrive.working", Work{Verb: WorkCheckIn, Receipt: number, Secret: code})
	}
	return ticketTaken(f, out.Taken, out.Slip)
}

// book makes an appointment, after the question that led here: for what, on which day, at what time; then everything is read back.
func book(f Facts, t *trail) Page {
	const steps = 4
	business, ok := t.take("book.business")
	if !ok {
		p := Page{ID: "book.business", Kind: Choose, Step: 2, Steps: steps, Title: T("kiosk.book.business.title"), Spoken: T("kiosk.book.business.say")}
		for _, b := range businesses(f) {
			if len(f.Offers[b.ID]) > 0 {
				p.Choices = append(p.Choices, Choice{ID: b.ID, Word: Content(b.Name, b.NameEN), Icon: b.Icon})
			}
		}
		if len(p.Choices) == 0 {
			return nothing("book")
		}
		return p
	}
	offers := f.Offers[business]
	chosen, ok := t.take("book.day")
	if !ok {
		p := Page{ID: "book.day", Kind: List, Step: 3, Steps: steps, Title: T("kiosk.book.day.title"), Spoken: T("kiosk.book.day.say")}
		for _, o := range offers {
			if n := len(p.Choices); n == 0 || p.Choices[n-1].ID != string(o.Day) {
				p.Choices = append(p.Choices, Choice{ID: string(o.Day), Word: dayOfWeek(o.Day), Icon: "calendar"})
			}
		}
		if len(p.Choices) == 0 {
			return nothing("book") // they were taken while somebody thought about it
		}
		return p
	}
	from, ok := t.take("book.time")
	if !ok {
		p := Page{ID: "book.time", Kind: List, Step: 4, Steps: steps, Title: T("kiosk.book.time.title"), Spoken: T("kiosk.book.time.say", dayOfWeek(app.Day(chosen)))}
		for _, o := range offers {
			if string(o.Day) == chosen {
				p.Choices = append(p.Choices, Choice{ID: o.From, Word: stretch(o.From, o.To), Note: free(o.Free), Icon: "waiting"})
			}
		}
		if len(p.Choices) == 0 {
			return nothing("book")
		}
		return p
	}
	i := slices.IndexFunc(offers, func(o app.Offer) bool { return string(o.Day) == chosen && o.From == from })
	if i < 0 {
		return nothing("book")
	}
	offer := offers[i]
	if _, ok := t.take("book.confirm"); !ok {
		return readBooking(f, offer)
	}
	out, ok := t.done("book.working")
	if !ok {
		return waiting(f, "book.working", Work{Verb: WorkBook, Booking: app.NewBooking{
			BusinessID: business, Day: offer.Day, From: offer.From, To: offer.To, Lane: app.LaneNormal, Lang: f.Lang,
		}})
	}
	id := "book.booked"
	if out.Booked.State == app.AppointmentWaiting {
		id = "book.waiting"
	}
	return handOver(t, id, out)
}

// readBooking shows and says what is about to be agreed on.
func readBooking(f Facts, o app.Offer) Page {
	name := Text{}
	if b, ok := f.business(o.BusinessID); ok {
		name = Content(b.Name, b.NameEN)
	}
	when := When(o.Day, o.From, o.To)
	return Page{
		ID: "book.confirm", Kind: Confirm,
		Title: T("kiosk.book.confirm.title"), Spoken: T("kiosk.book.confirm.say", name, when),
		Body:    []Text{name, when, free(o.Free)},
		Primary: confirmed("kiosk.book.confirm.yes"),
	}
}

// free says whether a time can be agreed on here and now.
func free(units int) Text {
	if units == 0 {
		return T("kiosk.book.asked")
	}
	return T("kiosk.book.free", units)
}

// When is a stretch of a day as people say it.
func When(d app.Day, from, to string) Text {
	return T("kiosk.book.when", dayOfWeek(d), stretch(from, to))
}

// dayOfWeek is a day as people say it, with its day of the week.
func dayOfWeek(d app.Day) Text {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return Text{}
	}
	return T("kiosk.book.date", Date(t), T("kiosk.weekday."+strconv.Itoa(int(t.Weekday()))))
}

// stretch is a stretch of a day as people say it, from "HH:MM" to "HH:MM".
func stretch(from, to string) Text {
	a, errA := time.Parse("15:04", from)
	b, errB := time.Parse("15:04", to)
	if errA != nil || errB != nil {
		return same(from + "–" + to)
	}
	return T("kiosk.book.stretch", moment(a), moment(b))
}
