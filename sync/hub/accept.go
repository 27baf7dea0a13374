package hub

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Accept implements [exchange.Replica]. A batch is added in one transaction. What takes long, hashes and signatures, is
// looked at before it, beside others; in the transaction it is enough that the origins of the batch stand where they stood.
func (l *Log) Accept(ctx context.Context, b oplog.Batch) (exchange.Receipt, error) {
	l.idle.disturb()
	var a admitted
	err := l.storage.View(ctx, func(s Snapshot) (err error) {
		a, err = admit(s, b)
		return err
	})
	if err != nil || len(a.fresh) == 0 {
		return exchange.Receipt{Duplicates: a.duplicates, Fault: a.fault}, err
	}
	scopes := []oplog.Scope{b.Scope}
	if mayCut(b) { // what it says is about all that the hall has
		scopes = hallScopes(b.Scope.Hall())
	}
	var r exchange.Receipt
	var seq int64
	err = l.storage.Update(ctx, scopes, func(tx Tx) (err error) {
		now := a
		if same, err := a.holds(tx); err != nil {
			return err
		} else if !same {
			if now, err = admit(tx, b); err != nil {
				return err
			}
		}
		r = exchange.Receipt{Fresh: len(now.fresh), Duplicates: now.duplicates, Fault: now.fault}
		if r.Void, err = add(tx, now); err != nil {
			return err
		}
		st, err := tx.State(b.Scope)
		seq = st.Seq
		return err
	})
	if err != nil {
		return exchange.Receipt{}, err
	}
	if r.Fresh > 0 {
		l.watches.wake(b.Scope, seq)
	}
	return r, nil
}

// hallScopes are all scopes of a hall, by name.
func hallScopes(hall string) []oplog.Scope {
	var scopes []oplog.Scope
	for _, part := range []string{oplog.Care, oplog.Desk, oplog.Intake, oplog.Public} {
		scopes = append(scopes, oplog.HallScope(hall, part))
	}
	return scopes
}

// admitted is what may be added of a batch, as long as the origins in it stand where they stood.
type admitted struct {
	hall       Hall
	scope      oplog.Scope
	fresh      []oplog.Item
	duplicates int
	fault      error
	ends       map[oplog.Origin][]oplog.Head
}

// admit asks [oplog.Admit] about a batch.
func admit(s Snapshot, b oplog.Batch) (a admitted, err error) {
	a = admitted{scope: b.Scope, ends: make(map[oplog.Origin][]oplog.Head)}
	var found bool
	if a.hall, found, err = s.Hall(b.Scope.Hall()); err != nil {
		return a, err
	}
	if !found {
		return a, ErrNoHall
	}
	k := known{s: s, scope: b.Scope, own: make(map[oplog.Hash]*oplog.Entry, len(b.Items)), ends: a.ends}
	for i := range b.Items {
		e := &b.Items[i].Entry
		k.own[e.Hash()] = e
		if _, asked := a.ends[e.Origin]; !asked {
			if a.ends[e.Origin], err = s.Ends(b.Scope, e.Origin); err != nil {
				return a, err
			}
		}
	}
	a.fresh, a.duplicates, a.fault, err = oplog.Admit(b, a.hall.ID, a.hall.Authority, k)
	return a, err
}

// holds tells whether nothing was added to the origins of the batch since: then their entries are as new as they were.
func (a *admitted) holds(s Snapshot) (bool, error) {
	for origin, was := range a.ends {
		ends, err := s.Ends(a.scope, origin)
		if err != nil || !slices.Equal(ends, was) {
			return false, err
		}
	}
	return true, nil
}

// known is the log as [oplog.Admit] asks it about a batch.
type known struct {
	s     Snapshot
	scope oplog.Scope
	own   map[oplog.Hash]*oplog.Entry // the batch's
	ends  map[oplog.Origin][]oplog.Head
}

