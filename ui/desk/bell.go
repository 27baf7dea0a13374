package desk

import (
	"context"

	"linli/app"
)

// ringForCalls makes a desk heard when a resident calls for staff, also while nobody is
// signed in: then the sign-in page says so. Each call rings once at every desk;
// a desk that was opened later rings for those still unanswered.
func (d *Desk) ringForCalls() {
	if d.hall.Inbox == nil || d.hall.ReadOnly {
		return // whoever only looks cannot go there
	}
	d.background(func(ctx context.Context) func() {
		calls, err := d.hall.Inbox.HelpCalls(ctx)
		if err != nil {
			return nil // the queue panel says what is wrong
		}
		return func() {
			fresh := false
			heard := make(map[string]bool, len(calls))
			for _, c := range calls {
				fresh = fresh || !d.heard[c.ID]
				heard[c.ID] = true
			}
			d.heard = heard
			if fresh && d.bell != nil {
				d.bell()
			}
			if d.who == (app.Actor{}) && d.signIn != nil {
				d.signIn.showCalls(len(calls))
			}
		}
	})
}
