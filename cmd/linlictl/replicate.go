package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/app"
	"linli/app/jobs"
	"linli/store"
	"linli/sync/device"
	"linli/sync/halls"
	"linli/sync/oplog"
)

// enrol makes the folder of a new machine with the code that a hub or a desk gave
// out, and fetches the hall.
func (c *call) enrol() error {
	address, hub := *c.text["hub"], true
	if address == "" {
		address, hub = *c.text["desk"], false
	}
	switch {
	case address != "" && *c.text["desk"] != "" && hub:
		return misuse{"one-of", "--hub | --desk"}
	case address == "":
		return misuse{"needs-flag", "--hub"}
	case *c.text["code"] == "":
		return misuse{"needs-flag", "--code"}
	}
	name := *c.text["name"]
	if name == "" {
		name, _ = os.Hostname()
	}
	var e device.Enrolled
	_, err := os.Stat(filepath.Join(c.data, store.DatabaseFile))
	brought := err == nil && hub // a hall that is here already comes along with all its data
	if !brought {
		if e, err = halls.Enrol(c.ctx, address, *c.text["code"], name, c.data, hub, c.options()); err != nil {
			return err
		}
		c.data = e.Dir // a supervisor's hall lies beside others
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		if brought {
			if e, err = device.Bring(c.ctx, s, address, *c.text["code"]); err != nil {
				return err
			}
		}
		m, err := device.Sync(c.ctx, s)
		if err != nil {
			return err // it is a machine of the hall all the same, and sync goes on from here
		}
		return c.answer(map[string]any{"hall": e.Hall, "name": e.Name, "role": e.Role, "data": c.data, "pulled": m.Pulled, "pushed": m.Pushed},
			c.say("ctl.enrol.done", e.Name, c.data), c.say("ctl.enrol.role."+e.Role))
	})
}

// sync exchanges once with every known machine, or goes on until it is stopped.
func (c *call) sync() error {
	if halls.Is(c.data) {
		return c.syncHalls()
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		began := time.Now()
		m, err := device.Sync(c.ctx, s)
		if err != nil && !*c.switches["watch"] {
			return err
		}
		object := map[string]any{
			"pushed": m.Pushed, "pulled": m.Pulled, "bytes_out": m.BytesOut, "bytes_in": m.BytesIn, "seconds": time.Since(began).Seconds(),
			"attachments_sent": m.Sent, "attachments_fetched": m.Fetched,
		}
		if err == nil {
			_, _, files, err := c.filesLine(s)
			if err != nil {
				return err
			}
			if err := c.answer(object, sentences(c.say("ctl.sync.done", m.Pushed, m.Pulled), files)...); err != nil {
				return err
			}
		}
		if !*c.switches["watch"] {
			return nil
		}
		return c.run(s, device.Options{}, nil)
	})
}

// serve keeps this machine among the others without a window: it exchanges, answers
// the machines of the hall's network, and admits one with the code that it prints.
func (c *call) serve() error {
	if *c.text["listen"] == "" {
		return misuse{"needs-flag", "--listen"}
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		return c.run(s, device.Options{Listen: *c.text["listen"]}, func(d *device.Device) error {
			if d.Port() == 0 {
				return &app.Error{Code: app.CodeUnreachable, Args: []string{*c.text["listen"]}, Op: "serve"}
			}
			object := map[string]any{"port": d.Port()}
			lines := []string{c.say("ctl.serve.ready", d.Port())}
			if role := *c.text["invite"]; role != "" {
				i, err := s.Hall().Replicas.Invite(c.ctx, by, role)
				if err != nil {
					return err
				}
				object["code"], object["until"] = i.Code, i.Until
				lines = append(lines, c.say("ctl.serve.code", i.Code))
			}
			return c.answer(object, lines...)
		})
	})
}

// run is a machine among others until the program is stopped.
func (c *call) run(s *store.Store, o device.Options, ready func(*device.Device) error) error {
	d, err := device.Start(c.ctx, s, o)
	if err != nil {
		return err
	}
	clock, err := jobs.Start(append(s.Jobs(), d.Jobs()...), s, nil)
	if err != nil {
		return errors.Join(err, d.Stop())
	}
	if ready != nil {
		err = ready(d)
	}
	if err == nil {
		<-c.ctx.Done()
		if !errors.Is(c.ctx.Err(), context.Canceled) {
			err = c.ctx.Err()
		}
	}
	return errors.Join(err, clock.Stop(), d.Stop())
}

