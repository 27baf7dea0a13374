package flow

import (
	"slices"
	"strconv"
	"strings"

	"linli/app"
)

// What somebody brings who acts for another, beside the papers of the service.
const (
	ownCard   = "own-card"
	mandate   = "mandate"
	paperPage = "check.have"
)

// checkPapers goes through the papers of a service with a resident: which they have, which they still need, so that
// nobody comes twice.
func checkPapers(f Facts, t *trail, s app.Service) Page {
	who, ask := askWho(t, "check.who", 1, 2)
	if ask != nil {
		return *ask
	}
	papers := papersOf(s, who)
	have, ok := t.take(paperPage)
	if !ok {
		return Page{
			ID: paperPage, Kind: Ticks, Step: 2, Steps: 2, Ticks: [2]Text{T("kiosk.check.off"), T("kiosk.check.on")},
			Title: T("kiosk.check.have.title"), Spoken: T("kiosk.check.have.say", content(s.Name)),
			Choices: papers, Primary: confirmed("kiosk.check.next"),
		}
	}
	do, ok := t.take("check.result")
	if !ok {
		return checked(f, s, papers, strings.Fields(have))
	}
	if do == serviceTicket {
		return takeNumber(f, t, s.BusinessID)
	}
	return saveSlip(f, t, s)
}

// papersOf are the papers to bring, as what can be ticked.
func papersOf(s app.Service, who string) (papers []Choice) {
	for i, m := range s.Materials {
		papers = append(papers, Choice{ID: "paper-" + strconv.Itoa(i+1), Word: paper(content(m.Name), m)})
	}
	if who == forProxy {
		papers = append(papers, Choice{ID: ownCard, Word: T("kiosk.check.own-card")}, Choice{ID: mandate, Word: T("kiosk.check.mandate")})
	}
	return papers
}

// paper is one paper, named by word, with how many of it there have to be.
func paper(word Text, m app.Material) Text {
	switch {
	case m.Original > 0 && m.Copies > 0:
		word = T("kiosk.material.both", word, m.Original, m.Copies)
	case m.Original > 0:
		word = T("kiosk.material.original", word, m.Original)
	case m.Copies > 0:
		word = T("kiosk.material.copies", word, m.Copies)
	}
	if !m.Required {
		word = join(word, T("kiosk.material.optional"))
	}
	return word
}

// checked says what is there and what is still missing, and where to go from here.
func checked(f Facts, s app.Service, papers []Choice, have []string) Page {
	p := Page{ID: "check.result", Kind: Read}
	var there, missing []Text
	needed := 0
	for i, c := range papers {
		switch {
		case slices.Contains(have, c.ID):
			there = append(there, c.Word)
		default:
			word := c.Word
			if i < len(s.Materials) && s.Materials[i].Note != (app.Text{}) {
				word = join(word, T("kiosk.material.note", content(s.Materials[i].Note)))
			}
			missing = append(missing, word)
			if i >= len(s.Materials) || s.Materials[i].Required {
				needed++
			}
		}
	}
	if needed == 0 {
		p.Title, p.Spoken = T("kiosk.check.all.title"), T("kiosk.check.all.say")
	} else {
		p.Title, p.Spoken = T("kiosk.check.result.title", needed), T("kiosk.check.result.say", needed)
	}
	if len(missing) > 0 {
		p.Body = append(append(p.Body, T("kiosk.check.missing")), missing...)
	}
	if len(there) > 0 {
		p.Body = append(append(p.Body, T("kiosk.check.there")), there...)
	}
	if b, ok := f.business(s.BusinessID); ok {
		c := worded(serviceTicket, "kiosk.service.ticket", "take-number")
		if !b.Open {
			c.Off, c.Note = true, notGiven(b)
		}
		p.Choices = append(p.Choices, c)
	}
	if f.CanSave {
		p.Choices = append(p.Choices, saving(f))
	}
	p.Choices = append(p.Choices, *finished())
	return p
}
