package store

import (
	"context"
	"slices"
	"strings"

	"linli/app"
	"linli/assets"
)

// Visits and cases are exported with what their events add up to.

// folded is the state of one visit or case beside its row.
type folded struct {
	state, by, reply string
	closed           int64
	times            int64
	void             bool
}

func (e *exporting) addFolded(key string, of func(id string) string) {
	title, _ := assets.Text(assets.LangChinese, "exchange."+key)
	e.fields = append(e.fields, field{title, func(id string, _ map[string]string) string { return of(id) }})
}

func (e *exporting) visitFields(ctx context.Context) error {
	as, err := e.lookups(ctx, map[string][2]string{
		"service": {"service", "name"}, "ticket": {"ticket", "number"}, "window": {"window", "number"}, "staff": {"staff", "name"},
	})
	if err != nil {
		return err
	}
	as["channel"] = word("exchange.channel.")
	states := map[string]folded{}
	rows, err := e.s.read.QueryContext(ctx, `SELECT s.visit, s.outcome, s.note_event, e.note, s.voided, s.amends FROM visit_state s LEFT JOIN visit_event e ON e.id = s.note_event`)
	if err != nil {
		return err
	}
	if _, err := collect(rows, func(sc scanner) (struct{}, error) {
		var id, event string
		var note any
		var f folded
		err := sc.Scan(&id, &f.state, &event, &note, &f.void, &f.times)
		if err == nil {
			f.reply, err = e.s.unseal("visit_event", event, "note", note)
		}
		states[id] = f
		return struct{}{}, err
	}); err != nil {
		return err
	}
	e.add("day", nil)
	e.at("at")
	for _, c := range []string{"resident", "agent", "channel", "purpose", "service", "ticket", "window", "staff"} {
		e.add(c, as[c])
	}
	e.addFolded("visit.outcome", func(id string) string { return word("exchange.outcome.")(states[id].state) })
	e.addFolded("visit.note", func(id string) string { return e.show("visit_event", "note", states[id].reply) })
	e.addFolded("visit.voided", func(id string) string { return yes(states[id].void) })
	return nil
}

func (e *exporting) caseFields(ctx context.Context, grids gridNames) error {
	as, err := e.lookups(ctx, map[string][2]string{"service": {"service", "name"}, "staff": {"staff", "name"}})
	if err != nil {
		return err
	}
	as["kind"], as["grid"] = word("exchange.case."), grids.shown
	states := map[string]folded{}
	rows, err := e.s.read.QueryContext(ctx, `SELECT s."case", s.state, s.handler, s.reply_event, e.note, s.closed_at FROM case_state s LEFT JOIN case_event e ON e.id = s.reply_event`)
	if err != nil {
		return err
	}
	if _, err := collect(rows, func(sc scanner) (struct{}, error) {
		var id, event string
		var note any
		var f folded
		err := sc.Scan(&id, &f.state, &f.by, &event, &note, &f.closed)
		if err == nil {
			f.reply, err = e.s.unseal("case_event", event, "note", note)
		}
		states[id] = f
		return struct{}{}, err
	}); err != nil {
		return err
	}
	e.at("at")
	for _, c := range []string{"receipt", "kind", "title", "body", "place", "resident", "contact", "grid", "service", "visit", "submission", "staff"} {
		e.add(c, as[c])
	}
	e.addFolded("case.state", func(id string) string { return word("exchange.state.")(states[id].state) })
	e.addFolded("case.handler", func(id string) string {
		if by := states[id].by; by != "" {
			return as["staff"](by)
		}
		return ""
	})
	e.addFolded("case.reply", func(id string) string { return e.show("case_event", "note", states[id].reply) })
	e.addFolded("case.closed", func(id string) string { return e.moment(states[id].closed) })
	return nil
}

func yes(b bool) string {
	if b {
		return word("exchange.bit.")("1")
	}
	return ""
}

// FindRecords answers the records of a kind that hold the query in one of the
// columns that an export would show, masked as an export is, each with its id
// under "id". Residents have a search of their own, app.RegistryPort.Find.
func (s *Store) FindRecords(ctx context.Context, by app.Actor, kind Kind, query string, limit int) ([]map[string]string, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	table := byName[kind.Table()]
	if !slices.Contains(Kinds(), kind) || kind == KindResidents || table == nil {
		return nil, app.Bad(app.CodeInvalid, "kind")
	}
	e := &exporting{s: s, in: s.capture.tables[table.Name]}
	if err := e.prepare(ctx, kind); err != nil {
		return nil, translate(table.Name+".find", err)
	}
	var out []map[string]string
	for row, err := range e.rows(ctx, table.Name) {
		if err != nil {
			return nil, translate(table.Name+".find", err)
		}
		if !holds(row, query) {
			continue
		}
		m := map[string]string{"id": row[0]}
		for i, f := range e.fields[1:] {
			if row[i+1] != "" {
				m[f.title] = row[i+1]
			}
		}
		if out = append(out, m); len(out) == limit {
			break
		}
	}
	return out, nil
}

func holds(row []string, query string) bool {
	query = strings.ToLower(strings.TrimSpace(query))
	for _, v := range row {
		if strings.Contains(strings.ToLower(v), query) {
			return true
		}
	}
	return false
}
