package simulation

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"linli/sync/exchange"
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
	foreign bool          // its disk is not one of memory
	version int           // of the program
	skew    time.Duration // how wrong its clock is
	up      *program      // nil while nothing runs
	disk    Disk
	certs   []oplog.Certificate // of all origins that it ever was, in its keystore
	backups []Disk
	gone    bool // stolen or destroyed: it never comes back
	slips   int  // how often its log became an older one under the same name
	lies    bool
	lied    bool // at any time
	rogue   bool // a kiosk that somebody else controls
}

// machinesEach is how many machine numbers the authority gives with a certificate.
const machinesEach = 3

// admit adds a new machine to the hall, with nothing on its disk.
func (w *World) admit(role string) *node {
	n := &node{w: w, name: fmt.Sprintf("%s%d", role, len(w.nodes)), role: role, version: 1 + w.random.IntN(2)}
	n.care = role == exchange.RoleDesk && (len(w.nodes) <= w.plan.hubs || w.chance(0.5))
	n.skew = w.plan.drawSkew(w)
	if n.foreign = w.over.Machine != nil && w.chance(0.75); n.foreign {
		n.version = 1
	}
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
	switch {
	case n.role == roleHub:
		n.disk = n.w.newHubDisk()
	case n.foreign:
		c := n.w.certify(n)
		n.certs = append(n.certs, c)
		n.disk = n.w.over.Machine(Admission{Key: n.w.keys[c.Origin], Certificate: c})
	default:
		d := n.w.newMemoryDisk()
		n.disk = d
		n.become(d, n.w.certify(n))
	}
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

// certificate is the one that the program connects with; none for a hub.
func (p *program) certificate() (c oplog.Certificate, ok bool) {
	if p.n.role == roleHub {
		return c, false
	}
	origin := p.log.Origin()
	i := slices.IndexFunc(p.n.certs, func(c oplog.Certificate) bool { return c.Origin == origin })
	return p.n.certs[i], true
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

// backup keeps a copy of the disk aside.
func (n *node) backup() {
	n.backups = append(n.backups, n.disk.Backup())
	n.w.note(n.name, "is backed up with %d entries", n.disk.Len())
}

// writer tells whether people or programs write at the machine.
func (n *node) writer() bool { return n.role == exchange.RoleDesk || n.role == exchange.RoleKiosk }
