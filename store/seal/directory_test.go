package seal_test

import (
	"os"
	"path/filepath"
	"testing"

	"linli/store/seal"
)

func TestMakeDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 { // again where it is there
		if err := seal.MakeDir(dir); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			t.Fatalf("%v, %v", info, err)
		}
	}
	t.Chdir(dir)
	if err := seal.MakeDir("c"); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, blocked := range []string{"file", filepath.Join("file", "d"), filepath.Join("file", "d", "e")} {
		if err := seal.MakeDir(blocked); err == nil {
			t.Errorf("made %s, below a file", blocked)
		}
	}
}
