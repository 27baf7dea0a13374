package standard

import (
	"strings"
	"unicode"
)

// fold turns full-width signs (Ａ, ３, －, the ideographic space) into their
// ASCII forms, which input methods produce by accident, drops invisible marks
// that come along when text is copied, and trims.
func fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000' || r == '\u00a0':
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, s))
}

// invisible reports zero-width and direction marks, which have no meaning in a
// code, a number or a Chinese name. U+200C and U+200D are letters' business in
// some scripts and are kept.
func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff':
		return true
	}
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// digits reports whether s is made of ASCII digits only; "" is not.
func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// han reports whether r is a Chinese character, private use included: systems
// without a code point for a rare character store it there.
func han(r rune) bool {
	return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Co, r)
}
