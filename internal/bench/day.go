package main

import (
	"context"
	"fmt"
	"time"

	"linli/app"
)

// timed is how long each of n turns of something took.
func timed(n int, do func(i int) error) ([]time.Duration, error) {
	took := make([]time.Duration, 0, n)
	for i := range n {
		began := time.Now()
		if err := do(i); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// percentiles prints the usual two.
func percentiles(took []time.Duration) string {
	return fmt.Sprintf("p50 %.2f ms, p95 %.2f ms", ms(quantile(took, .5)), ms(quantile(took, .95)))
}

// measureQueue takes numbers at the desk and calls them, both durable.
func measureQueue(ctx context.Context, r *report, h *hall) error {
	businesses, err := h.Public.Businesses(ctx)
	if err != nil {
		return err
	}
	const turns = 300
	take, err := timed(turns, func(i int) error {
		_, err := h.Queue.TakeAtDesk(ctx, h.clerk, app.TakeTicket{BusinessID: businesses[i%len(businesses)].ID})
		return err
	})
	if err != nil {
		return err
	}
	var calls []time.Duration
	for range turns {
		began := time.Now()
		t, err := h.Queue.CallNext(ctx, h.clerk)
		if err != nil {
			return err
		}
		calls = append(calls, time.Since(began))
		if _, err := h.Queue.Step(ctx, h.clerk, t.ID, app.StepComplete, ""); err != nil {
			return err
		}
	}
	r.add("take a number at the desk", "-", "%s", percentiles(take))
	r.add("call the next number, of up to 300 who wait", "-", "%s", percentiles(calls))
	return nil
}

// measurePages reads what the desk shows: a resident with what the hall did for them, and a day's visits.
func measurePages(ctx context.Context, r *report, h *hall) error {
	some, err := h.Registry.Find(ctx, h.clerk, "样例", "", 400)
	if err != nil {
		return err
	}
	const turns = 200
	page, err := timed(turns, func(i int) error {
		id := some[i%len(some)].ID
		if _, _, err := h.Registry.Resident(ctx, h.clerk, id); err != nil {
			return err
		}
		_, err := h.Visits.Visits(ctx, h.clerk, app.VisitFilter{ResidentID: id, Limit: 50})
		return err
	})
	if err != nil {
		return err
	}
	r.add("a resident's page, with the visits", "-", "%s", percentiles(page))
	history, err := timed(turns, func(i int) error {
		_, err := h.Registry.History(ctx, app.ConsoleActor(), some[i%len(some)].ID)
		return err
	})
	if err != nil {
		return err
	}
	r.add("a resident's history, from the log", "-", "%s", percentiles(history))
	day, err := timed(turns, func(i int) error {
		_, err := h.Visits.Visits(ctx, h.clerk, app.VisitFilter{Day: app.DayOf(time.Now().AddDate(0, 0, -1-i%60), time.Local), Limit: 50})
		return err
	})
	if err != nil {
		return err
	}
	r.add("a day's visits, a page of 50", "-", "%s", percentiles(day))
	return nil
}
