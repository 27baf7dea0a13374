package desk_test

import (
	"testing"

	"linli/app"
	"linli/ui/desk"
)

func TestTheCounterCaseNeedsNoMouse(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F2")
	b.picture("called")
	called, _ := b.f.hall().Queue.Ticket(t.Context(), "t0")
	if called.State != app.TicketCalled || called.WindowID != "w1" {
		t.Fatalf("F2: ticket is %s at %q", called.State, called.WindowID)
	}
	b.press("F8")
	if got := b.d.Route(); got.Page != desk.PageVisit || got.ID != "t0" {
		t.Fatalf("F8 opened %v", got)
	}
	b.typeText("zyl")
	b.picture("visit-search")
	b.press("Return") // picks the first resident
	b.typeText("高龄")
	b.press("Return") // picks the first service
	b.typeText("1")
	b.picture("visit-filled")
	b.press("Ctrl+S")
	if len(b.f.new) != 1 {
		t.Fatalf("saved %d visits; on the screen: %v", len(b.f.new), b.d.Words())
	}
	got := b.f.new[0]
	if got.ResidentID != "r0" || got.ServiceID == "" || got.Outcome != app.OutcomeDone || got.TicketID != "t0" || got.Channel != app.ChannelWindow {
		t.Errorf("saved %+v", got)
	}
	if !b.shows("已经存好") {
		t.Errorf("no word that it is saved: %v", b.d.Words())
	}
	if b.d.Route().Page != desk.PageHome {
		t.Errorf("after saving the desk is at %v", b.d.Route())
	}
	b.picture("saved")
}

func TestAnAcceptedVisitGoesOnAsACase(t *testing.T) {
	register := func(b *bench, outcome string) {
		b.signIn("钱样例")
		b.press("F2", "F8")
		b.typeText("zyl")
		b.press("Return")
		b.typeText("高龄")
		b.press("Return")
		b.typeText(outcome)
	}
	b := newBench(t, "zh")
	register(b, "2")
	b.picture("visit-accepted")
	if got := b.d.FieldValue("case"); got != "yes" {
		t.Errorf("for an accepted visit the case is %q", got)
	}
	b.press("Ctrl+S")
	if got := b.d.Route().Page; got != desk.PageNewCase {
		t.Fatalf("after saving the desk is at %s", got)
	}
	if !b.shows("已经存好") {
		t.Errorf("no word that the visit is saved: %v", b.d.Words())
	}
	b.picture("newcase-visit")
	b.press("Ctrl+S")
	if len(b.f.opened) != 1 {
		t.Fatalf("opened %d cases; on the screen: %v", len(b.f.opened), b.d.Words())
	}
	got := b.f.opened[0]
	if got.VisitID != "v-new" || got.ResidentID != "r0" || got.ServiceID != b.f.new[0].ServiceID || got.Kind != app.CaseService || got.Title == "" {
		t.Errorf("opened %+v", got)
	}

	b = newBench(t, "zh")
	register(b, "21") // accepted at first, then done
	if got := b.d.FieldValue("case"); got != "no" {
		t.Errorf("for a visit that is done the case is %q", got)
	}
	b.press("Ctrl+S")
	if got := b.d.Route().Page; got != desk.PageHome || len(b.f.opened) != 0 {
		t.Errorf("after saving the desk is at %s", got)
	}
}
