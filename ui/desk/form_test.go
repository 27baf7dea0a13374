package desk_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/ui/desk"
)

func TestErrorsStandAtTheFieldAndNothingIsLost(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident})
	b.typeText("新样例")
	b.press("Return")
	b.typeText("110101194910010017")
	b.f.refuse = app.Bad(app.CodeIDChecksum, "id_number")
	b.press("Ctrl+S")
	if b.d.FieldError("id_number") == "" {
		t.Error("no error at the ID number")
	}
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after the error", got)
	}
	b.picture("error")
	b.press("Ctrl+L") // the other language: still there
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after changing the language", got)
	}
	b.press("F6") // another page and back
	b.press("Escape")
	if got := b.d.FieldValue("name"); got != "新样例" {
		t.Errorf("the name is %q after another page; at %v", got, b.d.Route())
	}
}

func TestOnlyChangedColumnsAreSent(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	b.d.FocusField("phone")
	b.typeText("13900000000")
	b.press("Ctrl+S")
	if len(b.f.saved) != 1 {
		t.Fatalf("saved %d times", len(b.f.saved))
	}
	if got := b.f.saved[0]; len(got) != 1 || got["phone"] != "13900000000" {
		t.Errorf("sent %v", got)
	}
	if got := b.f.forms[0]; got.Row != "r0" || len(got.Seen["phone"]) != 1 {
		t.Errorf("the form was not handed back: %+v", got)
	}
	b.press("Ctrl+S")
	if len(b.f.saved) != 1 {
		t.Error("saved again without a change")
	}
}

func TestTabGoesFromFieldToFieldAndNeverIntoTheText(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F7")
	b.typeText("2")
	b.press("Tab")
	b.typeText("标题")
	b.press("Tab")
	b.typeText("正文")
	if f, ok := b.w.Canvas().Focused().(fyne.Tabbable); ok && f.AcceptsTab() {
		t.Error("the text takes Tab for itself")
	}
	b.press("Tab")
	b.typeText("地点")
	for name, want := range map[string]string{"kind": "consult", "title": "标题", "body": "正文", "place": "地点"} {
		if got := b.d.FieldValue(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
