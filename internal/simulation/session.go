package simulation

import (
	"errors"

	"linli/sync/agent"
	"linli/sync/exchange"
)

// peers are whom a machine calls: the hubs and the other machines of the hall that listen. Hubs call nobody.
func (n *node) peers() []*node {
	if n.role == roleHub || n.gone {
		return nil
	}
	var out []*node
	for _, o := range n.w.nodes {
		if o != n && !o.gone && (o.role == roleHub || o.role == exchange.RoleDesk || n.w.plan.kiosks && o.role != exchange.RoleBoard) {
			out = append(out, o)
		}
	}
	return out
}

// connect makes a session of a program with another machine.
func (p *program) connect(to *node) (*agent.Session, *line) {
	c, _ := p.certificate()
	l := &line{from: p, to: to, answered: make(map[string]Book), slips: to.slips}
	return agent.NewSession(p.replica(), l, agent.Lanes(c), witness{p, l}), l
}

// full is one full exchange.
func (w *World) full(p *program, to *node) (*agent.Session, error) {
	s, _ := p.connect(to)
	w.note(p.n.name, "calls %s", to.name)
	empty := p.book.Len() == 0
	err := s.Sync(background)
	if empty && err != nil && s.Moved().Pulled > 0 {
		w.count("first exchange cut short")
	}
	if errors.Is(err, exchange.ErrRevoked) {
		w.count("revoked")
	}
	w.note(p.n.name, "with %s moved %+v: %v", to.name, s.Moved(), err)
	return s, err
}

// begin starts a session of a random machine with a random peer, which may go on to live.
func (w *World) begin() {
	n := pick(w, w.nodes)
	peers := n.peers()
	if n.up == nil || len(peers) == 0 {
		return
	}
	p, to := n.up, pick(w, peers)
	if p.talks[to] > 1 || p.talks[to] == 1 && !w.chance(0.2) || len(w.tasks) > 12 {
		return
	}
	p.talks[to]++
	w.spawn(n.name+">"+to.name, func() {
		s, err := w.full(p, to)
		if err != nil || !w.plan.live || w.healing {
			p.talks[to]--
			return
		}
		w.live(p, to, s)
	})
}

// both are the two sides of a live session.
type both struct {
	running int
	err     error
}

// live pushes and pulls side by side for a while, each when the scheduler comes to it. As in [agent.Session.Live] the first that
// fails ends both, and what the peer's log no longer is makes the session begin anew.
func (w *World) live(p *program, to *node, s *agent.Session) {
	w.count("live")
	b := &both{running: 2}
	rounds := 2 + w.random.IntN(6)
	side := func(name string, step func() error) {
		w.spawn(name, func() {
			for range rounds {
				w.idle(60)
				if b.err != nil || w.healing {
					break
				}
				if err := step(); err != nil {
					w.note(p.n.name, "live with %s ends: %v", to.name, err)
					b.err = err
				}
			}
			if b.running--; b.running > 0 {
				return
			}
			if agent.Stale(b.err) {
				w.count("began anew")
			}
			if agent.Stale(b.err) && !w.healing && s.Sync(background) == nil {
				w.live(p, to, s)
				return
			}
			p.talks[to]--
		})
	}
	side(p.n.name+">>"+to.name, func() error { return s.Push(background) })
	side(p.n.name+"<<"+to.name, func() error { _, err := s.Pull(background, 0); return err })
}
