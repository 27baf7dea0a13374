package pinyin

import (
	"cmp"
	"slices"
)

// A word is a text that is read in one way.
type word struct {
	text string
	rank float32 // the logarithm of how often it is met among all words; below zero
}

// An entry is a word with its syllables, before it is in a tree.
type entry struct {
	syllables []uint16
	word
}

// A tree holds words by their syllables. Node 0 is the root; the children of a node lie side by side, in the order of their syllables, and
// so do its words, the most frequent first.
type tree struct {
	nodes []node
	words []word
}

type node struct {
	syllable            uint16
	children, childEnd  int32
	wordStart, wordsEnd int32
}

// newTree makes a tree of entries that are in order (see byReading).
func newTree(entries []entry) *tree {
	t := &tree{nodes: []node{{}}, words: make([]word, len(entries))}
	for i, e := range entries {
		t.words[i] = e.word
	}
	t.grow(entries, 0, 0, len(entries), 0)
	t.nodes = slices.Clip(t.nodes)
	return t
}

// grow makes the children of a node that has the entries from lo to hi, which agree in their first depth syllables.
func (t *tree) grow(entries []entry, at int32, lo, hi, depth int) {
	n := &t.nodes[at]
	n.wordStart = int32(lo)
	for lo < hi && len(entries[lo].syllables) == depth {
		lo++
	}
	n.wordsEnd = int32(lo)
	n.children = int32(len(t.nodes))
	for i := lo; i < hi; i++ {
		if s := entries[i].syllables[depth]; i == lo || s != entries[i-1].syllables[depth] {
			t.nodes = append(t.nodes, node{syllable: s})
		}
	}
	first, last := n.children, int32(len(t.nodes))
	t.nodes[at].childEnd = last // not n: the slice may have moved
	for child := first; child < last; child++ {
		end := lo
		for end < hi && entries[end].syllables[depth] == t.nodes[child].syllable {
			end++
		}
		t.grow(entries, child, lo, end, depth+1)
		lo = end
	}
}

// byReading orders entries as a tree wants them.
func byReading(a, b entry) int {
	return cmp.Or(slices.Compare(a.syllables, b.syllables), cmp.Compare(b.rank, a.rank), cmp.Compare(a.text, b.text))
}

// child answers the child of a node with a syllable.
func (t *tree) child(of int32, syllable uint16) (int32, bool) {
	n := t.nodes[of]
	i, ok := slices.BinarySearchFunc(t.nodes[n.children:n.childEnd], syllable, func(c node, s uint16) int {
		return cmp.Compare(c.syllable, s)
	})
	return n.children + int32(i), ok
}

// rank answers how often a text is met that is read as syllables.
func (t *tree) rank(syllables []uint16, text string) (float32, bool) {
	at := int32(0)
	for _, s := range syllables {
		next, ok := t.child(at, s)
		if !ok {
			return 0, false
		}
		at = next
	}
	n := t.nodes[at]
	for _, w := range t.words[n.wordStart:n.wordsEnd] {
		if w.text == text {
			return w.rank, true
		}
	}
	return 0, false
}
