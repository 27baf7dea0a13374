package app

import (
	"context"
	"time"
)

// TicketState is where a number stands.
type TicketState string

// The states of a ticket.
const (
	TicketWaiting   TicketState = "waiting"
	TicketCalled    TicketState = "called"
	TicketMissed    TicketState = "missed" // 过号
	TicketDone      TicketState = "done"
	TicketAbandoned TicketState = "abandoned"
)

// TicketStep is what happens to a ticket.
type TicketStep string

// The steps. Take is the first event of every ticket.
const (
	StepTake     TicketStep = "take"
	StepCall     TicketStep = "call"
	StepRecall   TicketStep = "recall"
	StepMiss     TicketStep = "miss"
	StepReturn   TicketStep = "return" // a missed number comes back
	StepTransfer TicketStep = "transfer"
	StepComplete TicketStep = "complete"
	StepAbandon  TicketStep = "abandon"
)

// Lane is the queue's lane.
type Lane string

// The two lanes.
const (
	LaneNormal   Lane = "normal"
	LanePriority Lane = "priority"
)

// Priority reasons of a ticket; kept in the desk scope, apart from the number.
const (
	ReasonElder    = "elder"
	ReasonDisabled = "disabled"
	ReasonPregnant = "pregnant"
)

// Ticket is a number in a queue. There is nothing personal in it.
type Ticket struct {
	ID         string
	Number     string // "A1-005": letter, machine, counter of the day
	Day        Day
	BusinessID string
	Business   string // name, for display
	Lane       Lane
	TakenAt    time.Time

	// Folded from the ticket's events.
	State    TicketState
	WindowID string
	Window   int // number of the window that called
	Calls    int
	CalledAt time.Time
	DoneAt   time.Time
	Since    time.Time // when it last entered the queue: order within its lane
}

// TicketEvent is one step in a ticket's life.
type TicketEvent struct {
	ID         string
	TicketID   string
	Step       TicketStep
	WindowID   string
	BusinessID string // Transfer: the new business
	By         string // staff id
	At         time.Time
}

// TakeTicket asks for a number.
type TakeTicket struct {
	BusinessID string
	Lane       Lane
	Reason     string // why priority: ReasonElder, …; desk scope only
	ResidentID string // when known (desk only)
}

// Taken is what the resident gets.
type Taken struct {
	Ticket Ticket
	Ahead  int           // people who will be served first
	Wait   time.Duration // expected wait
}

// Board is what the public display shows.
type Board struct {
	Now     []Call // calls of the last half minute that somebody is still waited for, newest first
	Recent  []Call // the six before, and those of the last half minute that are over
	Waiting []BusinessNow
	Notices []Notice
	Hall    HallInfo
}

// Call is a number called to a window.
type Call struct {
	TicketID string
	Number   string
	Window   int
	Times    int // 1 for the first call, 2 for the first recall, …
	At       time.Time
	Over     bool // served, missed or given up: nobody need come any more
}

// QueuePort is the desk's side of the queue; ActServe.
type QueuePort interface {
	// Waiting lists today's waiting and called tickets in the order in which
	// they will be served; businessID empty for all.
	Waiting(ctx context.Context, businessID string) ([]Ticket, error)
	Ticket(ctx context.Context, id string) (Ticket, error)
	// Missed lists today's missed numbers.
	Missed(ctx context.Context) ([]Ticket, error)
	// TakeAtDesk gives a number at the counter.
	TakeAtDesk(ctx context.Context, by Actor, t TakeTicket) (Taken, error)
	// CallNext calls the next number to the actor's window; businesses empty for
	// all. CodeNotFound when nobody waits.
	CallNext(ctx context.Context, by Actor, businesses ...string) (Ticket, error)
	// Step does one step: call, recall, miss, return, transfer (toBusiness),
	// complete, abandon. A recall past the setting misses the number.
	// CodeWrongState when the step is not possible now, nothing changes.
	Step(ctx context.Context, by Actor, ticketID string, step TicketStep, toBusiness string) (Ticket, error)
}
