package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"linli/store"
	"linli/store/seal"
)

func TestADayAtTheConsole(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	p.ctl("", "template", "residents").wants(0, "公民身份号码", "姓名", "性别", "民族", "联系方式", "现住门(楼)详址")
	p.ctl("", "template", "grids", "--out", p.path("grids.xlsx")).wants(0)
	file := p.write("people.csv", "现住址,姓名,公民身份号码,手机号,血型\r\n样例路1号502室,样例甲,"+inventedID(1, 11)+",19900000001,A\r\n样例路2号,样例乙,"+inventedID(2, 11)+",,\r\n")

	dry := p.imports("residents", file, "--dry-run")
	if dry.Added != 2 || p.ctl("", "status", "--json").number("residents") != 0 {
		t.Errorf("dry run %+v", dry)
	}
	r := p.imports("residents", file)
	if r.Read != 2 || r.Added != 2 || len(r.Rejected) != 0 || !slices.Equal(r.Unknown, []string{"血型"}) {
		t.Errorf("report %+v", r)
	}
	before := p.entries()
	if again := p.imports("residents", file); again.Unchanged != 2 || again.Added+again.Updated != 0 || p.entries() != before {
		t.Errorf("again %+v, %d entries more", again, p.entries()-before)
	}

	var found struct {
		Results []struct{ ID, Name, Phone string }
	}
	for _, query := range []string{"ylj", "yanglijia", "样例甲", "19900000001", "样例路1号"} {
		p.ctl("", "find", "residents", query, "--json").wants(0).object(&found)
		if len(found.Results) == 0 || found.Results[0].Name != "样例甲" {
			t.Errorf("find %s: %+v", query, found.Results)
		}
	}
	id := found.Results[0].ID
	if found.Results[0].Phone != "199****0001" {
		t.Errorf("phone %q", found.Results[0].Phone)
	}
	p.ctl("", "edit", "residents", id, "phone=19900000009", "职业=退休").wants(0)
	p.ctl("", "edit", "residents", id, "phone=1").wants(1, "联系方式", "电话号码不对")

	story := p.ctl("", "log", "--record", id, "--json").wants(0)
	var log struct {
		Entries []struct {
			Verb    string
			Changes []struct{ Values map[string]string }
		}
	}
	story.object(&log)
	if len(log.Entries) != 2 || log.Entries[0].Verb != "resident.import" || log.Entries[1].Changes[0].Values["phone"] != "199****0009" {
		t.Errorf("log %s", story.out)
	}
	for _, secret := range []string{inventedID(1, 11), "19900000009", "502室"} {
		if strings.Contains(story.out, secret) {
			t.Errorf("the log shows %q", secret)
		}
	}

	masked, full := p.path("masked.csv"), p.path("full.xlsx")
	before = p.entries()
	p.ctl("", "export", "residents", "--out", masked).wants(0)
	if p.entries() != before {
		t.Error("a masked export wrote an entry")
	}
	p.ctl("", "export", "residents", "--out", full, "--reveal").wants(0)
	if p.entries() != before+1 {
		t.Error("a revealed export wrote no access entry")
	}
	text, _ := os.ReadFile(masked)
	for _, secret := range []string{"样例甲", inventedID(1, 11), "19900000009", "502室"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the masked export shows %q", secret)
		}
	}
	if back := p.imports("residents", full); back.Unchanged != 2 || back.Added+back.Updated+len(back.Rejected) != 0 {
		t.Errorf("the revealed export came back as %+v", back)
	}
	p.ctl("", "verify").wants(0, "核对一致")
	for _, kind := range store.Kinds() {
		p.ctl("", "export", string(kind), "--out", p.path(string(kind)+".csv")).wants(0)
		p.ctl("", "find", string(kind), "样例", "--json").wants(0)
	}
}

func TestInitReadsThePINFromStandardInput(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	flags := []string{"init", "--hall", "样例社区服务大厅", "--division", "320199001001", "--admin", "样例管理员"}
	p.ctl("", flags...).wants(2, "--pin-stdin")
	for _, pin := range []string{"", "12345", "123456", "000000", "abcdef"} {
		p.ctl(pin+"\n", append(flags, "--pin-stdin")...).wants(1, "密码")
	}
	p.ctl("246810\n", "init", "--hall", "样例", "--division", "32", "--admin", "样例管理员", "--pin-stdin").wants(1, "区划代码")
	p.ctl("246810", append(flags, "--pin-stdin")...).wants(0, "样例社区服务大厅")
	p.ctl("246810\n", append(flags, "--pin-stdin")...).wants(1, "已经有一个大厅")
}

