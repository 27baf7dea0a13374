package simulation

import (
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// pack is a batch as the machine sends it. One that lies makes something of it that is not what it holds.
//
// What a liar cannot be found out at is left out: a certified machine may hold back the last entries of an origin, say
// that it has what it has not, or send entries of several origins in an order in which nobody wrote them. The order of an
// apply log rests on who sends it.
func (n *node) pack(b oplog.Batch) []byte {
	w := n.w
	b.Items = slices.Clone(b.Items)
	if n.lies && len(b.Items) > 0 && w.chance(0.7) {
		i := w.random.IntN(len(b.Items))
		it := &b.Items[i]
		switch w.random.IntN(5) {
		case 0:
			it.Sig = make([]byte, 64)
			_, _ = w.salts.Read(it.Sig)
		case 1:
			it.Sig = nil
		case 2: // other words, the old signature
			e := it.Entry
			e.Changes = slices.Clone(e.Changes)
			e.Actor = "somebody else"
			if e.Seal(nil) == nil {
				if body, err := oplog.Encode(e); err == nil {
					it.Entry, it.Body = e, body
				}
			}
		case 3: // a gap that shows at the next entry
			if i+1 < len(b.Items) && b.Items[i+1].Entry.Prev == it.Entry.Hash() {
				b.Items = slices.Delete(b.Items, i, i+1)
			}
		}
		w.note(n.name, "lies in a batch")
	}
	body, err := b.Encode()
	if err != nil {
		w.fail("%s cannot encode a batch: %v", n.name, err)
		return nil
	}
	if n.lies && w.chance(0.2) {
		body[w.random.IntN(len(body))] ^= 1 << w.random.IntN(8)
	}
	return body
}

// lieHeads alters what a machine says it holds.
func (n *node) lieHeads(r exchange.HeadsRequest, a *exchange.HeadsAnswer) {
	w := n.w
	switch w.random.IntN(3) {
	case 0:
		for i := range a.Held {
			a.Held[i] = a.Held[i] && w.chance(0.5)
		}
	case 1:
		if len(r.Heads) > 0 {
			h := pick(w, r.Heads)
			h.N += 7
			_, _ = w.salts.Read(h.Hash[:])
			a.Heads = append(slices.Clone(a.Heads), h)
		}
	}
}
