package desk_test

import (
	"testing"

	"linli/app"
	"linli/ui/desk"
)

func TestANewCaseShowsItsSecretOnce(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F7")
	b.typeText("4")
	b.press("Return")
	b.typeText("楼道灯不亮")
	b.picture("newcase")
	b.press("Ctrl+S")
	if !b.shows("2611 2301 0995") || !b.shows("482 915") {
		t.Fatalf("receipt or secret is not shown: %v", b.d.Words())
	}
	b.picture("receipt")
	b.press("Return", "Return", "Escape", "F8", "Ctrl+S")
	b.typeText(" ")
	if !b.shows("482 915") {
		t.Fatal("an ordinary key closed the sheet with the secret")
	}
	b.press("Ctrl+Return")
	if b.d.Sheets() != 0 || !b.shows("楼道灯不亮") {
		t.Errorf("the case is not shown after the sheet: %v", b.d.Words())
	}
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageCase, ID: "c-new"}) {
		t.Errorf("at %v", got)
	}
	if b.shows("482 915") {
		t.Error("the secret is still on the screen")
	}
}

func TestACaseIsServedByDigits(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
	b.typeText("1") // accept
	b.typeText("4") // reply
	b.typeText("灯已经换好。")
	b.picture("reply")
	b.press("Ctrl+S")
	c, _, _ := b.f.hall().Cases.Case(t.Context(), app.Actor{}, "c0")
	if c.State != app.CaseReplied || c.Reply != "灯已经换好。" {
		t.Fatalf("the case is %s, reply %q", c.State, c.Reply)
	}
	b.picture("replied")
}

func TestADigitMeansTheSameStepInEveryState(t *testing.T) {
	state := func(b *bench) app.CaseState {
		c, _, _ := b.f.hall().Cases.Case(t.Context(), app.Actor{}, "c0")
		return c.State
	}
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageCase, ID: "c0"})
	if got := b.d.Primary(); got != "case.accept" {
		t.Errorf("open: %q is blue", got)
	}
	b.typeText("23456")
	if b.d.Sheets() != 0 || state(b) != app.CaseOpen {
		t.Fatal("a step that is not possible did something")
	}
	b.typeText("1")
	if got := b.d.Primary(); got != "case.reply" || state(b) != app.CaseAccepted {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.typeText("15")
	if b.d.Sheets() != 0 {
		t.Fatal("a case without a reply could be closed")
	}
	b.typeText("4")
	b.typeText("灯已经换好。")
	b.press("Ctrl+S")
	if got := b.d.Primary(); got != "case.close" || state(b) != app.CaseReplied {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.typeText("5")
	if b.d.Sheets() != 1 || state(b) != app.CaseReplied {
		t.Fatal("closing does not ask")
	}
	b.press("Return")
	if got := b.d.Primary(); got != "" || state(b) != app.CaseClosed {
		t.Errorf("%s: %q is blue", state(b), got)
	}
	b.picture("closed")
	b.typeText("12345")
	if b.d.Sheets() != 0 {
		t.Fatal("a digit of another step did something with a closed case")
	}
	b.typeText("6")
	if b.d.Sheets() != 1 || state(b) != app.CaseClosed {
		t.Fatal("reopening does not ask")
	}
	b.typeText("灯又坏了。")
	b.press("Ctrl+S")
	if state(b) != app.CaseHandling {
		t.Errorf("reopened, the case is %s", state(b))
	}
}
