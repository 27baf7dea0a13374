package device_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/device"
	"linli/sync/oplog"
)

var deskParts = []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care}

// carry writes a bundle at one machine and reads it at another.
func carry(tb testing.TB, from, to *machine, who string) (device.Written, device.Read) {
	tb.Helper()
	path := stick(tb, "a.linlibundle")
	w, err := device.WriteBundle(background, from.Store, path, who)
	must(tb, err)
	if info, err := os.Stat(path); err != nil || info.Size() != w.Bytes || w.File != path {
		tb.Errorf("written %+v, on the stick %v, %v", w, info, err)
	}
	r, err := device.ReadBundle(background, to.Store, path)
	must(tb, err)
	return w, r
}

// Two desks that no network joins, and a stick that goes to and fro.
func TestTwoDesksByStickAlone(t *testing.T) {
	a := found(t)
	b := a.admit("二号台", store.RoleDesk)
	aID, bID := a.Replica().ID(), b.Replica().ID()
	a.people(5)
	first, r := carry(t, a, b, "")
	if first.For != device.ForAll || r.Fresh != first.Entries || r.Fresh < 6 || r.Log != aID || r.Name != "1" {
		t.Errorf("the first: written %+v, read %d of %q by %q", first, r.Fresh, r.Log, r.Name)
	}
	ids := b.people(3)
	if n := b.Waiting(); n < 3 {
		t.Errorf("%d of 3 wait at b", n)
	}
	// b knows what a holds: only its own goes back.
	back, r := carry(t, b, a, "")
	if back.For != aID || back.Entries != 4 || r.Fresh != back.Entries || r.Log != bID || r.Name != "二号台" {
		t.Errorf("back: written %+v, read %d of %q by %q", back, r.Fresh, r.Log, r.Name)
	}
	alike(t, deskParts, a, b)
	// It is not known to have arrived before a says so, and then it is, also after a restart.
	reach := func(want app.Reach) {
		t.Helper()
		if got, err := b.Replicas.Reach(background, "resident", ids[0]); err != nil || got != want {
			t.Errorf("reach %q, %v, want %q", got, err, want)
		}
	}
	reach(app.ReachHere)
	again, _ := carry(t, b, a, aID[:8])
	if again.Entries != back.Entries {
		t.Errorf("written and not known to have arrived: %d entries, want %d", again.Entries, back.Entries)
	}
	if st, err := b.Replicas.State(background); err != nil || st.Waiting != 4 {
		t.Errorf("%d wait, %v", st.Waiting, err)
	}
	third, _ := carry(t, a, b, bID)
	if third.Entries != 0 {
		t.Errorf("nothing was lacking, and %d entries were written", third.Entries)
	}
	reach(app.ReachHall)
	b = b.reopen()
	reach(app.ReachHall)
	if n := b.Waiting(); n != 0 {
		t.Errorf("%d wait at b", n)
	}
	if w, _ := carry(t, b, a, ""); w.Entries != 0 {
		t.Errorf("after a restart %d entries", w.Entries)
	}
	alike(t, deskParts, a, b)
}

// A kiosk has no keys of the hall: it writes first, for desks, and gets back what is public and for it alone.
func TestAKioskByStickAlone(t *testing.T) {
	a := found(t)
	k, k2, b := a.admit("自助机", store.RoleKiosk), a.admit("自助机2", store.RoleKiosk), a.admit("二号台", store.RoleDesk)
	a.people(4)
	whole := stick(t, "whole")
	_, err := device.WriteBundle(background, a.Store, whole, device.ForAll)
	must(t, err)
	_, err = device.ReadBundle(background, k.Store, whole)
	wantCode(t, "a desks' file at a kiosk", err, app.CodeBundleOther)
	if e := app.AsError(err); len(e.Args) != 1 || e.Args[0] != k.Replica().ID() {
		t.Errorf("what to ask for: %v", e.Args)
	}

	// With nothing to say yet it still says who it is.
	if w, _ := carry(t, k, a, ""); w.Entries != 0 {
		t.Errorf("a new kiosk has %d entries", w.Entries)
	}
	carry(t, a, k, "")
	receipt, err := k.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: "样例的话"})
	must(t, err)
	a.people(1)
	_, err = a.Settings.SaveWindow(background, app.ConsoleActor(), app.Window{Number: 9, Name: "九号"})
	must(t, err)
	w, r := carry(t, k, a, "")
	if w.Entries != 1 || r.Fresh != 1 || r.Name != "自助机" {
		t.Errorf("a kiosk's file: %+v, %d new by %q", w, r.Fresh, r.Name)
	}
	inbox, err := a.Inbox.Inbox(background, app.ConsoleActor())
	must(t, err)
	if len(inbox) != 1 || inbox[0].Receipt != receipt.Number {
		t.Fatalf("the desk's inbox: %+v", inbox)
	}
	// It opens at the desk, and the kiosk cannot read it itself, nor another kiosk.
	for who, m := range map[string]*machine{"itself": k, "another kiosk": k2} {
		_, err := device.ReadBundle(background, m.Store, w.File)
		wantCode(t, who, err, app.CodeBundleOther)
	}
	answer := stick(t, "answer")
	w, err = device.WriteBundle(background, a.Store, answer, k.Replica().ID())
	must(t, err)
	if w.For != k.Replica().ID() || w.Name != "自助机" {
		t.Errorf("the answer: %+v", w)
	}
	for who, m := range map[string]*machine{"another kiosk": k2, "another desk": b} {
		_, err := device.ReadBundle(background, m.Store, answer)
		wantCode(t, who, err, app.CodeBundleOther)
	}
	r, err = device.ReadBundle(background, k.Store, answer)
	must(t, err)
	if r.Fresh != w.Entries || r.Fresh == 0 {
		t.Errorf("%d of %d entries are new", r.Fresh, w.Entries)
	}
	alike(t, []string{oplog.Public}, a, k)
	for part, want := range map[string]int{oplog.Desk: 0, oplog.Care: 0, oplog.Intake: 1} {
		heads, err := k.Replica().Heads(background, k.scope(part))
		must(t, err)
		if len(heads.List()) != want {
			t.Errorf("the kiosk holds %d heads of %s", len(heads.List()), part)
		}
	}
	if n := k.Waiting(); n != 0 {
		t.Errorf("the submission arrived and %d wait", n)
	}
	// Several machines are known now; without a name the file is for those that can read it.
	carry(t, b, a, "")
	if w, err := device.WriteBundle(background, a.Store, stick(t, "x"), ""); err != nil || w.For != b.Replica().ID() {
		t.Errorf("for %q, %v", w.For, err)
	}
	c := a.admit("三号台", store.RoleDesk)
	carry(t, c, a, "")
	if w, r := carry(t, a, c, ""); w.For != device.ForKnown || r.Fresh == 0 || r.Fresh != w.Entries-1 { // its own came back to it
		t.Errorf("for all that are known: %+v, %d new", w, r.Fresh)
	}
	alike(t, deskParts, a, c)
}

