package citizen

import (
	"strconv"
	"strings"

	"linli/kiosk/flow"
	"linli/kiosk/input"
	"linli/ui/theme"
)

// Writer knows what keys and ink can mean.
type Writer interface {
	// Words answers what keys of a way can mean, the likeliest first, and the
	// keys as they are to be shown. nine says that they are nine keys, not 26. It
	// is asked on the UI goroutine and answers within a few milliseconds.
	Words(way flow.Way, nine bool, keys string) (words []input.Word, spelled string)
	// Characters answers what strokes can be, the likeliest first. Points are in
	// any unit, from left to right and from top to bottom. It is asked on a
	// goroutine of its own, one question at a time, and may take as long as it
	// needs; it keeps nothing of the strokes, which are wiped when it has answered.
	Characters(ink [][][2]float32) []string
}

// wordLines is how many rows of words stand above the keys at most.
const wordLines = 2

// maxWords is how many words stand on the page at once.
const maxWords = 10 * wordLines

// Keys of the ways, row by row. A key is wider by as many as follow it in its
// row as spaces of its own name, such as the space bar.
var (
	keys26      = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm'"}
	keys9       = []string{"123", "456", "789"}
	keysStrokes = []string{"123", "45"}
	keysSigns   = []string{"123，", "456。", "789、", "0？"}
	keysSigns5  = []string{"12345", "67890", "，。、？"}
	keysLetters = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm "}
	keysABC     = []string{"abcdefg", "hijklmn", "opqrstu", "vwxyz "}
)

// Labels of the keys that do not say themselves.
var (
	labels9       = map[rune]string{'2': "ABC", '3': "DEF", '4': "GHI", '5': "JKL", '6': "MNO", '7': "PQRS", '8': "TUV", '9': "WXYZ"}
	labelsStrokes = map[rune]string{'1': "一横", '2': "丨竖", '3': "丿撇", '4': "丶点", '5': "乙折"}
)

// pen is the keyboard of a page of writing.
func (l *layout) pen() keyboard {
	way := l.v.Writing.Way
	rows, lines := l.penRows(), l.wordRows()
	if way == flow.WayHand {
		lines = 1
	}
	fixed := func(gap float32, lines int) float32 { // the words above and the ways below
		return float32(lines+1) * (theme.TargetMM + gap)
	}
	return keyboard{
		width: penWidth(l.area),
		least: func(gap float32) float32 {
			if way == flow.WayHand {
				return fixed(gap, lines) + theme.InkBoxMM
			}
			least := min(lines, 1) // a second line of words only where there is room
			n := float32(len(rows))
			return fixed(gap, least) + n*theme.TargetMM + (n-1)*gap
		},
		echo: func(l *layout, form keyForm) { l.written(form) },
		keys: func(l *layout, room Rect, gap float32) {
			n := float32(len(rows))
			if lines > 1 && fixed(gap, lines)+n*theme.TargetMM+(n-1)*gap > room.H {
				lines = 1
			}
			room = l.meant(room, lines, gap)
			ways := Rect{room.X, room.Bottom() - theme.TargetMM, room.W, theme.TargetMM}
			l.ways(ways, gap)
			room.H -= ways.H + gap
			if way == flow.WayHand {
				l.inkBox(room)
				return
			}
			l.penKeys(rows, room, gap)
		},
	}
}

// wordRows is how many rows of words a way needs above its keys.
func (l *layout) wordRows() int {
	switch l.v.Writing.Way {
	case flow.WaySigns, flow.WayLetters:
		return 0
	case flow.WayHand, flow.WayPinyin, flow.WayStrokes:
	}
	return wordLines
}

// penWidth is how much of a low screen the keys take.
func penWidth(whole Rect) float32 { return min(whole.W*0.6, 10*theme.PadKeyMM+9*theme.GridMM) }

// wide answers whether ten keys fit side by side.
func wide(w float32) bool { return w >= 10*theme.TargetMM+9*theme.MinGapMM }

// NineKeys answers whether a screen has no room for 26 keys that a trembling
// finger hits.
func NineKeys(p theme.Profile) bool {
	w := p.WidthMM() - 2*theme.MarginMM
	if p.Landscape {
		w = penWidth(Rect{W: w})
	}
	return !wide(w)
}

