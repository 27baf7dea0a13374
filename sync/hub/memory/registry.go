package memory

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// Halls implements [hub.RegistrySnapshot].
func (t *tx) Halls() ([]hub.Hall, error) {
	return slices.SortedFunc(maps.Values(t.s.halls), func(a, b hub.Hall) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// Hall implements [hub.RegistrySnapshot].
func (t *tx) Hall(id string) (hub.Hall, bool, error) {
	h, ok := t.s.halls[id]
	return h, ok, nil
}

// Devices implements [hub.RegistrySnapshot].
func (t *tx) Devices(hall string) ([]hub.Device, error) {
	var out []hub.Device
	for _, d := range t.s.devices {
		if d.Hall == hall {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b hub.Device) int { return a.Origin.Compare(b.Origin) })
	return out, nil
}

// Codes implements [hub.RegistrySnapshot].
func (t *tx) Codes(now time.Time) ([]hub.Code, error) {
	var out []hub.Code
	for _, c := range t.s.codes {
		if now.Before(c.Expires) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b hub.Code) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// PutHall implements [hub.RegistryTx].
func (t *tx) PutHall(h hub.Hall) error {
	if was, ok := t.s.halls[h.ID]; ok {
		h.Machines, h.Writer = was.Machines, was.Writer
	}
	h.Since = atMillis(h.Since)
	put(t, t.s.halls, h.ID, h)
	return nil
}

// TakeMachines implements [hub.RegistryTx].
func (t *tx) TakeMachines(hall string, floor, count int) (int, error) {
	h, ok := t.s.halls[hall]
	if !ok {
		return 0, hub.ErrNoHall
	}
	h.Machines = max(h.Machines, floor) + count
	put(t, t.s.halls, hall, h)
	return h.Machines, nil
}

// SetWriter implements [hub.RegistryTx].
func (t *tx) SetWriter(hall string, writer oplog.Origin) error {
	if h, ok := t.s.halls[hall]; ok {
		h.Writer = writer
		put(t, t.s.halls, hall, h)
	}
	return nil
}

// PutDevice implements [hub.RegistryTx].
func (t *tx) PutDevice(d hub.Device) error {
	d.Admitted, d.Seen = atMillis(d.Admitted), atMillis(d.Seen)
	put(t, t.s.devices, deviceKey{d.Hall, d.Origin}, d)
	return nil
}

// SetSeen implements [hub.RegistryTx].
func (t *tx) SetSeen(d hub.Device) error {
	if was, ok := t.s.devices[deviceKey{d.Hall, d.Origin}]; ok {
		d.Name, d.Admitted = was.Name, was.Admitted
		if was.Seen.After(d.Seen) {
			d.Seen = was.Seen
		}
	}
	return t.PutDevice(d)
}

// PutCode implements [hub.RegistryTx].
func (t *tx) PutCode(c hub.Code, now time.Time) error {
	for id, old := range t.s.codes {
		if !now.Before(old.Expires) {
			t.forget(id)
		}
	}
	c.Expires = atMillis(c.Expires)
	put(t, t.s.codes, c.ID, c)
	return nil
}

// UseCode implements [hub.RegistryTx].
func (t *tx) UseCode(id string, key []byte, now time.Time) (c hub.Code, found, again bool, err error) {
	c, ok := t.s.codes[id]
	user := t.s.users[id]
	if !ok || !now.Before(c.Expires) || user != "" && user != string(key) {
		return hub.Code{}, false, false, nil
	}
	if user == "" {
		put(t, t.s.users, id, string(key))
		t.setMisses(0)
	}
	return c, true, user != "", nil
}

// CountMiss implements [hub.RegistryTx].
func (t *tx) CountMiss(limit int) (bool, error) {
	t.setMisses(t.s.misses + 1)
	if t.s.misses < limit {
		return false, nil
	}
	return true, t.DropCodes()
}

// DropCodes implements [hub.RegistryTx].
func (t *tx) DropCodes() error {
	t.setMisses(0)
	for id := range t.s.codes {
		t.forget(id)
	}
	return nil
}

func (t *tx) forget(code string) {
	drop(t, t.s.codes, code)
	drop(t, t.s.users, code)
}

func (t *tx) setMisses(n int) {
	was := t.s.misses
	t.undo = append(t.undo, func() { t.s.misses = was })
	t.s.misses = n
}

// atMillis is a time as a database keeps it.
func atMillis(at time.Time) time.Time {
	if at.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(at.UnixMilli())
}
