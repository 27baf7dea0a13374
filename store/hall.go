package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	_ "time/tzdata" // where the system has no zones of its own, as on Windows

	"linli/app"
	"linli/app/queue"
	"linli/sync/oplog"
)

// Hall answers the front door: every port of package app over this folder.
func (s *Store) Hall() *app.Hall {
	return &app.Hall{
		Public: public{s}, Kiosk: kiosk{s}, Staff: people{s}, Queue: tickets{s}, Registry: residents{s},
		Visits: visits{s}, Cases: cases{s}, Inbox: inbox{s}, Notices: notices{s}, Settings: settings{s},
		Upkeep: upkeep{s}, Slots: slots{s}, Appointments: appointments{s}, Booking: booking{s}, Tally: tally{s}, Funnel: funnel{s}, Trouble: trouble{s}, Kiosks: kiosks{s}, Corner: &corner{dir: s.dir, clock: s.clock}, Replicas: replication{s}, Files: attachments{s}, Events: s.bus, Clock: s.clock,
		ReadOnly: s.readOnly(),
	}
}

// readOnly answers whether the certificate names no scope: what this machine wrote would
// be void everywhere, so nothing is written.
func (s *Store) readOnly() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		if s.certificate.Allows(oplog.HallScope(s.hall, part)) {
			return false
		}
	}
	return true
}

// public implements app.PublicPort.
type public struct{ *Store }

var _ app.PublicPort = public{}

// Hall implements app.PublicPort.
func (p public) Hall(ctx context.Context) (app.HallInfo, error) {
	h := app.HallInfo{ID: p.hall}
	var set string
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(name,''), coalesce(division,''), coalesce(zone,''), coalesce(phone,''), coalesce(address,''), coalesce(settings,'') FROM hall WHERE id = ?`, p.hall).
		Scan(&h.Name, &h.Division, &h.Zone, &h.Phone, &h.Address, &set)
	if err != nil {
		return h, translate("hall.read", err)
	}
	// A setting that this program does not understand keeps its usual value: the
	// hall goes on.
	h.Settings = app.DefaultSettings()
	_ = json.Unmarshal([]byte(set), &h.Settings)
	return h, nil
}

// Windows implements app.PublicPort.
func (p public) Windows(ctx context.Context) ([]app.Window, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT id, coalesce(number,0), coalesce(name,''), coalesce(open,0) FROM "window" WHERE deleted = 0 ORDER BY number, id`)
	if err != nil {
		return nil, translate("window.list", err)
	}
	out, err := collect(rows, func(sc scanner) (w app.Window, err error) {
		err = sc.Scan(&w.ID, &w.Number, &w.Name, &w.Open)
		return w, err
	})
	return out, translate("window.list", err)
}

// businesses lists all lines of business as they are set up.
func (s *Store) businesses(ctx context.Context) ([]app.Business, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, coalesce(letter,''), coalesce(name,''), coalesce(name_en,''), coalesce(icon,''), coalesce(quota,0), coalesce(last_ticket,''), coalesce(position,0) FROM business WHERE deleted = 0 ORDER BY position, letter, id`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (b app.Business, err error) {
		err = sc.Scan(&b.ID, &b.Letter, &b.Name, &b.NameEN, &b.Icon, &b.Quota, &b.LastTicket, &b.Order)
		return b, err
	})
}

// hours lists opening hours by business id; "" holds the hall's own.
func (s *Store) hours(ctx context.Context) (map[string][]app.OpeningHours, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, coalesce(business,''), coalesce(weekday,0), coalesce(from_time,''), coalesce(to_time,'') FROM opening_hours WHERE deleted = 0 ORDER BY weekday, from_time`)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(sc scanner) (h app.OpeningHours, err error) {
		err = sc.Scan(&h.ID, &h.Business, &h.Weekday, &h.From, &h.To)
		return h, err
	})
	out := map[string][]app.OpeningHours{}
	for _, h := range list {
		out[h.Business] = append(out[h.Business], h)
	}
	return out, err
}

