package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/exchange"
	"linli/sync/oplog"
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

// A file whose bytes have changed is found, is never shown, and makes room for a good one.
func TestADamagedAttachmentIsFoundAndSetAside(t *testing.T) {
	h := mustHall(t)
	a := h.attach(t, "case", h.caseFor(t), scan(150<<10, 1))
	path := h.blobFiles(t)[0]
	good, err := os.ReadFile(path)
	must(t, err)
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 1
	must(t, os.WriteFile(path, bad, 0o600))
	r := h.verify(t)
	if r.OK || len(r.Problems) != 1 || r.Problems[0] != (store.Problem{Kind: store.ProblemAttachment, Table: "attachment", Row: a.ID}) || len(r.Away) != 0 {
		t.Errorf("verify found %+v, away %v", r.Problems, r.Away)
	}
	n := h.entryCount(t)
	shown, content, err := h.Files.OpenAttachment(background, h.admin, a.ID)
	wantCode(t, "a damaged one", err, app.CodeAttachmentAway)
	if content != nil || shown.Here || h.entryCount(t) != n {
		t.Errorf("%d bytes were answered, %+v", len(content), shown)
	}
	r = h.wantWhole(t)
	if !slices.Equal(r.Away, []string{a.ID}) || r.Attachments != 0 {
		t.Errorf("away %v", r.Away)
	}
	missing, err := h.store.MissingBlobs(background)
	must(t, err)
	if len(missing) != 1 || missing[0].Size != int64(len(good)) {
		t.Fatalf("%+v", missing)
	}
	h.bring(t, missing[0], good)
	if _, got, err := h.Files.OpenAttachment(background, h.admin, a.ID); err != nil || int64(len(got)) != a.Size {
		t.Errorf("brought again: %d bytes, %v", len(got), err)
	}
	// One that was cut off is not there.
	must(t, os.Truncate(path, 1000))
	if list, err := h.Files.Attachments(background, h.admin, a.Record, a.Row); err != nil || list[0].Here {
		t.Errorf("%+v, %v", list, err)
	}
	if r := h.verify(t); r.OK {
		t.Error("verify does not see that it was cut off")
	}
}

// bring does what an exchange does with the sealed bytes of a content.
func (h *hallAt) bring(tb testing.TB, b store.Blob, sealed []byte) {
	tb.Helper()
	p, err := h.store.OpenPart(background, b.Scope, b.Hash, b.Size)
	must(tb, err)
	have, err := io.ReadAll(p)
	must(tb, err)
	if int64(len(have)) != p.Have() || !bytes.HasPrefix(sealed, have) {
		tb.Fatalf("%d bytes are there and %d are read", p.Have(), len(have))
	}
	_, err = p.Write(sealed[len(have):])
	must(tb, err)
	must(tb, p.Keep())
	must(tb, p.Close())
}

// A content comes in pieces, over restarts; one brings it at a time; and it is there only when it is whole.
func TestAContentComesInPieces(t *testing.T) {
	h := mustHall(t)
	a := h.attach(t, "case", h.caseFor(t), scan(100<<10, 1))
	path := h.blobFiles(t)[0]
	sealed, err := os.ReadFile(path)
	must(t, err)
	must(t, os.Remove(path))
	missing, err := h.store.MissingBlobs(background)
	must(t, err)
	b := missing[0]
	for i, cut := range []int{0, 1, 777, 70 << 10, len(sealed) - 1} {
		p, err := h.store.OpenPart(background, b.Scope, b.Hash, b.Size)
		must(t, err)
		if i > 0 && p.Have() == 0 || p.Whole() {
			t.Fatalf("after a restart %d bytes are there", p.Have())
		}
		var busy *exchange.BusyError
		if _, err := h.store.OpenPart(background, b.Scope, b.Hash, b.Size); !errors.As(err, &busy) {
			t.Errorf("two bring it: %v", err)
		}
		_, err = p.Write(sealed[p.Have():max(cut, 1)])
		must(t, err)
		must(t, p.Close())
		if list, err := h.Files.Attachments(background, h.admin, a.Record, a.Row); err != nil || list[0].Here {
			t.Fatalf("%d of %d bytes, and it is here: %v", cut, len(sealed), err)
		}
		_, err = h.store.OpenBlob(background, b.Scope, b.Hash)
		wantCode(t, "half of it", err, app.CodeNotFound)
		h.reopen(t)
	}
	changed, stop := h.store.Bus().Subscribe()
	defer stop()
	h.bring(t, b, sealed)
	if c := <-changed; c.Table != "attachment" {
		t.Errorf("faces were told of %+v", c)
	}
	if names := h.blobFiles(t); len(names) != 1 || names[0] != path {
		t.Errorf("%v", names)
	}
	p, err := h.store.OpenPart(background, b.Scope, b.Hash, b.Size)
	must(t, err)
	if !p.Whole() || p.Have() != b.Size {
		t.Errorf("whole %v, %d bytes", p.Whole(), p.Have())
	}
	must(t, p.Close())
	h.wantWhole(t)

	// More than there is of it, and what is none.
	must(t, os.Remove(path))
	p, err = h.store.OpenPart(background, b.Scope, b.Hash, b.Size)
	must(t, err)
	if _, err := p.Write(append(sealed, 1)); err == nil {
		t.Error("more than there is was written")
	}
	_, err = p.Write(sealed)
	must(t, err)
	must(t, p.Drop())
	must(t, p.Close())
	if names := h.blobFiles(t); len(names) != 0 {
		t.Errorf("dropped, and there is %v", names)
	}
	// A piece that is longer than the whole is begun anew.
	must(t, os.WriteFile(path+".part", make([]byte, len(sealed)+1), 0o600))
	p, err = h.store.OpenPart(background, b.Scope, b.Hash, b.Size)
	must(t, err)
	if p.Have() != 0 {
		t.Errorf("%d bytes of something else are there", p.Have())
	}
	must(t, p.Close())
}

