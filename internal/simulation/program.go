package simulation

import (
	"context"
	"errors"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// Errors that the simulated world makes. Nobody may take them for anything else than a failure to try again after.
var (
	errNetwork = errors.New("simulation: no connection")
	errEnded   = errors.New("simulation: the program has ended")
	errDisk    = errors.New("simulation: the disk is full")
)

// background is the context of every call: time limits are the network's here.
var background = context.Background()

// program is one run of the product's program on a machine, from its start to its end.
type program struct {
	n         *node
	book      Book             // what lies on its disk
	log       Log              // the same, at a machine
	serves    exchange.Replica // the same, as it hands it out
	ended     bool
	forms     []form
	talks     map[*node]int // sessions that it has, by peer
	seen      map[oplog.Scope][]oplog.Head
	busy      bool // somebody writes
	accepting int  // batches that are being taken in
}

// start begins a program with what lies on the disk.
func (n *node) start() {
	p := &program{n: n, talks: make(map[*node]int), seen: make(map[oplog.Scope][]oplog.Head)}
	n.up = p
	n.w.note(n.name, "starts")
	book, serves, err := n.disk.Start(Life{p})
	if err != nil {
		n.w.fail("%s does not start: %v", n.name, err)
		n.up = nil
		return
	}
	p.book, p.serves = book, serves
	if n.role != roleHub {
		p.log = book.(Log)
	}
}

// quit ends the program, wherever it is. Everything of it that is still under way finds out at its next step.
func (n *node) quit() {
	if n.up == nil {
		return
	}
	n.up.ended = true
	n.up = nil
	n.disk.End()
	n.w.note(n.name, "ends")
}

// enter is a stop of something that the program does; it fails when the program has ended.
func (p *program) enter() error {
	if p.ended {
		return errEnded
	}
	p.n.w.pause()
	if p.ended {
		return errEnded
	}
	return nil
}

// atStep is a stop within a transaction.
func (p *program) atStep(at memlog.Step) error {
	if err := p.enter(); err != nil {
		p.n.w.count("ended within a transaction")
		return err
	}
	if w := p.n.w; at == memlog.BeforeCommit && w.current != nil && !w.healing && w.chance(w.plan.diskFull) {
		w.count("disk full")
		return errDisk
	}
	return nil
}

// replica is the program's log as sessions and the server see it: with a stop before every call.
type replica struct {
	p *program
	exchange.Replica
}

func (p *program) replica() exchange.Replica { return replica{p, p.serves} }

func (r replica) Heads(ctx context.Context, s oplog.Scope) (*oplog.Heads, error) {
	if err := r.p.enter(); err != nil {
		return nil, err
	}
	return r.Replica.Heads(ctx, s)
}

func (r replica) Find(ctx context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	if err := r.p.enter(); err != nil {
		return nil, err
	}
	return r.Replica.Find(ctx, s, hashes)
}

func (r replica) Links(ctx context.Context, s oplog.Scope, o oplog.Origin) ([]oplog.Link, error) {
	if err := r.p.enter(); err != nil {
		return nil, err
	}
	return r.Replica.Links(ctx, s, o)
}

func (r replica) Trail(ctx context.Context, s oplog.Scope, h oplog.Head) ([]oplog.Head, error) {
	if err := r.p.enter(); err != nil {
		return nil, err
	}
	return r.Replica.Trail(ctx, s, h)
}

func (r replica) Missing(ctx context.Context, s oplog.Scope, c *oplog.Cover, after exchange.Cursor) (exchange.Page, error) {
	if err := r.p.enter(); err != nil {
		return exchange.Page{}, err
	}
	return r.Replica.Missing(ctx, s, c, after)
}

func (r replica) End(ctx context.Context, s oplog.Scope) (exchange.Cursor, error) {
	if err := r.p.enter(); err != nil {
		return exchange.Cursor{}, err
	}
	return r.Replica.End(ctx, s)
}

func (r replica) Accept(ctx context.Context, b oplog.Batch) (exchange.Receipt, error) {
	if err := r.p.enter(); err != nil {
		return exchange.Receipt{}, err
	}
	if r.p.accepting++; r.p.accepting > 1 {
		r.p.n.w.count("overlapping")
	}
	got, err := r.Replica.Accept(ctx, b)
	r.p.accepting--
	r.p.n.w.countReceipt(got)
	r.p.n.w.note(r.p.n.name, "takes in %s: %d new, %v %v", r.p.n.w.spell(b), got.Fresh, got.Fault, err)
	return got, err
}

func (r replica) Digest(ctx context.Context, s oplog.Scope) (exchange.Digest, error) {
	if err := r.p.enter(); err != nil {
		return exchange.Digest{}, err
	}
	return r.Replica.Digest(ctx, s)
}

// witness is told what a session of the program learns of its peer.
type witness struct {
	p    *program
	line *line
}

var _ agent.Witness = witness{}

// Holds checks that what is said of a peer's log is so.
func (x witness) Holds(log string, s oplog.Scope, heads []oplog.Head) {
	w := x.p.n.w
	if x.p.ended {
		return
	}
	x.p.log.Holds(x.line.to.name, log, s, heads)
	if x.line.to.lied || x.p.n.lied || x.line.to.slips != x.line.slips {
		return // a log that slipped back unnoticed is taken for what it was until the next session
	}
	there, _ := x.line.answered[log].Find(background, s, hashesOf(heads))
	for i := range heads {
		if there[i] == (oplog.Head{}) {
			w.fail("%s takes it that %s holds %s in %s, and it does not", x.p.n.name, x.line.to.name, w.nameHead(heads[i]), s.Part())
		}
	}
}

// Refused is for a person to look at; an honest machine is never a reason.
func (x witness) Refused(s oplog.Scope, fault string, sent bool) {
	w := x.p.n.w
	w.note(x.p.n.name, "refused by or refuses %s in %s: %s", x.line.to.name, s.Part(), fault)
	if !x.line.to.lied && !x.p.n.lied {
		w.fail("between %s and %s an entry in %s is refused (%s, sent %v), and neither lies", x.p.n.name, x.line.to.name, s.Part(), fault, sent)
	}
}
