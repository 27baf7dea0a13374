package desk

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/ui/theme"
)

// goOn asks for the code on a resident's slip or screen and shows the form that they did not finish; one more key makes a
// case of it. Drafts are in no list: only who has the code gets at one.
func (d *Desk) goOn() {
	f := newForm(d)
	code := f.addText("code", d.t("desk.draft.code"), 1)
	code.text.digits = true
	f.lay()
	f.onOther = d.sayError
	who := d.who
	d.ask(d.t("desk.draft.title"), d.t("desk.draft.find"), f, func(v map[string]string, fail func(*app.Error)) {
		if v["code"] == "" {
			fail(app.Bad(app.CodeRequired, "code"))
			return
		}
		var it app.InboxItem
		d.act(func(ctx context.Context) (err error) {
			it, err = d.hall.Inbox.Draft(ctx, who, v["code"])
			return err
		}, func() {
			d.closeSheet()
			d.showDraft(it, v["code"])
		}, func(e *app.Error) {
			if e.Code == app.CodeNotFound {
				e = app.Bad(app.CodeDraftNone, "code")
			}
			fail(e)
		})
	})
}

// showDraft shows what was answered so far.
func (d *Desk) showDraft(it app.InboxItem, code string) {
	who := d.who
	open := func() {
		var c app.Case
		d.act(func(ctx context.Context) (err error) {
			c, err = d.hall.Inbox.OpenDraft(ctx, who, it.ID, code)
			return err
		}, func() {
			d.closeSheet()
			d.Open(Route{PageCase, c.ID})
			if c.Secret != "" {
				d.showReceipt(c, func() {})
			}
		}, nil)
	}
	keys := []binding{{"Escape", "", d.closeSheet}, {"Return", "", open}}
	word := "desk.inbox.open"
	if it.Opened {
		word = "desk.inbox.case"
	}
	ok := newButton(d, "draft.open", d.t(word), "Enter", primary, open)
	no := newButton(d, "sheet.cancel", d.t("desk.cancel"), "Esc", plain, d.closeSheet)
	objects := append([]fyne.CanvasObject{quietPara(d.t("desk.draft.at", d.when(it.At)))}, d.answers(it.Body)...)
	objects = append(objects, space(1, 4), row(theme.DeskPanel, []float32{0, -1, -1}, space(1, 1), no, ok))
	d.open(newSheet(620, keys, d.t("desk.draft.title"), objects...), ok)
}

// answers is a form that was filled in, a line a question.
func (d *Desk) answers(s app.Submission) (lines []fyne.CanvasObject) {
	if s.Proxy {
		lines = append(lines, newPara(d.t("form.proxy"), toneWait))
	}
	for _, a := range s.Answers {
		said := a.Answer
		if said == "" {
			said = d.t("form.open")
		}
		lines = append(lines, quietPara(a.Asked), newPara(said, toneInk))
	}
	if s.Phone != "" {
		lines = append(lines, fact(d.t("desk.case.contact"), groupPhone(s.Phone), toneInk))
	}
	if s.IDNumber != "" {
		lines = append(lines, fact(d.t("desk.draft.id"), s.IDNumber, toneInk))
	}
	return lines
}

// answered is a form that was filled in, in one line.
func answered(s app.Submission) string {
	var all []string
	for _, a := range s.Answers {
		if a.Answer != "" {
			all = append(all, a.Answer)
		}
	}
	return strings.Join(all, " · ")
}
