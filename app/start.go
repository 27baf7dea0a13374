package app

import "context"

// StartPort makes something of a data folder in which there is nothing yet.
type StartPort interface {
	// Found makes a new hall. Errors stand at a field: hall, division, admin, pin.
	Found(ctx context.Context, h NewHall) error
	// Join makes the folder a machine of a hall that is there already, and fetches the hall. told is
	// called from any goroutine while that goes on; entries is how many have come. CodeAdmission,
	// CodeUnreachable (args: address), CodeNotEmpty. Once the hall has taken the machine in, a
	// network that breaks is no error: the rest comes by itself.
	Join(ctx context.Context, j Joining, told func(stage JoinStage, entries int64)) (Joined, error)
	// Near calls seen with the address of each machine of any hall that is found on this
	// network, until ctx ends. Who they are, nobody knows before a code is tried.
	Near(ctx context.Context, seen func(address string))
}

// NewHall is what is said of a hall that is made.
type NewHall struct {
	Name     string
	Division string // 12 digits
	Admin    string // the first member of staff
	PIN      string // of the administrator
}

// Joining asks a hall to take this machine in.
type Joining struct {
	Address string // host, with or without a port, or an https URL
	Centre  bool   // the address is a hub's, and no machine's of the hall
	Code    string
	Name    string // by which people will know this machine
}

// JoinStage is how far joining has come.
type JoinStage string

// The stages, in order.
const (
	JoinAsking   JoinStage = "asking"   // the code is on its way
	JoinFetching JoinStage = "fetching" // taken in; the hall's log comes
)

// Joined is what a machine has become.
type Joined struct {
	Hall string // its name
	Role string // of the machine: desk, kiosk, board, supervisor
}
