//go:build unix

package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"linli/store"
)

// Nobody else on the machine reads the database, whatever the folder allows and
// whatever it was before.
func TestTheDatabaseIsItsOwnersOnly(t *testing.T) {
	h := mustHall(t)
	path := filepath.Join(h.dir, store.DatabaseFile)
	must(t, h.store.Close())
	must(t, os.Chmod(path, 0o644))
	h.open(t)
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		must(t, err)
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s has mode %o", filepath.Base(p), mode)
		}
	}
}
