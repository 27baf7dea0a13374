package handwriting

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"linli/kiosk/input/hanzi"
)

// common answers the characters of level 1: a sample that is the same in every run, or all 3,500 with LINLI_SOAK=1.
func common(t testing.TB) []hanzi.Character {
	t.Helper()
	all, err := hanzi.Read()
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(c hanzi.Character) bool { return c.Level != 1 })
	if os.Getenv("LINLI_SOAK") != "" {
		return all
	}
	dice := rand.New(rand.NewPCG(3, 5))
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:600]
}

func TestHands(t *testing.T) {
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name              string
		hand              hand
		top1, top5, top10 float64
	}{
		{"neat", neat, 0, 0, 0},
		{"normal", normal, 0, 0, 0},
		{"sloppy", sloppy, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(7, 11))
			var first, five, ten int
			characters := common(t)
			for _, c := range characters {
				at := slices.Index(r.Recognize(test.hand.write(c, dice), 10), string(c.Rune))
				if at == 0 {
					first++
				}
				if at >= 0 && at < 5 {
					five++
				}
				if at >= 0 {
					ten++
				}
			}
			share := func(n int) float64 { return 100 * float64(n) / float64(len(characters)) }
			t.Logf("%d characters: %.1f %% first, %.1f %% among five, %.1f %% among ten", len(characters), share(first), share(five), share(ten))
			if share(first) < test.top1 || share(five) < test.top5 || share(ten) < test.top10 {
				t.Errorf("expected %.1f %%, %.1f %%, %.1f %%", test.top1, test.top5, test.top10)
			}
		})
	}
}
