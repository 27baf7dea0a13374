package shell

import (
	"context"
	"log/slog"

	"linli/app"
)

// watchAlone tells whether this machine reaches none of the others: once at first,
// and whenever that changes. A hall without other machines is never told. It reads
// the port when the store says that something has changed, on a goroutine of its
// own; the function that it answers ends that.
func watchAlone(ctx context.Context, hall *app.Hall, tell func(alone bool)) (stop func()) {
	if hall.Replicas == nil {
		return func() {}
	}
	changes, stop := hall.Events.Subscribe()
	go func() {
		was := false
		ask := func() {
			s, err := hall.Replicas.State(ctx)
			if err != nil {
				slog.Warn("state of the other machines", "error", err)
				return
			}
			if s.Alone != was {
				was = s.Alone
				tell(was)
			}
		}
		ask()
		for c := range changes {
			asked := c.Table == "" || c.Table == "replication"
			for more := true; more; { // one question for a burst
				select {
				case c, ok := <-changes:
					asked = asked || ok && (c.Table == "" || c.Table == "replication")
					more = ok
				default:
					more = false
				}
			}
			if asked && ctx.Err() == nil {
				ask()
			}
		}
	}()
	return stop
}
