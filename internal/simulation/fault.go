package simulation

import (
	"fmt"
	"slices"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// fault is something that goes wrong, or is set right again.
type fault struct {
	name   string
	weight int // how often it happens, at most
	do     func(*World)
}

// faults are all there are.
var faults []fault

func init() { // not in the declaration: what they do refers to the plan, which refers to them
	faults = []fault{
		{"crash", 8, func(w *World) { w.on(anybody, (*node).quit) }},
		{"power cut", 4, func(w *World) { w.on(anybody, (*node).powerCut) }},
		{"cable out", 6, (*World).cutSome},
		{"machine isolated", 4, func(w *World) { w.on(anybody, w.isolate) }},
		{"backup", 6, func(w *World) { w.on(anybody, (*node).backup) }},
		{"restore", 4, func(w *World) { w.on(backedUp, (*node).restore) }},
		{"put back by hand", 4, func(w *World) { w.on(backedUp, (*node).putBack) }},
		{"rolled back unnoticed", 4, func(w *World) { w.on(backedUp, (*node).rollBack) }},
		{"disk lost", 3, func(w *World) { w.on(anybody, (*node).lose) }},
		{"stolen", 1, func(w *World) { w.on(otherMachine, (*node).steal) }},
		{"cloned", 3, func(w *World) { w.on(machine, w.clone) }},
		{"revoked", 3, func(w *World) { w.on(otherMachine, w.revoke) }},
		{"forged", 6, func(w *World) { w.on(func(n *node) bool { return machine(n) && n.revoked() }, (*node).forge) }},
		{"admitted again", 3, func(w *World) { w.on(cutOff, (*node).readmit) }},
		{"new machine", 2, (*World).addMachine},
		{"clock jumps", 6, func(w *World) { w.on(machine, func(n *node) { n.skew += w.plan.drawSkew(w) }) }},
		{"upgrade", 3, func(w *World) { w.on(machine, (*node).upgrade) }},
		{"liar", 3, func(w *World) { w.on(machine, (*node).turnLiar) }},
		{"broken into", 2, func(w *World) { w.on(machine, func(n *node) { n.rogue = n.role == exchange.RoleKiosk && !n.foreign }) }},
	}
}

// always are the remedies, which every seed has.
var always = []fault{
	{"start", 30, func(w *World) {
		w.on(func(n *node) bool { return n.up == nil }, (*node).start)
	}},
	{"cable in", 6, func(w *World) {
		for l := range w.cut {
			if w.cables(l) {
				delete(w.cut, l)
			}
		}
	}},
	{"form", 20, func(w *World) { w.on(machine, (*node).openForm) }},
	{"look", 4, func(w *World) { w.on(anybody, (*node).look) }},
}

func anybody(n *node) bool { return true }
func machine(n *node) bool { return n.role != roleHub }

// otherMachine is any machine but the first desk, which stays with the hall.
func otherMachine(n *node) bool { return machine(n) && n != n.w.nodes[n.w.plan.hubs] }

func backedUp(n *node) bool { return len(n.backups) > 0 }
func cutOff(n *node) bool   { return n.role != roleHub && n.revoked() && n.up != nil }

// on does something to a random node of some kind that is still there.
func (w *World) on(which func(*node) bool, do func(*node)) {
	var some []*node
	for _, n := range w.nodes {
		if !n.gone && which(n) {
			some = append(some, n)
		}
	}
	if len(some) > 0 {
		do(pick(w, some))
	}
}

// powerCut ends the program; the head file was not synced and may be behind the log.
func (n *node) powerCut() {
	n.quit()
	if n.w.chance(0.5) {
		n.disk.Unsynced()
	}
}

// cutSome takes out one direction between two nodes, or both.
func (w *World) cutSome() {
	a, b := pick(w, w.nodes), pick(w, w.nodes)
	w.cut[[2]*node{a, b}] = true
	if w.chance(0.5) {
		w.cut[[2]*node{b, a}] = true
	}
	w.note("network", "nothing travels from %s to %s, back %v", a.name, b.name, !w.cut[[2]*node{b, a}])
}

func (w *World) isolate(n *node) {
	for _, o := range w.nodes {
		w.cut[[2]*node{n, o}], w.cut[[2]*node{o, n}] = true, true
	}
	w.note("network", "%s is alone", n.name)
}

// cables draws whether a direction is mended. The map has no order, so the draw is a function of its ends.
func (w *World) cables(l [2]*node) bool {
	return (slices.Index(w.nodes, l[0])*31+slices.Index(w.nodes, l[1])*17+len(w.nodes)+int(w.now.UnixMilli()/7))%3 > 0
}

// replace puts another disk into the machine. What only the old one had is lost.
func (n *node) replace(by func(old Disk) Disk) {
	n.quit()
	old := n.disk
	n.disk = by(old)
	n.w.truth.destroyed(n.w, old)
}

// restore puts a backup back with the program's own command, which makes another copy of it and a new origin.
func (n *node) restore() {
	b := pick(n.w, n.backups)
	n.w.note(n.name, "is restored to %d of %d entries", b.Len(), n.disk.Len())
	n.replace(func(old Disk) Disk { return old.Restore(b) })
	n.start()
}

// putBack copies an old database over the present one. The head file may tell.
func (n *node) putBack() {
	b := pick(n.w, n.backups)
	n.w.note(n.name, "is put back by hand to %d of %d entries", b.Len(), n.disk.Len())
	n.replace(func(old Disk) Disk { return old.PutBack(b, true) })
	n.slips++
	n.start()
}

// rollBack does the same with the whole machine, as a snapshot of a virtual one does: nothing on it can tell.
func (n *node) rollBack() {
	b := pick(n.w, n.backups)
	n.w.note(n.name, "is rolled back to %d of %d entries", b.Len(), n.disk.Len())
	n.replace(func(old Disk) Disk { return old.PutBack(b, false) })
	n.slips++
	n.w.truth.doubled = true
	n.start()
}

// lose replaces the disk by an empty one. The machine is admitted again.
func (n *node) lose() {
	if n.revoked() {
		return
	}
	n.w.note(n.name, "loses its disk with %d entries", n.disk.Len())
	n.begin()
}

// begin has the machine begin anew with an empty disk.
func (n *node) begin() {
	n.replace(func(Disk) Disk { n.empty(); return n.disk })
	n.start()
}

func (n *node) steal() {
	n.w.note(n.name, "is stolen")
	n.quit()
	n.gone = true
	n.w.truth.destroyed(n.w, n.disk)
}

// clone makes a second machine of one: with its keys, its log and its head file.
func (w *World) clone(n *node) {
	if len(w.nodes) >= maxNodes || n.revoked() {
		return
	}
	c := *n
	c.name = fmt.Sprintf("%s'%d", n.name, len(w.nodes))
	c.certs, c.backups, c.up = slices.Clone(n.certs), nil, nil
	c.disk = n.disk.Clone()
	c.skew = w.plan.drawSkew(w)
	w.nodes = append(w.nodes, &c)
	w.truth.doubled = true
	w.note(n.name, "is cloned: %s", c.name)
	c.start()
}

// maxNodes bounds the machines and hubs of a run.
const maxNodes = 9

func (w *World) addMachine() {
	if len(w.nodes) < maxNodes {
		w.admit(pick(w, []string{exchange.RoleDesk, exchange.RoleKiosk, exchange.RoleBoard}))
	}
}

// revoke makes the authority cut all origins of a machine that some desk knows of, at what that desk has of them or less.
func (w *World) revoke(n *node) {
	var at *node
	w.on(func(o *node) bool { return o.role == exchange.RoleDesk && o.up != nil && o != n }, func(o *node) { at = o })
	first := w.nodes[w.plan.hubs]
	kin := slices.ContainsFunc(n.certs, func(c oplog.Certificate) bool { return c.Origin == first.certs[0].Origin })
	if at == nil || n.revoked() || kin { // a clone of the first desk falls with it, and that one stays
		return
	}
	var edits []Edit
	for _, c := range n.certs {
		known := false
		var cuts []oplog.Cut
		lower := int64(0)
		if w.chance(0.3) {
			lower = int64(w.random.IntN(3))
		}
		for _, part := range parts {
			var links []oplog.Link
			last := int64(0)
			at.up.book.Each(scope(part), func(e oplog.Entry, _ oplog.Verdict) {
				if e.Origin == c.Origin {
					known, last = true, max(last, e.N)
					links = append(links, e.Link())
				}
			})
			links = slices.DeleteFunc(links, func(l oplog.Link) bool { return l.N > last-lower })
			cuts = append(cuts, oplog.Cut{Hall: hallID, Origin: c.Origin, Scope: scope(part), Kept: oplog.Kept(c.Origin, links), Issued: int64(w.counter)})
		}
		if !known && c.Origin != n.disk.Origin() {
			continue
		}
		w.truth.cuts = append(w.truth.cuts, c.Origin)
		for _, cut := range cuts {
			if err := cut.Sign(w.authority); err != nil {
				panic(err)
			}
			body, err := cut.Encode()
			if err != nil {
				panic(err)
			}
			edits = append(edits, newRow(oplog.Public, oplog.ControlTable, w.id("control"), oplog.ControlColumn, body))
		}
	}
	w.note(n.name, "is cut by the hall, at %s", at.name)
	at.up.write(memlog.Action{Verb: "device.revoke", Split: w.random.IntN(3)}, edits)
}

// revoked tells whether the hall has cut the machine, whoever knows of it by now.
func (n *node) revoked() bool {
	for i, c := range n.certs {
		if i != len(n.certs)-1 && c.Origin != n.disk.Origin() {
			continue // it is that no more
		}
		if slices.ContainsFunc(c.Line(), func(o oplog.Origin) bool { return slices.Contains(n.w.truth.cuts, o) }) {
			return true
		}
	}
	return false
}

// readmit admits a machine that was cut, as a new origin with the log that it has; the product wants an empty folder.
func (n *node) readmit() {
	n.w.note(n.name, "is admitted again")
	m, inMemory := n.up.log.(*memoryLog)
	if !inMemory {
		n.begin()
		return
	}
	n.become(m.d, n.w.certify(n))
	m.behind = false
}

func (n *node) upgrade() {
	if n.foreign {
		return
	}
	n.quit()
	n.version = 2
	n.start()
}

func (n *node) turnLiar() {
	n.lies = !n.lies
	n.lied = true
	n.w.note(n.name, "lies: %v", n.lies)
}

// openForm opens a form that is saved at some later time, or never.
func (n *node) openForm() {
	if n.up == nil || len(n.kinds()) == 0 {
		return
	}
	n.up.forms = append(n.up.forms, n.up.open(pick(n.w, n.kinds())))
}
