package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

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
