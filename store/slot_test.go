package store_test

import (
	"fmt"
	"testing"

	"linli/app"
	"linli/store"
)

func TestDealingAndWithdrawing(t *testing.T) {
	h := mustHall(t)
	wish := h.wish(t)
	plan := app.DealSlots{BusinessID: wish.BusinessID, Day: wish.Day, From: wish.From, To: wish.To, Count: 2}
	first := h.deal(t, 2)
	second := h.deal(t, 3)
	var all []string
	for i, u := range append(first, second...) {
		if u.Unit != i+1 || !u.Own || u.State != app.SlotFree || u.Machine != 1 {
			t.Errorf("%+v", u)
		}
		all = append(all, u.ID)
	}
	plan.First = 1
	h.wantNoEntry(t, "dealing the same again", func() {
		again, err := h.Slots.Deal(background, h.admin, plan)
		must(t, err)
		if len(again) != 2 || again[0].ID != all[0] {
			t.Errorf("%+v", again)
		}
	})
	must(t, h.Slots.Withdraw(background, h.admin, all[0], all[4]))
	offers := func() int {
		t.Helper()
		list, err := h.Slots.Offers(background, wish.BusinessID)
		must(t, err)
		if len(list) == 0 {
			return -1
		}
		return list[0].Free
	}
	if n := offers(); n != 3 {
		t.Errorf("%d free", n)
	}
	_, err := h.Slots.Deal(background, h.admin, plan)
	must(t, err)
	if n := offers(); n != 4 {
		t.Errorf("%d free after the first was offered again", n)
	}
	if free, err := h.Slots.Slots(background, h.admin, app.SlotFilter{BusinessID: wish.BusinessID, From: wish.Day, To: wish.Day, Free: true, Own: true}); err != nil || len(free) != 4 {
		t.Errorf("%d, %v", len(free), err)
	}
	must(t, h.Slots.Withdraw(background, h.admin, all...))
	if n := offers(); n != -1 {
		t.Errorf("withdrawn units are offered: %d", n)
	}
	_, err = h.Booking.Book(background, wish)
	wantCode(t, "withdrawn", err, app.CodeNotFound)

	must(t, h.exec(`INSERT INTO device(id, name, machines) VALUES ('other', '二号机', '[7]')`))
	devices, err := h.Replicas.Devices(background)
	must(t, err)
	h.wantNoEntry(t, "what cannot be dealt or lent", func() {
		for what, c := range map[string]struct {
			change func(*app.DealSlots)
			want   app.Code
		}{
			"to another machine what is this one's": {func(d *app.DealSlots) { d.Owner = "other" }, app.CodeDuplicate},
			"to nobody":                             {func(d *app.DealSlots) { d.Owner, d.First = "nobody", 0 }, app.CodeNotFound},
			"no such business":                      {func(d *app.DealSlots) { d.BusinessID = "x" }, app.CodeNotFound},
			"none":                                  {func(d *app.DealSlots) { d.Count = 0 }, app.CodeInvalid},
		} {
			d := plan
			c.change(&d)
			_, err := h.Slots.Deal(background, h.admin, d)
			wantCode(t, what, err, c.want)
		}
		wantCode(t, "lent to nobody", h.Slots.Lend(background, h.admin, "", all[0]), app.CodeRequired)
		wantCode(t, "lent to a stranger", h.Slots.Lend(background, h.admin, "nobody", all[0]), app.CodeNotFound)
		wantCode(t, "lent to itself", h.Slots.Lend(background, h.admin, devices[0].ID, all[0]), app.CodeInvalid)
		wantCode(t, "no such slot", h.Slots.Lend(background, h.admin, "other", all[0], "x"), app.CodeNotFound)
	})
	must(t, h.Slots.Lend(background, h.admin, "other", all[0], all[0], all[1]))
	wantCode(t, "lent twice", h.Slots.Lend(background, h.admin, "other", all[0]), app.CodeNotOwner)
	h.wantWhole(t)
}

