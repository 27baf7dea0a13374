package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/app"
	"linli/store"
)

// withFiles is a hall with three attachments, the contents of which it answers by id.
func withFiles(tb testing.TB) (*hallAt, map[string][]byte) {
	tb.Helper()
	h := mustHall(tb)
	id := h.caseFor(tb)
	contents := map[string][]byte{}
	for i, n := range []int{100, 64 << 10, 300 << 10} {
		content := scan(n, uint64(i))
		contents[h.attach(tb, "case", id, content).ID] = content
	}
	return h, contents
}

// wantFiles opens attachments and compares them.
func (h *hallAt) wantFiles(tb testing.TB, contents map[string][]byte) {
	tb.Helper()
	for id, want := range contents {
		if _, got, err := h.Files.OpenAttachment(background, h.admin, id); err != nil || !bytes.Equal(got, want) {
			tb.Errorf("%d of %d bytes, %v", len(got), len(want), err)
		}
	}
	if r := h.wantWhole(tb); r.Attachments != len(contents) || len(r.Away) != 0 {
		tb.Errorf("%d attachments are here, %d away", r.Attachments, len(r.Away))
	}
}

func TestABackupOnAnotherMediumHasTheAttachments(t *testing.T) {
	h, contents := withFiles(t)
	path := h.backup(t)
	r := h.elsewhere(t, path, h.opts.Keys, "")
	r.wantFiles(t, contents)
	// Again from the restored hall: nothing of a restore is left in the way.
	r.elsewhere(t, r.backup(t), h.opts.Keys, "").wantFiles(t, contents)
	left, err := filepath.Glob(filepath.Join(r.dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// The backups that a hall makes each hour lie beside the contents, and do without: a restore from there takes them along,
// and one from a copy elsewhere says which are missing.
func TestAnHourlyBackupTakesTheAttachmentsFromBeside(t *testing.T) {
	h, contents := withFiles(t)
	path, err := h.Upkeep.BackupNow(background, h.admin)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	whole, err := os.Stat(h.backup(t))
	must(t, err)
	if whole.Size()-info.Size() < 364<<10 {
		t.Errorf("%d bytes with the contents, %d without", whole.Size(), info.Size())
	}
	// What has other bytes than its name says is left behind.
	bad := h.blobFiles(t)[0]
	good, err := os.ReadFile(bad)
	must(t, err)
	must(t, os.WriteFile(bad, append([]byte{1}, good[1:]...), 0o600))
	if r := h.elsewhere(t, path, h.opts.Keys, "").wantWhole(t); r.Attachments != 2 || len(r.Away) != 1 {
		t.Errorf("%d attachments are here, %d away", r.Attachments, len(r.Away))
	}
	must(t, os.WriteFile(bad, good, 0o600))
	h.elsewhere(t, path, h.opts.Keys, "").wantFiles(t, contents)

	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	b, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(copied, b, 0o600))
	if r := h.elsewhere(t, copied, h.opts.Keys, "").wantWhole(t); r.Attachments != 0 || len(r.Away) != 3 {
		t.Errorf("%d attachments are here, %d away", r.Attachments, len(r.Away))
	}
}

// A content that is damaged or not here does not keep the rest from being backed up.
func TestABackupOfAHallThatLacksContents(t *testing.T) {
	h, contents := withFiles(t)
	files := h.blobFiles(t)
	must(t, os.Remove(files[0]))
	b, err := os.ReadFile(files[1])
	must(t, err)
	b[len(b)-1] ^= 1
	must(t, os.WriteFile(files[1], b, 0o600))
	r := h.elsewhere(t, h.backup(t), h.opts.Keys, "")
	if v := r.wantWhole(t); v.Attachments != len(contents)-2 || len(v.Away) != 2 {
		t.Errorf("%d attachments are here, %d away", v.Attachments, len(v.Away))
	}
	if v := h.wantWhole(t); len(v.Away) != 2 {
		t.Errorf("the damaged one is not set aside: %d away", len(v.Away))
	}
}

// Cut off or changed anywhere, a backup with attachments makes no hall and leaves nothing.
func TestADamagedBackupWithAttachments(t *testing.T) {
	h, _ := withFiles(t)
	whole, err := os.ReadFile(h.backup(t))
	must(t, err)
	path, dir := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "new")
	try := func(what string, b []byte) {
		t.Helper()
		must(t, os.WriteFile(path, b, 0o600))
		err := store.Restore(background, path, dir, h.opts, "")
		if code := app.CodeOf(err); code != app.CodeUnreadable && code != app.CodeNoKey && code != app.CodeNewerData {
			t.Errorf("%s: %v", what, err)
		}
		wantNothingIn(t, dir)
	}
	for i := range 24 {
		at := len(whole) * i / 24
		try(fmt.Sprint("cut at ", at), whole[:at])
		bad := bytes.Clone(whole)
		bad[at] ^= 4
		try(fmt.Sprint("changed at ", at), bad)
	}
	for _, n := range []int{1, 16, 17, 100 << 10} {
		try(fmt.Sprint("the last ", n, " cut"), whole[:len(whole)-n])
	}
	try("a byte more", append(bytes.Clone(whole), 0))
	// Each part by itself is whole: only together they are the backup.
	head := strings.Index(string(whole[:300]), `"database":`)
	var length int
	_, err = fmt.Sscanf(string(whole[head:head+40]), `"database":%d`, &length)
	must(t, err)
	end := strings.Index(string(whole[:300]), "}") + 1
	try("without the attachments", whole[:end+length])
}

// A restore that was cut off after the database came into its place is finished by opening the hall.
func TestARestoreThatWasCutOffBeforeTheAttachmentsCame(t *testing.T) {
	h, contents := withFiles(t)
	must(t, h.store.Close())
	must(t, os.Rename(filepath.Join(h.dir, "blobs"), filepath.Join(h.dir, ".restored-blobs")))
	h.open(t)
	h.wantFiles(t, contents)
	// And one before that is no hall: the next restore goes on.
	path := h.backup(t)
	dir := filepath.Join(t.TempDir(), "new")
	must(t, os.MkdirAll(filepath.Join(dir, ".restored-blobs", "ab"), 0o700))
	must(t, store.Restore(background, path, dir, h.opts, ""))
	r := &hallAt{dir: dir, clock: h.clock, opts: h.opts}
	r.open(t)
	t.Cleanup(func() { _ = r.store.Close() })
	r.wantFiles(t, contents)
}
