package hub

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"linli/sync/oplog"
)

// contacts are machines that were here since the registry was last told. A machine asks several times a second; the
// registry is told every few seconds.
type contacts struct {
	mu sync.Mutex
	of map[oplog.Origin]Device
}

// note remembers a contact. Nothing is encoded or written here: it happens before every answer.
func (c *contacts) note(cert oplog.Certificate, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, known := c.of[cert.Origin]
	if !known || d.Hall != cert.Hall {
		d = Device{Hall: cert.Hall, Origin: cert.Origin, Role: cert.Role}
		d.Certificate, _ = cert.Encode() // it was decoded, so it can be encoded
	}
	d.Seen = now
	c.of[cert.Origin] = d
}

// take answers what was noted and begins anew.
func (c *contacts) take() []Device {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Device
	for _, d := range c.of {
		out = append(out, d)
	}
	clear(c.of)
	return out
}

// NoteContacts tells the registry who was here.
func (h *Hub) NoteContacts(ctx context.Context) error {
	seen := h.contacts.take()
	if len(seen) == 0 {
		return nil
	}
	return h.storage.Update(ctx, nil, func(tx Tx) error {
		for _, d := range seen {
			if err := tx.SetSeen(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// Listed is a machine as the hub knows it.
type Listed struct {
	Device
	Machines []int
	Expires  time.Time
	Cut      bool
	Own      bool // one of the hub's own origins
	Entries  int64
}

// Devices answers the machines of a hall: those that were admitted or met here, and those that the log speaks of.
func (h *Hub) Devices(ctx context.Context, hall string) (list []Listed, err error) {
	if _, err := h.hall(ctx, hall); err != nil {
		return nil, err
	}
	err = h.storage.View(ctx, func(s Snapshot) error {
		list = nil
		certs, err := certificatesOf(s, hall)
		if err != nil {
			return err
		}
		devices, err := s.Devices(hall)
		if err != nil {
			return err
		}
		cuts, err := cutsOf(s, hall)
		if err != nil {
			return err
		}
		for origin, c := range certs {
			l := Listed{Device: Device{Hall: hall, Origin: origin, Role: c.Role}, Machines: c.Machines, Expires: time.UnixMilli(c.Expires), Cut: cuts.Cut(c.Line())}
			if i := slices.IndexFunc(devices, func(d Device) bool { return d.Origin == origin }); i >= 0 {
				l.Device = devices[i]
				l.Own = l.Name == OwnName && l.Seen.IsZero()
			}
			for _, scope := range hallScopes(hall) {
				last, err := lastOf(s, scope, origin)
				if err != nil {
					return err
				}
				l.Entries += last
			}
			list = append(list, l)
		}
		slices.SortFunc(list, func(a, b Listed) int {
			return slices.Compare(append(slices.Clone(a.Machines), int(a.Origin[0])), append(slices.Clone(b.Machines), int(b.Origin[0])))
		})
		return nil
	})
	return list, err
}

// lastOf answers the number of an origin's last entry in a scope, 0 for none.
func lastOf(s Snapshot, scope oplog.Scope, origin oplog.Origin) (last int64, err error) {
	ends, err := s.Ends(scope, origin)
	for _, end := range ends {
		last = max(last, end.N)
	}
	return last, err
}

// Revoke takes a machine out of a hall that was made here: what the hub has of it now counts and nothing else, on every
// replica and for ever, and it may not connect any more. It answers the origins that were cut.
//
// All origins of the machine fall together, those before it as well as those after: whoever holds an old key of the
// machine could make another successor of it.
func (h *Hub) Revoke(ctx context.Context, hall string, origin oplog.Origin) (line []oplog.Origin, err error) {
	one, err := h.hall(ctx, hall)
	switch {
	case err != nil:
		return nil, err
	case one.Kind == Founding:
		return nil, ErrNoHall
	case one.Kind != Made:
		return nil, ErrElsewhere
	}
	err = h.write(ctx, hall, "device.revoke", func(tx Tx) ([]oplog.Change, error) {
		certs, err := certificatesOf(tx, hall)
		if err != nil {
			return nil, err
		}
		if _, known := certs[origin]; !known {
			return nil, ErrNoDevice
		}
		line = oplog.Family(slices.Collect(maps.Values(certs)), origin)
		owner, _, err := tx.Hall(hall)
		if err != nil {
			return nil, err
		}
		if slices.Contains(line, owner.Writer) {
			return nil, ErrOwn
		}
		return h.cuts(tx, hall, line)
	})
	return line, err
}

// cuts makes the statements about origins, one for each scope.
func (h *Hub) cuts(tx Tx, hall string, line []oplog.Origin) ([]oplog.Change, error) {
	var changes []oplog.Change
	for _, o := range line {
		for _, scope := range hallScopes(hall) {
			links, err := linksOf(tx, scope, o)
			if err != nil {
				return nil, err
			}
			c := oplog.Cut{Hall: hall, Origin: o, Scope: scope, Kept: oplog.Kept(o, links), Issued: h.o.Now().UnixMilli()}
			if err := h.authority.SignCut(hall, &c); err != nil {
				return nil, err
			}
			body, err := c.Encode()
			if err != nil {
				return nil, err
			}
			changes = append(changes, oplog.Change{
				Table: oplog.ControlTable, Row: newID(),
				Cells: []oplog.Cell{{Column: oplog.ControlColumn, Value: body}},
			})
		}
	}
	return changes, nil
}
