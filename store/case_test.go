package store_test

import (
	"testing"
	"time"

	"linli/app"
	"linli/app/receipt"
)

func (h *hallAt) do(tb testing.TB, id string, step app.CaseStep, to, note string) app.Case {
	tb.Helper()
	h.pass(time.Second)
	c, err := h.Cases.Do(background, h.admin, id, step, to, note)
	must(tb, err)
	return c
}

func (h *hallAt) openCase(tb testing.TB) app.Case {
	tb.Helper()
	c, err := h.Cases.Open(background, h.admin, app.NewCase{Kind: app.CaseComplaint, Title: "样例路灯", Body: "不亮", Contact: "13800001234"})
	must(tb, err)
	return c
}

func TestTheLifeOfACase(t *testing.T) {
	h := mustHall(t)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "192837")
	c := h.openCase(t)
	if !receipt.Valid(c.Receipt) || len(c.Secret) != 6 || c.State != app.CaseOpen || c.Contact != "138****1234" {
		t.Fatalf("case %+v", c)
	}
	progress := func() app.Progress {
		t.Helper()
		p, err := h.Kiosk.Progress(background, c.Receipt, c.Secret)
		must(t, err)
		return p
	}
	for _, s := range []struct {
		step     app.CaseStep
		to, note string
		state    app.CaseState
		reply    string
		canRate  bool
	}{
		{app.CaseStepAccept, "", "", app.CaseAccepted, "", false},
		{app.CaseStepAssign, clerk.ID, "", app.CaseAssigned, "", false},
		{app.CaseStepHandle, "", "已报修", app.CaseHandling, "", false},
		{app.CaseStepReply, "", "已修好", app.CaseReplied, "已修好", true},
		{app.CaseStepClose, "", "", app.CaseClosed, "已修好", true},
		{app.CaseStepReopen, "", "又坏了", app.CaseHandling, "已修好", false},
		{app.CaseStepReply, "", "换了新灯", app.CaseReplied, "换了新灯", true},
	} {
		before := h.entryCount(t)
		got := h.do(t, c.ID, s.step, s.to, s.note)
		p := progress()
		if got.State != s.state || p.State != s.state || p.Reply != s.reply || p.CanRate != s.canRate || got.Secret != "" {
			t.Errorf("%s: case %s, progress %+v", s.step, got.State, p)
		}
		es := h.entriesAfter(t, before)
		if len(es) != 2 || es[0].Action != es[1].Action {
			t.Errorf("%s: %d entries; step and progress are one action", s.step, len(es))
		}
	}
	got, story, err := h.Cases.Case(background, h.admin, c.ID)
	must(t, err)
	if len(story) != 8 || got.Handler != "样例窗口" || got.Reopened != 1 || story[3].Note != "已报修" || story[3].ByName != "样例管理员" {
		t.Errorf("%d steps, %+v", len(story), got)
	}
	h.wantNoEntry(t, "steps that are not possible", func() {
		for _, s := range []struct {
			id   string
			step app.CaseStep
			to   string
			note string
			want app.Code
		}{
			{c.ID, app.CaseStepAccept, "", "", app.CodeWrongState},
			{c.ID, app.CaseStepOpen, "", "", app.CodeWrongState},
			{c.ID, app.CaseStepHandle, "", "", app.CodeRequired},
			{c.ID, "dance", "", "", app.CodeWrongState},
			{"none", app.CaseStepAccept, "", "", app.CodeNotFound},
		} {
			_, err := h.Cases.Do(background, h.admin, s.id, s.step, s.to, s.note)
			wantCode(t, string(s.step), err, s.want)
		}
		for _, n := range []app.NewCase{{Kind: app.CaseHelp}, {Title: "x"}, {Kind: "gossip", Title: "x"}} {
			_, err := h.Cases.Open(background, h.admin, n)
			wantCode(t, "open", err, app.CodeRequired)
		}
		_, err := h.Cases.Open(background, h.admin, app.NewCase{Kind: app.CaseHelp, Title: "x", ResidentID: "none"})
		wantCode(t, "unknown resident", err, app.CodeNotFound)
	})
	h.do(t, c.ID, app.CaseStepHandle, "", "x")
	_, err = h.Cases.Do(background, h.admin, c.ID, app.CaseStepAssign, "nobody", "")
	wantCode(t, "assign to nobody", err, app.CodeNotFound)
	h.wantWhole(t)
}

