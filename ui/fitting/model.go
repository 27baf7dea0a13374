package fitting

import (
	"math"

	"linli/ui/theme"
)

// Question is what is asked at present.
type Question int

// The questions, in their order.
const (
	Card  Question = iota // is the frame as large as the card?
	Edge                  // how high is the screen's lower edge above the floor?
	View                  // how far away is the eye?
	Check                 // is this line as long as it says?
)

// Model is what has been said so far. The zero value is of no use; [New] makes one.
type Model struct {
	Question Question
	Profile  theme.Profile

	card float32 // width of the frame in pixels
}

// New begins with what is known: a profile of the screen's kind, or what was measured before. The picture is as
// large as the display, in pixels.
func New(known theme.Profile, width, height float32) *Model {
	known.W, known.H, known.Landscape, known.Name = width, height, width > height, theme.Calibrated
	m := &Model{Profile: known, card: float32(math.Round(float64(theme.CardWidthMM / known.MMPerUnit)))}
	m.size()
	return m
}

func (m *Model) size() { m.Profile.MMPerUnit = theme.CardWidthMM / m.card }

// Frame is the size of the card's frame in pixels.
func (m *Model) Frame() (w, h float32) {
	return m.card, m.card * theme.CardHeightMM / theme.CardWidthMM
}

// steps are what the four buttons add to the answer of a question: pixels for the card, millimetres else.
var steps = map[Question][4]float32{
	Card: {-20, -1, 1, 20},
	Edge: {-100, -10, 10, 100},
	View: {-100, -50, 50, 100},
}

// Change makes the answer of the present question larger or smaller, by button 0 to 3, smallest first. What no screen can be is
// not reached.
func (m *Model) Change(button int) {
	by := steps[m.Question][button]
	switch m.Question {
	case Card:
		m.card = min(max(m.card+by, theme.CardWidthMM/theme.MaxPitchMM), theme.CardWidthMM/theme.MinPitchMM)
		m.size()
	case Edge:
		m.Profile.BottomEdgeMM = min(max(m.Profile.BottomEdgeMM+by, theme.MinEdgeMM), theme.MaxEdgeMM)
	case View:
		m.Profile.ViewMM = min(max(m.Profile.ViewMM+by, theme.MinViewMM), theme.MaxViewMM)
	case Check:
	}
}

// Next goes on to the next question.
func (m *Model) Next() { m.Question = min(m.Question+1, Check) }

// Back goes to the one before.
func (m *Model) Back() { m.Question = max(m.Question-1, Card) }
