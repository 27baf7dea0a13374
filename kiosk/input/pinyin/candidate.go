package pinyin

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"linli/assets"
)

// Options is who types and on what.
type Options struct {
	Layout Layout
	Fuzzy  Fuzzy
	// Names are the hall's own words, such as its streets, estates and surnames, which go before others that are typed alike.
	Names []Name
	// Used is how often this person has chosen a text before.
	Used map[string]int
	// Limit is the most candidates that are wanted; 0 is all.
	Limit int
}

// Name is a word of the hall's own. How it is read follows from its characters.
type Name struct{ Text string }

// Candidate is something that the keys can mean.
type Candidate struct {
	Text string // Han
	Keys int    // how many of the typed keys it takes, from the first: bytes of the keys, what parts syllables included
}

// mostSentences is how many candidates of several words are shown at most.
const mostSentences = 5

// Candidates answers what typed keys can mean, the best first: what takes all of them, then words that take fewer, then the
// characters of the first syllable.
func (d *Dictionary) Candidates(keys string, o Options) []Candidate {
	l := d.lattice(keys, o)
	if l.goal == 0 {
		return nil
	}
	ways, first := l.ways(d.person)
	all := ways[l.goal]
	var begin int // the end of the first syllable of the best sentence
	if len(all) > 0 {
		spans, _ := path(ways, all[0])
		if marks := l.marks(0, spans[0]); len(marks) > 0 {
			begin = marks[0].end
		}
	}

	list := make([]ranked, 0, len(first)+len(all))
	for _, s := range first {
		if s.end != l.goal && s.cost+l.rest[s.end] > l.rest[0]+slackPiece {
			continue
		}
		r := ranked{s.text, s.end, s.score, wholes}
		if s.end != l.goal {
			r.group = pieces
			if utf8.RuneCountInString(s.text) == 1 {
				r.group = characters
				if s.end == begin {
					r.group = firstCharacters
				}
			}
		}
		if !drawn(s.text) {
			r.group = strangers
		}
		list = append(list, r)
	}
	room := mostSentences
	for _, w := range all {
		if w.words > 1 && room > 0 {
			room--
			list = append(list, ranked{sentence(ways, w), l.goal, w.score, wholes})
		}
	}
	slices.SortFunc(list, ranked.compare)
	out := make([]Candidate, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, r := range list {
		if !seen[r.text] {
			seen[r.text] = true
			out = append(out, Candidate{r.text, l.end[r.end]})
			if len(out) == o.Limit {
				break
			}
		}
	}
	return out
}

// drawn answers whether the program's own font has all of a text.
func drawn(text string) bool {
	for _, r := range text {
		if !assets.HasGlyph(r) {
			return false
		}
	}
	return true
}

// A ranked is a candidate with what decides its place.
type ranked struct {
	text  string
	end   int
	score float64
	group int
}

// compare orders what is shown. It is called often enough that the texts are not compared in vain.
func (r ranked) compare(b ranked) int {
	switch {
	case r.group != b.group:
		return cmp.Compare(r.group, b.group)
	case r.end != b.end:
		return cmp.Compare(b.end, r.end)
	case r.score != b.score:
		return cmp.Compare(b.score, r.score)
	}
	return cmp.Compare(r.text, b.text)
}

// The groups of candidates, in their order.
const (
	wholes = iota
	pieces
	firstCharacters
	characters
	strangers // not in the program's font: names may need them, and nobody else sees more than an empty box
)

// lattice reads the keys.
func (d *Dictionary) lattice(keys string, o Options) *lattice {
	return newLattice(readKeys(keys, o.Layout), d.table(o.Layout, o.Fuzzy), d.words, d.hall, d.ownTree(o.Names, o.Used))
}

func sentence(ways [][]way, w way) string {
	spans, _ := path(ways, w)
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}
