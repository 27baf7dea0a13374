package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/app/appointment"
	"linli/app/slot"
)

// slots implements app.SlotPort.
type slots struct{ *Store }

var _ app.SlotPort = slots{}

// firstMachine answers the number under which a device writes, 0 when it is not known.
func firstMachine(list string) int {
	var numbers []int
	if json.Unmarshal([]byte(list), &numbers) != nil || len(numbers) == 0 {
		return 0
	}
	return numbers[0]
}

// slotsWhere reads slots with their folded state; s is the slot, st its state.
func (s *Store) slotsWhere(query queryFunc, where string, args ...any) ([]app.Slot, error) {
	rows, err := query(`SELECT s.id, coalesce(s.business,''), coalesce(s.day,''), coalesce(s.from_time,''), coalesce(s.to_time,''), coalesce(s.unit,0), s.deleted,
		st.state, st.owner, st.owner = (SELECT origin FROM replica), st.appointment, st.number, st.lane, st.ticket, coalesce(d.machines,'')
		FROM slot s JOIN slot_state st ON st.slot = s.id LEFT JOIN device d ON d.id = st.owner WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (u app.Slot, err error) {
		var machines string
		err = sc.Scan(&u.ID, &u.BusinessID, &u.Day, &u.From, &u.To, &u.Unit, &u.Withdrawn,
			&u.State, &u.Owner, &u.Own, &u.AppointmentID, &u.Number, &u.Lane, &u.TicketID, &machines)
		u.Machine = firstMachine(machines)
		return u, err
	})
}

// slot reads one slot; CodeNotFound.
func (s *Store) slot(query queryFunc, id string) (app.Slot, error) {
	list, err := s.slotsWhere(query, `s.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Bad(app.CodeNotFound, "slot")
	}
	if err != nil {
		return app.Slot{}, err
	}
	return list[0], nil
}

// Slots implements app.SlotPort.
func (p slots) Slots(ctx context.Context, by app.Actor, f app.SlotFilter) ([]app.Slot, error) {
	if err := by.Require(app.ActServe); err != nil {
		return nil, err
	}
	where, args := []string{"1=1"}, []any{}
	add := func(cond string, arg any) { where, args = append(where, cond), append(args, arg) }
	if f.BusinessID != "" {
		add("s.business = ?", f.BusinessID)
	}
	if f.From != "" {
		add("s.day >= ?", string(f.From))
	}
	if f.To != "" {
		add("s.day <= ?", string(f.To))
	}
	if f.Free {
		add("s.deleted = 0 AND st.state = ?", string(app.SlotFree))
	}
	if f.Own {
		where = append(where, "st.owner = (SELECT origin FROM replica)")
	}
	out, err := p.slotsWhere(p.reader(ctx), strings.Join(where, " AND ")+` ORDER BY s.day, s.from_time, s.to_time, s.business, s.unit`, args...)
	return out, translate("slot.list", err)
}

// Slot implements app.SlotPort.
func (p slots) Slot(ctx context.Context, by app.Actor, id string) (app.Slot, []app.SlotEvent, error) {
	if err := by.Require(app.ActServe); err != nil {
		return app.Slot{}, nil, err
	}
	u, err := p.slot(p.reader(ctx), id)
	if err != nil {
		return u, nil, translate("slot.read", err)
	}
	events, err := slotEvents(p.reader(ctx), id)
	if err != nil {
		return u, nil, translate("slot.read", err)
	}
	folded, events := slot.Fold(app.Slot{ID: id}, events)
	u.Voided = folded.Voided
	return u, events, nil
}

