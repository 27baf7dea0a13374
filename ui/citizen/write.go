package citizen

import (
	"strings"

	"linli/kiosk/flow"
	"linli/kiosk/input"
	"linli/ui/theme"
)

// meant is what the keys or the ink of the present page can mean. Nothing of it
// outlives the page.
type meant struct {
	way     flow.Way
	keys    string
	words   []input.Word
	spelled string
	skip    int
}

// penSlots are all keys of all ways.
func penSlots() (all []string) {
	for _, rows := range [][]string{keys26, keys9, keysStrokes, keysSigns, keysLetters} {
		for _, row := range rows {
			all = append(all, strings.Split(row, "")...)
		}
	}
	return all
}

// forget wipes what was written and is no text: the page has changed.
func (f *Face) forget() {
	f.ink.Wipe()
	f.reader.drop()
	f.meant = meant{}
}

// think asks what the keys can mean, when they have changed.
func (f *Face) think(w flow.Writing) {
	if w.Way != f.meant.way {
		f.forget()
		f.meant.way = w.Way
	}
	if w.Way == flow.WayHand || w.Keys == f.meant.keys || f.cfg.Writer == nil {
		return
	}
	f.meant = meant{way: w.Way, keys: w.Keys}
	if w.Keys == "" {
		return
	}
	f.meant.words, f.meant.spelled = f.cfg.Writer.Words(w.Way, NineKeys(f.cfg.Profile), w.Keys)
}

// drawn is a finger lifted from the field: somebody is there, and what stands
// there so far may be a character already.
func (f *Face) drawn() {
	f.read()
	f.talk.PressOn(f.gen, inkStroke)
	f.draw()
}

// read asks what the ink can be. Until the answer is there nothing stands over the
// field: what the ink was before is no answer.
func (f *Face) read() {
	f.meant.words, f.meant.skip = nil, 0
	if f.cfg.Writer == nil || len(f.ink.Strokes()) == 0 {
		f.reader.drop()
		return
	}
	f.reader.read(f.ink.Strokes())
}

// recognised is the answer.
func (f *Face) recognised(characters []string) {
	for _, c := range characters {
		f.meant.words = append(f.meant.words, input.Word{Text: c})
	}
	f.draw() // which forgets them if the page has changed
}

// write does what a press on a page of writing means to the face itself, and
// answers what to tell the conversation.
func (f *Face) write(id string) string {
	switch {
	case id == moreWords:
		if f.meant.skip += f.placed.Words; f.meant.skip >= len(f.meant.words) || f.placed.Words == 0 {
			f.meant.skip = 0 // around
		}
	case id == flow.PressDelete && f.ink.Undo():
		f.read()
		return inkStroke
	case f.meant.way == flow.WayHand && strings.HasPrefix(id, flow.Take(0, "")):
		f.forget() // the next character begins on a clean sheet
		f.meant.way = flow.WayHand
	}
	return id
}

// drawInk moves the field for a finger to its place.
func (f *Face) drawInk() {
	if f.placed.Ink.W == 0 {
		f.ink.Hide()
		return
	}
	b := f.box(f.placed.Ink)
	f.ink.Move(b.At)
	f.ink.Resize(b.Size)
	f.ink.SetPen(f.palette.Text, f.palette.Edge, theme.InkMM*f.unit)
	f.ink.Show()
}
