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

func TestHeldLines(t *testing.T) {
	d := open(t)
	for _, layout := range []pinyin.Layout{pinyin.TwentySix, pinyin.Nine} {
		score := map[string][3]int{}
		for _, line := range held(t) {
			keys := line.letters
			if layout == pinyin.Nine {
				keys = digits(keys)
			}
			s := score[line.kind]
			s[2]++
			for i, c := range d.Candidates(keys, pinyin.Options{Layout: layout, Limit: 5}) {
				if c.Text == line.text && c.Keys == len(keys) {
					s[1]++
					if i == 0 {
						s[0]++
					}
				}
			}
			score[line.kind] = s
		}
		for kind, s := range score {
			t.Logf("layout %d, %s: %d first, %d of five, of %d", layout, kind, s[0], s[1], s[2])
		}
	}
}
