package widget_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"linli/ui/widget"
)

// ems counts a Han character as one and a Latin one as a half.
func ems(s string) float32 {
	var w float32
	for _, r := range s {
		if r < 0x2E80 {
			w += 0.5
		} else {
			w++
		}
	}
	return w
}

func TestWrapKeepsMarksAndWordsTogether(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"", 5, []string{""}},
		{"您要办什么？", 5, []string{"您要办什", "么？"}},
		{"带上（原件）身份证", 3, []string{"带上", "（原", "件）身", "份证"}},
		{"Take a number please", 5, []string{"Take a", "number", "please"}},
		{"请到 A1-005 窗口", 4, []string{"请到", "A1-005", "窗口"}},
		{"第一行\n第二行", 9, []string{"第一行", "第二行"}},
	} {
		if got := widget.Wrap(c.text, c.width, ems); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v ems: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestBalanceLeavesNoLonelyCharacter(t *testing.T) {
	got := widget.Balance("您要反映哪方面的问题", 9, ems)
	if len(got) != 2 || utf8.RuneCountInString(got[1]) < 4 {
		t.Errorf("balanced into %q", got)
	}
}

func TestBalanceCutsNoWord(t *testing.T) {
	got := widget.Balance("Smaller text", 5, ems)
	if !slices.Equal(got, []string{"Smaller", "text"}) {
		t.Errorf("balanced into %q", got)
	}
}

func TestWrapLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("您好办理号码，。！（）“”abc12 -\n")), 0, 60, -1).Draw(t, "text")
		width := float32(rapid.IntRange(1, 20).Draw(t, "width"))
		lines := widget.Wrap(text, width, ems)
		spaceless := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := spaceless(strings.Join(lines, "")); got != spaceless(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, line := range lines {
			// A mark may hang over where there is no other way to keep it with its word.
			if ems(line) > width && ems(strings.TrimRight(line, "，。！）”")) > width+1 && utf8.RuneCountInString(line) > 2 {
				t.Fatalf("%q is wider than %v", line, width)
			}
		}
	})
}

// A width of nothing must still come to an end.
func TestWrapEndsWithoutRoom(t *testing.T) {
	if got := widget.Wrap("办事", -1, ems); len(got) == 0 {
		t.Error("no lines")
	}
}
