package simulation

import (
	"context"
	"errors"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// line is the way from a program to another machine: what HTTP and TLS are in the product. Requests and answers are
// lost, come twice, late and out of order, and in one direction only.
type line struct {
	from     *program
	to       *node
	answered map[string]Book // the log that answered last, by its name
	slips    int             // of the other machine when the exchange began
}

var _ exchange.Peer = (*line)(nil)

// travel is the way of one message; it fails when it is lost.
func (w *World) travel(from, to *node) error {
	if w.cut[[2]*node{from, to}] || !w.healing && w.chance(w.plan.loss) {
		return errNetwork
	}
	return nil
}

// ask is one request and its answer.
func ask[T any](l *line, what string, do func(exchange.Peer) (T, error)) (answer T, err error) {
	var none T
	w := l.from.n.w
	if err := l.from.enter(); err != nil {
		return none, err
	}
	to := l.to.up
	if err := w.travel(l.from.n, l.to); err != nil || to == nil || l.to.gone {
		w.note(l.from.n.name, "%s to %s is lost", what, l.to.name)
		w.count("request lost")
		return none, errNetwork
	}
	// A machine that is known to be cut is not spoken to; the other side looks by itself.
	if c, machine := to.certificate(); machine && l.from.log.Cut(c) {
		return none, exchange.ErrRevoked
	}
	caller, _ := l.from.certificate()
	late := func() {
		w.spawn("late "+what, func() {
			w.idle(40)
			if _, err := do(to.serve(l.from, caller)); err != nil {
				w.note(l.to.name, "late %s from %s: %v", what, l.from.n.name, err)
			}
		})
	}
	if !w.healing && w.chance(w.plan.late) {
		w.note(l.from.n.name, "%s to %s will come late", what, l.to.name)
		w.count("late")
		late()
		return none, errNetwork
	}
	if !w.healing && w.chance(w.plan.twice) {
		w.count("twice")
		late()
	}
	l.answered[to.book.ID()] = to.book // it may be another copy when it has answered
	answer, err = do(to.serve(l.from, caller))
	if enter := l.from.enter(); enter != nil {
		return none, enter
	}
	if to.ended || w.travel(l.to, l.from.n) != nil {
		w.note(l.from.n.name, "the answer of %s to %s is lost", l.to.name, what)
		w.count("answer lost")
		return none, errNetwork
	}
	l.answered[to.book.ID()] = to.book
	if errors.Is(err, errEnded) || errors.Is(err, errDisk) {
		err = errNetwork
	}
	return answer, err
}

// serve is the program's server as a caller sees it.
func (p *program) serve(from *program, caller oplog.Certificate) exchange.Peer {
	s := &exchange.Server{
		Replica: p.replica(),
		Refuse: func(c exchange.Caller) error {
			if p.book.Cut(c.Certificate) {
				return exchange.ErrRevoked
			}
			return nil
		},
		Heard: func(_ exchange.Caller, s oplog.Scope, heads []oplog.Head) {
			for _, h := range heads {
				if there, _ := from.book.Find(background, s, []oplog.Hash{h.Hash}); there[0] != h {
					p.n.w.fail("%s takes it that %s holds %s in %s, and it does not", p.n.name, from.n.name, p.n.w.nameHead(h), s.Part())
				}
			}
		},
	}
	return s.For(exchange.Caller{Certificate: caller})
}

// Heads implements [exchange.Peer].
func (l *line) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	a, err := ask(l, "heads", func(p exchange.Peer) (exchange.HeadsAnswer, error) { return p.Heads(ctx, r) })
	if err == nil && l.to.lies {
		l.to.lieHeads(r, &a)
	}
	return a, err
}

// Pull implements [exchange.Peer]. The batches travel as bytes.
func (l *line) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	a, err := ask(l, "pull", func(p exchange.Peer) (exchange.PullAnswer, error) { return p.Pull(ctx, r) })
	if err != nil {
		return a, err
	}
	for i := range a.Pages {
		p := &a.Pages[i]
		if p.More {
			l.from.n.w.count("several pages")
		}
		body := l.to.pack(p.Batch)
		if p.Batch, p.Fault = oplog.DecodeBatch(body); p.Batch.Scope == "" {
			return exchange.PullAnswer{}, exchange.ErrMalformed
		}
	}
	return a, nil
}

// Push implements [exchange.Peer], likewise. Nothing goes to a machine that may not read it.
func (l *line) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	if !l.to.holds(b.Scope.Part()) {
		l.from.n.w.count("scope left out")
		return exchange.PushAnswer{}, exchange.ErrForbidden
	}
	l.from.n.w.note(l.from.n.name, "pushes to %s: %s", l.to.name, l.from.n.w.spell(b))
	body := l.from.n.pack(b)
	return ask(l, "push", func(p exchange.Peer) (exchange.PushAnswer, error) {
		got, fault := oplog.DecodeBatch(body)
		if got.Scope == "" {
			return exchange.PushAnswer{}, exchange.ErrMalformed
		}
		a, err := p.Push(ctx, got)
		if a.Fault == "" {
			a.Fault = exchange.FaultWord(fault)
		}
		return a, err
	})
}

// Digest implements [exchange.Peer].
func (l *line) Digest(ctx context.Context, s oplog.Scope) (exchange.DigestAnswer, error) {
	return ask(l, "digest", func(p exchange.Peer) (exchange.DigestAnswer, error) { return p.Digest(ctx, s) })
}
