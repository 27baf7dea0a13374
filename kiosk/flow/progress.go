package flow

import (
	"linli/app"
	"linli/app/receipt"
)

// progress looks a case up by what its owner took home.
func progress(f Facts, t *trail) Page {
	number, secret, ask := receiptAndSecret(t, "progress", 1, 2)
	if ask != nil {
		return *ask
	}
	out, ok := t.done("progress.working")
	if !ok {
		return waiting(f, "progress.working", Work{Verb: WorkProgress, Receipt: number, Secret: secret})
	}
	if _, ok := t.take("progress.result"); !ok {
		return progressResult(f, out.Progress)
	}
	return score(f, t, Work{Verb: WorkRateCase, Receipt: number, Secret: secret}, 0, 0)
}

// receiptAndSecret asks for both, and answers the page to show while one of
// them is missing.
func receiptAndSecret(t *trail, flow string, step, steps int) (number, secret string, ask *Page) {
	number, ok := t.take(flow + ".receipt")
	if !ok {
		return "", "", &Page{
			ID: flow + ".receipt", Kind: Digits, Step: step, Steps: steps, Private: true,
			Title: T("kiosk.progress.receipt.title"), Spoken: T("kiosk.progress.receipt.say"),
			Pad: receiptPad(), Primary: confirmed("common.next"),
		}
	}
	secret, ok = t.take(flow + ".secret")
	if !ok {
		return "", "", &Page{
			ID: flow + ".secret", Kind: Digits, Step: step + 1, Steps: steps, Private: true,
			Title: T("kiosk.progress.secret.title"), Spoken: T("kiosk.progress.secret.say"),
			Pad: secretPad(), Primary: confirmed("common.next"),
		}
	}
	return number, secret, nil
}

// progressResult says in plain words where a case stands. The reply is shown
// and not spoken: it may say things that the hall need not hear. Where it can be
// rated, that and the end are offered alike.
func progressResult(f Facts, p app.Progress) Page {
	state := "kiosk.progress.state." + string(p.State)
	at := p.At.In(f.Hall.Location())
	page := Page{
		ID: "progress.result", Kind: Read, Private: true,
		Title: T(state), Spoken: T("kiosk.progress.result.say", T(state)),
		Body: []Text{T("kiosk.progress.number", receipt.Group(p.Receipt))},
	}
	if about := f.about(p.About); !about.Empty() {
		page.Body = append(page.Body, T("kiosk.progress.about", about))
	}
	page.Body = append(page.Body, T("kiosk.progress.at", Date(at), moment(at)))
	if p.Reply != "" {
		page.Body = append(page.Body, T("kiosk.progress.reply", p.Reply))
	}
	page.Body = append(page.Body, T("kiosk.progress.next."+string(p.State)))
	if p.CanRate {
		page.Choices = []Choice{worded("rate", "kiosk.progress.rate", "rate"), *finished()}
	} else {
		page.Primary = finished()
	}
	return page
}

// about is what a case is about in published words; empty when nothing is known.
func (f Facts) about(a app.CaseAbout) Text {
	for _, s := range f.Services {
		if s.ID == a.ServiceID {
			return content(s.Name)
		}
	}
	if c, ok := f.problem(a.Category); ok {
		name, what := Content(c.Name, c.NameEN), wordOf(c.What, a.Choice)
		if what.Empty() {
			return name // the choice is offered no more, and its code is no word
		}
		return T("kiosk.progress.about.problem", name, what)
	}
	if a.Kind == "" {
		return Text{}
	}
	return T("kiosk.progress.kind." + string(a.Kind))
}
