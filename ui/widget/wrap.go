package widget

import (
	"strings"
	"unicode"
)

// Wrap breaks text into lines no wider than width, as measure answers it (the
// width of a text must be the sum of the widths of its parts).
// Han may break anywhere except that no line begins with a closing mark and
// none ends with an opening one (禁则, GB/T 15834 §5.1); a word or a number in
// Latin letters stays whole unless it alone is too wide. A line feed breaks a
// line. The lines hold all of the text but the spaces at their ends.
func Wrap(text string, width float32, measure func(string) float32) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrapParagraph(paragraph, width, measure)...)
	}
	return lines
}

// Balance is Wrap with as few lines, but of lengths as even as they can be: a
// title with one character left on its last line looks like a mistake.
func Balance(text string, width float32, measure func(string) float32) []string {
	best := Wrap(text, width, measure)
	if len(best) < 2 {
		return best
	}
	low, high := width/float32(len(best)+1), width
	for range 12 {
		middle := (low + high) / 2
		if lines := Wrap(text, middle, measure); len(lines) == len(best) && wholeIn(text, middle, measure) {
			best, high = lines, middle
		} else {
			low = middle
		}
	}
	return best
}

// wholeIn answers whether every word of a text stays whole in a width.
func wholeIn(text string, width float32, measure func(string) float32) bool {
	for _, word := range Words(text) {
		if measure(word) > width {
			return false
		}
	}
	return true
}

// wrapParagraph adds widths up unit by unit, so that a long text costs no more
// than its length: measure must be additive, as widths without kerning are.
func wrapParagraph(text string, width float32, measure func(string) float32) []string {
	var lines []string
	line, used := "", float32(0)
	for _, unit := range units(text) {
		bare := strings.TrimRight(unit, " ")
		if used+measure(bare) <= width {
			line += unit
			used += measure(unit)
			continue
		}
		if kept := strings.TrimRight(line, " "); kept != "" {
			lines = append(lines, kept)
		}
		line = strings.TrimLeft(unit, " ")
		for measure(strings.TrimRight(line, " ")) > width {
			head, rest := cut(line, width, measure)
			if rest == "" {
				break
			}
			lines = append(lines, head)
			line = rest
		}
		used = measure(line)
	}
	return append(lines, strings.TrimRight(line, " "))
}

// cut splits a unit that is wider than a line.
func cut(unit string, width float32, measure func(string) float32) (head, rest string) {
	runes := []rune(unit)
	if len(runes) < 2 {
		return unit, ""
	}
	n := len(runes) - 1
	for n > 1 && measure(string(runes[:n])) > width {
		n--
	}
	for n > 1 && closing(runes[n]) {
		n--
	}
	return string(runes[:n]), string(runes[n:])
}

// units splits text into what may not be broken.
func units(text string) []string {
	var all []string
	var unit []rune
	flush := func() {
		if len(unit) > 0 {
			all = append(all, string(unit))
			unit = nil
		}
	}
	var last rune
	for _, r := range text {
		if len(unit) > 0 && mayBreak(last, r) {
			flush()
		}
		unit = append(unit, r)
		last = r
	}
	flush()
	return all
}

// mayBreak answers whether a line may end after a and the next begin with b.
func mayBreak(a, b rune) bool {
	switch {
	case b == ' ':
		return false // a space hangs on the word before it
	case a == ' ':
		return true
	case closing(b), opening(a):
		return false
	case a == '-' || a == '/':
		return wide(b)
	}
	return wide(a) || wide(b)
}

func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || closing(r) && r > unicode.MaxLatin1 || opening(r) && r > unicode.MaxLatin1 ||
		r >= 0x3000 && r <= 0x30FF || r >= 0xFF01 && r <= 0xFF60
}

func closing(r rune) bool {
	return strings.ContainsRune("，。、；：？！）》」』】〕〉”’…—·％℃～.,;:!?)]}%", r)
}

func opening(r rune) bool {
	return strings.ContainsRune("（《「『【〔〈“‘([{", r)
}

// Words splits text into what [Wrap] keeps on one line, without the spaces
// between them.
func Words(text string) []string {
	var words []string
	for _, paragraph := range strings.Split(text, "\n") {
		for _, unit := range units(paragraph) {
			if word := strings.TrimSpace(unit); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}