func TestReceiptSecretIsGuarded(t *testing.T) {
	h := mustHall(t)
	c := h.openCase(t)
	wrong := "000000"
	if c.Secret == wrong {
		wrong = "000001"
	}
	h.wantNoEntry(t, "looking up", func() {
		for range 5 {
			_, err := h.Kiosk.Progress(background, c.Receipt, wrong)
			wantCode(t, "a wrong secret", err, app.CodeWrongSecret)
		}
		_, err := h.Kiosk.Progress(background, c.Receipt, c.Secret)
		wantCode(t, "the right one while locked", err, app.CodeLocked)
		h.reopen(t)
		_, err = h.Kiosk.Progress(background, c.Receipt, c.Secret)
		wantCode(t, "the right one after a restart", err, app.CodeLocked)
		_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreBest)
		wantCode(t, "rating while locked", err, app.CodeLocked)
		h.pass(61 * time.Second)
		_, err = h.Kiosk.Progress(background, c.Receipt, c.Secret)
		wantCode(t, "the right one after the wait", err, "")
		_, err = h.Kiosk.Progress(background, c.Receipt, wrong)
		wantCode(t, "counted anew", err, app.CodeWrongSecret)
		_, err = h.Kiosk.Progress(background, "123", c.Secret)
		wantCode(t, "no receipt", err, app.CodeInvalid)
		other, err := receipt.Number("2026-11-23", 1, 900)
		must(t, err)
		_, err = h.Kiosk.Progress(background, other, c.Secret)
		wantCode(t, "a receipt nobody has", err, app.CodeWrongSecret)
	})
}

func TestAClockSetBackAllowsNoSecondRating(t *testing.T) {
	h := mustHall(t)
	c := h.openCase(t)
	h.do(t, c.ID, app.CaseStepAccept, "", "")
	h.do(t, c.ID, app.CaseStepReply, "", "样例答复")
	h.pass(-24 * time.Hour)
	_, err := h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreBest)
	must(t, err)
	_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreBest)
	wantCode(t, "a second rating", err, app.CodeDuplicate)
	if p, err := h.Kiosk.Progress(background, c.Receipt, c.Secret); err != nil || !p.Rated || p.CanRate {
		t.Errorf("progress %+v, %v", p, err)
	}
	// And one set forward does not take the next one away.
	h.do(t, c.ID, app.CaseStepReply, "", "样例再答复")
	_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreGood)
	must(t, err)
}

