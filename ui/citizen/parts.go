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
	y := l.area.Y
	for i, b := range parts[l.placed.Part] {
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

// turnBar is the height that the page buttons take.
func (l *layout) turnBar() float32 {
	return theme.CornerMM + theme.BlockGapMM
}

// putTurns places the page buttons at the foot of the area.
func (l *layout) putTurns(bar float32) {
	l.area.H -= bar
	h := bar - theme.BlockGapMM
	y := l.area.Bottom() + theme.BlockGapMM
	first := l.placed.Part == 0 && l.page.Part == 0
	last := l.placed.Part == l.placed.Parts-1 && l.page.Part >= l.page.Parts-1
	s := cornerStyle(l.em)
	prev, next := l.words("kiosk.corner.prev"), l.words("kiosk.corner.next")
	w := max(s.width(prev), s.width(next)) + theme.SmallIconMM + 3*theme.PaddingMM
	if half := (l.width - theme.GapMM) / 2; w > half {
		w = half
	}
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
	l.turnWords(Rect{l.left + w + theme.GapMM, y, l.width - 2*w - 2*theme.GapMM, h})
}

// turnWords says which part this is. When the flow and the layout both parted
// the page the sum is not known, and the buttons alone must do.
func (l *layout) turnWords(box Rect) {
	part, parts := l.placed.Part, l.placed.Parts
	if l.page.Parts > 1 {
		if parts > 1 {
			return
		}
		part, parts = l.page.Part, l.page.Parts
	}
	s := bodyStyle(l.em)
	s.role, s.centre, s.tone = RoleTurn, true, Quiet
	for _, key := range []string{"kiosk.part", "citizen.part.short"} {
		if text := l.words(key, part+1, parts); s.width(text) <= box.W {
			l.add(s.setMiddle(text, box)...)
			return
		}
	}
}

func (l *layout) turn(id, slot, icon, text string, box Rect, iconFirst bool) {
	s := cornerStyle(l.em)
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
