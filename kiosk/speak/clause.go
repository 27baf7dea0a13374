package speak

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Clause is a piece of a text that is said in one breath, and how long the pause after it is.
type Clause struct {
	Words string
	Pause time.Duration
}

// Pauses after the marks of a text.
const (
	comma    = 250 * time.Millisecond
	fullStop = 500 * time.Millisecond
)

// longNumber is a run of digits that nobody reads as a number: of a telephone or a receipt, and a year. A short dash parts it.
var longNumber = regexp.MustCompile(`\d+(?:-\d+)+|\d{5,}|\d{4}年`)

// digitByDigit parts the digits of long numbers.
func digitByDigit(text string) string {
	return longNumber.ReplaceAllStringFunc(text, func(number string) string {
		var b strings.Builder
		for _, r := range number {
			if r == '-' {
				b.WriteRune('，')
				continue
			}
			b.WriteRune(r)
			if r < utf8.RuneSelf {
				b.WriteRune(' ')
			}
		}
		return b.String()
	})
}

// Clauses parts a text at its marks. Long numbers are said digit by digit. What is not said, such as brackets and quotation
// marks, is left out.
func Clauses(text string) (all []Clause) {
	var words strings.Builder
	end := func(pause time.Duration) {
		if w := strings.Join(strings.Fields(words.String()), " "); w != "" {
			all = append(all, Clause{w, pause})
		}
		words.Reset()
	}
	runes := []rune(digitByDigit(text))
	for i, r := range runes {
		switch r {
		case '。', '？', '！', '；', '\n', '?', '!', ';':
			end(fullStop)
		case '，', '、', '：', ',', ':':
			end(comma)
		case '.':
			// A point in a number, or in the middle of a word, is no end.
			if i+1 < len(runes) && !unicode.IsSpace(runes[i+1]) {
				words.WriteRune(r)
				continue
			}
			end(fullStop)
		case '“', '”', '‘', '’', '「', '」', '《', '》', '（', '）', '(', ')', '"', '·', '—', '…':
			words.WriteRune(' ')
		default:
			words.WriteRune(r)
		}
	}
	end(fullStop)
	return all
}
