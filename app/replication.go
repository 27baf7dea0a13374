package app

import (
	"context"
	"time"
)

// Reach says how far a record has come: on this machine's disk, on another
// machine of the hall, at the hub. It can fall again, when a machine loses its disk.
type Reach string

// The reaches, in words at the desk: 本机已存 → 厅内已存 → 中心已收.
const (
	ReachHere   Reach = "here"
	ReachHall   Reach = "hall"
	ReachCentre Reach = "centre"
	// ReachVoid is not received anywhere: the hall does not count it. It stands on the
	// page of what needs a person, with the reason.
	ReachVoid Reach = "void"
)

// PeerKind says what a peer is.
type PeerKind string

// The kinds.
const (
	PeerHub PeerKind = "hub" // the centre
	PeerLAN PeerKind = "lan" // another machine of the hall
	// PeerStick is another machine of the hall that only files on a stick have come from.
	PeerStick PeerKind = "usb"
)

// Peer is another machine that this one exchanges with.
type Peer struct {
	Address string
	Kind    PeerKind
	Name    string
	Met     time.Time     // of the last exchange that succeeded; zero: never
	NextTry time.Time     // zero while it is connected
	Failed  Code          // why the last try did not succeed
	Waiting int           // entries that it does not have yet
	Live    bool          // connected now
	Ahead   time.Duration // by how much its clock is ahead of this machine's
}

// SyncState is how this machine stands with the others.
type SyncState struct {
	Peers      []Peer
	Waiting    int  // entries that no other machine has yet
	Alone      bool // there are peers, and none is connected
	Conflicts  int
	Attention  int           // all that needs a person, conflicts among them
	ClockWrong time.Duration // by how much this machine's clock is off its peers', beyond five minutes; 0: it is not
}

// ConflictValue is one of the values that a cell has after two people changed it apart.
type ConflictValue struct {
	Value string // as this reader may see it
	By    string // name of the member of staff, or of the machine
	At    time.Time
	Where string // name of the machine
}

// Conflict is one column of one record with several values. Values begin with the one
// that every machine shows.
type Conflict struct {
	ID     string // stable while the conflict lasts
	Table  string
	Row    string
	Column string // name; the dictionary has its title
	Title  string // the column's title
	Record string // what the record is called, masked
	Values []ConflictValue
}

// AttentionKind is why something needs a person.
type AttentionKind string

// The kinds. Each has a sentence and a next step in every language.
const (
	AttendConflict  AttentionKind = "conflict"  // two values; Subject is the conflict's id
	AttendDuplicate AttentionKind = "duplicate" // perhaps the same person twice; Subject is the row, Detail the other
	AttendVoided    AttentionKind = "voided"    // a step that did not count; Subject is the event's row
	AttendRefused   AttentionKind = "refused"   // a peer would not take something, or sent something that is none
	AttendRevoked   AttentionKind = "revoked"   // this machine was taken out of the hall
	AttendPutBack   AttentionKind = "put_back"  // the folder was put back from an older copy
	AttendClock     AttentionKind = "clock"     // the clock is off
	AttendDiffers   AttentionKind = "differs"   // the rows of two machines differ at equal logs
	AttendNumbers   AttentionKind = "numbers"   // the machine has no numbers left
	AttendKiosk     AttentionKind = "kiosk"     // a kiosk's part; Subject is the trouble's id, see KiosksPort
)

// Attention is one thing that needs a person.
type Attention struct {
	Kind    AttentionKind
	Subject string
	Detail  string // code or name for the sentence's place; nothing personal
	At      time.Time
	Table   string // of the record to open, if any
	Row     string
}

// VoidedStep is a step of a process that did not count, because another one came
// first or because its machine had been taken out.
type VoidedStep struct {
	Kind   string // ticket, visit, case, slot, appointment
	Row    string // of the process
	Name   string // its number; a slot's day and time where it has none
	Step   string
	By     string
	At     time.Time
	Reason string // key of the sentence: exclusive, revoked
}

// Device is a machine of the hall.
type Device struct {
	ID       string // its origin
	Name     string
	Role     string
	Machines []int
	This     bool
	Revoked  bool
	Last     time.Time // of its newest entry here; zero: none
}

// Invitation is a code with which a new machine asks to be admitted.
type Invitation struct {
	Code string // in groups, to be typed
	// Addresses is where this machine is reached on the hall's network, host:port; the new one needs
	// one of them.
	Addresses []string
	Until     time.Time
}

// ReplicationPort is how this machine stands with the others, and what a person has to
// see to. Reading is for everybody at a desk; ActRegistry for resolving, ActSettings
// for devices.
type ReplicationPort interface {
	State(ctx context.Context) (SyncState, error)
	// Reach answers how far the newest change of a record has come.
	Reach(ctx context.Context, table, row string) (Reach, error)
	Conflicts(ctx context.Context, by Actor) ([]Conflict, error)
	// Resolve decides a conflict for one of its values, by index; every machine then shows that one. The
	// decision is an ordinary change of the record and can be undone with UndoResolve while nobody has changed
	// the column since (CodeStale).
	Resolve(ctx context.Context, by Actor, id string, take int) error
	UndoResolve(ctx context.Context, by Actor, id string) error
	Attention(ctx context.Context, by Actor) ([]Attention, error)
	// Settle takes something off the list that a person has seen to. Conflicts go by Resolve.
	Settle(ctx context.Context, by Actor, kind AttentionKind, subject string) error
	Voided(ctx context.Context, by Actor) ([]VoidedStep, error)
	Devices(ctx context.Context) ([]Device, error)
	// RenameDevice gives a machine the name by which people know it.
	RenameDevice(ctx context.Context, by Actor, id, name string) error
	RevokeDevice(ctx context.Context, by Actor, id string) error
	// Invite makes a code for a new machine: ten minutes, once. CodeNoAuthority where this machine
	// cannot admit others.
	Invite(ctx context.Context, by Actor, role string) (Invitation, error)
}
