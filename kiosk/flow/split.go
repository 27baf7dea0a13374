package flow

import (
	"strings"
	"unicode"
)

// Fit is how much a page holds in the present profile and text size. The
// renderer knows; a field that is not positive stands for that of [DefaultFit].
type Fit struct {
	CharsPerLine     int // Han characters (ems) on a line of text
	Lines            int // lines of text on a Read page
	LinesWithNext    int // of one that has a next step
	LinesWithChoices int // of one that has choices below the text
	Tiles            int // tiles on a Choose page, at most [MaxChoices]
	Rows             int // rows on a List page, at most [MaxChoices]
}

// DefaultFit is the usual 21.5″ portrait kiosk at the usual text size.
func DefaultFit() Fit {
	return Fit{CharsPerLine: 20, Lines: 19, LinesWithNext: 16, LinesWithChoices: 9, Tiles: MaxChoices, Rows: MaxChoices}
}

// orDefault fills what is not set and keeps the rule of six.
func (f Fit) orDefault() Fit {
	d := DefaultFit()
	for _, p := range []struct{ have, otherwise *int }{
		{&f.CharsPerLine, &d.CharsPerLine},
		{&f.Lines, &d.Lines},
		{&f.LinesWithNext, &d.LinesWithNext},
		{&f.LinesWithChoices, &d.LinesWithChoices},
		{&f.Tiles, &d.Tiles},
		{&f.Rows, &d.Rows},
	} {
		if *p.have <= 0 {
			*p.have = *p.otherwise
		}
	}
	f.Tiles = min(f.Tiles, MaxChoices)
	f.Rows = min(f.Rows, MaxChoices)
	return f
}

// Widths of characters in tenths of an em, a little more than Noto Sans SC
// needs: a line that is drawn longer than counted would be cut off.
const (
	wideEm  = 10 // Han, full-width marks
	capsEm  = 7
	otherEm = 6 // small letters, digits
	spaceEm = 3
	gap     = 1 // lines between paragraphs, in halves
)

func em(r rune) int {
	switch {
	case r == ' ':
		return spaceEm
	case r >= 0x2E80:
		return wideEm
	case unicode.IsUpper(r) || r > 0x7F:
		return capsEm
	default:
		return otherEm
	}
}

// noStart lists marks that must not begin a line.
const noStart = "，。、；：？！）」』】》〉”’,.;:?!)]}%"

// Split parts paragraphs into pages of at most the given number of lines, the
// first of which may hold fewer, with half a line between paragraphs. Each page is a list of paragraphs; a
// paragraph that is too long for its page goes on on the next one. Nothing is
// left out: the pages one after the other hold every word. There is always at
// least one page.
func Split(paragraphs []string, charsPerLine, first, lines int) [][]string {
	charsPerLine, first, lines = max(charsPerLine, 4), max(first, 1), max(lines, 1)
	pages := [][]string{nil}
	free := 2 * first // in half lines
	for _, paragraph := range paragraphs {
		whole := wrap(paragraph, charsPerLine)
		broken := whole
		for len(broken) > 0 {
			page := &pages[len(pages)-1]
			room := free
			if len(*page) > 0 {
				room -= gap
			}
			fits := min(room/2, len(broken))
			// A single line of a longer paragraph at the foot of a page is
			// easily missed; it goes over with the rest.
			lonely := fits == 1 && len(broken) > 1 && len(*page) > 0
			if fits <= 0 || lonely {
				pages = append(pages, nil)
				free = 2 * lines
				if heads := len(*page) - 1; heads > 0 && len(broken) == len(whole) && heading((*page)[heads]) {
					// What a line announces must not stand on another page.
					moved := (*page)[heads]
					pages[len(pages)-2] = (*page)[:heads]
					pages[len(pages)-1] = []string{moved}
					free -= 2 * len(wrap(moved, charsPerLine))
				}
				continue
			}
			*page = append(*page, strings.TrimSpace(strings.Join(broken[:fits], "")))
			free = room - 2*fits
			broken = broken[fits:]
		}
	}
	return pages
}

// heading answers whether a paragraph announces the next one.
func heading(paragraph string) bool {
	return strings.HasSuffix(paragraph, "：") || strings.HasSuffix(paragraph, ":")
}

// wrap parts one paragraph into lines. The lines joined are the paragraph.
func wrap(paragraph string, charsPerLine int) []string {
	limit := charsPerLine * wideEm
	var lines []string
	var line []rune
	width := 0
	for _, word := range Words(paragraph) {
		w := 0
		for _, r := range word {
			w += em(r)
		}
		if width+w > limit && len(line) > 0 && strings.TrimSpace(word) != "" {
			lines = append(lines, string(line))
			line, width = nil, 0
		}
		for _, r := range word { // a word longer than a line is cut
			if width+em(r) > limit && len(line) > 0 && r != ' ' {
				lines = append(lines, string(line))
				line, width = nil, 0
			}
			line = append(line, r)
			width += em(r)
		}
	}
	if len(line) > 0 {
		lines = append(lines, string(line))
	}
	return lines
}

// Words parts a text where a line may break: around spaces and before and
// after any Han character, but never before a closing mark.
func Words(s string) []string {
	var out []string
	for _, r := range s {
		last := len(out) - 1
		switch {
		case last < 0,
			r == ' ',
			r >= 0x2E80 && !strings.ContainsRune(noStart, r):
			out = append(out, string(r))
		case strings.ContainsRune(noStart, r):
			out[last] += string(r)
		case endsWide(out[last]):
			out = append(out, string(r))
		default:
			out[last] += string(r)
		}
	}
	return out
}

// endsWide answers whether a line may break after the word.
func endsWide(word string) bool {
	runes := []rune(word)
	r := runes[len(runes)-1]
	return r == ' ' || r >= 0x2E80
}