// conflicts lists what two people changed apart, with each value, who, when and where.
func (c *call) conflicts() error {
	return c.with(func(s *store.Store, by app.Actor) error {
		list, err := s.Hall().Replicas.Conflicts(c.ctx, by)
		if err != nil {
			return err
		}
		out := make([]map[string]any, len(list))
		lines := []string{c.say("ctl.conflicts.count", len(list))}
		for i, one := range list {
			values := make([]map[string]any, len(one.Values))
			lines = append(lines, c.say("ctl.conflicts.one", one.ID, one.Record, one.Title))
			for j, v := range one.Values {
				values[j] = map[string]any{"value": v.Value, "by": v.By, "at": v.At.Format(time.RFC3339), "where": v.Where}
				lines = append(lines, c.say("ctl.conflicts.value", j+1, v.Value, v.By, v.At.Format(time.DateTime), v.Where))
			}
			out[i] = map[string]any{"id": one.ID, "table": one.Table, "record": one.Row, "name": one.Record, "column": one.Column, "values": values}
		}
		return c.answer(map[string]any{"conflicts": out}, lines...)
	})
}

// resolve decides a conflict for one of its values, or takes a decision back.
func (c *call) resolve() error {
	return c.with(func(s *store.Store, by app.Actor) error {
		id, take := c.args[0], *c.numbers["take"]
		if *c.switches["undo"] {
			if err := s.Hall().Replicas.UndoResolve(c.ctx, by, id); err != nil {
				return err
			}
			return c.answer(map[string]any{"id": id, "undone": true}, c.say("ctl.resolve.undone"))
		}
		if take < 1 {
			return misuse{"needs-flag", "--take"}
		}
		if err := s.Hall().Replicas.Resolve(c.ctx, by, id, take-1); err != nil {
			return err
		}
		return c.answer(map[string]any{"id": id, "taken": take}, c.say("ctl.resolve.done", take))
	})
}

// devices lists the machines of the hall.
func (c *call) devices() error {
	return c.with(func(s *store.Store, _ app.Actor) error {
		list, err := s.Hall().Replicas.Devices(c.ctx)
		if err != nil {
			return err
		}
		out, lines := []map[string]any{}, []string{}
		for _, d := range list {
			out = append(out, map[string]any{"id": d.ID, "name": d.Name, "role": d.Role, "machines": d.Machines, "this": d.This, "revoked": d.Revoked, "last": moment(d.Last)})
			lines = append(lines, strings.TrimSpace(d.ID+"  "+d.Name+"  "+d.Role))
		}
		return c.answer(map[string]any{"devices": out}, lines...)
	})
}

// revoke takes a machine out of the hall.
func (c *call) revoke() error {
	return c.with(func(s *store.Store, by app.Actor) error {
		if err := s.Hall().Replicas.RevokeDevice(c.ctx, by, c.args[0]); err != nil {
			return err
		}
		return c.answer(map[string]any{"revoked": c.args[0]}, c.say("ctl.revoke.done"))
	})
}

// standing is how this machine stands with the others, for status.
func (c *call) standing(s *store.Store) (map[string]any, error) {
	st, err := s.Hall().Replicas.State(c.ctx)
	if err != nil {
		return nil, err
	}
	known, err := s.Peers(c.ctx)
	if err != nil {
		return nil, err
	}
	peers := make([]map[string]any, len(known))
	for i, p := range known {
		peers[i] = map[string]any{"address": p.Address, "kind": string(p.Kind), "name": p.Name, "last_contact": moment(p.Met), "failed": string(p.Failed)}
	}
	digests := map[string]string{}
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		me := s.Membership()
		scope := oplog.HallScope(me.Hall, part)
		if part != oplog.Public && !me.Decoded.Allows(scope) {
			continue
		}
		d, err := s.Replica().Digest(c.ctx, scope)
		if err != nil {
			return nil, err
		}
		digests[part] = d.Rows.String()
	}
	void, err := s.Quarantined(c.ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"waiting": s.Waiting(), "peers": peers, "conflicts": st.Conflicts, "attention": st.Attention, "quarantined": void, "digests": digests}, nil
}

func merge(a, b map[string]any) map[string]any {
	for k, v := range b {
		a[k] = v
	}
	return a
}
