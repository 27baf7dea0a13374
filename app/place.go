package app

import (
	"context"
	"time"
)

// HallInfo is the hall itself: one row.
type HallInfo struct {
	ID       string
	Name     string
	Division string // 12-digit statistical division code
	Zone     string // IANA time zone, "Asia/Shanghai"
	Phone    string
	Address  string
	Settings Settings
}

// Location answers the hall's zone, China's when it is not known here.
func (h HallInfo) Location() *time.Location {
	if loc, err := time.LoadLocation(h.Zone); err == nil && h.Zone != "" {
		return loc
	}
	return time.FixedZone("UTC+8", 8*3600)
}

// Settings are the choices a hall makes for itself.
type Settings struct {
	PriorityAge   int  // residents from this age go to the priority lane; 70
	PriorityLane  bool // whether there is a priority lane at all
	MaxRecalls    int  // recalls before a number counts as missed; 3
	MinutesEach   int  // expected minutes for one visit before figures exist
	BoardDistance int  // reading distance of the board in metres; 8
	Accent        Accent
}

// Accent is what people here do not tell apart when they speak, so that typing by
// sound finds the one under the other. A new hall's people tell all of it apart.
type Accent struct {
	Flat  bool // 平翘舌: zh z, ch c, sh s
	NL    bool // n l
	Nasal bool // 前后鼻音: ang an, eng en, ing in
}

// DefaultSettings are a new hall's.
func DefaultSettings() Settings {
	return Settings{PriorityAge: 70, PriorityLane: true, MaxRecalls: 3, MinutesEach: 10, BoardDistance: 8}
}

// Grid is a node of the grid tree: community → grid → building → unit → room.
type Grid struct {
	ID       string
	ParentID string // empty for the community itself
	Code     string // the hall's own grid code, unique by use
	Name     string
	Level    int    // 1 community, 2 grid, 3 building, 4 unit, 5 room
	Leader   string // name of the 网格长
	Deleted  bool
}

// Window is a counter in the hall.
type Window struct {
	ID     string
	Number int // as residents see it
	Name   string
	Open   bool
}

// Business is a line of business with its own queue.
type Business struct {
	ID         string
	Letter     string // A–Z, first part of its numbers
	Name       string
	NameEN     string
	Icon       string
	Quota      int    // numbers a day; 0 is without limit
	LastTicket string // "HH:MM", no numbers after it; empty for closing time
	Order      int
	Retired    bool
}

// OpeningHours is one stretch of one weekday.
type OpeningHours struct {
	ID       string
	Business string       // business id; empty for the whole hall
	Weekday  time.Weekday // 0 is Sunday
	From, To string       // "HH:MM"
}

// BusinessNow is a business as the kiosk and the board show it now.
type BusinessNow struct {
	Business
	Waiting int           // tickets waiting
	Wait    time.Duration // expected wait of a new number
	Open    bool          // numbers are given now
	Why     Code          // CodeClosed, CodeFull, CodeLastTicket when not open
	Hours   string        // today's hours, "09:00–11:30 13:30–17:00"
}

// PublicPort is what anyone in the hall may see. It reads only the public scope.
type PublicPort interface {
	Hall(ctx context.Context) (HallInfo, error)
	Windows(ctx context.Context) ([]Window, error)
	Businesses(ctx context.Context) ([]BusinessNow, error)
	Services(ctx context.Context, f Family) ([]Service, error) // "" for all
	Service(ctx context.Context, id string) (Service, error)
	Replies(ctx context.Context, serviceID string) ([]Reply, error)
	// Notices lists those valid today in the order of SortNotices, then newest first.
	Notices(ctx context.Context) ([]Notice, error)
	// Forms lists the forms of catalogue items, as they are written.
	Forms(ctx context.Context) ([]FormText, error)
	// Grids lists the grid tree from the top, without the names of its leaders.
	Grids(ctx context.Context) ([]Grid, error)
	Board(ctx context.Context) (Board, error)
}

// SettingsPort changes the hall's own set-up; ActSettings.
type SettingsPort interface {
	SaveHall(ctx context.Context, by Actor, h HallInfo) error
	SaveWindow(ctx context.Context, by Actor, w Window) (string, error)
	SaveBusiness(ctx context.Context, by Actor, b Business) (string, error)
	SetHours(ctx context.Context, by Actor, businessID string, hours []OpeningHours) error
	SaveService(ctx context.Context, by Actor, s Service) (string, error)
	// SaveForm puts a form, as package form reads it, in the place of the one for the same
	// item: CodeForm with the question and what is wrong with it, CodeNotFound when the
	// hall's catalogue has no such item.
	SaveForm(ctx context.Context, by Actor, body string) (FormText, error)
	// DropForm takes the form of an item away; CodeNotFound when it has none.
	DropForm(ctx context.Context, by Actor, service string) error
	Grids(ctx context.Context) ([]Grid, error)
	SaveGrid(ctx context.Context, by Actor, g Grid) (string, error)
}
