package app

import (
	"context"
	"time"
)

// CaseKind is what a case is about.
type CaseKind string

// The kinds.
const (
	CaseConsult   CaseKind = "consult"   // 咨询
	CaseHelp      CaseKind = "help"      // 求助
	CaseComplaint CaseKind = "complaint" // 投诉
	CaseReport    CaseKind = "report"    // 举报
	CaseSuggest   CaseKind = "suggest"   // 建议
	CasePraise    CaseKind = "praise"    // 表扬
	CaseService   CaseKind = "service"   // 办件
)

// CaseKinds lists the kinds.
func CaseKinds() []CaseKind {
	return []CaseKind{CaseService, CaseConsult, CaseHelp, CaseComplaint, CaseReport, CaseSuggest, CasePraise}
}

// CaseState is where a case stands.
type CaseState string

// The states of a case.
const (
	CaseOpen     CaseState = "open"     // 待受理
	CaseAccepted CaseState = "accepted" // 已受理
	CaseAssigned CaseState = "assigned" // 已派单
	CaseHandling CaseState = "handling" // 办理中
	CaseReplied  CaseState = "replied"  // 已答复
	CaseClosed   CaseState = "closed"   // 已办结
)

// CaseStep is what happens to a case.
type CaseStep string

// The steps.
const (
	CaseStepOpen   CaseStep = "open"
	CaseStepAccept CaseStep = "accept"
	CaseStepAssign CaseStep = "assign"
	CaseStepHandle CaseStep = "handle"
	CaseStepReply  CaseStep = "reply"
	CaseStepClose  CaseStep = "close"
	CaseStepReopen CaseStep = "reopen"
)

// Case is a matter that goes on after the resident has left.
type Case struct {
	ID         string
	Receipt    string // 12 digits with check digit, see package receipt
	Secret     string // only in the answer to Open, once
	Kind       CaseKind
	Title      string // sealed: what it is about may name people
	Body       string // sealed
	Place      string // sealed
	ResidentID string
	Contact    string // sealed
	GridID     string
	ServiceID  string
	VisitID    string
	Submission string // id of the submission it came from
	OpenedAt   time.Time

	// Folded from the case's events.
	State     CaseState
	HandlerID string // staff id
	Handler   string // name, for display
	Reply     string // the last reply to the resident; sealed
	ClosedAt  time.Time
	Reopened  int
	Voided    []string // events that lost against an exclusive step

	Resident string // name as the reader may see it
}

// CaseEvent is one step of a case's story.
type CaseEvent struct {
	ID      string
	CaseID  string
	Step    CaseStep
	ToStaff string // Assign
	Note    string // Handle: what was done; Reply: words for the resident; sealed
	By      string // staff id
	ByName  string
	At      time.Time
	Void    bool // lost against an exclusive step
}

// NewCase opens a case.
type NewCase struct {
	Kind       CaseKind
	Title      string
	Body       string
	Place      string
	ResidentID string
	Contact    string
	GridID     string
	ServiceID  string
	VisitID    string
}

// CaseFilter limits a list of cases; zero fields do not limit.
type CaseFilter struct {
	State     CaseState
	GridID    string
	HandlerID string
	Limit     int
}

// CasePort handles cases; ActCase, closing and reopening ActClose.
type CasePort interface {
	// Open answers the case with its receipt number and its secret.
	Open(ctx context.Context, by Actor, c NewCase) (Case, error)
	// Do does one step. note is required for handle, reply and reopen; toStaff
	// for assign. CodeWrongState when it is not possible now, nothing changes.
	// A reply is put where the resident can look it up, in the same action.
	Do(ctx context.Context, by Actor, caseID string, step CaseStep, toStaff, note string) (Case, error)
	Case(ctx context.Context, by Actor, id string) (Case, []CaseEvent, error)
	Cases(ctx context.Context, by Actor, f CaseFilter) ([]Case, error)
	// Contact answers a case's own phone in full and writes an access entry
	// first; ActReveal.
	Contact(ctx context.Context, by Actor, id string) (string, error)
	// Checks lists poor ratings that nobody has verified yet (核实).
	Checks(ctx context.Context, by Actor) ([]Check, error)
	// Verify settles a check, reopening its case when reopen is set.
	Verify(ctx context.Context, by Actor, ratingID, note string, reopen bool) error
}

// Check is a poor rating that a person should look into.
type Check struct {
	RatingID string
	Score    int
	CaseID   string // empty when the rating was of a visit
	Receipt  string
	Number   string // of the ticket
	At       time.Time
}
