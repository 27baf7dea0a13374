package device

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"strconv"
	"sync"

	"linli/app"
	"linli/store"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// listen answers other machines of the hall.
func (d *Device) listen(me store.Membership) error {
	identity := wire.Identity{Key: me.Key, Certificate: me.Certificate}
	l, err := net.Listen("tcp", d.o.Listen)
	if host, _, bad := net.SplitHostPort(d.o.Listen); err != nil && bad == nil {
		// Another program has the port: those who look for this machine find it at any.
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return &app.Error{Code: app.CodeUnreachable, Args: []string{d.o.Listen}, Op: "device: listen", Err: err}
	}
	witness := d.s.Witness(app.PeerLAN, "")
	log := func(o oplog.Origin) string { return "machine " + o.String() }
	answering := &exchange.Server{
		Replica: d.s.Replica(),
		Refuse:  func(c exchange.Caller) error { return refuse(d.s, c) },
		Heard: func(c exchange.Caller, scope oplog.Scope, heads []oplog.Head) {
			line := c.Certificate.Line()
			for _, before := range line[1:] { // it was put back, and has what it says that it has
				d.s.ForgetLog(log(before))
			}
			witness.Holds(log(line[0]), scope, heads)
		},
	}
	options := wire.Options{Report: d.o.Report, Blobs: keeper{d.s}}
	if d.s.HasAuthority() {
		options.Admitter = admitter{d.codes, d}
	}
	handler := wire.Handler(answering, wire.Callers{Authority: func(hall string) ed25519.PublicKey {
		if hall != me.Hall {
			return nil
		}
		return me.Authority
	}}, options)
	if d.server, err = wire.NewServer(identity, handler); err != nil {
		return errors.Join(err, l.Close())
	}
	d.listener = l
	d.running.Add(1)
	go func() {
		defer d.running.Done()
		_ = d.server.ServeTLS(l, "", "") // ends with Stop
	}()
	return nil
}

// admitter admits machines that were given a code at this desk.
type admitter struct {
	*wire.Codebook
	d *Device
}

// Admit implements [wire.Admitter].
func (a admitter) Admit(ctx context.Context, codeID string, who wire.Applicant) (wire.Admission, error) {
	if err := a.Use(codeID, who.Key); err != nil {
		return wire.Admission{}, err
	}
	g := &a.d.given
	g.mu.Lock()
	defer g.mu.Unlock()
	if given, again := g.given[codeID]; again {
		return given, nil
	}
	in, err := a.d.s.Admit(ctx, app.ConsoleActor(), who.Key, who.Name, g.roles[codeID], who.Wrap)
	if err != nil {
		return wire.Admission{}, err
	}
	me := a.d.s.Membership()
	hall, err := a.d.s.Hall().Public.Hall(ctx)
	if err != nil {
		return wire.Admission{}, err
	}
	given := wire.Admission{Certificate: in.Certificate, Hall: me.Hall, Authority: me.Authority, Keys: in.Keys, Name: hall.Name, Zone: hall.Zone}
	g.given[codeID] = given
	return given, nil
}

// admitted remembers for which role each code was made, and what was given for it, so that an answer that was lost is
// given again.
type admitted struct {
	mu    sync.Mutex
	roles map[string]string
	given map[string]wire.Admission
}

var _ wire.Admitter = admitter{}

// invite makes a code for a new machine.
func (d *Device) invite(_ context.Context, _ app.Actor, role string) (app.Invitation, error) {
	switch role {
	case store.RoleDesk, store.RoleKiosk, store.RoleBoard, store.RoleSupervisor:
	default:
		return app.Invitation{}, app.Bad(app.CodeInvalid, "role", role)
	}
	code, id, until, err := d.codes.Open()
	if err != nil {
		return app.Invitation{}, &app.Error{Code: app.CodeInternal, Op: "device: invite", Err: err}
	}
	d.given.mu.Lock()
	defer d.given.mu.Unlock()
	d.given.roles[id] = role
	return app.Invitation{Code: code, Until: until, Addresses: d.addresses()}, nil
}

// addresses is where others reach this machine: at the one address where it listens, or at each that its
// network interfaces have. Those of version 4 come first: they are the shorter to type.
func (d *Device) addresses() []string {
	at := d.listener.Addr().(*net.TCPAddr)
	port := strconv.Itoa(at.Port)
	if !at.IP.IsUnspecified() {
		return []string{net.JoinHostPort(at.IP.String(), port)}
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var four, six []string
	for _, a := range own {
		n, ok := a.(*net.IPNet)
		switch {
		case !ok || n.IP.IsLoopback() || n.IP.IsLinkLocalUnicast():
		case n.IP.To4() != nil:
			four = append(four, net.JoinHostPort(n.IP.String(), port))
		default:
			six = append(six, net.JoinHostPort(n.IP.String(), port))
		}
	}
	return append(four, six...)
}
