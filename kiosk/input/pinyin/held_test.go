package pinyin_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"linli/kiosk/input/pinyin"
)

// A heldLine is a text and the letters of its syllables.
type heldLine struct{ kind, text, letters string }

// held reads the lines that the engine is measured with.
func held(t testing.TB) (lines []heldLine) {
	t.Helper()
	file, err := os.Open("testdata/held.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	kind := ""
	scan := bufio.NewScanner(file)
	for scan.Scan() {
		text, reading, ok := strings.Cut(scan.Text(), "\t")
		if !ok {
			kind = strings.TrimPrefix(text, "# ")
			continue
		}
		lines = append(lines, heldLine{kind, text, strings.ReplaceAll(reading, " ", "")})
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// digits answers what is typed on nine keys.
func digits(letters string) string {
	return strings.Map(func(r rune) rune { return rune("22233344455566677778889999"[r-'a']) }, letters)
}

func open(t testing.TB) *pinyin.Dictionary {
	t.Helper()
	d, err := pinyin.Open()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// keysOf answers what is typed for letters.
func keysOf(letters string, layout pinyin.Layout) string {
	if layout == pinyin.Nine {
		return digits(letters)
	}
	return letters
}

// What was reached, in hundredths of the lines, rounded down: whoever changes words or costs sees here what it does. Sentences and places
// were looked at when the words of the hall were collected; the catalogue's lines were not, so they are what to expect of a new text.
func TestHeldLinesAreFoundAsOftenAsBefore(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		layout      pinyin.Layout
		kind        string
		first, five int
	}{
		{pinyin.TwentySix, "names", 57, 83},
		{pinyin.TwentySix, "places", 74, 84},
		{pinyin.TwentySix, "sentences", 83, 95},
		{pinyin.TwentySix, "catalogue", 71, 86},
		{pinyin.Nine, "names", 29, 67},
		{pinyin.Nine, "places", 71, 79},
		{pinyin.Nine, "sentences", 76, 91},
		{pinyin.Nine, "catalogue", 54, 73},
	} {
		lines, first, five := 0, 0, 0
		for _, line := range held(t) {
			if line.kind != c.kind {
				continue
			}
			lines++
			keys := keysOf(line.letters, c.layout)
			for i, found := range d.Candidates(keys, pinyin.Options{Layout: c.layout, Limit: 5}) {
				if found.Text == line.text && found.Keys == len(keys) {
					five++
					if i == 0 {
						first++
					}
				}
			}
		}
		t.Logf("layout %d: of %d %s %d come first (%.1f %%), %d among five (%.1f %%)",
			c.layout, lines, c.kind, first, 100*float64(first)/float64(lines), five, 100*float64(five)/float64(lines))
		if 100*first < c.first*lines || 100*five < c.five*lines {
			t.Errorf("layout %d: of %d %s %d come first and %d among five; it was %d %% and %d %%",
				c.layout, lines, c.kind, first, five, c.first, c.five)
		}
	}
}

// The hall's own streets and estates are written at once.
func TestNamesOfTheHallComeFirst(t *testing.T) {
	d := open(t)
	var names []pinyin.Name
	for _, line := range held(t) {
		if line.kind == "places" {
			names = append(names, pinyin.Name{Text: line.text})
		}
	}
	for _, layout := range []pinyin.Layout{pinyin.TwentySix, pinyin.Nine} {
		for _, line := range held(t) {
			if line.kind != "places" {
				continue
			}
			got := d.Candidates(keysOf(line.letters, layout), pinyin.Options{Layout: layout, Names: names, Limit: 1})
			if len(got) != 1 || got[0].Text != line.text {
				t.Errorf("layout %d: %s is answered by %v", layout, line.text, got)
			}
		}
	}
}

// Whatever cannot be found at once can be written in pieces: each line by picking, again and again, the longest candidate that it begins with.
func TestEveryLineCanBeWrittenInPieces(t *testing.T) {
	d := open(t)
	for _, layout := range []pinyin.Layout{pinyin.TwentySix, pinyin.Nine} {
		for _, line := range held(t) {
			keys, text := keysOf(line.letters, layout), line.text
			for text != "" {
				best := pinyin.Candidate{}
				for _, c := range d.Candidates(keys, pinyin.Options{Layout: layout}) {
					if rest, ok := strings.CutPrefix(text, c.Text); ok && len(c.Text) > len(best.Text) && (rest == "") == (c.Keys == len(keys)) {
						best = c
					}
				}
				if best.Text == "" {
					t.Errorf("layout %d: %q of %s cannot be written with %q", layout, text, line.text, keys)
					break
				}
				keys, text = keys[best.Keys:], text[len(best.Text):]
			}
		}
	}
}
