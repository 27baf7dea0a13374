package tabular_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"linli/app/tabular"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// All people here are invented; the identity number is the sample of GB 11643.

func read(name string, data []byte) (*tabular.Sheet, error) {
	return tabular.Read(name, bytes.NewReader(data), int64(len(data)))
}

func mustRead(t *testing.T, name string, data []byte) *tabular.Sheet {
	t.Helper()
	s, err := read(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	var e *tabular.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("%s: error %v, want %s", what, err, code)
	}
}

func wantSheet(t *testing.T, s *tabular.Sheet, headers []string, rows [][]string, lines []int) {
	t.Helper()
	if !slices.Equal(s.Headers, headers) {
		t.Errorf("headers %q, want %q", s.Headers, headers)
	}
	if len(s.Rows) != len(rows) {
		t.Fatalf("%d rows %q, want %d", len(s.Rows), s.Rows, len(rows))
	}
	for i := range rows {
		if !slices.Equal(s.Rows[i], rows[i]) {
			t.Errorf("row %d is %q, want %q", i, s.Rows[i], rows[i])
		}
		if s.Line(i) != lines[i] {
			t.Errorf("row %d is on line %d, want %d", i, s.Line(i), lines[i])
		}
	}
}

func encodeUTF16(s string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func gb18030(t *testing.T, s string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func TestReadCSVEncodings(t *testing.T) {
	const csv = "姓名,公民身份号码\r\n张䶮,11010519491231002X\r\n李㛃𠮷,\r\n买买提·艾山,11010519491231002X\r\n"
	for name, data := range map[string][]byte{
		"utf-8":          []byte(csv),
		"utf-8 with BOM": []byte("\ufeff" + csv),
		"gb18030":        gb18030(t, csv),
		"utf-16le":       encodeUTF16(csv, binary.LittleEndian),
		"utf-16be":       encodeUTF16(csv, binary.BigEndian),
	} {
		t.Run(name, func(t *testing.T) {
			wantSheet(t, mustRead(t, "residents.csv", data), []string{"姓名", "公民身份号码"},
				[][]string{{"张䶮", "11010519491231002X"}, {"李㛃𠮷", ""}, {"买买提·艾山", "11010519491231002X"}},
				[]int{2, 3, 4})
		})
	}
}

func TestReadGB18030RareCodes(t *testing.T) {
	// 0xFE59 had a private-use code point before the 2022 edition; 0xAAA1 and
	// 0xA140 open user-defined areas; 0xFE9F is 䶮; the last has four bytes.
	data := append([]byte("a,b\n\xfe\x59,\xfe\x9f\n\xaa\xa1,\xa1\x40\n"), gb18030(t, "张𠮷,王㛃\n")...)
	wantSheet(t, mustRead(t, "x.csv", data), []string{"a", "b"},
		[][]string{{"\u9fb4", "䶮"}, {"\ue000", "\ue4c6"}, {"张𠮷", "王㛃"}}, []int{2, 3, 4})
}

func TestReadCSVShapes(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		headers  []string
		rows     [][]string
		lines    []int
	}{
		{"line breaks inside cells", "a,b\n\"1\n2\r\n3\",x\ny,z\n", []string{"a", "b"}, [][]string{{"1\n2\r\n3", "x"}, {"y", "z"}}, []int{2, 5}},
		{"old line ends", "a,b\r1,2\r3,4", []string{"a", "b"}, [][]string{{"1", "2"}, {"3", "4"}}, []int{2, 3}},
		{"blank lines", "\n\na,b\n\n1,2\n,\n \t,\n3,4\n\n", []string{"a", "b"}, [][]string{{"1", "2"}, {"3", "4"}}, []int{3, 6}},
		{"varying length", "a,b,c\n1\n1,2,3,,\n1,2,3,4\n", []string{"a", "b", "c"}, [][]string{{"1", "", ""}, {"1", "2", "3"}, {"1", "2", "3", "4"}}, []int{2, 3, 4}},
		{"quotes", "a,b\n\"say \"\"hi\"\"\",5\" pipe\n\"\",\"x\"y\n", []string{"a", "b"}, [][]string{{`say "hi"`, `5" pipe`}, {"", "xy"}}, []int{2, 3}},
		{"tabs", "a\tb\n1,5\t2\n", []string{"a", "b"}, [][]string{{"1,5", "2"}}, []int{2}},
		{"semicolons", "a;b\n1,5;2\n", []string{"a", "b"}, [][]string{{"1,5", "2"}}, []int{2}},
		{"a title above", "幸福社区居民登记表,,\n姓名,性别,民族\n张三,男,汉族\n", []string{"姓名", "性别", "民族"}, [][]string{{"张三", "男", "汉族"}}, []int{2}},
		{"one column", "姓名\n张三\n", []string{"姓名"}, [][]string{{"张三"}}, []int{2}},
		{"untidy header", " a ,\"b\nc\",,\n1,2\n", []string{"a", "bc"}, [][]string{{"1", "2"}}, []int{3}},
		{"no trimming of cells", "a,b\n 1 ,\t2\n", []string{"a", "b"}, [][]string{{" 1 ", "\t2"}}, []int{2}},
		{"apostrophes", "a,b\n'=1+1,'tis\n''@x,''\n", []string{"a", "b"}, [][]string{{"=1+1", "'tis"}, {"'@x", "''"}}, []int{2, 3}},
		{"plus sign of others", "a,b\n+8613800000000,-5\n", []string{"a", "b"}, [][]string{{"+8613800000000", "-5"}}, []int{2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantSheet(t, mustRead(t, "x.csv", []byte(tc.in)), tc.headers, tc.rows, tc.lines)
		})
	}
}

func TestSheetColumn(t *testing.T) {
	s := mustRead(t, "x.csv", []byte("title,\nb,a,b\n1,2,3\n"))
	if s.Column("b") != 0 || s.Column("a") != 1 || s.Column("c") != -1 {
		t.Errorf("columns b %d, a %d, c %d", s.Column("b"), s.Column("a"), s.Column("c"))
	}
	if s.HeaderLine != 2 || s.Line(0) != 2 {
		t.Errorf("header on line %d, first row counted as %d", s.HeaderLine, s.Line(0))
	}
}

// workbook makes an XLSX file as a spreadsheet program would.
func workbook(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func smallWorkbook(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File) {
		for i := range 200 {
			_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{"姓名" + fmt.Sprint(i), "性别"})
		}
	})
}

