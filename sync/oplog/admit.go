package oplog

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
)

// Errors about entries that are well-formed and yet not taken.
var (
	ErrScopeMix = errors.New("oplog: entry of another scope than its batch")
	ErrUnsigned = errors.New("oplog: no signature vouches for the entry")
	ErrStranger = errors.New("oplog: the origin was not certified by the hall")
)

// Log is what [Admit] asks of the log that a batch is to be added to, about one scope. All of it has to be
// the log at one moment, and nothing may be added between the questions and the adding.
type Log interface {
	// Find answers origin and number of an entry that is in the log.
	Find(hash Hash) (head Head, found bool, err error)
	// Knows tells whether an entry with that dot is in the log.
	Knows(dot Dot) (bool, error)
	// Certificate answers the certificate, as encoded, in the first entry of an origin, or in one of them; nil when there is none.
	Certificate(origin Origin) ([]byte, error)
}

// Admit says which entries of a batch are new and may be added to a log, in the order in which they stand. It takes
// what is in the log already for a duplicate and passes over it. It checks of each entry that it follows one
// that is in the log or before it in the batch, that all it replaces is there likewise, that a certificate of the hall's
// authority says whose key signed it, and that a signature vouches for it. With the first entry that fails it ends: what
// comes after may have been written by someone who had seen that one, and would be out of order without it. The
// fault says why it ended, nil if all was taken; it is the sender's fault and for a report, while err is of the log itself.
//
// That what an entry replaces has to be there first is what merging rests on. A sender that hands out its log in order
// keeps to it by itself, as long as the receiver still has what the sender takes it to have: one that was
// put back to an older copy in the middle of an exchange has not, and nor has one that was lied to.
//
// A fresh item has its signature only if that was checked. Inside a run it need not be, as the later entries vouch for
// the earlier ones; kept unchecked, a wrong one would be passed on as if this log had seen that it holds, and the next
// replica would refuse what this one took.
//
// Whether what is added counts is another question, see [Cuts.Judge].
func Admit(b Batch, hall string, authority ed25519.PublicKey, log Log) (fresh []Item, duplicates int, fault, err error) {
	type place struct {
		head Head
		at   int // in the batch; -1 in the log
	}
	seen := make(map[Hash]place, len(b.Items))
	keys := make(map[Origin]ed25519.PublicKey)
	certs := make(map[Origin][]byte)
	dots := make(map[Dot]bool) // of entries that are in the log or before in the batch
	certificate := func(origin Origin) ([]byte, error) {
		c, ok := certs[origin]
		if ok {
			return c, nil
		}
		c, err := log.Certificate(origin)
		certs[origin] = c
		return c, err
	}
	if b.Scope.Hall() != hall || b.Scope.Check() != nil {
		return nil, 0, ErrScopeMix, nil
	}
	items := b.Items
walk:
	for i := range items {
		e := &items[i].Entry
		stop := func(why error) { fault, items = fmt.Errorf("%w (entry %d of the batch)", why, i), items[:i] }
		switch {
		case e.hash.IsZero():
			stop(ErrUnsealed)
			break walk
		case e.Scope != b.Scope:
			stop(ErrScopeMix)
			break walk
		}
		if _, again := seen[e.hash]; again {
			continue
		}
		head, found, err := log.Find(e.hash)
		if err != nil {
			return nil, 0, nil, err
		}
		if found {
			seen[e.hash], dots[e.Dot()] = place{head, -1}, true
			continue
		}
		if e.N > 1 {
			prev, ok := seen[e.Prev]
			if !ok {
				if prev.head, ok, err = log.Find(e.Prev); err != nil {
					return nil, 0, nil, err
				}
			}
			if !ok {
				stop(ErrGap)
				break walk
			}
			if prev.head.Origin != e.Origin || prev.head.N != e.N-1 {
				stop(ErrChain)
				break walk
			}
		}
		known, err := certificate(e.Origin)
		if err != nil {
			return nil, 0, nil, err
		}
		other := e.N == 1 && !slices.Equal(known, e.Cert)
		if other { // of which there may be several, see Lesser
			known, certs[e.Origin] = e.Cert, e.Cert
		}
		if keys[e.Origin] == nil || other {
			c, err := DecodeCertificate(known)
			if err != nil || c.Hall != hall || c.Origin != e.Origin || e.N == 1 && c.Verify(authority) != nil {
				stop(ErrStranger)
				break walk
			}
			keys[e.Origin] = c.PublicKey
		}
		there, err := e.follows(dots, log)
		if err != nil {
			return nil, 0, nil, err
		}
		if !there {
			stop(ErrGap)
			break walk
		}
		seen[e.hash], dots[e.Dot()] = place{Head{e.Origin, e.N, e.hash}, i}, true
	}
	n, good, why := vouched(items, func(i int) bool { p, ok := seen[items[i].Entry.hash]; return ok && p.at == i }, keys)
	if fault == nil { // else what was cut off lacks its signature because of the first fault
		fault = why
	}
	for i := range items[:n] {
		if p := seen[items[i].Entry.hash]; p.at != i {
			duplicates++
			continue
		}
		it := items[i]
		if !good[i] {
			it.Sig = nil
		}
		fresh = append(fresh, it)
	}
	return fresh, duplicates, fault, nil
}

// follows tells whether all entries that e replaces are among dots, to which it adds what it finds, or in the log.
func (e *Entry) follows(dots map[Dot]bool, log Log) (bool, error) {
	for i := range e.Changes {
		for j := range e.Changes[i].Cells {
			for _, d := range e.Changes[i].Cells[j].Over {
				if dots[d] {
					continue
				}
				known, err := log.Knows(d)
				if err != nil || !known {
					return false, err
				}
				dots[d] = true
			}
		}
	}
	return true, nil
}

// vouched answers how many items, from the first on, have a signature that vouches for them within
// themselves: their own, or that of an entry that follows them. A cut takes signatures away from what stands before it, so
// it is made until nothing more falls. good tells, by item, of each signature that was checked whether it holds.
func vouched(items []Item, isNew func(int) bool, keys map[Origin]ed25519.PublicKey) (n int, good map[int]bool, fault error) {
	good = make(map[int]bool)
	n = len(items)
	for {
		cut := n
		why := error(nil)
		carried := make(map[Hash]bool)
		for i := n - 1; i >= 0; i-- {
			e := &items[i].Entry
			if !isNew(i) {
				continue
			}
			ok := carried[e.hash]
			if !ok && items[i].Sig != nil {
				holds, tried := good[i]
				if !tried {
					holds = VerifyHead(keys[e.Origin], *e, items[i].Sig) == nil
					good[i] = holds
				}
				if ok = holds; !ok {
					why = ErrSignature // and not that those before it have none
				}
			} else if !ok && why == nil {
				why = ErrUnsigned
			}
			if !ok {
				cut = i
				continue
			}
			carried[e.Prev] = true
		}
		if cut == n {
			return n, good, fault
		}
		if n = cut; fault == nil {
			fault = fmt.Errorf("%w (entry %d of the batch)", why, cut)
		}
	}
}
