package tabular_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"linli/app/tabular"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

type writer func(io.Writer, []string, iter.Seq2[[]string, error]) error

var writers = map[string]writer{
	"x.csv": tabular.WriteCSV,
	"x.xlsx": func(w io.Writer, headers []string, rows iter.Seq2[[]string, error]) error {
		return tabular.WriteXLSX(w, "居民", headers, rows)
	},
}

var awkward = []string{
	"11010519491231002X", "110105194912310021", "007", "1.10105E+17", "13800000000", "1949-12-31", "TRUE", "1/2",
	"=1+1", "+8613800000000", "-5", "@x", "\ttab", "\rcr", "\nlf", "＝1", "'=1", "''=1", "'tis", "'", "''",
	`say "hi"`, `"`, "a,b", "a;b", "two\nlines", "two\r\nlines", " spaces ", "买买提·艾山", "䶮㛃𠮷",
	"<b>&amp;", "_x0041_", "_x005F_x0041_", "_x", "_x0041\x01", "\x01", "\ue863", "\ufeffbom", "#N/A", "=\"1\"",
	strings.Repeat("长", 32767),
}

func TestWrittenCellsReadBack(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			var rows [][]string
			for i, v := range awkward {
				rows = append(rows, []string{fmt.Sprint(i), v, "end"})
			}
			var b bytes.Buffer
			if err := write(&b, []string{"n", "值", "=z"}, tabular.Rows(rows)); err != nil {
				t.Fatal(err)
			}
			s := mustRead(t, name, b.Bytes())
			if !slices.Equal(s.Headers, []string{"n", "值", "=z"}) || len(s.Rows) != len(rows) {
				t.Fatalf("headers %q, %d rows", s.Headers, len(s.Rows))
			}
			for i := range rows {
				if !slices.Equal(s.Rows[i], rows[i]) {
					t.Errorf("%.40q became %.40q", rows[i][1], s.Rows[i][1])
				}
			}
		})
	}
}

func TestAnyCellReadsBack(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			sign := rapid.OneOf(rapid.SampledFrom([]rune("'=+-@\t\r\n\",; _x05F1＝a张𠮷")), rapid.Rune())
			rapid.Check(t, func(rt *rapid.T) {
				cell := rapid.StringOf(sign).Filter(func(s string) bool {
					return strings.IndexByte(s, 0) < 0
				})
				rows := [][]string{{"1", cell.Draw(rt, "a"), cell.Draw(rt, "b"), "end"}, {cell.Draw(rt, "c"), "2", "3", "4"}}
				var b bytes.Buffer
				if err := write(&b, []string{"h", "i", "j", "k"}, tabular.Rows(rows)); err != nil {
					rt.Fatal(err)
				}
				s, err := read(name, b.Bytes())
				if err != nil {
					rt.Fatal(err)
				}
				for i := range rows {
					if !slices.Equal(s.Rows[i], rows[i]) {
						rt.Fatalf("%q became %q", rows[i], s.Rows[i])
					}
				}
			})
		})
	}
}

func TestWriteCSVBytes(t *testing.T) {
	var b bytes.Buffer
	err := tabular.WriteCSV(&b, []string{"姓名", "备注"}, tabular.Rows([][]string{{"张三", "=1+1"}, {"李四", "a,\"b\""}, {"", "'-x"}}))
	want := "\ufeff姓名,备注\r\n张三,'=1+1\r\n李四,\"a,\"\"b\"\"\"\r\n,''-x\r\n"
	if err != nil || b.String() != want {
		t.Errorf("got %q, %v; want %q", b.String(), err, want)
	}
}

func TestWriteCSVOddBytes(t *testing.T) {
	err := tabular.WriteCSV(io.Discard, []string{"a"}, tabular.Rows([][]string{{"1"}, {"a\x00"}}))
	var e *tabular.Error
	if !errors.As(err, &e) || e.Code != "cell_nul" || e.Line != 3 {
		t.Errorf("a cell with NUL: %v", err)
	}
	for name, write := range writers {
		var b bytes.Buffer
		if err := write(&b, []string{"a"}, tabular.Rows([][]string{{"张\xff三"}})); err != nil {
			t.Fatal(err)
		}
		wantSheet(t, mustRead(t, name, b.Bytes()), []string{"a"}, [][]string{{"张\ufffd三"}}, []int{2})
	}
}

func TestNoCSVCellBeginsAFormula(t *testing.T) {
	for _, v := range awkward {
		var b bytes.Buffer
		if err := tabular.WriteCSV(&b, []string{v}, tabular.Rows(nil)); err != nil {
			t.Fatal(err)
		}
		cell := strings.TrimPrefix(strings.TrimPrefix(b.String(), "\ufeff"), `"`)
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
			t.Errorf("%.40q is written as %.40q", v, cell)
		}
	}
}