func TestWhoABundleIsFor(t *testing.T) {
	a := found(t)
	for _, who := range []string{"nobody", "3f"} {
		path := stick(t, "x")
		_, err := device.WriteBundle(background, a.Store, path, who)
		wantCode(t, who, err, app.CodeBundleNobody)
		if _, err := os.Stat(path); err == nil {
			t.Error("a refused bundle left a file")
		}
	}
	// A machine of which nothing is known lacks everything.
	w, err := device.WriteBundle(background, a.Store, stick(t, "x"), store.NewID())
	must(t, err)
	all, err := device.WriteBundle(background, a.Store, stick(t, "y"), device.ForAll)
	must(t, err)
	if w.Entries != all.Entries || w.Entries == 0 {
		t.Errorf("%d entries for a stranger, %d for all", w.Entries, all.Entries)
	}
	b := a.admit("二号台", store.RoleDesk)
	carry(t, a, b, "")
	must(t, a.Revoke(background, app.ConsoleActor(), b.Membership().Decoded.Origin))
	path := stick(t, "b")
	_, err = device.WriteBundle(background, b.Store, path, "")
	must(t, err)
	_, err = device.ReadBundle(background, a.Store, path)
	wantCode(t, "of a machine that was taken out", err, app.CodeBundleRevoked)
	carry(t, a, b, device.ForAll)
	_, err = device.WriteBundle(background, b.Store, stick(t, "c"), "")
	wantCode(t, "by a machine that knows it was taken out", err, app.CodeRevoked)
}

// Older files say less: what is known of a machine does not become less by reading them.
func TestAnOldFileTakesNothingBack(t *testing.T) {
	a := found(t)
	b := a.admit("二号台", store.RoleDesk)
	carry(t, a, b, "")
	old := stick(t, "old")
	_, err := device.WriteBundle(background, b.Store, old, "")
	must(t, err)
	a.people(3)
	carry(t, a, b, "")
	carry(t, b, a, "")
	if n := a.Waiting(); n != 0 {
		t.Fatalf("%d wait", n)
	}
	for range 2 {
		_, err = device.ReadBundle(background, a.Store, old)
		must(t, err)
	}
	if n := a.Waiting(); n != 0 {
		t.Errorf("after an old file %d wait", n)
	}
	if w, err := device.WriteBundle(background, a.Store, stick(t, "x"), ""); err != nil || w.Entries != 0 {
		t.Errorf("after an old file %d entries, %v", w.Entries, err)
	}
	// Its own file tells a machine nothing about others.
	own, err := device.WriteBundle(background, a.Store, stick(t, "own"), device.ForAll)
	must(t, err)
	a.people(1)
	r, err := device.ReadBundle(background, a.Store, own.File)
	must(t, err)
	if known, err := a.KnownLogs(background); err != nil || len(known) != 1 || r.Fresh != 0 || r.Duplicates != own.Entries {
		t.Errorf("%d machines are known, %v; %+v", len(known), err, r)
	}
	if n := a.Waiting(); n != 1 {
		t.Errorf("%d wait", n)
	}
}

