package flow_test

import (
	"strings"
	"testing"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// writing is a conversation at the page on which words are written.
func writing(t *testing.T, lang string) (flow.Facts, flow.State) {
	t.Helper()
	f := flowtest.Facts(lang)
	category := f.Problems[0]
	s := press(f, flow.State{}, "problem", category.Code, category.What[0].Code, "unsure", category.Where[0].Code, "none", "words")
	if p := flow.Show(f, s); p.ID != "problem.words" {
		t.Fatalf("at %q", p.ID)
	}
	return f, s
}

func press(f flow.Facts, s flow.State, ids ...string) flow.State {
	for _, id := range ids {
		s = flow.Press(f, s, id)
	}
	return s
}

func TestWordsAreWrittenInEveryWay(t *testing.T) {
	for name, c := range map[string]struct {
		presses []string
		text    string
		keys    string
	}{
		"by hand":                    {[]string{flow.Take(0, "灯"), flow.Take(0, "坏")}, "灯坏", ""},
		"by sound":                   {[]string{flow.PressWay(flow.WayPinyin), "d", "e", "n", "g", "h", flow.Take(4, "灯")}, "灯", "h"},
		"on nine keys":               {[]string{flow.PressWay(flow.WayPinyin), "3", "3", "6", "4", flow.Take(4, "灯")}, "灯", ""},
		"by strokes":                 {[]string{flow.PressWay(flow.WayStrokes), "1", "2", "6", "a", flow.Take(2, "十")}, "十", ""},
		"digits and marks":           {[]string{flow.PressWay(flow.WaySigns), "3", "，", "5", "x", "。"}, "3，5。", ""},
		"letters":                    {[]string{flow.PressWay(flow.WayLetters), "o", "k", " ", "1"}, "ok ", ""},
		"a key goes before a word":   {[]string{flow.Take(0, "灯"), flow.PressWay(flow.WayPinyin), "d", "e", flow.PressDelete}, "灯", "d"},
		"then the word":              {[]string{flow.Take(0, "灯泡"), flow.PressDelete}, "灯", ""},
		"all":                        {[]string{flow.Take(0, "灯"), flow.PressWay(flow.WayPinyin), "d", flow.PressClear}, "", ""},
		"another way drops keys":     {[]string{flow.PressWay(flow.WayPinyin), "d", flow.PressWay(flow.WayStrokes)}, "", ""},
		"no keys for a hand":         {[]string{"a", "1", "，"}, "", ""},
		"more keys than there are":   {[]string{flow.Take(3, "灯"), "take:x:y", "take:", flow.PressWay("none")}, "", ""},
		"nothing is taken by halves": {[]string{flow.Take(0, strings.Repeat("字", 41))}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			lang := assets.LangChinese
			if name == "letters" {
				lang = assets.LangEnglish
			}
			f, s := writing(t, lang)
			s = press(f, s, c.presses...)
			if text, w := flow.Typed(f, s), flow.Written(f, s); text != c.text || w.Keys != c.keys {
				t.Errorf("text %q, keys %q", text, w.Keys)
			}
		})
	}
}

func TestWhatWasWrittenGoesWithTheReport(t *testing.T) {
	f, s := writing(t, assets.LangChinese)
	s = press(f, s, flow.Take(0, "灯坏三天了"), flow.PressOK)
	p := flow.Show(f, s)
	if p.ID != "problem.confirm" || !strings.Contains(p.Body[2].In("zh"), "灯坏三天了") || strings.Contains(p.Spoken.In("zh"), "三天") {
		t.Fatalf("%s shows %q, says %q", p.ID, p.Body[2].In("zh"), p.Spoken.In("zh"))
	}
	// Whoever comes back finds the words and may take them out.
	s = press(f, s, "words")
	if typed := flow.Typed(f, s); typed != "灯坏三天了" {
		t.Errorf("%q is left of it", typed)
	}
	s = press(f, s, flow.PressDelete, flow.PressOK, flow.PressOK)
	if w := flow.Show(f, s).Work; w == nil || w.Submission.Words != "灯坏三天" {
		t.Errorf("work %+v", w)
	}
}

// A word that was not chosen is no word: nobody guesses what was meant.
func TestKeysWithoutAWordAreNotTaken(t *testing.T) {
	f, s := writing(t, assets.LangChinese)
	s = press(f, s, flow.Take(0, "灯"), flow.PressWay(flow.WayPinyin), "h", "u", "a", "i", flow.PressOK)
	if p := flow.Show(f, s); p.ID != "problem.words" || p.Error.Key != "kiosk.write.choose" {
		t.Errorf("%s, error %q", p.ID, p.Error.Key)
	}
	s = press(f, s, flow.PressBack)
	if w := flow.Written(f, press(f, s, "words")); w.Keys != "" {
		t.Errorf("keys %q are left", w.Keys)
	}
}

func TestWithoutKeysNobodyIsOfferedToWrite(t *testing.T) {
	f, s := writing(t, assets.LangEnglish)
	f.CanWrite = false
	s = press(f, s, flow.PressBack)
	for _, c := range flow.Show(f, s).Choices {
		if c.ID == "words" {
			t.Error("offered")
		}
	}
}
