package speak_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/assets"
	"linli/kiosk/speak"
)

func TestATextIsPartedWhereOneBreathes(t *testing.T) {
	if got := speak.Clauses("请打 025-12345，2026年起，共 1200 元。"); len(got) != 4 || got[0].Words != "请打 0 2 5" || got[1].Words != "1 2 3 4 5" ||
		got[2].Words != "2 0 2 6 年起" || got[3].Words != "共 1200 元" {
		t.Errorf("numbers: %+v", got)
	}
	got := speak.Clauses("您的号是 A二，零零五。请记住“这个号”（坐下等候）！\nIt is 3.5 km, turn left.")
	want := []string{"您的号是 A二", "零零五", "请记住 这个号 坐下等候", "It is 3.5 km", "turn left"}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, c := range got {
		if c.Words != want[i] || c.Pause == 0 {
			t.Errorf("%d: %+v, want %q", i, c, want[i])
		}
	}
}

// Whatever is said: no mark is left for an engine to stumble over, and no word is lost.
func TestNoWordIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("请到三号A1，。、“”（）.!?\n ")), 0, 40, -1).Draw(t, "text")
		said := ""
		for _, c := range speak.Clauses(text) {
			said += c.Words
		}
		keep := func(r rune) rune {
			if strings.ContainsRune("请到三号A1", r) {
				return r
			}
			return -1
		}
		if strings.Map(keep, said) != strings.Map(keep, text) {
			t.Fatalf("%q is said as %q", text, said)
		}
	})
}

// Every page of every flow has something to say, in both languages, that can be said: no markup, no long run of digits, no
// abbreviation in capitals.
func TestEveryPageCanBeSaid(t *testing.T) {
	if err := assets.LoadLang(); err != nil {
		t.Fatal(err)
	}
	for _, lang := range assets.Languages() {
		for _, page := range pages[lang]() {
			clauses := speak.Clauses(page.Spoken.In(lang))
			if len(clauses) == 0 {
				t.Errorf("%s in %s says nothing", page.ID, lang)
			}
			for _, c := range clauses {
				if strings.ContainsAny(c.Words, "{}<>#*_|\\/@=+") {
					t.Errorf("%s in %s has markup: %q", page.ID, lang, c.Words)
				}
				if run := longestRun(c.Words, func(r rune) bool { return r >= '0' && r <= '9' }); run > 4 {
					t.Errorf("%s in %s has %d digits on end: %q", page.ID, lang, run, c.Words)
				}
				if run := longestRun(c.Words, func(r rune) bool { return r >= 'A' && r <= 'Z' }); run > 2 {
					t.Errorf("%s in %s has an abbreviation: %q", page.ID, lang, c.Words)
				}
			}
		}
		if n := len(pages[lang]()); n < 40 {
			t.Errorf("only %d pages were walked", n)
		}
	}
}

func longestRun(s string, in func(rune) bool) (longest int) {
	run := 0
	for _, r := range s {
		if run++; !in(r) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
