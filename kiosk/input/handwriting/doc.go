// Package handwriting recognises one Han character that was drawn with a finger, without a network and without anything
// learnt from other people's writing: it compares the strokes with those of 9,574 printed characters (package hanzi).
//
// A hand differs from print in ways that are known, and each has its answer here:
//
//   - It writes large or small, narrow, slanted, with one stroke too long. So ink and templates are first brought to the
//     same place, spread and uprightness (frame.go), by where most of the line lies.
//   - It joins strokes, and one joined stroke looks like nothing in the dictionary. So the coarse look (feature.go) does not
//     know of strokes: it counts in a grid of 8 by 8 cells how much line runs in each of 8 directions, with the pen's way through
//     the air counting as a faint line, so that joining changes little. It is one product of vectors a character, and leaves
//     the 400 that are most alike.
//   - It takes strokes in another order, and leaves some out. So the close look (match.go) pairs the strokes of the ink with those
//     of each template at the least cost, by dynamic programming: one to one, several of the template as one of the ink, neighbours
//     in each other's place, a stroke left out on either side.
//
// The sum of both looks decides. How common a character is breaks ties: 己 and 已 in a quick hand are the same, and one of
// them is meant more often.
//
// How well that works is measured in two ways, and neither is what counts in the end, people's own writing. The tests distort
// the templates themselves (hand_test.go): joined and swapped strokes, jitter, slant, uneven size. That flatters, because
// print with a distortion is still print.
package handwriting
