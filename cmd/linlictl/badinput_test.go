package main_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/app/tabular"
	"linli/store"
)

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	var x bytes.Buffer
	rows := make([][]string, 400)
	for i := range rows {
		rows[i] = []string{"样例甲", inventedID(i, 11)}
	}
	if err := tabular.WriteXLSX(&x, "居民", []string{"姓名", "公民身份号码"}, tabular.Rows(rows)); err != nil {
		t.Fatal(err)
	}
	whole := x.String()
	before := p.entries()
	for name, c := range map[string]struct{ file, text, code string }{
		"empty":             {"a.csv", "", "file_empty"},
		"blank":             {"b.csv", "\n\n , ,\n", "file_empty"},
		"header only":       {"c.csv", "姓名,公民身份号码\n", "file_no_rows"},
		"truncated xlsx":    {"d.xlsx", whole[:len(whole)*2/3], "file_damaged"},
		"xlsx named csv":    {"e.csv", whole, "file_extension"},
		"no table":          {"f.csv", "<html><body>404</body></html>", "file_not_table"},
		"other headers":     {"g.csv", "甲,乙\n1,2\n", "header_missing"},
		"one column twice":  {"h.csv", "姓名,手机号,联系电话\n样例甲,1,2\n", "header_repeated"},
		"quote left open":   {"i.csv", "姓名\n\"样例\n", "csv_quote"},
		"empty spreadsheet": {"j.xlsx", "", "file_empty"},
	} {
		var m struct {
			Error struct{ Code, Message string }
		}
		p.ctl("", "import", "residents", p.write(c.file, c.text), "--json").wants(1).object(&m)
		if m.Error.Code != c.code || m.Error.Message == "" {
			t.Errorf("%s: %+v, want %s", name, m.Error, c.code)
		}
	}
	p.ctl("", "import", "residents", p.path("missing.csv")).wants(1, "打不开")
	if p.entries() != before {
		t.Error("a file that cannot be read wrote an entry")
	}
	if r := p.imports("residents", p.write("whole.xlsx", whole)); r.Added != 336 || r.Unchanged != 64 {
		t.Errorf("the whole file: %+v", r) // the birthdays of 400 rows repeat after 336
	}
}

// gb18030 is 姓名,民族 / 样例甲,汉族 as older programs write it.
const gb18030 = "\xd0\xd5\xc3\xfb,\xc3\xf1\xd7\xe5\r\n\xd1\xf9\xc0\xfd\xbc\xd7,\xba\xba\xd7\xe5\r\n"

