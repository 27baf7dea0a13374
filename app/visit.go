package app

import (
	"context"
	"time"
)

// Channel is how a visit reached the hall.
type Channel string

// The channels.
const (
	ChannelWindow Channel = "window" // 窗口
	ChannelKiosk  Channel = "kiosk"  // 自助机
	ChannelPhone  Channel = "phone"  // 电话
	ChannelWeChat Channel = "wechat" // 微信
	ChannelHome   Channel = "home"   // 上门
	ChannelTV     Channel = "tv"     // 电视
)

// Channels lists the channels.
func Channels() []Channel {
	return []Channel{ChannelWindow, ChannelKiosk, ChannelPhone, ChannelWeChat, ChannelHome, ChannelTV}
}

// Outcome is how a visit ended.
type Outcome string

// The outcomes.
const (
	OutcomeDone      Outcome = "done"      // 当场办结
	OutcomeAccepted  Outcome = "accepted"  // 已受理, a case goes on
	OutcomeAdvised   Outcome = "advised"   // 已解答
	OutcomeMissing   Outcome = "missing"   // 材料不齐, told what is missing
	OutcomeReferred  Outcome = "referred"  // 转其他部门
	OutcomeUnsettled Outcome = "unsettled" // 未办成
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome {
	return []Outcome{OutcomeDone, OutcomeAccepted, OutcomeAdvised, OutcomeMissing, OutcomeReferred, OutcomeUnsettled}
}

// Visit is one time a resident was served. It is amended, never overwritten.
type Visit struct {
	ID         string
	At         time.Time
	Day        Day
	ResidentID string // may be empty: nobody has to say who they are
	Agent      string // 代办人: who came in their place; sealed
	Channel    Channel
	Purpose    string
	ServiceID  string
	TicketID   string // empty without a ticket
	WindowID   string
	By         string // staff id

	// Folded from the visit's events.
	Outcome Outcome
	Note    string // sealed
	Voided  bool
	Amends  int

	// For display.
	Resident string // name as the reader may see it
	Service  string
	Number   string
}

// NewVisit registers a visit. With a ticket it also completes the ticket, in
// the same transaction.
type NewVisit struct {
	ResidentID string
	Agent      string
	Channel    Channel
	Purpose    string
	ServiceID  string
	TicketID   string
	Outcome    Outcome
	Note       string
}

// VisitFilter limits a list of visits; zero fields do not limit.
type VisitFilter struct {
	ResidentID string
	GridID     string
	Day        Day
	Limit      int
}

// VisitPort registers visits; ActServe.
type VisitPort interface {
	Register(ctx context.Context, by Actor, v NewVisit) (Visit, error)
	// Amend adds a corrected outcome and note; the first stay in the story.
	Amend(ctx context.Context, by Actor, visitID string, o Outcome, note string) (Visit, error)
	// Void marks a visit entered by mistake; the reason is kept.
	Void(ctx context.Context, by Actor, visitID, reason string) (Visit, error)
	Visits(ctx context.Context, by Actor, f VisitFilter) ([]Visit, error)
}
