package halls

import (
	"context"
	"errors"
	"net"
	"strings"

	"linli/app"
	"linli/store"
	"linli/sync/device"
)

// Empty is a data folder in which there is nothing yet.
type Empty struct {
	Dir   string
	Store store.Options
	// HubPort and DeskPort are where hubs and the machines of a hall listen when an address does not say.
	HubPort, DeskPort string
	// Look finds machines on the network, until its context ends. Nil finds none.
	Look func(ctx context.Context, seen func(address string)) error
}

var _ app.StartPort = Empty{}

// Found implements [app.StartPort].
func (e Empty) Found(ctx context.Context, h app.NewHall) error {
	return store.Init(ctx, e.Dir, store.NewHall{Name: h.Name, Division: strings.TrimSpace(h.Division), Admin: h.Admin, PIN: h.PIN}, e.Store)
}

// Join implements [app.StartPort].
func (e Empty) Join(ctx context.Context, j app.Joining, told func(app.JoinStage, int64)) (app.Joined, error) {
	told(app.JoinAsking, 0)
	in, err := Enrol(ctx, e.withPort(j.Address, j.Centre), strings.TrimSpace(j.Code), strings.TrimSpace(j.Name), e.Dir, j.Centre, e.Store)
	if err != nil {
		return app.Joined{}, err
	}
	out := app.Joined{Hall: in.Name, Role: in.Role}
	told(app.JoinFetching, 0)
	s, err := store.Open(ctx, in.Dir, e.Store)
	if err != nil {
		return out, err
	}
	stop := count(ctx, s, told)
	_, err = device.Sync(ctx, s)
	stop()
	if ctx.Err() == nil {
		err = nil // the code is used and the machine is one of the hall; what is missing comes when the windows are open
	}
	return out, errors.Join(err, s.Close())
}

// count tells how many entries have come, each time some do.
func count(ctx context.Context, s *store.Store, told func(app.JoinStage, int64)) (stop func()) {
	changes, deaf := s.Bus().Subscribe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range changes {
			for more := true; more; { // one count for a burst
				select {
				case _, more = <-changes:
				default:
					more = false
				}
			}
			if h, err := s.Hall().Upkeep.Health(ctx); err == nil {
				told(app.JoinFetching, h.Entries)
			}
		}
	}()
	return func() { deaf(); <-ended }
}

// withPort adds the usual port to an address that a person typed without one.
func (e Empty) withPort(address string, centre bool) string {
	address = strings.TrimSpace(address)
	port := e.DeskPort
	if centre {
		port = e.HubPort
	}
	if strings.Contains(address, "://") || address == "" {
		return address
	}
	if _, _, err := net.SplitHostPort(address); err == nil {
		return address
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), port)
}

// Near implements [app.StartPort].
func (e Empty) Near(ctx context.Context, seen func(address string)) {
	if e.Look == nil {
		<-ctx.Done()
		return
	}
	_ = e.Look(ctx, seen) // a network that cannot be looked at leaves the address to be typed
}
