package app

import (
	"context"
	"time"
)

// Scores of 好差评 (GB/T 39046 A.8).
const (
	ScoreBest  = 1 // 非常满意
	ScoreGood  = 2
	ScoreFair  = 3
	ScorePoor  = 4 // 不满意
	ScoreWorst = 5 // 非常不满意
)

// SubmissionKind is what a kiosk sends to the desks.
type SubmissionKind string

// The kinds.
const (
	SubmitProblem     SubmissionKind = "problem"     // 反映问题
	SubmitOpinion     SubmissionKind = "opinion"     // 提意见 on a service
	SubmitComment     SubmissionKind = "comment"     // words to a rating
	SubmitForm        SubmissionKind = "form"        // 办事表单, filled in
	SubmitDraft       SubmissionKind = "draft"       // one that is not finished, see KioskPort.KeepDraft
	SubmitAppointment SubmissionKind = "appointment" // 预约, see BookingPort
)

// Submission is what a resident tells the hall at the kiosk. It is sealed to
// the hall's public key before it is stored; the kiosk cannot read it back.
type Submission struct {
	Kind      SubmissionKind `json:"kind"`
	Category  string         `json:"category,omitempty"` // key of the problem category
	Choice    string         `json:"choice,omitempty"`   // key of what exactly
	Place     string         `json:"place,omitempty"`    // key of where
	GridID    string         `json:"grid,omitempty"`
	Words     string         `json:"words,omitempty"`
	Phone     string         `json:"phone,omitempty"` // only if the resident wants to be called
	Urgent    bool           `json:"urgent,omitempty"`
	ServiceID string         `json:"service,omitempty"`
	RatingID  string         `json:"rating,omitempty"`
	Lang      string         `json:"lang,omitempty"`
	Booking   *BookingWish   `json:"booking,omitempty"`
	Proxy     bool           `json:"proxy,omitempty"`   // 亲友代办: whoever stands there acts for somebody
	Answers   []Answered     `json:"answers,omitempty"` // of a form, in the order asked, but for the phone and the ID number
	Name      string         `json:"name,omitempty"`    // whom a form is about
	IDNumber  string         `json:"id,omitempty"`
}

// Answered is one question of a form with what was answered, in the hall's words: they are understood also when
// the form has changed since.
type Answered struct {
	Name   string `json:"name"` // of the question
	Asked  string `json:"asked"`
	Answer string `json:"answer"` // empty: left open
}

// DraftKept is how long an unfinished form can be gone on with.
const DraftKept = 24 * time.Hour

// Draft is an unfinished form that was put aside.
type Draft struct {
	Code  string    // six digits; whoever knows them can have staff go on with it
	Until time.Time // when it can be opened no more
}

// Receipt is what a resident takes home: a number and a secret to look it up.
type Receipt struct {
	Number string
	Secret string
	At     time.Time
}

// CaseAbout is what a case is about in words that the hall has published: never
// what somebody wrote, for others may stand behind the resident who reads it.
type CaseAbout struct {
	Kind      CaseKind `json:"kind,omitempty"`
	ServiceID string   `json:"service,omitempty"`
	Category  string   `json:"category,omitempty"` // of a problem, with its Choice
	Choice    string   `json:"choice,omitempty"`
}

// Progress is what a resident may know of their case.
type Progress struct {
	Receipt string
	About   CaseAbout // zero while no desk has opened it
	State   CaseState
	Reply   string
	At      time.Time // of the last step
	CanRate bool      // closed or replied, and not rated since
	Rated   bool
}

// HelpCall is a resident calling for staff.
type HelpCall struct {
	ID         string
	Page       string // the page the resident was on
	At         time.Time
	AnsweredBy string
	AnsweredAt time.Time
}

// KioskPort is everything the kiosk face may write. Each method writes only the
// public and intake scopes, as a kiosk on a machine of its own must.
type KioskPort interface {
	TakeTicket(ctx context.Context, t TakeTicket) (Taken, error)
	// Ahead answers how a number stands now.
	Ahead(ctx context.Context, ticketID string) (Taken, error)
	// Submit seals and stores what a resident said.
	Submit(ctx context.Context, s Submission) (Receipt, error)
	// KeepDraft puts an unfinished form (SubmitForm) aside, sealed under a code that stands nowhere but in its
	// answer.
	KeepDraft(ctx context.Context, s Submission) (Draft, error)
	// Progress looks a receipt up. CodeWrongSecret when they do not fit,
	// CodeLocked after five wrong tries for that number.
	Progress(ctx context.Context, receipt, secret string) (Progress, error)
	// RateCase rates the case of a receipt (with its secret), RateTicket a
	// number served today, such as "A1-005". Score 1 best … 5 worst.
	RateCase(ctx context.Context, receipt, secret string, score int) (ratingID string, err error)
	RateTicket(ctx context.Context, number string, score int) (ratingID string, err error)
	// CallStaff rings at every desk.
	CallStaff(ctx context.Context, page string) (HelpCall, error)
	HelpCall(ctx context.Context, id string) (HelpCall, error)
}

// InboxItem is a submission at the desk.
type InboxItem struct {
	ID      string
	Receipt string
	At      time.Time
	Opened  bool
	CaseID  string // the case made of it
	// AppointmentID is the appointment made of it.
	AppointmentID string
	Body          Submission
}

// InboxPort is the desk's side of what kiosks write; ActInbox.
type InboxPort interface {
	// Inbox lists submissions, unopened first. Bodies are in the clear here but
	// for the phone, which is masked as everywhere.
	Inbox(ctx context.Context, by Actor) ([]InboxItem, error)
	// OpenSubmission turns a submission into a case (problem, opinion) or files
	// it (comment); doing it twice answers the same case. One that asks for an
	// appointment becomes one and answers no case, see AppointmentPort.Open.
	OpenSubmission(ctx context.Context, by Actor, id string) (Case, error)
	// Draft finds the unfinished form that was put aside under a code within DraftKept; nothing else of
	// it can be found or listed. CodeNotFound, CodeLocked after five wrong codes.
	Draft(ctx context.Context, by Actor, code string) (InboxItem, error)
	// OpenDraft makes a case of it, as OpenSubmission does of what was sent; doing it twice answers the same case.
	OpenDraft(ctx context.Context, by Actor, id, code string) (Case, error)
	// PublishReply shows the hall's answer to an opinion under its service.
	PublishReply(ctx context.Context, by Actor, r Reply) (string, error)
	// HelpCalls lists calls for staff nobody has answered.
	HelpCalls(ctx context.Context) ([]HelpCall, error)
	// Answer says that someone is on the way.
	Answer(ctx context.Context, by Actor, helpID string) error
}
