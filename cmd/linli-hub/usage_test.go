package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "没有说要做什么"},
		{[]string{"fly"}, "fly"},
		{[]string{"hall"}, "hall"},
		{[]string{"hall", "fly"}, "hall fly"},
		{[]string{"hall", "list", "more"}, "more"},
		{[]string{"status", "--nonsense"}, "没有这个参数：--nonsense"},
		{[]string{"code", "--role", "desk"}, "--hall"},
		{[]string{"code", "--hall", "x"}, "--role"},
		{[]string{"serve"}, "--listen"},
		{[]string{"backup"}, "--out"},
		{[]string{"restore"}, "--from"},
		{[]string{"hall", "add", "--name", "样例", "--division", "320199001001", "--admin", "样例"}, "--pin-stdin"},
		{[]string{"status", "--json=多"}, "--json 后面的内容不对"},
	} {
		p.hub("", c.args...).wants(2, c.want)
	}
	run(t, p.bare("status"), "").wants(2, "--data")
	run(t, p.bare("status", "--data"), "").wants(2, "--data 后面缺内容")
	run(t, p.bare("version"), "").wants(0, "linli-hub")
	for _, args := range [][]string{{"help"}, {"--help"}, {"help", "--lang", "en"}, {"--lang=en", "help"}} {
		r := run(t, p.bare(args...), "").wants(0, "linli-hub device revoke")
		if english := strings.Contains(strings.Join(args, " "), "en"); english == strings.Contains(r.out, "文件夹") {
			t.Errorf("%v answers in two languages:\n%s", args, r.out)
		}
	}
	for _, args := range [][]string{{"help", "hall", "add"}, {"hall", "add", "--help"}} {
		if r := run(t, p.bare(args...), "").wants(0, "linli-hub hall add"); strings.Contains(r.out, "linli-hub restore") {
			t.Errorf("%v shows other commands", args)
		}
	}
	var complaint struct {
		Error struct{ Code, Message string }
	}
	p.hub("", "fly", "--json").wants(2).object(&complaint)
	if complaint.Error.Code != "usage" || complaint.Error.Message == "" {
		t.Errorf("complaint: %+v", complaint)
	}
	if _, err := os.Stat(p.data); err == nil {
		t.Error("wrong usage has made a folder")
	}
}

// bare is the program without a data folder.
func (p *place) bare(args ...string) *exec.Cmd {
	cmd := p.command(args...)
	cmd.Args = cmd.Args[:len(cmd.Args)-2]
	return cmd
}

func TestWhatIsRefusedSaysWhatToDo(t *testing.T) {
	p := newPlace(t)
	for _, args := range [][]string{{"status"}, {"verify"}, {"hall", "list"}, {"code", "--hall", "x", "--role", "desk"}, {"backup", "--out", p.path("b")}} {
		p.hub("", args...).wants(1, "没有中心")
	}
	hall := p.add()
	for _, c := range []struct {
		code string
		args []string
	}{
		{"no_hall", []string{"code", "--hall", "strange", "--role", "desk"}},
		{"role", []string{"code", "--hall", hall, "--role", "king"}},
		{"no_hall", []string{"device", "list", "--hall", "strange"}},
		{"no_device", []string{"device", "revoke", "--hall", hall, "--device", "0011"}},
		{"no_device", []string{"device", "revoke", "--hall", hall, "--device", "00112233445566778899aabbccddeeff"}},
		{"own_device", []string{"device", "revoke", "--hall", hall, "--device", p.devices(hall)[0].Device}},
		{"not_empty", []string{"restore", "--from", program}},
		{"file_unreadable", []string{"restore", "--from", p.path("nowhere")}},
		{"out_beside_data", []string{"backup", "--out", filepath.Join(p.data, "b")}},
		{"out_beside_data", []string{"backup", "--out", filepath.Join(p.keys, "b")}},
		{"out_is_folder", []string{"backup", "--out", p.root}},
		{"out_nowhere", []string{"backup", "--out", p.path("no/where")}},
		{"listen", []string{"serve", "--listen", "300.0.0.1:1"}},
	} {
		var said struct {
			Error struct{ Code, Message string }
		}
		r := p.hub("", append(c.args, "--json")...).wants(1)
		r.object(&said)
		if said.Error.Code != c.code || said.Error.Message == "" || !strings.Contains(r.err, said.Error.Message) {
			t.Errorf("%v: %+v, want %s", c.args, said, c.code)
		}
		p.hub("", append(c.args, "--lang", "en")...).wants(1)
	}
	empty := newPlace(t)
	empty.hub("", "restore", "--from", program).wants(1, "读不懂")
	if _, err := os.Stat(empty.data); err == nil {
		t.Error("a failed restore left a folder")
	}
	keysInside := &place{t, p.root, p.data, filepath.Join(p.data, "keys")}
	keysInside.hub("", "status").wants(1, "密钥文件夹")
}

func TestAHallThatNoScreenCanShowIsNotMade(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct{ flag, value, code string }{
		{"--name", strings.Repeat("样", 51), "too_long"},
		{"--name", "样例\x1b[31m", "invalid"},
		{"--admin", "样\x07例", "name_char"},
		{"--zone", "Mars/Olympus", "invalid"},
		{"--division", "1", "invalid"},
	} {
		args := []string{"hall", "add", "--name", "样例", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin", c.flag, c.value, "--json"}
		var m struct{ Error struct{ Code string } }
		p.hub("246810\n", args...).wants(1).object(&m)
		if m.Error.Code != c.code {
			t.Errorf("%s: %q, want %q", c.flag, m.Error.Code, c.code)
		}
	}
	p.hub("123456\n", "hall", "add", "--name", "样例", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin").wants(1, "密码")
	left, err := filepath.Glob(filepath.Join(p.data, ".founding-*"))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	var halls struct{ Halls []struct{ ID string } }
	if _, err := os.Stat(p.data); err == nil {
		p.hub("", "hall", "list", "--json").wants(0).object(&halls)
	}
	if len(halls.Halls) > 0 {
		t.Errorf("halls: %+v", halls)
	}
	sheet := p.path("sheet.pdf")
	p.hub("246810\n", "hall", "add", "--name", "样例", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin", "--sheet", sheet).wants(0, sheet)
	if b, err := os.ReadFile(sheet); err != nil || !strings.HasPrefix(string(b), "%PDF") {
		t.Errorf("the sheet: %v", err)
	}
}
