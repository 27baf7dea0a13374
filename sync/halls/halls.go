package halls

import (
	"context"
	"errors"
	"sync"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/device"
)

// Halls is an open folder of halls. Its methods may be called from any goroutine.
type Halls struct {
	dir     string
	clock   app.Clock
	bus     *app.Bus
	release func() error
	all     []*hall

	mu      sync.Mutex    // guards supervisor.json
	news    chan struct{} // a hall has changed
	stopped chan struct{}
	running sync.WaitGroup
}

// hall is one of them.
type hall struct {
	id     string
	store  *store.Store // nil when it could not be opened, and then why:
	failed *app.Error
	device *device.Device // nil before [Halls.Start]
}

// Open opens every hall of the folder. A hall that does not open is listed with its reason; only
// what is wrong with the folder itself is an error: CodeNoHall, CodeBusy, CodeReadOnly.
func Open(ctx context.Context, dir string, o store.Options) (*Halls, error) {
	ids, err := list(dir)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, &app.Error{Code: app.CodeNoHall, Args: []string{dir}, Op: "halls: open"}
	}
	h := &Halls{dir: dir, clock: o.Clock, bus: &app.Bus{}, news: make(chan struct{}, 1), stopped: make(chan struct{})}
	if h.clock == nil {
		h.clock = app.SystemClock{}
	}
	if h.release, err = store.Hold(dir, o.Program); err != nil {
		return nil, err
	}
	var opening sync.WaitGroup
	for _, id := range ids {
		one := &hall{id: id}
		h.all = append(h.all, one)
		opening.Go(func() {
			s, err := store.Open(ctx, Dir(dir, id), o)
			switch {
			case err != nil:
				one.failed = app.AsError(err)
			case s.Membership().Hall != id: // a folder that was copied here under another's name
				_ = s.Close()
				one.failed = app.Fail(app.CodeDamaged)
			default:
				one.store = s
			}
		})
	}
	opening.Wait()
	return h, nil
}

// Start lets each hall exchange with its own peers, and the overview follow them.
func (h *Halls) Start(ctx context.Context, o device.Options) {
	h.running.Add(1)
	go h.tell()
	for _, one := range h.all {
		if one.store == nil {
			continue
		}
		changes, deaf := one.store.Bus().Subscribe()
		h.running.Add(1)
		go h.relay(changes, deaf)
		d, err := device.Start(ctx, one.store, o)
		if err != nil {
			// What is here can be read all the same.
			if o.Report != nil {
				o.Report("start", err)
			}
			continue
		}
		one.device = d
	}
}

// relay notes that a hall has changed.
func (h *Halls) relay(changes <-chan app.Changed, deaf func()) {
	defer h.running.Done()
	defer deaf()
	for {
		select {
		case <-h.stopped:
			return
		case <-changes:
		}
		select {
		case h.news <- struct{}{}:
		default: // it is noted already
		}
	}
}

// tellEvery is how often the overview is told at most that something has changed: a first
// exchange brings thousands of changes.
const tellEvery = time.Second

// tell tells the overview of what was noted.
func (h *Halls) tell() {
	defer h.running.Done()
	for {
		select {
		case <-h.stopped:
			return
		case <-h.news:
		}
		h.bus.Publish(app.Changed{Table: "halls"})
		pause := time.NewTimer(tellEvery)
		select {
		case <-h.stopped:
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

// Front answers what the face holds.
func (h *Halls) Front() *app.Halls { return &app.Halls{Overview: h, Events: h.bus, Clock: h.clock} }

// Close ends the exchanges and lets go of every folder.
func (h *Halls) Close() error {
	close(h.stopped)
	errs := make([]error, len(h.all))
	var closing sync.WaitGroup
	for i, one := range h.all {
		closing.Go(func() {
			if one.device != nil {
				errs[i] = one.device.Stop()
			}
			if one.store != nil {
				errs[i] = errors.Join(errs[i], one.store.Close())
			}
		})
	}
	closing.Wait()
	h.running.Wait()
	return errors.Join(append(errs, h.release())...)
}

// Halls implements [app.OverviewPort].
func (h *Halls) Halls(ctx context.Context, by app.Actor) ([]app.HallNow, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	d, err := readDesk(h.dir)
	if err != nil {
		d = desk{} // the names are not worth an overview that does not open; signing in says what is wrong
	}
	rows := make([]app.HallNow, len(h.all))
	var asking sync.WaitGroup
	for i, one := range h.all {
		asking.Go(func() { rows[i] = one.now(ctx) })
	}
	asking.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	renamed := false
	for i := range rows {
		renamed = d.name(rows[i].ID, rows[i].Name) || renamed
		if rows[i].Name == "" {
			rows[i].Name = d.Names[rows[i].ID]
		}
	}
	if renamed && err == nil {
		_ = d.write(h.dir) // known again at the next start all the same
	}
	return rows, nil
}

// now answers how a hall stands.
func (one *hall) now(ctx context.Context) app.HallNow {
	row := app.HallNow{ID: one.id}
	failed := func(err error) app.HallNow {
		e := app.AsError(err)
		row.Failed, row.Args, row.Figures = e.Code, e.Args, app.Figures{}
		return row
	}
	if one.store == nil {
		return failed(one.failed)
	}
	// The hall's own row comes with the first exchange.
	info, err := one.store.Hall().Public.Hall(ctx)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return failed(err)
	}
	row.Name = info.Name
	if row.Figures, err = one.store.Figures(ctx); err != nil {
		return failed(err)
	}
	st, err := one.store.Hall().Replicas.State(ctx)
	if err != nil {
		return failed(err)
	}
	row.Attention = st.Attention
	peers := st.Peers
	if one.device == nil {
		known, err := one.store.Peers(ctx)
		if err != nil {
			return failed(err)
		}
		for _, p := range known {
			peers = append(peers, app.Peer{Met: p.Met, Failed: p.Failed})
		}
	}
	for _, p := range peers {
		row.Live = row.Live || p.Live
		if p.Met.After(row.Met) {
			row.Met = p.Met
		}
		if p.Failed != "" {
			row.Away = p.Failed
		}
	}
	if row.Live {
		row.Away = ""
	}
	return row
}

// Open implements [app.OverviewPort].
func (h *Halls) Open(_ context.Context, by app.Actor, id string) (*app.Hall, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	for _, one := range h.all {
		switch {
		case one.id != id:
		case one.store == nil:
			return nil, one.failed
		default:
			return one.store.Hall(), nil
		}
	}
	return nil, app.Fail(app.CodeNotFound)
}

var _ app.OverviewPort = (*Halls)(nil)

// Stores answers the halls that could be opened, by their ids, for what is done to each
// of them alike.
func (h *Halls) Stores() map[string]*store.Store {
	out := map[string]*store.Store{}
	for _, one := range h.all {
		if one.store != nil {
			out[one.id] = one.store
		}
	}
	return out
}
