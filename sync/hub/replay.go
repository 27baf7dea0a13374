package hub

import (
	"bytes"
	"context"
	"iter"

	"linli/sync/oplog"
)

// replay makes the registers of a scope again, in a storage of its own, from the entries as Verify has read and judged them.
type replay struct {
	v     *verifier
	scope oplog.Scope
	until int64 // the registers go up to this number
	sum   oplog.SetDigest
}

// add brings entries into the replay. verdicts has those that do not count.
func (p *replay) add(ctx context.Context, list []Record, verdicts map[int64]oplog.Verdict) error {
	sum := p.sum
	err := p.v.scratch.Update(ctx, []oplog.Scope{p.scope}, func(tx Tx) error {
		sum = p.sum
		rows := make(map[rowKey]oplog.Row)
		for i := range list {
			r := &list[i]
			verdict := verdicts[r.Seq]
			switch {
			case r.Seq > p.until, verdict == unreadable:
				continue
			case verdict.Void():
				sum.AddVoid(r.Head.Hash)
				continue
			}
			e, err := oplog.Decode(r.Body)
			if err != nil {
				return err
			}
			if err := applyTo(tx, p.scope, rows, &sum, e); err != nil {
				return err
			}
		}
		return putRows(tx, p.scope, rows, &sum)
	})
	p.sum = sum
	return err
}

// compare walks over both sets of rows side by side.
func (p *replay) compare(ctx context.Context, s Snapshot, st State) error {
	if p.sum != st.Rows {
		p.v.add(Problem{Kind: ProblemSum, Scope: p.scope})
	}
	return p.v.scratch.View(ctx, func(fresh Snapshot) error {
		next, stop := iter.Pull2(fresh.Rows(p.scope))
		defer stop()
		want, err, more := next()
		for got, bad := range s.Rows(p.scope) {
			if bad != nil || err != nil {
				return firstOf(bad, err)
			}
			p.v.report.Rows++
			for more && compareRows(want, got) < 0 {
				p.differs(ProblemMissing, want)
				if want, err, more = next(); err != nil {
					return err
				}
			}
			if !more || compareRows(want, got) > 0 {
				p.differs(ProblemExtra, got)
				continue
			}
			if !bytes.Equal(want.Cells, got.Cells) {
				p.differs(ProblemRegister, got)
			}
			want, err, more = next()
		}
		for ; more && err == nil; want, err, more = next() {
			p.differs(ProblemMissing, want)
		}
		return err
	})
}

func (p *replay) differs(kind string, row Stored) {
	p.v.add(Problem{Kind: kind, Scope: p.scope, Table: row.Table, Row: row.Row})
}

func compareRows(a, b Stored) int {
	if c := bytes.Compare([]byte(a.Table), []byte(b.Table)); c != 0 {
		return c
	}
	return bytes.Compare([]byte(a.Row), []byte(b.Row))
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
