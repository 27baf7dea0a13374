package store_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"linli/app"
	"linli/app/standard"
	"linli/store"
)

func TestDemoIsTheSameForASeed(t *testing.T) {
	ctx := context.Background()
	var files [2][]byte
	for i := range files {
		h := mustHall(t)
		if err := store.FillDemo(ctx, h.store, store.Demo{Residents: 700, Visits: 300, Seed: 7}); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := h.store.Export(ctx, h.admin, store.KindResidents, &b, store.FormatCSV, true); err != nil {
			t.Fatal(err)
		}
		files[i] = b.Bytes()
		if i == 0 {
			continue
		}
		h.mustVerify(t)
		before := h.entries(t)
		if err := store.FillDemo(ctx, h.store, store.Demo{Residents: 700, Visits: 300, Seed: 7}); err != nil {
			t.Fatal(err)
		}
		if h.entries(t) != before {
			t.Error("the same demo again wrote entries")
		}
		if err := store.FillDemo(ctx, h.store, store.Demo{Residents: 710, Visits: 0, Seed: 8}); err != nil {
			t.Fatal(err)
		}
		if health, err := h.Upkeep.Health(ctx); err != nil || health.Residents != 1410 {
			t.Errorf("%d residents of two seeds, %v", health.Residents, err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two demos of one seed differ")
	}
}

func TestDemoPeopleAreInventedAndValid(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	if err := store.FillDemo(ctx, h.store, store.Demo{Residents: 400, Visits: 1500, Seed: 3, Separate: false}); err != nil {
		t.Fatal(err)
	}
	rows := h.exports(t, store.KindResidents, true)
	seen := map[string]bool{}
	for i, n := range cellsUnder(t, rows, "公民身份号码") {
		id, err := standard.ParseID(n)
		if err != nil || id.Area != "320099" || seen[n] {
			t.Fatalf("resident %d has a bad or repeated ID number: %v", i, err)
		}
		seen[n] = true
	}
	for _, v := range cellsUnder(t, rows, "职业") {
		if v != "演示数据" {
			t.Fatalf("a resident is not marked as invented: %q", v)
		}
	}
	states := map[string]int{}
	for _, s := range cellsUnder(t, h.exports(t, store.KindCases, false), "办理状态") {
		states[s]++
	}
	for _, s := range []string{"待受理", "已受理", "已派单", "办理中", "已答复", "已办结"} {
		if states[s] == 0 {
			t.Errorf("no case is %s: %v", s, states)
		}
	}
	if visits := h.exports(t, store.KindVisits, false); len(visits) != 1501 {
		t.Errorf("%d visits", len(visits)-1)
	}
	checks, err := h.Cases.Checks(ctx, h.admin)
	if err != nil || len(checks) == 0 {
		t.Errorf("no poor rating to look into: %v", err)
	}
	clerk, err := h.Staff.SignIn(ctx, store.DemoClerk, store.DemoClerkPIN, "")
	if err != nil || clerk.Role != app.RoleClerk {
		t.Errorf("the demo clerk cannot sign in: %v", err)
	}
	if _, err := h.Staff.SignIn(ctx, store.DemoAdmin, store.DemoAdminPIN, ""); err != nil {
		t.Errorf("the demo administrator cannot sign in: %v", err)
	}
	// A case of the demo goes on like any other.
	list, err := h.Cases.Cases(ctx, clerk, app.CaseFilter{State: app.CaseOpen, Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	if _, err := h.Cases.Do(ctx, clerk, list[0].ID, app.CaseStepAccept, "", ""); err != nil {
		t.Errorf("a demo case cannot be accepted: %v", err)
	}
	h.mustVerify(t)
}

func TestExportsOfVisitsAndCasesHideWords(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	v, err := h.Visits.Register(ctx, h.admin, app.NewVisit{Channel: app.ChannelPhone, Outcome: app.OutcomeAdvised, Purpose: "来意的话", Note: "备注的话", Agent: "样例代办"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Cases.Open(ctx, h.admin, app.NewCase{Kind: app.CaseHelp, Title: "标题的话", Body: "内容的话", Contact: "19900000001"})
	if err != nil {
		t.Fatal(err)
	}
	for kind, words := range map[store.Kind][]string{
		store.KindVisits: {"来意的话", "备注的话", "样例代办"},
		store.KindCases:  {"标题的话", "内容的话", "19900000001", c.Secret},
	} {
		masked, full := h.exports(t, kind, false), h.exports(t, kind, true)
		for _, w := range words {
			if strings.Contains(strings.Join(masked[1], "|"), w) {
				t.Errorf("the masked export of %s shows %q", kind, w)
			}
			if shown := strings.Contains(strings.Join(full[1], "|"), w); shown == (w == c.Secret) {
				t.Errorf("the revealed export of %s shows %q: %v", kind, w, shown)
			}
		}
	}
	if got := cellsUnder(t, h.exports(t, store.KindVisits, false), "渠道"); !reflect.DeepEqual(got, []string{"电话"}) {
		t.Errorf("channel %v", got)
	}
	var log bytes.Buffer
	for _, id := range []string{v.ID, c.ID} {
		n := 0
		if err := h.store.Log(ctx, h.admin, id, 0, func(e store.LogEntry) error {
			for _, ch := range e.Changes {
				n++
				for _, v := range ch.Values {
					log.WriteString(v + "|")
				}
			}
			return nil
		}); err != nil || n < 2 {
			t.Errorf("log of a process shows %d rows, %v", n, err)
		}
	}
	for _, w := range []string{"的话", c.Secret, "19900000001"} {
		if strings.Contains(log.String(), w) {
			t.Errorf("the log shows %q", w)
		}
	}
}
