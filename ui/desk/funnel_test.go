package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/ui/desk"
)

// KioskPages implements app.FunnelPort.
func (f *fake) KioskPages(_ context.Context, by app.Actor, from, to app.Day) ([]app.PageCount, error) {
	if err := by.Require(app.ActFigures); err != nil {
		return nil, err
	}
	f.asked = append(f.asked, [2]app.Day{from, to})
	return f.pages[string(from)[:7]], nil
}

// monthsPages are two months of a hall's kiosks.
func monthsPages() map[string][]app.PageCount {
	return map[string][]app.PageCount{
		"2026-11": {
			{Page: "home", Came: 1240, Left: 31, Helped: 12, Finished: 1002},
			{Page: "problem.place.2", Came: 60, Left: 31, Helped: 17, Back: 7, Finished: 12, Seconds: 2400, Times: [5]int{0, 2, 10, 17}},
			{Page: "rate.number", Came: 19, Left: 19, Times: [5]int{19}},
			{Page: "ticket.business", Came: 800, Left: 8, Helped: 9, Back: 16, Finished: 760, Seconds: 4800, Times: [5]int{500, 280, 12}},
			{Page: "tomorrow.page", Came: 25, Left: 1, Times: [5]int{4: 25}},
		},
		"2026-10": {{Page: "notices.read", Came: 40, Finished: 40, Times: [5]int{4: 40}}},
	}
}

// figures goes from the ratings to the kiosk's pages.
func (b *bench) figures() {
	b.press("Ctrl+5")
	b.typeText("3")
}

func (b *bench) inOrder(words ...string) bool {
	at := 0
	for _, w := range b.d.Words() {
		if at < len(words) && w == words[at] {
			at++
		}
	}
	return at == len(words)
}

func TestThePagesOfTheKioskInTheMonthsFigures(t *testing.T) {
	for lang, words := range map[string][][]string{
		"zh": {
			{"反映问题", "在哪一栋？", "60", "52%", "28%", "12%", "20%", "31 到 60 秒"},
			{"首页", "您要办什么？", "1,240", "3%", "1%", "0%", "81%", "—"},
			{"取号", "您要办哪一项？", "800", "1%", "1%", "2%", "95%", "5 秒以内"},
			{"别的页", "25", "4%", "0%", "0%", "0%", "超过 1 分钟"},
			{"评价服务", "后面的数字是多少？", "19", "—", "—", "—", "—", "—"},
		},
		"en": {
			{"Report a problem", "Which building?", "60", "52%", "28%", "12%", "20%", "31 to 60 s"},
			{"Another page", "25"},
			{"Which digits come after …?", "19", "—", "—", "—", "—", "—"},
		},
	} {
		t.Run(lang, func(t *testing.T) {
			b := newBench(t, lang)
			b.f.pages = monthsPages()
			b.signIn("吴样例")
			b.figures()
			if b.d.Route().Page != desk.PageKiosk {
				t.Fatalf("the page is %v", b.d.Route())
			}
			b.picture(lang + "-funnel")
			if !b.inOrder(slices.Concat(words...)...) {
				t.Errorf("on the screen: %v", b.d.Words())
			}
			for _, w := range b.d.Words() {
				if strings.ContainsAny(w, "{}⟦⟧") || strings.Contains(w, "problem.place") || strings.Contains(w, "tomorrow") {
					t.Errorf("a person reads %q", w)
				}
			}
			if want := [2]app.Day{"2026-11-01", "2026-11-30"}; !slices.Contains(b.f.asked, want) {
				t.Errorf("asked for %v", b.f.asked)
			}
		})
	}
}

func TestAnotherMonthIsChosenByKeys(t *testing.T) {
	b := newBench(t, "zh")
	b.f.pages = monthsPages()
	b.signIn("周样例")
	b.figures()
	b.typeText("1")
	b.typeText("2026-10")
	b.press("Return")
	if !b.shows("2026年10月") || !b.inOrder("看通知", "一条通知的内容", "40", "0%", "0%", "0%", "100%", "超过 1 分钟") || b.shows("在哪一栋") {
		t.Errorf("on the screen: %v", b.d.Words())
	}
	if want := [2]app.Day{"2026-10-01", "2026-10-31"}; !slices.Contains(b.f.asked, want) {
		t.Errorf("asked for %v", b.f.asked)
	}
	// It is still the month when one comes back, in either language.
	b.press("Ctrl+7")
	b.figures()
	if !b.shows("2026年10月") {
		t.Error("the month is forgotten")
	}
	b.press("Ctrl+L")
	if !b.shows("Oct 2026") || !b.shows("A notice") {
		t.Errorf("on the screen: %v", b.d.Words())
	}
	b.typeText("1")
	b.typeText("2026-02")
	b.press("Return")
	if want := [2]app.Day{"2026-02-01", "2026-02-28"}; !slices.Contains(b.f.asked, want) {
		t.Errorf("asked for %v", b.f.asked)
	}
}

func TestAMonthWithoutFiguresSaysWhatWillStandHere(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.figures()
	b.picture("funnel-empty")
	for _, want := range []string{"还没有数字", "没有任何个人信息"} {
		if !b.says(want) {
			t.Errorf("%q is not said: %v", want, b.d.Words())
		}
	}
	// The first figures appear by themselves.
	b.f.pages = monthsPages()
	b.f.bus.Publish(app.Changed{Table: "kiosk_page", Verb: "kiosk_page.count"})
	b.d.Drain()
	if !b.shows("在哪一栋？") {
		t.Errorf("on the screen: %v", b.d.Words())
	}
}

func TestWhoWorksAtAWindowIsNotShownTheFigures(t *testing.T) {
	for _, name := range []string{"钱样例", "孙样例"} {
		b := newBench(t, "zh")
		b.f.pages = monthsPages()
		b.signIn(name)
		b.figures()
		offered := b.d.Said("checks.kiosk")
		b.d.Open(desk.Route{Page: desk.PageKiosk})
		if b.d.Route().Page == desk.PageKiosk || len(b.f.asked) > 0 || offered != "" {
			t.Errorf("%s is at %v", name, b.d.Route())
		}
	}
}

// Every page that a kiosk can count has words for the part that it belongs to.
func TestEveryPageOfTheKioskBelongsToAPart(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	for v := range flowtest.Visits(flowtest.Facts("zh")) {
		if b.d.KioskPage(v.Page.ID) == "" && !strings.HasPrefix(v.Page.ID, "help.") {
			t.Errorf("%s belongs to nothing", v.Page.ID)
		}
		if _, ok := flow.TitleOf(v.Page.ID, "zh"); !ok {
			t.Errorf("%s has no title", v.Page.ID)
		}
	}
}
