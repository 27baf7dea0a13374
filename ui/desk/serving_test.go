package desk_test

import (
	"testing"

	"linli/app"
	"linli/ui/desk"
)

// accepted registers a visit that goes on as a case, up to the case's form.
func accepted(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2", "F8")
	b.typeText("zyl")
	b.press("Return")
	b.typeText("高龄")
	b.press("Return")
	b.typeText("2")
	b.press("Ctrl+S")
	if got := b.d.Route().Page; got != desk.PageNewCase {
		t.Fatalf("after saving the desk is at %s", got)
	}
	return b
}

// called counts the numbers that are at a window.
func (b *bench) called() (n int) {
	for _, x := range b.f.tickets {
		if x.State == app.TicketCalled {
			n++
		}
	}
	return n
}

// Whose case is being written is still at the window: nobody else is called until
// the receipt has been handed over.
func TestNobodyIsCalledBeforeTheReceiptIsHandedOver(t *testing.T) {
	b := accepted(t)
	here := func(where string) {
		t.Helper()
		if !b.shows("A1-005") || !b.shows("张*例") || b.shows("还没有叫号") {
			t.Errorf("%s: who is here is not shown: %v", where, b.d.Words())
		}
		b.press("F2")
		if b.called() > 0 {
			t.Fatalf("%s: F2 called the next one", where)
		}
	}
	here("form")
	if !b.shows("办件还没有存。请先存好") {
		t.Errorf("no sentence says what to do first: %v", b.d.Words())
	}
	b.picture("serving")
	b.press("Escape")
	here("first page")
	if !b.shows("办件还没有存。按 F8") {
		t.Errorf("no sentence leads back to the form: %v", b.d.Words())
	}
	b.picture("serving-home")
	b.press("F8")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageNewCase, ID: "v-new"}) {
		t.Fatalf("F8 opened %v", got)
	}
	b.press("Ctrl+S")
	if !b.shows("482 915") {
		t.Fatal("no receipt")
	}
	here("receipt")
	if !b.shows("请把回执抄给居民") || b.shows("接着填办件") {
		t.Errorf("a saved case is still to be written: %v", b.d.Words())
	}
	if b.d.Sheets() != 1 {
		t.Fatal("F2 closed the receipt")
	}
	b.press("Ctrl+Return")
	if b.shows("A1-005") {
		t.Errorf("still here after the receipt was handed over: %v", b.d.Words())
	}
	b.press("F2")
	if b.called() != 1 {
		t.Error("the next one is not called")
	}
}

func TestACaseThatIsNotWantedIsGivenUp(t *testing.T) {
	b := accepted(t)
	b.press("F9")
	if got := b.d.Route().Page; got != desk.PageHome || len(b.f.opened) > 0 {
		t.Errorf("at %s with %d cases", got, len(b.f.opened))
	}
	if !b.shows("没有开办件") || b.shows("办件还没有存") {
		t.Errorf("on the screen: %v", b.d.Words())
	}
	b.press("F2")
	if b.called() != 1 {
		t.Error("the next one is not called")
	}
}

// A locked desk shows nobody, another person is told of nobody, and the same one
// finds them again.
func TestWhoIsHereIsForThePersonWhoServesThem(t *testing.T) {
	b := accepted(t)
	b.press("F12")
	if b.shows("张*例") || b.shows("A1-005") {
		t.Error("the locked desk shows who is here")
	}
	b.w.Canvas().FocusPrevious()
	b.signIn("周样例")
	if b.shows("A1-005 张*例") || b.shows("办件还没有存") {
		t.Errorf("another person sees who is here: %v", b.d.Words())
	}
	b.press("F12")
	b.w.Canvas().FocusPrevious()
	b.signIn("钱样例")
	if !b.shows("A1-005 张*例") {
		t.Errorf("nobody is here any more: %v", b.d.Words())
	}
}
