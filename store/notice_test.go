package store_test

import (
	"testing"
	"time"

	"linli/app"
)

func TestNoticesComeAndGoByTheHallsDay(t *testing.T) {
	h := mustHall(t)
	zone := h.clock.t.Location()
	id, err := h.Notices.SaveNotice(background, h.admin, app.Form{}, app.Notice{
		Category: "activity", Title: app.Text{ZH: "样例活动", EN: "Sample"}, Body: app.Text{ZH: "样例内容"}, ValidFrom: "2027-03-02", ValidTo: "2027-03-03",
	})
	must(t, err)
	before := h.entryCount(t)
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{time.Date(2027, 3, 1, 23, 59, 59, 0, zone), false},
		{time.Date(2027, 3, 2, 0, 0, 0, 0, zone), true}, // still the first in UTC
		{time.Date(2027, 3, 3, 23, 59, 59, 0, zone), true},
		{time.Date(2027, 3, 4, 0, 0, 0, 0, zone), false},
	} {
		h.clock.t = c.at
		list, err := h.Public.Notices(background)
		must(t, err)
		found := false
		for _, n := range list {
			found = found || n.ID == id
		}
		if found != c.want {
			t.Errorf("at %s shown: %v", c.at, found)
		}
	}
	if h.entryCount(t) != before {
		t.Error("time alone wrote to the log")
	}
	all, err := h.Notices.AllNotices(background)
	must(t, err)
	if len(all) == 0 || all[0].ID != id || all[0].Owner != "样例管理员" {
		t.Errorf("the desk sees %d notices", len(all))
	}
	good := all[0]
	h.wantNoEntry(t, "poor notices", func() {
		for _, c := range []struct {
			field string
			set   func(*app.Notice)
			want  app.Code
		}{
			{"title", func(n *app.Notice) { n.Title.ZH = " " }, app.CodeRequired},
			{"body", func(n *app.Notice) { n.Body.ZH = "" }, app.CodeRequired},
			{"category", func(n *app.Notice) { n.Category = "gossip" }, app.CodeInvalid},
			{"valid_from", func(n *app.Notice) { n.ValidFrom = "2027-02-30" }, app.CodeInvalid},
			{"valid_to", func(n *app.Notice) { n.ValidTo = "2027-03-01" }, app.CodeInvalid},
		} {
			n := good
			c.set(&n)
			_, err := h.Notices.SaveNotice(background, h.admin, app.Form{}, n)
			wantCode(t, c.field, err, c.want)
			if err != nil && app.AsError(err).Field != c.field {
				t.Errorf("names %s, want %s", app.AsError(err).Field, c.field)
			}
		}
		_, err := h.Notices.SaveNotice(background, h.admin, app.Form{Table: "notice", Row: "none"}, good)
		wantCode(t, "no such notice", err, app.CodeNotFound)
	})
}

func TestHelpCalls(t *testing.T) {
	h := mustHall(t)
	call, err := h.Kiosk.CallStaff(background, "home")
	must(t, err)
	list, err := h.Inbox.HelpCalls(background)
	must(t, err)
	if len(list) != 1 || list[0].ID != call.ID || list[0].Page != "home" {
		t.Fatalf("calls %+v", list)
	}
	h.pass(time.Second)
	must(t, h.Inbox.Answer(background, h.admin, call.ID))
	h.wantNoEntry(t, "answering again, or nobody", func() {
		must(t, h.Inbox.Answer(background, h.admin, call.ID))
		wantCode(t, "no call", h.Inbox.Answer(background, h.admin, "none"), app.CodeNotFound)
		wantCode(t, "an empty id", h.Inbox.Answer(background, h.admin, ""), app.CodeNotFound)
		_, err := h.Inbox.PublishReply(background, h.admin, app.Reply{Said: "x", Answer: "x"})
		wantCode(t, "a reply to nothing", err, app.CodeRequired)
	})
	got, err := h.Kiosk.HelpCall(background, call.ID)
	must(t, err)
	if got.AnsweredBy != h.admin.ID || !got.AnsweredAt.Equal(h.clock.t) {
		t.Errorf("answered %+v", got)
	}
	if list, err = h.Inbox.HelpCalls(background); err != nil || len(list) != 0 {
		t.Errorf("calls %v, %v", list, err)
	}
}

func TestSettings(t *testing.T) {
	h := mustHall(t)
	info, err := h.Public.Hall(background)
	must(t, err)
	info.Name, info.Phone, info.Settings.MaxRecalls = "样例新名", "025-83000000", 5
	info.Settings.Accent.NL = true
	must(t, h.Settings.SaveHall(background, h.admin, info))
	if got, err := h.Public.Hall(background); err != nil || got != info {
		t.Errorf("hall %+v, %v", got, err)
	}
	grid, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例一网格", Level: 2})
	must(t, err)
	below, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例一栋", Level: 3, ParentID: grid})
	must(t, err)
	h.wantNoEntry(t, "poor settings", func() {
		bad := info
		bad.Name = ""
		wantCode(t, "no name", h.Settings.SaveHall(background, h.admin, bad), app.CodeRequired)
		bad = info
		bad.Zone = "Mars/Olympus"
		wantCode(t, "no such zone", h.Settings.SaveHall(background, h.admin, bad), app.CodeInvalid)
		for _, parent := range []string{grid, below} {
			_, err := h.Settings.SaveGrid(background, h.admin, app.Grid{ID: grid, Name: "x", Level: 2, ParentID: parent})
			wantCode(t, "a grid below itself", err, app.CodeInvalid)
		}
		_, err := h.Settings.SaveBusiness(background, h.admin, app.Business{Letter: "A", Name: "x"})
		wantCode(t, "a letter that is taken", err, app.CodeDuplicate)
		for _, letter := range []string{"", "a", "AB", "号"} {
			_, err = h.Settings.SaveBusiness(background, h.admin, app.Business{Letter: letter, Name: "x"})
			wantCode(t, "no letter", err, app.CodeInvalid)
		}
		_, err = h.Settings.SaveWindow(background, h.admin, app.Window{Number: 0})
		wantCode(t, "window 0", err, app.CodeInvalid)
		for _, hours := range []app.OpeningHours{{From: "9:00", To: "10:00"}, {From: "10:00", To: "09:00"}, {From: "09:00", To: "25:00"}, {Weekday: 7, From: "09:00", To: "10:00"}} {
			wantCode(t, "hours", h.Settings.SetHours(background, h.admin, "", []app.OpeningHours{hours}), app.CodeInvalid)
		}
	})
	// New hours replace the former ones.
	for _, to := range []string{"12:00", "11:00"} {
		must(t, h.Settings.SetHours(background, h.admin, "", []app.OpeningHours{{Weekday: time.Monday, From: "09:00", To: to}}))
	}
	if got := h.business(t, "A").Hours; got != "09:00–11:00" {
		t.Errorf("hours %q", got)
	}
	h.wantWhole(t)
}