// penRows are the keys of the present way.
func (l *layout) penRows() []string {
	nine := NineKeys(l.v.Profile)
	switch l.v.Writing.Way {
	case flow.WayPinyin:
		if nine {
			return keys9
		}
		return keys26
	case flow.WayStrokes:
		return keysStrokes
	case flow.WaySigns:
		if nine {
			return keysSigns5
		}
		return keysSigns
	case flow.WayLetters:
		if nine {
			return keysABC
		}
		return keysLetters
	case flow.WayHand:
	}
	return nil
}

// penKeys places the keys of a way. All are as wide as those of the longest row;
// the last of a shorter row takes what is left, if it is not a letter.
func (l *layout) penKeys(rows []string, room Rect, gap float32) {
	columns := 0
	for _, row := range rows {
		columns = max(columns, len([]rune(row)))
	}
	if columns == 10 {
		gap = theme.MinGapMM
	}
	h := min((room.H-gap*float32(len(rows)-1))/float32(len(rows)), theme.LetterKeyMM)
	w := min((room.W-gap*float32(columns-1))/float32(columns), theme.MaxKeyMM)
	left := room.X + (room.W-w*float32(columns)-gap*float32(columns-1))/2
	s := style{em: l.within(l.ems(theme.RatioPadKey), theme.TightHeight, h-theme.LipMM), height: theme.TightHeight, bold: true, centre: true}
	for y, row := range rows {
		keys := []rune(row)
		for x, key := range keys {
			box := Rect{left + float32(x)*(w+gap), room.Y + float32(y)*(h+gap), w, h}
			if last := x == len(keys)-1; last && (key < 'a' || key > 'z') {
				box.W += float32(columns-len(keys)) * (w + gap)
			}
			t := Target{ID: string(key), Slot: "key" + string(key), Kind: Key, Rect: box}
			label := s
			text := l.keyLabel(key)
			label.em = max(l.em, l.within(s.em, theme.Advance(text, true), box.W-2*theme.StackGapMM))
			t.Lines = label.setMiddle(text, Rect{box.X, box.Y, box.W, box.H - theme.LipMM})
			l.placed.Targets = append(l.placed.Targets, t)
		}
	}
}

// keyLabel is what a key says.
func (l *layout) keyLabel(key rune) string {
	switch l.v.Writing.Way {
	case flow.WayStrokes:
		return labelsStrokes[key]
	case flow.WayPinyin:
		if label, ok := labels9[key]; ok {
			return label
		}
	case flow.WayHand, flow.WaySigns, flow.WayLetters:
	}
	switch {
	case key == ' ':
		return l.words("kiosk.write.space")
	case key == '\'', key == '1' && l.v.Writing.Way == flow.WayPinyin:
		return l.words("kiosk.write.apart")
	}
	return string(key)
}

// ways places the keys that change how one writes; the present one is dark.
func (l *layout) ways(room Rect, gap float32) {
	all := l.page.Pen.Ways
	w := (room.W - gap*float32(len(all)-1)) / float32(len(all))
	s := l.cornerStyle()
	for i, way := range all {
		box := Rect{room.X + float32(i)*(w+gap), room.Y, w, room.H}
		t := Target{ID: flow.PressWay(way), Slot: flow.PressWay(way), Kind: Mode, Rect: box, Chosen: way == l.v.Writing.Way}
		t.Lines = s.setMiddle(l.words("kiosk.write.way."+string(way)), box.Inset(theme.StackGapMM))
		l.placed.Targets = append(l.placed.Targets, t)
	}
}

