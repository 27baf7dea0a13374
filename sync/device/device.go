package device

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Options says how a machine takes part.
type Options struct {
	// Listen is where other machines of the hall reach this one, host:port; port 0 takes any. Empty: nowhere.
	Listen string
	// Finder finds the other machines of the hall on its network, and lets them find this one. Nil: nobody is looked for.
	Finder Finder
	// Report is told of this machine's own faults in answering others. Nil drops them.
	Report func(route string, err error)
}

// Finder is a way to find machines of the hall without being told their addresses.
type Finder interface {
	// Find announces this machine at port and calls found with the address and origin of each other one of the hall that it
	// sees, again when it sees it again, until ctx ends.
	Find(ctx context.Context, hall string, self oplog.Origin, port int, found func(address string, origin oplog.Origin)) error
}

// Device is a running machine among others.
type Device struct {
	s     *store.Store
	o     Options
	agent *agent.Agent
	codes *wire.Codebook
	given admitted

	server   *http.Server
	listener net.Listener
	stop     context.CancelFunc
	running  sync.WaitGroup

	ctx   context.Context // of all that runs
	mu    sync.Mutex
	kinds map[string]store.KnownPeer // by address, those that were found among them
	lanes map[string]*lane           // of attachments, likewise

	found []found // in the order in which they were found; of the goroutine that looks for them
}

// Start makes the folder a machine among others. Stop it before the store is closed.
func Start(ctx context.Context, s *store.Store, o Options) (*Device, error) {
	me := s.Membership()
	d := &Device{s: s, o: o, kinds: map[string]store.KnownPeer{}, lanes: map[string]*lane{}, given: admitted{roles: map[string]string{}, given: map[string]wire.Admission{}}, codes: &wire.Codebook{Admitter: me.Key.Public().(ed25519.PublicKey)}}
	d.agent = agent.New(s.Replica(), agent.Lanes(me.Decoded), func(t agent.Target) agent.Witness { return s.Witness(d.kind(t.Address), t.Address) }, d.tell)
	peers, err := s.Peers(ctx)
	if err != nil {
		return nil, err
	}
	ctx, d.stop = context.WithCancel(context.Background())
	d.ctx = ctx
	if o.Listen != "" {
		// A machine that cannot be reached serves its residents all the same.
		if err := d.listen(me); err != nil && o.Report != nil {
			o.Report("listen", err)
		}
	}
	for _, p := range peers {
		d.add(p)
	}
	d.running.Add(1)
	go func() {
		defer d.running.Done()
		d.watchFiles(ctx)
	}()
	s.WatchPeers(d.Peers)
	if d.listener != nil && s.HasAuthority() {
		s.WatchInvites(d.invite)
	}
	if o.Finder != nil && d.listener != nil && !loopback(d.listener.Addr()) {
		d.running.Add(1)
		go func() {
			defer d.running.Done()
			d.find(ctx, me)
		}()
	}
	return d, nil
}

// loopback tells whether nobody else can reach an address, so that there is nobody to tell.
func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// Stop ends all exchanges.
func (d *Device) Stop() error {
	d.s.WatchPeers(nil)
	d.s.WatchInvites(nil)
	d.stop()
	var err error
	if d.server != nil {
		// Held pulls are ended at once: their callers come back when this machine does.
		err = d.server.Close()
	}
	d.agent.Stop()
	d.running.Wait()
	return err
}

// Port is where the machine listens, 0 when it does not.
func (d *Device) Port() int {
	if d.listener == nil {
		return 0
	}
	return d.listener.Addr().(*net.TCPAddr).Port
}

func (d *Device) kind(address string) app.PeerKind {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kinds[address].Kind
}

// add begins to exchange with a peer.
func (d *Device) add(p store.KnownPeer) {
	ctx, stop := context.WithCancel(d.ctx)
	l := &lane{d: d, p: p, t: &traffic{}, wake: make(chan struct{}, 1), stop: stop}
	d.mu.Lock()
	_, again := d.lanes[p.Address]
	d.kinds[p.Address] = p
	if !again {
		d.lanes[p.Address] = l
	}
	l = d.lanes[p.Address]
	d.mu.Unlock()
	if again {
		stop()
	}
	d.agent.Add(agent.Target{Address: p.Address, Connect: func(context.Context) (exchange.Peer, func(), error) {
		c, err := client(d.s, p)
		if err != nil {
			return nil, nil, err
		}
		end := func() {
			c.Close()
			l.t.setMore(false)
		}
		return agent.Ahead(seen{c, l.t}), end, nil
	}})
	if !again {
		d.running.Add(1)
		go func() {
			defer d.running.Done()
			l.run(ctx)
		}()
	}
}

