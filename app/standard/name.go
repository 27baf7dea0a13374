package standard

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	ruleName = "民委发〔2016〕33号"

	// NameLength is the greatest number of characters in a name.
	NameLength = 50

	dot = '·' // U+00B7, the only separator that the rule allows
)

// NormalizeName brings a person's name into the one form that is stored and
// compared: NFC, one U+00B7 between parts whichever of the many dots was typed,
// no spaces between Chinese characters, single spaces elsewhere. Rare characters
// and those of the private use areas are kept as they are. A name has at most
// [NameLength] characters. Errors are *[Error], CodeName….
func NormalizeName(s string) (string, error) {
	// Full-width Latin letters are input accidents; fold also trims.
	in := []rune(norm.NFC.String(fold(s)))
	if len(in) == 0 {
		return "", &Error{CodeNameEmpty, ruleName}
	}
	out := make([]rune, 0, len(in))
	for i, r := range in {
		last := rune(0)
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r):
			// U+FFFD is what a broken conversion leaves behind: the name it
			// came from is lost, so it must not be stored.
			return "", &Error{CodeNameChar, ruleName}
		case separator(in, i):
			if last == ' ' {
				out = out[:len(out)-1]
			}
			if len(out) == 0 || i == len(in)-1 {
				return "", &Error{CodeNameChar, ruleName}
			}
			if out[len(out)-1] != dot {
				out = append(out, dot)
			}
		case unicode.IsSpace(r):
			if last != ' ' && last != dot {
				out = append(out, ' ')
			}
		default:
			if n := len(out); n > 1 && last == ' ' && han(r) && han(out[n-2]) {
				out = out[:n-1] // 张 三 on forms is 张三
			}
			out = append(out, r)
		}
	}
	if out[len(out)-1] == dot {
		return "", &Error{CodeNameChar, ruleName}
	}
	if len(out) > NameLength {
		return "", &Error{CodeNameLong, ruleName}
	}
	return string(out), nil
}

// separator reports whether in[i] stands for the dot between parts of a name.
// The full stop does so only beside a Chinese character: in "J. Smith" it is a
// full stop.
func separator(in []rune, i int) bool {
	switch in[i] {
	case dot, '\u2022', '\u2027', '\u2219', '\u22c5', '\u30fb', '\uff65', '\u2024', '\ufe52', '\u25cf', '\u0387', '\u16eb':
		return true
	case '.', '。', '｡':
		return i > 0 && han(in[i-1]) || i+1 < len(in) && han(in[i+1])
	}
	return false
}
