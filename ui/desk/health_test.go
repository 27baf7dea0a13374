package desk_test

import (
	"testing"

	"linli/ui/desk"
)

func TestTheSheetIsNaggedForUntilConfirmed(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	if !b.shows("恢复单还没有核对") {
		t.Fatal("no banner")
	}
	b.d.Open(desk.Route{Page: desk.PageHealth})
	b.typeText("3")
	b.typeText("XXXX")
	b.press("Ctrl+S")
	b.picture("confirm-sheet")
	if b.d.Sheets() != 1 {
		t.Fatal("a wrong group closed the question")
	}
	b.press("BackSpace", "BackSpace", "BackSpace", "BackSpace")
	b.typeText("K7QM")
	b.press("Ctrl+S")
	if b.shows("恢复单还没有核对") {
		t.Error("the banner is still there")
	}
}
