package desk

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/ui/theme"
)

// tone is the state that words are in; each has a colour, and the words or a
// mark beside them say the same.
type tone int

const (
	toneInk tone = iota
	toneQuiet
	toneGood
	toneWait
	toneLate
	tonePrimary
	toneOnSolid
)

func (t tone) colour() color.Color {
	switch t {
	case toneQuiet:
		return theme.QuietInk
	case toneGood:
		return theme.Good
	case toneWait:
		return theme.Wait
	case toneLate:
		return theme.Late
	case tonePrimary:
		return theme.Primary
	case toneOnSolid:
		return theme.OnPrimary
	default:
		return theme.Ink
	}
}

// words is one line of text.
func words(s string, size float32, bold bool, t tone) *canvas.Text {
	c := canvas.NewText(s, t.colour())
	c.TextSize = size
	c.TextStyle.Bold = bold
	return c
}

func body(s string) *canvas.Text    { return words(s, theme.DeskBody, false, toneInk) }
func strong(s string) *canvas.Text  { return words(s, theme.DeskBody, true, toneInk) }
func small(s string) *canvas.Text   { return words(s, theme.DeskSmall, false, toneQuiet) }
func heading(s string) *canvas.Text { return words(s, theme.DeskHeading, true, toneInk) }

// setWords changes a line and draws it only when it changed.
func setWords(c *canvas.Text, s string, t tone) {
	if c.Text == s && c.Color == t.colour() {
		return
	}
	c.Text, c.Color = s, t.colour()
	c.Refresh()
}

// fit cuts a text to a width, with an ellipsis when something is cut.
func fit(s string, size float32, style fyne.TextStyle, width float32) string {
	if s == "" || fyne.MeasureText(s, size, style).Width <= width {
		return s
	}
	rs := []rune(s)
	lo, hi := 0, len(rs)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if fyne.MeasureText(string(rs[:mid])+"…", size, style).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(rs[:lo]), " ") + "…"
}

// fitEnd is fit for a text whose end matters most: an address is cut at its
// beginning, because building, unit and room tell namesakes apart.
func fitEnd(s string, size float32, style fyne.TextStyle, width float32) string {
	if s == "" || fyne.MeasureText(s, size, style).Width <= width {
		return s
	}
	rs := []rune(s)
	lo, hi := 0, len(rs) // how many runes of the end are kept
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if fyne.MeasureText("…"+string(rs[len(rs)-mid:]), size, style).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return "…" + strings.TrimLeft(string(rs[len(rs)-lo:]), " ")
}

// box is a rectangle of the desk's kind.
func box(fill, edge color.Color, width float32) *canvas.Rectangle {
	r := canvas.NewRectangle(fill)
	r.StrokeColor, r.StrokeWidth = edge, width
	r.CornerRadius = theme.DeskRadius
	return r
}

// card is a white panel with a hairline.
func card(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(
		over{},
		box(theme.Card, theme.Line, theme.Hairline),
		padded(theme.DeskPanel, column(theme.DeskGap, objects...)),
	)
}

// hint is a quiet sentence beside a button.
func hint(text string) fyne.CanvasObject { return container.New(centre{}, quietPara(text)) }

func hairline() fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Line)
	r.SetMinSize(fyne.NewSize(theme.Hairline, theme.Hairline))
	return r
}

func space(w, h float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}

// fact is one line "label  value" of what the system knows.
func fact(label, value string, t tone) fyne.CanvasObject {
	return row(theme.DeskGap, []float32{88, 0}, quietPara(label), newPara(value, t))
}

// keycap is a key as a hint draws it.
func keycap(key string, t tone) fyne.CanvasObject {
	txt := words(key, theme.DeskSmall, false, t)
	txt.Alignment = fyne.TextAlignCenter
	frame := box(color.Transparent, theme.Edge, theme.Hairline)
	return container.New(over{}, frame, container.New(inset{5, 1, 5, 1}, txt))
}
