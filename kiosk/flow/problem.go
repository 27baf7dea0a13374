package flow

import (
	"linli/app"
	"linli/assets"
)

// reportProblem takes a report by choices alone: what is wrong, what exactly,
// where, and how urgent; then it reads everything back.
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
	where, ok := t.take("problem.where")
	if !ok {
		return question(3, "problem.where", tilesOf(category.Where))
	}
	urgent, ok := t.take("problem.urgent")
	if !ok {
		return question(4, "problem.urgent", []Choice{
			worded("yes", "kiosk.problem.urgent.yes", "warning"),
			worded("no", "kiosk.problem.urgent.no", "calendar"),
		})
	}
	report := app.Submission{
		Kind: app.SubmitProblem, Category: code, Choice: what, Place: where, Urgent: urgent == "yes", Lang: f.Lang,
	}
	if _, ok := t.take("problem.confirm"); !ok {
		return readBack(category, report)
	}
	out, ok := t.done("problem.sending")
	if !ok {
		return waiting(f, "problem.sending", Work{Verb: WorkSubmit, Submission: report})
	}
	return receiptPage("problem.sent", out.Receipt)
}

// readBack shows the whole report before it is sent.
func readBack(category assets.ProblemCategory, report app.Submission) Page {
	name := Content(category.Name, category.NameEN)
	what, where := wordOf(category.What, report.Choice), wordOf(category.Where, report.Place)
	urgent := T("kiosk.problem.urgent.no")
	if report.Urgent {
		urgent = T("kiosk.problem.urgent.yes")
	}
	p := Page{
		ID: "problem.confirm", Kind: Confirm, Private: true,
		Title:  T("kiosk.problem.confirm.title"),
		Spoken: T("kiosk.problem.confirm.say", name, what, where, urgent),
		Body: []Text{
			T("kiosk.problem.confirm.category", name),
			T("kiosk.problem.confirm.what", what),
			T("kiosk.problem.confirm.where", where),
			T("kiosk.problem.confirm.urgent", urgent),
		},
		Primary: confirmed("kiosk.send"),
	}
	if report.Urgent {
		p.Body = append(p.Body, T("kiosk.problem.emergency"))
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

func wordOf(choices []assets.Choice, code string) Text {
	for _, c := range choices {
		if c.Code == code {
			return Content(c.Name, c.NameEN)
		}
	}
	return same(code)
}
