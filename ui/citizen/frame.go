package citizen

import (
	"slices"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/ui/theme"
)

// A frame is what is the same on every page of a profile, language and size:
// the corners, and the room that they leave.
type frame struct {
	v       View
	em      float32 // of the text, as drawn
	left    float32
	width   float32
	broken  map[broken][]string
	corners []Target
	between Rect // room in the top row between the corners
	middle  Rect // in landscape: room in the bottom row, for the next step; else zero
	top     float32
	bottom  float32
}

// pushRight moves all of a row but the first to the right edge and answers the
// room in between.
func pushRight(row []Target, right float32) Rect {
	dx := right - row[len(row)-1].Rect.Right()
	for i := 1; i < len(row); i++ {
		row[i].shift(dx)
	}
	x := row[0].Rect.Right() + theme.GapMM
	return Rect{x, 0, row[1].Rect.X - theme.GapMM - x, row[0].Rect.H}
}

// corner is a button that is always there.
type corner struct {
	id, icon string
	words    []string // all that it may say; the widest decides its size
}

func (f *frame) words(key string, args ...any) string { return assets.Format(f.v.Lang, key, args...) }

func newFrame(v View) *frame {
	p := v.Profile
	f := &frame{
		v: v, em: p.WholePixels(p.EmMM(v.Size)),
		broken: make(map[broken][]string),
		left:   theme.MarginMM, width: p.WidthMM() - 2*theme.MarginMM,
	}
	top := max(theme.MarginMM, p.ReachTopMM())
	bottom := min(p.HeightMM()-theme.MarginMM, p.ReachBottomMM())

	repeat := corner{flow.PressRepeat, "repeat", []string{f.words("kiosk.corner.repeat")}}
	volume := corner{flow.PressVolume, "volume", []string{f.words("kiosk.corner.volume")}}
	leave := corner{flow.PressHome, "home", []string{f.words("kiosk.corner.home")}}
	help := corner{flow.PressHelp, "call-staff", []string{f.words("kiosk.corner.help")}}
	upper := f.row([]corner{repeat, volume, leave, help}, top, 0)
	// Help stands in its own corner, away from the others.
	upper[3].shift(f.left + f.width - upper[3].Rect.Right())
	upper[3].Kind = Help
	f.top = upper[0].Rect.Bottom()
	last := 2
	if !v.Page.Leave() {
		last = 1 // the others stay where they are
	}
	f.between = Rect{upper[last].Rect.Right() + theme.GapMM, top, 0, f.top - top}
	f.between.W = upper[3].Rect.X - theme.GapMM - f.between.X
	if last == 1 {
		upper = slices.Delete(upper, 2, 3)
	}

	back := corner{flow.PressBack, "back", []string{f.words("kiosk.corner.back")}}
	lang := corner{flow.PressLang, "language", []string{f.words("kiosk.corner.lang")}}
	contrast := corner{flow.PressContrast, "contrast", []string{f.words("citizen.dark"), f.words("citizen.light")}}
	size := corner{flow.PressSize, "text-size", []string{f.words("citizen.bigger"), f.words("citizen.smaller")}}
	if v.HighContrast {
		contrast.words[0], contrast.words[1] = contrast.words[1], contrast.words[0]
	}
	if v.Size >= theme.SizeLarge {
		size.words[0], size.words[1] = size.words[1], size.words[0]
	}
	fill := f.width
	if v.Profile.Landscape {
		fill = 1 // no wider than their words: the next step stands between them
	}
	lower := f.row([]corner{back, lang, contrast, size}, 0, fill)
	if v.Profile.Landscape {
		f.middle = pushRight(lower, f.left+f.width)
	}
	f.bottom = bottom - lower[0].Rect.H
	for i := range lower {
		lower[i].drop(f.bottom)
	}
	f.middle.Y = f.bottom
	if !v.Page.Back() {
		lower = lower[1:] // the others stay where they are
	}
	if v.Silent {
		upper = upper[2:] // a button that does nothing would only disappoint
	}
	f.corners = append(upper, lower...)
	return f
}

// A cornerForm is how a row of corners is set: words beside their pictograms
// or below them, and in how many lines each.
type cornerForm struct {
	stacked bool
	gap     float32
	lines   []int
}

// cornerLines is the most lines of words in a corner.
const cornerLines = 3