// client makes the connection to a peer, as this machine is at present.
func client(s *store.Store, p store.KnownPeer) (*wire.Client, error) {
	me := s.Membership()
	trust := wire.Pinned(p.Key)
	if p.Kind == app.PeerLAN {
		trust = wire.HallMate(me.Hall, me.Authority, func(c exchange.Caller) error { return refuse(s, c) })
	}
	c, err := wire.NewClient(p.Address, wire.Identity{Key: me.Key, Certificate: me.Certificate}, trust)
	if err == nil && p.Kind == app.PeerLAN {
		c.Proxy = wire.Direct
	}
	return c, err
}

func refuse(s *store.Store, c exchange.Caller) error {
	if s.Revoked(c.Certificate) {
		return exchange.ErrRevoked
	}
	return nil
}

// Peers answers how it stands with each peer at present.
func (d *Device) Peers() []app.Peer {
	var out []app.Peer
	for _, st := range d.agent.Status() {
		d.mu.Lock()
		p := d.kinds[st.Address]
		d.mu.Unlock()
		one := app.Peer{Address: st.Address, Kind: p.Kind, Name: p.Name, Live: st.Live, NextTry: st.NextTry, Met: p.Met, Failed: failure(st.Err)}
		if !st.Met.IsZero() {
			one.Met = st.Met
		}
		out = append(out, one)
	}
	return out
}

// failure names why an exchange ended, for people.
func failure(err error) app.Code {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, exchange.ErrRevoked):
		return app.CodeRevoked
	case errors.Is(err, exchange.ErrForbidden):
		return app.CodeForbidden
	case app.CodeOf(err) == app.CodeDiskFull, app.CodeOf(err) == app.CodeDamaged, app.CodeOf(err) == app.CodeReadOnly:
		return app.CodeOf(err)
	}
	return app.CodeUnreachable
}

// tell lets the faces know that a peer came or went, and remembers it.
func (d *Device) tell() {
	for _, st := range d.agent.Status() {
		d.mu.Lock()
		p, known := d.kinds[st.Address]
		news := known && (failure(st.Err) != p.Failed || st.Met.Sub(p.Met) > time.Minute)
		if news {
			p.Failed = failure(st.Err)
			if st.Met.After(p.Met) {
				p.Met = st.Met
			}
			d.kinds[st.Address] = p
		}
		d.mu.Unlock()
		if news {
			_ = d.s.NotePeer(context.Background(), p.Address, p.Met, p.Failed)
		}
	}
	d.s.Bus().Publish(app.Changed{Table: "replication"})
	d.nudge()
}

// Jobs are what a machine does by the clock: a full exchange that relies on no cursor, and each day the comparison of its
// rows with those of every peer, and the question which attachments that had them these still have.
func (d *Device) Jobs() []app.Job {
	return []app.Job{
		{Name: "exchange", Every: 15 * time.Minute, Run: func(context.Context) error { d.agent.Again(); return nil }},
		{Name: "digest", Every: 24 * time.Hour, Run: d.compare},
		{Name: "attachments", Every: 24 * time.Hour, Run: d.offerAgain},
	}
}

// compare asks each peer for its digests where both have the same entries. A difference is made again from the own log; one
// that stays is for a person.
func (d *Device) compare(ctx context.Context) error {
	var errs []error
	for _, p := range d.known() {
		c, err := client(d.s, p)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, CompareWith(ctx, d.s, c, p.Address))
		c.Close()
	}
	return errors.Join(errs...)
}

// offerAgain forgets where attachments are known to be: a peer may have lost one, and a machine that nobody answers to cannot
// ask for it. The lanes then offer each again, which is one short question where it is still there.
func (d *Device) offerAgain(ctx context.Context) error {
	if err := d.s.ForgetBlobs(ctx); err != nil {
		return err
	}
	d.nudge()
	return nil
}

func (d *Device) known() []store.KnownPeer {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []store.KnownPeer
	for _, p := range d.kinds {
		out = append(out, p)
	}
	return out
}

// CompareWith compares the rows of the store with a peer's, makes them again from the own log where they differ, and puts
// what still differs on the list of what needs a person. It is never merged by value.
func CompareWith(ctx context.Context, s *store.Store, peer exchange.Peer, name string) error {
	session := agent.NewSession(s.Replica(), peer, agent.Lanes(s.Membership().Decoded), nil)
	differ, err := session.Compare(ctx)
	if err != nil || len(differ) == 0 {
		return err
	}
	for _, one := range differ {
		if err := s.Rebuild(ctx, one.Scope); err != nil {
			return err
		}
	}
	if differ, err = session.Compare(ctx); err != nil {
		return err
	}
	for _, one := range differ {
		if err := s.NoteDiffers(ctx, one.Scope.Part(), name); err != nil {
			return err
		}
	}
	return nil
}
