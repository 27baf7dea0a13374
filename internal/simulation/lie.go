package simulation

import (
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// pack is a batch as the machine sends it. One that lies makes something of it that is not what it holds.
func (n *node) pack(b oplog.Batch) []byte {
	w := n.w
	b.Items = slices.Clone(b.Items)
	if n.lies && len(b.Items) > 0 && w.chance(0.7) {
		i := w.random.IntN(len(b.Items))
		it := &b.Items[i]
		switch w.random.IntN(6) {
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
		case 3: // something left out
			b.Items = slices.Delete(b.Items, i, i+1)
		case 4: // an order in which nobody wrote it
			w.random.Shuffle(len(b.Items), func(i, j int) { b.Items[i], b.Items[j] = b.Items[j], b.Items[i] })
		case 5: // the same, each origin for itself in order
			slices.SortStableFunc(b.Items, func(a, b oplog.Item) int { return b.Entry.Origin.Compare(a.Entry.Origin) })
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

// lieHeads alters what a machine says it holds: less than it does, more, and what there is not.
func (n *node) lieHeads(r exchange.HeadsRequest, a *exchange.HeadsAnswer) {
	w := n.w
	switch w.random.IntN(4) {
	case 0:
		for i := range a.Held {
			a.Held[i] = w.chance(0.5)
		}
	case 1:
		a.Heads = append(slices.Clone(a.Heads), r.Heads...)
	case 2:
		if len(r.Heads) > 0 {
			h := pick(w, r.Heads)
			h.N += 7
			_, _ = w.salts.Read(h.Hash[:])
			a.Heads = append(slices.Clone(a.Heads), h)
		}
	}
}

// forge is what whoever has the keys of a machine that the hall has cut can do: an entry with a number that counts, behind any
// entry of the machine or before all of them, which some other machine takes in good faith. The hall has cut the machine before it
// was written, so it counts nowhere once the hall's word has come.
func (n *node) forge() {
	w := n.w
	var cut []oplog.Certificate
	for _, c := range n.certs {
		if slices.Contains(w.truth.cuts, c.Origin) {
			cut = append(cut, c)
		}
	}
	if len(cut) == 0 {
		return
	}
	c := pick(w, cut)
	part := pick(w, []string{oplog.Public, oplog.Desk})
	if !slices.Contains(c.Scopes, scope(part)) {
		part = oplog.Public
	}
	var own []oplog.Entry
	n.disk.Each(scope(part), func(e oplog.Entry, _ oplog.Verdict) {
		if e.Origin == c.Origin {
			own = append(own, e)
		}
	})
	cert, err := c.Encode()
	if err != nil {
		panic(err)
	}
	e := oplog.Entry{
		Format: oplog.Format, Scope: scope(part), Origin: c.Origin, N: 1, Cert: cert, Action: w.id("act"), Actor: "thief", Verb: "forged",
		Schema: 1, HLC: oplog.HLC(w.now.UnixMilli() << 16), Wall: w.now.UnixMilli(),
		Changes: []oplog.Change{{Table: rating, Row: w.id(rating), Cells: []oplog.Cell{{Column: "subject", Value: "1"}}}},
	}
	if i := w.random.IntN(len(own) + 1); i < len(own) {
		e.N, e.Prev, e.Cert, e.HLC = own[i].N+1, own[i].Hash(), nil, own[i].HLC+1
	}
	if err := e.Seal(w.salts); err != nil {
		panic(err)
	}
	body, err := oplog.Encode(e)
	if err != nil {
		panic(err)
	}
	b := oplog.Batch{Scope: e.Scope, Items: []oplog.Item{{Entry: e, Body: body, Sig: oplog.SignHead(w.keys[c.Origin], e)}}}
	w.on(func(o *node) bool { return machine(o) && o != n && o.up != nil && o.holds(part) }, func(o *node) {
		w.truth.wrote(e, "whoever has the keys of "+n.name, false)
		w.truth.of[e.Hash()].forged = w.counter
		r, err := o.up.serves.Accept(background, b)
		w.note(o.name, "is given the forged %s: %d new, %v, %v", w.name(e), r.Fresh, r.Fault, err)
		if r.Fresh > 0 {
			w.count("forged entry taken")
		}
	})
}