func TestEncodingsAndRareNames(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	for name, text := range map[string]string{"gb.csv": gb18030, "bom.csv": "\ufeff姓名,民族\n样例甲,汉\n", "utf8.csv": "民族,姓名\n01,样例甲\n"} {
		if r := p.imports("residents", p.write(name, text)); r.Added+r.Unchanged != 1 || len(r.Rejected)+len(r.Unknown) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if n := p.ctl("", "status", "--json").number("residents"); n != 1 {
		t.Errorf("one person in three encodings became %d", n)
	}
	long := "阿卜杜热合曼" + "·" + strings.Repeat("买", 43)
	if r := p.imports("residents", p.write("rare.csv", "姓名\n䶮㛃𠮷\n"+long+"\n"+long+"买\n")); r.Added != 2 || len(r.Rejected) != 1 || r.Rejected[0].Code != "name_long" {
		t.Errorf("rare names: %+v", r)
	}
	p.ctl("", "find", "residents", "𠮷", "--json").wants(0, "䶮㛃𠮷")
	p.ctl("", "export", "residents", "--out", p.path("o.xlsx"), "--reveal").wants(0)
	s, err := tabular.Open(p.path("o.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, row := range s.Rows {
		names[row[s.Column("姓名")]] = true
	}
	if !names["䶮㛃𠮷"] || !names[long] {
		t.Error("names did not survive the way out")
	}
}

func TestThreeBadRowsInTenThousand(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	var b strings.Builder
	b.WriteString("姓名,公民身份号码,出生日期,民族\n")
	for i := range 10_000 {
		id, birth, ethnic := inventedID(i%336, 100+i/336), "", "汉族"
		switch i {
		case 4000: // the check character of another number
			last := "1"
			if id[17] == '1' {
				last = "2"
			}
			id = id[:17] + last
		case 7000:
			id, birth = "", "1950-02-30"
		case 9998:
			ethnic = "火星族"
		}
		fmt.Fprintf(&b, "样例甲,%s,%s,%s\n", id, birth, ethnic)
	}
	file := p.write("people.csv", b.String())
	before := p.entries()
	r := p.imports("residents", file)
	if r.Read != 10_000 || r.Added != 9997 || len(r.Rejected) != 3 {
		t.Fatalf("read %d, added %d, rejected %+v", r.Read, r.Added, r.Rejected)
	}
	for i, want := range []struct {
		line         int
		column, code string
	}{{4002, "公民身份号码", "id_checksum"}, {7002, "出生日期", "date_none"}, {10_000, "民族", "code_unknown"}} {
		if x := r.Rejected[i]; x.Line != want.line || x.Column != want.column || x.Code != want.code || x.Reason == "" || strings.Contains(x.Reason, "火星") {
			t.Errorf("rejected %+v, want %+v", x, want)
		}
	}
	if n := p.entries() - before; n < 20 {
		t.Errorf("%d entries for 9,997 rows", n)
	}
	before = p.entries()
	if r := p.imports("residents", file); r.Unchanged != 9997 || r.Added+r.Updated != 0 || len(r.Rejected) != 3 || p.entries() != before {
		t.Errorf("again %+v", r)
	}
}

func TestAFolderInUseSaysByWhom(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	s := p.opened("linli desk")
	p.ctl("", "status").wants(1, "linli desk", fmt.Sprint(os.Getpid()))
	p.ctl("", "import", "residents", p.write("r.csv", "姓名\n样例甲\n")).wants(1, "linli desk")
	p.ctl("", "doctor").wants(1, "linli desk")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	p.ctl("", "status").wants(0)
}

func TestFoldersThatAreNoGoodHall(t *testing.T) {
	t.Parallel()
	newPlace(t).ctl("", "status").wants(1, "还没有大厅")

	lost := withHall(t)
	if err := os.Rename(lost.keys, lost.keys+".away"); err != nil {
		t.Fatal(err)
	}
	lost.ctl("", "status").wants(1, "密钥")
	if err := os.Rename(lost.keys+".away", lost.keys); err != nil {
		t.Fatal(err)
	}
	lost.ctl("", "status").wants(0)

	newer := withHall(t)
	patch(t, newer, 60, binary.BigEndian.AppendUint32(nil, uint32(store.SchemaVersion+1)))
	before := read(t, newer)
	newer.ctl("", "status").wants(1, "更新的程序", fmt.Sprint(store.SchemaVersion+1))
	if !bytes.Equal(before, read(t, newer)) {
		t.Error("a newer database was changed")
	}

	foreign := newPlace(t)
	if err := os.MkdirAll(foreign.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign.data, store.DatabaseFile), []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign.ctl("", "status").wants(1, "损坏")
}

func TestADamagedPageIsFoundAndToldApart(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	p.ctl("", "demo", "--residents", "300", "--visits", "50").wants(0)
	p.ctl("", "verify").wants(0)
	size := len(read(t, p))
	const page = 4096
	// Every fifth page from the middle on: some of them hold rows or entries.
	for at := size / 2 / page * page; at+page <= size; at += 5 * page {
		patch(t, p, int64(at), bytes.Repeat([]byte{0xa5}, page))
	}
	r := p.ctl("", "verify")
	if r.code != 1 {
		t.Fatalf("verify: exit %d\n%s%s", r.code, r.out, r.err)
	}
	r.wants(1)
	p.ctl("", "doctor").wants(1, "损坏")
}

func patch(t *testing.T, p *place, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(p.data, store.DatabaseFile), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, p *place) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.data, store.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// An import that is killed half-way leaves whole chunks, and goes on when it is
// started again.
func TestAKilledImportGoesOn(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	var b strings.Builder
	b.WriteString("姓名,公民身份号码\n")
	for i := range 6000 {
		fmt.Fprintf(&b, "样例甲,%s\n", inventedID(i%336, 100+i/336))
	}
	file := p.write("people.csv", b.String())
	cmd := p.command("import", "residents", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Wait for the database to grow: the import is then in the middle of writing.
	wal := filepath.Join(p.data, store.DatabaseFile+"-wal")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); cancel() }()
	for ctx.Err() == nil {
		if info, err := os.Stat(wal); err == nil && info.Size() > 1<<20 {
			break
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	p.ctl("", "verify").wants(0)
	landed := p.ctl("", "status", "--json").number("residents")
	if landed%500 != 0 {
		t.Errorf("%d residents: not whole chunks", landed)
	}
	if r := p.imports("residents", file); r.Unchanged != landed || r.Added != 6000-landed {
		t.Errorf("after %d landed: %+v", landed, r)
	}
}
