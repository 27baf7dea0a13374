package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/store"
	"linli/store/seal"
)

// One mistyped name must not replace the database or the only key.
func TestNothingIsWrittenOverTheHallItself(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	keys, err := filepath.Glob(filepath.Join(p.keys, "*.key"))
	if err != nil || len(keys) != 1 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	before, key := read(t, p), readFile(t, keys[0])
	link := p.path("link")
	if err := os.Symlink(p.data, link); err != nil {
		link = p.data // where links need a right of their own
	}
	for _, out := range []string{
		filepath.Join(p.data, store.DatabaseFile), filepath.Join(p.data, "new.backup"), filepath.Join(link, "lock"), keys[0],
	} {
		p.ctl("", "backup", "--out", out).wants(1, out, "别的文件夹")
		p.ctl("", "sheet", "--out", out).wants(1, out)
	}
	if !bytes.Equal(before, read(t, p)) || !bytes.Equal(key, readFile(t, keys[0])) {
		t.Error("the hall's own files were changed")
	}
	p.ctl("", "verify").wants(0)
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPlacesWhereNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	folder := p.path("folder.csv")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"export", "residents", "--out", folder}, {"backup", "--out", folder}, {"sheet", "--out", folder}, {"template", "grids", "--out", folder},
	} {
		p.ctl("", args...).wants(1, "文件夹", folder)
	}
	nowhere := filepath.Join(p.root, "nowhere", "a.csv")
	p.ctl("", "export", "residents", "--out", nowhere).wants(1, "没有这个文件夹", filepath.Dir(nowhere))
	p.ctl("", "template", "residents", "--out", nowhere).wants(1, "没有这个文件夹")
	newPlace(t).ctl("", "doctor").wants(1, "没有这个数据文件夹")
	file := &place{t, p.root, filepath.Join(p.data, store.DatabaseFile), p.keys}
	file.ctl("", "status").wants(2, "文件夹", file.data)
}

// What package flag says in English is said in the reader's language, and a value
// that was typed in the wrong place is not repeated.
func TestUsageIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"status", "--nonsense"}, "没有这个参数：--nonsense"},
		{[]string{"find", "residents", "x", "--limit"}, "--limit 后面缺内容"},
		{[]string{"find", "residents", "x", "--limit", "19900000001"}, ""},
		{[]string{"find", "residents", "x", "--limit", "多"}, "--limit 后面的内容不对"},
		{[]string{"find", "residents", "x", "--limit", "0"}, "--limit 后面的内容不对"},
		{[]string{"status", "--json=19900000001"}, "--json 后面的内容不对"},
		{[]string{"edit", "residents", "id", "phone=", "19900000001"}, "第 2 个"},
		{[]string{"sheet", "--out", "a", "--confirm", "b"}, "只写其中一个"},
	} {
		if c.want == "" {
			p.ctl("", c.args...).wants(0) // a number, if a large one
			continue
		}
		r := p.ctl("", c.args...).wants(2, c.want)
		for _, strange := range []string{"19900000001", "flag", "invalid"} {
			if strings.Contains(r.out+r.err, strange) {
				t.Errorf("%v: says %q: %s", c.args, strange, r.err)
			}
		}
	}
	for _, args := range [][]string{{"--help", "--lang", "en"}, {"--lang=en", "help"}, {"find", "--help", "--lang", "en"}, {"help", "find", "--lang", "en"}} {
		if r := p.ctl("", args...).wants(0, "Searches."); strings.Contains(r.out, "查找") {
			t.Errorf("%v answers in two languages", args)
		}
	}
	for _, args := range [][]string{{"find", "--help"}, {"help", "find"}} {
		if r := p.ctl("", args...).wants(0, "linlictl find"); strings.Contains(r.out, "linlictl restore") {
			t.Errorf("%v shows other commands", args)
		}
	}
	p.ctl("", "help", "fly").wants(2, "fly")
}