// Nobody fills the disk, or asks, with what no row of that scope names.
func TestOnlyWhatARowNamesComesAndGoes(t *testing.T) {
	h := mustHall(t)
	h.attach(t, "case", h.caseFor(t), scan(100, 1))
	all, err := h.store.BlobsBeyond(background, "log")
	must(t, err)
	b := all[0]
	public := oplog.HallScope(strings.Split(string(b.Scope), "/")[1], oplog.Public)
	for what, c := range map[string]struct {
		scope oplog.Scope
		hash  oplog.Hash
		size  int64
	}{
		"another scope":   {public, b.Hash, b.Size},
		"another hall":    {oplog.HallScope("other", oplog.Desk), b.Hash, b.Size},
		"another content": {b.Scope, oplog.Hash{1}, b.Size},
		"another size":    {b.Scope, b.Hash, b.Size + 1},
	} {
		_, err := h.store.OpenPart(background, c.scope, c.hash, c.size)
		wantCode(t, what, err, app.CodeNotFound)
		if c.size == b.Size {
			_, err = h.store.OpenBlob(background, c.scope, c.hash)
			wantCode(t, what, err, app.CodeNotFound)
		}
	}
	f, err := h.store.OpenBlob(background, b.Scope, b.Hash)
	must(t, err)
	must(t, f.Close())
	must(t, h.store.NoteBlobs(background, "log", b.Hash))
	must(t, h.store.NoteBlobs(background, "log", b.Hash))
	if rest, err := h.store.BlobsBeyond(background, "log"); err != nil || len(rest) != 0 {
		t.Errorf("%v, %v", rest, err)
	}
	if rest, err := h.store.BlobsBeyond(background, "another"); err != nil || len(rest) != 1 {
		t.Errorf("%v, %v", rest, err)
	}
	// A row of another machine that says nonsense harms nobody.
	for i, hash := range []string{"../../../../etc/passwd", "", strings.Repeat("A", 64), strings.Repeat("0", 64)} {
		must(t, h.exec(`INSERT INTO attachment(id, record, row, type, size, hash) VALUES (?, 'case', 'c', 'x', ?, ?)`, fmt.Sprint("bad", i), int64(i)*1e12, hash))
	}
	if missing, err := h.store.MissingBlobs(background); err != nil || len(missing) != 0 {
		t.Errorf("%v, %v", missing, err)
	}
	list, err := h.Files.Attachments(background, h.admin, "case", "c")
	if err != nil || len(list) != 4 || list[0].Here {
		t.Errorf("%+v, %v", list, err)
	}
	_, _, err = h.Files.OpenAttachment(background, h.admin, "bad0")
	wantCode(t, "a row without a content", err, app.CodeAttachmentAway)
	h.wantWhole(t)
}

// Many people attach at the same time, the same and other files.
func TestAttachingSideBySide(t *testing.T) {
	h := mustHall(t)
	id := h.caseFor(t)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, cancel := context.WithCancel(background)
			if i%4 == 3 {
				cancel() // somebody goes away
			}
			defer cancel()
			_, err := h.Files.Attach(ctx, h.admin, "case", id, "样例.pdf", scan(50<<10, uint64(i%3)))
			if i%4 != 3 && err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	if r := h.wantWhole(t); r.Attachments != 3 || len(r.Away) != 0 || len(h.blobFiles(t)) != 3 {
		t.Errorf("%d attachments, %v away, files %v", r.Attachments, r.Away, h.blobFiles(t))
	}
}

// What was being sealed when the program ended is cleared away.
func TestUnfinishedContentsAreClearedAway(t *testing.T) {
	h := mustHall(t)
	h.attach(t, "case", h.caseFor(t), scan(100, 1))
	must(t, os.WriteFile(filepath.Join(h.dir, "blobs", ".new-123"), []byte("half"), 0o600))
	h.reopen(t)
	if names := h.blobFiles(t); len(names) != 1 {
		t.Errorf("%v", names)
	}
}
