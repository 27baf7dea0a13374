package flow

import (
	"slices"
	"strconv"
	"strings"

	"linli/app"
	"linli/app/form"
	"linli/app/registry"
	"linli/app/standard"
	"linli/kiosk/card"
)

// For whom something is done: 亲友代办 is as good as coming oneself.
const (
	forSelf  = "self"
	forProxy = "proxy"
)

// leftOpen answers a question that need not be answered. No choice of a form can be called so.
const leftOpen = "-"

// A Field is what a typed, written or ticked answer has to be beyond what its pad or pen takes.
type Field struct {
	Question form.Question
	Given    form.Answers
	Today    app.Day
}

// fillForm asks the questions of a service's form, one a page, reads everything back and hands it in.
func fillForm(f Facts, t *trail, s app.Service) Page {
	fm, ok := f.Forms[s.Code]
	if !ok {
		return nothing("form") // taken away while somebody looked at it
	}
	steps := 0
	if fm.Steps > 0 {
		steps = fm.Steps + 1
	}
	who, ask := askWho(t, "form.who", min(steps, 1), steps)
	if ask != nil {
		return *ask
	}
	own := cardOf(who, t.card)
	if slices.ContainsFunc(fm.Questions, func(q form.Question) bool { return onCard(q, own) != "" }) {
		steps = 0 // the card answers some of them
	}
	given := form.Answers{}
	for n := 2; ; n++ {
		q, more := fm.Ask(given)
		if !more {
			break
		}
		id := askID(fm, q)
		if value, ok := t.take(id); ok {
			given[q.Name] = answerOf(q, value)
		} else if value := onCard(q, own); value != "" {
			given[q.Name] = value
		} else {
			return askField(f, id, who, Field{Question: q, Given: given, Today: f.today()}, min(steps, n), steps)
		}
	}
	sub := submission(f, s, fm, who, given)
	if _, ok := t.take("form.confirm"); !ok {
		return readForm(s, fm, who, given)
	}
	out, ok := t.done("form.sending")
	if !ok {
		return waiting(f, "form.sending", Work{Verb: WorkSubmit, Submission: sub})
	}
	return handOver(t, "form.sent", out)
}

// cardOf is the card of whom a form is about: whoever acts for somebody puts down another one.
func cardOf(who string, p *card.Person) *card.Person {
	if who != forSelf || p == nil || p.Kind != card.Resident {
		return nil
	}
	return p
}

// onCard is what a card answers; empty when it does not, or there is none.
func onCard(q form.Question, p *card.Person) string {
	switch {
	case p == nil:
	case q.Appearance == form.Name:
		return p.Name
	case q.Appearance == form.ID:
		return p.IDNumber
	}
	return ""
}

// askID is the page of a question: by its place in the form, for its name is the hall's own.
func askID(fm form.Form, q form.Question) string {
	i := slices.IndexFunc(fm.Questions, func(o form.Question) bool { return o.Name == q.Name })
	return "form.ask." + strconv.Itoa(i+1)
}

// askWho asks for whom something is done.
func askWho(t *trail, id string, step, steps int) (who string, ask *Page) {
	who, ok := t.take(id)
	if ok {
		return who, nil
	}
	return "", &Page{
		ID: id, Kind: Choose, Step: step, Steps: steps, Title: T("kiosk.who.title"), Spoken: T("kiosk.who.say"),
		Choices: []Choice{worded(forSelf, "kiosk.who.self", "person"), worded(forProxy, "kiosk.who.proxy", "family")},
	}
}

// askField is the page of one question.
func askField(f Facts, id, who string, field Field, step, steps int) Page {
	q := field.Question
	p := Page{ID: id, Step: step, Steps: steps, Title: content(q.Label), Spoken: content(q.Label)}
	hint := content(q.Hint)
	switch {
	case f.CanCard && who == forSelf && (q.Appearance == form.Name || q.Appearance == form.ID):
		hint = T("kiosk.form.card.hint")
	case hint.Empty() && !q.Required:
		hint = T("kiosk.form.open.hint")
	}
	if !hint.Empty() {
		p.Body, p.Spoken = []Text{hint}, aloud(p.Spoken, hint)
	}
	if q.Type == form.SelectOne || q.Type == form.SelectMultiple {
		for _, c := range q.Choices {
			p.Choices = append(p.Choices, Choice{ID: c.Name, Word: content(c.Label), Icon: c.Icon})
			p.Spoken = aloud(p.Spoken, content(c.Label))
		}
		if q.Type == form.SelectMultiple {
			p.Kind, p.Field, p.Primary = Ticks, &field, confirmed("common.next")
			p.Ticks = [2]Text{T("kiosk.form.unchosen"), T("kiosk.form.chosen")}
			return p
		}
		p.Kind = Choose
		if !q.Required {
			p.Choices = append(p.Choices, Choice{ID: leftOpen, Word: T("kiosk.form.open"), Icon: iconFor(p.Choices, "page-next")})
		}
		return p
	}
	p.Private, p.Field, p.Primary = true, &field, confirmed("common.next")
	p.Kind = Digits
	switch {
	case q.Type == form.Date:
		p.Pad = &Pad{Min: 8, Max: 8, Groups: []int{4, 2, 2}}
	case q.Type == form.Integer:
		p.Pad = &Pad{Min: 1, Max: 6}
	case q.Appearance == form.Phone:
		p.Pad = &Pad{Min: 11, Max: 12, Groups: phoneGroups, Phone: true}
	case q.Appearance == form.ID:
		p.Pad = &Pad{Min: 18, Max: 18, Groups: []int{6, 8, 4}, X: true}
	default:
		p.Kind, p.Pen = Write, pen(f, 0, q.MaxWords())
		if q.Required {
			p.Pen.Min = 1
		}
		return p
	}
	p.Pad.Open = !q.Required
	return p
}

