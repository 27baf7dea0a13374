package slot_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/app/slot"
)

var (
	day    = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	states = []app.SlotState{"", app.SlotFree, app.SlotSold, app.SlotUsed}
	steps  = []app.SlotStep{app.SlotStepDeal, app.SlotStepLend, app.SlotStepSell, app.SlotStepRelease, app.SlotStepCheckIn}
)

// at answers a slot of machine m1 in a state; X holds it unless it is free.
func at(state app.SlotState) app.Slot {
	s := app.Slot{ID: "s", Unit: 3, State: state, Voided: []string{"v"}}
	if state != "" {
		s.Owner = "m1"
	}
	if state == app.SlotSold || state == app.SlotUsed {
		s.AppointmentID, s.Number, s.Lane = "X", "12", app.LanePriority
	}
	if state == app.SlotUsed {
		s.TicketID = "t"
	}
	return s
}

// TestEveryStepInEveryState writes the whole table out a second time on purpose.
// Whatever a row does not name is done by the owner, for the appointment that
// holds the unit.
func TestEveryStepInEveryState(t *testing.T) {
	free := app.Slot{ID: "s", Unit: 3, State: app.SlotFree, Owner: "m1", Voided: []string{"v"}}
	with := func(s app.Slot, change func(*app.Slot)) app.Slot { change(&s); return s }
	sold := at(app.SlotSold)
	seen := map[[2]string]bool{}
	for _, c := range []struct {
		from  app.SlotState
		ev    app.SlotEvent
		want  app.Slot // when it is possible
		code  app.Code // when it is not
		field string
		args  []string
	}{
		{from: "", ev: app.SlotEvent{Step: app.SlotStepDeal, Owner: "m1"}, want: free},
		{from: "", ev: app.SlotEvent{Step: app.SlotStepDeal, Owner: "m1", Origin: "m9"}, want: free}, // an administrator deals from anywhere
		{from: "", ev: app.SlotEvent{Step: app.SlotStepDeal}, code: app.CodeRequired, field: "owner"},
		{from: "", ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m2"}, code: app.CodeWrongState, args: []string{"", "lend"}},
		{from: "", ev: app.SlotEvent{Step: app.SlotStepSell}, code: app.CodeWrongState, args: []string{"", "sell"}},
		{from: "", ev: app.SlotEvent{Step: app.SlotStepRelease}, code: app.CodeWrongState, args: []string{"", "release"}},
		{from: "", ev: app.SlotEvent{Step: app.SlotStepCheckIn}, code: app.CodeWrongState, args: []string{"", "check_in"}},

		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepDeal, Owner: "m2"}, code: app.CodeWrongState, args: []string{"free", "deal"}},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m2"}, want: with(free, func(s *app.Slot) { s.Owner = "m2" })},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m2", Origin: "m2"}, code: app.CodeNotOwner}, // nobody helps themselves
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m3", Origin: "m2"}, code: app.CodeNotOwner},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m1"}, code: app.CodeInvalid, field: "owner"},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepLend}, code: app.CodeRequired, field: "owner"},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepSell, AppointmentID: "X", Number: "12", Lane: app.LanePriority}, want: sold},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepSell, Origin: "m2"}, code: app.CodeNotOwner},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepSell, AppointmentID: "-"}, code: app.CodeRequired, field: "appointment"},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepRelease}, code: app.CodeWrongState, args: []string{"free", "release"}},
		{from: app.SlotFree, ev: app.SlotEvent{Step: app.SlotStepCheckIn}, code: app.CodeWrongState, args: []string{"free", "check_in"}},

		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepDeal, Owner: "m2"}, code: app.CodeWrongState, args: []string{"sold", "deal"}},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m2"}, code: app.CodeWrongState, args: []string{"sold", "lend"}},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepSell, AppointmentID: "Y"}, code: app.CodeTaken},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepSell, AppointmentID: "X"}, code: app.CodeTaken},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepRelease}, want: free},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepRelease, Origin: "m2"}, want: free}, // a resident may cancel at any desk
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepRelease, AppointmentID: "Y"}, code: app.CodeTaken},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepRelease, AppointmentID: "-"}, code: app.CodeRequired, field: "appointment"},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepCheckIn, TicketID: "t"}, want: at(app.SlotUsed)},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepCheckIn, TicketID: "t", Origin: "m2"}, want: at(app.SlotUsed)}, // and arrive at any
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepCheckIn, AppointmentID: "Y"}, code: app.CodeTaken},
		{from: app.SlotSold, ev: app.SlotEvent{Step: app.SlotStepCheckIn, AppointmentID: "-"}, code: app.CodeRequired, field: "appointment"},

		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepDeal, Owner: "m2"}, code: app.CodeWrongState, args: []string{"used", "deal"}},
		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepLend, Owner: "m2"}, code: app.CodeWrongState, args: []string{"used", "lend"}},
		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepSell, AppointmentID: "Y"}, code: app.CodeTaken},
		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepRelease}, want: free},
		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepRelease, AppointmentID: "Y"}, code: app.CodeTaken},
		{from: app.SlotUsed, ev: app.SlotEvent{Step: app.SlotStepCheckIn}, code: app.CodeWrongState, args: []string{"used", "check_in"}},

		{from: app.SlotFree, ev: app.SlotEvent{Step: ""}, code: app.CodeWrongState, args: []string{"free", ""}},
		{from: app.SlotFree, ev: app.SlotEvent{Step: "unheard-of"}, code: app.CodeWrongState, args: []string{"free", "unheard-of"}},
	} {
		seen[[2]string{string(c.from), string(c.ev.Step)}] = true
		t.Run(fmt.Sprintf("%s/%s/%s%s%s", c.from, c.ev.Step, c.ev.Origin, c.ev.Owner, c.ev.AppointmentID), func(t *testing.T) {
			ev := c.ev
			if ev.Origin == "" {
				ev.Origin = "m1"
			}
			switch ev.AppointmentID {
			case "":
				ev.AppointmentID = "X"
			case "-":
				ev.AppointmentID = ""
			}
			before := at(c.from)
			after, err := slot.Apply(before, ev)
			if allowed := slot.Allow(before, ev); app.CodeOf(allowed) != app.CodeOf(err) {
				t.Errorf("Allow answers %v, Apply %v", allowed, err)
			}
			if c.code == "" {
				if err != nil || !reflect.DeepEqual(after, c.want) {
					t.Errorf("got  %+v, %v\nwant %+v", after, err, c.want)
				}
				return
			}
			if !reflect.DeepEqual(after, before) {
				t.Errorf("a refused step changed the slot: %+v", after)
			}
			var e *app.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field || !slices.Equal(e.Args, c.args) {
				t.Errorf("error %v, want %s %s %v", err, c.code, c.field, c.args)
			}
		})
	}
	for _, from := range states {
		for _, step := range steps {
			if !seen[[2]string{string(from), string(step)}] {
				t.Errorf("nobody tried to %s a slot in state %q", step, from)
			}
		}
	}
}

