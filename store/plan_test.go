package store

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"linli/app"
)

// readsMuch is how SQLite's plan says that a statement reads all of a table that grows with every action, or all of it that is in one
// scope or of one kind.
var readsMuch = regexp.MustCompile(`SCAN (entry|touch|register|visit|ticket|resident|e|n|t)\b|\((scope|tbl)=\?\)`)

// However long the log is, what is written and what comes in costs the same: no statement of the writer reads a table from end
// to end. SQLite chooses by what it knows of a table, which is nothing.
func TestNoStatementOfTheWriterReadsAWholeLog(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)
	id, err := d[0].Registry.Save(ctx, d[0].by, app.Form{}, map[string]string{"name": "样例甲", "occupation": "无"})
	must(t, err)
	handOver(t, d[0], d[1])
	for i, one := range d { // edits over what the other wrote, a conflict, visits, tickets
		one.saveOccupation(t, one.form(t, id), []string{"木匠", "教师"}[i])
		_, err := one.Visits.Register(ctx, one.by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone})
		must(t, err)
		_, err = one.Queue.TakeAtDesk(ctx, one.by, app.TakeTicket{BusinessID: one.firstBusiness(t)})
		must(t, err)
	}
	handOver(t, d[0], d[1])
	handOver(t, d[1], d[0])
	seen := 0
	for _, one := range d {
		one.mu.Lock()
		for query := range one.stmts {
			switch verb, _, _ := strings.Cut(strings.TrimSpace(query), " "); verb {
			case "SELECT", "INSERT", "UPDATE", "DELETE":
			default:
				continue
			}
			seen++
			rows, err := one.conn.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
			must(t, err)
			plan, err := collect(rows, func(sc scanner) (line string, err error) {
				var a, b, c int
				err = sc.Scan(&a, &b, &c, &line)
				return line, err
			})
			must(t, err)
			for _, line := range plan {
				if readsMuch.MatchString(line) {
					t.Errorf("%s\n  %s", query, line)
				}
			}
		}
		one.mu.Unlock()
	}
	if seen < 30 {
		t.Errorf("only %d statements were looked at", seen)
	}
}