func TestRatingsAndChecks(t *testing.T) {
	h := mustHall(t)
	c := h.openCase(t)
	_, err := h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreBest)
	wantCode(t, "nothing to rate yet", err, app.CodeWrongState)
	h.do(t, c.ID, app.CaseStepAccept, "", "")
	h.do(t, c.ID, app.CaseStepReply, "", "样例答复")
	for _, score := range []int{0, 6, -1} {
		_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, score)
		wantCode(t, "no such score", err, app.CodeInvalid)
	}
	h.pass(time.Second)
	poor, err := h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScorePoor)
	must(t, err)
	_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreBest)
	wantCode(t, "a second rating", err, app.CodeDuplicate)

	checks, err := h.Cases.Checks(background, h.admin)
	must(t, err)
	if len(checks) != 1 || checks[0].RatingID != poor || checks[0].CaseID != c.ID || checks[0].Receipt != c.Receipt {
		t.Fatalf("checks %+v", checks)
	}
	wantCode(t, "no note", h.Cases.Verify(background, h.admin, poor, " ", true), app.CodeRequired)
	wantCode(t, "no rating", h.Cases.Verify(background, h.admin, "none", "x", false), app.CodeNotFound)
	before := h.entryCount(t)
	must(t, h.Cases.Verify(background, h.admin, poor, "已上门核实", true))
	es := h.entriesAfter(t, before)
	if len(es) != 2 || es[0].Action != es[1].Action {
		t.Errorf("%d entries; check, reopening and progress are one action", len(es))
	}
	wantCode(t, "settled already", h.Cases.Verify(background, h.admin, poor, "x", false), app.CodeTaken)
	if got, _, err := h.Cases.Case(background, h.admin, c.ID); err != nil || got.State != app.CaseHandling || got.Reopened != 1 {
		t.Errorf("case %s, %v", got.State, err)
	}
	if checks, err = h.Cases.Checks(background, h.admin); err != nil || len(checks) != 0 {
		t.Errorf("checks %v, %v", checks, err)
	}
	// A new answer may be rated anew; a fine rating asks for nothing.
	h.do(t, c.ID, app.CaseStepReply, "", "再答复")
	h.pass(time.Second)
	_, err = h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreGood)
	must(t, err)
	if checks, err = h.Cases.Checks(background, h.admin); err != nil || len(checks) != 0 {
		t.Errorf("checks %v, %v", checks, err)
	}

	// A number that was served.
	taken := h.take(t, "A", "")
	_, err = h.Kiosk.RateTicket(background, taken.Ticket.Number, app.ScoreWorst)
	wantCode(t, "not served yet", err, app.CodeWrongState)
	called, err := h.Queue.CallNext(background, h.admin)
	must(t, err)
	h.step(t, called.ID, app.StepComplete, "")
	rated, err := h.Kiosk.RateTicket(background, " a1-001 ", app.ScoreWorst)
	must(t, err)
	_, err = h.Kiosk.RateTicket(background, "A1-001", app.ScoreBest)
	wantCode(t, "a second rating", err, app.CodeDuplicate)
	_, err = h.Kiosk.RateTicket(background, "A1-099", app.ScoreBest)
	wantCode(t, "no such number", err, app.CodeNotFound)
	if checks, err = h.Cases.Checks(background, h.admin); err != nil || len(checks) != 1 || checks[0].Number != "A1-001" {
		t.Errorf("checks %v, %v", checks, err)
	}
	wantCode(t, "no case to reopen", h.Cases.Verify(background, h.admin, rated, "x", true), app.CodeWrongState)
	must(t, h.Cases.Verify(background, h.admin, rated, "x", false))
	h.wantWhole(t)
}

func TestSubmissionBecomesOneCase(t *testing.T) {
	h := mustHall(t)
	r, err := h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: "样例问题", Phone: "13800001234"})
	must(t, err)
	if p, err := h.Kiosk.Progress(background, r.Number, r.Secret); err != nil || p.State != app.CaseOpen {
		t.Errorf("received: %+v, %v", p, err)
	}
	_, err = h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitComment, Words: "样例评语"})
	must(t, err)
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	if len(items) != 2 || items[0].Opened || items[1].Opened {
		t.Fatalf("inbox %+v", items)
	}
	for _, it := range items {
		first, err := h.Inbox.OpenSubmission(background, h.admin, it.ID)
		must(t, err)
		h.wantNoEntry(t, "opening again", func() {
			again, err := h.Inbox.OpenSubmission(background, h.admin, it.ID)
			must(t, err)
			if again.ID != first.ID {
				t.Errorf("another case: %s, %s", first.ID, again.ID)
			}
		})
		switch it.Body.Kind {
		case app.SubmitProblem:
			if first.Receipt != r.Number || first.Body != "样例问题" || first.Submission != it.ID {
				t.Errorf("case %+v", first)
			}
			h.do(t, first.ID, app.CaseStepAccept, "", "")
			if p, err := h.Kiosk.Progress(background, r.Number, r.Secret); err != nil || p.State != app.CaseAccepted {
				t.Errorf("progress %+v, %v", p, err)
			}
		case app.SubmitComment:
			if first.ID != "" {
				t.Error("a comment is filed, not made a case")
			}
		}
	}
	if n := h.count(t, `SELECT count(*) FROM "case"`); n != 1 {
		t.Errorf("%d cases", n)
	}
	_, err = h.Inbox.OpenSubmission(background, h.admin, "none")
	wantCode(t, "no submission", err, app.CodeNotFound)
	_, err = h.Kiosk.Submit(background, app.Submission{Kind: "gossip"})
	wantCode(t, "no such kind", err, app.CodeInvalid)
	h.wantWhole(t)
}

