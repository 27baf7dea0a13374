// Package stroke finds characters by the kinds of their strokes: 1 横 一, 2 竖 丨, 3 撇 丿, 4 点 丶, 5 折 乛, pressed in the order of
// writing. It is for those who know how a character is written and neither its pinyin nor how to draw on glass.
//
// The first keys are enough: [Table.Candidates] answers every character that begins with them. Characters that end there
// come first, because whoever has pressed all strokes of 木 means 木 and not 李; then the common before the rare.
//
// One wrong key is forgiven, as far as there is room: characters that differ from the keys in one stroke follow after all
// those that fit. People disagree about strokes (is the first of 心 丶 or 丿?), and the table itself is not without fault:
// it is derived from the shapes of the strokes (internal/hanzidata), which is right for 99 strokes of 100.
package stroke

import (
	"slices"
	"strings"
	"sync"

	"linli/kiosk/input/hanzi"
)

// forgiving is how many keys there have to be before one of them may be wrong: with fewer, everything fits.
const forgiving = 3

// A Table knows the strokes of the characters. It may be used by several goroutines at once.
type Table struct {
	sorted []entry // by keys
}

type entry struct {
	keys, text string
	weight     uint16
	rare       bool // outside 通用规范汉字表
}

// Open reads the table once; every call answers the same one.
func Open() (*Table, error) { return open() }

var open = sync.OnceValues(func() (*Table, error) {
	characters, err := hanzi.Read()
	if err != nil {
		return nil, err
	}
	return newTable(characters), nil
})

func newTable(characters []hanzi.Character) *Table {
	t := &Table{sorted: make([]entry, 0, len(characters))}
	for _, c := range characters {
		t.sorted = append(t.sorted, entry{keys: c.Keys, text: string(c.Rune), weight: c.Weight, rare: c.Level == 0})
	}
	slices.SortStableFunc(t.sorted, func(a, b entry) int { return strings.Compare(a.keys, b.keys) })
	return t
}

// Candidates answers the characters whose strokes begin with keys ('1' to '5'), at most limit: first those that have no
// further stroke, then the others, each the commonest first; then those that differ from the keys in one stroke. No keys,
// and anything that is no key, fit nothing.
func (t *Table) Candidates(keys string, limit int) []string {
	if keys == "" || limit <= 0 || strings.Trim(keys, "12345") != "" {
		return nil
	}
	fit := slices.Clone(t.beginning(keys))
	rank(fit, len(keys))
	if len(fit) < limit && len(keys) >= forgiving {
		near := t.near(keys)
		rank(near, len(keys))
		fit = append(fit, near...)
	}
	out := make([]string, 0, min(limit, len(fit)))
	for _, e := range fit[:min(limit, len(fit))] {
		out = append(out, e.text)
	}
	return out
}

// beginning answers the part of the table that begins with keys. Callers must not change it.
func (t *Table) beginning(keys string) []entry {
	first, _ := slices.BinarySearchFunc(t.sorted, keys, func(e entry, keys string) int { return strings.Compare(e.keys, keys) })
	last := first
	for last < len(t.sorted) && strings.HasPrefix(t.sorted[last].keys, keys) {
		last++
	}
	return t.sorted[first:last]
}

// near answers the entries that begin with keys in which exactly one is another.
func (t *Table) near(keys string) []entry {
	var out []entry
	other := []byte(keys)
	for i := range other {
		for k := byte('1'); k <= '5'; k++ {
			if k != keys[i] {
				other[i] = k
				out = append(out, t.beginning(string(other))...)
			}
		}
		other[i] = keys[i]
	}
	return out
}

// rank puts the entries in the order in which they are offered.
func rank(entries []entry, keys int) {
	slices.SortStableFunc(entries, func(a, b entry) int {
		if exactA, exactB := len(a.keys) == keys, len(b.keys) == keys; exactA != exactB {
			if exactA {
				return -1
			}
			return 1
		}
		if a.rare != b.rare {
			if a.rare {
				return 1
			}
			return -1
		}
		return int(b.weight) - int(a.weight)
	})
}