// Businesses implements app.PublicPort.
func (p public) Businesses(ctx context.Context) ([]app.BusinessNow, error) {
	list, err := p.businesses(ctx)
	if err != nil {
		return nil, translate("business.list", err)
	}
	hours, err := p.hours(ctx)
	if err != nil {
		return nil, translate("business.list", err)
	}
	day, err := p.today(ctx)
	if err != nil {
		return nil, translate("business.list", err)
	}
	now := p.localNow()
	out := make([]app.BusinessNow, len(list))
	for i, b := range list {
		h := hours[b.ID]
		if len(h) == 0 {
			h = hours[""]
		}
		n := app.BusinessNow{Business: b, Waiting: day.waiting[b.ID], Open: true, Hours: hoursOf(h, now.Weekday())}
		n.Wait = day.expect(n.Waiting, b.ID)
		if err := queue.Gives(b, h, day.given[b.ID], now); err != nil {
			n.Open, n.Why = false, app.CodeOf(err)
		}
		out[i] = n
	}
	return out, nil
}

func hoursOf(list []app.OpeningHours, day time.Weekday) string {
	var parts []string
	for _, h := range list {
		if h.Weekday == day {
			parts = append(parts, h.From+"–"+h.To)
		}
	}
	return strings.Join(parts, " ")
}

// Grids implements app.PublicPort. A kiosk asks where something is, and not who
// looks after it.
func (p public) Grids(ctx context.Context) ([]app.Grid, error) {
	list, err := settings{p.Store}.Grids(ctx)
	for i := range list {
		list[i].Leader = ""
	}
	return list, err
}

// Board implements app.PublicPort.
func (p public) Board(ctx context.Context) (b app.Board, err error) {
	if b.Hall, err = p.Hall(ctx); err != nil {
		return b, err
	}
	if b.Waiting, err = p.Businesses(ctx); err != nil {
		return b, err
	}
	if b.Notices, err = p.Notices(ctx); err != nil {
		return b, err
	}
	now := p.clock.Now()
	rows, err := p.read.QueryContext(ctx, `SELECT t.id, coalesce(t.number, ''), coalesce(w.number, 0), s.calls, s.called_at, s.state <> ? FROM ticket_state s JOIN ticket t ON t.id = s.ticket
		LEFT JOIN "window" w ON w.id = s."window" WHERE s.day = ? AND s.called_at > 0 ORDER BY s.called_at DESC, t.number LIMIT 50`, string(app.TicketCalled), string(p.Day(now)))
	if err != nil {
		return b, translate("board.read", err)
	}
	calls, err := collect(rows, func(sc scanner) (c app.Call, err error) {
		var at int64
		err = sc.Scan(&c.TicketID, &c.Number, &c.Window, &c.Times, &at, &c.Over)
		c.At = time.UnixMilli(at)
		return c, err
	})
	if err != nil {
		return b, translate("board.read", err)
	}
	for _, c := range calls {
		switch {
		case c.Window == 0:
			// Returned or transferred: it waits again.
		case !c.Over && now.Sub(c.At) < callShown && now.Sub(c.At) > -callShown:
			b.Now = append(b.Now, c)
		case len(b.Recent) < recentCalls:
			b.Recent = append(b.Recent, c)
		}
	}
	return b, nil
}

// callShown is how long a call stands in the board's own band; recentCalls is how
// many before it are known: one may stand in the band, five stand below.
const (
	callShown   = 30 * time.Second
	recentCalls = 6
)

// settings implements app.SettingsPort.
type settings struct{ *Store }

var _ app.SettingsPort = settings{}

// SaveHall implements app.SettingsPort. A new time zone holds from the next start,
// so that a day does not change its numbers half-way.
func (p settings) SaveHall(ctx context.Context, by app.Actor, h app.HallInfo) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	if strings.TrimSpace(h.Name) == "" {
		return app.Bad(app.CodeRequired, "name")
	}
	if _, err := time.LoadLocation(h.Zone); err != nil {
		return app.Bad(app.CodeInvalid, "zone")
	}
	set, err := json.Marshal(h.Settings)
	if err != nil {
		return translate("hall.edit", err)
	}
	return p.Write(ctx, Action{Actor: by, Verb: "hall.edit"}, func(tx *Tx) error {
		return tx.must(tx.Exec(`UPDATE hall SET name = ?, zone = ?, phone = ?, address = ?, settings = ? WHERE id = ?`,
			h.Name, h.Zone, null(h.Phone), null(h.Address), string(set), p.hall))
	})
}

// save adds a row (empty id) or changes it, and answers its id.
func (s *Store) save(ctx context.Context, by app.Actor, table, id string, names []string, args []any) (string, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return "", err
	}
	verb := table + ".edit"
	if id == "" {
		id, verb = NewID(), table+".add"
	}
	return id, s.Write(ctx, Action{Actor: by, Verb: verb}, func(tx *Tx) error { return upsert(tx, table, id, names, args) })
}

