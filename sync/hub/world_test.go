package hub_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/hub"
	"linli/sync/hub/sqlite"
	"linli/sync/oplog"
	"linli/sync/wire"
)

var background = context.Background()

// clock is a time that tests move by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// ring stands for the keys of the halls that were made at the hub. They outlive the hub's data.
type ring struct {
	mu      sync.Mutex
	halls   map[string]ed25519.PrivateKey
	writers map[oplog.Origin]ownKey
}

type ownKey struct {
	key  ed25519.PrivateKey
	cert []byte
}

func (r *ring) certify(hall, role string, key ed25519.PublicKey, machines []int, now time.Time) (oplog.Certificate, error) {
	authority, ok := r.halls[hall]
	if !ok {
		return oplog.Certificate{}, hub.ErrElsewhere
	}
	c := oplog.Certificate{Hall: hall, PublicKey: key, Role: role, Machines: machines, Issued: now.UnixMilli(), Expires: now.AddDate(1, 0, 0).UnixMilli(), Serial: now.UnixMilli()}
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		if role == exchange.RoleDesk || role == exchange.RoleKiosk && (part == oplog.Public || part == oplog.Intake) {
			c.Scopes = append(c.Scopes, oplog.HallScope(hall, part))
		}
	}
	return c, c.Sign(authority)
}

func (r *ring) Certify(hall, role string, key ed25519.PublicKey, machines []int, now time.Time) ([]byte, error) {
	c, err := r.certify(hall, role, key, machines, now)
	if err != nil {
		return nil, err
	}
	return c.Encode()
}

func (r *ring) Share(_, role string, wrap []byte) ([]byte, error) {
	return append([]byte(role+" keys for "), wrap...), nil
}

func (r *ring) Introduce(c oplog.Certificate, name string) []oplog.Change {
	if c.Role != exchange.RoleKiosk {
		return nil
	}
	return []oplog.Change{{Table: "device", Row: c.Origin.String(), Cells: []oplog.Cell{{Column: "name", Value: name}}}}
}

func (r *ring) SignCut(hall string, c *oplog.Cut) error { return c.Sign(r.halls[hall]) }

func (r *ring) Writer(_ string, origin oplog.Origin) (ed25519.PrivateKey, []byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, ok := r.writers[origin]
	if !ok {
		return nil, nil, hub.ErrNoWriter
	}
	return w.key, w.cert, nil
}

func (r *ring) NewWriter(hall string, machines []int, now time.Time) (ed25519.PrivateKey, []byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert, err := r.Certify(hall, exchange.RoleDesk, key.Public().(ed25519.PublicKey), machines, now)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writers[oplog.OriginOf(key.Public().(ed25519.PublicKey))] = ownKey{key, cert}
	return key, cert, err
}

// world is a hub and what lies around it.
type world struct {
	t testing.TB
	*hub.Hub
	storage hub.Storage
	keys    string // folder
	ring    *ring
	clock   *clock
	address string
	stop    func()
}

// newWorld makes a hub over a storage. Without an address it does not serve.
func newWorld(tb testing.TB, s hub.Storage) *world {
	tb.Helper()
	w := &world{t: tb, keys: tb.TempDir(), ring: &ring{halls: make(map[string]ed25519.PrivateKey), writers: make(map[oplog.Origin]ownKey)}, clock: newClock()}
	w.begin(s)
	return w
}

// begin starts the hub's program on a storage.
func (w *world) begin(s hub.Storage) {
	w.t.Helper()
	k, err := hub.OpenKeys(w.keys)
	must(w.t, err)
	w.storage = s
	w.Hub, err = hub.New(background, s, k, w.ring, hub.Options{Now: w.clock.now, Report: func(step string, err error) { w.t.Errorf("%s: %v", step, err) }})
	must(w.t, err)
}

// serve lets machines reach the hub.
func (w *world) serve() {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(w.t, err)
	ctx, stop := context.WithCancel(background)
	ended := make(chan error, 1)
	h := w.Hub
	go func() { ended <- h.Serve(ctx, l) }()
	var once sync.Once
	w.address = l.Addr().String()
	w.stop = func() {
		once.Do(func() {
			stop()
			if err := <-ended; err != nil {
				w.t.Errorf("serve: %v", err)
			}
		})
	}
	w.t.Cleanup(w.stop)
}

// device is a machine with its own copy of a hall's log.
type device struct {
	*memlog.Log
	w    *world
	key  ed25519.PrivateKey
	cert oplog.Certificate
}

