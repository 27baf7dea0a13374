package flow

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"linli/assets"
)

// A Way is how a text is written on a page of kind [Write].
type Way string

// The ways. Which of them a page offers depends on its language; the first is
// where it begins.
const (
	WayHand    Way = "hand"    // a finger writes one character after the other
	WayPinyin  Way = "pinyin"  // its sound, on 26 or nine keys, as the screen has room
	WayStrokes Way = "strokes" // its strokes in their order, on five keys
	WaySigns   Way = "signs"   // digits and the marks between sentences
	WayLetters Way = "letters" // Latin letters
)

// Pen describes a page on which a text is written without the operating
// system's keyboard. Its keys are pressed as one character each; a character or
// word that they, or a finger, may have meant is pressed as [Take].
type Pen struct {
	Min, Max int // characters
	Ways     []Way
}

// Writing is what is being written and is no text yet.
type Writing struct {
	Way  Way
	Keys string // pressed on the present page, for a word that was not chosen yet
}

// maxKeys is more than any word has: whoever rests a hand on the keys fills no
// memory.
const maxKeys = 60

// pressWay is what choosing a way is pressed as, before its name.
const pressWay = "way:"

// PressWay is the press that goes on writing in another way.
func PressWay(w Way) string { return pressWay + string(w) }

// pressTake is what choosing a word is pressed as.
const pressTake = "take:"

// Take is the press that puts a word into the text in place of the first keys of
// those pressed.
func Take(keys int, word string) string { return pressTake + strconv.Itoa(keys) + ":" + word }

// waysOf are the ways of a language. A hand that has written all its life needs
// to learn nothing, so it comes first.
func waysOf(lang string) []Way {
	if lang == assets.LangEnglish {
		return []Way{WayLetters, WaySigns, WayHand}
	}
	return []Way{WayHand, WayPinyin, WayStrokes, WaySigns}
}

// pen is a page's, in the conversation's language.
func pen(f Facts, least, most int) *Pen { return &Pen{Min: least, Max: most, Ways: waysOf(f.Lang)} }

// Written answers what is being written on the present page.
func Written(f Facts, s State) Writing {
	p := Show(f, s)
	if p.Pen == nil {
		return Writing{}
	}
	return p.Pen.writing(s.Writing)
}

// writing is a state's, or the beginning of one on this page.
func (p *Pen) writing(w Writing) Writing {
	for _, way := range p.Ways {
		if w.Way == way {
			return w
		}
	}
	return Writing{Way: p.Ways[0]} // another language has other ways
}

// takes answers whether a way has a key.
func (w Way) takes(key rune) bool {
	letter := key >= 'a' && key <= 'z'
	switch w {
	case WayPinyin:
		return letter || key == '\'' || key >= '1' && key <= '9'
	case WayStrokes:
		return key >= '1' && key <= '5'
	case WaySigns:
		return key >= '0' && key <= '9' || strings.ContainsRune(Marks, key)
	case WayLetters:
		return letter || key == ' '
	case WayHand:
	}
	return false
}

// Marks are the signs that [WaySigns] has beside the digits.
const Marks = "，。、？"

// pressPen takes a key of a page of writing.
func pressPen(f Facts, s State, p Page, id string) State {
	was, w := s.Drafts[p.ID], p.Pen.writing(s.Writing)
	text := was
	switch key, size := utf8.DecodeRuneInString(id); {
	case id == PressOK:
		if e := penFault(p, w, text); !e.Empty() {
			s.Error = e
			return s
		}
		return enter(f, s, Answer{Page: p.ID, Value: strings.TrimSpace(text)})
	case id == PressClear:
		text, w.Keys = "", ""
	case id == PressDelete && w.Keys != "":
		w.Keys = w.Keys[:len(w.Keys)-1]
	case id == PressDelete:
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	case strings.HasPrefix(id, pressWay):
		w = p.Pen.writing(Writing{Way: Way(strings.TrimPrefix(id, pressWay))})
	case strings.HasPrefix(id, pressTake):
		keys, word, _ := strings.Cut(strings.TrimPrefix(id, pressTake), ":")
		n, err := strconv.Atoi(keys)
		if err != nil || n < 0 || n > len(w.Keys) {
			return s
		}
		text, w.Keys = text+word, w.Keys[n:]
	case len(id) != size || !w.Way.takes(key):
		return s
	case w.Way == WaySigns || w.Way == WayLetters:
		text += id
	case len(w.Keys) < maxKeys:
		w.Keys += id
	}
	s.Error = Text{}
	if utf8.RuneCountInString(text) > p.Pen.Max {
		text, s.Error = was, T("kiosk.write.full", p.Pen.Max)
	}
	s.Writing = w
	if text != was {
		if s.Drafts == nil {
			s.Drafts = map[string]string{}
		}
		s.Drafts[p.ID] = text
	}
	return s
}

// penFault says what is wrong with a text, and nothing when it can be taken.
func penFault(p Page, w Writing, text string) Text {
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case w.Keys != "":
		return T("kiosk.write.choose")
	case n == 0 && p.Pen.Min > 0:
		return T("kiosk.write.missing")
	case n < p.Pen.Min:
		return T("kiosk.write.short", p.Pen.Min)
	case p.Field != nil:
		return p.Field.fault(strings.TrimSpace(text))
	}
	return Text{}
}
