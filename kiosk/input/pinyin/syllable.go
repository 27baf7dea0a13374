package pinyin

import (
	"cmp"
	"slices"
	"strings"
)

// Layout is the keyboard that was typed on.
type Layout int

// The two keyboards.
const (
	TwentySix Layout = iota // a to z, ü is v, the apostrophe parts syllables
	Nine                    // 2 to 9 as on a telephone, 1 parts syllables
)

// Fuzzy is a set of sounds that a person does not tell apart.
type Fuzzy uint

// The sounds that speakers of southern dialects most often take for each other.
const (
	ZhZ   Fuzzy = 1 << iota // 知 zhi, 资 zi
	ChC                     // 吃 chi, 词 ci
	ShS                     // 是 shi, 四 si
	NL                      // 你 ni, 里 li
	FH                      // 飞 fei, 黑 hei
	AngAn                   // 帮 bang, 班 ban
	EngEn                   // 更 geng, 跟 gen
	IngIn                   // 明 ming, 民 min

	AllFuzzy = ZhZ | ChC | ShS | NL | FH | AngAn | EngEn | IngIn
)

// Costs of an arc, as the negative logarithm of how rarely somebody types so. On nine keys a first letter alone says so little that
// it has to be the only way.
const (
	costFuzzy     = 2.5
	costOpen      = 5.0
	costFirst     = 7.0
	costNine      = 2.0                          // added to the two before on nine keys
	longest       = 6                            // keys of a syllable: zhuang
	costNoVowel   = 6.5                          // below, so that whoever types all of it finds it
	digitsOfKeys  = "22233344455566677778889999" // of a to z
	vowels        = "aeiouv"
	initialsOfTwo = "zh ch sh"
)

// A step is a syllable that a piece of the keys can stand for.
type step struct {
	syllable uint16
	cost     float32
	spelled  string // the letters of the keys
}

// A table says for each piece of keys which syllables it can stand for, in the order of the syllables.
type table struct {
	inside map[string][]step // where more keys follow
	last   map[string][]step // at the end, or before a wall: the syllable may be unfinished
}

// newTable makes the table of a layout for syllables, which are known by their place in the list.
func newTable(syllables []string, layout Layout, fuzzy Fuzzy) *table {
	dearer := float32(0)
	if layout == Nine {
		dearer = costNine
	}
	inside, last := steps{}, steps{}
	for i, s := range syllables {
		add := func(m steps, spelled string, cost float32) {
			m.add(layout.keys(spelled), step{uint16(i), cost, spelled})
		}
		for _, v := range spellings(s, fuzzy) {
			cost := v.cost
			if !strings.ContainsAny(s, vowels) {
				cost += costNoVowel // n, m, hm: or else each first letter would be one of these
			}
			add(inside, v.text, cost)
			add(last, v.text, cost)
			initial := len(initialOf(v.text))
			for n := 1; n < len(v.text); n++ {
				if n <= max(initial, 1) {
					add(inside, v.text[:n], v.cost+costFirst+dearer)
					add(last, v.text[:n], v.cost+costFirst+dearer)
				} else {
					add(last, v.text[:n], v.cost+costOpen+dearer)
				}
			}
		}
	}
	return &table{inside.sorted(), last.sorted()}
}

// keys answers what is typed for letters.
func (l Layout) keys(letters string) string {
	if l != Nine {
		return letters
	}
	digits := []byte(letters)
	for i, c := range digits {
		digits[i] = digitsOfKeys[c-'a']
	}
	return string(digits)
}

// steps holds the cheapest way in which keys stand for each syllable.
type steps map[string]map[uint16]step

func (m steps) add(keys string, s step) {
	if m[keys] == nil {
		m[keys] = map[uint16]step{}
	}
	if old, ok := m[keys][s.syllable]; !ok || s.cost < old.cost {
		m[keys][s.syllable] = s
	}
}

func (m steps) sorted() map[string][]step {
	out := make(map[string][]step, len(m))
	for keys, of := range m {
		list := make([]step, 0, len(of))
		for _, s := range of {
			list = append(list, s)
		}
		slices.SortFunc(list, func(a, b step) int { return cmp.Compare(a.syllable, b.syllable) })
		out[keys] = list
	}
	return out
}

// A spelling is one way to type a syllable as a whole.
type spelling struct {
	text string
	cost float32
}

// spellings answers the ways in which a syllable is typed: as it is, with ü written where the dictionary writes u (lve, jv), and with the
// sounds that are taken for others.
func spellings(s string, fuzzy Fuzzy) []spelling {
	initial := initialOf(s)
	heads, tails := []string{initial}, []string{s[len(initial):]}
	other := func(set Fuzzy, a, b string) {
		if fuzzy&set == 0 {
			return
		}
		switch initial {
		case a:
			heads = append(heads, b)
		case b:
			heads = append(heads, a)
		}
	}
	other(ZhZ, "zh", "z")
	other(ChC, "ch", "c")
	other(ShS, "sh", "s")
	other(NL, "n", "l")
	other(FH, "f", "h")
	ending := func(set Fuzzy, long, short string) {
		if fuzzy&set == 0 {
			return
		}
		if stem, ok := strings.CutSuffix(tails[0], long); ok {
			tails = append(tails, stem+short)
		} else if stem, ok := strings.CutSuffix(tails[0], short); ok {
			tails = append(tails, stem+long)
		}
	}
	ending(AngAn, "ang", "an")
	ending(EngEn, "eng", "en")
	ending(IngIn, "ing", "in")

	var out []spelling
	for i, head := range heads {
		for j, tail := range tails {
			cost := costFuzzy * float32(min(i, 1)+min(j, 1))
			out = append(out, spelling{head + tail, cost})
			switch {
			case (head == "l" || head == "n") && tail == "ue", tail != "" && tail[0] == 'u' && strings.Contains("j q x y", head):
				out = append(out, spelling{head + "v" + tail[1:], cost})
			}
		}
	}
	return out
}

// initialOf answers the consonant that a syllable begins with, or nothing.
func initialOf(s string) string {
	switch {
	case len(s) > 1 && strings.Contains(initialsOfTwo, s[:2]):
		return s[:2]
	case s == "" || strings.ContainsAny(s[:1], vowels):
		return ""
	}
	return s[:1]
}
