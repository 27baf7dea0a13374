package simulation

import (
	"errors"

	"linli/sync/exchange"
)

// maxRounds is in how many rounds of sessions everything has to be everywhere. Each machine speaks with each other one that
// it can reach in a round, so two would do if nobody had to begin anew.
const maxRounds = 6

// heal connects everything, starts everything and lets sessions run until a round moves nothing.
func (w *World) heal() {
	w.healing = true
	clear(w.cut)
	for _, n := range w.nodes {
		n.lies = false
		if n.up == nil && !n.gone {
			n.start()
		}
	}
	w.note("world", "heals")
	w.drain()
	for _, n := range w.nodes {
		n.lied = false // from here on nobody may be taken for a liar
		if n.revoked() {
			w.truth.destroyed(w, n.disk)
		}
	}
	for range maxRounds {
		before := w.held()
		for _, n := range w.nodes {
			for _, to := range n.peers() {
				w.spawn(n.name+">"+to.name, func() { w.syncNow(n.up, to) })
			}
		}
		w.drain()
		if w.failure != nil {
			return
		}
		if w.held() == before {
			w.note("world", "is quiet")
			w.compare()
			return
		}
	}
	w.fail("after %d rounds there is still something to exchange", maxRounds)
}

// compare lets each machine compare digests with one that it can call, as machines do daily.
func (w *World) compare() {
	for _, n := range w.nodes {
		peers := n.peers()
		if n.up == nil || n.revoked() || len(peers) == 0 {
			continue
		}
		to := pick(w, peers)
		if to.revoked() {
			continue
		}
		s, _ := n.up.connect(to)
		if found, err := s.Compare(background); err != nil || len(found) > 0 {
			w.fail("%s finds differences from %s: %v, %v", n.name, to.name, found, err)
		}
	}
}

// held counts the entries on all disks.
func (w *World) held() int {
	n := 0
	for _, o := range w.nodes {
		if !o.gone {
			n += o.disk.Len()
		}
	}
	return n
}

// syncNow is one full exchange that must not fail, unless one side was cut.
func (w *World) syncNow(p *program, to *node) {
	if p == nil {
		return
	}
	_, err := w.full(p, to)
	switch {
	case err == nil, errors.Is(err, exchange.ErrRevoked) && (p.n.revoked() || to.revoked()):
	default:
		w.fail("in a whole world %s cannot exchange with %s: %v", p.n.name, to.name, err)
	}
}