// TestRightsOfSlotsAndAppointments calls every method that asks who somebody is.
func TestRightsOfSlotsAndAppointments(t *testing.T) {
	h := mustHall(t)
	unit := h.deal(t, 1)[0]
	a := h.bookAtDesk(t, "")
	h.bookAtKiosk(t)
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	wish := h.wish(t)
	methods := []struct {
		name string
		act  app.Act
		call func(by app.Actor) error
	}{
		{"Slots.Slots", app.ActServe, func(by app.Actor) error { _, err := h.Slots.Slots(background, by, app.SlotFilter{}); return err }},
		{"Slots.Slot", app.ActServe, func(by app.Actor) error { _, _, err := h.Slots.Slot(background, by, unit.ID); return err }},
		{"Slots.Deal", app.ActSettings, func(by app.Actor) error {
			_, err := h.Slots.Deal(background, by, app.DealSlots{BusinessID: wish.BusinessID, Day: wish.Day, From: wish.From, To: wish.To, Count: 1})
			return err
		}},
		{"Slots.Withdraw", app.ActSettings, func(by app.Actor) error { return h.Slots.Withdraw(background, by, unit.ID) }},
		{"Slots.Lend", app.ActServe, func(by app.Actor) error { return h.Slots.Lend(background, by, "x", unit.ID) }},
		{"Slots.Strays", app.ActServe, func(by app.Actor) error { _, err := h.Slots.Strays(background, by); return err }},
		{"Slots.Release", app.ActServe, func(by app.Actor) error { return h.Slots.Release(background, by, unit.ID) }},
		{"Appointments.Book", app.ActServe, func(by app.Actor) error {
			_, err := h.Appointments.Book(background, by, app.NewAppointment{BusinessID: wish.BusinessID, Day: wish.Day, From: wish.From, To: wish.To})
			return err
		}},
		{"Appointments.Do", app.ActServe, func(by app.Actor) error {
			_, err := h.Appointments.Do(background, by, a.ID, app.AppointmentStepCancel, "x")
			return err
		}},
		{"Appointments.CheckIn", app.ActServe, func(by app.Actor) error { _, err := h.Appointments.CheckIn(background, by, a.ID); return err }},
		{"Appointments.Open", app.ActInbox, func(by app.Actor) error { _, err := h.Appointments.Open(background, by, items[0].ID); return err }},
		{"Appointments.Appointment", app.ActServe, func(by app.Actor) error { _, _, err := h.Appointments.Appointment(background, by, a.ID); return err }},
		{"Appointments.Appointments", app.ActServe, func(by app.Actor) error {
			_, err := h.Appointments.Appointments(background, by, app.AppointmentFilter{})
			return err
		}},
	}
	h.wantNoEntry(t, "what was refused", func() {
		for _, role := range append(app.Roles(), app.RoleKiosk, "", "mayor") {
			for _, m := range methods {
				if !app.May(role, m.act) {
					wantCode(t, fmt.Sprintf("%s as %q", m.name, role), m.call(app.Actor{ID: "someone", Role: role}), app.CodeForbidden)
				}
			}
		}
	})
}

func TestAKioskSellsAndNothingMore(t *testing.T) {
	h := mustHall(t)
	h.wantNoEntry(t, "a kiosk's writes", func() {
		for _, query := range []string{
			`INSERT INTO slot(id, unit) VALUES ('s1', 1)`,
			`INSERT INTO appointment(id, day) VALUES ('a1', '2026-11-23')`,
			`INSERT INTO appointment_event(id, appointment) VALUES ('e1', 'a1')`,
		} {
			err := h.store.Write(background, store.Action{Actor: app.KioskActor(), Verb: "test.kiosk"}, func(tx *store.Tx) error {
				_, err := tx.Exec(query)
				return err
			})
			wantCode(t, query, err, app.CodeForbidden)
		}
	})
}
