package simulation

import (
	"maps"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// memoryDisk is a machine's disk with a log of memlog. Its keys are with the node.
type memoryDisk struct {
	*memlog.Log
	w        *World
	head     headFile
	restored bool // and has to become somebody else
}

// headFile is the small file beside the database and outside of backups: who wrote here last, and how much.
type headFile struct {
	origin  oplog.Origin
	commits int64
}

var _ Disk = (*memoryDisk)(nil)

// newMemoryDisk is a disk with nothing on it.
func (w *World) newMemoryDisk() *memoryDisk {
	log := memlog.New(w.id("log"), hallID, w.public())
	log.Transaction, log.Page = w.plan.transaction, w.plan.page
	return &memoryDisk{Log: log, w: w}
}

// Start implements [Disk]. It compares the head file with the log: a log that says less was put back from an older copy.
func (d *memoryDisk) Start(r Life) (Book, exchange.Replica, error) {
	m := &memoryLog{p: r.p, d: d}
	m.read(d.Log.Copy(d.ID()))
	was := d.head
	switch {
	case d.restored:
		d.restored = false
		m.succeed()
	case was == (headFile{}) || was.origin == m.Origin() && was.commits <= commits(m.Log):
		m.wrote()
	default:
		r.PutBack()
		m.read(m.Log.Copy(d.w.id("log"))) // it is another copy now
		m.succeed()
	}
	return m, m, nil
}

// End implements [Disk].
func (d *memoryDisk) End() {}

// Unsynced implements [Disk].
func (d *memoryDisk) Unsynced() { d.head.commits = max(d.head.commits-1, 0) }

// Backup implements [Disk].
func (d *memoryDisk) Backup() Disk { return &memoryDisk{Log: d.Log.Copy(d.ID()), w: d.w} }

// PutBack implements [Disk].
func (d *memoryDisk) PutBack(backup Disk, head bool) Disk {
	by := backup.Backup().(*memoryDisk)
	if head {
		by.head = d.head
	}
	return by
}

// Restore implements [Disk].
func (d *memoryDisk) Restore(backup Disk) Disk {
	return &memoryDisk{Log: backup.(*memoryDisk).Log.Copy(d.w.id("log")), w: d.w, restored: true}
}

// Clone implements [Disk].
func (d *memoryDisk) Clone() Disk { return d.PutBack(d, true) }

// memoryLog is a log of memlog as one run of a program has it.
type memoryLog struct {
	*memlog.Log
	p      *program
	d      *memoryDisk
	behind bool // somebody holds entries of this origin that are not here
}

var _ Log = (*memoryLog)(nil)

// read makes a log the program's. What is committed from now on lies in it, and nowhere else.
func (m *memoryLog) read(log *memlog.Log) {
	log.Step = m.p.atStep
	m.Log, m.d.Log = log, log
}

// Check implements [Book]: what there is to check is checked with every log.
func (m *memoryLog) Check() error { return nil }

// Machine implements [Log]. Before a number is chosen the log is somebody else, if it has to be: the old origin's may have been
// given out elsewhere.
func (m *memoryLog) Machine() int {
	m.stepAside()
	c, _ := m.p.certificate()
	return c.Machines[0]
}

// stepAside makes the log another origin where somebody else writes as this one.
func (m *memoryLog) stepAside() {
	if m.behind || m.Usurped() {
		m.p.n.w.count("usurped")
		m.succeed()
	}
}

// Open implements [Log].
func (m *memoryLog) Open(s oplog.Scope, table, row string) Form {
	return Form{s, table, row, maps.Clone(m.Row(s, table, row)), m.Log.Open(s, table, row)}
}

// Write implements [Log].
func (m *memoryLog) Write(a memlog.Action, edits []Edit) ([]oplog.Entry, error) {
	m.stepAside()
	changes := make(map[oplog.Scope][]oplog.Change)
	for _, e := range edits {
		changes[e.Scope] = append(changes[e.Scope], m.change(e))
	}
	entries, err := m.Log.Write(a, changes)
	if len(entries) > len(changes) {
		m.p.n.w.count("a run of several")
	}
	if err == nil {
		m.wrote()
	}
	return entries, err
}

func (m *memoryLog) change(e Edit) oplog.Change {
	form, _ := e.Paper.(memlog.Form)
	switch e.Kind {
	case Change:
		return form.Edit(e.Cells)
	case Delete:
		return form.Delete()
	case Settle:
		return form.Resolve(e.Cells)
	case Insert:
	}
	return memlog.Form{Scope: e.Scope, Table: e.Table, Row: e.Row}.Insert(e.Cells)
}

// Holds implements [Log]: without it only entries that come back tell a machine that it was rolled back.
func (m *memoryLog) Holds(_, _ string, s oplog.Scope, heads []oplog.Head) {
	w := m.p.n.w
	if !w.plan.heeds {
		return
	}
	here, _ := m.Find(background, s, hashesOf(heads))
	for i := range heads {
		if heads[i].Origin == m.Origin() && here[i] == (oplog.Head{}) && !m.behind {
			w.note(m.p.n.name, "hears of an entry of its own that it does not have: %s", w.nameHead(heads[i]))
			m.behind = true
		}
	}
}

// become makes the log write as the origin of a certificate.
func (n *node) become(d *memoryDisk, c oplog.Certificate) {
	if err := d.Become(n.w.keys[c.Origin], c); err != nil {
		panic(err)
	}
	n.certs = append(n.certs, c)
	d.head = headFile{origin: c.Origin}
	n.w.note(n.name, "is origin %s from now on", c.Origin.String()[:3])
}

// succeed makes the program write as a new origin. The old one vouches for it as long as it has machine numbers left;
// then the authority has to be asked, who has nothing for a machine that was cut.
func (m *memoryLog) succeed() {
	n := m.p.n
	old := n.certs[len(n.certs)-1]
	m.behind = false
	if len(old.Machines) == 1 {
		if n.revoked() {
			n.w.truth.doubled = true // it goes on as it was, with numbers that it may have given out
			return
		}
		n.w.count("certified again")
		n.become(m.d, n.w.certify(n))
		return
	}
	c := oplog.Certificate{PublicKey: n.w.newKey(), Machines: old.Machines[1:], Issued: old.Issued, Expires: old.Expires}
	if err := c.Succeed(old, n.w.keys[old.Origin]); err != nil {
		n.w.fail("%s cannot go on as a new origin: %v", n.name, err)
		return
	}
	n.w.count("succeeded")
	n.become(m.d, c)
}

// commits is how much the present origin has written into a log.
func commits(log *memlog.Log) int64 {
	var n int64
	for _, part := range parts {
		n += log.Own(scope(part)).N
	}
	return n
}

// wrote brings the head file up to date after a commit.
func (m *memoryLog) wrote() {
	if !m.p.ended {
		m.d.head = headFile{m.Origin(), commits(m.Log)}
	}
}

// hashesOf are the hashes of heads.
func hashesOf(heads []oplog.Head) []oplog.Hash {
	hashes := make([]oplog.Hash, len(heads))
	for i := range heads {
		hashes[i] = heads[i].Hash
	}
	return hashes
}
