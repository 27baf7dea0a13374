package app

import (
	"context"
	"strconv"
	"time"
)

// Role is what a person or a machine may do.
type Role string

// The roles of a hall.
const (
	RoleAdmin      Role = "admin"      // 管理员
	RoleClerk      Role = "clerk"      // 窗口
	RoleGrid       Role = "grid"       // 网格员
	RoleSupervisor Role = "supervisor" // 督查
	RoleKiosk      Role = "kiosk"      // 自助机
)

// Roles lists the roles a member of staff can have.
func Roles() []Role { return []Role{RoleAdmin, RoleClerk, RoleGrid, RoleSupervisor} }

// Actor is who does something: a signed-in member of staff, the kiosk, or this
// machine's administrator on the command line.
type Actor struct {
	ID       string // staff id; "kiosk" or "console" for machines
	Name     string
	Role     Role
	WindowID string // the window this person serves at now; may be empty
}

// KioskActor is the self-service machine itself.
func KioskActor() Actor { return Actor{ID: "kiosk", Role: RoleKiosk} }

// ConsoleActor is this machine's administrator at the command line.
func ConsoleActor() Actor { return Actor{ID: "console", Role: RoleAdmin} }

// Act names a right. Which role has which is [May].
type Act string

// The rights.
const (
	ActServe    Act = "serve"    // call tickets, register visits
	ActRegistry Act = "registry" // add and edit residents
	ActFind     Act = "find"     // search residents
	ActReveal   Act = "reveal"   // see a sealed value in full
	ActCase     Act = "case"     // open and handle cases
	ActClose    Act = "close"    // close and reopen cases
	ActNotice   Act = "notice"   // publish notices
	ActInbox    Act = "inbox"    // open residents' submissions
	ActSettings Act = "settings" // hall, windows, businesses, catalogue, staff
	ActBackup   Act = "backup"   // back up, confirm the recovery sheet
	ActFigures  Act = "figures"  // see how the kiosk's pages do
	ActKiosk    Act = "kiosk"    // take a number, submit, rate, call staff
)

var rights = map[Role]map[Act]bool{
	RoleAdmin:      {ActServe: true, ActRegistry: true, ActFind: true, ActReveal: true, ActCase: true, ActClose: true, ActNotice: true, ActInbox: true, ActSettings: true, ActBackup: true, ActFigures: true},
	RoleClerk:      {ActServe: true, ActRegistry: true, ActFind: true, ActReveal: true, ActCase: true, ActClose: true, ActNotice: true, ActInbox: true},
	RoleGrid:       {ActFind: true, ActCase: true, ActInbox: true},
	RoleSupervisor: {ActFind: true, ActClose: true, ActFigures: true},
	RoleKiosk:      {ActKiosk: true},
}

// May answers whether a role has a right.
func May(r Role, a Act) bool { return rights[r][a] }

// Reads answers whether a right can be used without writing: what is left of a role on
// a machine that may only read.
func Reads(a Act) bool { return a == ActFind || a == ActFigures }

// Require answers CodeForbidden unless the actor has the right.
func (a Actor) Require(act Act) error {
	if May(a.Role, act) {
		return nil
	}
	return Fail(CodeForbidden, string(act))
}

// Staff is a member of the hall's staff. The PIN's hash never leaves the store.
type Staff struct {
	ID      string
	Name    string
	Role    Role
	GridID  string // a 网格员's grid
	Phone   string // sealed
	Retired bool
}

// StaffPort signs people in and keeps the list of staff.
type StaffPort interface {
	// Staff lists the people who can sign in, by name.
	Staff(ctx context.Context) ([]Staff, error)
	// SignIn checks name and PIN. The try is counted durably before the PIN is
	// checked. Errors: CodeWrongPIN (args: tries left), CodeLocked (args:
	// minutes), CodeNotFound.
	SignIn(ctx context.Context, name, pin, windowID string) (Actor, error)
	// AddStaff adds a person with a PIN of 6 to 12 digits.
	AddStaff(ctx context.Context, by Actor, s Staff, pin string) (string, error)
	// ChangePIN sets a new PIN; the old one must be right unless an
	// administrator does it for someone else (old empty).
	ChangePIN(ctx context.Context, by Actor, staffID, old, pin string) error
	// RetireStaff takes a person off the list; their past acts keep their name.
	RetireStaff(ctx context.Context, by Actor, staffID string) error
}

// A person has five tries at a PIN, then waits: 1 minute, then twice as long each
// time, at most an hour.
const (
	FreeTries   = 5
	firstWait   = time.Minute
	longestWait = time.Hour
)

// MayTry answers CodeLocked (args: minutes) while nobody may try a PIN, after so many
// failures of which the last was then.
func MayTry(tries int, last, now time.Time) error {
	since := now.Sub(last)
	// Where the clock was set back nobody can say how long it is; the try is
	// counted, so the next wait begins at once.
	if left := tryWait(tries) - since; left > 0 && since >= 0 {
		return Fail(CodeLocked, strconv.Itoa(int((left+time.Minute-1)/time.Minute)))
	}
	return nil
}

// WrongPIN is CodeWrongPIN on "pin", after so many failures with this one.
func WrongPIN(tries int) error {
	return &Error{Code: CodeWrongPIN, Field: "pin", Args: []string{strconv.Itoa(max(FreeTries-tries, 0))}}
}

// tryWait answers how long nobody may try a PIN after so many failures.
func tryWait(tries int) time.Duration {
	if tries < FreeTries {
		return 0
	}
	w := firstWait
	for i := FreeTries; i < tries && w < longestWait; i++ {
		w *= 2
	}
	return min(w, longestWait)
}

// GoodPIN answers CodeInvalid on "pin" unless it has 6 to 12 digits that are not
// all alike and do not just count up or down.
func GoodPIN(pin string) error {
	bad := Bad(CodeInvalid, "pin")
	if len(pin) < 6 || len(pin) > 12 {
		return bad
	}
	steps := map[int]int{}
	for i := range len(pin) {
		if pin[i] < '0' || pin[i] > '9' {
			return bad
		}
		if i > 0 {
			steps[int(pin[i])-int(pin[i-1])]++
		}
	}
	for _, step := range []int{0, 1, -1} {
		if steps[step] == len(pin)-1 {
			return bad
		}
	}
	return nil
}