// SaveWindow implements app.SettingsPort.
func (p settings) SaveWindow(ctx context.Context, by app.Actor, w app.Window) (string, error) {
	if w.Number < 1 || w.Number > 99 {
		return "", app.Bad(app.CodeInvalid, "number")
	}
	return p.save(ctx, by, "window", w.ID, []string{"number", "name", "open"}, []any{w.Number, w.Name, bit(w.Open)})
}

// SaveBusiness implements app.SettingsPort.
func (p settings) SaveBusiness(ctx context.Context, by app.Actor, b app.Business) (string, error) {
	if len(b.Letter) != 1 || b.Letter < "A" || b.Letter > "Z" {
		return "", app.Bad(app.CodeInvalid, "letter")
	}
	if strings.TrimSpace(b.Name) == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	if b.LastTicket != "" && !clock(b.LastTicket) {
		return "", app.Bad(app.CodeInvalid, "last_ticket")
	}
	list, err := p.businesses(ctx)
	if err != nil {
		return "", translate("business.edit", err)
	}
	for _, other := range list {
		if other.Letter == b.Letter && other.ID != b.ID {
			return "", &app.Error{Code: app.CodeDuplicate, Field: "letter", Args: []string{other.ID}}
		}
	}
	return p.save(ctx, by, "business", b.ID, []string{"letter", "name", "name_en", "icon", "quota", "last_ticket", "position", "deleted"},
		[]any{b.Letter, b.Name, null(b.NameEN), null(b.Icon), max(b.Quota, 0), null(b.LastTicket), b.Order, bit(b.Retired)})
}

func clock(s string) bool { _, err := time.Parse("15:04", s); return err == nil && len(s) == 5 }

// SetHours implements app.SettingsPort. Former hours of the business (or, for an
// empty id, of the hall) are replaced.
func (p settings) SetHours(ctx context.Context, by app.Actor, businessID string, hours []app.OpeningHours) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	for _, h := range hours {
		if !clock(h.From) || !clock(h.To) || h.From >= h.To || h.Weekday < 0 || h.Weekday > 6 {
			return app.Bad(app.CodeInvalid, "hours")
		}
	}
	return p.Write(ctx, Action{Actor: by, Verb: "opening_hours.set"}, func(tx *Tx) error {
		if _, err := tx.Exec(`UPDATE opening_hours SET deleted = 1 WHERE coalesce(business, '') = ? AND deleted = 0`, businessID); err != nil {
			return err
		}
		for _, h := range hours {
			if _, err := tx.Exec(`INSERT INTO opening_hours(id, business, weekday, from_time, to_time) VALUES (?,?,?,?,?)`, NewID(), null(businessID), int(h.Weekday), h.From, h.To); err != nil {
				return err
			}
		}
		return nil
	})
}

// Grids implements app.SettingsPort.
func (p settings) Grids(ctx context.Context) ([]app.Grid, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT id, coalesce(parent,''), coalesce(code,''), coalesce(name,''), coalesce(level,0), coalesce(leader,'') FROM grid WHERE deleted = 0 ORDER BY level, code, id`)
	if err != nil {
		return nil, translate("grid.list", err)
	}
	out, err := collect(rows, func(sc scanner) (g app.Grid, err error) {
		err = sc.Scan(&g.ID, &g.ParentID, &g.Code, &g.Name, &g.Level, &g.Leader)
		return g, err
	})
	return out, translate("grid.list", err)
}

// SaveGrid implements app.SettingsPort. A grid cannot lie below itself.
func (p settings) SaveGrid(ctx context.Context, by app.Actor, g app.Grid) (string, error) {
	if strings.TrimSpace(g.Name) == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	if g.ID != "" && g.ParentID != "" {
		in, err := p.below(ctx, g.ID)
		if err != nil {
			return "", translate("grid.edit", err)
		}
		if in(g.ParentID) {
			return "", app.Bad(app.CodeInvalid, "parent")
		}
	}
	return p.save(ctx, by, "grid", g.ID, []string{"parent", "code", "name", "level", "leader", "deleted"},
		[]any{null(g.ParentID), null(g.Code), g.Name, g.Level, null(g.Leader), bit(g.Deleted)})
}
