package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// clockAt is a clock that tests move by hand.
type clockAt struct{ t time.Time }

func (c *clockAt) Now() time.Time { return c.t }

// hallAt is a hall in a temporary folder with its keys beside, opened by its own
// administrator at ten o'clock on a Monday.
type hallAt struct {
	*app.Hall
	store *store.Store
	dir   string
	opts  store.Options
	clock *clockAt
	admin app.Actor
}

const adminPIN = "246810"

func mustHall(tb testing.TB) *hallAt {
	tb.Helper()
	zone := time.FixedZone("UTC+8", 8*3600)
	h := &hallAt{dir: filepath.Join(tb.TempDir(), "hall"), clock: &clockAt{time.Date(2026, 11, 23, 10, 0, 0, 0, zone)}}
	h.opts = store.Options{Program: "test", Keys: seal.NewKeyFiles(filepath.Join(tb.TempDir(), "keys")), Clock: h.clock}
	ctx := context.Background()
	if err := store.Init(ctx, h.dir, store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}, h.opts); err != nil {
		tb.Fatalf("init: %v", err)
	}
	h.open(tb)
	tb.Cleanup(func() { _ = h.store.Close() })
	return h
}

// open opens the folder, again after a Close, and signs the administrator in at
// window 1.
func (h *hallAt) open(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, h.dir, h.opts)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	h.store, h.Hall = s, s.Hall()
	windows, err := h.Public.Windows(ctx)
	if err != nil || len(windows) == 0 {
		tb.Fatalf("windows: %v, %v", windows, err)
	}
	if h.admin, err = h.Staff.SignIn(ctx, "样例管理员", adminPIN, windows[0].ID); err != nil {
		tb.Fatalf("sign in: %v", err)
	}
}

func TestOpenAndCloseLeaveAHallBehind(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	info, err := h.Public.Hall(ctx)
	if err != nil || info.Name != "样例社区服务大厅" {
		t.Fatalf("hall = %+v, %v", info, err)
	}
	services, err := h.Public.Services(ctx, "")
	if err != nil || len(services) < 40 {
		t.Fatalf("%d services, %v; want at least 40", len(services), err)
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	h.open(t)
	again, err := h.Public.Services(ctx, "")
	if err != nil || len(again) != len(services) {
		t.Fatalf("%d services after opening again, %v; want %d", len(again), err, len(services))
	}
	if _, err := os.Stat(filepath.Join(h.dir, store.DatabaseFile)); err != nil {
		t.Fatal(err)
	}
}

func TestWriterIsFullySynchronous(t *testing.T) {
	h := mustHall(t)
	// 2 is FULL; less could lose what a screen has confirmed.
	if got, err := h.store.Synchronous(context.Background()); err != nil || got != 2 {
		t.Fatalf("synchronous = %d, %v; want 2", got, err)
	}
}
