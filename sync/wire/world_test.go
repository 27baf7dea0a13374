package wire_test

import (
	"crypto/ed25519"
	"net"
	"net/http"
	"sync"
	"testing"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Keys of these tests, by number: 1 to 99 are machines, 500 is the hub's, 900 and 901 are authorities.
const hubKey = 500

func hubIdentity() wire.Identity { return wire.Identity{Key: keyOf(hubKey)} }

func hubTrust() wire.Trust { return wire.Pinned(public(keyOf(hubKey))) }

// machine is a machine of a hall.
type machine struct {
	n    int
	cert oplog.Certificate
	id   wire.Identity
}

func (h hall) machine(n int, role string, parts ...string) machine {
	c := h.certify(n, role, parts...)
	return machine{n, c, wire.Identity{Key: keyOf(n), Certificate: must(c.Encode())}}
}

func (h hall) desk(n int) machine {
	return h.machine(n, exchange.RoleDesk, oplog.Public, oplog.Desk, oplog.Intake)
}

func (h hall) kiosk(n int) machine {
	return h.machine(n, exchange.RoleKiosk, oplog.Public, oplog.Intake)
}

func (m machine) write(t testing.TB, r *memory, scope oplog.Scope) oplog.Entry {
	t.Helper()
	return r.write(t, m.n, m.cert, scope, 20)
}

// serving is a server on a port of this machine.
type serving struct {
	address string
	log     *memory
	hub     *exchange.Server
	handler http.Handler

	mu      sync.Mutex
	faults  []error
	expired []exchange.Caller
	cut     map[oplog.Origin]bool
	halls   map[string]ed25519.PublicKey
}

// newServing knows both halls and refuses nobody.
func newServing() *serving {
	return &serving{cut: make(map[oplog.Origin]bool), halls: map[string]ed25519.PublicKey{
		ours.id: public(ours.authority), theirs.id: public(theirs.authority),
	}}
}

// serve serves a log as id, for machines of both halls.
func serve(t testing.TB, id wire.Identity, log *memory, o wire.Options) *serving {
	t.Helper()
	s := newServing()
	s.log = log
	s.hub = &exchange.Server{Replica: log, Refuse: s.refuse}
	o.Report = s.report
	s.handler = wire.Handler(s.hub, s.callers(), o)
	s.address = listen(t, id, s.handler)
	return s
}

func (s *serving) callers() wire.Callers {
	return wire.Callers{
		Authority: func(id string) ed25519.PublicKey {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.halls[id]
		},
		Expired: func(c exchange.Caller) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.expired = append(s.expired, c)
		},
	}
}

func (s *serving) refuse(c exchange.Caller) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut[c.Certificate.Origin] {
		return exchange.ErrRevoked
	}
	return nil
}

func (s *serving) report(_ string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, err)
}

func (s *serving) reported() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.faults...)
}

// listen serves a handler as id until the test ends.
func listen(t testing.TB, id wire.Identity, h http.Handler) string {
	t.Helper()
	server, err := wire.NewServer(id, h)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.ServeTLS(l, "", "")
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return l.Addr().String()
}

// client makes a client of a machine for an address.
func client(t testing.TB, address string, m machine, trust wire.Trust) *wire.Client {
	t.Helper()
	c, err := wire.NewClient(address, m.id, trust)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// session is a machine's exchange of its own log with a peer.
func session(m machine, mine *memory, peer exchange.Peer) *agent.Session {
	return agent.NewSession(mine, peer, agent.Lanes(m.cert), nil)
}
