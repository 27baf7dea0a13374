package desk_test

import (
	"slices"
	"testing"

	"linli/app"
	"linli/kiosk/flow"
	"linli/ui/desk"
)

func TestWhatCannotWaitStandsFirstInTheInbox(t *testing.T) {
	b := newBench(t, "zh")
	urgent := b.f.inbox[0]
	calm := urgent
	calm.ID, calm.Body.Urgent = "i9", false
	opinion := b.f.inbox[1]
	opinion.ID, opinion.Body.Words, opinion.Body.Choice = "i8", "", "wait"
	comment := b.f.inbox[2]
	comment.ID, comment.Body.Words, comment.Body.Choice = "i7", "", "manner"
	b.f.inbox = []app.InboxItem{comment, calm, opinion, urgent}
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageInbox})
	b.picture("inbox")
	words := b.d.Words()
	at := func(w string) int { return slices.Index(words, w) }
	if at("很急") < 0 || at("很急") > at("不急") {
		t.Errorf("urgent at %d, not urgent at %d", at("很急"), at("不急"))
	}
	for _, w := range []string{"楼道里", "等得太久", "态度不好"} {
		if !b.shows(w) {
			t.Errorf("%q is not shown: %v", w, words)
		}
	}
	if b.shows("公开答复") {
		t.Error("a private problem offers a public answer")
	}
}

func TestTheHelpCallIsAnswered(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	if !b.shows("去处理") || !b.shows("首页") {
		t.Fatal("the call, or where it comes from, is not shown")
	}
	b.press("F10")
	if b.shows("去处理") {
		t.Error("the call is still shown after it was answered")
	}
}

// A card that was left on a kiosk is no resident's call, and is told as what it is.
func TestACardLeftOnAKioskIsTold(t *testing.T) {
	b := newBench(t, "zh")
	b.f.help = []app.HelpCall{{ID: "h2", Page: flow.PageCardLeft, At: b.f.now}}
	b.signIn("钱样例")
	if !b.shows("自助机上落下了身份证") || b.shows("有居民在叫工作人员") {
		t.Fatalf("the screen says %v", b.d.Words())
	}
	b.press("F10")
	if b.shows("自助机上落下了身份证") || !b.shows("请把身份证收好") {
		t.Error("the card is still shown after somebody went")
	}
}

func TestACallForStaffIsHeardAtALockedDesk(t *testing.T) {
	b := newBench(t, "zh")
	rings := 0
	b.d.OnBell(func() { rings++ })
	b.f.help = append(b.f.help, app.HelpCall{ID: "h9", Page: "home", At: b.f.now})
	b.f.bus.Publish(app.Changed{Table: "help_call", IDs: []string{"h9"}, Verb: "help.call"})
	b.d.Drain()
	if rings != 1 || !b.shows("有居民在叫工作人员") {
		t.Fatalf("rang %d times; on the screen: %v", rings, b.d.Words())
	}
	b.f.bus.Publish(app.Changed{Table: "help_event"})
	b.d.Drain()
	if rings != 1 {
		t.Errorf("the same call rang %d times", rings)
	}
	b.f.help = nil
	b.f.bus.Publish(app.Changed{Table: "help_event"})
	b.d.Drain()
	if b.shows("有居民在叫工作人员") {
		t.Error("an answered call is still shown")
	}
}
