package desk_test

import (
	"testing"
	"time"

	"linli/app"
	"linli/ui/desk"
)

// A form that a resident began at the kiosk is gone on with by the code on their slip.
func TestAnUnfinishedFormIsGoneOnWithByItsCode(t *testing.T) {
	b := newBench(t, "zh")
	b.f.draftCode = "482913"
	b.f.draft = app.InboxItem{ID: "d1", At: b.f.now.Add(-time.Hour), Body: app.Submission{
		Kind: app.SubmitDraft, ServiceID: "svc0", Proxy: true, Phone: "138****0000",
		Answers: []app.Answered{{Name: "what", Asked: "想借什么？", Answer: "样例轮椅"}, {Name: "until", Asked: "哪一天还？"}},
	}}
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageInbox})
	if b.shows("样例轮椅") {
		t.Fatal("a draft is shown without its code")
	}
	b.typeText("2")
	b.typeText("111111")
	b.press("Ctrl+S")
	if !b.shows("没有这个号码的表") || b.shows("样例轮椅") {
		t.Fatalf("a wrong code: %v", b.d.Words())
	}
	b.press("BackSpace", "BackSpace", "BackSpace", "BackSpace", "BackSpace", "BackSpace")
	b.typeText("482913")
	b.press("Ctrl+S")
	for _, w := range []string{"样例轮椅", "替家人", "没填"} {
		if !b.shows(w) {
			t.Errorf("%q is not shown: %v", w, b.d.Words())
		}
	}
	b.picture("draft")
	b.press("Return")
	if !b.shows("246 810") {
		t.Errorf("the resident's receipt is not shown: %v", b.d.Words())
	}
	b.press("Ctrl+Return")
}

func TestAFormIsReadInTheInbox(t *testing.T) {
	b := newBench(t, "zh")
	b.f.inbox = []app.InboxItem{{ID: "i5", Receipt: "261123010015", At: b.f.now, Body: app.Submission{
		Kind: app.SubmitForm, ServiceID: "svc0", IDNumber: "320102********0017", Answers: []app.Answered{{Name: "age", Asked: "多少岁？", Answer: "81"}},
	}}}
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageInbox})
	for _, w := range []string{"填好的表", "多少岁？", "81", "320102********0017"} {
		if !b.shows(w) {
			t.Errorf("%q is not shown: %v", w, b.d.Words())
		}
	}
}