func TestUsage(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	for _, args := range [][]string{
		{},
		{"fly"},
		{"find"},
		{"find", "residents"},
		{"import", "residents"},
		{"import", "visits", "x.csv"},
		{"template", "shoes"},
		{"export", "residents"},
		{"export", "residents", "--out", "x.pdf"},
		{"status", "extra"},
		{"status", "--nonsense"},
		{"edit", "residents", "id"},
		{"edit", "residents", "id", "phone"},
		{"backup"},
		{"restore"},
		{"find", "residents", "x", "--limit", "many"},
		{"sheet"},
		{"enrol"},
		{"enrol", "--hub", "127.0.0.1:1"},
		{"enrol", "--hub", "127.0.0.1:1", "--desk", "127.0.0.1:2", "--code", "x"},
		{"resolve", "x"},
		{"revoke"},
		{"serve"},
	} {
		p.ctl("", args...).wants(2)
		var m struct {
			Error struct{ Code, Message string }
		}
		p.ctl("", append(slices.Clone(args), "--json")...).wants(2).object(&m)
		if m.Error.Code != "usage" || m.Error.Message == "" {
			t.Errorf("%v: %+v", args, m)
		}
	}
	cmd := p.command("status")
	cmd.Args = []string{program, "status"}
	run(t, cmd, "").wants(2, "--data")
	p.ctl("", "help").wants(0, "init", "doctor", "restore")
	p.ctl("", "--help").wants(0, "init")
	p.ctl("", "find", "residents", "--", "-x").wants(0)
	// Flags stand where people put them.
	p.ctl("", "--limit=3", "--json", "find", "residents", "样例").wants(0)
	cmd = p.command()
	cmd.Args = []string{program, "--limit", "3", "--data", p.data, "find", "residents", "样例"}
	run(t, cmd, "").wants(0)
	p.ctl("", "--out="+p.path("any.csv"), "export", "--json", "grids").wants(0)
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	p.ctl("", "status", "--lang", "en").wants(0, "residents")
	p.ctl("", "--lang=en", "import", "residents", p.write("empty.csv", "")).wants(1, "The file is empty")
	cmd := p.command("status")
	cmd.Env = append(cmd.Env, "LANG=en_GB.UTF-8")
	run(t, cmd, "").wants(0, "residents")
	cmd = p.command("status")
	cmd.Env = append(cmd.Env, "LANG=C.UTF-8")
	run(t, cmd, "").wants(0, "居民")
}