// What a resident says at the kiosk of where it is and how they can be called
// reaches the case; the phone is masked until somebody asks, and that is noted.
func TestAReportTakesPlaceAndPhoneToItsCase(t *testing.T) {
	h := mustHall(t)
	grid, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例路1号3栋", Level: 3, Leader: "样例网格长"})
	must(t, err)
	grids, err := h.Public.Grids(background)
	must(t, err)
	for _, g := range grids {
		if g.Leader != "" {
			t.Errorf("the public tree names the leader of %s", g.Name)
		}
	}
	r, err := h.Kiosk.Submit(background, app.Submission{
		Kind: app.SubmitProblem, Category: "building", Choice: "stair-light", GridID: grid, Phone: "13800001234",
	})
	must(t, err)
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	if got := items[0].Body; got.Phone != "138****1234" || got.GridID != grid {
		t.Errorf("the inbox has %+v", got)
	}
	c, err := h.Inbox.OpenSubmission(background, h.admin, items[0].ID)
	must(t, err)
	if c.GridID != grid || c.Contact != "138****1234" {
		t.Errorf("the case is in %q, contact %q", c.GridID, c.Contact)
	}
	// Looking it up tells what it is about, in published words, at every step.
	for _, step := range []app.CaseStep{"", app.CaseStepAccept} {
		if step != "" {
			h.do(t, c.ID, step, "", "")
		}
		want := app.CaseAbout{Kind: app.CaseHelp, Category: "building", Choice: "stair-light"}
		if p, err := h.Kiosk.Progress(background, r.Number, r.Secret); err != nil || p.About != want {
			t.Errorf("after %q it is about %+v, %v", step, p.About, err)
		}
	}
	looks := h.count(t, `SELECT count(*) FROM access`)
	phone, err := h.Cases.Contact(background, h.admin, c.ID)
	must(t, err)
	if phone != "13800001234" || h.count(t, `SELECT count(*) FROM access`) != looks+1 {
		t.Error("the phone is not answered in full, or the look is not noted")
	}
	_, err = h.Cases.Contact(background, h.admin, "none")
	wantCode(t, "no such case", err, app.CodeNotFound)
	h.wantWhole(t)
}

func TestManyListsAtOnce(t *testing.T) {
	// A list that asks for names while it holds a reader must not starve the others.
	h := mustHall(t)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "192837")
	c := h.openCase(t)
	h.do(t, c.ID, app.CaseStepAccept, "", "")
	h.do(t, c.ID, app.CaseStepAssign, clerk.ID, "")
	for range 20 {
		// Changing anybody makes the store forget the names.
		must(t, h.exec(`UPDATE staff SET grid = coalesce(grid, '') || 'x' WHERE id = ?`, clerk.ID))
		done := make(chan error, 12)
		for range cap(done) {
			go func() {
				list, err := h.Cases.Cases(background, h.admin, app.CaseFilter{})
				if err == nil && (len(list) != 1 || list[0].Handler != "样例窗口") {
					err = app.Fail(app.CodeInternal)
				}
				done <- err
			}()
		}
		for range cap(done) {
			must(t, <-done)
		}
	}
}
