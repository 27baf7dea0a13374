package flow

import (
	"strconv"

	"linli/app"
	"linli/app/queue"
)

// rate takes a 好差评: of a case by its receipt, or of a visit by today's number.
func rate(f Facts, t *trail) Page {
	const steps = 4
	what, ok := t.take("rate.what")
	if !ok {
		return Page{
			ID: "rate.what", Kind: Choose, Step: 1, Steps: steps,
			Title: T("kiosk.rate.what.title"), Spoken: T("kiosk.rate.what.say"),
			Choices: []Choice{
				worded("number", "kiosk.rate.what.number", "take-number"),
				worded("receipt", "kiosk.rate.what.receipt", "progress"),
			},
		}
	}
	if what == "receipt" {
		number, secret, ask := receiptAndSecret(t, "rate", 2, steps)
		if ask != nil {
			return *ask
		}
		return score(f, t, Work{Verb: WorkRateCase, Receipt: number, Secret: secret}, steps, steps)
	}
	if !f.Ready {
		return reading("rate")
	}
	id, ok := t.take("rate.business")
	if !ok {
		return askLetter(f, 2, steps)
	}
	b, found := f.business(id)
	if !found {
		return nothing("ticket")
	}
	digits, ok := t.take("rate.number")
	if !ok {
		return Page{
			ID: "rate.number", Kind: Digits, Step: 3, Steps: steps, Private: true,
			Title: T("kiosk.rate.number.title", b.Letter), Spoken: T("kiosk.rate.number.say", b.Letter),
			Pad:     &Pad{Min: 4, Max: 5, Groups: []int{1, 3}, Prefix: b.Letter},
			Primary: confirmed("common.next"),
		}
	}
	return score(f, t, Work{Verb: WorkRateTicket, Number: ticketNumber(b.Letter, digits)}, steps, steps)
}

// askLetter asks which queue the number was for. Closed ones count too: the
// visit is over.
func askLetter(f Facts, step, steps int) Page {
	list := businesses(f)
	if len(list) == 0 {
		return nothing("ticket")
	}
	p := Page{
		ID: "rate.business", Kind: Choose, Step: step, Steps: steps,
		Title: T("kiosk.rate.business.title"), Spoken: T("kiosk.rate.business.say"),
	}
	for _, b := range list {
		p.Choices = append(p.Choices, Choice{
			ID: b.ID, Word: T("kiosk.rate.letter", b.Letter), Note: Content(b.Name, b.NameEN), Icon: b.Icon,
		})
	}
	return p
}

// ticketNumber makes "A1-005" of the letter and the digits: the last three are
// the day's counter, those before them the machine.
func ticketNumber(letter, digits string) string {
	cut := len(digits) - 3
	machine, _ := strconv.Atoi(digits[:cut]) // the pad gives digits only
	counter, _ := strconv.Atoi(digits[cut:])
	return queue.Number(letter, machine, counter)
}

// scores are the five levels of GB/T 39046 A.8 from best to worst.
var scores = []string{"best", "good", "fair", "poor", "worst"}

// Reasons lists the keys of why somebody was not content. The word of each is
// the translation "kiosk.reason.<key>".
func Reasons() []string { return []string{"wait", "manner", "unclear", "unsettled", "other"} }

const noReason = "none"

// score asks how it was, saves it, and after a poor score asks why. The why is
// a gift, not a question of the service: it can be passed over.
func score(f Facts, t *trail, w Work, step, steps int) Page {
	chosen, ok := t.take("rate.score")
	if !ok {
		p := Page{
			ID: "rate.score", Kind: Choose, Step: step, Steps: steps,
			Title: T("kiosk.rate.score.title"), Spoken: T("kiosk.rate.score.say"),
		}
		for i, name := range scores {
			p.Choices = append(p.Choices, Choice{ID: strconv.Itoa(i + 1), Word: T("kiosk.score." + name)})
		}
		return p
	}
	w.Score, _ = strconv.Atoi(chosen) // our own ids
	out, ok := t.done("rate.working")
	if !ok {
		return waiting(f, "rate.working", w)
	}
	if w.Score < app.ScorePoor {
		return thanks("rate.thanks")
	}
	reason, ok := t.take("rate.reason")
	if !ok {
		p := Page{
			ID: "rate.reason", Kind: Choose,
			Title: T("kiosk.rate.reason.title"), Spoken: T("kiosk.rate.reason.say"),
			Body: []Text{T("kiosk.rate.verify")},
		}
		for _, key := range Reasons() {
			p.Choices = append(p.Choices, worded(key, "kiosk.reason."+key, ""))
		}
		p.Choices = append(p.Choices, worded(noReason, "kiosk.reason.none", ""))
		return p
	}
	if reason == noReason {
		return thanks("rate.heard")
	}
	if _, ok := t.done("rate.sending"); !ok {
		return waiting(f, "rate.sending", Work{Verb: WorkSubmit, Submission: app.Submission{
			Kind: app.SubmitComment, RatingID: out.RatingID, Choice: reason, Lang: f.Lang,
		}})
	}
	return thanks("rate.heard")
}

func thanks(id string) Page {
	return Page{
		ID: id, Kind: Result,
		Title: T("kiosk." + id + ".title"), Spoken: T("kiosk." + id + ".say"),
		Body:    []Text{T("kiosk." + id + ".next")},
		Primary: finished(),
	}
}

// mends names the page whose answer was at fault when a work failed; empty is
// the page of the last answer.
func mends(out Outcome) string {
	switch out.Verb {
	case WorkTicket:
		switch out.Fault.Code {
		case app.CodeClosed, app.CodeFull, app.CodeLastTicket, app.CodeNotFound:
			return "ticket.business"
		}
	case WorkCheckIn:
		switch out.Fault.Code {
		case app.CodeNotFound, app.CodeWrongSecret, app.CodeLocked:
			return "arrive.code"
		case app.CodeNotToday, app.CodeWrongState:
			return "ticket.business"
		}
	case WorkBook:
		if out.Fault.Code == app.CodeNotFound {
			return "book.time"
		}
	case WorkRateTicket:
		switch out.Fault.Code {
		case app.CodeNotFound, app.CodeInvalid, app.CodeTaken, app.CodeDuplicate, app.CodeWrongState:
			return "rate.number"
		}
	case WorkRateCase:
		switch out.Fault.Code {
		case app.CodeNotFound, app.CodeWrongSecret, app.CodeLocked:
			return "rate.secret"
		}
	}
	return ""
}
