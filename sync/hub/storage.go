package hub

import (
	"context"
	"iter"

	"linli/sync/oplog"
)

// Storage keeps what a hub has: the logs of its halls, the registers that follow from them, and the registry of halls,
// machines and codes. SQLite is one, see the package hub/sqlite; package hub/memory is another. A database server
// can be a third: nothing here supposes that there is one writer, one process or one machine.
// Package hub/storagetest is what all of them have to pass.
type Storage interface {
	// LogID names this copy of the logs. A copy that was restored, put back or begun anew has another one.
	LogID() string
	// View runs f on the storage as it is at one moment. It may run beside any number of others.
	View(ctx context.Context, f func(Snapshot) error) error
	// Update runs f and makes all that it wrote durable, or nothing when f or the storage fails. The scopes are held from
	// before f's first question to the commit: what f finds in them stays true, and nobody else adds to them
	// meanwhile. They are taken in the order of their names, so that two updates never wait for each other.
	//
	// A storage may run f together with others in one transaction, and may have to run it again from the beginning: f
	// leaves nothing outside that a second run would not replace.
	Update(ctx context.Context, scopes []oplog.Scope, f func(Tx) error) error
	// Version answers a number that is another one after anyone, in this process or another, may have committed. It is
	// cheap enough to be asked several times a second.
	Version(ctx context.Context) (int64, error)
	// Close lets go of the storage. What was committed stays.
	Close() error
}

// Snapshot answers questions about one moment. It is for the goroutine of the function that got it, and for as long as
// that runs. A sequence has to be finished before the next question is asked.
type Snapshot interface {
	LogSnapshot
	RegistrySnapshot
}

// Tx is a snapshot that can be written to; it sees what it has written.
type Tx interface {
	Snapshot
	LogTx
	RegistryTx
}

// Record is one entry as it lies in a storage.
type Record struct {
	// Seq is its number in the apply order of its scope: 1, 2, 3, … without gaps. Append gives it.
	Seq     int64
	Head    oplog.Head
	Verdict oplog.Verdict
	Sig     []byte // nil where a later entry vouches
	Body    []byte // canonical bytes
}

// State is where a scope stands. The zero State, but for the name, is that of a scope without entries.
type State struct {
	Scope oplog.Scope
	Seq   int64      // number of the newest entry
	Hash  oplog.Hash // of that entry
	// Applied is the number of the newest entry that is in the registers; Rows sums up the registers and the entries up to there
	// that do not count.
	Applied int64
	Rows    oplog.SetDigest
}

// LogSnapshot is what can be asked of the logs. A scope or origin that is not there has no entries.
type LogSnapshot interface {
	// States answers all scopes that have entries, by name.
	States() ([]State, error)
	// State answers one scope.
	State(scope oplog.Scope) (State, error)
	// HashAt answers the hash of the entry with that number, the zero Hash for none.
	HashAt(scope oplog.Scope, seq int64) (oplog.Hash, error)
	// Heads answers the ends of all branches, in the order of [oplog.Heads.List].
	Heads(scope oplog.Scope) ([]oplog.Head, error)
	// Ends answers the ends of one origin's branches, sorted by number and hash.
	Ends(scope oplog.Scope, origin oplog.Origin) ([]oplog.Head, error)
	// Find answers the entries with these hashes that are in the log, in no order, without signatures and bodies.
	Find(scope oplog.Scope, hashes []oplog.Hash) ([]Record, error)
	// Knows tells whether an entry with that dot is in the log.
	Knows(scope oplog.Scope, dot oplog.Dot) (bool, error)
	// Certificate answers the certificate, as encoded, in an origin's first entry; nil for none.
	Certificate(scope oplog.Scope, origin oplog.Origin) ([]byte, error)
	// Certificates answers those of all origins of the scope, by origin.
	Certificates(scope oplog.Scope) (map[oplog.Origin][]byte, error)
	// HashOf answers the hash of an origin's entry by its own number, of several the first; the zero Hash for none.
	HashOf(scope oplog.Scope, origin oplog.Origin, n int64) (oplog.Hash, error)
	// Beyond answers the least number in the scope's order among the entries of an origin whose own number is
	// greater than n; 0 for none.
	Beyond(scope oplog.Scope, origin oplog.Origin, n int64) (seq int64, err error)
	// Entries answers what comes after a number, in the scope's order. Signature and body are the storage's own and
	// valid until the next step.
	Entries(scope oplog.Scope, after int64) iter.Seq2[Record, error]
	// EntriesOf answers all entries of one origin, by their numbers and then the scope's order; otherwise like Entries.
	EntriesOf(scope oplog.Scope, origin oplog.Origin) iter.Seq2[Record, error]
	// Cuts answers the statements about a hall's origins, verified when they were put in, by scope, origin and their encoding.
	Cuts(hall string) ([]oplog.Cut, error)
	// Row answers the registers of a row as [oplog.EncodeRow] wrote them; nil for none.
	Row(scope oplog.Scope, table, row string) ([]byte, error)
	// Rows answers all rows of a scope by table and row, bytewise; the bytes are valid until the next step.
	Rows(scope oplog.Scope) iter.Seq2[Stored, error]
}

// Stored is a row of the registers.
type Stored struct {
	Table, Row string
	Cells      []byte
}

// LogTx is how the logs are written to. The scope has to be one that the update holds.
type LogTx interface {
	// Append adds entries behind the scope's newest, in this order, and numbers them. The counter of the scope is
	// taken and raised in the same transaction, so that what becomes visible has no gaps and no late-comers.
	Append(scope oplog.Scope, entries []Record) error
	// SetEnds replaces the ends of an origin's branches.
	SetEnds(scope oplog.Scope, origin oplog.Origin, ends []oplog.Head) error
	// PutCertificate keeps the certificate of an origin, before its first entry is appended, or another one in its place.
	PutCertificate(scope oplog.Scope, origin oplog.Origin, encoded []byte) error
	// SetVerdict changes whether an entry counts.
	SetVerdict(scope oplog.Scope, seq int64, v oplog.Verdict) error
	// PutCut keeps a verified statement beside all others; again it changes nothing.
	PutCut(c oplog.Cut) error
	// PutRow keeps the registers of a row.
	PutRow(scope oplog.Scope, table, row string, cells []byte) error
	// SetApplied says up to where the registers go and what they sum up to.
	SetApplied(scope oplog.Scope, seq int64, rows oplog.SetDigest) error
	// ClearRows empties the registers of a scope and sets Applied to 0.
	ClearRows(scope oplog.Scope) error
}
