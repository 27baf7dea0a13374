package store_test

import (
	"fmt"
	"testing"
	"time"

	"linli/app"
)

// TestRights calls every method of every port that asks who somebody is, as every
// role that lacks the right, and as nobody: it is refused and leaves no trace.
func TestRights(t *testing.T) {
	h := mustHall(t)
	id := h.person(t, map[string]string{"name": "王样例", "phone": "13800001234"})
	form := h.openForm(t, id)
	taken := h.take(t, "A", "")
	v, err := h.Visits.Register(background, h.admin, app.NewVisit{Channel: app.ChannelPhone, Purpose: "样例", Outcome: app.OutcomeDone})
	must(t, err)
	c := h.openCase(t)
	h.do(t, c.ID, app.CaseStepAccept, "", "")
	h.do(t, c.ID, app.CaseStepReply, "", "样例")
	rating, err := h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreWorst)
	must(t, err)
	_, err = h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: "样例"})
	must(t, err)
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	help, err := h.Kiosk.CallStaff(background, "home")
	must(t, err)
	services, err := h.Public.Services(background, "")
	must(t, err)
	info, err := h.Public.Hall(background)
	must(t, err)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "135791")
	notice := app.Notice{Category: "general", Title: app.Text{ZH: "x"}, Body: app.Text{ZH: "x"}, ValidFrom: "2026-11-01"}

	type call func(by app.Actor) error
	methods := []struct {
		name string
		act  []app.Act // any of these
		call call
	}{
		{"Staff.AddStaff", []app.Act{app.ActSettings}, func(by app.Actor) error {
			_, err := h.Staff.AddStaff(background, by, app.Staff{Name: "新", Role: app.RoleClerk}, "135791")
			return err
		}},
		{"Staff.ChangePIN", []app.Act{app.ActSettings}, func(by app.Actor) error { return h.Staff.ChangePIN(background, by, clerk.ID, "", "975313") }},
		{"Staff.RetireStaff", []app.Act{app.ActSettings}, func(by app.Actor) error { return h.Staff.RetireStaff(background, by, clerk.ID) }},
		{"Queue.TakeAtDesk", []app.Act{app.ActServe}, func(by app.Actor) error {
			_, err := h.Queue.TakeAtDesk(background, by, app.TakeTicket{BusinessID: taken.Ticket.BusinessID})
			return err
		}},
		{"Queue.CallNext", []app.Act{app.ActServe}, func(by app.Actor) error { _, err := h.Queue.CallNext(background, by); return err }},
		{"Queue.Step", []app.Act{app.ActServe}, func(by app.Actor) error {
			_, err := h.Queue.Step(background, by, taken.Ticket.ID, app.StepAbandon, "")
			return err
		}},
		{"Registry.Find", []app.Act{app.ActFind}, func(by app.Actor) error {
			_, err := h.Registry.Find(background, by, "王", "", 5)
			return err
		}},
		{"Registry.Resident", []app.Act{app.ActFind}, func(by app.Actor) error { _, _, err := h.Registry.Resident(background, by, id); return err }},
		{"Registry.History", []app.Act{app.ActFind}, func(by app.Actor) error { _, err := h.Registry.History(background, by, id); return err }},
		{"Registry.Reveal", []app.Act{app.ActReveal}, func(by app.Actor) error { _, err := h.Registry.Reveal(background, by, id, "phone"); return err }},
		{"Registry.Save", []app.Act{app.ActRegistry}, func(by app.Actor) error {
			_, err := h.Registry.Save(background, by, form, map[string]string{"phone": "13900001234"})
			return err
		}},
		{"Visits.Register", []app.Act{app.ActServe}, func(by app.Actor) error {
			_, err := h.Visits.Register(background, by, app.NewVisit{Channel: app.ChannelPhone, Purpose: "x", Outcome: app.OutcomeDone})
			return err
		}},
		{"Visits.Amend", []app.Act{app.ActServe}, func(by app.Actor) error {
			_, err := h.Visits.Amend(background, by, v.ID, app.OutcomeDone, "x")
			return err
		}},
		{"Visits.Void", []app.Act{app.ActServe}, func(by app.Actor) error { _, err := h.Visits.Void(background, by, v.ID, "x"); return err }},
		{"Visits.Visits", []app.Act{app.ActFind}, func(by app.Actor) error {
			_, err := h.Visits.Visits(background, by, app.VisitFilter{})
			return err
		}},
		{"Cases.Open", []app.Act{app.ActCase}, func(by app.Actor) error {
			_, err := h.Cases.Open(background, by, app.NewCase{Kind: app.CaseHelp, Title: "x"})
			return err
		}},
		{"Cases.Do reply", []app.Act{app.ActCase}, func(by app.Actor) error {
			_, err := h.Cases.Do(background, by, c.ID, app.CaseStepReply, "", "x")
			return err
		}},
		{"Cases.Do close", []app.Act{app.ActClose}, func(by app.Actor) error {
			_, err := h.Cases.Do(background, by, c.ID, app.CaseStepClose, "", "")
			return err
		}},
		{"Cases.Do reopen", []app.Act{app.ActClose}, func(by app.Actor) error {
			_, err := h.Cases.Do(background, by, c.ID, app.CaseStepReopen, "", "x")
			return err
		}},
		{"Cases.Case", []app.Act{app.ActCase, app.ActClose}, func(by app.Actor) error { _, _, err := h.Cases.Case(background, by, c.ID); return err }},
		{"Cases.Cases", []app.Act{app.ActCase, app.ActClose}, func(by app.Actor) error {
			_, err := h.Cases.Cases(background, by, app.CaseFilter{})
			return err
		}},
		{"Cases.Contact", []app.Act{app.ActReveal}, func(by app.Actor) error { _, err := h.Cases.Contact(background, by, c.ID); return err }},
		{"Cases.Checks", []app.Act{app.ActClose}, func(by app.Actor) error { _, err := h.Cases.Checks(background, by); return err }},
		{"Cases.Verify", []app.Act{app.ActClose}, func(by app.Actor) error { return h.Cases.Verify(background, by, rating, "x", false) }},
		{"Inbox.Inbox", []app.Act{app.ActInbox}, func(by app.Actor) error { _, err := h.Inbox.Inbox(background, by); return err }},
		{"Inbox.OpenSubmission", []app.Act{app.ActInbox}, func(by app.Actor) error {
			_, err := h.Inbox.OpenSubmission(background, by, items[0].ID)
			return err
		}},
		{"Inbox.PublishReply", []app.Act{app.ActInbox}, func(by app.Actor) error {
			_, err := h.Inbox.PublishReply(background, by, app.Reply{ServiceID: services[0].ID, Said: "x", Answer: "x"})
			return err
		}},
		{"Inbox.Answer", []app.Act{app.ActServe}, func(by app.Actor) error { return h.Inbox.Answer(background, by, help.ID) }},
		{"Notices.SaveNotice", []app.Act{app.ActNotice}, func(by app.Actor) error {
			_, err := h.Notices.SaveNotice(background, by, app.Form{}, notice)
			return err
		}},
		{"Settings.SaveHall", []app.Act{app.ActSettings}, func(by app.Actor) error { return h.Settings.SaveHall(background, by, info) }},
		{"Settings.SaveWindow", []app.Act{app.ActSettings}, func(by app.Actor) error {
			_, err := h.Settings.SaveWindow(background, by, app.Window{Number: 9, Name: "x"})
			return err
		}},
		{"Settings.SaveBusiness", []app.Act{app.ActSettings}, func(by app.Actor) error {
			_, err := h.Settings.SaveBusiness(background, by, app.Business{Letter: "Z", Name: "x"})
			return err
		}},
		{"Settings.SetHours", []app.Act{app.ActSettings}, func(by app.Actor) error {
			return h.Settings.SetHours(background, by, "", []app.OpeningHours{{From: "09:00", To: "10:00"}})
		}},
		{"Settings.SaveService", []app.Act{app.ActSettings}, func(by app.Actor) error {
			_, err := h.Settings.SaveService(background, by, app.Service{Family: app.FamilyCity, Name: app.Text{ZH: "x"}})
			return err
		}},
		{"Settings.SaveGrid", []app.Act{app.ActSettings}, func(by app.Actor) error {
			_, err := h.Settings.SaveGrid(background, by, app.Grid{Name: "x", Level: 2})
			return err
		}},
		{"Funnel.KioskPages", []app.Act{app.ActFigures}, func(by app.Actor) error {
			_, err := h.Funnel.KioskPages(background, by, "2026-11-01", "2026-11-30")
			return err
		}},
		{"Upkeep.BackupNow", []app.Act{app.ActBackup}, func(by app.Actor) error { _, err := h.Upkeep.BackupNow(background, by); return err }},
		{"Upkeep.RecoverySheet", []app.Act{app.ActBackup}, func(by app.Actor) error { _, err := h.Upkeep.RecoverySheet(background, by, "zh"); return err }},
		{"Upkeep.ConfirmSheet", []app.Act{app.ActBackup}, func(by app.Actor) error { return h.Upkeep.ConfirmSheet(background, by, "x") }},
	}
	before := h.entryCount(t)
	for _, role := range append(app.Roles(), app.RoleKiosk, "", "mayor") {
		by := app.Actor{ID: "someone", Role: role, WindowID: h.admin.WindowID}
		for _, m := range methods {
			may := false
			for _, a := range m.act {
				may = may || app.May(role, a)
			}
			if !may {
				wantCode(t, fmt.Sprintf("%s as %q", m.name, role), m.call(by), app.CodeForbidden)
			}
		}
	}
	if after := h.entryCount(t); after != before {
		t.Errorf("what was refused left %d entries", after-before)
	}
	// The same calls work for one who has the rights: the table above asks for
	// what is possible, and only the right was missing.
	h.pass(time.Second)
	for _, name := range []string{"Cases.Do close", "Cases.Do reopen", "Cases.Verify", "Inbox.OpenSubmission", "Inbox.Answer", "Queue.CallNext", "Visits.Void", "Registry.Save", "Staff.ChangePIN", "Staff.RetireStaff", "Settings.SetHours"} {
		for _, m := range methods {
			if m.name == name {
				if err := m.call(h.admin); err != nil {
					t.Errorf("%s as administrator: %v", name, err)
				}
			}
		}
	}
	h.wantWhole(t)
}
