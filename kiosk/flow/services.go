package flow

import (
	"linli/app"
)

// What can be chosen on a service's own page.
const (
	serviceTicket  = "ticket"
	serviceSave    = "save"
	serviceOpinion = "opinion"
	serviceReplies = "replies"
	serviceForm    = "form"
	serviceCheck   = "check"
)

// services shows what can be done here: five families, their services, and a
// page for each.
func services(f Facts, t *trail) Page {
	if !f.Ready {
		return reading("services")
	}
	family, ok := t.take("services.family")
	if !ok {
		return askFamily()
	}
	id, ok := t.take("services.item")
	if !ok {
		return askService(f, app.Family(family))
	}
	s, found := f.service(id)
	if !found {
		return nothing("services")
	}
	do, ok := t.take("service")
	if !ok {
		return servicePage(f, s)
	}
	switch do {
	case serviceTicket:
		return takeNumber(f, t, s.BusinessID)
	case serviceSave:
		return saveSlip(f, t, s)
	case serviceForm:
		return fillForm(f, t, s)
	case serviceCheck:
		return checkPapers(f, t, s)
	case serviceOpinion:
		return opinion(f, t, s)
	default:
		return replies(f, t, s)
	}
}

func askFamily() Page {
	p := Page{
		ID: "services.family", Kind: Choose,
		Title: T("kiosk.services.family.title"), Spoken: T("kiosk.services.family.say"),
	}
	for _, family := range app.Families() {
		name := string(family)
		p.Choices = append(p.Choices, Choice{
			ID: name, Word: T("family." + name), Icon: "family-" + name, Face: Face(name),
		})
	}
	return p
}

func askService(f Facts, family app.Family) Page {
	word := T("family." + string(family))
	p := Page{
		ID: "services.item", Kind: List,
		Title:  T("kiosk.services.item.title", word),
		Spoken: T("kiosk.services.item.say", word),
	}
	for _, s := range f.Services {
		if s.Family == family && !s.Retired {
			p.Choices = append(p.Choices, Choice{ID: s.ID, Word: content(s.Name), Icon: s.Icon, Face: Face(family)})
		}
	}
	if len(p.Choices) == 0 {
		return nothing("services")
	}
	return p
}

func servicePage(f Facts, s app.Service) Page {
	p := Page{ID: "service", Kind: Read, Title: content(s.Name), Spoken: content(s.Name)}
	p.Body, p.Items = serviceBody(f.Hall, s)
	if b, ok := f.business(s.BusinessID); ok {
		c := worded(serviceTicket, "kiosk.service.ticket", "take-number")
		if !b.Open {
			c.Off, c.Note = true, notGiven(b)
		}
		p.Choices = append(p.Choices, c)
	}
	if f.fillable(s.Code) {
		p.Choices = append(p.Choices, worded(serviceForm, "kiosk.service.form", "form"))
	}
	if len(s.Materials) > 0 {
		p.Choices = append(p.Choices, worded(serviceCheck, "kiosk.service.check", "what-can-be-done"))
	}
	if f.CanSave {
		p.Choices = append(p.Choices, saving(f))
	}
	p.Choices = append(p.Choices,
		worded(serviceOpinion, "kiosk.service.opinion", "suggestion"),
		worded(serviceReplies, "kiosk.service.replies", "info"),
	)
	return p
}

// saving is the choice of the 一次性告知单.
func saving(f Facts) Choice {
	if f.CanPrint {
		return worded(serviceSave, "kiosk.service.print", "printer")
	}
	return worded(serviceSave, "kiosk.service.save", "printer")
}

// serviceBody answers what a resident must know about a service, paragraph by
// paragraph, in the order in which people ask: what it is, who, what to bring,
// how long, when, where, what it costs; and which of them are the papers.
func serviceBody(hall app.HallInfo, s app.Service) (body []Text, papers [2]int) {
	labelled := func(key string, t app.Text) {
		if t.ZH != "" || t.EN != "" {
			body = append(body, T("kiosk.service."+key, content(t)))
		}
	}
	if s.Summary != (app.Text{}) {
		body = append(body, content(s.Summary))
	}
	labelled("who", s.Who)
	if len(s.Materials) == 0 {
		body = append(body, T("kiosk.service.materials.none"))
	} else {
		body = append(body, T("kiosk.service.materials", len(s.Materials)))
	}
	papers[0] = len(body)
	for i, m := range s.Materials {
		body = append(body, MaterialLine(i+1, m))
	}
	papers[1] = len(body)
	body = append(body, T("kiosk.service.time", Days(s.PromisedDays)))
	labelled("hours", s.Hours)
	labelled("window", s.Window)
	labelled("fee", s.Fee)
	labelled("result", s.Result)
	phone := s.Phone
	if phone == "" {
		phone = hall.Phone
	}
	if phone != "" {
		body = append(body, T("kiosk.service.phone", phone))
	}
	if s.Sample {
		body = append(body, T("catalogue.sample"))
	}
	return body, papers
}

// MaterialLine is one paper to bring: its number in the list, its name, how
// many of it, and when it may stay at home.
func MaterialLine(n int, m app.Material) Text {
	line := paper(T("kiosk.material", n, content(m.Name)), m)
	if m.Note != (app.Text{}) {
		line = join(line, T("kiosk.material.note", content(m.Note)))
	}
	return line
}

// Days is a time limit in working days; 0 is while one waits.
func Days(n int) Text {
	switch {
	case n <= 0:
		return T("time.at-once")
	case n == 1:
		return T("time.workday.one")
	}
	return T("time.workday", n)
}

// saveSlip makes the 一次性告知单.
func saveSlip(f Facts, t *trail, s app.Service) Page {
	if _, ok := t.done("service.saving"); !ok {
		return waiting(f, "service.saving", Work{Verb: WorkSave, ServiceID: s.ID})
	}
	key := "kiosk.service.saved"
	if f.CanPrint {
		key = "kiosk.service.printed"
	}
	return Page{
		ID: "service.saved", Kind: Result,
		Title: T(key + ".title"), Spoken: T(key + ".say"),
		Body:    []Text{content(s.Name), T(key + ".next")},
		Primary: &Choice{ID: PressBack, Word: T("kiosk.service.return")},
	}
}

// replies shows what the hall has answered to residents' opinions.
func replies(f Facts, t *trail, s app.Service) Page {
	out, ok := t.done("service.asking")
	if !ok {
		return waiting(f, "service.asking", Work{Verb: WorkReplies, ServiceID: s.ID})
	}
	p := Page{
		ID: "service.replies", Kind: Read,
		Title: T("kiosk.service.replies.title"), Spoken: T("kiosk.service.replies.say", content(s.Name)),
	}
	for _, r := range out.Replies {
		p.Body = append(p.Body, T("kiosk.service.reply.said", r.Said), T("kiosk.service.reply.answer", r.Answer))
	}
	if len(p.Body) == 0 {
		p.Body = []Text{T("kiosk.service.replies.none")}
	}
	return p
}
