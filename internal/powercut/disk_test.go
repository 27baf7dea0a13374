package powercut

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// plugged is a disk that is not mounted, driven by its operations.
type plugged struct {
	*Disk
	tb interface {
		Helper()
		Fatal(...any)
		Fatalf(string, ...any)
	}
}

func plug(t *testing.T, seed uint64) plugged {
	t.Helper()
	d, err := NewSupply(seed).Plug(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return plugged{d, t}
}

// file makes a file in the root.
func (p plugged) newFile(name, content string) uint64 {
	p.tb.Helper()
	n, errno := p.create(1, name, 0o600, newFile(nil))
	if errno != 0 {
		p.tb.Fatal(errno)
	}
	p.put(n.number, content, 0)
	return n.number
}

func (p plugged) put(number uint64, content string, at int) {
	p.tb.Helper()
	if errno := p.write(number, []byte(content), at); errno != 0 {
		p.tb.Fatal(errno)
	}
}

func (p plugged) synced(numbers ...uint64) {
	p.tb.Helper()
	for _, n := range numbers {
		if errno := p.sync(n); errno != 0 {
			p.tb.Fatal(errno)
		}
	}
}

// after cuts the power and answers the content of all files, by their paths.
func (p plugged) after() map[string]string {
	p.tb.Helper()
	p.supply.Cut()
	if err := p.Unplug(); err != nil {
		p.tb.Fatal(err)
	}
	found := map[string]string{}
	err := filepath.WalkDir(p.folder, func(at string, e os.DirEntry, err error) error {
		if err != nil || at == p.folder {
			return err
		}
		name, err := filepath.Rel(p.folder, at)
		if err != nil {
			return err
		}
		if e.IsDir() {
			found[filepath.ToSlash(name)+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(at)
		found[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		p.tb.Fatal(err)
	}
	return found
}

// outcomes cuts once with each of many seeds and answers what was seen.
func outcomes(t *testing.T, work func(p plugged), see func(map[string]string) string) []string {
	t.Helper()
	seen := map[string]bool{}
	for seed := range uint64(120) {
		p := plug(t, seed)
		work(p)
		seen[see(p.after())] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func wantOutcomes(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("after a cut: %q, want %q", got, want)
	}
}

func names(found map[string]string) string { return fmt.Sprint(slices.Sorted(maps.Keys(found))) }

func TestWhatIsSyncedStays(t *testing.T) {
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n := p.newFile("a", "confirmed")
		p.synced(n, 1)
	}, func(f map[string]string) string { return f["a"] }), "confirmed")
}

func TestTheWorstTakesAllThatIsNotSynced(t *testing.T) {
	wantOutcomes(t, outcomes(t, func(p plugged) {
		p.supply.Worst()
		n := p.newFile("a", "confirmed")
		p.synced(n, 1)
		p.put(n, "forgotten", 0)
		for i := range 200 { // more than are left alone while programs work
			p.newFile(fmt.Sprint("b", i), "forgotten")
		}
	}, func(f map[string]string) string { return f["a"] + names(f) }), "confirmed[a]")
}

func TestWhatIsNotSyncedIsOldOrNew(t *testing.T) {
	letters := func(b string) string { // of each sector, as far as it is whole
		out := ""
		for at := 0; at < len(b); at += sector {
			s := b[at:min(at+sector, len(b))]
			if bytes.Count([]byte(s), []byte{s[0]}) != len(s) {
				return "a torn sector"
			}
			out += string(s[0])
		}
		return out
	}
	two := func(a string) string {
		return string(bytes.Repeat([]byte(a[:1]), sector)) + string(bytes.Repeat([]byte(a[1:]), sector))
	}
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n := p.newFile("a", two("oo"))
		p.synced(n, 1)
		p.put(n, two("nn"), 0)
	}, func(f map[string]string) string { return letters(f["a"]) }), "oo", "on", "no", "nn")

	// What grows may have its size without its data.
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n := p.newFile("a", "")
		p.synced(n, 1)
		p.put(n, two("nn"), 0)
	}, func(f map[string]string) string { return letters(f["a"]) }), "", "\x00", "n", "\x00\x00", "\x00n", "n\x00", "nn")

	// What is written anew after it was cut short is the old file, or nothing, or
	// what a file that grows is: never the old file's end.
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n := p.newFile("a", two("oo"))
		p.synced(n, 1)
		if errno := p.truncate(n, 0); errno != 0 {
			p.tb.Fatal(errno)
		}
		p.put(n, two("nn")[:sector], 0)
	}, func(f map[string]string) string { return letters(f["a"]) }), "oo", "", "\x00", "n")
}

func TestNamesNeedTheirFolderSynced(t *testing.T) {
	wantOutcomes(t, outcomes(t, func(p plugged) { p.synced(p.newFile("a", "x")) }, names), "[]", "[a]")
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n, errno := p.create(1, "dir", 0o700, nil)
		if errno != 0 {
			p.tb.Fatal(errno)
		}
		p.synced(n.number)
	}, names), "[]", "[dir/]")
}

func TestNamesOfAFolderChangeInTheirOrder(t *testing.T) {
	wantOutcomes(t, outcomes(t, func(p plugged) {
		p.newFile("a", "")
		p.newFile("b", "")
		p.newFile("c", "")
		p.remove(1, "a", false)
	}, names), "[]", "[a]", "[a b]", "[a b c]", "[b c]")
}

