package oplog_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

var residentColumns = oplog.NewColumns("name", "sex", "birth", "phone", "address", "grid", "note", "deleted")

// residentEntry inserts one invented resident.
func residentEntry(t testing.TB) oplog.Entry {
	e := firstEntry()
	e.Changes = []oplog.Change{{Table: "resident", Row: "r1", Cells: []oplog.Cell{
		{Column: "name", Value: "张样例"},
		{Column: "sex", Value: "2"},
		{Column: "birth", Value: "1941-05-06"},
		{Column: "phone", Value: []byte("sealed")},
		{Column: "address", Value: "样例路 1 号"},
		{Column: "grid", Value: "g1"},
		{Column: "note", Value: nil},
		{Column: "deleted", Value: int64(0)},
	}}}
	return sealed(t, e)
}

func TestApplyChangeReportsWhatIsShown(t *testing.T) {
	e := residentEntry(t)
	row, changed := oplog.ApplyChange(nil, e, e.Changes[0])
	if len(row) != 8 || len(changed) != 8 {
		t.Fatalf("an insert has %d registers, reports %d columns", len(row), len(changed))
	}
	if v, ok := changed["note"]; v != nil || !ok {
		t.Error("a column that is NULL from the start is not reported")
	}

	// edit applies a change of the given clock and returns what is reported.
	edit := func(hlc oplog.HLC, cells ...oplog.Cell) map[string]oplog.Value {
		f := next(e)
		f.HLC = hlc
		f.Changes = []oplog.Change{{Table: "resident", Row: "r1", Cells: cells}}
		f = sealed(t, f)
		var changed map[string]oplog.Value
		row, changed = oplog.ApplyChange(row, f, f.Changes[0])
		return changed
	}
	name := row["name"]
	if got := edit(e.HLC+1, oplog.Cell{Column: "name", Value: "张新名", Over: name.ShownDots()},
		oplog.Cell{Column: "grid", Value: "g1", Over: row["grid"].ShownDots()}); !maps.Equal(got, map[string]oplog.Value{"name": "张新名"}) {
		t.Errorf("an edit reports %v", got)
	}
	if name.Shown().Value != "张样例" {
		t.Error("the register was altered in place")
	}
	if got := edit(e.HLC-1, oplog.Cell{Column: "name", Value: "张旧名"}); len(got) != 0 || len(row["name"].Conflicts()) != 1 {
		t.Errorf("an older write at the same time reports %v", got)
	}
	if got := edit(e.HLC-2, oplog.Cell{Column: "name", Value: "x", Over: row["name"][:1].Dots()}); !maps.Equal(got, map[string]oplog.Value{"name": "张旧名"}) {
		t.Errorf("when the shown version goes, the next one is reported: %v", got)
	}
	before := oplog.EncodeRow(row, nil)
	if same, got := oplog.ApplyChange(row, e, oplog.Change{Erased: true}); got != nil || !bytes.Equal(oplog.EncodeRow(same, nil), before) {
		t.Error("an erased change did something")
	}
}

func TestInsertedRowIsSmall(t *testing.T) {
	e := residentEntry(t)
	row, _ := oplog.ApplyChange(nil, e, e.Changes[0])
	b := oplog.EncodeRow(row, residentColumns)
	if len(b) > 52 {
		t.Errorf("%d bytes", len(b))
	}
	for _, shown := range []string{"name", "张样例", "sealed"} {
		if bytes.Contains(b, []byte(shown)) {
			t.Errorf("%q is stored twice", shown)
		}
	}
}

// anyRow draws a row with columns that are declared and others, alone or in conflict.
func anyRow() *rapid.Generator[oplog.Row] {
	return rapid.Custom(func(t *rapid.T) oplog.Row {
		row := make(oplog.Row)
		columns := rapid.SampledFrom([]string{"name", "sex", "birth", "deleted", "later", "z", "unknown"})
		for _, column := range rapid.SliceOfDistinct(columns, rapid.ID).Draw(t, "columns") {
			var reg oplog.Register
			for range rapid.IntRange(1, 3).Draw(t, "versions") {
				n := rapid.ByteRange(1, 5).Draw(t, "dot")
				reg = oplog.MergeIn(column, reg, oplog.Version{
					Dot: oplog.Dot{n}, HLC: oplog.HLC(n % 3), Origin: oplog.Origin{n % 2},
					Value: cellValue().Draw(t, "value"),
				}, nil)
			}
			row[column] = reg
		}
		return row
	})
}

func TestRowRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := anyRow().Draw(t, "row")
		shown := func(column string) oplog.Value { return row[column].Shown().Value }
		for _, columns := range []*oplog.Columns{residentColumns, oplog.NewColumns("z"), nil} {
			b := oplog.EncodeRow(row, columns)
			back, err := oplog.DecodeRow(b, columns, shown)
			if err != nil || !reflect.DeepEqual(back, row) {
				t.Fatalf("%v became %v, %v", row, back, err)
			}
			if !bytes.Equal(oplog.EncodeRow(back, columns), b) {
				t.Fatal("equal rows have other bytes")
			}
			if _, err := oplog.Unmarshal(b); err != nil {
				t.Fatal("not deterministic CBOR:", err)
			}
		}
		// A column is declared later.
		b := oplog.EncodeRow(row, residentColumns)
		more := oplog.NewColumns("name", "sex", "birth", "phone", "address", "grid", "note", "deleted", "later")
		if back, err := oplog.DecodeRow(b, more, shown); err != nil || !reflect.DeepEqual(back, row) {
			t.Fatalf("with one more column %v became %v, %v", row, back, err)
		}
	})
}

func TestDecodeRowRefusesOtherColumns(t *testing.T) {
	e := residentEntry(t)
	row, _ := oplog.ApplyChange(nil, e, e.Changes[0])
	b := oplog.EncodeRow(row, residentColumns)
	shown := func(string) oplog.Value { return nil }
	for what, columns := range map[string]*oplog.Columns{
		"none":    nil,
		"fewer":   oplog.NewColumns("name", "sex"),
		"renamed": oplog.NewColumns("name", "gender", "birth", "phone", "address", "grid", "note", "deleted"),
		"moved":   oplog.NewColumns("sex", "name", "birth", "phone", "address", "grid", "note", "deleted"),
		"before":  oplog.NewColumns("new", "name", "sex", "birth", "phone", "address", "grid", "note", "deleted"),
	} {
		if _, err := oplog.DecodeRow(b, columns, shown); !errors.Is(err, oplog.ErrRow) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range b {
		if _, err := oplog.DecodeRow(b[:i], residentColumns, shown); !errors.Is(err, oplog.ErrRow) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
}

func FuzzDecodeRow(f *testing.F) {
	e := residentEntry(f)
	row, _ := oplog.ApplyChange(nil, e, e.Changes[0])
	f.Add(oplog.EncodeRow(row, residentColumns))
	f.Add(oplog.EncodeRow(row, nil))
	row["name"] = oplog.Merge(row["name"], oplog.Version{HLC: 1, Value: "x"}, nil)
	row["z"] = oplog.Merge(row["sex"], oplog.Version{HLC: 1, Value: "x"}, nil)
	f.Add(oplog.EncodeRow(row, residentColumns))
	f.Fuzz(func(t *testing.T, b []byte) {
		shown := func(string) oplog.Value { return "shown" }
		row, err := oplog.DecodeRow(b, residentColumns, shown)
		if err != nil {
			return
		}
		again, err := oplog.DecodeRow(oplog.EncodeRow(row, residentColumns), residentColumns, shown)
		if err != nil || len(again) != len(row) {
			t.Fatalf("%x does not survive being stored again: %v", b, err)
		}
	})
}

func TestSetDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := rapid.Custom(func(t *rapid.T) oplog.Hash {
			// Mostly ones, so that sums carry.
			return oplog.Hash(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 0xff, 0xff}), 32, 32).Draw(t, "item"))
		})
		items := rapid.SliceOfN(item, 1, 10).Draw(t, "items")
		var forward, shuffled oplog.SetDigest
		for _, h := range items {
			forward.Add(h)
		}
		order := rapid.Permutation(items).Draw(t, "order")
		extra := item.Draw(t, "extra")
		shuffled.Remove(extra) // also before it is added: sums wrap
		for _, h := range order {
			shuffled.Add(h)
		}
		shuffled.Add(extra)
		if forward != shuffled {
			t.Fatal("the order of items counts")
		}
		at := rapid.IntRange(0, len(items)-1).Draw(t, "at")
		shuffled.Remove(items[at])
		if zero := items[at].IsZero(); (shuffled == forward) != zero {
			t.Fatal("a missing item goes unseen")
		}
		for i, h := range items {
			if i != at {
				shuffled.Remove(h)
			}
		}
		if shuffled != (oplog.SetDigest{}) {
			t.Fatal("something is left when all is removed")
		}
	})
}

