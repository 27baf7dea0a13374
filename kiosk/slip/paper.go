package slip

import (
	"time"

	"linli/app"
	"linli/app/receipt"
	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/print"
)

// Ticket is the slip of a number that was taken: the number first, then what happens next. Nothing on it is about a person.
func Ticket(hall app.HallInfo, business app.Text, taken app.Taken, lang string, at time.Time) print.Paper {
	ahead := flow.T("kiosk.ticket.ahead", taken.Ahead)
	if taken.Ahead == 0 {
		ahead = flow.T("kiosk.ticket.ahead.none")
	}
	return append(head(hall, business.In(lang)),
		print.Line{Text: taken.Ticket.Number, Size: print.Number, Bold: true, Centre: true},
		print.Line{Text: ahead.In(lang), Size: print.Large, Centre: true},
		print.Line{Rule: true, Above: 12},
		print.Line{Text: flow.T("kiosk.slip.ticket.next").In(lang), Size: print.Text},
		stamp(hall, lang, at),
	)
}

// Receipt is the slip of what was handed in: the two numbers by which its progress is looked up, and when to expect news. The second
// is nowhere else from then on.
func Receipt(hall app.HallInfo, r app.Receipt, lang string) print.Paper {
	say := func(key string) string { return flow.T(key).In(lang) }
	paper := append(head(hall, say("kiosk.slip.receipt")),
		print.Line{Text: say("kiosk.receipt.number"), Size: print.Text, Centre: true},
		print.Line{Text: receipt.Group(r.Number), Size: print.Large * 3 / 2, Bold: true, Centre: true},
		print.Line{Text: say("kiosk.receipt.secret"), Size: print.Text, Centre: true, Above: 8},
		print.Line{Text: flow.Group(r.Secret, []int{3, 3}), Size: print.Large * 3 / 2, Bold: true, Centre: true},
	)
	paper = append(paper, scan(card.Code{Kind: card.CodeReceipt, Number: r.Number, Secret: r.Secret}, lang)...)
	return append(paper,
		print.Line{Rule: true, Above: 12},
		print.Line{Text: say("kiosk.slip.receipt.next"), Size: print.Text},
		stamp(hall, lang, r.At),
	)
}

// Draft is the slip of an unfinished form: what it is about, and the code under which staff go on with it. What was
// answered is not on it.
func Draft(hall app.HallInfo, service app.Text, d app.Draft, lang string) print.Paper {
	say := func(key string, args ...any) string { return flow.T(key, args...).In(lang) }
	until := d.Until.In(hall.Location())
	return append(head(hall, say("kiosk.slip.draft")),
		print.Line{Text: service.In(lang), Size: print.Large, Centre: true},
		print.Line{Text: say("kiosk.slip.draft.code"), Size: print.Text, Centre: true},
		print.Line{Text: flow.Group(d.Code, []int{3, 3}), Size: print.Large * 3 / 2, Bold: true, Centre: true},
		print.Line{Rule: true, Above: 12},
		print.Line{Text: say("kiosk.slip.draft.until", say("kiosk.slip.stamp", until.Year(), flow.Date(until), until.Format("15:04"))), Size: print.Text},
		stamp(hall, lang, d.Until.Add(-app.DraftKept)),
	)
}

// Booking is the slip of an appointment: when, and the two numbers that check in with.
func Booking(hall app.HallInfo, business app.Text, b app.Booking, lang string, at time.Time) print.Paper {
	say := func(key string) string { return flow.T(key).In(lang) }
	next := "kiosk.book.booked.next"
	if b.State == app.AppointmentWaiting {
		next = "kiosk.book.waiting.next"
	}
	paper := append(head(hall, say("kiosk.slip.booking")),
		print.Line{Text: business.In(lang), Size: print.Large, Centre: true},
		print.Line{Text: flow.When(b.Day, b.From, b.To).In(lang), Size: print.Large, Bold: true, Centre: true},
		print.Line{Rule: true, Above: 12},
		print.Line{Text: say("kiosk.book.number"), Size: print.Text, Centre: true},
		print.Line{Text: receipt.Group(b.Number), Size: print.Large, Bold: true, Centre: true},
		print.Line{Text: say("kiosk.book.code"), Size: print.Text, Centre: true},
		print.Line{Text: flow.Group(b.Code, []int{3, 3}), Size: print.Large, Bold: true, Centre: true},
	)
	paper = append(paper, scan(card.Code{Kind: card.CodeAppointment, Number: b.Number, Secret: b.Code}, lang)...)
	return append(paper,
		print.Line{Rule: true, Above: 12},
		print.Line{Text: say(next), Size: print.Text},
		stamp(hall, lang, at),
	)
}

func head(hall app.HallInfo, about string) print.Paper {
	return print.Paper{
		{Text: hall.Name, Size: print.Text, Centre: true},
		{Text: about, Size: print.Large, Bold: true, Centre: true},
	}
}

// stamp is when the slip was printed, and whom to call.
func stamp(hall app.HallInfo, lang string, at time.Time) print.Line {
	at = at.In(hall.Location())
	text := flow.T("kiosk.slip.stamp", at.Year(), flow.Date(at), at.Format("15:04")).In(lang)
	if hall.Phone != "" {
		text += "  " + flow.T("kiosk.slip.stamp.phone", hall.Phone).In(lang)
	}
	return print.Line{Text: text, Size: print.Small, Above: 8}
}
