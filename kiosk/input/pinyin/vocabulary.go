package pinyin

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// vocabulary reads words with how often they are met from lines that assets/input/hall.txt describes. Total is what all words were met.
func (d *Dictionary) vocabulary(lines string, total float64) (entries []entry, err error) {
	rank := float32(0)
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		if weight, err := strconv.ParseFloat(line, 64); err == nil {
			rank = float32(math.Log(weight / total))
			continue
		}
		for field := range strings.FieldsSeq(line) {
			text, given, ok := strings.Cut(field, ":")
			var syllables []uint16
			if ok {
				syllables = d.numbers(strings.Split(given, "-"))
			} else if ways := d.ways(text); ways != nil {
				syllables = d.usual(text, ways)
			}
			if syllables == nil || rank == 0 {
				return nil, fmt.Errorf("pinyin: nobody knows how %q is read", field)
			}
			entries = append(entries, entry{syllables, word{text, rank}})
		}
	}
	return entries, nil
}

// usual answers the way in which the dictionary reads a text, or else the likeliest.
func (d *Dictionary) usual(text string, ways [][]uint16) []uint16 {
	for _, w := range ways {
		if _, ok := d.words.rank(w, text); ok {
			return w
		}
	}
	return ways[0]
}

// numbers answers the numbers of syllables, nil if one is unknown.
func (d *Dictionary) numbers(syllables []string) []uint16 {
	numbers := make([]uint16, len(syllables))
	for i, s := range syllables {
		n, ok := slices.BinarySearch(d.syllables, s)
		if !ok {
			return nil
		}
		numbers[i] = uint16(n)
	}
	return numbers
}
