package main

// simulated are the mutations of replication. Each is a rule that looks dispensable on a quiet day: two machines exchange, all is
// well. The simulation has to find a seed in which it is not. [TestTheSimulationIsNotBlind] runs them.
var simulated = []Mutation{
	{
		Name: "simulation: heads are compared by number, without hashes",
		File: "sync/exchange/server.go",
		Old:  "a.Held[i] = found[i] != oplog.Head{}",
		New: `ends := own.Of(r.Heads[i].Origin)
		a.Held[i] = len(ends) > 0 && ends[len(ends)-1].N >= r.Heads[i].N`,
	},
	{
		Name: "simulation: a dot is an entry's number and not its hash",
		File: "sync/oplog/entry.go",
		Old:  "func (e Entry) Dot() Dot { return e.hash.Dot() }",
		New: `func (e Entry) Dot() (d Dot) {
	copy(d[:], e.Origin[:8])
	d[10], d[11] = byte(e.N>>8), byte(e.N)
	return d
}`,
	},
	{
		Name: "simulation: whether an entry counts is judged on arrival only",
		File: "sync/exchange/memlog/rows.go",
		Old:  "if news || l.cuts.Names(*e) {",
		New:  "if (news || l.cuts.Names(*e)) && len(l.entries) == 0 {",
	},
	{
		Name: "simulation: whether an entry counts is judged on arrival only at the hub",
		File: "sync/hub/accept.go",
		Old:  "err = rejudge(tx, a.hall.ID, cuts, fresh)",
		New:  "err = rejudge(tx, a.hall.ID, cuts, nil)",
	},
	{
		Name: "simulation: an edit replaces what is there when it is saved",
		File: "sync/exchange/memlog/author.go",
		Old:  "h := l.author.own[name]",
		New: `h := l.author.own[name]
		for _, c := range changes[name] {
			for i := range c.Cells {
				if len(c.Cells[i].Over) > 0 {
					c.Cells[i].Over = l.of(name).rows[rowKey{c.Table, c.Row}][c.Cells[i].Column].ShownDots()
				}
			}
		}`,
	},
	{
		Name: "simulation: a page is not in the order in which the sender applied it",
		File: "sync/oplog/page.go",
		Old:  "func (p *Page) Items() []Item { return p.items }",
		New: `func (p *Page) Items() []Item {
	for i := range p.items {
		for j := i; j > 0 && p.items[j-1].Entry.Origin.Compare(p.items[j].Entry.Origin) > 0; j-- {
			p.items[j-1], p.items[j] = p.items[j], p.items[j-1]
		}
	}
	return p.items
}`,
	},
	{
		Name: "simulation: an entry is taken before what it replaces",
		File: "sync/oplog/admit.go",
		Old:  "if !there {",
		New:  "if !there && len(items) == 0 {",
	},
	{
		Name: "simulation: an entry is applied once more when it comes once more",
		File: "sync/oplog/admit.go",
		Old:  "if found {",
		New:  "if found && e.N == 0 {",
	},
	{
		Name: "simulation: void entries are not passed on",
		File: "sync/exchange/memlog/page.go",
		Old:  "if !full && !cover.Has(l.head(place)) {",
		New:  "if !full && !cover.Has(l.head(place)) && !l.entries[place].verdict.Void() {",
	},
	{
		Name: "simulation: a page ends anywhere",
		File: "sync/oplog/page.go",
		Old:  "func (p *Page) Closed() bool { return len(p.open) == 0 }",
		New:  "func (p *Page) Closed() bool { return true }",
	},
	{
		Name: "simulation: a signature need not hold",
		File: "sync/oplog/admit.go",
		Old:  "holds = VerifyHead(keys[e.Origin], *e, items[i].Sig) == nil",
		New:  "holds = len(items[i].Sig) > 0",
	},
	{
		Name: "simulation: signatures that nobody checked are passed on",
		File: "sync/oplog/admit.go",
		Old:  "if !good[i] {",
		New:  "if !good[i] && len(items) == 0 {",
	},
	{
		Name: "simulation: a cut keeps any entry with a number that counts",
		File: "sync/oplog/verdict.go",
		Old:  "	behind := make(map[Hash]Hash, len(links))",
		New: `	last := int64(0)
	for _, l := range links {
		for _, st := range about {
			if st[l.Hash] {
				last = max(last, l.N)
			}
		}
	}
	all := make(map[Hash]bool)
	for _, l := range links {
		all[l.Hash] = l.N <= last
	}
	if last >= 0 {
		return all
	}
	behind := make(map[Hash]Hash, len(links))`,
	},
	{
		Name: "simulation: what stands behind an entry that a cut names is not judged again when that comes",
		File: "sync/exchange/memlog/rows.go",
		Old:  "if news || l.cuts.Names(*e) {",
		New:  "if news {",
	},
	{
		Name: "simulation: what stands behind an entry that a cut names is not judged again at the hub when that comes",
		File: "sync/hub/accept.go",
		Old:  "if cuts.Names(*e) && !slices.Contains(again, e.Origin) {",
		New:  "if cuts.Names(*e) && !slices.Contains(again, e.Origin) && i < 0 {",
	},
	{
		Name: "simulation: the successor of a machine that was cut still counts",
		File: "sync/oplog/verdict.go",
		Old:  "} else if len(cs.any) > 0 && cs.Cut(cert.Line()) {",
		New:  "} else if len(cs.any) > 0 && cs.Cut(cert.Line()[:1]) {",
	},
	{
		Name: "simulation: a session ends at a scope that its peer may not have",
		File: "sync/agent/session.go",
		Old:  "if errors.Is(err, exchange.ErrForbidden) {",
		New:  "if errors.Is(err, exchange.ErrTooMuch) {",
	},
	{
		Name: "simulation: the clock does not follow what is seen",
		File: "sync/exchange/memlog/rows.go",
		Old:  "l.clock.Observe(e.HLC)",
		New:  "l.clock.Observe(0)",
	},
}

