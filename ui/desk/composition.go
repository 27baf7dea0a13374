package desk

import (
	"strings"

	"linli/kiosk/input/pinyin"
)

// mostLetters is more than anybody types without choosing something.
const mostLetters = 60

// composition is letters that are no text yet, and what they can mean, in pages
// of as many as stand side by side. It draws nothing.
type composition struct {
	keys    string
	spelled string // the keys as syllables
	found   []pinyin.Candidate
	from    []int // the first of each page up to the present one
	shown   int   // how many stand on the present page
}

// empty answers whether nothing is being composed.
func (c *composition) empty() bool { return c.keys == "" }

// mean makes what was found for the keys what is shown, from the first page.
func (c *composition) mean(found []pinyin.Candidate, spelled string) {
	c.found, c.spelled, c.from, c.shown = found, spelled, []int{0}, 0
}

// page answers what can be chosen now: at most nine, one for each digit.
func (c *composition) page() []pinyin.Candidate {
	if len(c.from) == 0 {
		return nil
	}
	first := c.from[len(c.from)-1]
	return c.found[first:min(first+9, len(c.found))]
}

// fit says that only so many of the page have room.
func (c *composition) fit(n int) { c.shown = n }

// more answers whether something comes after the page.
func (c *composition) more() bool {
	return len(c.from) > 0 && c.from[len(c.from)-1]+c.shown < len(c.found)
}

// turn goes to the next page, or back.
func (c *composition) turn(on bool) {
	switch {
	case on && c.more():
		c.from = append(c.from, c.from[len(c.from)-1]+c.shown)
	case !on && len(c.from) > 1:
		c.from = c.from[:len(c.from)-1]
	}
}

// at answers the n-th of the page, counted from 0, if it is shown.
func (c *composition) at(n int) (pinyin.Candidate, bool) {
	page := c.page()
	if n >= min(c.shown, len(page)) {
		return pinyin.Candidate{}, false
	}
	return page[n], true
}

// take leaves the keys that a chosen candidate has not taken.
func (c *composition) take(of pinyin.Candidate) {
	c.keys = strings.TrimLeft(c.keys[min(of.Keys, len(c.keys)):], "'")
}

// marks are the signs between Chinese sentences for those on the keyboard.
var marks = map[rune]string{
	',': "，", '.': "。", '?': "？", '!': "！", ':': "：", ';': "；", '(': "（", ')': "）", '\\': "、",
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
