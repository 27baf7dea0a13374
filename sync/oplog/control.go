package oplog

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ControlTable is the one table that this package knows by name: each row holds one encoded [Cut] in the
// column [ControlColumn], in the hall's public scope, where every replica of the hall sees it.
const (
	ControlTable  = "control"
	ControlColumn = "body"
)

// ErrControl reports a control statement that is malformed or not signed by the hall's authority.
var ErrControl = errors.New("oplog: control statement does not hold")

// Cut says which of an origin's entries in a scope count, and that no others ever will: its machine was lost, or
// left the hall. The hall's authority signs it, so that it holds whoever carries it, in whatever entry. A machine
// that was cut goes on by being admitted again, as a new origin; cuts are never taken back.
//
// It names entries by their hashes, not by a number: whoever has the machine's key can write other entries with
// numbers that have been used, and would have them counted.
type Cut struct {
	Hall   string
	Origin Origin
	Scope  Scope
	// Kept names entries that count, together with all that stand behind them in the origin's chain; see [Kept]. Sorted, none for
	// none.
	Kept      []Hash
	Issued    int64 // Unix milliseconds; for display only
	Signature []byte
}

// MaxKept bounds the entries that a cut names.
const MaxKept = 256

// Kept picks what a cut names to keep all entries of an origin that are in a log: the end of each branch, and
// entries at growing distances before it. A replica that never gets the last ones, because they were on a disk that is lost, keeps what
// stands behind the next one named that it has. links are all entries of the origin in the scope, in the order in which they came; of
// more branches than a cut can name, those that ended first stay: who has a stolen key can make any number, but later.
func Kept(origin Origin, links []Link) []Hash {
	named := make(map[Hash]bool)
	for _, end := range Ends(origin, links) {
		for _, h := range Trail(origin, end.Hash, links) {
			if len(named) < MaxKept {
				named[h.Hash] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(named), Hash.Compare)
}

// Sign signs the cut with the hall authority's key.
func (c *Cut) Sign(authority ed25519.PrivateKey) error {
	message, err := c.message()
	if err != nil {
		return err
	}
	c.Signature = ed25519.Sign(authority, message)
	return nil
}

// Verify checks the cut's form and that the holder of authority signed it.
func (c Cut) Verify(authority ed25519.PublicKey) error {
	message, err := c.message()
	if err != nil {
		return err
	}
	if len(authority) != ed25519.PublicKeySize || !ed25519.Verify(authority, message, c.Signature) {
		return fmt.Errorf("%w: signature", ErrControl)
	}
	return nil
}

// Encode returns the canonical bytes of a signed cut: [fields, signature].
func (c Cut) Encode() ([]byte, error) {
	if len(c.Signature) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: not signed", ErrControl)
	}
	fields, err := c.fields()
	if err != nil {
		return nil, err
	}
	return Marshal([]any{fields, c.Signature})
}

// DecodeCut is the inverse of [Cut.Encode]. It checks form, not signature.
func DecodeCut(b []byte) (Cut, error) {
	malformed := fmt.Errorf("%w: malformed", ErrControl)
	v, err := Unmarshal(b)
	if err != nil {
		return Cut{}, malformed
	}
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return Cut{}, malformed
	}
	m, _ := pair[0].(map[string]any)
	var c Cut
	var origin []byte
	var scope string
	var format int64
	kept, isList := m["kept"].([]any)
	ok := len(m) == 6 && isList && len(kept) <= MaxKept
	ok = field(m, "format", &format) && format == controlFormat && ok
	ok = field(m, "hall", &c.Hall) && ok
	ok = field(m, "origin", &origin) && len(origin) == len(c.Origin) && ok
	ok = field(m, "scope", &scope) && ok
	for _, k := range kept {
		b, _ := k.([]byte)
		if len(b) != len(Hash{}) {
			return Cut{}, malformed
		}
		c.Kept = append(c.Kept, Hash(b))
	}
	ok = field(m, "issued", &c.Issued) && ok
	sig, isBytes := pair[1].([]byte)
	if !ok || !isBytes || len(sig) != ed25519.SignatureSize {
		return Cut{}, malformed
	}
	c.Origin, c.Scope, c.Signature = Origin(origin), Scope(scope), sig
	if _, err := c.fields(); err != nil {
		return Cut{}, err
	}
	return c, nil
}

// controlFormat is the version of the encoding of a cut. The first named a number.
const controlFormat = 2

func (c Cut) fields() (map[string]any, error) {
	if !validID(c.Hall) || c.Scope.Hall() != c.Hall || c.Scope.Check() != nil || len(c.Kept) > MaxKept {
		return nil, fmt.Errorf("%w: malformed", ErrControl)
	}
	kept := make([]any, len(c.Kept))
	for i := range c.Kept {
		if i > 0 && c.Kept[i-1].Compare(c.Kept[i]) >= 0 {
			return nil, fmt.Errorf("%w: malformed", ErrControl)
		}
		kept[i] = c.Kept[i][:]
	}
	return map[string]any{
		"format": int64(controlFormat), "hall": c.Hall, "origin": c.Origin[:], "scope": string(c.Scope), "kept": kept, "issued": c.Issued,
	}, nil
}

func (c Cut) message() ([]byte, error) {
	fields, err := c.fields()
	if err != nil {
		return nil, err
	}
	b, err := Marshal(fields)
	return append([]byte(tagControl), b...), err
}

// CutsIn finds the statements that an entry carries and that the hall's authority signed. Whether the entry
// itself counts plays no part: the statement speaks for itself.
func CutsIn(e Entry, authority ed25519.PublicKey) []Cut {
	var cuts []Cut
	for _, c := range e.Changes {
		if c.Table != ControlTable || e.Scope.Part() != Public {
			continue
		}
		for _, cell := range c.Cells {
			body, _ := cell.Value.([]byte)
			if cell.Column != ControlColumn || body == nil {
				continue
			}
			if cut, err := DecodeCut(body); err == nil && cut.Hall == e.Scope.Hall() && cut.Verify(authority) == nil {
				cuts = append(cuts, cut)
			}
		}
	}
	return cuts
}
