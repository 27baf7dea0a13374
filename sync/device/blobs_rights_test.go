package device_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/device"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// A kiosk and a board never get a file of the desk's, whatever they ask, and cannot leave one.
func TestAKioskNeverGetsADesksFile(t *testing.T) {
	one := begin(t)
	a := one.attach(t, scan(10<<10, 1))
	list, err := one.BlobsBeyond(t.Context(), "log")
	must(t, err)
	b := list[0]
	public := oplog.HallScope(one.Membership().Hall, oplog.Public)
	for _, role := range []string{store.RoleKiosk, store.RoleBoard} {
		k := away(t, one, role, "")
		m, err := device.Sync(t.Context(), k.Store)
		if err != nil || m.Fetched != 0 {
			t.Errorf("%s: %+v, %v", role, m, err)
		}
		me := k.Membership()
		c, err := wire.NewClient(one.address(), wire.Identity{Key: me.Key, Certificate: me.Certificate}, wire.HallMate(me.Hall, me.Authority, nil))
		must(t, err)
		defer c.Close()
		dir := t.TempDir()
		for scope, want := range map[oplog.Scope]error{
			b.Scope: exchange.ErrForbidden, public: wire.ErrNoBlob, oplog.HallScope(me.Hall, oplog.Intake): exchange.ErrForbidden,
			oplog.HallScope("other", oplog.Public): exchange.ErrForbidden,
		} {
			if err := c.FetchBlob(t.Context(), scope, b.Hash, b.Size, taking(t, dir)); !errors.Is(err, want) {
				t.Errorf("%s asks for it in %s: %v, want %v", role, scope.Part(), err, want)
			}
		}
		for scope, want := range map[oplog.Scope][]error{
			b.Scope: {exchange.ErrForbidden}, public: {wire.ErrNoBlob, exchange.ErrForbidden}, oplog.HallScope(me.Hall, oplog.Intake): {wire.ErrNoBlob, exchange.ErrForbidden},
		} {
			junk := []byte("junk")
			err := c.SendBlob(t.Context(), scope, oplog.Hash{1}, int64(len(junk)), bytes.NewReader(junk))
			if !errors.Is(err, want[0]) && !errors.Is(err, want[len(want)-1]) {
				t.Errorf("%s leaves junk in %s: %v", role, scope.Part(), err)
			}
		}
		if left := blobFiles(t, k.dir); len(left) != 0 {
			t.Errorf("%s holds %v", role, left)
		}
		if _, _, err := k.hall.Files.OpenAttachment(t.Context(), k.by, a.ID); app.CodeOf(err) != app.CodeNotFound {
			t.Errorf("%s opens it: %v", role, err)
		}
		if _, err := k.hall.Files.Attach(t.Context(), k.by, "case", "c", "样例.pdf", scan(100, 2)); app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("%s attaches: %v", role, err)
		}
		// Neither does a desk hand it over by itself: an address may lead anywhere.
		d, err := device.Start(t.Context(), k.Store, device.Options{Listen: "127.0.0.1:0"})
		must(t, err)
		must(t, one.AddPeer(t.Context(), store.KnownPeer{Address: fmt.Sprintf("127.0.0.1:%d", d.Port()), Kind: app.PeerLAN, Name: role}))
		if m, err := device.Sync(t.Context(), one.Store); err != nil || m.Sent != 0 {
			t.Errorf("to a %s: %+v, %v", role, m, err)
		}
		must(t, d.Stop())
		must(t, one.RemovePeer(t.Context(), fmt.Sprintf("127.0.0.1:%d", d.Port())))
		if left := blobFiles(t, k.dir); len(left) != 0 {
			t.Errorf("%s was given %v", role, left)
		}
	}
	if got := blobFiles(t, one.dir); len(got) != 1 {
		t.Errorf("the desk holds %v", got)
	}
}

// taken is a part that must stay empty.
type taken struct {
	*os.File
	tb testing.TB
}

func taking(tb testing.TB, dir string) taken {
	f, err := os.CreateTemp(dir, "part")
	must(tb, err)
	return taken{f, tb}
}

func (taken) Have() int64 { return 0 }
func (taken) Whole() bool { return false }
func (t taken) Keep() error {
	t.tb.Error("it was handed over")
	return nil
}
func (taken) Drop() error { return nil }
