package store

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// kioskOf admits a kiosk on a machine of its own, which knows what is public.
func kioskOf(t *testing.T, d *desk) *desk {
	t.Helper()
	o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d.clock}
	kiosk := join(t, d, RoleKiosk, []int{10, 11, 12}, filepath.Join(t.TempDir(), "kiosk"), o)
	handScope(t, d, kiosk, oplog.HallScope(d.hall, oplog.Public))
	return kiosk
}

func (d *desk) pages(t *testing.T, from, to app.Day) []app.PageCount {
	t.Helper()
	sums, err := d.Funnel.KioskPages(context.Background(), d.by, from, to)
	must(t, err)
	slices.SortFunc(sums, func(a, b app.PageCount) int { return strings.Compare(a.Page, b.Page) })
	return sums
}

var (
	countedOnce  = app.PageCount{Day: "2026-11-23", Page: "problem.what", Came: 9, Left: 2, Helped: 1, Back: 3, Finished: 4, Seconds: 340, Times: [5]int{1, 2, 1, 0, 3}}
	countedLater = app.PageCount{Day: "2026-11-24", Page: "problem.what", Came: 2, Left: 1, Finished: 1, Seconds: 9, Times: [5]int{1, 1}}
	countedHome  = app.PageCount{Day: "2026-11-24", Page: "home", Came: 5}
)

// What two kiosks have counted comes to a desk in the public scope, and its sums are made there.
func TestCountsOfPagesReachTheDesks(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	kiosk := kioskOf(t, d)
	public, before := oplog.HallScope(d.hall, oplog.Public), len(kiosk.log(t))
	must(t, kiosk.Tally.Tally(ctx, []app.PageCount{countedOnce, countedHome}))
	must(t, kiosk.Tally.Tally(ctx, nil))
	entries := kiosk.log(t)[before:]
	if len(entries) != 1 || entries[0].Scope != public || len(entries[0].Changes) != 2 || entries[0].Actor != app.KioskActor().ID {
		t.Fatalf("%d entries for one handing over", len(entries))
	}
	must(t, d.Tally.Tally(ctx, []app.PageCount{countedLater})) // the kiosk of a hall with one machine
	handScope(t, kiosk, d, public)

	both := countedOnce
	both.Add(countedLater)
	both.Day = ""
	home := countedHome
	home.Day = ""
	if got, want := d.pages(t, "2026-11-01", "2026-11-30"), []app.PageCount{home, both}; !slices.Equal(got, want) {
		t.Errorf("the month is %+v, want %+v", got, want)
	}
	first := countedOnce
	first.Day = ""
	if got := d.pages(t, "2026-11-23", "2026-11-23"); !slices.Equal(got, []app.PageCount{first}) {
		t.Errorf("the day is %+v", got)
	}
	if got := d.pages(t, "2026-12-01", "2026-12-31"); len(got) > 0 {
		t.Errorf("the next month has %+v", got)
	}
	rows := d.value(t, `SELECT group_concat(machine) FROM (SELECT DISTINCT machine FROM kiosk_page ORDER BY machine)`)
	if rows != "1,10" {
		t.Errorf("counted by machines %v", rows)
	}
}

func TestWhoMayCountAndWhoMayLook(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	kiosk := kioskOf(t, d)
	for _, role := range append(app.Roles(), app.RoleKiosk, "", "mayor") {
		_, err := d.Funnel.KioskPages(ctx, app.Actor{ID: "someone", Role: role}, "2026-11-01", "2026-11-30")
		if want := app.May(role, app.ActFigures); (err == nil) != want || !want && app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("%q looks: %v", role, err)
		}
	}
	must(t, kiosk.Tally.Tally(ctx, []app.PageCount{countedHome}))
	// One that was admitted before there were any has a certificate that does not name them: what it wrote would be
	// void everywhere.
	kiosk.certificate.Tables = slices.DeleteFunc(slices.Clone(kiosk.certificate.Tables), func(name string) bool { return name == "kiosk_page" })
	before := len(kiosk.log(t))
	if err := kiosk.Tally.Tally(ctx, []app.PageCount{countedHome}); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("without a right: %v", err)
	}
	if n := len(kiosk.log(t)) - before; n != 0 {
		t.Errorf("what was refused left %d entries", n)
	}
	// A display has no right to write anything.
	board := join(t, d, RoleBoard, []int{20, 21, 22}, filepath.Join(t.TempDir(), "board"), Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d.clock})
	if err := board.Tally.Tally(ctx, []app.PageCount{countedHome}); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("a display: %v", err)
	}
}

// What is no page, or does not add up, is refused as a whole; where it comes from elsewhere, no sum has it.
func TestCountsThatDoNotAddUp(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	before := len(d.log(t))
	for name, spoil := range map[string]func(*app.PageCount){
		"a number that was typed": func(c *app.PageCount) { c.Page = "13800000000" },
		"what was chosen":         func(c *app.PageCount) { c.Page = "grid-1-2" },
		"more left than came":     func(c *app.PageCount) { c.Left = 100 },
	} {
		bad := countedOnce
		spoil(&bad)
		if err := d.Tally.Tally(ctx, []app.PageCount{countedHome, bad}); app.CodeOf(err) != app.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(d.log(t)) - before; n != 0 {
		t.Errorf("what was refused left %d entries", n)
	}
	must(t, d.Tally.Tally(ctx, []app.PageCount{countedHome}))
	must(t, d.Write(ctx, Action{Actor: d.by, Verb: "test.odd"}, func(tx *Tx) error {
		for _, odd := range []string{
			`('odd1', NULL, 'home', 3)`, `('odd2', '2026-11-24', 'home', NULL)`, `('odd3', '2026-11-24', 'home', 9223372036854775807)`,
			`('odd4', '2026-11-24', '13800000000', 3)`, `('odd5', '2026-11-24', 'home', -4)`,
		} {
			if _, err := tx.Exec(`INSERT INTO kiosk_page(id, day, page, came) VALUES ` + odd); err != nil {
				return err
			}
		}
		return nil
	}))
	home := countedHome
	home.Day = ""
	if got := d.pages(t, "2026-11-01", "2026-11-30"); !slices.Equal(got, []app.PageCount{home}) {
		t.Errorf("the month is %+v", got)
	}
	report, err := d.Verify(ctx)
	must(t, err)
	if !report.OK {
		t.Error("the folder is not whole")
	}
}
