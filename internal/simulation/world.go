package simulation

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// hallID is the hall of every run.
const hallID = "hall-1"

// built is the date of the program, and begin when a run begins.
var (
	built = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	begin = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)
)

// World is one run.
type World struct {
	seed      uint64
	random    *rand.Rand
	salts     *rand.ChaCha8
	plan      plan
	over      Over
	closing   []func() error // when the run is over
	authority ed25519.PrivateKey
	keys      map[oplog.Origin]ed25519.PrivateKey
	serial    int64 // of the authority's newest certificate
	block     int   // of machine numbers that was given out last
	counter   int   // for names that have to be unique
	now       time.Time
	healing   bool // no faults any more
	nodes     []*node
	tasks     []*task
	current   *task
	cut       map[[2]*node]bool // directions of the network in which nothing travels
	truth     truth
	trace     trace
	tally     Tally
	failure   error
}

// newWorld makes the machines of a seed, all of them running and empty.
func newWorld(seed uint64, over Over, t trace) *World {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	w := &World{
		seed: seed, random: rand.New(rand.NewPCG(seed, 0x11)), salts: rand.NewChaCha8(key),
		over: over, authority: over.Authority, keys: make(map[oplog.Origin]ed25519.PrivateKey),
		now: begin, cut: make(map[[2]*node]bool), trace: t, tally: make(Tally),
	}
	if w.authority == nil {
		w.authority = ed25519.NewKeyFromSeed(key[:])
	}
	w.truth.of = make(map[oplog.Hash]*fact)
	w.plan = drawPlan(w.random)
	w.note("world", "%s", w.plan)
	for range w.plan.hubs {
		w.newHub()
	}
	for i := range w.plan.machines {
		role := exchange.RoleDesk
		switch {
		case i == 0:
		case i == 1 && w.plan.kiosks, i > 2 && w.chance(0.3):
			role = exchange.RoleKiosk
		case i > 1 && w.chance(0.2):
			role = exchange.RoleBoard
		}
		w.admit(role)
	}
	return w
}

// public is the public key of the hall's authority.
func (w *World) public() ed25519.PublicKey { return w.authority.Public().(ed25519.PublicKey) }

// chance is true with probability p.
func (w *World) chance(p float64) bool { return p > 0 && w.random.Float64() < p }

// pick is one of a list, which must not be empty.
func pick[T any](w *World, list []T) T { return list[w.random.IntN(len(list))] }

// id is a name that no other thing has.
func (w *World) id(kind string) string {
	w.counter++
	return fmt.Sprintf("%s-%d", kind, w.counter)
}

// fail ends the run with the first thing that went wrong.
func (w *World) fail(format string, args ...any) {
	if w.failure == nil {
		w.failure = fmt.Errorf(format, args...)
		w.note("FAIL", "%v", w.failure)
	}
}

func scope(part string) oplog.Scope { return oplog.HallScope(hallID, part) }

// parts are the scopes of a run.
var parts = []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care}
