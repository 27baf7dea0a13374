package standard

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// Reading is one way to type a name on a Latin keyboard: 张三 has Full
// "zhangsan" and Initials "zs". Both are lower case without tones; ü is v, as in
// every input method.
type Reading struct {
	Full     string
	Initials string
}

// maxReadings bounds the readings of one name; a name of polyphones only would
// otherwise have hundreds, of which nobody types the tail.
const maxReadings = 8

// Pinyin returns the search keys of a name, the likeliest first. A surname that
// has a reading of its own (单 shan, 查 zha, 尉迟 yuchi) comes with it and with the
// usual one, because both get typed. Latin letters and digits stand for
// themselves, separators and characters without a known reading are left out; a
// name with nothing to type yields nil. Safe for concurrent use.
func Pinyin(name string) []Reading {
	t := pinyinTable()
	var room [16][]Reading
	parts := room[:0]
	count := 1
	first, wordStart := true, true
	for i := 0; i < len(name); {
		var choice []Reading
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r < 0x80:
			choice = t.latin(r, wordStart)
			wordStart = choice == nil
		case first:
			choice = t.surname[r]
			if c, n := t.compound(name[i:]); c != nil {
				choice, size = c, n
			}
			if choice == nil {
				choice = t.han(r)
			}
		default:
			choice = t.han(r)
		}
		if r >= 0x80 {
			wordStart = true
		}
		i += size
		if len(choice) == 0 {
			continue
		}
		first = false
		parts = append(parts, choice)
		count = min(count*len(choice), 1<<20) // far beyond maxReadings, far from overflow
	}
	if len(parts) == 0 {
		return nil
	}
	out := make([]Reading, 0, min(count, maxReadings))
	var full, initials [96]byte
	for n := 0; n < count && len(out) < cap(out); n++ {
		f, in := full[:0], initials[:0]
		// The number n read in mixed radix picks one alternative for each part;
		// the surname turns fastest, since its second reading is wanted most.
		rest := n
		for _, choice := range parts {
			c := choice[rest%len(choice)]
			rest /= len(choice)
			f = append(f, c.Full...)
			in = append(in, c.Initials...)
		}
		cut := len(f)
		both := string(append(f, in...)) // one allocation for the two keys
		out = append(out, Reading{both[:cut], both[cut:]})
	}
	return out
}

// PinyinKey brings what somebody typed into the search box into the form of
// [Reading]: lower case, ü as v, only letters and digits.
func PinyinKey(query string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r == 'ü':
			return 'v'
		}
		return -1
	}, strings.ToLower(fold(query)))
}

// sounds holds the readings of every character, built at the first use: the
// dictionary's tone-marked strings are too slow to take apart for each name.
type sounds struct {
	// near maps the characters from U+3400 to U+9FFF, nearly all that occur, to
	// an index into lists; 0 means none.
	near      [0xa000 - 0x3400]uint16
	lists     [][]Reading
	far       map[rune][]Reading
	surname   map[rune][]Reading
	compounds map[string][]Reading
	ascii     [0x80][2][]Reading // within a word, at its start
}

var pinyinTable = sync.OnceValue(func() *sounds {
	t := &sounds{
		lists:     make([][]Reading, 1, 2048),
		far:       map[rune][]Reading{},
		surname:   map[rune][]Reading{},
		compounds: map[string][]Reading{},
	}
	index := map[string]uint16{}
	add := func(r rune, text string) {
		if r < 0x3400 || r >= 0xa000 {
			t.far[r] = readings(text)
			return
		}
		n, ok := index[text]
		if !ok {
			n = uint16(len(t.lists))
			index[text] = n
			t.lists = append(t.lists, readings(text))
		}
		t.near[r-0x3400] = n
	}
	for r, marked := range pinyin.PinyinDict {
		marked, _, _ = strings.Cut(marked, ",")
		if plain := toneless.Replace(marked); plain != "" {
			add(rune(r), plain)
		}
	}
	for r, text := range givens {
		add(r, text)
	}
	for r, text := range surnames {
		t.surname[r] = readings(text)
	}
	for name, text := range compounds {
		for _, way := range strings.Split(text, "|") {
			a, b, _ := strings.Cut(way, " ")
			t.compounds[name] = append(t.compounds[name], Reading{a + b, a[:1] + b[:1]})
		}
	}
	for c := range byte(0x80) {
		s := strings.ToLower(string(rune(c)))
		if s[0] >= 'a' && s[0] <= 'z' || s[0] >= '0' && s[0] <= '9' {
			t.ascii[c] = [2][]Reading{{{s, ""}}, {{s, s}}}
		}
	}
	return t
})

func (t *sounds) han(r rune) []Reading {
	if r >= 0x3400 && r < 0xa000 {
		return t.lists[t.near[r-0x3400]]
	}
	return t.far[r]
}

func (t *sounds) latin(r rune, wordStart bool) []Reading {
	if wordStart {
		return t.ascii[r][1]
	}
	return t.ascii[r][0]
}

// compound returns the readings of a two-character surname that name begins
// with, and its length in bytes.
func (t *sounds) compound(name string) ([]Reading, int) {
	const two = len("尉迟")
	if len(name) < two {
		return nil, 0
	}
	return t.compounds[name[:two]], two
}

// readings turns "shan dan" into the readings of one character.
func readings(text string) []Reading {
	var out []Reading
	for _, s := range strings.Fields(text) {
		out = append(out, Reading{s, s[:1]})
	}
	return out
}

// toneless takes the tone marks off a syllable.
var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e",
	"ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ī", "i", "í", "i", "ǐ", "i", "ì", "i",
	"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v",
	"ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "ê", "e", "ế", "e", "ề", "e",
)