func TestWriteXLSXIsTheSameEveryTime(t *testing.T) {
	write := func() []byte {
		var b bytes.Buffer
		rows := func(yield func([]string, error) bool) {
			for i := range 2000 {
				if !yield([]string{fmt.Sprint(i), "张三", strings.Repeat("中山路", i%7)}, nil) {
					return
				}
			}
		}
		if err := tabular.WriteXLSX(&b, "居民", []string{"n", "姓名", "地址"}, rows); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := write()
	if !bytes.Equal(first, write()) {
		t.Fatal("two exports of the same rows differ")
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Modified.Year() != 1980 {
			t.Errorf("%s bears the time %v", f.Name, f.Modified)
		}
	}
}

func TestWriteXLSXCellsAreText(t *testing.T) {
	var b bytes.Buffer
	if err := tabular.WriteXLSX(&b, "a/b:居民", []string{"号码"}, tabular.Rows([][]string{{"110105194912310021"}, {"=1+1"}})); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[0]
	if sheet != "ab居民" {
		t.Errorf("sheet is named %q", sheet)
	}
	for _, cell := range []string{"A1", "A2", "A3"} {
		kind, err := f.GetCellType(sheet, cell)
		if err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%s has type %v, %v", cell, kind, err)
		}
		if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
			t.Errorf("%s is formula %q, %v", cell, formula, err)
		}
	}
	// A cell below the rows: what people type there must stay text as well.
	column, err := f.GetColStyle(sheet, "A")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(column)
	if err != nil || style.NumFmt != 49 {
		t.Errorf("column A has style %+v, %v", style, err)
	}
}

func TestWriteXLSXLimits(t *testing.T) {
	err := tabular.WriteXLSX(io.Discard, "", []string{"a"}, tabular.Rows([][]string{{"1"}, {strings.Repeat("𠮷", 16384)}}))
	var e *tabular.Error
	if !errors.As(err, &e) || e.Code != "cell_too_long" || e.Line != 3 {
		t.Errorf("a cell of 32,768 units: %v", err)
	}
	err = tabular.WriteXLSX(io.Discard, "", []string{"a"}, tabular.Rows([][]string{make([]string, 16385)}))
	wantCode(t, "16,385 columns", err, "too_many_rows")
	err = tabular.WriteXLSX(io.Discard, "", []string{"a"}, func(yield func([]string, error) bool) {
		for yield(nil, nil) {
		}
	})
	wantCode(t, "endless rows", err, "too_many_rows")
}

func TestWritersStopAtAFailingSource(t *testing.T) {
	broken := errors.New("source failed")
	for name, write := range writers {
		err := write(io.Discard, []string{"a"}, func(yield func([]string, error) bool) {
			_ = yield([]string{"1"}, nil) && yield(nil, broken)
		})
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if err := write(failing{}, []string{"a"}, tabular.Rows([][]string{{"1"}})); err == nil {
			t.Errorf("%s: a full disk goes unnoticed", name)
		}
	}
}

// failing is a full disk.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space") }

func manyRows(n int) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("%018d", i), "张䶮㛃𠮷", "女", "13800000000", "江苏省南京市玄武区中山路18号3栋502室"}
	}
	return rows
}

func TestTenThousandRows(t *testing.T) {
	rows := manyRows(10_000)
	for name, write := range writers {
		var b bytes.Buffer
		if err := write(&b, []string{"公民身份号码", "姓名", "性别", "联系方式", "现住门(楼)详址"}, tabular.Rows(rows)); err != nil {
			t.Fatal(err)
		}
		data := map[string][]byte{name: b.Bytes()}
		if name == "x.csv" {
			data["gb18030.csv"] = gb18030(t, strings.TrimPrefix(b.String(), "\ufeff"))
		}
		for name, data := range data {
			s := mustRead(t, name, data)
			if len(s.Rows) != len(rows) {
				t.Fatalf("%s: %d rows", name, len(s.Rows))
			}
			for i := range rows {
				if !slices.Equal(s.Rows[i], rows[i]) || s.Line(i) != i+2 {
					t.Fatalf("%s: row %d on line %d differs", name, i, s.Line(i))
				}
			}
		}
	}
}

func BenchmarkReadTenThousandRows(b *testing.B) {
	for name, write := range writers {
		var file bytes.Buffer
		if err := write(&file, []string{"a", "b", "c", "d", "e"}, tabular.Rows(manyRows(10_000))); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := read(name, file.Bytes()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