// simulatedSeeds is within how many seeds each has to show.
const simulatedSeeds = "-seeds=400"

// simulatedStores are faults of the store that a hall of stores has to show.
var simulatedStores = []Mutation{
	{
		Name: "simulation over stores: an edit replaces what is there when it is saved",
		File: "store/write.go",
		Old:  "			if formed {\n				cell.Over",
		New:  "			if formed && name == \"\" {\n				cell.Over",
	},
	{
		Name: "simulation over stores: a choice between values brings the record back",
		File: "store/write.go",
		Old:  "t.Class == Record && edited && !deleted {",
		New:  "t.Class == Record && !deleted {",
	},
	{
		Name: "simulation over stores: whether an entry counts is judged on arrival only",
		File: "store/accept.go",
		Old:  "again, err := s.judgeAgain(tx, in.cuts, in.again)",
		New:  "again, err := s.judgeAgain(tx, nil, nil)",
	},
	{
		Name: "simulation over stores: a folder that was put back goes on as it was",
		File: "store/origin.go",
		Old:  "putBack := was != oplog.Origin{} &&",
		New:  "putBack := s.closed &&",
	},
	{
		Name: "simulation over stores: own entries that come back tell nothing",
		File: "store/accept.go",
		Old:  "if in.ownLost || in.twin {",
		New:  "if in.twin {",
	},
	{
		Name: "simulation over stores: the clock does not follow what is seen",
		File: "store/apply.go",
		Old:  "s.hlc.Observe(e.HLC)",
		New:  "s.hlc.Observe(0)",
	},
	{
		Name: "simulation over stores: what only a newer program knows is not kept",
		File: "store/apply.go",
		Old:  "return nil, s.applyUnknown(tx, name, e, c)",
		New:  "_ = name; return nil, nil",
	},
	{
		Name: "simulation over stores: what a failed transaction has learnt is kept in memory",
		File: "store/accept.go",
		Old:  "s.known, s.hlc = known, oplog.NewClock(clock)",
		New:  "_ = known; s.hlc = oplog.NewClock(clock)",
	},
}

// simulatedHalls is within how many halls of stores each has to show.
const simulatedHalls = "-simulated=80"

func init() {
	for _, m := range simulatedStores {
		m.Test = []string{"-run", "TestHallsOfStores$", "./store", simulatedHalls}
		mutations = append(mutations, m)
	}
	for _, m := range simulated {
		m.Test = []string{"-run", "TestSeeds$", "./internal/simulation", "-stop=1", simulatedSeeds}
		mutations = append(mutations, m)
	}
}
