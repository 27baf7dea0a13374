package desk_test

import (
	"strings"
	"testing"
	"time"
)

func TestAWrongPINSaysHowManyTriesAreLeft(t *testing.T) {
	b := newBench(t, "zh")
	b.typeText("钱样例")
	b.press("Return")
	enter := func() string {
		b.typeText("111111")
		b.press("Return")
		if b.d.FieldError("pin") == "" && b.d.Sheets() == 0 {
			b.typeText("1")
			b.press("Return")
		}
		return b.d.FieldError("pin")
	}
	if got := enter(); !strings.Contains(got, "4") {
		t.Errorf("first wrong PIN says %q", got)
	}
	b.picture("wrong-pin")
	for range 4 {
		enter()
	}
	if got := b.d.FieldError("pin"); !strings.Contains(got, "15") {
		t.Errorf("lock-out says %q", got)
	}
	if b.d.SignedIn().ID != "" {
		t.Error("signed in with a wrong PIN")
	}
}

func TestAnUnattendedDeskLocksAndKeepsTheDraft(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F8")
	b.typeText("zyl")
	b.press("Return")
	b.f.now = b.f.now.Add(9 * time.Minute)
	b.d.Tick()
	if b.d.SignedIn().ID == "" {
		t.Fatal("locked after nine minutes")
	}
	b.f.now = b.f.now.Add(time.Minute)
	b.d.Tick()
	if b.d.SignedIn().ID != "" {
		t.Fatal("still open after ten minutes")
	}
	if b.shows("张样例") {
		t.Error("the locked desk shows a resident")
	}
	b.typeText("246810")
	b.press("Return")
	if b.d.SignedIn().Name != "钱样例" {
		t.Fatalf("did not sign in again: %v", b.d.Words())
	}
	b.press("F8")
	if got := b.d.FieldValue("resident"); got != "r0" {
		t.Errorf("the draft's resident is %q", got)
	}
	b.press("F12")
	b.w.Canvas().FocusPrevious() // from the PIN to the name: someone else
	b.signIn("周样例")
	b.press("F8")
	if got := b.d.FieldValue("resident"); got != "" {
		t.Errorf("another person sees the draft %q", got)
	}
}
