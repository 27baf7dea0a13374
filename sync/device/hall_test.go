package device_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/oplog"
)

var background = context.Background()

// stopped is a clock that stands still.
type stopped struct{ at time.Time }

func (c stopped) Now() time.Time { return c.at }

// machine is a data folder of a hall, open.
type machine struct {
	*store.Store
	*app.Hall
	tb   testing.TB
	dir  string
	opts store.Options
}

func options(tb testing.TB) store.Options {
	return store.Options{Program: "test", Keys: seal.NewKeyFiles(tb.TempDir()), Clock: stopped{time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}}
}

// found makes a hall and opens its first machine.
func found(tb testing.TB) *machine {
	tb.Helper()
	dir, o := filepath.Join(tb.TempDir(), "hall"), options(tb)
	must(tb, store.Init(background, dir, store.NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
	return open(tb, dir, o)
}

func open(tb testing.TB, dir string, o store.Options) *machine {
	tb.Helper()
	s, err := store.Open(background, dir, o)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return &machine{s, s.Hall(), tb, dir, o}
}

// admit makes another machine of the hall, which knows nothing yet.
func (m *machine) admit(name, role string) *machine {
	m.tb.Helper()
	asked, err := store.NewApplication()
	must(m.tb, err)
	in, err := m.Store.Admit(background, app.ConsoleActor(), asked.Key.Public().(ed25519.PublicKey), name, role, asked.Wrap.PublicKey())
	must(m.tb, err)
	in.Name = name
	dir, o := filepath.Join(m.tb.TempDir(), "joined"), options(m.tb)
	must(m.tb, asked.Join(background, dir, in, o))
	return open(m.tb, dir, o)
}

// reopen closes the folder and opens it again.
func (m *machine) reopen() *machine {
	m.tb.Helper()
	must(m.tb, m.Store.Close())
	return open(m.tb, m.dir, m.opts)
}

// people adds residents.
func (m *machine) people(n int) (ids []string) {
	m.tb.Helper()
	for i := range n {
		id, err := m.Registry.Save(background, app.ConsoleActor(), app.Form{}, map[string]string{"name": fmt.Sprintf("样例%d", i), "occupation": fmt.Sprint(i)})
		must(m.tb, err)
		ids = append(ids, id)
	}
	return ids
}

func (m *machine) scope(part string) oplog.Scope {
	return oplog.HallScope(m.Membership().Hall, part)
}

// alike compares what machines hold of the parts, and the rows of each with its log.
func alike(tb testing.TB, parts []string, machines ...*machine) {
	tb.Helper()
	for i, m := range machines {
		for _, part := range parts {
			x, err := machines[0].Replica().Digest(background, m.scope(part))
			must(tb, err)
			y, err := m.Replica().Digest(background, m.scope(part))
			must(tb, err)
			if x != y {
				tb.Errorf("machine %d holds another %s", i, part)
			}
		}
		m.whole(tb)
	}
}

func (m *machine) whole(tb testing.TB) {
	tb.Helper()
	r, err := m.Verify(background)
	must(tb, err)
	if !r.OK {
		tb.Errorf("verify: %v", r.Problems)
	}
}

// stick answers a path on a stick.
func stick(tb testing.TB, name string) string { return filepath.Join(tb.TempDir(), name) }

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	must(tb, err)
	return b
}

func write(tb testing.TB, b []byte) string {
	tb.Helper()
	path := stick(tb, "changed")
	must(tb, os.WriteFile(path, b, 0o600))
	return path
}

func wantCode(tb testing.TB, what string, err error, want app.Code) {
	tb.Helper()
	if got := app.CodeOf(err); got != want {
		tb.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