// meant places what the keys or the ink can mean, in lines, and answers the
// room below them.
func (l *layout) meant(room Rect, lines int, gap float32) Rect {
	if lines == 0 {
		return room
	}
	s := l.wordStyle()
	s.centre = true
	s.em = l.within(s.em, s.height, theme.TargetMM-theme.LipMM)
	width := func(text string) float32 { return max(theme.TargetMM, s.width(text)+2*theme.PaddingMM) }
	more := l.words("kiosk.write.more")
	put := func(t Target, text string, box Rect) {
		t.Kind, t.Rect = Key, box
		t.Lines = s.setMiddle(text, Rect{box.X, box.Y, box.W, box.H - theme.LipMM})
		l.placed.Targets = append(l.placed.Targets, t)
	}
	x, y, line := room.X, room.Y, 1
	words := l.v.Words[min(l.v.Skip, len(l.v.Words)):]
	for i, word := range words {
		w := width(word.Text)
		if w > room.W-width(more)-gap {
			continue // it is written in two pieces
		}
		right := room.Right()
		if line == lines {
			right -= width(more) + gap
		}
		if x+w > right {
			if line == lines || i >= maxWords {
				break
			}
			line, x, y = line+1, room.X, y+theme.TargetMM+gap
			if line == lines && x+w > room.Right()-width(more)-gap {
				break
			}
		}
		if l.placed.Words == maxWords {
			break
		}
		put(Target{ID: flow.Take(word.Keys, word.Text), Slot: "word" + strconv.Itoa(l.placed.Words)}, word.Text, Rect{x, y, w, theme.TargetMM})
		x += w + gap
		l.placed.Words++
	}
	if l.placed.Words < len(words) || l.v.Skip > 0 {
		w := width(more)
		put(Target{ID: moreWords, Slot: "more"}, more, Rect{room.Right() - w, room.Y + float32(lines-1)*(theme.TargetMM+gap), w, theme.TargetMM})
	}
	used := float32(lines) * (theme.TargetMM + gap)
	return Rect{room.X, room.Y + used, room.W, room.H - used}
}

// inkBox places the field for a finger.
func (l *layout) inkBox(box Rect) {
	l.placed.Panels = append(l.placed.Panels, Panel{Rect: box})
	l.placed.Ink = box
	if l.v.Inked {
		return
	}
	s := l.bodyStyle()
	s.role, s.tone, s.centre = RoleCaption, Quiet, true
	box.H /= 2 // not on the cross
	l.add(s.setMiddle(l.words("kiosk.write.box"), box.Inset(theme.PaddingMM))...)
}

// written shows the text so far, with the keys that are no word yet, and the key
// that takes the last one back.
func (l *layout) written(form keyForm) {
	del := l.words("kiosk.pad.delete")
	if l.v.Inked {
		del = l.words("kiosk.write.undo")
	}
	c := l.cornerStyle()
	w := max(theme.TargetMM, max(c.width(l.words("kiosk.pad.delete")), c.width(l.words("kiosk.write.undo")))+2*theme.CornerPadMM)
	s := style{em: l.ems(theme.RatioWord), height: theme.TightHeight, bold: true, role: RoleEcho}
	lines := 1
	if form.ratio == theme.RatioTitle {
		lines = 2
	}
	h := max(theme.TargetMM+theme.LipMM, float32(lines)*s.line()+theme.PaddingMM)
	box := Rect{l.area.X, l.area.Y, l.area.W - w - theme.GapMM, h}
	l.placed.Panels = append(l.placed.Panels, Panel{Rect: box})
	text := l.v.Typed
	if l.v.Spelled != "" {
		text = strings.TrimSpace(text + " " + l.v.Spelled)
	}
	l.add(s.setMiddle(tail(s, text+"_", box.W-2*theme.PaddingMM, lines), box.Inset(theme.PaddingMM/2).narrow(theme.PaddingMM/2))...)
	t := Target{ID: flow.PressDelete, Slot: "key" + flow.PressDelete, Kind: Key, Rect: Rect{box.Right() + theme.GapMM, box.Y, w, h}}
	t.Lines = c.setMiddle(del, Rect{t.Rect.X, box.Y, w, h - theme.LipMM})
	l.placed.Targets = append(l.placed.Targets, t)
	l.eat(h + theme.GapMM)
}

// narrow is the box without a border at its sides.
func (r Rect) narrow(d float32) Rect { return Rect{r.X + d, r.Y, r.W - 2*d, r.H} }

// tail is the end of a text as far as it fits some lines: what was written last
// is looked at.
func tail(s style, text string, w float32, lines int) string {
	if len(s.breakLines(text, w)) <= lines {
		return text
	}
	runes := []rune(text)
	for from := 1; from < len(runes); from++ {
		if short := "…" + string(runes[from:]); len(s.breakLines(short, w)) <= lines {
			return short
		}
	}
	return ""
}