func TestAWrongColumnIsNotAWrongValue(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	p.imports("residents", p.write("r.csv", "姓名\n样例甲\n"))
	var found struct {
		Results []struct{ ID, Age string }
	}
	r := p.ctl("", "find", "residents", "样例甲", "--json").wants(0)
	r.object(&found)
	if len(found.Results) != 1 || found.Results[0].Age != "" {
		t.Fatalf("whose birth date is not known has the age %+v", found.Results)
	}
	id := found.Results[0].ID
	p.ctl("", "edit", "residents", id, "血型=A").wants(1, "没有这一列：血型")
	p.ctl("", "edit", "residents", id, "phone=19900000001", "联系方式=19900000002").wants(1, "联系方式", "两次")
	p.ctl("", "edit", "residents", id, "birth=2999-01-01").wants(1, "出生日期", "填得不对")
}

func TestNamesThatNoScreenCanShow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, c := range []struct{ flag, value, code string }{
		{"--hall", strings.Repeat("样", 51), "too_long"},
		{"--hall", "样例\x1b[31m", "invalid"},
		{"--admin", strings.Repeat("样", 51), "name_long"},
		{"--admin", "样\x07例", "name_char"},
		{"--zone", "Mars/Olympus", "invalid"},
	} {
		args := []string{"init", "--hall", "样例", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin", c.flag, c.value, "--json"}
		var m struct{ Error struct{ Code string } }
		p.ctl("246810\n", args...).wants(1).object(&m)
		if m.Error.Code != c.code {
			t.Errorf("%s: %q, want %q", c.flag, m.Error.Code, c.code)
		}
	}
	if _, err := os.Stat(p.data); err == nil {
		t.Error("a refused hall left a folder")
	}
}

// Who restores a hall has nobody to ask: each sentence says what to try next.
func TestRestoreSaysWhatToTryNext(t *testing.T) {
	t.Parallel()
	p, stranger := withHall(t), withHall(t)
	file := p.path("hall.backup")
	p.ctl("", "backup", "--out", file).wants(0)
	sheet, foreign := sheetOf(t, p), sheetOf(t, stranger)
	lines := strings.SplitAfter(sheet, "\n")
	swapped := strings.Join([]string{lines[0], strings.Replace(lines[1], lines[1][:1], other(lines[1][:1]), 1), lines[2], lines[3]}, "")

	bare := &place{t, p.root, p.path("bare"), p.path("no-keys")}
	bare.ctl("", "restore", "--from", file).wants(1, "密钥", "--sheet")
	bare.ctl(swapped, "restore", "--from", file, "--sheet-stdin").wants(1, "第 2 行")
	bare.ctl(swapped, "restore", "--from", file, "--sheet-stdin", "--lang", "en").wants(1, "Line 2")
	bare.ctl(foreign, "restore", "--from", file, "--sheet-stdin").wants(1, "打不开这份备份")
	whole := readFile(t, file)
	bare.ctl(sheet, "restore", "--from", p.write("cut.backup", string(whole[:len(whole)/2])), "--sheet-stdin").wants(1, "没有拷完整")
	if _, err := os.Stat(bare.data); err == nil {
		t.Error("a failed restore left a folder")
	}
	bare.ctl(sheet, "restore", "--from", file, "--sheet-stdin").wants(0)
}

// other is another symbol of a recovery sheet.
func other(symbol string) string {
	if symbol == "A" {
		return "B"
	}
	return "A"
}

func sheetOf(t *testing.T, p *place) string {
	t.Helper()
	var status struct{ ID string }
	if err := json.Unmarshal([]byte(p.ctl("", "status", "--json").wants(0).out), &status); err != nil {
		t.Fatal(err)
	}
	ring, err := seal.NewKeyFiles(p.keys).Load(status.ID)
	if err != nil {
		t.Fatal(err)
	}
	return seal.SheetText(ring.Root())
}
