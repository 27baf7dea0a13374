package wire_test

import (
	"net/http"
	"os"
	"sync/atomic"
	"testing"

	"linli/internal/faultproxy"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// stage is a server whose log is another one in each act, and a proxy before it.
type stage struct {
	now  atomic.Pointer[http.Handler]
	plan atomic.Pointer[faultproxy.Plan]

	direct string
	proxy  *faultproxy.Proxy
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := new(stage)
	s.direct = listen(t, hubIdentity(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.now.Load()).ServeHTTP(w, r) }))
	s.plan.Store(&faultproxy.Plan{CutUp: faultproxy.Never, CutDown: faultproxy.Never})
	p, err := faultproxy.Listen(s.direct, func(int) faultproxy.Plan { return *s.plan.Load() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	s.proxy = p
	return s
}

// act puts a hub with that log on the stage.
func (s *stage) act(log *memory) {
	h := wire.Handler(&exchange.Server{Replica: log}, newServing().callers(), wire.Options{})
	s.now.Store(&h)
}

// play is a small exchange: what a desk has and what the hub has, in one scope.
type play struct {
	m     machine
	scope oplog.Scope
	desk  []oplog.Item
	hub   []oplog.Item
}

func newPlay(t *testing.T) play {
	t.Helper()
	p := play{m: ours.machine(1, exchange.RoleDesk, oplog.Desk), scope: ours.scope(oplog.Desk)}
	desk, hub := newMemory(ours, "a"), newMemory(ours, "hub")
	other := ours.machine(2, exchange.RoleDesk, oplog.Desk)
	for range 3 {
		p.m.write(t, desk, p.scope)
		other.write(t, hub, p.scope)
	}
	p.desk, p.hub = desk.log(p.scope).items, hub.log(p.scope).items
	return p
}

// logs are the two logs as they are before the exchange.
func (p play) logs(t *testing.T) (desk, hub *memory) {
	t.Helper()
	desk, hub = newMemory(ours, "a"), newMemory(ours, "hub")
	for log, items := range map[*memory][]oplog.Item{desk: p.desk, hub: p.hub} {
		if r, err := log.Accept(t.Context(), oplog.Batch{Scope: p.scope, Items: items}); err != nil || r.Fresh != len(items) {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	return desk, hub
}

func (p play) session(mine *memory, peer exchange.Peer) *agent.Session {
	return agent.NewSession(mine, peer, []agent.Lane{{Scope: p.scope, Push: true, Pull: true}}, nil)
}

// An exchange that is cut anywhere, after each byte of it in either direction, leaves both logs whole as far as they go; the next
// one brings the rest.
func TestCutAtEveryByte(t *testing.T) {
	// The keys that are safe from quantum computers are a thousand bytes in each direction that say nothing of ours.
	t.Setenv("GODEBUG", "tlsmlkem=0")
	s, p := newStage(t), newPlay(t)
	healthy := client(t, s.direct, p.m, hubTrust())
	run := func(plan faultproxy.Plan) error {
		desk, hub := p.logs(t)
		s.act(hub)
		s.plan.Store(&plan)
		cut := client(t, s.proxy.Address(), p.m, hubTrust())
		failed := p.session(desk, cut).Sync(t.Context())
		cut.Close()
		desk.closed(t)
		hub.closed(t)
		if err := p.session(desk, healthy).Sync(t.Context()); err != nil {
			t.Fatalf("after a cut at %d up, %d down: %v", plan.CutUp, plan.CutDown, err)
		}
		same(t, desk, hub, p.scope)
		if got, want := desk.count(p.scope), len(p.desk)+len(p.hub); got != want {
			t.Fatalf("%d entries after a cut at %d up, %d down; want %d", got, plan.CutUp, plan.CutDown, want)
		}
		return failed
	}
	if err := run(faultproxy.Through); err != nil {
		t.Fatal(err)
	}
	up, down := s.proxy.Carried()
	noticed := int64(0)
	for n := range max(up, down) {
		for _, plan := range []faultproxy.Plan{{CutUp: n, CutDown: faultproxy.Never}, {CutUp: faultproxy.Never, CutDown: n}} {
			if run(plan) != nil {
				noticed++
			}
		}
	}
	// A request that was cut off on a connection that had served before is made again by itself on a new one, and
	// may get through on that; and the end of a connection carries nothing but its end.
	if noticed < (up+down)/2 {
		t.Errorf("of %d cuts %d were noticed: is anything cut?", up+down, noticed)
	}
	t.Logf("cut at each of %d bytes up and %d down; %d exchanges failed", up, down, noticed)
}

// soak is set for the long versions.
var soak = os.Getenv("LINLI_SOAK") != ""

// Requests that are made twice, brought late, answered by a gateway or broken off, over connections that are cut: whatever
// comes of it, what is held is whole, and when the network has healed both hold the same.
func TestStorms(t *testing.T) {
	seeds := uint64(60)
	if soak {
		seeds = 5000
	}
	p := newPlay(t)
	var hub *memory
	var handler atomic.Pointer[http.Handler]
	direct := listen(t, hubIdentity(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	for seed := range seeds {
		var desk *memory
		desk, hub = p.logs(t)
		h := wire.Handler(&exchange.Server{Replica: hub}, newServing().callers(), wire.Options{})
		storm := http.Handler(&faultproxy.Handler{Next: h, Fate: faultproxy.SeededFates(seed)})
		handler.Store(&storm)
		proxy, err := faultproxy.Listen(direct, faultproxy.Seeded(seed))
		if err != nil {
			t.Fatal(err)
		}
		c := client(t, proxy.Address(), p.m, hubTrust())
		session := p.session(desk, c)
		for range 8 {
			_ = session.Sync(t.Context()) // may fail
			desk.closed(t)
			hub.closed(t)
		}
		c.Close()
		_ = proxy.Close()
		handler.Store(&h)
		healed := client(t, direct, p.m, hubTrust())
		if err := p.session(desk, healed).Sync(t.Context()); err != nil {
			t.Fatalf("seed %d: healed, and %v", seed, err)
		}
		healed.Close()
		same(t, desk, hub, p.scope)
		if got, want := desk.count(p.scope), len(p.desk)+len(p.hub); got != want {
			t.Fatalf("seed %d: %d entries, want %d", seed, got, want)
		}
	}
}
