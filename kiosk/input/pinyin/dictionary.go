package pinyin

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"linli/assets"
)

// A Dictionary turns keys into Chinese. It never changes, but for tables that it keeps to be quick.
type Dictionary struct {
	syllables []string // in order; the place of one is its number
	words     *tree
	hall      *tree // of words that are more frequent in a hall than elsewhere
	readings  map[rune][]reading
	people    *people

	tables sync.Map                 // settings → *table
	own    atomic.Pointer[ownWords] // of the last call, since the next will most likely bring the same
}

type settings struct {
	layout Layout
	fuzzy  Fuzzy
}

// Open returns the dictionary, which is read at the first call and shared by all.
func Open() (*Dictionary, error) { return open() }

var open = sync.OnceValues(func() (*Dictionary, error) { return unpack(assets.PinyinWords()) })

// unpack makes a dictionary of compressed lines.
func unpack(packed []byte) (*Dictionary, error) {
	lines, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("pinyin: %w", err)
	}
	data, err := io.ReadAll(lines)
	if err != nil {
		return nil, fmt.Errorf("pinyin: %w", err)
	}
	return read(string(data))
}

// read makes a dictionary of the lines that assets/input/README.md describes. The words' texts remain parts of data.
func read(data string) (*Dictionary, error) {
	d := &Dictionary{}
	numbers := map[string]uint16{}
	for line := range strings.Lines(data) {
		reading, _, _ := strings.Cut(line, "\t")
		for s := range strings.FieldsSeq(reading) {
			if _, ok := numbers[s]; !ok {
				numbers[s] = 0
				d.syllables = append(d.syllables, s)
			}
		}
	}
	slices.Sort(d.syllables)
	for i, s := range d.syllables {
		numbers[s] = uint16(i)
	}

	entries := make([]entry, 0, strings.Count(data, "\t"))
	total := 0.0
	for line := range strings.Lines(data) {
		reading, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || reading == "" {
			return nil, errors.New("pinyin: a line without words")
		}
		syllables := make([]uint16, 0, 1+strings.Count(reading, " "))
		for s := range strings.FieldsSeq(reading) {
			syllables = append(syllables, numbers[s])
		}
		for field := range strings.SplitSeq(rest, "\t") {
			text := strings.TrimRight(field, "0123456789")
			if utf8.RuneCountInString(text) != len(syllables) {
				return nil, fmt.Errorf("pinyin: %q is not read %q", text, reading)
			}
			weight := 0.0
			for _, digit := range field[len(text):] {
				weight = 10*weight + float64(digit-'0')
			}
			total += weight
			entries = append(entries, entry{syllables, word{text, float32(weight)}})
		}
	}
	for i := range entries {
		// Half a meeting for everybody: a character that was never met can still be typed.
		entries[i].rank = float32(math.Log((float64(entries[i].rank) + 0.5) / total))
	}
	if !slices.IsSortedFunc(entries, func(a, b entry) int { return slices.Compare(a.syllables, b.syllables) }) {
		slices.SortStableFunc(entries, byReading)
	}
	d.words = newTree(entries)
	d.readings = d.readingsOfCharacters()
	d.people = d.makePeople()
	hall, err := d.vocabulary(assets.HallWords(), total)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(hall, byReading)
	d.hall = newTree(hall)
	return d, nil
}

// table answers what the keys of a layout stand for.
func (d *Dictionary) table(layout Layout, fuzzy Fuzzy) *table {
	if layout != Nine {
		layout = TwentySix
	}
	key := settings{layout, fuzzy & AllFuzzy}
	if t, ok := d.tables.Load(key); ok {
		return t.(*table)
	}
	t, _ := d.tables.LoadOrStore(key, newTable(d.syllables, key.layout, key.fuzzy))
	return t.(*table)
}
