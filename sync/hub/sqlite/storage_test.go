package sqlite_test

import (
	"testing"

	"linli/sync/hub"
	"linli/sync/hub/sqlite"
	"linli/sync/hub/storagetest"
)

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) hub.Storage { return open(t, t.TempDir()) })
}

func open(tb testing.TB, dir string) *sqlite.Storage {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}
