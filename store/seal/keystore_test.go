package seal_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"linli/store/seal"
)

const hallID = "h-0001"

func savedKey(t *testing.T) (store *seal.KeyFiles, ring *seal.Ring, path string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "linli", "keys")
	store, ring = seal.NewKeyFiles(dir), newRing(t)
	ring.SetMachine(3)
	if err := store.Save(hallID, ring); err != nil {
		t.Fatal(err)
	}
	return store, ring, filepath.Join(dir, hallID+".key")
}

func TestKeyFileKeepsTheWholeRing(t *testing.T) {
	store, ring, path := savedKey(t)
	if _, err := ring.NewOrigin(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if err := store.Save(hallID, ring); err != nil {
		t.Fatal(err)
	}
	got, err := store.Load(hallID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Root() != ring.Root() || got.Machine() != 3 || len(got.Origins()) != 2 ||
		!got.Origins()[0].Equal(ring.Origins()[0]) || !got.Origin().Equal(ring.Origin()) {
		t.Error("the ring came back different")
	}
	place := seal.Place{Table: "t", Row: "r", Column: "c"}
	if plain, err := got.Open(place, ring.Seal(seal.Desk, place, []byte("x"))); err != nil || string(plain) != "x" {
		t.Errorf("the loaded ring does not open: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %d files (%v), want the key alone", len(entries), err)
	}
	if store.Where() != filepath.Dir(path) {
		t.Errorf("Where is %q", store.Where())
	}
}

func TestKeyFileIsTheOwnersOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // access there follows from the user's profile
	}
	store, _, path := savedKey(t)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(hallID); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("mode is %v, want %v (%v)", info.Mode().Perm(), want, err)
		}
	}
}

func TestMissingKey(t *testing.T) {
	store := seal.NewKeyFiles(t.TempDir())
	_, err := store.Load(hallID)
	var keyErr *seal.KeyError
	if !errors.Is(err, seal.ErrNoKey) || !errors.As(err, &keyErr) {
		t.Fatalf("got %v, want ErrNoKey", err)
	}
	for _, want := range []string{filepath.Join(store.Where(), hallID+".key"), "recovery sheet"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func TestEveryDamagedByteOfAKeyFileIsFound(t *testing.T) {
	store, ring, path := savedKey(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good[:len(good)-1] { // the last is the line end
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := store.Load(hallID)
		if err == nil {
			// A letter of a field's name may change its case and mean the same.
			if got.Root() != ring.Root() || !got.Origin().Equal(ring.Origin()) || got.Machine() != ring.Machine() {
				t.Fatalf("byte %d damaged: a different ring was loaded", i)
			}
			continue
		}
		if !errors.Is(err, seal.ErrDamagedKey) && !errors.Is(err, seal.ErrNewerKey) {
			t.Fatalf("byte %d damaged: %v", i, err)
		}
		assertNoSecret(t, ring, err.Error())
	}
	for _, n := range []int{0, 1, len(good) / 2} {
		if err := os.WriteFile(path, good[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load(hallID); !errors.Is(err, seal.ErrDamagedKey) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestKeyOfANewerVersionIsNotCalledDamaged(t *testing.T) {
	store, ring, path := savedKey(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	m["version"] = json.RawMessage("3")
	if data, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(hallID); !errors.Is(err, seal.ErrNewerKey) {
		t.Errorf("load: %v", err)
	}
	if err := store.Save(hallID, ring); !errors.Is(err, seal.ErrNewerKey) {
		t.Errorf("save: %v", err)
	}
}

func TestSaveNeverOverwritesAnotherRoot(t *testing.T) {
	store, ring, _ := savedKey(t)
	if err := store.Save(hallID, newRing(t)); !errors.Is(err, seal.ErrOtherKey) {
		t.Fatalf("got %v, want ErrOtherKey", err)
	}
	if got, err := store.Load(hallID); err != nil || got.Root() != ring.Root() {
		t.Errorf("the first key is gone: %v", err)
	}
}

func TestRecoveringOverADamagedKeyKeepsIt(t *testing.T) {
	store, ring, path := savedKey(t)
	for _, aside := range []string{path + ".damaged", path + ".damaged-2"} {
		if err := os.WriteFile(path, []byte("half a key"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Save(hallID, ring); err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(aside); err != nil || string(kept) != "half a key" {
			t.Errorf("the damaged file was not kept: %v", err)
		}
		if _, err := store.Load(hallID); err != nil {
			t.Error(err)
		}
	}
}

func TestKeyFileOfAnotherHallIsRefused(t *testing.T) {
	store, _, path := savedKey(t)
	if err := os.Rename(path, filepath.Join(store.Where(), "h-0002.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load("h-0002"); !errors.Is(err, seal.ErrOtherKey) {
		t.Errorf("got %v, want ErrOtherKey", err)
	}
}

func TestHallIDsThatLeaveTheDirectoryAreRefused(t *testing.T) {
	store := seal.NewKeyFiles(t.TempDir())
	for _, id := range []string{"", ".", "..", "../x", "a/b", `a\b`, "a b", "厅", strings.Repeat("a", 101)} {
		if _, err := store.Load(id); err == nil || errors.Is(err, seal.ErrNoKey) {
			t.Errorf("load %q: %v", id, err)
		}
		if err := store.Save(id, newRing(t)); err == nil {
			t.Errorf("saved as %q", id)
		}
	}
}

func TestDefaultKeyFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(seal.KeysEnv, dir)
	store, err := seal.DefaultKeyFiles()
	if err != nil || store.Where() != dir {
		t.Errorf("with %s: %v", seal.KeysEnv, err)
	}
	t.Setenv(seal.KeysEnv, "")
	t.Setenv("XDG_CONFIG_HOME", dir)
	config, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if store, err = seal.DefaultKeyFiles(); err != nil || store.Where() != filepath.Join(config, "linli", "keys") {
		t.Errorf("without it: %v", err)
	}
}

var _ seal.KeyStore = (*seal.KeyFiles)(nil)
