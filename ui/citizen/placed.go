package citizen

import (
	"linli/kiosk/flow"
	"linli/kiosk/input"
	"linli/ui/theme"
)

// View is everything that decides how a page looks.
type View struct {
	Page         flow.Page
	Profile      theme.Profile
	Size         theme.TextSize
	Lang         string // "zh" or "en"
	HighContrast bool
	Typed        string // what was typed or written so far
	Writing      flow.Writing
	Words        []input.Word // what keys or ink can mean
	Spelled      string       // the keys as they are shown
	Skip         int          // how many words were looked at and not wanted
	Inked        bool         // something stands in the field for a finger
	Part         int          // which part is shown of a page that the layout had to split
	Siblings     []flow.Page  // all parts that the flow made of the page, to count them
	Hall         string       // shown above the page on tall screens
	Alone        bool         // no other machine is reached, though there are some
	Silent       bool         // the machine has no voice: the voice's two corners stay empty
}

// Placed is a page laid out. All measures are millimetres from the upper left
// corner of the screen.
type Placed struct {
	Parts   int // how many parts the layout made; 1 unless the page is too full
	Part    int // the one placed here
	Targets []Target
	Lines   []Line  // words outside of targets
	Panels  []Panel // grounds of words outside of targets
	Mark    Rect    // of the ring for staff; zero: none
	Ink     Rect    // the field for a finger; zero: none
	Words   int     // how many of the words are shown
	Faults  []string
}

// Rect is a box in millimetres.
type Rect struct{ X, Y, W, H float32 }

// Right and Bottom are the far edges.
func (r Rect) Right() float32 { return r.X + r.W }

// Bottom is the lower edge.
func (r Rect) Bottom() float32 { return r.Y + r.H }

// Inset is the box without a border of d all around.
func (r Rect) Inset(d float32) Rect { return Rect{r.X + d, r.Y + d, r.W - 2*d, r.H - 2*d} }

// Kind is what a target is; it decides how it is drawn.
type Kind int

// The kinds of targets.
const (
	Tile    Kind = iota // an answer, with a coloured face if it has a pictogram
	Row                 // an answer in a list
	Corner              // always there: back, repeat, …
	Help                // 找工作人员
	Primary             // the one next step
	Key                 // of a keyboard
	Turn                // to another part of the page
	Mode                // a way to write
)

// Target is something to touch.
type Target struct {
	ID    string // what is pressed
	Slot  string // the part of the skeleton that draws it
	Kind  Kind
	Rect  Rect
	Face  Rect // of a tile; zero without a pictogram
	Side  bool // the face is at the left, not at the top
	Group flow.Face
	Icon  string
	At    Rect // of the pictogram
	Lines []Line
	Off   bool // cannot be touched

	Chosen bool // the way in which is written now
}

// Tone is the rank of words; with the ground under them it gives their colour.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Quiet
)

// Role says what words outside of targets are.
type Role int

// The roles.
const (
	RoleTitle Role = iota
	RoleBody
	RoleStep
	RoleError
	RoleEcho
	RoleNumber
	RoleCode
	RoleCaption
	RoleTurn // 第 2 页,共 3 页
	RoleHall
)

// Line is one line of words. Its box is as wide as the words and as high as
// the line.
type Line struct {
	Text string
	Rect
	Em   float32 // mm
	Bold bool
	Tone Tone
	Role Role
}

// Panel is a ground: the field of typed digits, the frame of an error.
type Panel struct {
	Rect
	Error bool   // framed in the colour of errors
	Icon  string // of an error
	At    Rect
}

// TurnID tells the two page buttons of parts that the layout made from those
// that the flow made: the flow does not know of them.
const (
	turnPrev = "@part-prev"
	turnNext = "@part-next"
)

// What is pressed of a page of writing that the flow does not know of.
const (
	moreWords = "@words"  // other words
	inkStroke = "@stroke" // a finger has drawn a line, or took one back
)