func TestGridsServicesAndNotices(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	if r := p.imports("grids", p.write("g.csv", "网格编码,网格名称,上级网格\nB1,一号楼,G1\nG1,第一网格,320199001001\n")); r.Added != 2 {
		t.Errorf("grids %+v", r)
	}
	if r := p.imports("services", p.write("s.csv", "实施编码,事项名称,服务门类,实施主体,受理条件,材料,法定办结时限\nZZ-001,样例事项,公共服务,某区民政局,本辖区居民,身份证;户口簿,20\n")); r.Added != 1 {
		t.Errorf("services %+v", r)
	}
	if r := p.imports("notices", p.write("n.csv", "标题,内容,公示类别\n样例通知,样例内容,通知\n")); r.Added != 1 {
		t.Errorf("notices %+v", r)
	}
	if r := p.imports("residents", p.write("r.csv", "姓名,网格编码\n样例甲,B1\n样例乙,B9\n")); r.Added != 1 || len(r.Rejected) != 1 || r.Rejected[0].Column != "网格编码" {
		t.Errorf("residents %+v", r)
	}
	var found struct{ Results []map[string]string }
	p.ctl("", "find", "services", "ZZ-001", "--json").wants(0).object(&found)
	if len(found.Results) != 1 || found.Results[0]["事项名称"] != "样例事项" || found.Results[0]["id"] == "" {
		t.Fatalf("found %+v", found)
	}
	p.ctl("", "edit", "services", found.Results[0]["id"], "承诺办结时限=5").wants(0)
	p.ctl("", "log", "--record", found.Results[0]["id"]).wants(0, "promised_days=5")
	p.ctl("", "log", "--record", "nobody").wants(1, "没有找到")
}

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	p.imports("residents", p.write("r.csv", "姓名,公民身份号码\n样例甲,"+inventedID(3, 11)+"\n"))
	file := p.path("hall.backup")
	p.ctl("", "backup", "--out", file).wants(0, "核对")
	var status struct {
		ID         string
		LastBackup string `json:"last_backup"`
	}
	p.ctl("", "status", "--json").wants(0).object(&status)
	if status.LastBackup == "" {
		t.Error("status does not know the backup")
	}
	p.ctl("", "restore", "--from", file).wants(1, "已经有") // onto the hall itself

	again := &place{t, p.root, p.path("again"), p.keys}
	again.ctl("", "restore", "--from", file).wants(0, "样例社区服务大厅")
	if n := again.ctl("", "status", "--json").number("residents"); n != 1 {
		t.Errorf("%d residents after the restore", n)
	}
	again.ctl("", "verify").wants(0)

	// A new machine: no key, only the sheet.
	ring, err := seal.NewKeyFiles(p.keys).Load(status.ID)
	if err != nil {
		t.Fatal(err)
	}
	sheet := seal.SheetText(ring.Root())
	other := &place{t, p.root, p.path("other"), p.path("other-keys")}
	other.ctl("", "restore", "--from", file).wants(1, "密钥")
	other.ctl(strings.Replace(sheet, sheet[:4], "AAAA", 1), "restore", "--from", file, "--sheet-stdin").wants(1)
	other.ctl("", "restore", "--from", file, "--sheet", p.path("no-such-sheet")).wants(1, "打不开")
	other.ctl(sheet, "restore", "--from", file, "--sheet-stdin").wants(0)
	other.ctl("", "find", "residents", "样例甲").wants(0, "找到 1 条")
	third := &place{t, p.root, p.path("third"), p.path("third-keys")}
	third.ctl("", "restore", "--from", file, "--sheet", p.write("sheet.txt", sheet)).wants(0)

	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fourth := &place{t, p.root, p.path("fourth"), p.keys}
	fourth.ctl("", "restore", "--from", p.write("cut.backup", string(whole[:len(whole)/2]))).wants(1, "读不懂")
	fourth.ctl("", "restore", "--from", p.write("no.backup", "not a backup")).wants(1, "读不懂")
	fourth.ctl("", "restore", "--from", p.path("missing.backup")).wants(1, "打不开")
	if left, _ := os.ReadDir(fourth.data); len(left) > 0 {
		t.Errorf("a failed restore left %v", left)
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	state := func(want int) map[string]string {
		t.Helper()
		var d struct {
			OK     bool
			Checks []struct{ Check, State, Text string }
		}
		p.ctl("", "doctor", "--json").wants(want).object(&d)
		m := map[string]string{}
		for _, c := range d.Checks {
			m[c.Check] = c.State
		}
		if d.OK != (want == 0) {
			t.Errorf("ok %v with exit %d", d.OK, want)
		}
		return m
	}
	m := state(0)
	for check, want := range map[string]string{
		"clock": "ok", "folder": "ok", "hall": "ok", "keys": "ok", "backup": "warn", "sheet": "warn", "synchronous": "ok", "database": "ok", "catalogue": "warn",
	} {
		if m[check] != want {
			t.Errorf("%s is %q, want %q", check, m[check], want)
		}
	}
	before := p.entries()
	p.ctl("", "doctor").wants(0, "恢复单")
	if p.entries() != before {
		t.Error("looking wrote an entry")
	}
	p.ctl("", "backup", "--out", p.path("b")).wants(0)
	p.ctl("", "sheet", "--out", p.path("sheet.pdf")).wants(0)
	if b, _ := os.ReadFile(p.path("sheet.pdf")); !strings.HasPrefix(string(b), "%PDF") {
		t.Error("the sheet is no PDF")
	}
	p.ctl("", "sheet", "--confirm", "zzzz").wants(1, "恢复单的最后一组")
	var status struct{ ID string }
	p.ctl("", "status", "--json").object(&status)
	ring, err := seal.NewKeyFiles(p.keys).Load(status.ID)
	if err != nil {
		t.Fatal(err)
	}
	groups := strings.Fields(seal.SheetText(ring.Root()))
	p.ctl("", "sheet", "--confirm", groups[len(groups)-1]).wants(0)
	if m := state(0); m["backup"] != "ok" || m["sheet"] != "ok" {
		t.Errorf("after a backup and a confirmed sheet: %v", m)
	}
	if err := os.Rename(p.keys, p.keys+".away"); err != nil {
		t.Fatal(err)
	}
	if m := state(1); m["hall"] != "bad" || m["keys"] != "bad" {
		t.Errorf("without keys: %v", m)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.ctl("", "demo", "--residents", "200", "--visits", "300", "--seed", "5").wants(0, "虚构", store.DemoClerk)
	p.ctl("", "verify").wants(0)
	p.ctl("", "find", "residents", "样例路", "--limit", "3").wants(0, "找到 3 条")
	b, err := json.Marshal(p.entries())
	if err != nil {
		t.Fatal(err)
	}
	p.ctl("", "demo", "--residents", "200", "--visits", "300", "--seed", "5").wants(0)
	if got := fmt.Sprint(p.entries()); got != string(b) {
		t.Errorf("the same demo again: %s entries, before %s", got, b)
	}
	p.ctl("", "demo", "--residents", "-1").wants(2)
	if _, err := os.Stat(filepath.Join(p.data, store.DatabaseFile)); err != nil {
		t.Error(err)
	}
}