// story is what happened to one unit; each word is step:who:what.
func story(words ...[3]string) []app.SlotEvent {
	out := make([]app.SlotEvent, len(words))
	for i, w := range words {
		out[i] = app.SlotEvent{ID: fmt.Sprint("e", i), SlotID: "s", Step: app.SlotStep(w[0]), Origin: w[1], At: day.Add(time.Duration(i) * time.Minute)}
		if out[i].Step == app.SlotStepDeal || out[i].Step == app.SlotStepLend {
			out[i].Owner = w[2]
		} else {
			out[i].AppointmentID = w[2]
		}
	}
	return out
}

func TestStories(t *testing.T) {
	deal := [3]string{"deal", "m0", "m1"}
	for _, c := range []struct {
		name   string
		events [][3]string
		owner  string
		holder string
		state  app.SlotState
		void   map[int]app.Void
	}{
		{"nothing yet", nil, "", "", "", nil},
		{"sold", [][3]string{deal, {"sell", "m1", "X"}}, "m1", "X", app.SlotSold, nil},
		{"lent, and sold by the borrower", [][3]string{deal, {"lend", "m1", "m2"}, {"sell", "m2", "X"}}, "m2", "X", app.SlotSold, nil},
		{"lent on, and back", [][3]string{deal, {"lend", "m1", "m2"}, {"lend", "m2", "m3"}, {"lend", "m3", "m1"}, {"sell", "m1", "X"}}, "m1", "X", app.SlotSold, nil},
		{
			"what is lent is the lender's no more",
			[][3]string{deal, {"lend", "m1", "m2"}, {"sell", "m1", "X"}, {"lend", "m1", "m3"}},
			"m2", "", app.SlotFree,
			map[int]app.Void{2: {Reason: app.CodeNotOwner, Effect: app.EffectNoUnit}, 3: {Reason: app.CodeNotOwner, Effect: app.EffectNotOwned}},
		},
		{
			"nor the borrower's before it is lent",
			[][3]string{deal, {"sell", "m2", "X"}, {"lend", "m1", "m2"}},
			"m2", "", app.SlotFree,
			map[int]app.Void{1: {Reason: app.CodeNotOwner, Effect: app.EffectNoUnit}},
		},
		{
			"a clone sells it again",
			[][3]string{deal, {"sell", "m1", "X"}, {"sell", "m1", "Y"}},
			"m1", "X", app.SlotSold,
			map[int]app.Void{2: {Reason: app.CodeTaken, Effect: app.EffectNoUnit}},
		},
		{
			"a clone lends what is sold",
			[][3]string{deal, {"sell", "m1", "X"}, {"lend", "m1", "m2"}, {"sell", "m2", "Y"}},
			"m1", "X", app.SlotSold,
			map[int]app.Void{2: {Reason: app.CodeWrongState, Effect: app.EffectNotOwned}, 3: {Reason: app.CodeTaken, Effect: app.EffectNoUnit}},
		},
		{
			"two administrators deal it apart",
			[][3]string{deal, {"deal", "m9", "m2"}, {"sell", "m2", "Y"}, {"sell", "m1", "X"}},
			"m1", "X", app.SlotSold,
			map[int]app.Void{1: {Reason: app.CodeWrongState, Effect: app.EffectNotOwned}, 2: {Reason: app.CodeNotOwner, Effect: app.EffectNoUnit}},
		},
		{"released anywhere, sold again by the owner", [][3]string{deal, {"sell", "m1", "X"}, {"release", "m5", "X"}, {"sell", "m1", "Y"}}, "m1", "Y", app.SlotSold, nil},
		{
			"two desks release it apart: the next appointment keeps it",
			[][3]string{deal, {"sell", "m1", "X"}, {"release", "m5", "X"}, {"sell", "m1", "Y"}, {"release", "m6", "X"}},
			"m1", "Y", app.SlotSold,
			map[int]app.Void{4: {Reason: app.CodeTaken, Effect: app.EffectNone}},
		},
		{"cancelled at a desk, arrived at a kiosk before", [][3]string{deal, {"sell", "m1", "X"}, {"check_in", "m2", "X"}, {"release", "m5", "X"}, {"sell", "m1", "Y"}}, "m1", "Y", app.SlotSold, nil},
		{
			"cancelled at a desk, arrived at a kiosk after",
			[][3]string{deal, {"sell", "m1", "X"}, {"release", "m5", "X"}, {"check_in", "m2", "X"}},
			"m1", "", app.SlotFree,
			map[int]app.Void{3: {Reason: app.CodeWrongState, Effect: app.EffectTicket}},
		},
		{
			"arrived at two kiosks apart",
			[][3]string{deal, {"sell", "m1", "X"}, {"check_in", "m1", "X"}, {"check_in", "m2", "X"}},
			"m1", "X", app.SlotUsed,
			map[int]app.Void{3: {Reason: app.CodeWrongState, Effect: app.EffectTicket}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, events := slot.Fold(app.Slot{ID: "s"}, story(c.events...))
			if got.Owner != c.owner || got.AppointmentID != c.holder || got.State != c.state {
				t.Errorf("got %+v", got)
			}
			var voided []string
			for i, ev := range events {
				if ev.Void != c.void[i] {
					t.Errorf("%s of %s: %+v, want %+v", ev.Step, ev.Origin, ev.Void, c.void[i])
				}
				if _, ok := c.void[i]; ok {
					voided = append(voided, ev.ID)
				}
			}
			if !slices.Equal(got.Voided, voided) {
				t.Errorf("voided %v, want %v", got.Voided, voided)
			}
		})
	}
}