// offers lists the stretches of a business that are not over.
func (s *Store) offers(ctx context.Context, businessID string) ([]app.Offer, error) {
	now := s.localNow()
	day := string(s.Day(now))
	rows, err := s.read.QueryContext(ctx, `SELECT s.day, s.from_time, s.to_time, sum(st.state = 'free' AND st.owner = (SELECT origin FROM replica)) FROM slot s JOIN slot_state st ON st.slot = s.id
		WHERE s.business = ? AND s.deleted = 0 AND (s.day > ? OR s.day = ? AND s.to_time > ?) GROUP BY s.day, s.from_time, s.to_time ORDER BY s.day, s.from_time, s.to_time`,
		businessID, day, day, now.Format("15:04"))
	if err != nil {
		return nil, translate("offer.list", err)
	}
	out, err := collect(rows, func(sc scanner) (app.Offer, error) {
		o := app.Offer{BusinessID: businessID}
		err := sc.Scan(&o.Day, &o.From, &o.To, &o.Free)
		return o, err
	})
	return out, translate("offer.list", err)
}

// Offers implements app.SlotPort.
func (p slots) Offers(ctx context.Context, businessID string) ([]app.Offer, error) {
	return p.offers(ctx, businessID)
}

// ownUnit answers the first unit of a stretch that this machine can sell alone,
// "" when it has none.
func (tx *Tx) ownUnit(business string, day app.Day, from, to string) (string, error) {
	rows, err := tx.Query(`SELECT s.id FROM slot s JOIN slot_state st ON st.slot = s.id WHERE s.business = ? AND s.day = ? AND s.from_time = ? AND s.to_time = ?
		AND s.deleted = 0 AND st.state = 'free' AND st.owner = ? ORDER BY s.unit, s.id LIMIT 1`, business, string(day), from, to, tx.s.origin.String())
	if err != nil {
		return "", err
	}
	ids, err := collect(rows, func(sc scanner) (id string, err error) { err = sc.Scan(&id); return id, err })
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// Deal implements app.SlotPort. A unit's id follows from what it is, and the id of
// its dealing from whom it is dealt to: two administrators who deal the same
// apart deal it once.
func (p slots) Deal(ctx context.Context, by app.Actor, d app.DealSlots) ([]app.Slot, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return nil, err
	}
	if err := slot.Deal(d); err != nil {
		return nil, err
	}
	err := p.Write(ctx, Action{Actor: by, Verb: "slot.deal"}, func(tx *Tx) error {
		if d.Owner == "" {
			d.Owner = p.origin.String()
		}
		if err := tx.known("business", d.BusinessID); err != nil {
			return err
		}
		if err := tx.known("device", d.Owner); err != nil {
			return err
		}
		if d.First == 0 {
			if err := tx.QueryRow(`SELECT coalesce(max(unit), 0) + 1 FROM slot WHERE business = ? AND day = ? AND from_time = ? AND to_time = ?`,
				d.BusinessID, string(d.Day), d.From, d.To).Scan(&d.First); err != nil {
				return err
			}
		}
		for unit := d.First; unit < d.First+d.Count; unit++ {
			if err := tx.deal(d, unit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out, err := p.slotsWhere(p.reader(ctx), `s.business = ? AND s.day = ? AND s.from_time = ? AND s.to_time = ? AND s.unit >= ? AND s.unit < ? ORDER BY s.unit`,
		d.BusinessID, string(d.Day), d.From, d.To, d.First, d.First+d.Count)
	return out, translate("slot.deal", err)
}

func (tx *Tx) deal(d app.DealSlots, unit int) error {
	id := derivedID("slot", d.BusinessID, string(d.Day), d.From, d.To, strconv.Itoa(unit))
	events, err := slotEvents(tx.Query, id)
	if err != nil {
		return err
	}
	_, events = slot.Fold(app.Slot{ID: id}, events)
	for _, ev := range events {
		if ev.Step != app.SlotStepDeal || ev.Void != (app.Void{}) {
			continue
		}
		if ev.Owner != d.Owner {
			return &app.Error{Code: app.CodeDuplicate, Field: "unit", Args: []string{id}}
		}
		_, err := tx.Exec(`UPDATE slot SET deleted = 0 WHERE id = ?`, id)
		return err
	}
	if err := upsert(tx, "slot", id, []string{"business", "day", "from_time", "to_time", "unit", "fold"},
		[]any{d.BusinessID, string(d.Day), d.From, d.To, unit, slot.FoldVersion}); err != nil {
		return err
	}
	return tx.slotStep(app.Slot{ID: id}, app.SlotEvent{ID: derivedID("deal", id, d.Owner), Step: app.SlotStepDeal, Owner: d.Owner}, nil)
}

// Withdraw implements app.SlotPort.
func (p slots) Withdraw(ctx context.Context, by app.Actor, ids ...string) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	return p.Write(ctx, Action{Actor: by, Verb: "slot.withdraw"}, func(tx *Tx) error {
		for _, id := range ids {
			u, err := p.slot(tx.Query, id)
			if err != nil {
				return err
			}
			if u.State != app.SlotFree {
				return app.Fail(app.CodeTaken)
			}
			if _, err := tx.Exec(`UPDATE slot SET deleted = 1 WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lend implements app.SlotPort.
func (p slots) Lend(ctx context.Context, by app.Actor, to string, ids ...string) error {
	if err := by.Require(app.ActServe); err != nil {
		return err
	}
	if to == "" {
		return app.Bad(app.CodeRequired, "owner")
	}
	return p.Write(ctx, Action{Actor: by, Verb: "slot.lend"}, func(tx *Tx) error {
		if err := tx.known("device", to); err != nil {
			return err
		}
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			u, err := p.slot(tx.Query, id)
			if err != nil {
				return err
			}
			if err := tx.slotStep(u, app.SlotEvent{Step: app.SlotStepLend, Owner: to}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// Strays implements app.SlotPort.
func (p slots) Strays(ctx context.Context, by app.Actor) ([]app.Slot, error) {
	if err := by.Require(app.ActServe); err != nil {
		return nil, err
	}
	out, err := p.strays(p.reader(ctx), `s.day >= ? ORDER BY s.day, s.from_time, s.business, s.unit`, string(p.Day(p.clock.Now())))
	return out, translate("slot.strays", err)
}

func (p slots) strays(query queryFunc, where string, args ...any) ([]app.Slot, error) {
	sold, err := p.slotsWhere(query, `st.state = 'sold' AND `+where, args...)
	if err != nil {
		return nil, err
	}
	rows, err := query(`SELECT a.appointment, a.state, a.slot FROM slot_state st JOIN appointment_state a ON a.appointment = st.appointment WHERE st.state = 'sold'`)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(sc scanner) (a app.Appointment, err error) {
		err = sc.Scan(&a.ID, &a.State, &a.SlotID)
		return a, err
	})
	if err != nil {
		return nil, err
	}
	holders := make(map[string]app.Appointment, len(list))
	for _, a := range list {
		holders[a.ID] = a
	}
	var out []app.Slot
	for _, u := range sold {
		if appointment.Stray(holders[u.AppointmentID], u) {
			out = append(out, u)
		}
	}
	return out, nil
}

// Release implements app.SlotPort.
func (p slots) Release(ctx context.Context, by app.Actor, id string) error {
	if err := by.Require(app.ActServe); err != nil {
		return err
	}
	return p.Write(ctx, Action{Actor: by, Verb: "slot.release"}, func(tx *Tx) error {
		if _, err := p.slot(tx.Query, id); err != nil {
			return err
		}
		found, err := p.strays(tx.Query, `s.id = ?`, id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return app.Fail(app.CodeTaken)
		}
		return tx.slotStep(found[0], app.SlotEvent{Step: app.SlotStepRelease, AppointmentID: found[0].AppointmentID}, nil)
	})
}

// slotStep checks one step of a slot against the rules, as this machine, and
// writes it. A sale leaves the digest of its code.
func (tx *Tx) slotStep(u app.Slot, ev app.SlotEvent, digest []byte) error {
	ev.SlotID, ev.Origin = u.ID, tx.s.origin.String()
	if _, err := slot.Apply(u, ev); err != nil {
		return err
	}
	if ev.ID == "" {
		ev.ID = NewID()
	}
	var code any
	if digest != nil {
		code = digest
	}
	_, err := tx.Exec(`INSERT INTO slot_event(id, slot, step, owner, appointment, number, code, lane, ticket, staff, at) VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
		ev.ID, ev.SlotID, string(ev.Step), null(ev.Owner), null(ev.AppointmentID), null(ev.Number), code, null(string(ev.Lane)), null(ev.TicketID), null(tx.Actor.ID), tx.Now.UnixMilli())
	return err
}

// slotEvents reads a slot's events in fold order. Who wrote an event is what the
// log says, no column: the right to sell hangs on it.
func slotEvents(query queryFunc, id string) ([]app.SlotEvent, error) {
	rows, err := query(`SELECT e.id, coalesce(e.step, ''), n.origin, coalesce(e.owner, ''), coalesce(e.appointment, ''), coalesce(e.number, ''), coalesce(e.lane, ''), coalesce(e.ticket, ''), coalesce(e.staff, ''), coalesce(e.at, 0)
		FROM slot_event e CROSS JOIN touch t ON t.tbl = 'slot_event' AND t.row = e.id CROSS JOIN entry n ON n.seq = t.seq WHERE e.slot = ?`+inFoldOrder, id)
	if err != nil {
		return nil, err
	}
	events, err := collect(rows, func(sc scanner) (ev app.SlotEvent, err error) {
		var at int64
		err = sc.Scan(&ev.ID, &ev.Step, &ev.Origin, &ev.Owner, &ev.AppointmentID, &ev.Number, &ev.Lane, &ev.TicketID, &ev.By, &at)
		ev.SlotID, ev.At = id, time.UnixMilli(at)
		return ev, err
	})
	return once(events, func(ev app.SlotEvent) string { return ev.ID }), err
}

// foldSlot computes who owns and who holds a slot.
func foldSlot(tx *Tx, id string) error {
	events, err := slotEvents(tx.Query, id)
	if err != nil {
		return err
	}
	u, _ := slot.Fold(app.Slot{ID: id}, events)
	_, err = tx.Exec(`INSERT INTO slot_state(slot, owner, state, appointment, number, lane, ticket, voided) VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT(slot) DO UPDATE SET owner = excluded.owner, state = excluded.state, appointment = excluded.appointment, number = excluded.number,
		lane = excluded.lane, ticket = excluded.ticket, voided = excluded.voided`,
		id, u.Owner, string(u.State), u.AppointmentID, u.Number, string(u.Lane), u.TicketID, len(u.Voided))
	return err
}

// voidedSlots lists steps of units that did not count and left something behind:
// somebody without a unit, a machine that cannot sell, a number too many.
func (s *Store) voidedSlots(ctx context.Context) ([]app.VoidedStep, error) {
	list, err := s.slotsWhere(s.reader(ctx), `st.voided > 0 ORDER BY s.day DESC, s.from_time DESC, s.unit LIMIT 100`)
	if err != nil {
		return nil, err
	}
	var out []app.VoidedStep
	for _, u := range list {
		events, err := slotEvents(s.reader(ctx), u.ID)
		if err != nil {
			return nil, err
		}
		_, events = slot.Fold(u, events)
		for _, ev := range events {
			if ev.Void == (app.Void{}) || ev.Void.Effect == app.EffectNone {
				continue
			}
			name := ev.Number
			if name == "" {
				name = string(u.Day) + " " + u.From + "–" + u.To + " " + strconv.Itoa(u.Unit)
			}
			out = append(out, app.VoidedStep{Kind: "slot", Row: u.ID, Name: name, Step: string(ev.Step), By: s.staffName(ctx, ev.By), At: ev.At, Reason: voidExclusive})
		}
	}
	return out, nil
}
