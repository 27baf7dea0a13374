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

	// Room and Wrap answer exactly what is reckoned above for all pages alike: how
	// many half lines of text a Read page has between its title and what stands
	// below, with the page buttons if it has parts; and the lines of a text. nil: as
	// reckoned.
	Room func(Page) int
	Wrap func(text string) []string
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

// room is how many half lines of text a Read page holds.
func (f Fit) room(p Page) int {
	if f.Room != nil {
		return f.Room(p)
	}
	lines := f.Lines
	if p.Primary != nil {
		lines = f.LinesWithNext
	}
	if len(p.Choices) > 0 {
		lines = min(lines, f.LinesWithChoices)
	}
	return 2 * lines
}

// wrap parts one paragraph into lines. The lines joined are the paragraph.
func (f Fit) wrap(paragraph string) []string {
	if f.Wrap == nil {
		return wrap(paragraph, max(f.CharsPerLine, 4))
	}
	var lines []string
	rest := paragraph
	for _, line := range f.Wrap(paragraph) {
		at := strings.Index(rest, line)
		if at < 0 {
			break // not of this text; what is left is one line
		}
		end := at + len(line)
		end += len(rest[end:]) - len(strings.TrimLeft(rest[end:], " "))
		lines = append(lines, rest[:end])
		rest = rest[end:]
	}
	if rest != "" {
		lines = append(lines, rest)
	}
	return lines
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

// paragraph is one of a text. An item is one of a list, such as a paper to bring:
// it is not broken where a page could hold it whole.
type paragraph struct {
	text string
	item bool
}

// Split parts paragraphs into pages of at most the given number of lines, the
// first of which may hold fewer, with half a line between paragraphs. Each page is a list of paragraphs; a
// paragraph that is too long for its page goes on on the next one. Nothing is
// left out: the pages one after the other hold every word. There is always at
// least one page.
func Split(paragraphs []string, charsPerLine, first, lines int) [][]string {
	var all []paragraph
	for _, text := range paragraphs {
		all = append(all, paragraph{text: text})
	}
	f := Fit{CharsPerLine: charsPerLine}
	return f.parted(all, 2*max(first, 1), 2*max(lines, 1), nil)
}

// parted is Split with room in half lines and with items. Where a list goes on on
// the next page, more says at the foot of its page how many are still to come.
func (f Fit) parted(paragraphs []paragraph, first, rest int, more func(n int) string) [][]string {
	kept := map[int]int{} // half lines of a page that are kept for those words
	for {
		pages, follow := f.lay(paragraphs, func(page int) int {
			if page == 0 {
				return first - kept[0]
			}
			return rest - kept[page]
		})
		again := false
		for page, n := range follow {
			if n > 0 && kept[page] == 0 && more != nil {
				kept[page] = 2*len(f.wrap(more(n))) + gap
				again = true
				break // what comes after it moves
			}
		}
		if again {
			continue
		}
		for page, n := range follow {
			if n > 0 && more != nil {
				pages[page] = append(pages[page], more(n))
			}
		}
		return pages
	}
}

// lay fills pages one after the other. follow is for each page that has something
// of a list how many of its items begin on later ones.
func (f Fit) lay(paragraphs []paragraph, room func(page int) int) (pages [][]string, follow []int) {
	pages = [][]string{nil}
	free := max(room(0), 2)
	begun, items := []int{0}, 0 // items that have begun by the end of each page
	holds := []bool{false}      // something of the list
	for _, paragraph := range paragraphs {
		whole := f.wrap(paragraph.text)
		broken := whole
		for len(broken) > 0 {
			page := &pages[len(pages)-1]
			left := free
			if len(*page) > 0 {
				left -= gap
			}
			fits := min(left/2, len(broken))
			// A single line of a longer paragraph at the foot of a page is
			// easily missed; it goes over with the rest, as an item does.
			lonely := fits == 1 && len(broken) > 1 && len(*page) > 0
			torn := paragraph.item && fits < len(broken) && len(*page) > 0
			if fits <= 0 || lonely || torn {
				pages, begun, holds = append(pages, nil), append(begun, items), append(holds, false)
				free = max(room(len(pages)-1), 2)
				if heads := len(*page) - 1; heads > 0 && len(broken) == len(whole) && heading((*page)[heads]) {
					// What a line announces must not stand on another page.
					moved := (*page)[heads]
					pages[len(pages)-2] = (*page)[:heads]
					pages[len(pages)-1] = []string{moved}
					free -= 2 * len(f.wrap(moved))
				}
				continue
			}
			*page = append(*page, strings.TrimSpace(strings.Join(broken[:fits], "")))
			free = left - 2*fits
			if paragraph.item {
				if len(broken) == len(whole) {
					items++
				}
				begun[len(pages)-1], holds[len(pages)-1] = items, true
			}
			broken = broken[fits:]
		}
	}
	follow = make([]int, len(pages))
	for page := range pages {
		if holds[page] {
			follow[page] = items - begun[page]
		}
	}
	return pages, follow
}

// heading answers whether a paragraph announces the next one.
func heading(paragraph string) bool {
	return strings.HasSuffix(paragraph, "：") || strings.HasSuffix(paragraph, ":")
}

// wrap reckons the lines of a paragraph.
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
