package hub

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// The registers are made behind the log: entries are durable and travel on at once, and what they say row by row is worked out
// when there is time, or when someone asks for the digest.

// applyStep is how many entries one transaction brings into the registers: so few that no push has to wait long.
const applyStep = 512

// Digest implements [exchange.Replica].
func (l *Log) Digest(ctx context.Context, scope oplog.Scope) (exchange.Digest, error) {
	for {
		var d exchange.Digest
		var st State
		err := l.storage.View(ctx, func(s Snapshot) (err error) {
			if st, err = s.State(scope); err != nil || st.Applied < st.Seq {
				return err
			}
			heads, err := headsOf(s, scope)
			if err == nil {
				d = exchange.Digest{Vector: heads.Digest(), Rows: st.Rows}
			}
			return err
		})
		if err != nil || st.Applied == st.Seq {
			return d, err
		}
		if err := l.apply(ctx, scope); err != nil {
			return d, err
		}
	}
}

// apply brings the registers of a scope one step further.
func (l *Log) apply(ctx context.Context, scope oplog.Scope) error {
	return l.storage.Update(ctx, []oplog.Scope{scope}, func(tx Tx) error { return applyNext(tx, scope) })
}

// rowKey names a row of a scope.
type rowKey struct{ table, row string }

func applyNext(tx Tx, scope oplog.Scope) error {
	st, err := tx.State(scope)
	if err != nil || st.Applied == st.Seq {
		return err
	}
	var entries []oplog.Entry
	digest, last := st.Rows, st.Applied
	for r, err := range tx.Entries(scope, st.Applied) {
		if err != nil {
			return err
		}
		last = r.Seq
		if r.Verdict.Void() {
			digest.AddVoid(r.Head.Hash)
		} else {
			e, err := oplog.Decode(r.Body)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			entries = append(entries, e)
		}
		if r.Seq-st.Applied >= applyStep {
			break
		}
	}
	rows := make(map[rowKey]oplog.Row)
	for i := range entries {
		if err := applyTo(tx, scope, rows, &digest, entries[i]); err != nil {
			return err
		}
	}
	if err := putRows(tx, scope, rows, &digest); err != nil {
		return err
	}
	return tx.SetApplied(scope, last, digest)
}

// applyTo merges an entry into rows, which holds those that were touched already; the others are taken from the storage, and out
// of the sum.
func applyTo(s Snapshot, scope oplog.Scope, rows map[rowKey]oplog.Row, sum *oplog.SetDigest, e oplog.Entry) (err error) {
	for _, c := range e.Changes {
		if c.Erased {
			continue
		}
		key := rowKey{c.Table, c.Row}
		row, ok := rows[key]
		if !ok {
			if row, err = loadRow(s, scope, key); err != nil {
				return err
			}
			sum.RemoveRow(key.table, key.row, row)
		}
		rows[key], _ = oplog.ApplyChange(row, e, c)
	}
	return nil
}

// putRows keeps the rows and adds them to the sum.
func putRows(tx Tx, scope oplog.Scope, rows map[rowKey]oplog.Row, sum *oplog.SetDigest) error {
	for key, row := range rows {
		sum.AddRow(key.table, key.row, row)
		if err := tx.PutRow(scope, key.table, key.row, oplog.EncodeRow(row, nil)); err != nil {
			return err
		}
	}
	return nil
}

func loadRow(s Snapshot, scope oplog.Scope, key rowKey) (oplog.Row, error) {
	b, err := s.Row(scope, key.table, key.row)
	if err != nil || b == nil {
		return nil, err
	}
	return decodeRow(b)
}

func decodeRow(b []byte) (oplog.Row, error) {
	row, err := oplog.DecodeRow(b, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return row, nil
}

// idle tells when the log was last added to.
type idle struct{ at atomic.Int64 }

func (i *idle) disturb() { i.at.Store(time.Now().UnixNano()) }

func (i *idle) since() time.Duration { return time.Since(time.Unix(0, i.at.Load())) }

const (
	// quiet is how long nothing has to have come before the registers are worked on.
	quiet = 2 * time.Second
	// farBehind is how many entries may wait for them in a scope into which something always comes.
	farBehind = 100_000
)

// Tend brings the registers up to the log whenever nothing comes, until ctx ends. What fails is reported and tried again.
func (l *Log) Tend(ctx context.Context, report func(error)) {
	tick := time.NewTicker(quiet)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := l.tend(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
	}
}

func (l *Log) tend(ctx context.Context) error {
	var states []State
	if err := l.storage.View(ctx, func(s Snapshot) (err error) {
		states, err = s.States()
		return err
	}); err != nil {
		return err
	}
	for _, st := range states {
		for behind := st.Seq - st.Applied; behind > 0; behind -= applyStep {
			if l.idle.since() < quiet && behind < farBehind {
				return nil
			}
			if err := l.apply(ctx, st.Scope); err != nil {
				return err
			}
		}
	}
	return nil
}
