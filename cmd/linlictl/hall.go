package main

import (
	"bufio"
	"io"
	"strings"

	"linli/app"
	"linli/store"
	"linli/sync/halls"
)

// init makes a new hall in an empty folder.
func (c *call) init() error {
	for _, required := range []string{"hall", "division", "admin"} {
		if strings.TrimSpace(*c.text[required]) == "" {
			return misuse{"needs-flag", "--" + required}
		}
	}
	if !*c.switches["pin-stdin"] {
		// A PIN among the arguments would stand in the shell's history and in
		// the list of processes.
		return misuse{"needs-flag", "--pin-stdin"}
	}
	pin, err := bufio.NewReader(io.LimitReader(c.in, 1<<10)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	h := store.NewHall{Name: strings.TrimSpace(*c.text["hall"]), Division: *c.text["division"], Zone: *c.text["zone"], Admin: *c.text["admin"], PIN: strings.TrimSpace(pin)}
	if err := store.Init(c.ctx, c.data, h, c.options()); err != nil {
		return err
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		info, err := s.Hall().Public.Hall(c.ctx)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{"hall": info.ID, "name": info.Name, "division": info.Division, "data": c.data},
			c.say("ctl.init.done", info.Name, c.data), c.say("ctl.init.next"))
	})
}

// demo fills a folder with invented people; a hall is made when there is none.
func (c *call) demo() error {
	d := store.Demo{Residents: *c.numbers["residents"], Visits: *c.numbers["visits"], Seed: *c.numbers["seed"], Separate: *c.switches["separate"]}
	if d.Residents < 0 || d.Visits < 0 || d.Residents > 600_000 || d.Visits > 5_000_000 {
		return misuse{"bad-flag", "--residents 0–600000, --visits 0–5000000"}
	}
	s, err := c.open()
	if app.CodeOf(err) == app.CodeNoHall {
		hall := store.NewHall{Name: c.say("ctl.demo.hall"), Division: "320102001001", Admin: store.DemoAdmin, PIN: store.DemoAdminPIN}
		if err := store.Init(c.ctx, c.data, hall, c.options()); err != nil {
			return err
		}
		s, err = c.open()
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := store.FillDemo(c.ctx, s, d); err != nil {
		return err
	}
	h, err := s.Hall().Upkeep.Health(c.ctx)
	if err != nil {
		return err
	}
	return c.answer(map[string]any{"residents": h.Residents, "entries": h.Entries, "visits": d.Visits, "seed": d.Seed},
		c.say("ctl.demo.done", h.Residents, h.Entries), c.say("ctl.demo.staff", store.DemoAdmin, store.DemoAdminPIN, store.DemoClerk, store.DemoClerkPIN))
}

// status answers the hall in figures.
func (c *call) status() error {
	if halls.Is(c.data) {
		return c.overview()
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		info, err := s.Hall().Public.Hall(c.ctx)
		if err != nil {
			return err
		}
		h, err := s.Hall().Upkeep.Health(c.ctx)
		if err != nil {
			return err
		}
		with, err := c.standing(s)
		if err != nil {
			return err
		}
		here, away, line, err := c.filesLine(s)
		if err != nil {
			return err
		}
		return c.answer(merge(with, map[string]any{
			"hall": info.Name, "id": info.ID, "division": info.Division, "zone": info.Zone, "data": h.DataDir,
			"residents": h.Residents, "entries": h.Entries, "open_cases": h.OpenCases,
			"database_bytes": h.DatabaseSize, "disk_free_bytes": h.DiskFree,
			"last_backup": moment(h.LastBackup), "sheet_confirmed": h.SheetSeen, "schema": h.Schema, "version": version,
			"attachments": here, "attachments_away": away,
		}),
			sentences(c.say("ctl.status.hall", info.Name, info.Division),
				c.say("ctl.status.data", h.DataDir, megabytes(h.DatabaseSize)),
				c.say("ctl.status.rows", h.Residents, h.OpenCases, h.Entries), line,
				c.backupLine(h))...)
	})
}
