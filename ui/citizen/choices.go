package citizen

import (
	"strconv"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// choices answers the page's choices as blocks, one for each line of tiles or
// each row.
func (l *layout) choices() []block {
	if len(l.page.Choices) == 0 {
		return nil
	}
	if l.page.Kind == flow.Choose {
		return l.tiles()
	}
	return l.rows()
}

// Shares that look calm.
const (
	iconShare = 0.62 // a pictogram's, of the height of its face
	tallest   = 0.9  // a tile's height, of its width
)

// A grid is one way to lay out tiles.
type grid struct {
	columns int
	side    bool // pictogram at the left of the word, not above it
	compact bool // the least pictogram and padding
}

// grids are tried in this order; the first with the fewest parts wins.
func (l *layout) grids() []grid {
	n := len(l.page.Choices)
	above := func(c int) grid { return grid{columns: c} }
	tight := func(c int) grid { return grid{columns: c, compact: true} }
	beside := func(c int) grid { return grid{columns: c, side: true} }
	switch {
	case l.v.Profile.Landscape && n <= 2:
		return []grid{above(2), beside(2), beside(1)}
	case l.v.Profile.Landscape && n == 4:
		return []grid{above(4), tight(4), above(2), beside(2)}
	case l.v.Profile.Landscape:
		return []grid{above(3), tight(3), beside(2), beside(3)}
	case n <= 3, !l.pictured():
		return []grid{beside(1), beside(2)}
	default:
		return []grid{above(2), tight(2), beside(1), beside(2)}
	}
}

// pictured answers whether any choice has a pictogram.
func (l *layout) pictured() bool {
	for _, c := range l.page.Choices {
		if c.Icon != "" {
			return true
		}
	}
	return false
}

// tiles places the choices of a page of choices: in the grid with the fewest
// parts among those that cut no word and have no tile higher than the page.
func (l *layout) tiles() []block {
	var best, lowest []block
	for _, g := range l.grids() {
		blocks, whole := l.tileGrid(g)
		if lowest == nil || blocks[0].height < lowest[0].height {
			lowest = blocks
		}
		if !whole || blocks[0].height > l.area.H-l.turnBar() {
			continue
		}
		if best == nil || l.partsOf(blocks) < l.partsOf(best) {
			best = blocks
		}
	}
	if best == nil {
		return lowest
	}
	return best
}

func (l *layout) partsOf(blocks []block) int {
	before := l.body()
	if len(split(blocks, l.area.H)) == 1 && len(before) == 0 && l.page.Parts <= 1 {
		return 1
	}
	return len(split(append(l.reading(), blocks...), l.area.H-l.turnBar()))
}

// tileGrid answers the lines of tiles of one grid, and whether every word
// stays whole in it.
func (l *layout) tileGrid(g grid) (blocks []block, whole bool) {
	choices := l.page.Choices
	w := (l.area.W - theme.GapMM*float32(g.columns-1)) / float32(g.columns)
	pictured := l.pictured()
	word, note := l.wordStyle(), l.noteStyle()
	word.centre = !g.side || !pictured
	note.centre = word.centre

	icon, tilePad := theme.IconMM, theme.PaddingMM
	if g.compact {
		icon, tilePad = theme.MinIconMM, theme.MinGapMM
	}
	faceHeight := icon + 2*tilePad
	faceWidth := icon + 2*tilePad + theme.GridMM
	textWidth := w - 2*tilePad
	switch {
	case !pictured:
		faceHeight, faceWidth = 0, 0
	case g.side:
		textWidth -= faceWidth
	}
	whole = true
	var text float32
	for _, c := range choices {
		text = max(text, l.choiceHeight(c, word, note, textWidth))
		whole = whole && word.whole(l.say(c.Word), textWidth) && note.whole(l.say(c.Note), textWidth)
	}
	h := faceHeight + text + 2*tilePad + theme.LipMM
	if g.side || !pictured {
		h = max(theme.CornerMM+theme.GridMM, text+2*tilePad) + theme.LipMM
	}
	h = l.grown(h, g, w)
	if pictured && !g.side {
		faceHeight = h - text - 2*tilePad - theme.LipMM
		icon = min(max(icon, faceHeight*iconShare), theme.MaxIconMM)
	}

	for from := 0; from < len(choices); from += g.columns {
		line := choices[from:min(from+g.columns, len(choices))]
		blocks = append(blocks, block{height: h, gap: theme.GapMM, put: func(l *layout, y float32) {
			for i, c := range line {
				box := Rect{l.area.X + float32(i)*(w+theme.GapMM), y, w, h}
				t := Target{
					ID: c.ID, Slot: "choice" + strconv.Itoa(from+i), Kind: Tile, Rect: box,
					Group: c.Face, Off: c.Off, Side: g.side,
				}
				body := Rect{box.X, box.Y, box.W, box.H - theme.LipMM}
				words := body.Inset(tilePad)
				if c.Icon != "" {
					t.Icon = c.Icon
					t.Face = Rect{body.X, body.Y, body.W, faceHeight}
					words = Rect{body.X + tilePad, body.Y + faceHeight, body.W - 2*tilePad, body.H - faceHeight}
					if g.side {
						t.Face = Rect{body.X, body.Y, faceWidth, body.H}
						words = Rect{body.X + faceWidth + tilePad, body.Y, body.W - faceWidth - 2*tilePad, body.H}
					}
					t.At = Rect{t.Face.X + (t.Face.W-icon)/2, t.Face.Y + (t.Face.H-icon)/2, icon, icon}
				}
				t.Lines = l.setChoice(c, word, note, words)
				l.placed.Targets = append(l.placed.Targets, t)
			}
		}})
	}
	return blocks, whole
}

// grown is the height of tiles that share what room the page has left, so that
// a page of few choices has big ones.
func (l *layout) grown(h float32, g grid, w float32) float32 {
	n := (len(l.page.Choices) + g.columns - 1) / g.columns
	room := l.area.H
	for _, b := range l.reading() {
		room -= b.height + b.gap
	}
	if l.page.Parts > 1 {
		room -= l.turnBar()
	}
	room -= theme.GapMM * float32(n)
	most := min(w*tallest, h*2)
	if g.side {
		most = min(h*2, theme.MaxTileMM)
	}
	if each := room / float32(n); each > h {
		return max(h, float32(int(min(each, most)/theme.GridMM))*theme.GridMM)
	}
	return h
}

func (l *layout) choiceHeight(c flow.Choice, word, note style, w float32) float32 {
	return word.measure(l.say(c.Word), w) + note.measure(l.say(c.Note), w)
}

// setChoice places a choice's word and note in the middle of a box.
func (l *layout) setChoice(c flow.Choice, word, note style, box Rect) []Line {
	box.Y += (box.H - l.choiceHeight(c, word, note, box.W)) / 2
	if c.Off {
		word.tone = Quiet
	}
	lines, used := word.set(l.say(c.Word), box)
	box.Y += used
	more, _ := note.set(l.say(c.Note), box)
	return append(lines, more...)
}

// rows places the choices of any other page below one another; on a low screen
// two side by side, where their words let them.
func (l *layout) rows() []block {
	columns := 1
	if l.v.Profile.Landscape && len(l.page.Choices) > 1 {
		columns = 2
	}
	if blocks, whole := l.rowGrid(columns); whole || columns == 1 {
		return blocks
	}
	blocks, _ := l.rowGrid(1)
	return blocks
}

func (l *layout) rowGrid(columns int) (blocks []block, whole bool) {
	word, note := l.wordStyle(), l.noteStyle()
	word.even = false
	if l.page.Kind == flow.Ticks { // papers have long names
		word.em = l.bodyStyle().em
	}
	pad := theme.PaddingMM
	icon, arrow := theme.MinIconMM, theme.SmallIconMM
	width := (l.area.W - theme.GapMM*float32(columns-1)) / float32(columns)
	textWidth := width - 3*pad - icon
	least := theme.CornerMM
	if l.page.Kind == flow.List {
		least = max(least, l.rowHeight()) // roomy where there is room
	}
	whole = true
	for from := 0; from < len(l.page.Choices); from += columns {
		line := l.page.Choices[from:min(from+columns, len(l.page.Choices))]
		h := least
		for _, c := range line {
			h = max(h, l.choiceHeight(c, word, note, textWidth)+1.5*pad)
			whole = whole && word.whole(l.say(c.Word), textWidth) && note.whole(l.say(c.Note), textWidth)
		}
		h += theme.LipMM
		gap := theme.GapMM
		if from == 0 {
			gap = theme.BlockGapMM
		}
		blocks = append(blocks, block{height: h, gap: gap, put: func(l *layout, y float32) {
			for i, c := range line {
				box := Rect{l.area.X + float32(i)*(width+theme.GapMM), y, width, h}
				t := Target{ID: c.ID, Slot: "choice" + strconv.Itoa(from+i), Kind: Row, Rect: box, Off: c.Off}
				x := box.X + pad
				body := box.H - theme.LipMM
				switch {
				case c.Icon != "":
					t.Icon, t.At = c.Icon, Rect{x, box.Y + (body-icon)/2, icon, icon}
					x += icon + pad
				case !c.Off:
					// A row without a pictogram shows by its arrow that it leads on.
					t.Icon, t.At = "page-next", Rect{box.Right() - pad - arrow, box.Y + (body-arrow)/2, arrow, arrow}
				}
				t.Lines = l.setChoice(c, word, note, Rect{x, box.Y, textWidth, body})
				l.placed.Targets = append(l.placed.Targets, t)
			}
		}})
	}
	return blocks, whole
}

// rowHeight is what each of six rows of a list may take of the page, but not
// more than looks calm.
func (l *layout) rowHeight() float32 {
	room := l.area.H - l.turnBar() - theme.BlockGapMM - theme.GapMM*(flow.MaxChoices-1)
	return min(theme.MaxRowMM, float32(int(room/flow.MaxChoices/theme.GridMM))*theme.GridMM)
}