func TestARenameIsWholeOrNotAtAll(t *testing.T) {
	replaced := func(f map[string]string) string { return names(f) + f["a"] }
	replace := func(p plugged) {
		old := p.newFile("a", "old")
		p.synced(old, 1)
		p.synced(p.newFile("a.tmp", "new"))
		if errno := p.rename(1, "a.tmp", 1, "a", true); errno != 0 {
			p.tb.Fatal(errno)
		}
	}
	wantOutcomes(t, outcomes(t, replace, replaced), "[a]old", "[a a.tmp]old", "[a]new")
	wantOutcomes(t, outcomes(t, func(p plugged) { replace(p); p.synced(1) }, replaced), "[a]new")

	// Between folders, syncing either of them saves both sides.
	for side := range 2 {
		wantOutcomes(t, outcomes(t, func(p plugged) {
			dir, _ := p.create(1, "dir", 0o700, nil)
			p.synced(p.newFile("a", "x"), 1)
			p.rename(1, "a", dir.number, "b", true)
			p.synced([]uint64{1, dir.number}[side])
		}, names), "[dir/ dir/b]")
	}
}

func TestARemovedFileMayComeBack(t *testing.T) {
	wantOutcomes(t, outcomes(t, func(p plugged) {
		n := p.newFile("a", "old")
		p.synced(n, 1)
		p.remove(1, "a", false)
		p.put(p.newFile("a", ""), "new", 0)
	}, func(f map[string]string) string { return fmt.Sprintf("%s%q", names(f), f["a"]) }),
		`[]""`, `[a]"old"`, `[a]""`, `[a]"\x00\x00\x00"`, `[a]"new"`)
}

func TestNothingHappensWithoutPower(t *testing.T) {
	p := plug(t, 1)
	n := p.newFile("a", "x")
	p.supply.CutAfter(2)
	p.put(n, "y", 0)
	select {
	case <-p.supply.Off():
		t.Fatal("the power went off a change too early")
	default:
	}
	if errno := p.sync(n); errno == 0 {
		t.Error("a sync in place of which the power was cut has worked")
	}
	<-p.supply.Off()
	if _, errno := p.lookup(1, "a"); errno == 0 {
		t.Error("the disk goes on without power")
	}
	if got := p.Unsynced(); !slices.Equal(got, []string{"/", "a"}) && !slices.Equal(got, []string{"a"}) {
		t.Errorf("unsynced at the cut: %q", got)
	}
}

func TestUnplugKeepsAllWhereThePowerIsOn(t *testing.T) {
	p := plug(t, 1)
	p.newFile("a", "x")
	if err := p.Unplug(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(p.folder, "a")); err != nil || string(b) != "x" {
		t.Errorf("%q, %v", b, err)
	}
}

// TestEveryByteIsOneThatWasThere writes, cuts short and syncs a file at random, and
// compares what a cut leaves with all that each byte has been since it was last synced.
func TestEveryByteIsOneThatWasThere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := NewSupply(rapid.Uint64().Draw(r, "seed"))
		folder, err := os.MkdirTemp(t.TempDir(), "disk")
		if err != nil {
			r.Fatal(err)
		}
		d, err := s.Plug(folder)
		if err != nil {
			r.Fatal(err)
		}
		p := plugged{d, r}
		n := p.newFile("a", "")
		p.synced(n, 1)
		var now []byte
		been := map[int]map[byte]bool{} // by place: what a cut may leave there
		sizes := map[int]bool{0: true}
		least, most := 0, 0
		note := func() {
			for i, b := range now {
				if been[i] == nil {
					been[i] = map[byte]bool{0: true} // behind what was synced lie zeros
				}
				been[i][b] = true
			}
			sizes[len(now)] = true
			least, most = min(least, len(now)), max(most, len(now))
		}
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			switch rapid.IntRange(0, 4).Draw(r, "step") {
			case 0:
				size := rapid.IntRange(0, 3*page).Draw(r, "size")
				if errno := p.truncate(n, size); errno != 0 {
					r.Fatal(errno)
				}
				now = resized(now, size)
				for i := range been {
					if i >= size {
						been[i][0] = true // zeros, where it grows again
					}
				}
				note()
			case 1:
				p.synced(n)
				clear(been)
				clear(sizes)
				least, most = len(now), len(now)
				for i, b := range now {
					been[i] = map[byte]bool{b: true}
				}
				sizes[len(now)] = true
			default:
				at := rapid.IntRange(0, 3*page).Draw(r, "at")
				b := bytes.Repeat([]byte{byte(rapid.IntRange(1, 255).Draw(r, "byte"))}, rapid.IntRange(1, page).Draw(r, "length"))
				p.put(n, string(b), at)
				if end := at + len(b); end > len(now) {
					now = resized(now, end)
				}
				copy(now[at:], b)
				note()
			}
			if got, errno := p.read(n, make([]byte, len(now)+1), 0); errno != 0 || !bytes.Equal(got, now) {
				r.Fatalf("read: %d bytes, %v; want the %d that were written", len(got), errno, len(now))
			}
		}
		clean := len(sizes) == 1 && least == most
		left := p.after()["a"]
		if len(left) < least || len(left) > most {
			r.Fatalf("%d bytes are left, want %d to %d", len(left), least, most)
		}
		for i := range len(left) {
			if !been[i][left[i]] {
				r.Fatalf("byte %d is one that was never there", i)
			}
		}
		if clean && len(left) != len(now) {
			r.Fatal("a synced size was lost")
		}
	})
}
