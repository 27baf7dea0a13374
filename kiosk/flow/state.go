package flow

import (
	"linli/app"
	"linli/kiosk/card"
)

// State is one conversation so far. The zero State is the first page. It is a
// value: [Press] and [Finish] answer a new one and leave the old as it was, so
// that a page can be left and come back to.
type State struct {
	Answers []Answer          // in the order given
	Drafts  map[string]string // digits typed and words written, by page id; kept when going back
	Writing Writing           // on the present page
	Parts   map[string]int    // which part of a page is shown, by page id
	Leaving bool              // whether to keep an unfinished form is being asked
	Helping bool              // the call for staff lies over the page
	Ring    int               // the call for staff that was asked for last; see [Help]
	Error   Text              // what was wrong with the last answer
	Card    *card.Person      // what was put on the reader in this conversation; never changed, only replaced
}

// Answer is what was answered to one page: a choice, digits or words by the resident,
// or, to a Wait page, an outcome by the machine.
type Answer struct {
	Page  string
	Value string   // id of the choice, or what was typed
	Got   *Outcome // of a Wait page
}

// Verb names a kind of work.
type Verb string

// The kinds of work that a flow can ask for.
const (
	WorkTicket     Verb = "ticket"
	WorkSubmit     Verb = "submit"
	WorkProgress   Verb = "progress"
	WorkRateCase   Verb = "rate-case"
	WorkRateTicket Verb = "rate-ticket"
	WorkCheckIn    Verb = "check-in"
	WorkBook       Verb = "book"
	WorkKeep       Verb = "keep" // puts an unfinished form aside
	WorkHelp       Verb = "help"
	WorkSave       Verb = "save"    // the 一次性告知单 of a service
	WorkReplies    Verb = "replies" // the hall's answers to opinions on a service
)

// Work is what a Wait page waits for. The session does it through the ports
// and hands the outcome to [Finish].
type Work struct {
	Verb       Verb
	Ticket     app.TakeTicket
	Submission app.Submission
	Booking    app.NewBooking
	Receipt    string // progress, rate-case; check-in: the appointment's number, its code as Secret
	Secret     string
	Number     string // rate-ticket, "A1-005"
	Score      int
	ServiceID  string // save, replies
	Page       string // help: the page the resident was on
}

// final answers whether the conversation stands at the result of something that
// the machine has done for good.
func (s State) final() bool {
	if len(s.Answers) == 0 {
		return false
	}
	got := s.Answers[len(s.Answers)-1].Got
	return got != nil && Work{Verb: got.Verb}.lasting()
}

// lasting answers whether the work, once done, cannot be taken back by going
// back a page.
func (w Work) lasting() bool {
	switch w.Verb {
	case WorkTicket, WorkCheckIn, WorkBook, WorkSubmit, WorkKeep, WorkRateCase, WorkRateTicket:
		return true
	}
	return false
}

// Outcome is what came of a work; which field is filled depends on its verb.
// A Fault leaves the rest empty.
type Outcome struct {
	Verb     Verb
	Taken    app.Taken // of check-in as well
	Booked   app.Booking
	Receipt  app.Receipt
	Draft    app.Draft // of keep
	Progress app.Progress
	RatingID string
	Replies  []app.Reply
	Slip     Slip // of what was taken or handed in
	Fault    *app.Error
}

// Slip is what became of the paper that a resident is to take home.
type Slip int

// What can become of it. Whatever it is, what was done stands.
const (
	SlipNone   Slip = iota // there is no printer
	SlipOut                // it came out
	SlipFailed             // the printer did not
)

// key is a translation key's form for a slip.
func (s Slip) key(key string) string {
	switch s {
	case SlipOut:
		return key + ".slip"
	case SlipFailed:
		return key + ".no-slip"
	case SlipNone:
	}
	return key
}
