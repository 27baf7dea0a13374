package desk_test

import (
	"slices"
	"testing"

	"linli/app"
	"linli/assets"
	"linli/ui/desk"
)

// How people speak here is said once, and the desk's own pinyin heeds it at once.
func TestTheLocalAccentIsASetting(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	finds := func(keys, text string) bool {
		b.d.Open(desk.Route{Page: desk.PageNotice})
		b.field("field.title")
		if !b.d.Pinyin() {
			b.press("Ctrl+Space")
		}
		b.typeText(keys)
		_, words := b.d.Composing()
		b.press("Escape")
		return slices.Contains(words, text)
	}
	if finds("tongzi", "通知") {
		t.Fatal("a new hall takes zi for zhi")
	}
	b.d.Open(desk.Route{Page: desk.PageSettings})
	for _, want := range []string{"平翘舌不分", "n 和 l 不分", "前后鼻音不分"} {
		if !b.shows(want) {
			t.Errorf("%q is not to be chosen", want)
		}
	}
	b.picture("settings-accent")
	b.press("Tab", "Tab", "Return") // staff, windows, accent
	if want := (app.Accent{Flat: true}); b.f.settings.Accent != want {
		t.Fatalf("saved %+v", b.f.settings.Accent)
	}
	if !b.says(assets.Format("zh", "desk.settings.accent.now.alike")) || !b.shows(assets.Format("zh", "desk.settings.accent.alike")) {
		t.Errorf("it is not said: %q", b.d.Words())
	}
	if b.f.settings.PriorityAge != app.DefaultSettings().PriorityAge {
		t.Error("the hall's other settings are gone")
	}
	if !finds("tongzi", "通知") || finds("laolian", "老年") {
		t.Error("the desk's own pinyin does not heed it")
	}
	b.d.Open(desk.Route{Page: desk.PageSettings})
	b.press("Tab", "Tab", "Down", "Return", "Up", "Return")
	if want := (app.Accent{NL: true}); b.f.settings.Accent != want {
		t.Fatalf("saved %+v", b.f.settings.Accent)
	}
}
