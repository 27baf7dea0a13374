package store_test

import (
	"strings"
	"testing"
	"time"

	"linli/app"
)

func TestPINRules(t *testing.T) {
	h := mustHall(t)
	h.wantNoEntry(t, "poor PINs", func() {
		for _, pin := range []string{"", "12345", "1234567890123", "123456", "987654", "111111", "12a456", "１３５７９１", " 135791"} {
			_, err := h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例窗口", Role: app.RoleClerk}, pin)
			wantCode(t, "a poor PIN", err, app.CodeInvalid)
			if pin != "" && err != nil && strings.Contains(err.Error(), pin) {
				t.Error("the error quotes the PIN")
			}
		}
		_, err := h.Staff.AddStaff(background, h.admin, app.Staff{Name: " ", Role: app.RoleClerk}, "135791")
		wantCode(t, "no name", err, app.CodeRequired)
		_, err = h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例窗口", Role: app.RoleKiosk}, "135791")
		wantCode(t, "a kiosk is nobody", err, app.CodeInvalid)
		_, err = h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例管理员", Role: app.RoleClerk}, "135791")
		wantCode(t, "the name is taken", err, app.CodeDuplicate)
	})
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "135791")
	wantCode(t, "the wrong old PIN", h.Staff.ChangePIN(background, clerk, clerk.ID, "246810", "975313"), app.CodeWrongPIN)
	must(t, h.Staff.ChangePIN(background, clerk, clerk.ID, "135791", "975313"))
	_, err := h.Staff.SignIn(background, "样例窗口", "135791", "")
	wantCode(t, "the former PIN", err, app.CodeWrongPIN)
	must(t, h.Staff.ChangePIN(background, h.admin, clerk.ID, "", "864213"))
	if _, err = h.Staff.SignIn(background, " 样例窗口 ", "864213", ""); err != nil {
		t.Error(err)
	}
	wantCode(t, "a clerk sets another's PIN", h.Staff.ChangePIN(background, clerk, h.admin.ID, "", "864213"), app.CodeForbidden)
	_, err = h.Staff.SignIn(background, "无此人", "864213", "")
	wantCode(t, "nobody", err, app.CodeNotFound)
}

func TestTriesAreCountedBeforeTheCheck(t *testing.T) {
	h := mustHall(t)
	h.addStaff(t, "样例窗口", app.RoleClerk, "135791")
	try := func(pin string) *app.Error {
		t.Helper()
		_, err := h.Staff.SignIn(background, "样例窗口", pin, "")
		if err == nil {
			return &app.Error{}
		}
		return app.AsError(err)
	}
	for left := 4; left >= 0; left-- {
		if left == 2 {
			h.reopen(t) // pulling the plug gives no further try
		}
		if e := try("000111"); e.Code != app.CodeWrongPIN || e.Args[0] != string(rune('0'+left)) {
			t.Fatalf("%v, want %d tries left", e, left)
		}
	}
	if e := try("135791"); e.Code != app.CodeLocked || e.Args[0] != "1" {
		t.Fatalf("the right PIN while locked: %v", e)
	}
	// Each wrong try after the wait doubles it.
	for _, minutes := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		h.pass(time.Duration(minutes)*time.Minute - time.Second)
		if e := try("135791"); e.Code != app.CodeLocked {
			t.Fatalf("%d minutes were not waited: %v", minutes, e)
		}
		h.pass(time.Second)
		if e := try("000111"); e.Code != app.CodeWrongPIN {
			t.Fatalf("after %d minutes: %v", minutes, e)
		}
	}
	// A clock that was set back, by a day or by less than the wait, does not make
	// the wait longer.
	for _, back := range []time.Duration{24 * time.Hour, 50 * time.Minute} {
		h.pass(-back)
		if e := try("000111"); e.Code != app.CodeWrongPIN {
			t.Fatalf("after the clock was set back by %v: %v", back, e)
		}
	}
	h.pass(59 * time.Minute)
	if e := try("135791"); e.Code != app.CodeLocked || e.Args[0] != "1" {
		t.Fatalf("an hour was not waited: %v", e)
	}
	h.pass(time.Hour)
	if e := try("135791"); e.Code != "" {
		t.Fatalf("the right PIN after the wait: %v", e)
	}
	if e := try("000111"); e.Code != app.CodeWrongPIN || e.Args[0] != "4" {
		t.Errorf("after a success tries are counted anew: %v", e)
	}
}

func TestChangingOnesOwnPINAmongNamesakes(t *testing.T) {
	// Two people of one name, added at two desks apart: each has a PIN of their own.
	h := mustHall(t)
	a := h.addStaff(t, "样例窗口", app.RoleClerk, "135791")
	b, err := h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例柜台", Role: app.RoleClerk}, "192837")
	must(t, err)
	must(t, h.exec(`UPDATE staff SET name = '样例窗口' WHERE id = ?`, b))
	by := app.Actor{ID: b, Name: "样例窗口", Role: app.RoleClerk}
	wantCode(t, "with the other's PIN", h.Staff.ChangePIN(background, by, b, "135791", "918273"), app.CodeWrongPIN)
	must(t, h.Staff.ChangePIN(background, by, b, "192837", "918273"))
	must(t, h.Staff.ChangePIN(background, a, a.ID, "135791", "719283"))
}

func TestRetiring(t *testing.T) {
	h := mustHall(t)
	wantCode(t, "the last administrator", h.Staff.RetireStaff(background, h.admin, h.admin.ID), app.CodeWrongState)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "135791")
	id := h.person(t, map[string]string{"name": "样例甲"})
	h.pass(time.Second)
	_, err := h.Registry.Save(background, clerk, h.openForm(t, id), map[string]string{"phone": "13800001234"})
	must(t, err)
	must(t, h.Staff.RetireStaff(background, h.admin, clerk.ID))
	wantCode(t, "twice", h.Staff.RetireStaff(background, h.admin, clerk.ID), app.CodeNotFound)
	_, err = h.Staff.SignIn(background, "样例窗口", "135791", "")
	wantCode(t, "signing in retired", err, app.CodeNotFound)
	history, err := h.Registry.History(background, h.admin, id)
	must(t, err)
	if history[0].By != "样例窗口" {
		t.Errorf("past acts are now by %q", history[0].By)
	}
	second := h.addStaff(t, "样例二管", app.RoleAdmin, "192837")
	must(t, h.Staff.RetireStaff(background, second, h.admin.ID))
}

func TestStaffListTellsNoNumbers(t *testing.T) {
	h := mustHall(t)
	_, err := h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例窗口", Role: app.RoleClerk, Phone: "13800001234"}, "135791")
	must(t, err)
	list, err := h.Staff.Staff(background)
	must(t, err)
	for _, s := range list {
		if strings.Contains(s.Phone, "0000") {
			t.Errorf("%s's number is shown before anybody has signed in", s.Name)
		}
	}
}