func TestReadXLSXCellsAsShown(t *testing.T) {
	day := time.Date(1949, 12, 31, 0, 0, 0, 0, time.UTC)
	data := workbook(t, func(f *excelize.File) {
		set := func(cell string, v any, format string, builtin int) {
			style := &excelize.Style{NumFmt: builtin}
			if format != "" {
				style.CustomNumFmt = &format
			}
			id, err := f.NewStyle(style)
			if err != nil {
				t.Fatal(err)
			}
			_ = f.SetCellValue("Sheet1", cell, v)
			_ = f.SetCellStyle("Sheet1", cell, cell, id)
		}
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"a", "b", "c", "d", "e", "f", "g", "h", "i"})
		set("A4", day, "", 14)
		set("B4", day, "yyyy-mm-dd", 0)
		set("C4", day, `yyyy"年"m"月"d"日"`, 0)
		set("D4", 13800000000, "", 0)
		set("E4", 320102002003, "", 0)
		set("F4", "11010519491231002X", "", 49)
		set("G4", 0.5, "0%", 0)
		set("H4", true, "", 0)
		_ = f.SetCellRichText("Sheet1", "I4", []excelize.RichTextRun{{Text: "张"}, {Text: "三"}})
	})
	wantSheet(t, mustRead(t, "x.xlsx", data), strings.Split("abcdefghi", ""),
		[][]string{{"1949-12-31", "1949-12-31", "1949年12月31日", "13800000000", "320102002003", "11010519491231002X", "50%", "TRUE", "张三"}},
		[]int{3})
}

func TestReadXLSXTakesTheFirstVisibleSheet(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		_, _ = f.NewSheet("second")
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"hidden"})
		_ = f.SetSheetRow("second", "A1", &[]any{"a"})
		_ = f.SetSheetRow("second", "A2", &[]any{"1"})
		f.SetActiveSheet(1)
		_ = f.SetSheetVisible("Sheet1", false)
	})
	wantSheet(t, mustRead(t, "x.xlsx", data), []string{"a"}, [][]string{{"1"}}, []int{2})
}

