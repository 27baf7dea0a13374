package device

import (
	"context"
	"slices"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
)

// maxFound bounds the machines that are called because somebody on the network has said that they are there. A hall has not
// so many, and anybody can say anything.
const maxFound = 64

// found is a machine that was found on the network, or is said to be there.
type found struct {
	address string
	origin  oplog.Origin
}

// find keeps looking for other machines of the hall, and begins to exchange with each that it finds.
func (d *Device) find(ctx context.Context, me store.Membership) {
	for ctx.Err() == nil {
		// A network that goes and comes ends a search; the next one begins soon.
		_ = d.o.Finder.Find(ctx, me.Hall, me.Decoded.Origin, d.Port(), func(address string, origin oplog.Origin) {
			if origin != me.Decoded.Origin && !d.agent.Has(address) {
				d.call(found{address, origin})
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}
}

// call begins to exchange with a machine that was found. It is called at one address, the one where it was seen last if it
// does not answer at the other; and where there are too many, it takes the place of one that never answered.
func (d *Device) call(f found) {
	live, met := map[string]bool{}, map[string]bool{}
	for _, st := range d.agent.Status() {
		live[st.Address], met[st.Address] = st.Live, !st.Met.IsZero()
	}
	if slices.ContainsFunc(d.found, func(o found) bool { return o.origin == f.origin && live[o.address] }) {
		return
	}
	leave := func(i int) {
		d.remove(d.found[i].address)
		d.found = slices.Delete(d.found, i, i+1)
	}
	if i := slices.IndexFunc(d.found, func(o found) bool { return o.origin == f.origin }); i >= 0 {
		leave(i)
	}
	if len(d.found) >= maxFound {
		i := slices.IndexFunc(d.found, func(o found) bool { return !met[o.address] })
		if i < 0 {
			return
		}
		leave(i)
	}
	d.found = append(d.found, f)
	d.add(store.KnownPeer{Address: f.address, Kind: app.PeerLAN, Name: f.origin.String()[:6]})
}

// remove ends the exchange with a machine.
func (d *Device) remove(address string) {
	d.agent.Remove(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.lanes[address]; l != nil {
		l.stop()
	}
	delete(d.lanes, address)
	delete(d.kinds, address)
}
