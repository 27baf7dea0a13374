package citizen

import (
	"linli/kiosk/flow"
	"linli/ui/theme"
)

// putParts places the blocks of one part, and the page buttons if there are
// more parts, be it that the layout made them or the flow.
func (l *layout) putParts(blocks []block) {
	parts := split(blocks, l.area.H)
	turns := l.page.Parts > 1
	if len(parts) > 1 || turns {
		bar := l.turnBar()
		parts = split(blocks, l.area.H-bar)
		l.placed.Parts = len(parts)
		l.placed.Part = min(max(l.v.Part, 0), len(parts)-1)
		l.putTurns(bar)
	} else {
		l.placed.Parts = 1
	}
	l.putBlocks(parts[l.placed.Part])
}

// putBlocks places blocks from the top of the area.
func (l *layout) putBlocks(blocks []block) {
	y := l.area.Y
	for i, b := range blocks {
		if i > 0 {
			y += b.gap
		}
		b.put(l, y)
		y += b.height
	}
	if room := l.area.Bottom(); y > room+0.1 {
		l.fault("%s: content ends at %.1f mm, room at %.1f", l.page.ID, y, room)
	}
}

// split fills parts one after the other. A part holds at least one block.
func split(blocks []block, room float32) [][]block {
	parts := [][]block{nil}
	var used float32
	for _, b := range blocks {
		part := &parts[len(parts)-1]
		need := b.height
		if len(*part) > 0 {
			need += b.gap
		}
		if len(*part) > 0 && used+need > room+0.01 {
			parts = append(parts, nil)
			part = &parts[len(parts)-1]
			used, need = 0, b.height
		}
		*part = append(*part, b)
		used += need
	}
	return parts
}

// turnBar is the height that the page buttons take, with their words above
// them where there is no room in between.
func (l *layout) turnBar() float32 {
	s := l.turnStyle()
	if _, between := l.turnRoom(); s.width(l.words("citizen.part.short", 10, 10)) > between {
		return theme.CornerMM + s.line() + theme.MinGapMM
	}
	return theme.CornerMM + theme.BlockGapMM
}

// turnStyle is that of the words that say which part this is.
func (l *layout) turnStyle() style {
	s := l.noteStyle()
	s.role, s.centre = RoleTurn, true
	return s
}

// turnRoom is the width of a page button and of what is left between the two.
func (l *layout) turnRoom() (button, between float32) {
	s := l.cornerStyle()
	w := max(s.width(l.words("kiosk.corner.prev")), s.width(l.words("kiosk.corner.next"))) + theme.SmallIconMM + 3*theme.PaddingMM
	w = min(w, (l.width-theme.GapMM)/2)
	return w, l.width - 2*w - 2*theme.GapMM
}

// putTurns places the page buttons at the foot of the area.
func (l *layout) putTurns(bar float32) {
	l.area.H -= bar
	h := theme.CornerMM
	y := l.area.Bottom() + bar - h
	first := l.placed.Part == 0 && l.page.Part == 0
	last := l.placed.Part == l.placed.Parts-1 && l.page.Part >= l.page.Parts-1
	w, between := l.turnRoom()
	prev, next := l.words("kiosk.corner.prev"), l.words("kiosk.corner.next")
	if !first {
		id := turnPrev
		if l.placed.Part == 0 {
			id = flow.PressPrev
		}
		l.turn(id, "prev", "page-previous", prev, Rect{l.left, y, w, h}, true)
	}
	if !last {
		id := turnNext
		if l.placed.Part == l.placed.Parts-1 {
			id = flow.PressNext
		}
		l.turn(id, "next", "page-next", next, Rect{l.left + l.width - w, y, w, h}, false)
	}
	words := Rect{l.left + w + theme.GapMM, y, between, h}
	if above := l.turnStyle().line(); bar > h+above {
		words = Rect{l.left, y - above - theme.MinGapMM, l.width, above}
	}
	l.turnWords(words)
}

// turnWords says which part this is, of all that the flow and the layout made
// of the page.
func (l *layout) turnWords(box Rect) {
	part, parts := l.countParts()
	if parts < 2 {
		return
	}
	s := l.turnStyle()
	for _, key := range []string{"kiosk.part", "citizen.part.short"} {
		if text := l.words(key, part+1, parts); s.width(text) <= box.W {
			l.add(s.setMiddle(text, box)...)
			return
		}
	}
}

// countParts answers which part this is, from 0, and how many there are: those
// of the layout alone unless the flow parted the page as well. Without the
// flow's other parts the sum is not known, and 0 are answered.
func (l *layout) countParts() (part, parts int) {
	switch {
	case l.page.Parts <= 1:
		return l.placed.Part, l.placed.Parts
	case len(l.v.Siblings) != l.page.Parts:
		return 0, 0
	}
	part = l.placed.Part
	for i, page := range l.v.Siblings {
		n := l.placed.Parts
		if i != l.page.Part {
			other := *l.frame
			other.v.Page, other.v.Part, other.v.Siblings = page, 0, nil
			n = place(&other).Parts
		}
		if i < l.page.Part {
			part += n
		}
		parts += n
	}
	return part, parts
}

func (l *layout) turn(id, slot, icon, text string, box Rect, iconFirst bool) {
	s := l.cornerStyle()
	s.centre = false
	t := Target{ID: id, Slot: slot, Kind: Turn, Rect: box, Icon: icon}
	size := theme.SmallIconMM
	w := s.width(text)
	x := box.X + (box.W-w-size-theme.PaddingMM)/2
	iconX := x + w + theme.PaddingMM
	if iconFirst {
		iconX, x = x, x+size+theme.PaddingMM
	}
	t.At = Rect{iconX, box.Y + (box.H-size)/2, size, size}
	t.Lines = s.setMiddle(text, Rect{x, box.Y, w + 0.1, box.H})
	l.placed.Targets = append(l.placed.Targets, t)
}