// Find implements [oplog.Log]. Most of what is pushed stands beyond everything that the log has of its origin, and follows
// an end: neither has to be looked for.
func (k known) Find(hash oplog.Hash) (oplog.Head, bool, error) {
	beyond := false
	if e := k.own[hash]; e != nil {
		beyond = true
		for _, end := range k.ends[e.Origin] {
			if end.Hash == hash {
				return end, true, nil
			}
			beyond = beyond && e.N > end.N
		}
	} else {
		for _, ends := range k.ends {
			for _, end := range ends {
				if end.Hash == hash {
					return end, true, nil
				}
			}
		}
	}
	if beyond {
		return oplog.Head{}, false, nil
	}
	found, err := k.s.Find(k.scope, []oplog.Hash{hash})
	if err != nil || len(found) == 0 {
		return oplog.Head{}, false, err
	}
	return found[0].Head, true, nil
}

// Knows implements [oplog.Log].
func (k known) Knows(dot oplog.Dot) (bool, error) { return k.s.Knows(k.scope, dot) }

// Certificate implements [oplog.Log].
func (k known) Certificate(origin oplog.Origin) ([]byte, error) {
	return k.s.Certificate(k.scope, origin)
}

// add puts what was admitted into the log and answers how many of it do not count.
func add(tx Tx, a admitted) (void int, err error) {
	if len(a.fresh) == 0 {
		return 0, nil
	}
	cuts, fresh, err := takeCuts(tx, a)
	if err != nil {
		return 0, err
	}
	var heads oplog.Heads
	certs := make(map[oplog.Origin]oplog.Certificate)
	var again []oplog.Origin // of whom more is known than was: another certificate, or an entry that a statement names
	records := make([]Record, len(a.fresh))
	for i := range a.fresh {
		e := &a.fresh[i].Entry
		cert, ok := certs[e.Origin]
		if e.N == 1 {
			kept, err := tx.Certificate(a.scope, e.Origin)
			if err != nil {
				return 0, err
			}
			if lesser := oplog.Lesser(kept, e.Cert); !bytes.Equal(lesser, kept) {
				if err := tx.PutCertificate(a.scope, e.Origin, lesser); err != nil {
					return 0, err
				}
				if kept != nil {
					again = append(again, e.Origin)
				}
				cert, err = oplog.DecodeCertificate(lesser)
				if err != nil {
					return 0, err
				}
				certs[e.Origin] = cert
			}
		}
		if !ok {
			for _, end := range a.ends[e.Origin] {
				heads.Put(end)
			}
			if cert, err = certificateOf(tx, a.scope, e.Origin); err != nil {
				return 0, err
			}
			certs[e.Origin] = cert
		}
		heads.Add(*e)
		verdict := cuts.JudgeNewest(*e, cert)
		if cuts.Names(*e) && !slices.Contains(again, e.Origin) {
			again = append(again, e.Origin)
		}
		if verdict.Void() {
			void++
		}
		records[i] = Record{Head: oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()}, Verdict: verdict, Sig: a.fresh[i].Sig, Body: a.fresh[i].Body}
	}
	if err := tx.Append(a.scope, records); err != nil {
		return 0, err
	}
	for origin := range certs {
		if err := tx.SetEnds(a.scope, origin, heads.Of(origin)); err != nil {
			return 0, err
		}
	}
	for _, origin := range again {
		applied, err := rejudgeOrigin(tx, a.scope, certs[origin], cuts)
		if err == nil && applied {
			err = tx.ClearRows(a.scope)
		}
		if err != nil {
			return 0, err
		}
	}
	if len(fresh) > 0 {
		err = rejudge(tx, a.hall.ID, cuts, fresh)
	}
	return void, err
}

// certificateOf answers the certificate by which an origin's entries in a scope are judged.
func certificateOf(s Snapshot, scope oplog.Scope, origin oplog.Origin) (oplog.Certificate, error) {
	b, err := s.Certificate(scope, origin)
	if err != nil {
		return oplog.Certificate{}, err
	}
	c, err := oplog.DecodeCertificate(b)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return c, nil
}
