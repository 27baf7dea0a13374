package store

import (
	"testing"

	"linli/internal/replicatest"
	"linli/sync/oplog"
)

// Two machines say different things of one step, and of one process: by mistake, or to deceive. Where the step belongs and
// how both processes stand does not depend on whom a machine heard first.
func TestAStepThatTwoProcessesClaimFoldsAlikeInAnyOrder(t *testing.T) {
	d := twoDesks(t)
	h := hallOf(d[0])
	one, two := h.Machine(t, "one", nil), h.Machine(t, "two", nil)
	day := string(d[0].Day(d[0].clock.t))
	write := func(m *replicatest.Machine, part, table, row string, of ...any) oplog.Item {
		return m.Sign(m.Write(part, oplog.Change{Table: table, Row: row, Cells: cells(of...)}))
	}
	for _, c := range []struct {
		part, kind string
		row        []any
	}{
		{oplog.Public, "ticket", []any{"day", day, "number", "A9-001"}},
		{oplog.Public, "slot", []any{"day", day, "unit", int64(1)}},
		{oplog.Desk, "visit", []any{"day", day}},
		{oplog.Desk, "case", []any{"kind", "help"}},
		{oplog.Desk, "appointment", []any{"day", day}},
	} {
		begin := []oplog.Item{write(one, c.part, c.kind, c.kind+"-x", c.row...), write(one, c.part, c.kind, c.kind+"-y", c.row...)}
		event := func(m *replicatest.Machine, of string) oplog.Item {
			return write(m, c.part, c.kind+"_event", c.kind+"-e", c.kind, of, "step", "open", "at", int64(5))
		}
		x, y := event(one, c.kind+"-x"), event(two, c.kind+"-y")
		other := write(two, c.part, c.kind, c.kind+"-x", c.row[0], "2026-01-02")
		for i, order := range [][]oplog.Item{{x, y, other}, {y, other, x}} {
			d[i].accept(t, c.part, begin...)
			for _, it := range order {
				d[i].accept(t, c.part, it)
			}
		}
	}
	meet(t, d[0], d[1])
	wantAlike(t, d[0], d[1])
}
