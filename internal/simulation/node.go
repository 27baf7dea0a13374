package simulation

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/hub/memory"
	"linli/sync/oplog"
)

// roleHub is the role of a hub here; it has no certificate.
const roleHub = "hub"

// node is a machine: a box with a disk, on which a program runs or not.
type node struct {
	w       *World
	name    string
	role    string
	care    bool          // may hold the care scope
	version int           // of the program
	skew    time.Duration // how wrong its clock is
	up      *program      // nil while nothing runs
	disk    disk
	certs   []oplog.Certificate // of all origins that it ever was, in its keystore
	backups []disk
	gone    bool // stolen or destroyed: it never comes back
	slips   int  // how often its log became an older one under the same name
	lies    bool
	lied    bool // at any time
	rogue   bool // a kiosk that somebody else controls
}

// disk is what survives the end of a program.
type disk struct {
	log     *memlog.Log
	head    headFile
	storage *memory.Storage // a hub's
}

// book is what lies on the disk.
func (d disk) book() book {
	if d.storage != nil {
		return openBook(d.storage)
	}
	return d.log
}

// headFile is the small file beside the database and outside of backups: who wrote here last, and how much.
type headFile struct {
	origin  oplog.Origin
	commits int64
}

// machinesEach is how many machine numbers the authority gives with a certificate.
const machinesEach = 3

// admit adds a new machine to the hall, with nothing on its disk.
func (w *World) admit(role string) *node {
	n := &node{w: w, name: fmt.Sprintf("%s%d", role, len(w.nodes)), role: role, version: 1 + w.random.IntN(2)}
	n.care = role == exchange.RoleDesk && (len(w.nodes) <= w.plan.hubs || w.chance(0.5))
	n.skew = w.plan.drawSkew(w)
	w.nodes = append(w.nodes, n)
	n.empty()
	n.start()
	return n
}

// newHub adds a hub with nothing on its disk.
func (w *World) newHub() {
	n := &node{w: w, name: fmt.Sprintf("hub%d", len(w.nodes)), role: roleHub, version: 2}
	w.nodes = append(w.nodes, n)
	n.empty()
	n.start()
}

// empty puts a new disk into the machine, on which it is a new origin that the authority has admitted.
func (n *node) empty() {
	n.backups = nil
	if n.role == roleHub {
		n.disk = disk{storage: n.w.newStorage()}
		return
	}
	n.disk = disk{log: memlog.New(n.w.id("log"), hallID, n.w.public())}
	n.disk.log.Transaction, n.disk.log.Page = n.w.plan.transaction, n.w.plan.page
	n.become(n.disk.log, n.w.certify(n))
}

// certify is the authority's certificate for a new key of the machine.
func (w *World) certify(n *node) oplog.Certificate {
	c := oplog.Certificate{PublicKey: w.newKey(), Hall: hallID, Role: n.role, Issued: begin.UnixMilli(), Expires: begin.AddDate(1, 0, 0).UnixMilli()}
	w.serial++
	c.Serial = w.serial
	for range machinesEach {
		w.block++
		c.Machines = append(c.Machines, w.block)
	}
	switch n.role {
	case exchange.RoleDesk:
		c.Scopes = []oplog.Scope{scope(oplog.Public), scope(oplog.Intake), scope(oplog.Desk)}
		if n.care {
			c.Scopes = append(c.Scopes, scope(oplog.Care))
		}
	case exchange.RoleKiosk:
		c.Scopes = []oplog.Scope{scope(oplog.Public), scope(oplog.Intake)}
		c.Tables = kioskTables
	}
	if err := c.Sign(w.authority); err != nil {
		panic(err)
	}
	return c
}

func (w *World) newKey() ed25519.PublicKey {
	var seed [32]byte
	_, _ = w.salts.Read(seed[:])
	key := ed25519.NewKeyFromSeed(seed[:])
	pub := key.Public().(ed25519.PublicKey)
	w.keys[oplog.OriginOf(pub)] = key
	return pub
}

// become makes a log write as the origin of a certificate.
func (n *node) become(log *memlog.Log, c oplog.Certificate) {
	if err := log.Become(n.w.keys[c.Origin], c); err != nil {
		panic(err)
	}
	n.certs = append(n.certs, c)
	n.disk.head = headFile{origin: c.Origin}
	n.w.note(n.name, "is origin %s from now on", c.Origin.String()[:3])
}

// succeed makes the program write as a new origin. The old one vouches for it as long as it has machine numbers left;
// then the authority has to be asked, who has nothing for a machine that was cut.
func (p *program) succeed() {
	n := p.n
	old := n.certs[len(n.certs)-1]
	p.behind = false
	if len(old.Machines) == 1 {
		if n.revoked() {
			n.w.truth.doubled = true // it goes on as it was, with numbers that it may have given out
			return
		}
		n.w.count("certified again")
		n.become(p.log, n.w.certify(n))
		return
	}
	c := oplog.Certificate{PublicKey: n.w.newKey(), Machines: old.Machines[1:], Issued: old.Issued, Expires: old.Expires}
	if err := c.Succeed(old, n.w.keys[old.Origin]); err != nil {
		n.w.fail("%s cannot go on as a new origin: %v", n.name, err)
		return
	}
	n.w.count("succeeded")
	n.become(p.log, c)
}

// certificate is the one that the program connects with; none for a hub.
func (p *program) certificate() (c oplog.Certificate, ok bool) {
	if p.n.role == roleHub {
		return c, false
	}
	origin := p.log.Origin()
	i := slices.IndexFunc(p.n.certs, func(c oplog.Certificate) bool { return c.Origin == origin })
	return p.n.certs[i], true
}

// commits is how much the present origin has written into a log.
func commits(log *memlog.Log) int64 {
	var n int64
	for _, part := range parts {
		n += log.Own(scope(part)).N
	}
	return n
}

// recognise compares the head file with the log, as a program does when it starts: a log that says less was put back
// from an older copy.
func (n *node) recognise(p *program) {
	was := n.disk.head
	if was == (headFile{}) || was.origin == p.log.Origin() && was.commits <= commits(p.log) {
		n.disk.head = headFile{p.log.Origin(), commits(p.log)}
		return
	}
	n.w.note(n.name, "finds that its log was put back")
	n.w.count("found put back")
	p.read(p.log.Copy(n.w.id("log"))) // it is another copy now
	p.succeed()
}

// wrote brings the head file up to date after a commit.
func (p *program) wrote() {
	if !p.ended {
		p.n.disk.head = headFile{p.log.Origin(), commits(p.log)}
	}
}

// holds tells whether entries of a part of the hall belong on the machine; a kiosk's own intake besides.
func (n *node) holds(part string) bool {
	if n.role == roleHub {
		return true
	}
	return exchange.MayRead(n.certs[0], scope(part))
}

// wall is what the machine's clock shows.
func (n *node) wall() time.Time { return n.w.now.Add(n.skew) }

// copy is another disk with the same log, under the name id, or its own for "". Neither the head file nor the keystore is part
// of it.
func (d disk) copy(id string) disk {
	if id == "" {
		id = d.book().ID()
	}
	if d.storage != nil {
		return disk{storage: d.storage.Copy(id)}
	}
	return disk{log: d.log.Copy(id)}
}

// backup keeps a copy of the disk aside.
func (n *node) backup() {
	n.backups = append(n.backups, n.disk.copy(""))
	n.w.note(n.name, "is backed up with %d entries", n.disk.book().Len())
}

// writer tells whether people or programs write at the machine.
func (n *node) writer() bool { return n.role == exchange.RoleDesk || n.role == exchange.RoleKiosk }
