package app_test

import (
	"errors"
	"slices"
	"testing"

	"linli/app"
)

func TestRights(t *testing.T) {
	const A, C, G, S, K = app.RoleAdmin, app.RoleClerk, app.RoleGrid, app.RoleSupervisor, app.RoleKiosk
	table := []struct {
		act app.Act
		may []app.Role
	}{
		{app.ActServe, []app.Role{A, C}},
		{app.ActRegistry, []app.Role{A, C}},
		{app.ActFind, []app.Role{A, C, G, S}},
		{app.ActReveal, []app.Role{A, C}},
		{app.ActCase, []app.Role{A, C, G}},
		{app.ActClose, []app.Role{A, C, S}},
		{app.ActNotice, []app.Role{A, C}},
		{app.ActInbox, []app.Role{A, C, G}},
		{app.ActSettings, []app.Role{A}},
		{app.ActBackup, []app.Role{A}},
		{app.ActFigures, []app.Role{A, S}},
		{app.ActKiosk, []app.Role{K}},
		{"unheard-of", nil},
		{"", nil},
	}
	for _, row := range table {
		for _, role := range []app.Role{A, C, G, S, K, "", "unheard-of"} {
			want := slices.Contains(row.may, role)
			if got := app.May(role, row.act); got != want {
				t.Errorf("%q may %q: %v, want %v", role, row.act, got, want)
			}
			err := app.Actor{ID: "x", Name: "an invented name", Role: role}.Require(row.act)
			if (err == nil) != want {
				t.Errorf("%q requires %q: %v", role, row.act, err)
			}
			var e *app.Error
			if err != nil && (!errors.As(err, &e) || e.Code != app.CodeForbidden || !slices.Equal(e.Args, []string{string(row.act)})) {
				t.Errorf("%q requires %q: error %+v", role, row.act, err)
			}
		}
	}
}

func TestRolesOfStaffLeaveOutTheMachine(t *testing.T) {
	if slices.Contains(app.Roles(), app.RoleKiosk) {
		t.Error("a person can be made a kiosk")
	}
	if a := app.KioskActor(); a.Require(app.ActKiosk) != nil || a.Require(app.ActFind) == nil {
		t.Error("the kiosk cannot do its work, or more than that")
	}
	if a := app.ConsoleActor(); a.Require(app.ActSettings) != nil || a.Require(app.ActBackup) != nil {
		t.Error("the console cannot set up or back up")
	}
}