// A machine that was put back from a copy gets back what it wrote, from a stick as from the network, and goes on as
// somebody new.
func TestAStickBringsBackWhatAPutBackFolderLost(t *testing.T) {
	a := found(t)
	b := a.admit("二号台", store.RoleDesk)
	carry(t, a, b, "")
	must(t, b.Store.Close())
	copied := filepath.Join(t.TempDir(), "copy")
	must(t, os.CopyFS(copied, os.DirFS(b.dir)))
	b = open(t, b.dir, b.opts)
	b.people(2)
	carry(t, b, a, "")
	must(t, b.Store.Close())
	back := open(t, copied, b.opts)
	before := back.Membership().Decoded.Origin
	_, r := carry(t, a, back, device.ForAll)
	if r.Fresh == 0 || back.Membership().Decoded.Origin == before {
		t.Errorf("%d entries came back, and it goes on as %s", r.Fresh, back.Membership().Decoded.Origin)
	}
	back.people(1)
	carry(t, back, a, "")
	alike(t, deskParts, a, back)
}

// Every byte of a real file, cut off or changed: it is refused or what stands whole before that is taken, and the
// whole file then brings the rest.
func TestADamagedFileDoesNoHarm(t *testing.T) {
	a := found(t)
	a.people(3)
	b := a.admit("二号台", store.RoleDesk)
	path := stick(t, "a")
	w, err := device.WriteBundle(background, a.Store, path, device.ForAll)
	must(t, err)
	file := read(t, path)
	rng := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for at := 0; at < len(file); at += max(1, len(file)/300) {
		changed := bytes.Clone(file)
		changed[at] ^= 1 << rng.IntN(8)
		for what, bad := range map[string][]byte{"cut": file[:at], "changed": changed} {
			_, err := device.ReadBundle(background, b.Store, write(t, bad))
			switch app.CodeOf(err) {
			case app.CodeBundleBroken, app.CodeBundleNone, app.CodeBundleHall, app.CodeBundleOther, app.CodeNewerData:
				refused++
			default:
				t.Fatalf("%s at %d of %d: %v", what, at, len(file), err)
			}
			if e := app.AsError(err); e.Op == "" {
				t.Errorf("no step is named: %v", err)
			}
		}
	}
	heads, err := b.Replica().Heads(background, b.scope(oplog.Desk))
	must(t, err)
	t.Logf("%d damaged files of %d bytes were refused; %d heads of the desk", refused, len(file), len(heads.List()))
	r, err := device.ReadBundle(background, b.Store, path)
	must(t, err)
	if r.Fresh+r.Duplicates != w.Entries {
		t.Errorf("then %d new and %d known of %d", r.Fresh, r.Duplicates, w.Entries)
	}
	carry(t, b, a, "")
	alike(t, deskParts, a, b)
}

// A file of many chunks that is cut gives all that arrived whole, and the count of it.
func TestACutFileGivesWhatArrived(t *testing.T) {
	a := found(t)
	must(t, store.FillDemo(background, a.Store, store.Demo{Residents: 300, Visits: 900, Seed: 1}))
	b := a.admit("二号台", store.RoleDesk)
	path := stick(t, "a")
	w, err := device.WriteBundle(background, a.Store, path, device.ForAll)
	must(t, err)
	file := read(t, path)
	r, err := device.ReadBundle(background, b.Store, write(t, file[:len(file)*3/4]))
	wantCode(t, "cut", err, app.CodeBundleBroken)
	if r.Fresh == 0 || r.Fresh >= w.Entries || app.AsError(err).Args[0] != fmt.Sprint(r.Fresh) {
		t.Errorf("%d of %d entries of a file of %d bytes, said %v", r.Fresh, w.Entries, len(file), app.AsError(err).Args)
	}
	b.whole(t)
	// b says what it has, and gets the rest only.
	carry(t, b, a, "")
	rest, s := carry(t, a, b, "")
	if rest.Entries < w.Entries-r.Fresh || rest.Entries == w.Entries+1 || s.Fresh != w.Entries-r.Fresh {
		t.Errorf("the rest of %d after %d: %d entries, %d new", w.Entries, r.Fresh, rest.Entries, s.Fresh)
	}
	alike(t, deskParts, a, b)
}

// Nothing that a resident or a member of staff said stands in the file in clear, and nothing is left beside it.
func TestAFileShowsNothing(t *testing.T) {
	a := found(t)
	k := a.admit("自助机", store.RoleKiosk)
	a.people(2)
	carry(t, k, a, "")
	carry(t, a, k, "")
	_, err := k.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: "样例的话"})
	must(t, err)
	dir := t.TempDir()
	for i, m := range []*machine{a, k} {
		_, err := device.WriteBundle(background, m.Store, filepath.Join(dir, fmt.Sprint(i)), "")
		must(t, err)
	}
	n := 0
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		b := read(t, path)
		for _, said := range []string{"样例", "resident", "submission", "自助机", "occupation"} {
			if bytes.Contains(b, []byte(said)) {
				t.Errorf("%s shows %q", path, said)
			}
		}
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read it: %v, %v", info.Mode(), err)
		}
		return nil
	}))
	if n != 2 {
		t.Errorf("%d files are on the stick", n)
	}
}
