// Package hanzi reads the table of Han characters that the engines of text entry share: for each character the strokes
// in the order in which they are written, the key of each stroke, and how common the character is.
//
// A stroke is kept as its median: the line that the middle of the brush follows, as eight points at equal distances along
// it, one byte a coordinate. Eight are enough: a stroke of a Han character has at most four bends, and what a hand
// draws differs from the printed form by more than the rounding does.
//
// The key of a stroke is one of the five kinds of the national standard, GF 3003: 1 横 (with 提), 2 竖 (with 竖钩), 3 撇,
// 4 点 (with 捺), 5 折, which is everything with a bend in it. The key of a stroke in print is its place on a
// telephone's keys, and it is what people have learnt.
//
// Two files hold the table, because they come from two places under two licences (assets/input/README.md): strokes.bin,
// made from the medians, and commonness.bin, made from frequencies and from 通用规范汉字表. internal/hanzidata writes both
// with [EncodeStrokes] and [EncodeCommonness]. Read decodes them once; the result is shared and must not be changed.
package hanzi

import (
	"sync"

	"linli/assets"
)

// Points is how many points a stroke's median is kept as.
const Points = 8

// A Median is the line of one stroke: x, y, x, y, … in a box of 256 by 256, y growing downwards.
type Median [2 * Points]uint8

// A Character is one Han character of the table.
type Character struct {
	Rune    rune
	Keys    string   // one digit '1'..'5' a stroke
	Medians []Median // one a stroke, in the order of writing
	// Level is the character's class in 通用规范汉字表: 1 for the 3,500 that everybody reads, 2 and 3 for those of books and
	// names, 0 for characters outside it (traditional forms, mostly).
	Level uint8
	// Weight says how common the character is: the binary logarithm of its frequency, in 256ths. 0 is never seen.
	Weight uint16
}

// Read answers all characters, in the order of their code points.
var Read = sync.OnceValues(func() ([]Character, error) {
	characters, err := DecodeStrokes(assets.Strokes())
	if err != nil {
		return nil, err
	}
	if err := DecodeCommonness(assets.Commonness(), characters); err != nil {
		return nil, err
	}
	return characters, nil
})
