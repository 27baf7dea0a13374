package widget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/assets"
	"linli/ui/theme"
)

// Line is one line of text in its place.
type Line struct {
	Text   string
	At     fyne.Position // upper left corner of the box around the line
	Size   fyne.Size     // width of the words, height of the line
	Em     float32
	Bold   bool
	Colour color.NRGBA
}

// NewText returns an empty text for [SetLine].
func NewText() *canvas.Text {
	t := canvas.NewText("", theme.Clear)
	t.Hide()
	return t
}

// SetLine makes t show l and answers whether anything changed. It refreshes
// nothing: the caller knows what it changed together.
func SetLine(t *canvas.Text, l Line, moved fyne.Position) (changed bool) {
	source := fontFor(l.Text, l.Bold)
	// The toolkit draws type in whole pixels and takes the next one up; words
	// that were given just enough room must not come out wider.
	em := max(1, float32(math.Floor(float64(l.Em)+inexact)))
	style := fyne.TextStyle{Bold: l.Bold && source == nil}
	if t.Text != l.Text || t.TextSize != em || t.Color != l.Colour || t.FontSource != source || t.TextStyle != style {
		t.Text, t.TextSize, t.Color, t.FontSource, t.TextStyle = l.Text, em, l.Colour, source, style
		changed = true
	}
	// The toolkit's box around a line is FontBox ems high; ours is the line
	// height. Both have the words in the middle.
	box := em * theme.FontBox
	at := fyne.NewPos(l.At.X+moved.X, l.At.Y+moved.Y+(l.Size.Height-box)/2)
	if t.Position() != at {
		t.Move(at)
		changed = true
	}
	if size := fyne.NewSize(l.Size.Width, box); t.Size() != size {
		t.Resize(size)
		changed = true
	}
	if !t.Visible() {
		t.Show()
		changed = true
	}
	return changed
}

// inexact is how far below a whole pixel a size still counts as one.
const inexact = 0.01

// fontFor is the embedded font, or nil when it lacks a rune: then the toolkit
// looks through the system's fonts, which costs memory, so only then.
func fontFor(text string, bold bool) fyne.Resource {
	for _, r := range text {
		if r > ' ' && !assets.HasGlyph(r) {
			return nil
		}
	}
	return theme.Font(bold)
}

// Text is a block of lines, such as a page's title and its paragraphs. It
// keeps its text objects when the words change.
type Text struct {
	*fyne.Container
	texts []*canvas.Text
}

// NewTextBlock returns an empty block.
func NewTextBlock() *Text {
	return &Text{Container: &fyne.Container{}}
}

// SetLines shows lines, placed relative to the block.
func (b *Text) SetLines(lines []Line) {
	for len(b.texts) < len(lines) {
		t := NewText()
		b.texts = append(b.texts, t)
		b.Add(t)
	}
	for i, t := range b.texts {
		if i >= len(lines) {
			if t.Visible() {
				t.Hide()
			}
		} else if SetLine(t, lines[i], fyne.Position{}) {
			t.Refresh()
		}
	}
}