func TestDeal(t *testing.T) {
	good := app.DealSlots{BusinessID: "b", Day: "2026-03-02", From: "09:00", To: "09:30", Count: 1}
	if err := slot.Deal(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func(*app.DealSlots)
		code   app.Code
		field  string
	}{
		{func(d *app.DealSlots) { d.BusinessID = "" }, app.CodeRequired, "business"},
		{func(d *app.DealSlots) { d.Day = "" }, app.CodeInvalid, "day"},
		{func(d *app.DealSlots) { d.Day = "2026-02-30" }, app.CodeInvalid, "day"},
		{func(d *app.DealSlots) { d.Day = "2026-3-2" }, app.CodeInvalid, "day"},
		{func(d *app.DealSlots) { d.From = "9:00" }, app.CodeInvalid, "from"},
		{func(d *app.DealSlots) { d.From = "24:00" }, app.CodeInvalid, "from"},
		{func(d *app.DealSlots) { d.To = "" }, app.CodeInvalid, "to"},
		{func(d *app.DealSlots) { d.To = d.From }, app.CodeInvalid, "to"},
		{func(d *app.DealSlots) { d.To = "08:00" }, app.CodeInvalid, "to"},
		{func(d *app.DealSlots) { d.First = -1 }, app.CodeInvalid, "first"},
		{func(d *app.DealSlots) { d.Count = 0 }, app.CodeInvalid, "count"},
		{func(d *app.DealSlots) { d.Count = slot.MaxDeal + 1 }, app.CodeInvalid, "count"},
	} {
		d := good
		c.change(&d)
		var e *app.Error
		if err := slot.Deal(d); !errors.As(err, &e) || e.Code != c.code || e.Field != c.field {
			t.Errorf("%+v: %v, want %s %s", d, err, c.code, c.field)
		}
	}
}

func TestOver(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 59, 0, time.UTC)
	for _, c := range []struct {
		day  app.Day
		to   string
		want bool
	}{
		{"2026-03-01", "23:00", true}, {"2026-03-02", "09:30", true}, {"2026-03-02", "09:31", false}, {"2026-03-03", "00:10", false},
	} {
		if got := slot.Over(c.day, c.to, now); got != c.want {
			t.Errorf("%s until %s: over %v", c.day, c.to, got)
		}
	}
}