// row places corners side by side from the left. With fill they share what is
// left of that width.
func (f *frame) row(corners []corner, y, fill float32) []Target {
	s := f.cornerStyle()
	form, widths, sum := f.rowForm(corners, s)
	height := max(theme.CornerMM, 2*theme.CornerPadMM+s.line())
	if form.stacked {
		most := 1
		for _, n := range form.lines {
			most = max(most, n)
		}
		height = 2*theme.CornerPadMM + theme.SmallIconMM + theme.StackGapMM + float32(most)*s.line()
	}
	if fill > 0 && f.v.Profile.Landscape {
		height = max(height, theme.PrimaryMM) // the next step stands among them
	}
	spare := max(0, fill-sum) / float32(len(corners))
	var row []Target
	x := f.left
	for i, c := range corners {
		w := widths[i] + spare
		row = append(row, f.corner(c, s, form.stacked, Rect{x, y, w, height}))
		x += w + form.gap
	}
	return row
}

// rowForm chooses the form in which a row fits: beside, below, below and a
// little closer together, and then with one after the other of the longest
// words in more lines.
func (f *frame) rowForm(corners []corner, s style) (form cornerForm, widths []float32, sum float32) {
	form = cornerForm{gap: theme.GapMM, lines: make([]int, len(corners))}
	for i := range form.lines {
		form.lines[i] = 1
	}
	measure := func() bool {
		widths, sum = nil, form.gap*float32(len(corners)-1)
		for i, c := range corners {
			w := f.cornerWidth(c, s, form.stacked, form.lines[i])
			widths = append(widths, w)
			sum += w
		}
		return sum <= f.width
	}
	if measure() {
		return form, widths, sum
	}
	form.stacked = true
	if measure() {
		return form, widths, sum
	}
	form.gap = theme.GridMM
	for !measure() {
		best, saved := -1, float32(0)
		for i, c := range corners {
			if form.lines[i] == cornerLines {
				continue
			}
			if less := widths[i] - f.cornerWidth(c, s, true, form.lines[i]+1); less > saved {
				best, saved = i, less
			}
		}
		if best < 0 {
			break
		}
		form.lines[best]++
	}
	return form, widths, sum
}

// cornerWidth is the least width of a corner with its words in some lines.
func (f *frame) cornerWidth(c corner, s style, stacked bool, lines int) float32 {
	var w float32
	s.even = false // as many lines, found faster
	for _, text := range c.words {
		full := s.width(text)
		need := full
		if lines > 1 {
			for need = full / float32(lines); need < full; need += 0.5 {
				if len(s.breakLines(text, need)) <= lines && s.whole(text, need) {
					break
				}
			}
		}
		w = max(w, need)
	}
	w += 2*theme.CornerPadMM + 0.5
	if !stacked {
		w += theme.SmallIconMM + theme.CornerGapMM
	}
	return max(theme.TargetMM, w)
}

func (f *frame) corner(c corner, s style, stacked bool, box Rect) Target {
	t := Target{ID: c.id, Slot: c.id, Kind: Corner, Rect: box, Icon: c.icon}
	text := c.words[0]
	inner := box.Inset(theme.CornerPadMM)
	if stacked {
		above := theme.SmallIconMM + theme.StackGapMM
		inner.Y += (inner.H - above - s.measure(text, inner.W)) / 2
		t.At = Rect{box.X + (box.W-theme.SmallIconMM)/2, inner.Y, theme.SmallIconMM, theme.SmallIconMM}
		inner.Y += above
		t.Lines, _ = s.set(text, inner)
		return t
	}
	w := s.width(text)
	x := box.X + (box.W-w-theme.SmallIconMM-theme.CornerGapMM)/2
	t.At = Rect{x, box.Y + (box.H-theme.SmallIconMM)/2, theme.SmallIconMM, theme.SmallIconMM}
	t.Lines = s.setMiddle(text, Rect{x + theme.SmallIconMM + theme.CornerGapMM, inner.Y, w + 0.1, inner.H})
	return t
}

func (t *Target) shift(dx float32) { t.move(dx, 0) }

func (t *Target) drop(dy float32) { t.move(0, dy) }

func (t *Target) move(dx, dy float32) {
	t.Rect.X += dx
	t.Rect.Y += dy
	t.At.X += dx
	t.At.Y += dy
	if t.Face.W > 0 {
		t.Face.X += dx
		t.Face.Y += dy
	}
	for i := range t.Lines {
		t.Lines[i].X += dx
		t.Lines[i].Y += dy
	}
}
