package main

import (
	"errors"
	"maps"
	"slices"
	"time"

	"linli/app"
	"linli/app/jobs"
	"linli/app/overview"
	"linli/sync/device"
	"linli/sync/halls"
)

// all opens a supervisor's folder of halls for one piece of work.
func (c *call) all(work func(*halls.Halls) error) (err error) {
	h, err := halls.Open(c.ctx, c.data, c.options())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return work(h)
}

// overview answers a supervisor's halls in figures, as the desk's overview shows them.
func (c *call) overview() error {
	return c.all(func(h *halls.Halls) error {
		rows, err := h.Halls(c.ctx, app.SupervisorActor())
		if err != nil {
			return err
		}
		now := time.Now()
		overview.Sort(rows, now)
		out, lines := make([]map[string]any, len(rows)), []string{c.say("ctl.overview.count", len(rows))}
		for i, r := range rows {
			name, met := r.Name, c.say("ctl.overview.never")
			if name == "" {
				name = c.say("ctl.overview.unnamed", r.ID)
			}
			if !r.Met.IsZero() {
				met = r.Met.Local().Format(time.DateTime)
			}
			one := map[string]any{
				"id": r.ID, "name": r.Name, "data": halls.Dir(c.data, r.ID), "failed": string(r.Failed),
				"last_contact": moment(r.Met), "away": string(r.Away), "reason": string(overview.Reasons(r, now)[0]),
			}
			if r.Failed != "" {
				lines = append(lines, c.say("ctl.overview.failed", name, c.reason(r.Failed, r.Args)))
			} else {
				one = merge(one, map[string]any{
					"visits_today": r.Visits, "waiting_now": r.Waiting, "open_cases": r.OpenCases, "overdue_cases": r.Overdue,
					"rated": r.Rated, "satisfied": r.Satisfied, "attention": r.Attention,
				})
				lines = append(lines, c.say("ctl.overview.hall", name, r.Visits, r.Waiting, r.OpenCases, r.Overdue, r.Attention, met))
			}
			out[i] = one
		}
		return c.answer(map[string]any{"data": c.data, "halls": out, "version": version}, lines...)
	})
}

// syncHalls exchanges once with the peers of every hall. One that is away, or cannot be
// opened, keeps none of the others; it is an error all the same.
func (c *call) syncHalls() error {
	if *c.switches["watch"] {
		return c.watchHalls()
	}
	return c.all(func(h *halls.Halls) error {
		rows, err := h.Halls(c.ctx, app.SupervisorActor())
		if err != nil {
			return err
		}
		var failed bool
		var lines []string
		out, stores := []map[string]any{}, h.Stores()
		for _, id := range slices.Sorted(maps.Keys(stores)) {
			name := rows[slices.IndexFunc(rows, func(r app.HallNow) bool { return r.ID == id })].Name
			m, err := device.Sync(c.ctx, stores[id])
			one := map[string]any{"id": id, "name": name, "pushed": m.Pushed, "pulled": m.Pulled}
			if err != nil {
				failed = true
				one["error"] = fault(codeOf(err), c.sentence(err))
				lines = append(lines, c.say("ctl.halls.apart", name, c.sentence(err)))
			} else {
				lines = append(lines, c.say("ctl.halls.sync", name, m.Pushed, m.Pulled))
			}
			out = append(out, one)
		}
		for _, r := range rows {
			if r.Failed != "" {
				failed = true
				out = append(out, map[string]any{"id": r.ID, "name": r.Name, "error": fault(string(r.Failed), c.reason(r.Failed, r.Args))})
				lines = append(lines, c.say("ctl.overview.failed", r.Name, c.reason(r.Failed, r.Args)))
			}
		}
		if err := c.answer(map[string]any{"halls": out}, lines...); err != nil {
			return err
		}
		if failed {
			return errFailed
		}
		return nil
	})
}

// watchHalls lets every hall exchange until the program is stopped.
func (c *call) watchHalls() error {
	return c.all(func(h *halls.Halls) error {
		h.Start(c.ctx, device.Options{})
		clock, err := jobs.Start(h.Jobs(), h, nil)
		if err != nil {
			return err
		}
		if err := c.answer(map[string]any{"watching": len(h.Stores())}, c.say("ctl.halls.watching", len(h.Stores()))); err != nil {
			return errors.Join(err, clock.Stop())
		}
		<-c.ctx.Done()
		return clock.Stop()
	})
}
