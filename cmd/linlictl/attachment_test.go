package main_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

type attached struct {
	ID, Name, Type string
	Bytes          int
	Here           bool
}

// caseID finds the case that is in the hall.
func (p *place) caseID() string {
	p.t.Helper()
	var found struct{ Results []map[string]string }
	p.ctl("", "find", "cases", "2", "--json").wants(0).object(&found)
	if len(found.Results) == 0 {
		p.t.Fatal("no case")
	}
	return found.Results[0]["id"]
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.ctl("", "demo", "--residents", "20", "--visits", "40").wants(0)
	id := p.caseID()
	pdf := "%PDF-1.7\n样例的内容\n%%EOF\n"
	file := p.write("样例.pdf", pdf)
	var a attached
	p.ctl("", "attachment", "add", "case", id, file, "--json").wants(0).object(&a)
	if a.Name != "样例.pdf" || a.Type != "application/pdf" || a.Bytes != len(pdf) || !a.Here {
		t.Errorf("%+v", a)
	}
	p.ctl("", "attachment", "list", "case", id).wants(0, a.ID, "样例.pdf", "在本机")
	out := p.path("back.pdf")
	p.ctl("", "attachment", "save", a.ID, "--out", out).wants(0, out)
	if string(readFile(t, out)) != pdf {
		t.Error("it came back different")
	}
	p.ctl("", "attachment", "add", "case", id, p.write("a.pdf", "<html>")).wants(1, "不能做附件")
	p.ctl("", "attachment", "add", "case", "nobody", file).wants(1)
	p.ctl("", "attachment", "add", "case", id, p.path("missing")).wants(1, "打不开")
	p.ctl("", "attachment", "save", "nobody", "--out", out).wants(1, "没有找到")
	p.ctl("", "attachment", "save", a.ID, "--out", filepath.Join(p.data, "linli.db")).wants(1, "别的文件夹")
	for _, args := range [][]string{
		{"attachment", "add"},
		{"attachment", "add", "case", id},
		{"attachment", "list", "case"},
		{"attachment", "save", a.ID},
		{"attachment", "eat", "x"},
		{"attachment", "list", "case", id, "more"},
		{"attachment", "list", "case", id, "--out", "x"},
	} {
		p.ctl("", args...).wants(2)
	}

	// What keeps the hall knows of it.
	p.ctl("", "status").wants(0, "附件 1 个都在本机")
	p.ctl("", "doctor").wants(0, "附件 1 个都在本机", "linlictl backup")
	if n := p.ctl("", "verify", "--json").wants(0).number("attachments"); n != 1 {
		t.Errorf("verify looked at %d", n)
	}
	backup := p.path("hall.backup")
	p.ctl("", "backup", "--out", backup).wants(0, "附件 1 个")
	again := &place{t, p.root, p.path("again"), p.keys}
	again.ctl("", "restore", "--from", backup).wants(0, "附件 1 个都在本机")
	again.ctl("", "attachment", "save", a.ID, "--out", out).wants(0)
	if string(readFile(t, out)) != pdf {
		t.Error("it came back different from the backup")
	}

	// Damaged, and missing.
	files, err := filepath.Glob(filepath.Join(again.data, "blobs", "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.WriteFile(files[0], bytes.Repeat([]byte{7}, len(readFile(t, files[0]))), 0o600); err != nil {
		t.Fatal(err)
	}
	again.ctl("", "verify").wants(1, "1 个附件坏了", a.ID)
	again.ctl("", "attachment", "save", a.ID, "--out", out).wants(1, "还不在本机")
	again.ctl("", "verify").wants(0, "1 个不在本机", a.ID)
	again.ctl("", "doctor", "--lang", "en").wants(0, "1 are not yet")
}

// A file goes from desk to desk with sync, after the entries.
func TestAttachmentsTravelWithSync(t *testing.T) {
	t.Parallel()
	a := newPlace(t)
	a.ctl("", "demo", "--residents", "20", "--visits", "40").wants(0)
	b, stop := a.joined("desk")
	defer stop()
	id := b.caseID()
	var file attached
	b.ctl("", "attachment", "add", "case", id, b.write("样例.pdf", "%PDF-1.7\n样例\n%%EOF\n"), "--json").wants(0).object(&file)
	r := b.ctl("", "sync", "--json").wants(0)
	if r.number("attachments_sent") != 1 || r.number("attachments_fetched") != 0 {
		t.Errorf("%s", r.out)
	}
	r = b.ctl("", "sync", "--json").wants(0)
	if r.number("attachments_sent") != 0 {
		t.Errorf("again: %s", r.out)
	}
	stop()
	a.ctl("", "attachment", "save", file.ID, "--out", a.path("out.pdf")).wants(0)
	a.ctl("", "attachment", "list", "case", id).wants(0, fmt.Sprint(file.ID), "在本机")
}
