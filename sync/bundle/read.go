package bundle

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Incoming says who reads a bundle.
type Incoming struct {
	Hall      string
	Authority ed25519.PublicKey
	Mine      oplog.Certificate // of the reading machine
	// Refuse is asked about the machine that wrote the bundle: [exchange.ErrRevoked] for one that was cut. Nil refuses
	// nobody.
	Refuse func(exchange.Caller) error
	// Open opens the sealed part. Its errors, and those of what it answers, have to be those of this package for what is wrong
	// with the file.
	Open func(src io.Reader, header []byte) (io.Reader, error)
}

// Report is what a bundle was and what became of it.
type Report struct {
	Log         string // the writer's; empty when it could not be made out who wrote it
	Made        time.Time
	Certificate []byte            // the writer's, encoded,
	Writer      oplog.Certificate // and decoded
	Answer      []byte            // the key to which a bundle for the writer is sealed
	Fresh       int               // entries that are new here, and durable
	Duplicates  int               // entries that were here
	// Holds are entries that the writer's log holds, with all behind them: its heads, and what was in the bundle.
	Holds map[oplog.Scope][]oplog.Head
	// Faults says for each scope why a batch was not taken, in one of the words of [exchange.FaultWord].
	Faults map[oplog.Scope]string
}

// Read admits what is new of a bundle into a log. The report holds also beside an error: what it counts was taken.
func Read(ctx context.Context, src io.Reader, into exchange.Replica, in Incoming) (r Report, err error) {
	h, header, err := readHeader(src)
	if err != nil {
		return r, err
	}
	if h.Hall != in.Hall {
		return r, ErrOtherHall
	}
	opened, err := in.Open(src, header)
	if err != nil {
		return r, cutOr(err)
	}
	kind, payload, err := readFrame(opened)
	if err != nil {
		return r, cutOr(err)
	}
	if kind != frameManifest {
		return r, ErrBroken
	}
	m, writer, err := decodeManifest(payload, header, in.Hall, in.Authority)
	if err != nil {
		return r, err
	}
	if m.log != h.Log {
		return r, ErrBroken
	}
	caller := exchange.Caller{Certificate: writer}
	if in.Refuse != nil {
		if err := in.Refuse(caller); err != nil {
			return r, err
		}
	}
	r = Report{
		Log: m.log, Made: h.Made, Certificate: m.certificate, Writer: writer, Answer: m.answer,
		Holds: make(map[oplog.Scope][]oplog.Head), Faults: make(map[oplog.Scope]string),
	}
	// The writer is no more than what it would be on the network.
	server := &exchange.Server{Replica: into, Refuse: in.Refuse}
	err = r.take(ctx, opened, server.For(caller), in.Mine, m)
	for scope, heads := range m.heads {
		if exchange.MayWrite(writer, scope) {
			r.Holds[scope] = heads.List()
		}
	}
	return r, err
}

// take admits the batches of an opened bundle, and adds what it saw to what the manifest says.
func (r *Report) take(ctx context.Context, opened io.Reader, log exchange.Peer, mine oplog.Certificate, m manifest) error {
	var worst error
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, payload, err := readFrame(opened)
		switch {
		case errors.Is(err, io.EOF):
			return worst
		case err != nil:
			return err
		case kind != frameEntries:
			return ErrBroken
		}
		b, fault := readBatch(payload)
		if b.Scope == "" {
			return ErrRefused
		}
		if r.Faults[b.Scope] != "" || !exchange.MayRead(mine, b.Scope) {
			continue // what follows a fault follows something that is not here
		}
		answer, err := log.Push(ctx, b)
		if errors.Is(err, exchange.ErrForbidden) {
			return ErrRefused
		}
		if err != nil {
			return err
		}
		r.Fresh, r.Duplicates = r.Fresh+answer.Fresh, r.Duplicates+answer.Duplicates
		if answer.Fault == "" {
			answer.Fault = exchange.FaultWord(fault)
		}
		if answer.Fault != "" {
			r.Faults[b.Scope] = answer.Fault
			if answer.Fault != exchange.FaultGap {
				worst = ErrRefused
			} else if worst == nil {
				worst = ErrGap
			}
			continue
		}
		if heads := m.heads[b.Scope]; heads != nil {
			for i := range b.Items {
				heads.Add(b.Items[i].Entry)
			}
		}
	}
}
