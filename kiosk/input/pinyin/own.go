package pinyin

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	longestName  = 16 // characters; a longer text is no word
	mostReadings = 16 // of one text
	// rankName is the rank of a hall's own word: among the thousand most frequent.
	rankName = -7.5
	// gainCharacter is what a single character gains, which would be everywhere in sentences if it gained as much.
	gainCharacter = 2.5
	// rankUsed is the rank of what was chosen once; gainUsed bounds what it gains when it is chosen again and again.
	rankUsed = -8.5
	gainUsed = 4.0
)

// A reading is a syllable of a character, and how often it is met so.
type reading struct {
	syllable uint16
	rank     float32
}

// readingsOfCharacters collects the readings of each character, the most frequent first.
func (d *Dictionary) readingsOfCharacters() map[rune][]reading {
	all := make(map[rune][]reading)
	root := d.words.nodes[0]
	for _, n := range d.words.nodes[root.children:root.childEnd] {
		for _, w := range d.words.words[n.wordStart:n.wordsEnd] {
			r, _ := utf8.DecodeRuneInString(w.text)
			all[r] = append(all[r], reading{n.syllable, w.rank})
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b reading) int {
			return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.syllable, b.syllable))
		})
	}
	return all
}

// ownWords is the tree of names and used texts, kept with what it was made of.
type ownWords struct {
	names []Name
	used  map[string]int
	tree  *tree
}

// ownTree answers the tree of names and used texts.
func (d *Dictionary) ownTree(names []Name, used map[string]int) *tree {
	if old := d.own.Load(); old != nil && slices.Equal(old.names, names) && maps.Equal(old.used, used) {
		return old.tree
	}
	own := &ownWords{slices.Clone(names), maps.Clone(used), d.newOwnTree(names, used)}
	d.own.Store(own)
	return own.tree
}

func (d *Dictionary) newOwnTree(names []Name, used map[string]int) *tree {
	var entries []entry
	add := func(text string, rank func(known float32, ok bool) float32) {
		for _, syllables := range d.ways(text) {
			known, ok := d.words.rank(syllables, text)
			entries = append(entries, entry{syllables, word{text, rank(known, ok)}})
		}
	}
	for _, n := range names {
		add(n.Text, func(known float32, ok bool) float32 {
			switch {
			case utf8.RuneCountInString(n.Text) == 1:
				return min(known+gainCharacter, -1)
			case ok:
				return max(known, rankName)
			}
			return rankName
		})
	}
	for text, times := range used {
		if times <= 0 {
			continue
		}
		gain := float32(min(math.Log1p(float64(times)), gainUsed))
		add(text, func(known float32, ok bool) float32 {
			if !ok || utf8.RuneCountInString(text) > 1 {
				known = max(rankUsed, known)
				if !ok {
					known = rankUsed
				}
			}
			return min(known+gain, -1)
		})
	}
	slices.SortFunc(entries, byReading)
	return newTree(entries)
}

// ways answers how a text can be read, the likeliest first; nil if a character of it is unknown.
func (d *Dictionary) ways(text string) [][]uint16 {
	if n := utf8.RuneCountInString(text); n == 0 || n > longestName {
		return nil
	}
	type partial struct {
		syllables []uint16
		rank      float32
	}
	all := []partial{{}}
	for _, r := range strings.TrimSpace(text) {
		readings := d.readings[r]
		if readings == nil {
			return nil
		}
		var next []partial
		for _, p := range all {
			for _, of := range readings {
				syllables := append(slices.Clone(p.syllables), of.syllable)
				// Among the readings of one character the share counts, not how frequent the character is.
				next = append(next, partial{syllables, p.rank + of.rank - readings[0].rank})
			}
		}
		slices.SortStableFunc(next, func(a, b partial) int { return cmp.Compare(b.rank, a.rank) })
		all = next[:min(len(next), mostReadings)]
	}
	out := make([][]uint16, len(all))
	for i, p := range all {
		out[i] = p.syllables
	}
	return out
}
