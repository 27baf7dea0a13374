package memlog

import (
	"context"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Accept implements [exchange.Replica].
func (l *Log) Accept(_ context.Context, b oplog.Batch) (exchange.Receipt, error) {
	var r exchange.Receipt
	for len(b.Items) > 0 && r.Fault == nil {
		n := l.closed(b.Items)
		if err := l.accept(oplog.Batch{Scope: b.Scope, Items: b.Items[:n]}, &r); err != nil {
			return r, err
		}
		b.Items = b.Items[n:]
	}
	return r, nil
}

// closed is how many items the next transaction takes: about as many as it may have, to where no entry waits for
// one that vouches for it.
func (l *Log) closed(items []oplog.Item) int {
	if l.Transaction <= 0 {
		return len(items)
	}
	page := oplog.NewPage()
	for i := range items {
		if !page.Add(items[i]) {
			break
		}
		if page.Closed() && i+1 >= l.Transaction {
			return i + 1
		}
	}
	return len(items)
}

// accept is one transaction. What is new is asked for again in each: other exchanges may have brought it meanwhile.
func (l *Log) accept(b oplog.Batch, r *exchange.Receipt) error {
	if err := l.step(BeforeCommit); err != nil {
		return err
	}
	l.mu.Lock()
	fresh, duplicates, fault, err := oplog.Admit(b, l.hall, l.authority, found{l, b.Scope})
	if err != nil {
		l.mu.Unlock()
		return err
	}
	for i := range fresh {
		if l.author != nil && fresh[i].Entry.Origin == l.author.cert.Origin {
			l.author.usurped = true
		}
		if l.add(fresh[i]).Void() {
			r.Void++
		}
	}
	if len(fresh) > 0 {
		l.wake(b.Scope)
	}
	l.mu.Unlock()
	r.Fresh += len(fresh)
	r.Duplicates += duplicates
	r.Fault = fault
	if len(fresh) == 0 {
		return nil
	}
	return l.step(AfterCommit)
}

func (l *Log) step(at Step) error {
	if l.Step == nil {
		return nil
	}
	return l.Step(at)
}

// found answers [oplog.Admit] about one scope of a log; the lock is held.
type found struct {
	l    *Log
	name oplog.Scope
}

func (f found) Find(hash oplog.Hash) (oplog.Head, bool, error) {
	place, ok := f.l.of(f.name).at[hash]
	if !ok {
		return oplog.Head{}, false, nil
	}
	return f.l.head(place), true, nil
}

func (f found) Knows(dot oplog.Dot) (bool, error) { return f.l.of(f.name).dots[dot], nil }

func (f found) Certificate(origin oplog.Origin) ([]byte, error) {
	return f.l.of(f.name).certs[origin].encoded, nil
}
