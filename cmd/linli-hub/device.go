package main

import (
	"crypto/ed25519"
	"strings"
	"time"

	"linli/sync/hub"
	"linli/sync/oplog"
	"linli/sync/wire"
)

func fingerprint(key ed25519.PublicKey) string { return wire.Fingerprint(key) }

// listDevices lists the machines of a hall.
func (c *call) listDevices() error {
	if err := c.needs("hall"); err != nil {
		return err
	}
	return c.with(false, func(o *opened) error {
		devices, err := o.Devices(c.ctx, *c.text["hall"])
		if err != nil {
			return err
		}
		list := make([]map[string]any, 0, len(devices))
		lines := []string{c.say("hub.device.count", len(devices))}
		for _, d := range devices {
			list = append(list, map[string]any{
				"device": d.Origin.String(), "name": d.Name, "role": d.Role, "machines": d.Machines, "entries": d.Entries,
				"admitted": moment(d.Admitted), "last_contact": moment(d.Seen), "expires": moment(d.Expires), "revoked": d.Cut, "hub": d.Own,
			})
			seen := c.say("hub.device.never")
			if !d.Seen.IsZero() {
				seen = d.Seen.Local().Format(time.DateTime)
			}
			state := ""
			switch {
			case d.Cut:
				state = c.say("hub.device.revoked.state")
			case d.Own:
				state = c.say("hub.device.own")
			}
			lines = append(lines, c.say("hub.device.line", d.Origin, d.Name, d.Role, seen, d.Entries, state))
		}
		return c.answer(map[string]any{"devices": list}, lines...)
	})
}

// revokeDevice takes a machine out of a hall.
func (c *call) revokeDevice() error {
	if err := c.needs("hall", "device"); err != nil {
		return err
	}
	origin, err := oplog.ParseOrigin(strings.ToLower(strings.TrimSpace(*c.text["device"])))
	if err != nil {
		return hub.ErrNoDevice
	}
	return c.with(false, func(o *opened) error {
		line, err := o.Revoke(c.ctx, *c.text["hall"], origin)
		if err != nil {
			return err
		}
		ids := make([]string, len(line))
		for i, l := range line {
			ids[i] = l.String()
		}
		return c.answer(map[string]any{"revoked": ids}, c.say("hub.device.revoked", origin))
	})
}
