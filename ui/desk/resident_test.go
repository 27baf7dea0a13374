package desk_test

import (
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/ui/desk"
)

func TestADuplicateLeadsToTheOther(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident})
	b.typeText("新样例")
	b.f.refuse = app.Fail(app.CodeDuplicate, "r2")
	b.press("Ctrl+S")
	b.picture("duplicate")
	b.press("Return")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageResident, ID: "r2"}) {
		t.Fatalf("at %v", got)
	}
	b.press("Escape")
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after looking at the other", got)
	}
}

func TestRevealShowsOneValueAndChangesNothing(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	b.d.FocusField("phone")
	b.press("Ctrl+E")
	if !slices.Equal(b.f.revealed, []string{"phone"}) {
		t.Errorf("revealed %v", b.f.revealed)
	}
	if got := b.d.FieldValue("phone"); got != "13800000000" {
		t.Errorf("phone shows %q", got)
	}
	b.press("Ctrl+S")
	if len(b.f.saved) != 0 {
		t.Errorf("looking at a value saved %v", b.f.saved)
	}
}

func TestAnAddressKeepsItsEnd(t *testing.T) {
	b := newBench(t, "zh")
	for i := range b.f.residents {
		b.f.residents[i].Address = "样例省样例市样例区样例街道样例社区样例路六十号院三号楼二单元 50" + string(rune('1'+i)) + " 室"
	}
	b.signIn("钱样例")
	b.press("F6")
	b.typeText("样")
	b.picture("residents-long")
	if !b.shows("找到 6 位") {
		t.Errorf("the count is not shown: %v", b.d.Words())
	}
	if got := desk.FitEnd("样例省样例市样例路六十号院三号楼二单元 502 室", 120); !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "502 室") {
		t.Errorf("cut to %q", got)
	}
	b.press("F8")
	b.typeText("zyl")
	b.picture("visit-search-long")
}