func TestReadRefusals(t *testing.T) {
	small := smallWorkbook(t)
	cut := func(part, n int) []byte { return small[:len(small)*part/n] }
	flipped := slices.Clone(small)
	flipped[len(flipped)/3] ^= 0xff
	ole := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600))
	locked := append(slices.Clone(ole), encodeUTF16("EncryptedPackage", binary.LittleEndian)[2:]...)
	utf8Damaged := []byte("姓名,性别\n张三,男\n李四,女\n王五,男\n")
	utf8Damaged[25] = 0xff
	for _, tc := range []struct {
		name, file string
		data       []byte
		code       string
	}{
		{"empty csv", "x.csv", nil, "file_empty"},
		{"empty xlsx", "x.xlsx", nil, "file_empty"},
		{"blank csv", "x.csv", []byte("\n , \n\n"), "file_empty"},
		{"BOM only", "x.csv", []byte("\ufeff"), "file_empty"},
		{"blank xlsx", "x.xlsx", workbook(t, func(*excelize.File) {}), "file_empty"},
		{"header only", "x.csv", []byte("姓名,性别\r\n"), "file_no_rows"},
		{"header only and blank rows", "x.csv", []byte("姓名,性别\r\n,\r\n"), "file_no_rows"},
		{"half an xlsx", "x.xlsx", cut(1, 2), "file_damaged"},
		{"nearly an xlsx", "x.xlsx", cut(99, 100), "file_damaged"},
		{"a few bytes of xlsx", "x.xlsx", small[:30], "file_damaged"},
		{"altered xlsx", "x.xlsx", flipped, "file_damaged"},
		{"zeros for xlsx", "x.xlsx", make([]byte, 4096), "file_damaged"},
		{"zeros for csv", "x.csv", make([]byte, 4096), "file_binary"},
		{"picture as csv", "x.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "file_binary"},
		{"bytes of no encoding", "x.csv", []byte("a,b\n\xff\xff\xff,\x80\n"), "file_binary"},
		{"damaged utf-8", "x.csv", utf8Damaged, "file_damaged"},
		{"cut utf-8", "x.csv", []byte("姓名,性别\n张三,男")[:22], "file_damaged"},
		{"odd utf-16", "x.csv", append(encodeUTF16("a,b\n1,2", binary.LittleEndian), 0), "file_damaged"},
		{"xlsx named csv", "x.csv", small, "file_extension"},
		{"csv named xlsx", "x.xlsx", []byte("a,b\n1,2\n"), "file_extension"},
		{"unknown kind", "x.docx", small, "file_extension"},
		{"old excel", "x.xls", ole, "file_old_excel"},
		{"old excel renamed", "x.xlsx", ole, "file_old_excel"},
		{"password", "x.xlsx", locked, "file_locked"},
		{"web page", "x.csv", []byte("\n<html><table><tr><td>a</td></tr></table></html>"), "file_not_table"},
		{"json", "x.csv", []byte(`{"a":1}`), "file_not_table"},
		{"prose", "x.txt", []byte(strings.Repeat("很久以前有一个社区", 20) + "\n后来\n"), "file_not_table"},
		{"zip without a workbook", "x.xlsx", zipOf(t, "word/document.xml", "<a/>"), "file_not_table"},
		{"sheet that stops in the middle", "x.xlsx", replacePart(t, small, "xl/worksheets/sheet1.xml", func(b []byte) []byte { return b[:len(b)/2] }), "file_damaged"},
		{"no workbook part", "x.xlsx", zipOf(t, "xl/nothing.xml", "<a/>"), "file_damaged"},
		{"open quote", "x.csv", []byte("a,b\n1,2\n\"3,4\n5,6\n"), "csv_quote"},
	} {
		_, err := read(tc.file, tc.data)
		wantCode(t, tc.name, err, tc.code)
	}
}

func TestOpenQuoteNamesItsLine(t *testing.T) {
	_, err := read("x.csv", []byte("\na,b\n1,2\n\"3,4\n5,6\n"))
	var e *tabular.Error
	if !errors.As(err, &e) || e.Line != 3 {
		t.Errorf("error %v, want line 3", err)
	}
}

func zipOf(t *testing.T, name, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write([]byte(body))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// replacePart rebuilds a zip file with one part changed, checksums right.
func replacePart(t *testing.T, data []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	found := false
	for _, f := range in.File {
		body, err := fs.ReadFile(in, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			body, found = change(body), true
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil || !found {
		t.Fatalf("part %s found: %v, %v", name, found, err)
	}
	return b.Bytes()
}

func TestReadXLSXBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for range 513 {
		if _, err := w.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	honest := b.Bytes()
	_, err = read("x.xlsx", honest)
	wantCode(t, "a file of 0.5 MB that unpacks to 513 MB", err, "file_too_large")

	// The same, but declaring 1 KB: the size in the directory is not believed.
	lying := slices.Clone(honest)
	at := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 1024)
	_, err = read("x.xlsx", lying)
	var e *tabular.Error
	if !errors.As(err, &e) || e.Code != "file_too_large" && e.Code != "file_damaged" {
		t.Errorf("a file that lies about its size: %v", err)
	}
}

func TestReadTooLarge(t *testing.T) {
	_, err := tabular.Read("x.csv", bytes.NewReader([]byte("a")), tabular.MaxSize+1)
	wantCode(t, "201 MB", err, "file_too_large")
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "居民.CSV")
	if err := os.WriteFile(path, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := tabular.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	wantSheet(t, s, []string{"a", "b"}, [][]string{{"1", "2"}}, []int{2})

	_, err = tabular.Open(filepath.Join(dir, "none.csv"))
	wantCode(t, "a missing file", err, "file_unreadable")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
	_, err = tabular.Open(dir)
	wantCode(t, "a folder", err, "file_unreadable")
}

func TestErrorsShowNoContent(t *testing.T) {
	_, err := read("x.csv", []byte("a,b\n1,2\n\"11010519491231002X,4\n"))
	if err == nil || strings.Contains(err.Error(), "1949") {
		t.Errorf("error text: %v", err)
	}
}