// found makes a hall at the hub, with a first entry by the founding origin.
func (w *world) found(id string) {
	w.t.Helper()
	seed := sha256.Sum256([]byte(id))
	w.ring.halls[id] = ed25519.NewKeyFromSeed(seed[:])
	key, encoded, err := w.ring.NewWriter(id, []int{1, 2, 3}, w.clock.now())
	must(w.t, err)
	cert, err := oplog.DecodeCertificate(encoded)
	must(w.t, err)
	first := w.device(id, key, cert)
	first.write(oplog.Public, "hall", "name", "样例大厅")
	hall := hub.Hall{ID: id, Name: "样例大厅", Division: "320199001001", Zone: "Asia/Shanghai", Authority: w.ring.halls[id].Public().(ed25519.PublicKey)}
	must(w.t, w.Found(background, hall, cert, func(p exchange.Peer) error {
		return agent.NewSession(first, p, agent.Lanes(cert), nil).Sync(background)
	}))
}

func (w *world) device(hall string, key ed25519.PrivateKey, cert oplog.Certificate) *device {
	w.t.Helper()
	log := memlog.New(rand.Text(), hall, w.ring.halls[hall].Public().(ed25519.PublicKey))
	must(w.t, log.Become(key, cert))
	return &device{log, w, key, cert}
}

// admit makes a machine with a code, as two people use it.
func (w *world) admit(hall, role string) *device {
	w.t.Helper()
	code, _, err := w.NewCode(background, hall, role)
	must(w.t, err)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(w.t, err)
	given, pinned, err := wire.Apply(background, w.address, code, applicant(key))
	must(w.t, err)
	if !pinned.Equal(w.Identity().Public()) {
		w.t.Error("another hub")
	}
	cert, err := oplog.DecodeCertificate(given.Certificate)
	must(w.t, err)
	return w.device(hall, key, cert)
}

func applicant(key ed25519.PrivateKey) wire.Applicant {
	return wire.Applicant{Key: key.Public().(ed25519.PublicKey), Wrap: []byte("wrap"), Name: "样例机器"}
}

func (d *device) write(part, row, column string, value oplog.Value) {
	d.w.t.Helper()
	form := d.Open(oplog.HallScope(d.cert.Hall, part), "note", row)
	_, err := d.Write(memlog.Action{ID: rand.Text(), Actor: "desk", Verb: "note.edit", Wall: d.w.clock.now(), Built: d.w.clock.now().AddDate(-1, 0, 0), Random: rand.Reader},
		map[oplog.Scope][]oplog.Change{form.Scope: {form.Edit(map[string]oplog.Value{column: value})}})
	must(d.w.t, err)
}

// peer is the hub as the device sees it, over the network.
func (d *device) peer() *wire.Client {
	d.w.t.Helper()
	encoded, err := d.cert.Encode()
	must(d.w.t, err)
	c, err := wire.NewClient(d.w.address, wire.Identity{Key: d.key, Certificate: encoded}, wire.Pinned(d.w.Identity().Public().(ed25519.PublicKey)))
	must(d.w.t, err)
	c.Proxy = wire.Direct
	d.w.t.Cleanup(c.Close)
	return c
}

// sync exchanges once in full.
func (d *device) sync() (agent.Moved, error) {
	d.w.t.Helper()
	s := agent.NewSession(d.Log, d.peer(), agent.Lanes(d.cert), nil)
	err := s.Sync(background)
	return s.Moved(), err
}

// same checks that the hub and a device have the same entries and rows of a part.
func (w *world) same(d *device, parts ...string) {
	w.t.Helper()
	for _, part := range parts {
		scope := oplog.HallScope(d.cert.Hall, part)
		here, err := w.Log.Digest(background, scope)
		must(w.t, err)
		there, err := d.Digest(background, scope)
		must(w.t, err)
		if here != there {
			w.t.Errorf("%s: the hub has %v, the machine %v", part, here, there)
		}
	}
}

// verified checks that the hub passes its own check, and answers how many entries it has.
func (w *world) verified() int {
	w.t.Helper()
	r, err := hub.Verify(background, w.storage, openSQLite(w.t, filepath.Join(w.t.TempDir(), "scratch")))
	must(w.t, err)
	if !r.OK {
		w.t.Errorf("verify: %v", r.Problems)
	}
	return r.Entries
}

func openSQLite(tb testing.TB, dir string) *sqlite.Storage {
	tb.Helper()
	s, err := sqlite.Open(background, dir)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// onEach runs a test on every storage.
func onEach(t *testing.T, run func(t *testing.T, w *world)) {
	for _, on := range storages {
		t.Run(on.name, func(t *testing.T) {
			w := newWorld(t, on.open(t))
			w.found("one")
			w.serve()
			run(t, w)
		})
	}
}

func (w *world) devices(hall string) string {
	w.t.Helper()
	list, err := w.Devices(background, hall)
	must(w.t, err)
	out := ""
	for _, l := range list {
		out += fmt.Sprintf("%s %v cut=%v own=%v seen=%v; ", l.Role, l.Machines, l.Cut, l.Own, !l.Seen.IsZero())
	}
	return out
}
