package simulation

import (
	"context"
	"crypto/ed25519"
	"time"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// Contents is what lies on a disk, whether a program runs over it or not.
type Contents interface {
	// Len is the number of entries.
	Len() int
	// Scopes are those of which there are entries.
	Scopes() []oplog.Scope
	// Each visits the entries of a scope in the order in which they came, with whether they count.
	Each(s oplog.Scope, visit func(oplog.Entry, oplog.Verdict))
	// Find is that of [exchange.Replica].
	Find(ctx context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error)
}

// Book is a log that a program has open, as the checks read it. What it says of itself stays so when the program
// has ended.
type Book interface {
	exchange.Replica
	Contents
	// EachRow visits the registers of all rows of a scope.
	EachRow(s oplog.Scope, visit func(table, row string, r oplog.Row))
	// Cut tells whether the hall has cut the machine of a certificate, as far as the log knows.
	Cut(c oplog.Certificate) bool
	// Check answers what is wrong with the book by its own rules; nil for nothing.
	Check() error
}

// Log is the log of a machine's program.
type Log interface {
	Book
	// Origin is who the program writes as.
	Origin() oplog.Origin
	// Machine is the number that what the program numbers begins with, 0 for none.
	Machine() int
	// Row answers the registers of a row, nil where there is none.
	Row(s oplog.Scope, table, row string) oplog.Row
	// Open opens a form on a row as it is now.
	Open(s oplog.Scope, table, row string) Form
	// Write does one action and answers its entries, those of an edit that changed nothing left out. With an error
	// after the commit the entries come with it.
	Write(a memlog.Action, edits []Edit) ([]oplog.Entry, error)
	// Holds is told what a peer's log holds.
	Holds(peer, log string, s oplog.Scope, heads []oplog.Head)
}

// Form is a row as a person has it on the screen.
type Form struct {
	Scope oplog.Scope
	Table string
	Row   string
	Saw   oplog.Row // what was there when it was opened
	Paper any       // the log's own
}

// Edit is what a person does with a row.
type Edit struct {
	Form
	Kind  EditKind
	Cells map[string]oplog.Value
}

// EditKind is how a row is written.
type EditKind int

// The kinds.
const (
	Insert EditKind = iota // a new row, or one that nobody has told this machine of
	Change                 // other values in place of those that the form showed
	Delete                 // the row is marked as deleted
	Settle                 // the values stand for all that were there
)

// Disk is what survives the end of a program: its folder, its keys, and the head file that no backup has. A disk on which
// another one is put stays as it was, to be looked at.
type Disk interface {
	Contents
	// Origin is who wrote last; zero for a hub.
	Origin() oplog.Origin
	// Start begins a program over what lies there. It answers what the checks read, a [Log] at a machine, and what
	// the program hands out.
	Start(r Life) (Book, exchange.Replica, error)
	// End ends the program, wherever it is.
	End()
	// Unsynced is a power cut that came before the head file's newest word was on the disk.
	Unsynced()
	// Backup is a copy of the log alone.
	Backup() Disk
	// PutBack is this disk with the log of a backup. Without head there is nothing on it that could tell.
	PutBack(backup Disk, head bool) Disk
	// Restore is this disk with the log of a backup, put there by the program's own command: it goes on as somebody else.
	Restore(backup Disk) Disk
	// Clone is another disk with all that is on this one.
	Clone() Disk
}

// Life is one run of a program as what lies on its disk sees it.
type Life struct{ p *program }

// Now is what the machine's clock shows.
func (r Life) Now() time.Time { return r.p.n.wall() }

// Commit is called before every commit. Its error fails the transaction: the disk is full, or the program ends here.
func (r Life) Commit() error {
	w := r.p.n.w
	switch {
	case r.p.ended:
		return errEnded
	case w.current == nil || w.healing:
	case w.chance(w.plan.diskFull):
		w.count("disk full")
		return errDisk
	case w.chance(endsAtCommit):
		w.count("ended within a transaction")
		r.p.n.quit()
		return errEnded
	}
	return nil
}

// endsAtCommit is how likely a program ends at a commit at which it cannot stop.
const endsAtCommit = 0.002

// Became is told when the program goes on as another origin.
func (r Life) Became(key ed25519.PrivateKey, c oplog.Certificate) {
	r.p.n.w.keys[c.Origin] = key
	r.p.n.certs = append(r.p.n.certs, c)
	r.p.n.w.count("succeeded")
	r.p.n.w.note(r.p.n.name, "is origin %s from now on", c.Origin.String()[:3])
}

// Knows tells whether the machine has been the origin.
func (r Life) Knows(o oplog.Origin) bool {
	for _, c := range r.p.n.certs {
		if c.Origin == o {
			return true
		}
	}
	return false
}

// Wrote is told of entries that the program wrote by itself. Those that were known are passed over.
func (r Life) Wrote(entries []oplog.Entry) {
	w := r.p.n.w
	for i := range entries {
		if w.truth.of[entries[i].Hash()] == nil {
			// What a machine writes while the world heals that was cut and has not heard of it, nobody has to take.
			w.truth.wrote(entries[i], r.p.n.name, !w.healing || !r.p.n.revoked())
			w.note(r.p.n.name, "writes by itself %s %s in %s", entries[i].Verb, w.name(entries[i]), entries[i].Scope.Part())
		}
	}
}

// PutBack is told when a program found that its log was put back from an older copy.
func (r Life) PutBack() {
	r.p.n.w.note(r.p.n.name, "finds that its log was put back")
	r.p.n.w.count("found put back")
}
