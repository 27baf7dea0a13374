package store

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

func (d *desk) troubles(t *testing.T) []app.KioskTrouble {
	t.Helper()
	list, err := d.Kiosks.Troubles(context.Background(), d.by)
	must(t, err)
	return list
}

func noPaper(d *desk) app.Trouble {
	return app.Trouble{Kind: "printer", Code: "paper", Since: d.clock.Now()}
}

// What is the matter with a kiosk comes to a desk in the public scope, once, and goes when it is well again.
func TestTroublesOfAKioskReachTheDesks(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	kiosk := kioskOf(t, d)
	public, before := oplog.HallScope(d.hall, oplog.Public), len(kiosk.log(t))
	out := noPaper(d)
	well := app.Trouble{Kind: "disk", Since: d.clock.Now()}
	for range 3 { // a kiosk looks again and again, and at what is well too
		must(t, kiosk.Trouble.Report(ctx, []app.Trouble{out, well}))
		again := out
		again.Since = out.Since.Add(time.Hour)
		must(t, kiosk.Trouble.Report(ctx, []app.Trouble{again}))
	}
	entries := kiosk.log(t)[before:]
	if len(entries) != 1 || entries[0].Scope != public || len(entries[0].Changes) != 1 || entries[0].Actor != app.KioskActor().ID {
		t.Fatalf("%d entries for one trouble", len(entries))
	}
	changes, stop := d.bus.Subscribe()
	defer stop()
	handScope(t, kiosk, d, public)
	if c := <-changes; c.Table != "kiosk_trouble" {
		t.Errorf("the desk was told of %q", c.Table)
	}
	list := d.troubles(t)
	if len(list) != 1 || list[0].Kind != "printer" || list[0].Code != "paper" || list[0].Machine != 10 || list[0].Name != "" || !list[0].Since.Equal(out.Since.Truncate(time.Millisecond)) {
		t.Fatalf("the desk sees %+v", list)
	}

	first := list[0].ID
	out.Code, out.Since = "cover", out.Since.Add(time.Minute)
	must(t, kiosk.Trouble.Report(ctx, []app.Trouble{out}))
	handScope(t, kiosk, d, public)
	if list = d.troubles(t); len(list) != 1 || list[0].Code != "cover" || list[0].ID == first {
		t.Errorf("the desk sees %+v", list)
	}
	must(t, kiosk.Trouble.Report(ctx, []app.Trouble{{Kind: "printer", Since: out.Since.Add(time.Minute)}}))
	handScope(t, kiosk, d, public)
	if list = d.troubles(t); len(list) != 0 {
		t.Errorf("what is well again is still there: %+v", list)
	}
	if n := d.value(t, `SELECT count(*) FROM kiosk_trouble`); n != int64(1) {
		t.Errorf("%v rows for one part", n)
	}
}

// A kiosk that had to begin as another origin is the same kiosk: its next word is about the same row.
func TestAKioskThatBeganAnewClearsItsOldTroubles(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	kiosk := kioskOf(t, d)
	must(t, kiosk.Trouble.Report(ctx, []app.Trouble{noPaper(d)}))
	kiosk.machine = 12 // the last of its block
	must(t, kiosk.Trouble.Report(ctx, []app.Trouble{{Kind: "printer", Since: d.clock.Now()}}))
	handScope(t, kiosk, d, oplog.HallScope(d.hall, oplog.Public))
	if list := d.troubles(t); len(list) != 0 {
		t.Errorf("the desk sees %+v", list)
	}
}

func TestWhoSeesTroublesAndWhoReportsThem(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	for _, role := range append(app.Roles(), app.RoleKiosk, "", "mayor") {
		_, err := d.Kiosks.Troubles(ctx, app.Actor{ID: "someone", Role: role})
		if want := app.May(role, app.ActServe); (err == nil) != want || !want && app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("%q looks: %v", role, err)
		}
	}
	before := len(d.log(t))
	bad := noPaper(d)
	bad.Code = "13800000000"
	if err := d.Trouble.Report(ctx, []app.Trouble{noPaper(d), bad}); app.CodeOf(err) != app.CodeInvalid {
		t.Errorf("what is no code: %v", err)
	}
	if n := len(d.log(t)) - before; n != 0 {
		t.Errorf("what was refused left %d entries", n)
	}
	board := join(t, d, RoleBoard, []int{20, 21, 22}, filepath.Join(t.TempDir(), "board"), Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir()), Clock: d.clock})
	if err := board.Trouble.Report(ctx, []app.Trouble{noPaper(d)}); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("a display: %v", err)
	}
}

// What a person has put aside stays aside; the next time that it happens is news.
func TestATroubleThatWasPutAside(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	out := noPaper(d)
	must(t, d.Trouble.Report(ctx, []app.Trouble{out})) // the kiosk of a hall with one machine
	list := d.troubles(t)
	if len(list) != 1 || list[0].Machine != 1 {
		t.Fatalf("the desk sees %+v", list)
	}
	must(t, d.Replicas.Settle(ctx, d.by, app.AttendKiosk, list[0].ID))
	if list = d.troubles(t); len(list) != 0 {
		t.Errorf("it is still there: %+v", list)
	}
	must(t, d.Trouble.Report(ctx, []app.Trouble{{Kind: "printer", Since: out.Since.Add(time.Hour)}}))
	out.Since = out.Since.Add(2 * time.Hour)
	must(t, d.Trouble.Report(ctx, []app.Trouble{out}))
	if list = d.troubles(t); len(list) != 1 {
		t.Errorf("the next one is not seen: %+v", list)
	}
}

// Rows that no kiosk writes are passed over, names are those of the hall, and a kiosk that was taken out says nothing.
func TestWhatIsListedOfTroubles(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	kiosk := kioskOf(t, d)
	must(t, d.Write(ctx, Action{Actor: d.by, Verb: "test.odd"}, func(tx *Tx) error {
		for _, odd := range []string{`('o1', 10, 'printer', '', 1, 0)`, `('o2', NULL, 'printer', 'paper', 1, 0)`, `('o3', 10, NULL, 'paper', 1, 0)`, `('o4', 10, 'printer', '13800000000', 1, 0)`, `('o5', 10, 'disk', 'low', NULL, 0)`, `('o6', 10, 'disk', 'low', 5, NULL)`} {
			if _, err := tx.Exec(`INSERT INTO kiosk_trouble(id, machine, kind, code, since, cleared) VALUES ` + odd); err != nil {
				return err
			}
		}
		return tx.putDevice(kiosk.origin, "大门口的自助机", RoleKiosk, []int{10, 11, 12})
	}))
	must(t, kiosk.Trouble.Report(ctx, []app.Trouble{noPaper(d), {Kind: "card", Code: "failed", Since: d.clock.Now().Add(-time.Hour)}}))
	handScope(t, kiosk, d, oplog.HallScope(d.hall, oplog.Public))
	list := d.troubles(t)
	if len(list) != 2 || list[0].Kind != "card" || list[1].Kind != "printer" || list[0].Name != "大门口的自助机" {
		t.Errorf("the desk sees %+v", list)
	}
	gone := []app.Device{{Name: "x", Machines: []int{10}, Revoked: true}}
	if _, out := called(gone, 10); !out {
		t.Error("a kiosk that was taken out is still called")
	}
	if name, out := called(slices.Concat(gone, []app.Device{{Name: "y", Machines: []int{10}}}), 10); out || name != "y" {
		t.Errorf("its next origin is called %q", name)
	}
	report, err := d.Verify(ctx)
	must(t, err)
	if !report.OK {
		t.Error("the folder is not whole")
	}
}
