package oplog

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Format is the version of the envelope. It never changes; a new kind of change is a new
// table, column or verb inside the same envelope.
const Format = 1

// MaxEntry is the greatest size of an encoded entry in bytes. A bulk action is
// written as many entries under one action id.
const MaxEntry = 256 << 10

// Bounds of the texts of an entry, in bytes of UTF-8 without NUL.
const (
	MaxAction = 64
	MaxActor  = 128
	MaxVerb   = 64
	MaxTable  = 64
	MaxRow    = 256
	MaxColumn = 64
	MaxCert   = 4096
)

// Errors about single entries. They are wrapped with the rule that was broken, and
// never with the entry's content.
var (
	ErrTooLarge = errors.New("oplog: entry too large")
	ErrFormat   = errors.New("oplog: entry of an unknown format")
	ErrEntry    = errors.New("oplog: malformed entry")
	ErrUnsealed = errors.New("oplog: entry unsealed, or changed after it was sealed")
)

// Entry is all changes of one action in one scope, by one origin. Fill the fields, then [Entry.Seal]
// it; from then on it is immutable, and copies share memory. What [Decode] returns is sealed.
type Entry struct {
	Format int    // always [Format]
	Scope  Scope  // where it belongs
	Origin Origin // who wrote it
	N      int64  // its number among the origin's entries in the scope: 1, 2, 3, …
	Prev   Hash   // hash of entry N-1; zero for N = 1
	Action string // id shared by all entries of one action, in all scopes
	HLC    HLC    // one stamp for the whole entry
	Wall   int64  // the author's wall clock, Unix milliseconds; for display only
	Actor  string // who acted: a member of staff or a device
	Verb   string // what was done, such as "visit.confirm"
	Schema int64  // the author's schema version
	Cert   []byte // the origin's encoded [Certificate] if N = 1, else nil
	// Changes are in the author's order; folds depend on it.
	Changes []Change

	hash Hash
}

// Change is what an action did to one row. Inserting is a change whose cells are over nothing.
type Change struct {
	Table string
	Row   string // key of the row
	// Cells are the columns that were written, at least one; sealing sorts them.
	Cells []Cell
	// Salt keeps an erased change from being found again by trying likely contents. Sealing draws it.
	Salt [16]byte
	// Digest stands for the change in the entry's hash; sealing computes it.
	Digest Hash
	// Erased says that only Digest is left.
	Erased bool
}

// Cell is one written column.
type Cell struct {
	Column string
	Value  Value
	// Over are the dots that the new value replaces, sorted by sealing: for an ordinary edit
	// what [Register.ShownDots] gave when the form was opened, to resolve a conflict all live
	// dots, for a new cell none.
	Over []Dot
}

// Hash is the hash of a sealed entry, its identity everywhere; zero for an unsealed one.
func (e Entry) Hash() Hash { return e.hash }

// Dot is the beginning of the entry's hash; it names all writes of the entry.
func (e Entry) Dot() Dot { return e.hash.Dot() }

// Position is the place of change i in the order of folds.
func (e Entry) Position(i int) Position {
	return Position{HLC: e.HLC, Origin: e.Origin, N: e.N, Hash: e.hash, Index: i}
}

// Seal puts the entry into canonical form, draws a salt from random (crypto/rand.Reader
// outside tests) for each change that has none, and computes digests and hash. It checks all rules of an
// entry, so that what is sealed can be encoded and is accepted by every replica: [ErrEntry] and
// [ErrFormat] name a broken rule, [ErrTooLarge] asks for a split into several entries. The changes are
// edited in place.
func (e *Entry) Seal(random io.Reader) error {
	for i := range e.Changes {
		c := &e.Changes[i]
		if c.Erased {
			continue
		}
		if c.Salt == [16]byte{} {
			if _, err := io.ReadFull(random, c.Salt[:]); err != nil {
				return fmt.Errorf("oplog: drawing a salt: %w", err)
			}
		}
		slices.SortFunc(c.Cells, func(a, b Cell) int { return compareKeys(a.Column, b.Column) })
		for j := range c.Cells {
			over := c.Cells[j].Over
			slices.SortFunc(over, Dot.Compare)
			c.Cells[j].Over = slices.Compact(over)
		}
	}
	if err := e.check(); err != nil {
		return err
	}
	_, hash, err := e.encode(func(c *Change, d Hash) error {
		c.Digest = d
		return nil
	})
	if err != nil {
		return err
	}
	e.hash = hash
	return nil
}