func TestSetDigestTellsCellsApart(t *testing.T) {
	reg := oplog.Register{{Dot: oplog.Dot{1}}}
	two := oplog.Merge(reg, oplog.Version{Dot: oplog.Dot{2}}, nil)
	seen := make(map[oplog.SetDigest]int)
	for i, add := range []func(d *oplog.SetDigest){
		func(d *oplog.SetDigest) {},
		func(d *oplog.SetDigest) { d.AddCell("t", "r", "c", reg) },
		func(d *oplog.SetDigest) { d.AddCell("tr", "", "c", reg) },
		func(d *oplog.SetDigest) { d.AddCell("t", "rc", "", reg) },
		func(d *oplog.SetDigest) { d.AddCell("t", "r", "c", two) },
		func(d *oplog.SetDigest) { d.AddCell("t", "r", "c", oplog.Register{{Dot: oplog.Dot{3}}}) },
		func(d *oplog.SetDigest) { d.AddCell("t", "r", "c", reg); d.AddCell("t", "r", "c", reg) },
		func(d *oplog.SetDigest) { d.AddCell("t", "r", "c", reg); d.AddCell("t", "r", "d", reg) },
		func(d *oplog.SetDigest) { d.AddVoid(oplog.Hash{1}) },
		func(d *oplog.SetDigest) { d.Add(oplog.Hash{1}) },
		func(d *oplog.SetDigest) { d.AddVoid(oplog.Hash{1}); d.AddCell("t", "r", "c", reg) },
	} {
		var d oplog.SetDigest
		add(&d)
		if j, ok := seen[d]; ok {
			t.Errorf("cases %d and %d have one digest", j, i)
		}
		seen[d] = i
	}
	var d oplog.SetDigest
	d.AddCell("t", "r", "c", nil)
	if d != (oplog.SetDigest{}) {
		t.Error("a cell without live dots counts")
	}
	row := oplog.Row{"a": reg, "b": two}
	d.AddRow("t", "r", row)
	d.RemoveCell("t", "r", "b", slices.Clone(two))
	d.RemoveRow("t", "r", oplog.Row{"a": reg})
	d.AddVoid(oplog.Hash{7})
	d.RemoveVoid(oplog.Hash{7})
	if d != (oplog.SetDigest{}) {
		t.Error("rows and cells do not add up")
	}
}

// Whoever came later, a record that somebody was still working on is shown.
func TestEditedWhileDeletedShowsAlive(t *testing.T) {
	for _, order := range [][2]int64{{0, 1}, {1, 0}} {
		var row oplog.Row
		for i, value := range order {
			e := oplog.Entry{
				Format: oplog.Format, Scope: "hall/h1/desk", Origin: oplog.OriginOf(key(byte(i + 1)).pub), N: 1, Cert: []byte("c"),
				Action: "a", Actor: "s", Verb: "v", HLC: oplog.HLC(i+1) << 20, Wall: 1,
				Changes: []oplog.Change{{Table: "resident", Row: "r", Cells: []oplog.Cell{{Column: oplog.DeletedColumn, Value: value}}}},
			}
			if err := e.Seal(rand.Reader); err != nil {
				t.Fatal(err)
			}
			row, _ = oplog.ApplyChange(row, e, e.Changes[0])
		}
		reg := row[oplog.DeletedColumn]
		if reg.Shown().Value != int64(0) || len(reg.Conflicts()) != 1 {
			t.Errorf("%v shows %v with %d conflicts", order, reg.Shown().Value, len(reg.Conflicts()))
		}
		columns := oplog.NewColumns(oplog.DeletedColumn)
		back, err := oplog.DecodeRow(oplog.EncodeRow(row, columns), columns, func(string) oplog.Value { return int64(0) })
		if err != nil || len(back[oplog.DeletedColumn]) != 2 {
			t.Errorf("a stored row: %v, %v", back, err)
		}
	}
}