// iconFor gives a choice a pictogram where the others have one.
func iconFor(others []Choice, icon string) string {
	if slices.ContainsFunc(others, func(c Choice) bool { return c.Icon != "" }) {
		return icon
	}
	return ""
}

// answerOf is what was typed as an answer.
func answerOf(q form.Question, typed string) string {
	switch {
	case typed == leftOpen || typed == "":
		return ""
	case q.Type == form.Date:
		day, _ := form.ParseDate(typed)
		return string(day)
	case q.Type == form.Integer:
		n, _ := form.ParseInteger(typed)
		return n
	case q.Appearance == form.Phone:
		number, err := standard.ParsePhone(typed)
		if err != nil {
			return "" // the pad has let it pass
		}
		return number.Number
	}
	return typed
}

// fault says what is wrong with an answer that the pad or pen took, and how to mend it.
func (fd *Field) fault(typed string) Text {
	q := fd.Question
	answer := answerOf(q, typed)
	switch {
	case q.Type == form.SelectMultiple && q.Required && answer == "":
		return T("kiosk.form.tick")
	case typed == "":
		return Text{}
	case q.Type == form.Date && answer == "":
		return T("kiosk.form.date")
	case q.Appearance == form.ID && !identity(typed):
		return T("kiosk.form.id")
	case !q.Allows(fd.Given, answer, fd.Today):
		return content(q.Message)
	}
	return Text{}
}

func identity(number string) bool {
	_, err := standard.ParseID(number)
	return err == nil
}

// said is an answer as people read it. What is personal is shown as far as it has to be to be checked.
func said(q form.Question, answer string) Text {
	switch {
	case answer == "":
		return T("kiosk.form.none")
	case q.Type == form.Date:
		return T("kiosk.form.day", answer[:4], day(app.Day(answer)))
	case q.Appearance == form.Phone:
		return same(Group(digitsOf(answer), phoneGroups))
	case q.Appearance == form.ID:
		return same(registry.Mask(app.RoleKiosk, "id_number", answer))
	}
	return content(q.Say(answer))
}

// readForm shows everything before it is handed in. It is not spoken: the hall listens.
func readForm(s app.Service, fm form.Form, who string, given form.Answers) Page {
	p := Page{
		ID: "form.confirm", Kind: Confirm, Private: true,
		Title: T("kiosk.form.confirm.title"), Spoken: T("kiosk.form.confirm.say", content(s.Name)),
		Body:    []Text{content(fm.Title), T("kiosk.form.confirm.who." + who)},
		Primary: confirmed("kiosk.form.confirm.yes"),
	}
	for _, q := range fm.Path(given) {
		p.Body = append(p.Body, T("kiosk.form.confirm.line", content(q.Label), said(q, given[q.Name])))
	}
	return p
}

// submission is a form as it is handed in.
func submission(f Facts, s app.Service, fm form.Form, who string, given form.Answers) app.Submission {
	sub := app.Submission{Kind: app.SubmitForm, ServiceID: s.ID, Lang: f.Lang, Proxy: who == forProxy}
	for _, q := range fm.Path(given) {
		answer, asked := given[q.Name]
		switch {
		case !asked:
			continue // not yet
		case q.Appearance == form.Phone:
			sub.Phone = answer
			continue
		case q.Appearance == form.ID:
			sub.IDNumber = answer
			continue
		case q.Appearance == form.Name:
			sub.Name = answer
		}
		sub.Answers = append(sub.Answers, app.Answered{Name: q.Name, Asked: q.Label.ZH, Answer: q.Say(answer).ZH})
	}
	return sub
}

// Unfinished answers the form that a conversation stands in and has not handed in: what has been answered of it so
// far. ok is false where there is none, or nothing of it has been answered.
func Unfinished(f Facts, s State) (sub app.Submission, ok bool) {
	i := slices.IndexFunc(s.Answers, func(a Answer) bool { return a.Page == "form.who" })
	if i < 2 {
		return sub, false
	}
	service, found := f.service(s.Answers[i-2].Value)
	fm, there := f.Forms[service.Code]
	if !found || !there {
		return sub, false
	}
	given, own, answered := form.Answers{}, cardOf(s.Answers[i].Value, s.Card), 0
	rest := s.Answers[i+1:]
	for {
		q, more := fm.Ask(given)
		if more && len(rest) > 0 && rest[0].Page == askID(fm, q) {
			given[q.Name] = answerOf(q, rest[0].Value)
			rest = rest[1:]
			answered++
		} else if value := onCard(q, own); more && value != "" {
			given[q.Name] = value
		} else {
			break
		}
	}
	over := slices.ContainsFunc(rest, func(a Answer) bool { return a.Got != nil || a.Page == "form.confirm" })
	if over || answered == 0 {
		return sub, false // handed in or put aside already, or nothing to keep
	}
	return submission(f, service, fm, s.Answers[i].Value, given), true
}

// fillable answers whether the kiosk can ask everything of a form.
func (f Facts) fillable(code string) bool {
	fm, ok := f.Forms[code]
	return ok && (f.CanWrite || !slices.ContainsFunc(fm.Questions, func(q form.Question) bool {
		return q.Type == form.Words && (q.Appearance == form.Plain || q.Appearance == form.Name)
	}))
}

// ticked are the ids of what is ticked, in the order of the page.
func ticked(p Page) string {
	var on []string
	for _, c := range p.Choices {
		if c.On {
			on = append(on, c.ID)
		}
	}
	return strings.Join(on, " ")
}
