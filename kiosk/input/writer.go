// Package input is what a kiosk writes with instead of the operating system's
// keyboard: a hand, sounds or strokes. Its parts are engines without a screen;
// [Writer] is all of them for one kiosk.
package input

import (
	"log/slog"
	"strings"
	"sync"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/input/handwriting"
	"linli/kiosk/input/pinyin"
	"linli/kiosk/input/stroke"
)

// Word is what keys or a finger may have meant.
type Word struct {
	Text string
	Keys int // how many of the keys pressed it takes, from the first
}

// mostWords is how many words are looked through; what is not among them is
// written in pieces.
const mostWords = 60

// mostLetters is how many keys may also be meant as the letters that they are.
const mostLetters = 6

// Writer reads keys and ink. The zero Writer knows no names. It keeps nothing of
// what it is asked, and may be used from any goroutine; the first question reads
// the data, which [Writer.Open] does before anybody waits.
type Writer struct {
	mu    sync.Mutex
	names []pinyin.Name
	fuzzy pinyin.Fuzzy
}

// Open reads the data. A kiosk whose data cannot be read still takes what is
// typed as digits; why is logged.
func (w *Writer) Open() {
	if _, err := pinyin.Open(); err != nil {
		slog.Error("pinyin", "error", err)
	}
	if _, err := handwriting.Open(); err != nil {
		slog.Error("handwriting", "error", err)
	}
	if _, err := stroke.Open(); err != nil {
		slog.Error("strokes", "error", err)
	}
}

// SetNames makes the names of a hall's places known: they go before other words.
func (w *Writer) SetNames(names []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names = nil
	for _, n := range names {
		w.names = append(w.names, pinyin.Name{Text: n})
	}
}

// SetAccent says what the hall's people do not tell apart.
func (w *Writer) SetAccent(a app.Accent) {
	f := Fuzzy(a)
	if d, err := pinyin.Open(); err == nil {
		for _, layout := range []pinyin.Layout{pinyin.TwentySix, pinyin.Nine} {
			d.Spelling("a", pinyin.Options{Layout: layout, Fuzzy: f}) // makes the tables before anybody waits
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fuzzy = f
}

// Words answers what keys of a way can mean, the likeliest first, and the keys
// as they are to be shown. nine says that they are nine keys, not 26.
func (w *Writer) Words(way flow.Way, nine bool, keys string) (words []Word, spelled string) {
	switch way {
	case flow.WayPinyin:
		d, err := pinyin.Open()
		if err != nil {
			return nil, keys
		}
		w.mu.Lock()
		o := pinyin.Options{Names: w.names, Fuzzy: w.fuzzy, Limit: mostWords}
		w.mu.Unlock()
		if nine {
			o.Layout = pinyin.Nine
		}
		for _, c := range d.Candidates(keys, o) {
			words = append(words, Word(c))
		}
		if !nine && len(keys) <= mostLetters {
			words = append(words, Word{strings.ToUpper(keys), len(keys)})
		}
		return words, d.Spelling(keys, o)
	case flow.WayStrokes:
		t, err := stroke.Open()
		if err != nil {
			return nil, keys
		}
		for _, c := range t.Candidates(keys, mostWords) {
			words = append(words, Word{c, len(keys)})
		}
		return words, drawn.Replace(keys)
	case flow.WayHand, flow.WaySigns, flow.WayLetters:
	}
	return nil, keys
}

// drawn shows stroke keys as the strokes that they are.
var drawn = strings.NewReplacer("1", "一", "2", "丨", "3", "丿", "4", "丶", "5", "乙")

// Characters answers what strokes can be, the likeliest first. Points are in any
// unit, from left to right and from top to bottom.
func (w *Writer) Characters(ink [][][2]float32) []string {
	r, err := handwriting.Open()
	if err != nil {
		return nil
	}
	strokes := make([]handwriting.Stroke, len(ink))
	defer func() {
		for _, s := range strokes {
			clear(s)
		}
	}()
	for i, s := range ink {
		strokes[i] = make(handwriting.Stroke, 0, len(s)) // once: what append leaves behind is not wiped
		for _, p := range s {
			strokes[i] = append(strokes[i], handwriting.Point{X: p[0], Y: p[1]})
		}
	}
	return r.Recognize(strokes, 20)
}
