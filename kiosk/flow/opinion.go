package flow

import (
	"slices"

	"linli/app"
	"linli/app/receipt"
)

// Opinions lists the keys of what can be said about a service without typing.
// The word of each is the translation "kiosk.opinion.<key>".
func Opinions() []string {
	return []string{"wait", "papers", "manner", "place", "more", "other"}
}

var opinionIcons = map[string]string{
	"wait": "waiting", "papers": "form", "manner": "person", "place": "search", "more": "suggestion", "other": "other",
}

// opinion takes an opinion on a service.
func opinion(f Facts, t *trail, s app.Service) Page {
	said, ok := t.take("service.opinion")
	if !ok {
		p := Page{
			ID: "service.opinion", Kind: Choose,
			Title: T("kiosk.service.opinion.title"), Spoken: T("kiosk.service.opinion.say", content(s.Name)),
		}
		for _, key := range Opinions() {
			p.Choices = append(p.Choices, worded(key, "kiosk.opinion."+key, opinionIcons[key]))
		}
		return p
	}
	if !slices.Contains(Opinions(), said) {
		return nothing("services")
	}
	if _, ok := t.take("service.opinion.confirm"); !ok {
		word := T("kiosk.opinion." + said)
		return Page{
			ID: "service.opinion.confirm", Kind: Confirm,
			Title:  T("kiosk.service.opinion.confirm.title"),
			Spoken: T("kiosk.service.opinion.confirm.say", content(s.Name), word),
			Body: []Text{
				T("kiosk.service.opinion.about", content(s.Name)),
				T("kiosk.service.opinion.what", word),
			},
			Primary: confirmed("kiosk.send"),
		}
	}
	out, ok := t.done("service.sending")
	if !ok {
		return waiting(f, "service.sending", Work{Verb: WorkSubmit, Submission: app.Submission{
			Kind: app.SubmitOpinion, ServiceID: s.ID, Choice: said, Lang: f.Lang,
		}})
	}
	return handOver(t, "service.sent", out)
}

// handOver shows a receipt number and its secret, and asks once whether both were
// copied: afterwards the secret is nowhere to be seen. Who has them on paper is not asked. They are shown and not
// spoken: the hall listens.
func handOver(t *trail, id string, out Outcome) Page {
	r, number, code, keep := out.Receipt, T("kiosk.receipt.number"), T("kiosk.receipt.secret"), "kiosk.receipt.keep"
	if out.Verb == WorkBook {
		r = app.Receipt{Number: out.Booked.Number, Secret: out.Booked.Code, At: out.Booked.At}
		number, code, keep = T("kiosk.book.number"), T("kiosk.book.code"), "kiosk.book.keep"
	}
	if _, ok := t.take(id); !ok {
		primary := &Choice{ID: "copied", Word: T("kiosk.receipt.copied"), Icon: "done"}
		if out.Slip == SlipOut {
			primary = finished()
		}
		return Page{
			ID: id, Kind: Result, Private: true,
			Title: T(out.Slip.key("kiosk.receipt.title")), Spoken: T(out.Slip.key("kiosk.receipt.say")),
			Number: receipt.Group(r.Number), Named: number,
			Code: Group(r.Secret, secretGroups), Coded: code,
			Body:    []Text{T(out.Slip.key(keep)), T("kiosk." + id + ".next")},
			Primary: primary,
		}
	}
	return Page{
		ID: id + ".copied", Kind: Confirm,
		Title: T("kiosk.receipt.copied.title"), Spoken: T("kiosk.receipt.copied.say"),
		Body:    []Text{T("kiosk.receipt.copied.gone")},
		Choices: []Choice{worded(PressBack, "kiosk.receipt.again", "back")},
		Primary: &Choice{ID: PressHome, Word: T("kiosk.receipt.copied.yes"), Icon: "done"},
	}
}

// How receipt numbers and secrets are grouped, typed and shown.
var (
	receiptGroups = []int{4, 4, 4}
	secretGroups  = []int{3, 3}
)

// receiptPad asks for a receipt number.
func receiptPad() *Pad { return &Pad{Min: 12, Max: 12, Groups: receiptGroups, Check: true} }

// secretPad asks for its secret; others may be looking on.
func secretPad() *Pad { return &Pad{Min: 6, Max: 6, Groups: secretGroups, Hidden: true} }
