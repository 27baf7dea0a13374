package input_test

import (
	"slices"
	"testing"

	"linli/kiosk/flow"
	"linli/kiosk/input"
)

func TestAWriterReadsEveryWay(t *testing.T) {
	var w input.Writer
	w.Open()
	w.SetNames([]string{"栖霞家园"})
	for name, c := range map[string]struct {
		way     flow.Way
		nine    bool
		keys    string
		want    string
		takes   int
		spelled string
	}{
		"sounds":         {flow.WayPinyin, false, "dianti", "电梯", 6, "dian ti"},
		"nine keys":      {flow.WayPinyin, true, "342684", "电梯", 6, "dian ti"},
		"a hall's place": {flow.WayPinyin, false, "qixiajiayuan", "栖霞家园", 12, "qi xia jia yuan"},
		"strokes":        {flow.WayStrokes, false, "12", "十", 2, "一丨"},
	} {
		t.Run(name, func(t *testing.T) {
			words, spelled := w.Words(c.way, c.nine, c.keys)
			if len(words) == 0 || words[0] != (input.Word{Text: c.want, Keys: c.takes}) || spelled != c.spelled {
				t.Errorf("%v, shown as %q", words[:min(len(words), 3)], spelled)
			}
		})
	}
	if words, _ := w.Words(flow.WayPinyin, false, "abc"); words[len(words)-1] != (input.Word{Text: "ABC", Keys: 3}) {
		t.Errorf("letters are not among %v", words)
	}
	if got := w.Characters([][][2]float32{{{0, 50}, {100, 50}}, {{50, 0}, {50, 100}}}); len(got) == 0 || got[0] != "十" {
		t.Errorf("a cross is %v", got)
	}
	if got := w.Characters(nil); len(got) != 0 {
		t.Errorf("nothing is %v", got)
	}
}

// A kiosk learns nothing from anybody: what was asked before changes no answer.
func TestAWriterKeepsNothing(t *testing.T) {
	var w input.Writer
	w.SetNames([]string{"栖霞家园"})
	ask := func() (all []input.Word) {
		for _, keys := range []string{"shi", "zhangxiuying", "qixiajiayuan"} {
			words, _ := w.Words(flow.WayPinyin, false, keys)
			all = append(all, words...)
		}
		return all
	}
	first := ask()
	for range 5 {
		if now := ask(); !slices.Equal(now, first) {
			t.Fatal("the same keys mean something else")
		}
	}
}
