package selftest

import (
	"context"
	"sync"
	"time"

	"linli/app"
)

// Kind is a part of the kiosk.
type Kind = app.TroubleKind

// The parts, in the order in which they are shown.
const (
	Screen   Kind = "screen"
	Sound    Kind = "sound"
	Voice    Kind = "voice"
	Printer  Kind = "printer"
	Card     Kind = "card"
	Disk     Kind = "disk"
	Clock    Kind = "clock"
	Database Kind = "database"
)

// Kinds lists the parts in their order.
func Kinds() []Kind {
	return []Kind{Screen, Touch, Sound, Voice, Printer, Card, Disk, Clock, Database}
}

// State is how a part is.
type State string

// The states.
const (
	OK      State = "ok"
	None    State = "none" // the kiosk does not have it
	Trouble State = "trouble"
	Unknown State = "unknown" // nobody can say at present
)

// Codes of more than one part. The parts' own stand with their checks.
const (
	CodeSilent = "silent" // it did not answer in its time
	CodeFailed = "failed" // it answered that it cannot
	CodeFault  = "fault"  // the check itself broke, or the part reports a fault of its own
)

// Result is how one part is. Beside the code stand figures for the sentence; a part has the ones that mean something.
type Result struct {
	Kind  Kind
	State State
	Code  string // why it is in trouble or unknown
	Free  int64  // disk: bytes; 0: not known
	Off   time.Duration
	Size  [2]float32 // screen: what there is, in pixels
	Wants [2]float32 // and what it was measured with
}

// Report is how all parts were at one time, in the order of [Kinds].
type Report struct {
	At      time.Time
	Results []Result
}

// Troubles are the parts that need somebody.
func (r Report) Troubles() (list []Result) {
	for _, one := range r.Results {
		if one.State == Trouble {
			list = append(list, one)
		}
	}
	return list
}

// limits are how long the checks may take. A sound device that hangs is believed after two seconds to do so; a printer's network
// connection and a speech program that starts need a little more.
var limits = map[Kind]time.Duration{
	Screen: time.Second, Touch: time.Second, Sound: 2 * time.Second, Voice: 5 * time.Second, Printer: 4 * time.Second,
	Card: 3 * time.Second, Disk: 5 * time.Second, Clock: 2 * time.Second, Database: 5 * time.Second,
}

// Checks are the parts of one kiosk. What is nil there is none of, but for the folder and the clock, which every machine has. It
// is not copied once it has been run.
type Checks struct {
	// Window answers how large the kiosk's window is and how large its screen was when it was measured.
	Window func(ctx context.Context) (WindowSize, error)
	// Panel answers whether a touch panel is plugged.
	Panel func(ctx context.Context) (bool, error)
	// Sound plays something short and returns when the device has taken it. sound.ErrNone: nothing plays here.
	Sound func(ctx context.Context) error
	// Voice makes speech of a few words.
	Voice   func(ctx context.Context) error
	Printer Asked
	Card    Asked
	Folder  string // of the hall's data
	// Health is what the hall knows of its own data; see app.UpkeepPort.
	Health func(ctx context.Context) (app.Health, error)
	Now    app.Clock // nil: the machine's
	Built  time.Time // before which no clock can be right; zero: not known
	// Offset is by how much this machine's clock is off the others', beyond what is tolerated; 0: it is not.
	Offset func(ctx context.Context) (time.Duration, error)
	// Busy answers whether somebody is being served: then the loudspeaker is left alone. nil: never.
	Busy func() bool

	mu       sync.Mutex
	begun    map[Kind]bool // checks that have not returned yet
	hadPanel bool
	onStop   func(Kind) // for tests: a check has returned, in time or not
}

// Asked is a device that says how it is: nil, or what is wrong with it.
type Asked interface {
	Check(ctx context.Context) error
}

// Run looks at every part and answers when each has answered or had its time.
func Run(ctx context.Context, c *Checks) Report {
	type numbered struct {
		at int
		Result
	}
	kinds := Kinds()
	out := make(chan numbered, len(kinds))
	for i, k := range kinds {
		go func() {
			r := c.one(ctx, k)
			r.Kind = k
			out <- numbered{i, r}
		}()
	}
	report := Report{Results: make([]Result, len(kinds))}
	for range kinds {
		r := <-out
		report.Results[r.at] = r.Result
	}
	report.At = c.now()
	return report
}

func (c *Checks) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now.Now()
}

// one runs a check within its limit.
func (c *Checks) one(ctx context.Context, k Kind) Result {
	if !c.begin(k) {
		return Result{State: Trouble, Code: CodeSilent} // the last one still hangs
	}
	limited, cancel := context.WithTimeout(ctx, limits[k])
	defer cancel()
	out := make(chan Result, 1)
	go func() {
		r := Result{State: Unknown, Code: CodeFault}
		defer func() {
			// A driver that breaks is the least reason to take the kiosk from its resident.
			if recover() != nil {
				r = Result{State: Unknown, Code: CodeFault}
			}
			c.end(k)
			out <- r
		}()
		r = c.check(limited, k)
	}()
	select {
	case r := <-out:
		return r
	case <-limited.Done():
		if ctx.Err() != nil {
			return Result{State: Unknown} // the program ends, which is not the part's doing
		}
		return Result{State: Trouble, Code: CodeSilent}
	}
}

// begin answers whether a check may begin: not while the same one still hangs.
func (c *Checks) begin(k Kind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begun[k] {
		return false
	}
	if c.begun == nil {
		c.begun = map[Kind]bool{}
	}
	c.begun[k] = true
	return true
}

func (c *Checks) end(k Kind) {
	c.mu.Lock()
	delete(c.begun, k)
	told := c.onStop
	c.mu.Unlock()
	if told != nil {
		told(k)
	}
}
