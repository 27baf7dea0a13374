package desk_test

import (
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/ui/desk"
)

func TestEachThingSaysWhatToDoAndItsKeyDoesIt(t *testing.T) {
	for _, c := range []struct {
		kind app.AttentionKind
		says []string
		page desk.Page
		id   string
	}{
		{app.AttendNumbers, []string{"没有号码可以发了", "重新接入"}, desk.PageSync, ""},
		{app.AttendPutBack, []string{"昨天上午9:40", "重新登记"}, desk.PageSync, ""},
		{app.AttendConflict, []string{"张*例 的联系电话", "选对的那一个"}, desk.PageConflict, "phone"},
		{app.AttendVoided, []string{"A1-005", "现在是怎么定的"}, desk.PageVoided, "t0"},
		{app.AttendDuplicate, []string{"王样例、样例·买买提江", "两份都打开"}, desk.PageResident, "r2"},
		{app.AttendRefused, []string{"本机送出的一批", "告诉管理员"}, desk.PageSync, ""},
		{app.AttendDiffers, []string{"二号窗口", "照常办理"}, desk.PageSync, ""},
		{app.AttendClock, []string{"快了 7 分钟", "调准"}, desk.PageSync, ""},
		{"of_a_newer_version", []string{"程序自己定不了"}, desk.PageSync, ""},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			b := newBench(t, "zh")
			b.f.rep.more = slices.DeleteFunc(b.f.rep.more, func(a app.Attention) bool { return a.Kind != c.kind })
			if c.kind != app.AttendConflict {
				b.f.rep.conflicts = nil
			}
			b.signIn("钱样例")
			b.press("Ctrl+K")
			b.picture("attention-" + string(c.kind))
			for _, want := range c.says {
				if !b.says(want) {
					t.Errorf("%q is not shown: %v", want, b.d.Words())
				}
			}
			b.press("Return")
			if got := b.d.Route(); got.Page != c.page || got.ID != c.id {
				t.Errorf("Enter opened %v", got)
			}
		})
	}
}

func TestWhatKeepsTheMachineFromWorkingComesFirst(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.more = append(b.f.rep.more, app.Attention{Kind: app.AttendRevoked, Subject: "this"})
	b.signIn("钱样例")
	b.press("Ctrl+K")
	words := b.d.Words()
	last := -1
	for _, w := range []string{"本机已经停用", "号码用完了", "换回了旧资料", "改得不一样", "有一步没有算数", "可能登记了两次", "有一批没有收", "钟不准"} {
		at := slices.Index(words, w)
		if at <= last {
			t.Errorf("%q stands at %d, after %d", w, at, last)
		}
		last = at
	}
}

func TestWhatWasSeenIsTakenAwayButNoConflict(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.more = b.f.rep.more[:1]
	b.signIn("钱样例")
	b.press("Ctrl+K", "Delete") // the first is a conflict
	if b.shows("看过了，拿掉") || len(b.f.rep.conflicts) != 2 || !b.shows("需要您看一下（3）") {
		t.Fatalf("a conflict was put aside: %v", b.d.Words())
	}
	b.press("End", "Delete")
	if len(b.f.rep.more) != 0 || !b.shows("需要您看一下（2）") {
		t.Errorf("it was not taken away: %v", b.d.Words())
	}
	b.f.rep.conflicts = nil
	b.f.rep.changed()
	b.d.Drain()
	b.picture("attention-none")
	if !b.shows("没有要您看的") || b.shows("需要您看一下（") {
		t.Errorf("the empty page: %v", b.d.Words())
	}
	if b.press("Return", "Delete"); b.d.Route().Page != desk.PageAttention {
		t.Errorf("a key of an empty page opened %v", b.d.Route())
	}
}

func TestOnlyThoseWhoMaySettleAreOfferedIt(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.conflicts = nil
	b.signIn("孙样例")
	b.press("Ctrl+K", "Delete")
	if len(b.f.rep.more) != 9 || b.shows("看过了，拿掉") {
		t.Error("a grid worker could take something away")
	}
	b.press("Ctrl+K", "Home")
	b.f.rep.more = b.f.rep.more[1:2]
	b.f.rep.changed()
	b.d.Drain()
	b.typeText("2")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageResident, ID: "r5"}) {
		t.Errorf("2 opened %v", got)
	}
}

func TestAVoidedStepSaysWhyAndWhatStandsNow(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.press("F2") // A1-005 comes to window 1
	b.d.Open(desk.Route{Page: desk.PageVoided, ID: "c3"})
	for _, want := range []string{"办件 2611 2301 0035", "周样例 今天上午9:00做的“办结”。", "别人先办了这一步", "办理中，经办人 孙样例"} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.picture("voided-case")
	b.press("Up")
	for _, want := range []string{"号码 A1-005", "孙样例 今天上午9:09做的“叫号”。", "另一个窗口先叫了这个号", "在 1 号窗口"} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.press("Delete")
	if slices.ContainsFunc(b.f.rep.more, func(a app.Attention) bool { return strings.HasPrefix(a.Subject, "ticket") }) {
		t.Error("what was seen is still on the list of what needs a person")
	}
	if !b.shows("A1-005") {
		t.Error("the step has left the list of voided steps")
	}
	b.press("Down", "Return")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageCase, ID: "c3"}) {
		t.Errorf("Enter opened %v", got)
	}
	b.d.Open(desk.Route{Page: desk.PageVoided})
	b.press("End") // of a kind, step and reason that nobody here knows
	for _, want := range []string{"别的", "已经不能做了", "算先做的那一次"} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.f.rep.voided = nil
	b.f.rep.changed()
	b.d.Drain()
	b.picture("voided-none")
	if !b.shows("没有不算数的步骤") {
		t.Errorf("the empty page: %v", b.d.Words())
	}
}
