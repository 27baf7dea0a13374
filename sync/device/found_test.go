package device_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/device"
	"linli/sync/oplog"
)

// teller tells of machines as the network might, one after the other.
type teller struct {
	told chan struct{}
	tell func(found func(address string, origin oplog.Origin))
}

func (f *teller) Find(ctx context.Context, _ string, _ oplog.Origin, _ int, found func(string, oplog.Origin)) error {
	f.tell(found)
	select {
	case <-f.told:
	default:
		close(f.told)
	}
	<-ctx.Done()
	return ctx.Err()
}

// Anybody on the network can say that a thousand machines of the hall are there. The one that is gets found among them, and is
// called at the address where it is now.
func TestWhoIsNotThereKeepsNobodyFromBeingFound(t *testing.T) {
	one := begin(t)
	two := admit(t, one, store.RoleDesk, "127.0.0.1:0")
	must(t, one.dev.Stop())
	origin, address := two.Membership().Decoded.Origin, two.address()
	f := &teller{told: make(chan struct{}), tell: func(found func(string, oplog.Origin)) {
		var nobody oplog.Origin
		for i := range 1000 {
			binary.BigEndian.PutUint64(nobody[:], uint64(i+1))
			found(fmt.Sprintf("127.0.0.1:%d", 1+i%9), nobody)
			found(fmt.Sprintf("127.0.%d.%d:1", 1+i/250, 1+i%250), nobody)
		}
		found("127.0.0.1:9", origin) // where it was
		found(address, origin)
	}}
	d, err := device.Start(t.Context(), one.Store, device.Options{Listen: "0.0.0.0:0", Finder: f})
	must(t, err)
	one.dev = d
	<-f.told
	if n := len(d.Peers()); n > 64 {
		t.Errorf("%d machines are called", n)
	}
	until(t, one, "the other one is found", func() bool {
		for _, p := range d.Peers() {
			if p.Address == address && p.Live {
				return true
			}
		}
		return false
	})
	_, err = two.hall.Registry.Save(t.Context(), two.by, app.Form{}, map[string]string{"name": "样例甲", "address": "样例路一号"})
	must(t, err)
	until(t, one, "what it writes comes", one.has(t, "样例路一号"))
}
