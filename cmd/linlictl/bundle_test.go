package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// admits has the place's machine admit another one over the network, once: from then on the two have a stick only.
func (p *place) admits(role string) *place {
	p.t.Helper()
	q, stop := p.joined(role)
	stop()
	return q
}

// joined has the place's machine serve, and another one join it. stop ends the serving.
func (p *place) joined(role string) (q *place, stop func()) {
	p.t.Helper()
	cmd := p.command("serve", "--listen", "127.0.0.1:0", "--invite", role, "--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	var ready struct {
		Port int
		Code string
	}
	if err := json.Unmarshal(line, &ready); err != nil {
		p.t.Fatal(err)
	}
	q = newPlace(p.t)
	q.ctl("", "enrol", "--desk", fmt.Sprintf("127.0.0.1:%d", ready.Port), "--code", ready.Code, "--name", "样例"+role).wants(0)
	return q, sync.OnceFunc(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			p.t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			p.t.Error(err)
		}
	})
}

type exported struct {
	File, For      string
	Entries, Bytes int
}

type imported struct {
	Fresh, Duplicates int
	From, Name        string
	Error             struct{ Code, Message string }
}

func TestTwoDesksAndAStick(t *testing.T) {
	t.Parallel()
	a := withHall(t)
	b := a.admits("desk")
	file, back := a.path("a.linlibundle"), a.path("b.linlibundle")
	a.imports("residents", a.write("r.csv", "姓名\n样例甲\n样例乙\n"))
	var out exported
	a.ctl("", "bundle", "export", file, "--json").wants(0).object(&out)
	if info, err := os.Stat(file); err != nil || out.File != file || out.For == "" || out.Entries < 1 || int64(out.Bytes) != info.Size() {
		t.Errorf("%+v, %v", out, err)
	}
	var in imported
	b.ctl("", "bundle", "import", file, "--json").wants(0).object(&in)
	if in.Fresh < 1 || in.From == "" || in.Fresh+in.Duplicates != out.Entries {
		t.Errorf("%+v of %+v", in, out)
	}
	b.ctl("", "bundle", "import", file).wants(0, "新收 0 条", "--for "+in.From)
	b.ctl("", "find", "residents", "样例甲").wants(0, "找到 1 条")

	b.imports("residents", b.write("r.csv", "姓名\n样例丙\n"))
	if n := b.ctl("", "status", "--json").wants(0).number("waiting"); n == 0 {
		t.Error("nothing waits")
	}
	b.ctl("", "bundle", "export", back, "--for", in.From).wants(0, in.From)
	a.ctl("", "bundle", "import", back, "--json", "--lang", "en").wants(0).object(&in)
	if in.Fresh != 1 || in.Name != "样例desk" {
		t.Errorf("%+v", in)
	}
	// What a has of b's is proved by a's next file.
	a.ctl("", "bundle", "export", file, "--for", in.From[:8]).wants(0, in.From, "样例desk")
	b.ctl("", "bundle", "import", file).wants(0)
	if n := b.ctl("", "status", "--json").wants(0).number("waiting"); n != 0 {
		t.Errorf("%d wait", n)
	}
	for _, p := range []*place{a, b} {
		p.ctl("", "verify").wants(0)
	}
	digests := func(p *place) string {
		var st struct{ Digests map[string]string }
		p.ctl("", "status", "--json").wants(0).object(&st)
		return fmt.Sprint(st.Digests)
	}
	if digests(a) != digests(b) {
		t.Errorf("the machines differ: %s, %s", digests(a), digests(b))
	}
}

func TestAKioskAndAStick(t *testing.T) {
	t.Parallel()
	a := withHall(t)
	k := a.admits("kiosk")
	file := a.path("a")
	a.ctl("", "bundle", "export", file, "--all").wants(0, "工作台")
	k.ctl("", "bundle", "import", file).wants(1, "给本厅别的机器的", "--for ")
	k.ctl("", "bundle", "export", k.path("k")).wants(0)
	var in imported
	a.ctl("", "bundle", "import", k.path("k"), "--json").wants(0).object(&in)
	a.imports("notices", a.write("n.csv", "标题,内容,公示类别\n样例通知,样例内容,通知\n"))
	a.ctl("", "bundle", "export", file, "--for", in.From).wants(0, "样例kiosk")
	k.ctl("", "bundle", "import", file, "--json").wants(0).object(&in)
	if in.Fresh != 1 {
		t.Errorf("%+v", in)
	}
}

func TestWrongFilesAndWrongUseOfBundles(t *testing.T) {
	t.Parallel()
	a, stranger := withHall(t), withHall(t)
	file := a.path("a")
	var out exported
	a.ctl("", "bundle", "export", file, "--json").wants(0).object(&out)
	if out.For != "all" {
		t.Errorf("for %q", out.For)
	}
	whole := readFile(t, file)
	for name, c := range map[string]struct {
		text string
		code string
	}{
		"another hall's": {string(whole), "bundle_hall"},
		"no bundle":      {"not a bundle", "bundle_none"},
		"empty":          {"", "bundle_none"},
		"newer":          {"LINLIBN1\x00\x09\xa1\x66format\x02", "newer_data"},
	} {
		var m imported
		stranger.ctl("", "bundle", "import", stranger.write("b", c.text), "--json").wants(1).object(&m)
		if m.Error.Code != c.code || m.Error.Message == "" || m.From != "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	var m imported
	a.ctl("", "bundle", "import", a.write("cut", string(whole[:len(whole)-20])), "--json").wants(1).object(&m)
	if m.Error.Code != "bundle_broken" {
		t.Errorf("cut: %+v", m)
	}
	a.ctl("", "bundle", "import", a.write("cut", string(whole[:len(whole)-20]))).wants(1, "没有拷完整")
	a.ctl("", "bundle", "import", a.path("missing")).wants(1, "打不开")
	a.ctl("", "bundle", "import", a.root).wants(1, "文件夹")
	a.ctl("", "bundle", "export", a.root).wants(1, "文件夹")
	a.ctl("", "bundle", "export", filepath.Join(a.root, "nowhere", "x")).wants(1, "没有这个文件夹")
	a.ctl("", "bundle", "export", filepath.Join(a.data, "linli.db")).wants(1, "别的文件夹")
	a.ctl("", "bundle", "export", file, "--for", "nobody").wants(1, "nobody", "--all")
	for _, args := range [][]string{
		{"bundle"},
		{"bundle", "export"},
		{"bundle", "carry", file},
		{"bundle", "import", file, "--all"},
		{"bundle", "export", file, "--all", "--for", "x"},
		{"bundle", "export", file, "more"},
	} {
		a.ctl("", args...).wants(2)
	}
	if string(readFile(t, file)) != string(whole) {
		t.Error("the file was changed by what was refused")
	}
	a.ctl("", "verify").wants(0)
}