// Erase returns the entry with change i reduced to its digest. Hash, chain and signatures stay what
// they are; e itself is not altered. Rows have to be rebuilt afterwards, and on every replica: an erased
// change writes nothing and replaces nothing, so erase all changes of a cell, or older values show again.
func (e Entry) Erase(i int) Entry {
	e.Changes = slices.Clone(e.Changes)
	e.Changes[i] = Change{Digest: e.Changes[i].Digest, Erased: true}
	return e
}

// check tests every rule that does not need the hash. All of it depends on the entry
// alone, so all replicas agree on what is an entry.
func (e *Entry) check() error {
	if e.Format != Format {
		return ErrFormat
	}
	if err := e.Scope.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrEntry, err)
	}
	switch {
	case e.N < 1:
		return broken("n is less than 1")
	case e.Prev.IsZero() != (e.N == 1):
		return broken("prev and n disagree")
	case (len(e.Cert) > 0) != (e.N == 1):
		return broken("a certificate belongs to n = 1 and nowhere else")
	case len(e.Cert) > MaxCert:
		return broken("certificate too long")
	case !e.HLC.Valid():
		return broken("clock beyond its bound")
	case e.Schema < 0:
		return broken("schema is negative")
	case !textWithin(e.Action, MaxAction):
		return broken("action")
	case !textWithin(e.Actor, MaxActor):
		return broken("actor")
	case !textWithin(e.Verb, MaxVerb):
		return broken("verb")
	case len(e.Changes) == 0:
		return broken("no changes")
	}
	type key struct{ table, row string }
	var seen map[key]struct{}
	if len(e.Changes) > 1 {
		seen = make(map[key]struct{}, len(e.Changes))
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		if err := c.check(); err != nil {
			return err
		}
		if seen == nil || c.Erased {
			continue
		}
		k := key{c.Table, c.Row}
		if _, twice := seen[k]; twice {
			return broken("a row changes twice")
		}
		seen[k] = struct{}{}
	}
	return nil
}

func (c *Change) check() error {
	if c.Erased {
		if c.Table != "" || c.Row != "" || len(c.Cells) != 0 || c.Salt != [16]byte{} {
			return broken("an erased change has content")
		}
		return nil
	}
	switch {
	case !textWithin(c.Table, MaxTable):
		return broken("table")
	case !textWithin(c.Row, MaxRow):
		return broken("row")
	case len(c.Cells) == 0:
		return broken("a change without cells")
	}
	for i := range c.Cells {
		cell := &c.Cells[i]
		if !textWithin(cell.Column, MaxColumn) {
			return broken("column")
		}
		if i > 0 && compareKeys(c.Cells[i-1].Column, cell.Column) >= 0 {
			return broken("columns unsorted or repeated")
		}
		if err := CheckValue(cell.Value); err != nil {
			return fmt.Errorf("%w: %w", ErrEntry, err)
		}
		for j := 1; j < len(cell.Over); j++ {
			if cell.Over[j-1].Compare(cell.Over[j]) >= 0 {
				return broken("dots unsorted or repeated")
			}
		}
	}
	return nil
}

func broken(rule string) error { return fmt.Errorf("%w: %s", ErrEntry, rule) }

// textWithin is the rule of names: a NUL is none, since databases end text at it.
func textWithin(s string, limit int) bool {
	return s != "" && len(s) <= limit && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// Tags that begin everything that is hashed or signed, one for each kind.
const (
	tagEntry  = "linli entry 1\x00"
	tagChange = "linli change 1\x00"
	tagHead   = "linli head 1\x00"
	tagCert   = "linli certificate 1\x00"
	tagCell   = "linli cell 1\x00"
	tagVoid   = "linli void 1\x00"
	tagHeads  = "linli heads 1\x00"

	tagControl = "linli control 1\x00"
)

// digest is SHA-256 over tag, salt and canonical change. body is the canonical change.
func digest(scratch []byte, salt *[16]byte, body []byte) (Hash, []byte) {
	scratch = append(scratch[:0], tagChange...)
	scratch = append(scratch, salt[:]...)
	scratch = append(scratch, body...)
	return sha256.Sum256(scratch), scratch
}
