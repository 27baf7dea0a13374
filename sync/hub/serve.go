package hub

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"linli/sync/exchange"
	"linli/sync/wire"
)

// Handler answers machines under /v1, and whoever looks after the hub at /healthz and /metrics.
func (h *Hub) Handler() http.Handler {
	machines := wire.Handler(&exchange.Server{Replica: h.Log, Refuse: h.Refuse}, wire.Callers{Authority: h.AuthorityOf}, wire.Options{
		Admitter: h, Adopter: h, Report: h.o.Report, Now: h.o.Now,
	})
	mux := http.NewServeMux()
	mux.Handle("/", h.metrics.measured(machines))
	mux.HandleFunc("GET /healthz", h.serveHealth)
	mux.HandleFunc("GET /metrics", h.serveMetrics)
	return mux
}

// serveHealth tells whether the hub can read its data.
func (h *Hub) serveHealth(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := h.Totals(r.Context()); err != nil {
		h.report("health")(err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("{\"ok\":false}\n"))
		return
	}
	_, _ = w.Write([]byte("{\"ok\":true}\n"))
}

const (
	// contactsEvery is how often the registry is told who was here.
	contactsEvery = 10 * time.Second
	// farewell is how long requests may take to end when the hub does.
	farewell = 5 * time.Second
)

// Serve answers on a listener until ctx ends. Held pulls end at once, the others are finished. [ErrBusy] when a hub with the
// same keys serves already.
func (h *Hub) Serve(ctx context.Context, l net.Listener) (err error) {
	release, err := h.keys.Hold()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, release()) }()
	server, err := wire.NewServer(wire.Identity{Key: h.Identity()}, h.Handler())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	requests, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server.BaseContext = func(net.Listener) context.Context { return requests }

	work, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { h.Log.Follow(work, h.report("follow")) })
	running.Go(func() { h.Log.Tend(work, h.report("registers")) })
	running.Go(func() { h.noteContacts(work) })
	ended := make(chan error, 1)
	go func() {
		err := server.ServeTLS(l, "", "")
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		ended <- err
	}()

	select {
	case err = <-ended: // the listener broke
	case <-ctx.Done():
		end() // whoever waits comes back when the hub does
		quick, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
		err = server.Shutdown(quick)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		err = errors.Join(err, <-ended)
	}
	stop()
	running.Wait()
	return errors.Join(err, h.NoteContacts(context.WithoutCancel(ctx)))
}

func (h *Hub) noteContacts(ctx context.Context) {
	tick := time.NewTicker(contactsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := h.NoteContacts(ctx); err != nil && ctx.Err() == nil {
			h.report("contacts")(err)
		}
	}
}
