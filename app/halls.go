package app

import (
	"context"
	"time"
)

// Halls is the front door of a supervisor's machine: the halls of its scope, each
// of them an ordinary [Hall] with a data folder, keys and a certificate of its own.
// One that cannot be opened, or is not reached, keeps none of the others.
type Halls struct {
	Overview OverviewPort
	Events   *Bus // Changed{Table: "halls"} when a row of the overview may be another
	Clock    Clock
}

// HallNow is a hall as the overview shows it: figures and words about the machines.
// There is nothing in it about any resident, and nobody's name.
type HallNow struct {
	ID   string
	Name string // as it was known last

	Failed Code     // why the hall cannot be opened here; there are no figures then
	Args   []string // for its sentence

	Live bool      // connected now
	Met  time.Time // of the last exchange; zero: never
	Away Code      // why the last try did not succeed

	Figures
}

// Figures are a hall in numbers, as of what has come to this machine.
type Figures struct {
	Visits    int // today, by the hall's own calendar
	Waiting   int // numbers that wait now
	OpenCases int
	Overdue   int // of the open cases; see casework.Overdue
	Rated     int // in the last thirty days
	Satisfied int // of these, scores up to [ScoreFair]
	Attention int // what needs a person of the hall
}

// OverviewPort is what a supervisor does before a hall is opened. Reading needs
// [ActFind].
type OverviewPort interface {
	// HasPIN answers whether this machine has a PIN yet.
	HasPIN(ctx context.Context) (bool, error)
	// ChoosePIN sets the machine's first PIN, of 6 to 12 digits. CodeDuplicate when there is one.
	ChoosePIN(ctx context.Context, pin string) error
	// SignIn checks the PIN. The try is counted durably before that: CodeWrongPIN (args:
	// tries left), CodeLocked (args: minutes).
	SignIn(ctx context.Context, pin string) (Actor, error)
	// Halls lists all halls in no particular order. One that fails is listed with its reason.
	Halls(ctx context.Context, by Actor) ([]HallNow, error)
	// Open answers the ports of one hall: CodeNotFound, or the code with which it cannot be opened.
	Open(ctx context.Context, by Actor, id string) (*Hall, error)
}

// SupervisorActor is who has signed in on a supervisor's machine. It is nobody on the
// staff of a hall: what the halls gave rights to is the machine.
func SupervisorActor() Actor { return Actor{ID: "supervisor", Role: RoleSupervisor} }
