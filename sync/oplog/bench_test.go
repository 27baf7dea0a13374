package oplog_test

import (
	"testing"

	"linli/sync/oplog"
)

func BenchmarkSealEncodeSign(b *testing.B) {
	e := firstEntry()
	e.Changes = e.Changes[:1]
	k := key(1)
	random := salts(1)
	b.ReportAllocs()
	for b.Loop() {
		e.Changes[0].Salt = [16]byte{}
		if err := e.Seal(random); err != nil {
			b.Fatal(err)
		}
		if _, err := oplog.Encode(e); err != nil {
			b.Fatal(err)
		}
		oplog.SignHead(k.priv, e)
	}
}

// BenchmarkSealEncodeBulk measures one row of an entry of 500 rows.
func BenchmarkSealEncodeBulk(b *testing.B) {
	const rows = 500
	one := residentEntry(b).Changes[0]
	e := firstEntry()
	e.Changes = nil
	for i := range rows {
		c := one
		c.Row = string(rune('a'+i%26)) + string(rune('a'+i/26))
		e.Changes = append(e.Changes, c)
	}
	random := salts(1)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n++; n%rows != 0 {
			continue
		}
		if err := e.Seal(random); err != nil {
			b.Fatal(err)
		}
		if _, err := oplog.Encode(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	e := firstEntry()
	body := encoded(b, sealed(b, e))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := oplog.Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMerge(b *testing.B) {
	reg := oplog.Register{{Dot: oplog.Dot{1}, HLC: 1, Value: "old"}}
	v := oplog.Version{Dot: oplog.Dot{2}, HLC: 2, Value: "new"}
	over := []oplog.Dot{{1}}
	b.ReportAllocs()
	for b.Loop() {
		oplog.Merge(reg, v, over)
	}
}

// BenchmarkInsertRow is what a bulk import does to each row of eight columns.
func BenchmarkInsertRow(b *testing.B) {
	e := residentEntry(b)
	b.ReportAllocs()
	for b.Loop() {
		row, _ := oplog.ApplyChange(nil, e, e.Changes[0])
		oplog.EncodeRow(row, residentColumns)
	}
}

// BenchmarkEditRow is a change of one column of a stored row.
func BenchmarkEditRow(b *testing.B) {
	e := residentEntry(b)
	row, values := oplog.ApplyChange(nil, e, e.Changes[0])
	stored := oplog.EncodeRow(row, residentColumns)
	f := next(e)
	f.Changes = []oplog.Change{{Table: "resident", Row: "r1", Cells: []oplog.Cell{{Column: "name", Value: "张新名", Over: []oplog.Dot{e.Dot()}}}}}
	f = sealed(b, f)
	b.ReportAllocs()
	for b.Loop() {
		row, err := oplog.DecodeRow(stored, residentColumns, func(column string) oplog.Value { return values[column] })
		if err != nil {
			b.Fatal(err)
		}
		row, _ = oplog.ApplyChange(row, f, f.Changes[0])
		oplog.EncodeRow(row, residentColumns)
	}
}
