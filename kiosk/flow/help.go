package flow

import (
	"time"
)

// helpOver is how long somebody who said that they are coming may take before
// the resident can ring again.
const helpOver = 2 * time.Minute

// What can be chosen while calling for staff.
const (
	helpTicket = "ticket"
	helpAgain  = "again"
)

// callHelp lays the call for staff over the page. One call at a time: while one
// is going on, the corner shows how it stands and rings nobody twice.
func callHelp(f Facts, s State) State {
	if s.Helping {
		return s
	}
	s.Helping = true
	over := f.Help.Answered && f.Now.Sub(f.Help.Rang) > helpOver
	if f.Help.Ring == 0 || f.Help.Fault != "" || over {
		s.Ring = f.Help.Ring + 1
	}
	return s
}

// help shows how the call for staff stands; under is the page that it lies on.
func help(f Facts, s State, under string) Page {
	returned := &Choice{ID: PressBack, Word: T("kiosk.help.return")}
	p := Page{Kind: Result, Primary: returned}
	switch {
	case s.Ring > f.Help.Ring:
		w := waiting(f, "help.working", Work{Verb: WorkHelp, Page: under})
		w.Title, w.Spoken, w.Primary = T("kiosk.help.working.title"), T("kiosk.help.working.say"), nil
		return w
	case f.Help.Fault != "":
		p.ID = "help.failed"
	case f.Help.Answered:
		p.ID = "help.coming"
	case f.Now.Sub(f.Help.Rang) < HelpPatience:
		p.ID = "help.called"
	default:
		p.ID, p.Kind, p.Primary = "help.nobody", Choose, nil
		p.Choices = []Choice{
			worded(helpTicket, "kiosk.help.ticket", "take-number"),
			worded(helpAgain, "kiosk.help.again", "call-staff"),
			worded(PressBack, "kiosk.help.return", "back"),
		}
	}
	p.Title, p.Spoken = T("kiosk."+p.ID+".title"), T("kiosk."+p.ID+".say")
	p.Body = []Text{T("kiosk." + p.ID + ".next")}
	if f.Help.Code != "" && p.Kind == Result {
		p.Private, p.Number, p.Named = true, Group(f.Help.Code, secretGroups), T("kiosk.help.code")
	}
	return p
}

// pressHelp answers the call's own page.
func pressHelp(f Facts, s State, p Page, id string) State {
	if _, ok := p.choice(id); !ok {
		return s
	}
	switch id {
	case helpAgain:
		s.Ring = f.Help.Ring + 1
	case helpTicket:
		return State{Answers: []Answer{{Page: "home", Value: doTicket}}, Ring: s.Ring, Card: s.Card}
	}
	return s
}
