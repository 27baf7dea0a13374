package hub

import (
	"fmt"

	"linli/sync/oplog"
)

// mayCut tells whether a batch may carry statements of the hall's authority.
func mayCut(b oplog.Batch) bool {
	if b.Scope.Part() != oplog.Public {
		return false
	}
	for i := range b.Items {
		for j := range b.Items[i].Entry.Changes {
			if b.Items[i].Entry.Changes[j].Table == oplog.ControlTable {
				return true
			}
		}
	}
	return false
}

// cutsOf answers all statements about a hall's origins.
func cutsOf(s Snapshot, hall string) (*oplog.Cuts, error) {
	list, err := s.Cuts(hall)
	if err != nil {
		return nil, err
	}
	cuts := new(oplog.Cuts)
	for _, c := range list {
		cuts.Add(c)
	}
	return cuts, nil
}

// takeCuts keeps the statements that came with new entries. It answers all that hold now, and the origins about
// which there is something new.
func takeCuts(tx Tx, a admitted) (cuts *oplog.Cuts, fresh map[oplog.Origin]bool, err error) {
	if cuts, err = cutsOf(tx, a.hall.ID); err != nil {
		return nil, nil, err
	}
	fresh = make(map[oplog.Origin]bool)
	if a.scope.Part() != oplog.Public {
		return cuts, fresh, nil
	}
	for i := range a.fresh {
		for _, c := range oplog.CutsIn(a.fresh[i].Entry, a.hall.Authority) {
			if !cuts.Add(c) {
				continue
			}
			if err := tx.PutCut(c); err != nil {
				return nil, nil, err
			}
			fresh[c.Origin] = true
		}
	}
	return cuts, fresh, nil
}

// rejudge judges again all entries that the new statements are about. The registers of a scope are emptied when one of
// its entries counts otherwise than when they were made; they are made again from the log when they are next needed.
func rejudge(tx Tx, hall string, cuts *oplog.Cuts, about map[oplog.Origin]bool) error {
	for _, scope := range hallScopes(hall) {
		certs, err := tx.Certificates(scope)
		if err != nil {
			return err
		}
		stale := false
		for _, encoded := range certs {
			cert, err := oplog.DecodeCertificate(encoded)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			concerned := false
			for _, o := range cert.Line() {
				concerned = concerned || about[o]
			}
			if !concerned {
				continue
			}
			applied, err := rejudgeOrigin(tx, scope, cert, cuts)
			if err != nil {
				return err
			}
			stale = stale || applied
		}
		if stale {
			if err := tx.ClearRows(scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// vouchedOf answers which of an origin's entries in a scope the statements keep; nil when none is about it.
func vouchedOf(s Snapshot, scope oplog.Scope, origin oplog.Origin, cuts *oplog.Cuts) (map[oplog.Hash]bool, error) {
	if !cuts.About(scope, origin) {
		return nil, nil
	}
	links, err := linksOf(s, scope, origin)
	if err != nil {
		return nil, err
	}
	return cuts.Vouched(scope, origin, links), nil
}

// rejudgeOrigin judges one origin's entries again and answers whether one of those whose verdict changed was in the registers.
func rejudgeOrigin(tx Tx, scope oplog.Scope, cert oplog.Certificate, cuts *oplog.Cuts) (applied bool, err error) {
	st, err := tx.State(scope)
	if err != nil {
		return false, err
	}
	vouched, err := vouchedOf(tx, scope, cert.Origin, cuts)
	if err != nil {
		return false, err
	}
	changed := make(map[int64]oplog.Verdict)
	for r, err := range tx.EntriesOf(scope, cert.Origin) {
		if err != nil {
			return false, err
		}
		e, err := oplog.Decode(r.Body)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if v := cuts.Judge(e, cert, vouched); v != r.Verdict {
			changed[r.Seq] = v
		}
	}
	for seq, v := range changed {
		if err := tx.SetVerdict(scope, seq, v); err != nil {
			return false, err
		}
		applied = applied || seq <= st.Applied
	}
	return applied, nil
}
