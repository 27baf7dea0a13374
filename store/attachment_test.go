package store_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store/seal"
)

// scan is an invented PDF of about that many bytes, another one for each seed.
func scan(n int, seed uint64) []byte {
	b := []byte("%PDF-1.7\n样例\n")
	fill := make([]byte, max(0, n-len(b)-6))
	_, _ = rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(fill)
	return append(append(b, fill...), "\n%%EOF"...)
}

func (h *hallAt) caseFor(tb testing.TB) string {
	tb.Helper()
	c, err := h.Cases.Open(background, h.admin, app.NewCase{Kind: app.CaseHelp, Title: "样例标题"})
	must(tb, err)
	return c.ID
}

func (h *hallAt) attach(tb testing.TB, record, row string, content []byte) app.Attachment {
	tb.Helper()
	a, err := h.Files.Attach(background, h.admin, record, row, "样例.pdf", content)
	must(tb, err)
	return a
}

// blobFiles are the files below blobs, by name.
func (h *hallAt) blobFiles(tb testing.TB) (names []string) {
	tb.Helper()
	err := filepath.WalkDir(filepath.Join(h.dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	return names
}

func TestAFileIsKeptWithItsRecord(t *testing.T) {
	h := mustHall(t)
	id, person := h.caseFor(t), h.person(t, map[string]string{"name": "样例甲"})
	content := scan(200<<10, 1)
	a, err := h.Files.Attach(background, h.admin, "case", id, `C:\Users\样例\证明 1.exe`, content)
	must(t, err)
	if a.Record != "case" || a.Row != id || a.Name != "证明 1.exe" || a.Type != app.FilePDF || a.Size != int64(len(content)) || !a.Here || a.By != h.admin.ID || a.ByName != h.admin.Name {
		t.Errorf("%+v", a)
	}
	// The same again is the same one; at another record, or another content, it is another one.
	h.wantNoEntry(t, "attaching it again", func() {
		if again := h.attach(t, "case", id, content); again.ID != a.ID || again.Name != a.Name {
			t.Errorf("again: %+v", again)
		}
	})
	h.pass(time.Minute)
	b, c := h.attach(t, "case", id, scan(10, 2)), h.attach(t, "resident", person, content)
	if n := len(h.blobFiles(t)); n != 3 || b.ID == a.ID || c.ID == a.ID {
		t.Errorf("%d files for three attachments", n)
	}
	for _, path := range h.blobFiles(t) {
		sealed, err := os.ReadFile(path)
		must(t, err)
		sum := sha256.Sum256(sealed)
		name := fmt.Sprintf("%x", sum)
		if filepath.Base(path) != name || filepath.Base(filepath.Dir(path)) != name[:2] {
			t.Errorf("%s holds bytes of the hash %s", path, name)
		}
		if bytes.Contains(sealed, content[100:132]) || bytes.Contains(sealed, []byte("%PDF")) {
			t.Error("a file shows its content")
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	list, err := h.Files.Attachments(background, h.admin, "case", id)
	must(t, err)
	if len(list) != 2 || list[0].ID != a.ID || list[1].ID != b.ID {
		t.Errorf("%+v", list)
	}
	h.reopen(t)
	n := h.entryCount(t)
	opened, got, err := h.Files.OpenAttachment(background, h.admin, a.ID)
	if err != nil || !bytes.Equal(got, content) || opened.Name != a.Name {
		t.Errorf("%d bytes, %+v, %v", len(got), opened, err)
	}
	es := h.entriesAfter(t, n)
	if len(es) != 1 || es[0].Changes[0].Table != "access" || es[0].Actor != h.admin.ID {
		t.Errorf("opening it left %d entries", len(es))
	}
	if r := h.wantWhole(t); r.Attachments != 3 || len(r.Away) != 0 {
		t.Errorf("verify looked at %d, %v away", r.Attachments, r.Away)
	}
}

func TestWhatCannotBeAttached(t *testing.T) {
	h := mustHall(t)
	id := h.caseFor(t)
	pdf := scan(100, 1)
	for what, c := range map[string]struct {
		record, row, name string
		content           []byte
		want              app.Code
	}{
		"a web page by the name of a PDF": {"case", id, "样例.pdf", []byte("<html>"), app.CodeAttachmentType},
		"a program":                       {"case", id, "样例.pdf", []byte("MZ\x90\x00"), app.CodeAttachmentType},
		"half a scan":                     {"case", id, "样例.pdf", pdf[:len(pdf)-6], app.CodeAttachmentType},
		"nothing":                         {"case", id, "样例.pdf", nil, app.CodeAttachmentType},
		"too much":                        {"case", id, "样例.pdf", scan(app.MaxAttachment+1, 1), app.CodeAttachmentLarge},
		"without a name":                  {"case", id, " \x00/", pdf, app.CodeRequired},
		"a long name":                     {"case", id, strings.Repeat("样", 101), pdf, app.CodeTooLong},
		"to no record":                    {"case", "nobody", "样例.pdf", pdf, app.CodeNotFound},
		"to what holds none":              {"notice", id, "样例.pdf", pdf, app.CodeInvalid},
		"to no table":                     {`case" WHERE 1=1 --`, id, "样例.pdf", pdf, app.CodeInvalid},
	} {
		h.wantNoEntry(t, what, func() {
			_, err := h.Files.Attach(background, h.admin, c.record, c.row, c.name, c.content)
			wantCode(t, what, err, c.want)
		})
	}
	if left := h.blobFiles(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	// As much as there may be.
	if a := h.attach(t, "case", id, scan(app.MaxAttachment, 1)); seal.SealedSize(a.Size) > 32<<20 {
		t.Errorf("%d bytes become %d", a.Size, seal.SealedSize(a.Size))
	}
}

func TestWhoMayAttachAndOpen(t *testing.T) {
	h := mustHall(t)
	id, person := h.caseFor(t), h.person(t, map[string]string{"name": "样例甲"})
	photo, card := h.attach(t, "case", id, scan(10, 1)), h.attach(t, "resident", person, scan(10, 2))
	grid := h.addStaff(t, "样例网格员", app.RoleGrid, "864209")
	watcher := h.addStaff(t, "样例督查", app.RoleSupervisor, "864208")
	for _, c := range []struct {
		by           app.Actor
		record, row  string
		attach, open bool
	}{
		{h.admin, "case", id, true, true},
		{h.admin, "resident", person, true, true},
		{grid, "case", id, true, true},
		{grid, "resident", person, false, false},
		{watcher, "case", id, false, true},
		{watcher, "resident", person, false, false},
		{app.KioskActor(), "case", id, false, false},
		{app.KioskActor(), "resident", person, false, false},
	} {
		what := fmt.Sprintf("%s and a %s", c.by.Role, c.record)
		code := func(ok bool) app.Code {
			if ok {
				return ""
			}
			return app.CodeForbidden
		}
		_, err := h.Files.Attach(background, c.by, c.record, c.row, "样例.pdf", scan(10, 3))
		wantCode(t, what+": attach", err, code(c.attach))
		a := map[string]app.Attachment{"case": photo, "resident": card}[c.record]
		h.wantNoEntryIf(t, !c.open, what, func() {
			_, content, err := h.Files.OpenAttachment(background, c.by, a.ID)
			wantCode(t, what+": open", err, code(c.open))
			if !c.open && content != nil {
				t.Errorf("%s: it was answered", what)
			}
		})
		list, err := h.Files.Attachments(background, c.by, c.record, c.row)
		wantCode(t, what+": list", err, code(c.by.Role != app.RoleKiosk))
		if len(list) > 0 && (list[0].Name != "") != c.open {
			t.Errorf("%s: the name is %q", what, list[0].Name)
		}
	}
}

// wantNoEntryIf is wantNoEntry, or just does it.
func (h *hallAt) wantNoEntryIf(tb testing.TB, none bool, what string, f func()) {
	tb.Helper()
	if none {
		h.wantNoEntry(tb, what, f)
	} else {
		f()
	}
}
