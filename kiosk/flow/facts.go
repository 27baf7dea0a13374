package flow

import (
	"time"

	"linli/app"
	"linli/app/form"
	"linli/assets"
)

// Facts are what is known apart from the resident's answers: the hall's public
// data and the state of the kiosk. Nothing in them is about a person. Pages are
// made from them and change nothing in them.
type Facts struct {
	Ready      bool // the hall's data has been read; until then flows ask to wait
	Hall       app.HallInfo
	Businesses []app.BusinessNow
	Services   []app.Service
	Notices    []app.Notice // valid today, what is urgent first
	Grids      []app.Grid   // the hall's grid tree, from the top
	Problems   []assets.ProblemCategory
	Forms      map[string]form.Form   // by the code of their service
	Offers     map[string][]app.Offer // by business: when appointments can be had, in order

	Lang     string // "zh" or "en": where a text is parted depends on it
	Fit      Fit
	CanSave  bool // there is somewhere to put a 告知单
	CanPrint bool // and it comes out of a printer
	CanWrite bool // the machine reads handwriting and knows the sounds of words
	CanCard  bool // there is a reader for cards, and it answers
	CanBook  bool // the hall knows appointments
	CardLies bool // something lies on the reader

	Now    time.Time
	Waited time.Duration // how long the present work has been going on
	Help   Help
}

// Help is how the resident's last call for staff stands.
type Help struct {
	Ring     int       // which call of this conversation, from 1; 0 when there was none
	Rang     time.Time // when the desks began to ring
	Answered bool
	Fault    app.Code // the call did not get through
	Code     string   // under which the form they were in was put aside; may be empty
}

// HelpPatience is how long a call for staff may go unanswered before the kiosk
// says so and offers something else.
const HelpPatience = 30 * time.Second

// Slow and VerySlow are the waits after which a resident is told that the
// machine is working, and after which they are offered a way out.
const (
	Slow     = time.Second
	VerySlow = 10 * time.Second
)

// business answers the business with an id.
func (f Facts) business(id string) (app.BusinessNow, bool) {
	for _, b := range f.Businesses {
		if b.ID == id && !b.Retired {
			return b, true
		}
	}
	return app.BusinessNow{}, false
}

// service answers the service with an id.
func (f Facts) service(id string) (app.Service, bool) {
	for _, s := range f.Services {
		if s.ID == id && !s.Retired {
			return s, true
		}
	}
	return app.Service{}, false
}

// problem answers the category of problems with a code.
func (f Facts) problem(code string) (assets.ProblemCategory, bool) {
	for _, p := range f.Problems {
		if p.Code == code {
			return p, true
		}
	}
	return assets.ProblemCategory{}, false
}
