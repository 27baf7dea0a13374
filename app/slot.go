package app

import (
	"context"
	"time"
)

// SlotState is where a unit of appointment capacity stands.
type SlotState string

// The states of a slot. A slot that was never dealt has none.
const (
	SlotFree SlotState = "free" // its owner may sell or lend it
	SlotSold SlotState = "sold"
	SlotUsed SlotState = "used" // who bought it has arrived
)

// SlotStep is what happens to a slot.
type SlotStep string

// The steps. Deal is the first event of every slot.
const (
	SlotStepDeal    SlotStep = "deal"     // 分配: an administrator gives the unit to a machine
	SlotStepLend    SlotStep = "lend"     // 转借: the owner gives the right to sell away
	SlotStepSell    SlotStep = "sell"     // 约出: the owner gives it to an appointment
	SlotStepRelease SlotStep = "release"  // 释放: the appointment needs it no more
	SlotStepCheckIn SlotStep = "check_in" // 报到: the resident has arrived
)

// Slot (号源) is one numbered unit of appointment capacity: one person of one
// business in one stretch of one day. At every moment one machine owns it, and
// that machine alone may sell it, asking nobody. There is nothing personal in it.
type Slot struct {
	ID         string
	BusinessID string
	Day        Day
	From, To   string // "HH:MM", the hall's own time
	Unit       int    // 1, 2, 3, … in its stretch
	Withdrawn  bool   // offered no more; what was sold stays sold

	// Folded from the slot's events.
	State         SlotState
	Owner         string // id of the [Device] that may sell it
	AppointmentID string // who holds it; empty while it is free
	Number        string // of that appointment
	Lane          Lane
	TicketID      string // given on arrival
	Voided        []string

	Machine int  // number of the owner, for display
	Own     bool // the owner is the machine that answers
}

// SlotEvent is one step in a slot's life. Who wrote it is no field that a writer
// fills in: it is the machine that signed the entry in the log.
type SlotEvent struct {
	ID            string
	SlotID        string
	Step          SlotStep
	Origin        string // the machine that wrote it
	Owner         string // Deal, Lend: the machine that owns it from now on
	AppointmentID string // Sell, Release, CheckIn
	Number        string // Sell: of the appointment
	Lane          Lane   // Sell
	TicketID      string // CheckIn
	By            string // staff id, "kiosk" for a kiosk
	At            time.Time
	Void          Void
}

// Void says why a step that is in the log does not count, and what it leaves
// behind. The zero Void is a step that counts.
type Void struct {
	Reason Code
	Effect Effect
}

// Effect is what a void step leaves behind for people to deal with.
type Effect string

// The effects.
const (
	EffectNone     Effect = "none"      // nothing is missing
	EffectNotOwned Effect = "not_owned" // the machine it names got no right to sell
	EffectNoUnit   Effect = "no_unit"   // the appointment has no unit
	EffectTicket   Effect = "ticket"    // a number was given all the same
	EffectStray    Effect = "stray"     // the unit it took is needed by nobody
	EffectUndone   Effect = "undone"    // it stands as it did before
)

// Offer is one stretch of one day in which a business takes appointments.
type Offer struct {
	BusinessID string
	Day        Day
	From, To   string
	Free       int // units this machine can sell alone; with 0, staff will confirm
}

// DealSlots gives units of one stretch to one machine.
type DealSlots struct {
	BusinessID string
	Day        Day
	From, To   string
	First      int // number of the first unit; 0 goes on after the last
	Count      int
	Owner      string // id of a Device; empty for the one that deals
}

// SlotFilter limits a list of slots; zero fields do not limit.
type SlotFilter struct {
	BusinessID string
	From, To   Day // days, both included
	Free       bool
	Own        bool // this machine's only
}

// SlotPort shares appointment capacity out among the hall's devices; dealing and withdrawing need
// ActSettings, the rest ActServe.
type SlotPort interface {
	Slots(ctx context.Context, by Actor, f SlotFilter) ([]Slot, error)
	// Slot answers a slot and its story, void steps marked.
	Slot(ctx context.Context, by Actor, id string) (Slot, []SlotEvent, error)
	// Offers lists the stretches from now on, in order, with what this machine
	// can sell.
	Offers(ctx context.Context, businessID string) ([]Offer, error)
	// Deal makes units and gives them to a machine. Dealing again what that
	// machine was dealt changes nothing, and offers it again if it was
	// withdrawn; CodeDuplicate when another machine was dealt it.
	Deal(ctx context.Context, by Actor, d DealSlots) ([]Slot, error)
	// Withdraw stops offering free units; CodeTaken for one that is not free.
	Withdraw(ctx context.Context, by Actor, ids ...string) error
	// Lend gives free units of this machine to another device, all of them or none:
	// CodeNotOwner, CodeWrongState. This machine cannot sell them any more, the
	// other can as soon as it has heard of it, and may lend them back.
	Lend(ctx context.Context, by Actor, to string, ids ...string) error
	// Strays lists sold units from today on whose appointment does not need
	// them: it was cancelled or confirmed on another unit elsewhere.
	Strays(ctx context.Context, by Actor) ([]Slot, error)
	// Release frees a stray; CodeTaken when its appointment needs it.
	Release(ctx context.Context, by Actor, id string) error
}
