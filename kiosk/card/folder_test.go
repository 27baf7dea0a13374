package card_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"linli/kiosk/card"
)

// What was read is not on the disk any more, and neither are the pictures beside it: a hard link made before sees the zeroes.
func TestADroppedFileIsOverwrittenAndRemoved(t *testing.T) {
	dir := t.TempDir()
	p := card.People()[0]
	kept := map[string]string{}
	for name, body := range map[string][]byte{"wz.txt": record(p), "zp.bmp": bytes.Repeat([]byte("face"), 4000), "other.txt": []byte("of somebody else")} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		kept[name] = path + ".kept"
		if err := os.Link(path, kept[name]); err != nil {
			t.Fatal(err)
		}
	}
	w := run(t, open(t, "dir://"+dir))
	w.placed(p)
	w.next(card.Removed)
	for name, link := range kept {
		_, err := os.Stat(filepath.Join(dir, name))
		body, errRead := os.ReadFile(link)
		if errRead != nil {
			t.Fatal(errRead)
		}
		if ours := name != "other.txt"; os.IsNotExist(err) != ours || (len(bytes.Trim(body, "\x00")) == 0) != ours {
			t.Errorf("%s: removed %v", name, os.IsNotExist(err))
		}
	}
}

// A file that is being written is waited for.
func TestAHalfWrittenFileIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	p := card.People()[2]
	body := record(p)
	w := run(t, open(t, "dir://"+dir))
	f, err := os.Create(filepath.Join(dir, "wz.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for len(body) > 0 {
		n := min(32, len(body))
		if _, err := f.Write(body[:n]); err != nil {
			t.Fatal(err)
		}
		body = body[n:]
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	w.placed(p)
}

// One that is never finished is unreadable in the end, and is not left lying there.
func TestAFileThatMakesNoSenseIsRemovedAsWell(t *testing.T) {
	for name, body := range map[string][]byte{
		"cut off": record(card.People()[0])[:200], "empty": {}, "huge": bytes.Repeat([]byte{'x'}, 1<<20), "GBK": []byte("\xcd\xf5\xd0\xe3\xd5\xe4\r\n"),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "wz.txt")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		w := run(t, open(t, "dir://"+dir))
		w.next(card.Unreadable)
		w.next(card.Removed)
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s: it lies there", name)
		}
		w.stop()
	}
}

// A link to another file would have that one overwritten.
func TestALinkIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, record(card.People()[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "wz.txt")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	w := run(t, open(t, "dir://"+dir))
	d := &dropper{t: t, path: link}
	d.drop(record(card.People()[1])) // once the link is gone
	w.placed(card.People()[1])
	d.stop()
	if body, err := os.ReadFile(other); err != nil || !bytes.Equal(body, record(card.People()[0])) {
		t.Error("the file behind a link was changed")
	}
}

// A file that cannot be taken away is not read again and again: staff have to look at it.
func TestAFileThatCannotBeRemoved(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "wz.txt", "inside")
	if err := os.MkdirAll(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	w := run(t, open(t, "dir://"+dir))
	if e := w.next(card.Gone); e.Fault == nil {
		t.Error("there is no reason")
	}
	if err := os.Remove(inside); err != nil {
		t.Fatal(err)
	}
	w.next(card.Back)
}

func TestTextInTwoBytesIsRead(t *testing.T) {
	p := card.People()[1]
	text := "\ufeff李建国\n男\n汉族\n1988年3月4日\n" + p.Address + "\n" + p.IDNumber + "\n" + p.Issuer + "\n2020.01.01-2040.01.01"
	var body []byte
	for _, u := range utf16.Encode([]rune(text)) {
		body = append(body, byte(u), byte(u>>8))
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "card.txt"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, open(t, "dir://"+dir+"?file=card.txt")).placed(p)
}
