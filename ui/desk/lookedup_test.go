package desk_test

import (
	"testing"

	"linli/ui/desk"
)

// F8 where a resident has been looked up registers the visit of that resident.
func TestF8RegistersWhoWasLookedUp(t *testing.T) {
	for name, look := range map[string]func(b *bench){
		"list": func(b *bench) { b.press("F6"); b.typeText("欧阳") },
		"page": func(b *bench) { b.d.Open(desk.Route{Page: desk.PageResident, ID: "r3"}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "zh")
			b.signIn("钱样例")
			b.press("F2")
			look(b)
			b.picture("lookedup-" + name)
			b.press("F8")
			if got := b.d.Route(); got != (desk.Route{Page: desk.PageVisit, ID: "t0"}) {
				t.Fatalf("F8 opened %v", got)
			}
			if got := b.d.FieldValue("resident"); got != "r3" || !b.shows("欧阳样例") {
				t.Errorf("the visit is of %q: %v", got, b.d.Words())
			}
		})
	}
}

func TestTheButtonSaysThatACaseFollows(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2", "F8")
	if b.shows("接着开办件") {
		t.Error("a case is announced before anybody was accepted")
	}
	b.d.FocusField("outcome")
	b.typeText("2")
	if !b.shows("保存，接着开办件") {
		t.Errorf("nothing says that a case follows: %v", b.d.Words())
	}
	b.picture("visit-follows")
	b.typeText("1")
	if !b.shows("保存并办完") || b.shows("接着开办件") {
		t.Errorf("a case is announced for a visit that is done: %v", b.d.Words())
	}
}
