package flow

import (
	"slices"
	"strings"

	"linli/app"
	"linli/app/standard"
	"linli/assets"
)

// reportProblem takes a report by choices alone: what is wrong, what exactly,
// where, and whether to call back; then it reads everything back. How urgent it
// is is not a question of its own: the report is sent by one of two buttons. What
// kind of place it is is asked only of those who cannot name the place.
func reportProblem(f Facts, t *trail) Page {
	if len(f.Problems) == 0 {
		return nothing("problem")
	}
	const steps = 4
	question := func(step int, id string, choices []Choice) Page {
		key := "kiosk." + id
		return Page{
			ID: id, Kind: Choose, Step: step, Steps: steps,
			Title: T(key + ".title"), Spoken: T(key + ".say"), Choices: choices,
		}
	}

	code, ok := t.take("problem.category")
	if !ok {
		var tiles []Choice
		for _, c := range f.Problems {
			tiles = append(tiles, Choice{ID: c.Code, Word: Content(c.Name, c.NameEN), Icon: c.Icon})
		}
		return question(1, "problem.category", tiles)
	}
	category, ok := f.problem(code)
	if !ok {
		return nothing("problem")
	}
	what, ok := t.take("problem.what")
	if !ok {
		return question(2, "problem.what", tilesOf(category.What))
	}
	at, ask := askPlace(f, t, "problem.place", 3, steps, category.Where)
	if ask != nil {
		return *ask
	}
	phone, ask := askPhone(t, 4, steps)
	if ask != nil {
		return *ask
	}
	report := app.Submission{
		Kind: app.SubmitProblem, Category: code, Choice: what, Place: at.Kind, GridID: at.GridID, Phone: phone, Lang: f.Lang,
	}
	sent, ok := t.take("problem.confirm")
	for ; ok && sent == writeWords; sent, ok = t.take("problem.confirm") {
		if report.Words, ok = t.take("problem.words"); !ok {
			return askWords(f)
		}
	}
	if !ok {
		return readBack(f, category, report, at.Word)
	}
	report.Urgent = sent == sendUrgent
	out, ok := t.done("problem.sending")
	if !ok {
		return waiting(f, "problem.sending", Work{Verb: WorkSubmit, Submission: report})
	}
	return handOver(t, "problem.sent", out)
}

// What can be answered to whether the hall may call back.
const (
	phoneLeave = "leave"
	phoneNone  = "none"
)

// askPhone asks whether the resident wants to be called, and only then for the
// number. Nobody has to leave one.
func askPhone(t *trail, step, steps int) (phone string, ask *Page) {
	leave, ok := t.take("problem.phone")
	if !ok {
		return "", &Page{
			ID: "problem.phone", Kind: Choose, Step: step, Steps: steps,
			Title: T("kiosk.problem.phone.title"), Spoken: T("kiosk.problem.phone.say"),
			Body: []Text{T("kiosk.problem.phone.free")},
			Choices: []Choice{
				worded(phoneLeave, "kiosk.problem.phone.leave", "phone"),
				worded(phoneNone, "kiosk.problem.phone.none", "page-next"),
			},
		}
	}
	if leave == phoneNone {
		return "", nil
	}
	typed, ok := t.take("problem.phone.number")
	if !ok {
		return "", &Page{
			ID: "problem.phone.number", Kind: Digits, Step: step, Steps: steps, Private: true,
			Title: T("kiosk.problem.phone.number.title"), Spoken: T("kiosk.problem.phone.number.say"),
			Pad: &Pad{Min: 11, Max: 12, Groups: phoneGroups, Phone: true}, Primary: confirmed("common.next"),
		}
	}
	number, err := standard.ParsePhone(typed)
	if err != nil {
		return "", nil // the pad has let it pass
	}
	return number.Number, nil
}

// What can be answered to the report read back, beside sending it.
const (
	sendUrgent = "urgent"
	writeWords = "words" // a few words of one's own go with it
)

// mostWords is how many characters a resident may write: more would not stand on
// the page that reads them back.
const mostWords = 40

// askWords is never asked of anybody: it is there for those who want to say more
// than choices can.
func askWords(f Facts) Page {
	return Page{
		ID: "problem.words", Kind: Write, Private: true,
		Title: T("kiosk.problem.words.title"), Spoken: T("kiosk.problem.words.say"),
		Pen: pen(f, 0, mostWords), Primary: confirmed("common.next"),
	}
}

// readBack shows the whole report before it is sent. The phone and what was
// written are shown and not spoken: the hall listens.
func readBack(f Facts, category assets.ProblemCategory, report app.Submission, where Text) Page {
	name, what := Content(category.Name, category.NameEN), wordOf(category.What, report.Choice)
	phone := T("kiosk.problem.confirm.phone.none")
	if report.Phone != "" {
		phone = T("kiosk.problem.confirm.phone", Group(digitsOf(report.Phone), phoneGroups))
	}
	p := Page{
		ID: "problem.confirm", Kind: Confirm, Private: true,
		Title:  T("kiosk.problem.confirm.title"),
		Spoken: T("kiosk.problem.confirm.say", name, what, where),
		Body: []Text{
			T("kiosk.problem.confirm.category", name),
			T("kiosk.problem.confirm.what", what),
			T("kiosk.problem.confirm.where", where),
			phone,
			T("kiosk.problem.emergency"),
		},
		Choices: []Choice{worded(sendUrgent, "kiosk.problem.send.urgent", "warning")},
		Primary: confirmed("kiosk.problem.send.calm"),
	}
	if report.Words != "" {
		p.Body = slices.Insert(p.Body, 2, T("kiosk.problem.confirm.words", report.Words))
	}
	if f.CanWrite {
		p.Choices = append(p.Choices, worded(writeWords, "kiosk.problem.words", "suggestion"))
	}
	return p
}

func tilesOf(choices []assets.Choice) []Choice {
	var tiles []Choice
	for _, c := range choices {
		tiles = append(tiles, Choice{ID: c.Code, Word: Content(c.Name, c.NameEN), Icon: c.Icon})
	}
	return tiles
}

// wordOf is the word of a choice; empty when there is none of that code.
func wordOf(choices []assets.Choice, code string) Text {
	for _, c := range choices {
		if c.Code == code {
			return Content(c.Name, c.NameEN)
		}
	}
	return Text{}
}

// phoneGroups are how a mobile number is read: 138 0000 0000.
var phoneGroups = []int{3, 4, 4}

// digitsOf takes the dash out of a fixed line's number.
func digitsOf(phone string) string { return strings.ReplaceAll(phone, "-", "") }
