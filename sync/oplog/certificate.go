package oplog

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrCertificate reports a certificate that is malformed or whose signature does not hold.
var ErrCertificate = errors.New("oplog: certificate does not hold")

// Certificate is what a hall's authority says about an origin: its key, its machine numbers, and
// what it may do. It expires for connections, not for entries: what was written stays written.
//
// A device that has to go on as a new origin, after a restore or a clone, and cannot ask the authority
// at once, signs the new origin's certificate with the key of the old one and puts the old certificate
// inside ([Certificate.Succeed]). Such a successor has no right and no machine number that its parent has not.
type Certificate struct {
	Hall      string // id of the hall
	Origin    Origin // always [OriginOf] PublicKey
	PublicKey ed25519.PublicKey
	Machines  []int // numbers reserved for it, ≥ 1; part of every ticket number it issues
	Role      string
	Scopes    []Scope // what it may write
	// Tables are what it may write in its scopes; none means all. A kiosk's certificate lists those of
	// kiosks, so that every replica judges its entries alike, whatever its version knows of tables.
	Tables  []string
	Issued  int64 // Unix milliseconds
	Expires int64 // Unix milliseconds
	Serial  int64 // rises with every certificate of the authority
	// Parent is the encoded certificate of the origin that this one succeeds; nil for one that the
	// authority signed itself.
	Parent []byte
	// Signature is the Ed25519 signature of all the above, by the authority or by the parent's key.
	Signature []byte
}

// maxParents bounds a chain of successors. Machine numbers run out before.
const maxParents = 8

// certificateFormat is the version of the encoding of a certificate.
const certificateFormat = 1

// Sign sets Origin from PublicKey and signs the certificate with the hall authority's key.
func (c *Certificate) Sign(authority ed25519.PrivateKey) error {
	if len(c.PublicKey) != ed25519.PublicKeySize {
		return fmt.Errorf("%w: public key", ErrCertificate)
	}
	c.Origin = OriginOf(c.PublicKey)
	message, err := c.message()
	if err != nil {
		return err
	}
	c.Signature = ed25519.Sign(authority, message)
	return nil
}

// Succeed fills c, of which the caller sets PublicKey, Machines, Issued and Expires, as the successor of parent
// and signs it with the parent's key. Machines have to be among the parent's.
func (c *Certificate) Succeed(parent Certificate, key ed25519.PrivateKey) error {
	encoded, err := parent.Encode()
	if err != nil {
		return err
	}
	c.Hall, c.Role, c.Scopes, c.Tables = parent.Hall, parent.Role, slices.Clone(parent.Scopes), slices.Clone(parent.Tables)
	c.Serial, c.Parent = parent.Serial, encoded
	if err := c.Sign(key); err != nil {
		return err
	}
	return c.within(parent)
}

// Verify checks the certificate's form and that the holder of authority signed it, or the oldest of its
// parents, each of which signed the next and gave it no more than it has itself. Time plays no part.
func (c Certificate) Verify(authority ed25519.PublicKey) error {
	parent, signer := c, authority
	for range maxParents {
		if len(c.Parent) > 0 {
			var err error
			if parent, err = DecodeCertificate(c.Parent); err != nil {
				return err
			}
			if err := c.within(parent); err != nil {
				return err
			}
			signer = parent.PublicKey
		}
		message, err := c.message()
		if err != nil {
			return err
		}
		if len(signer) != ed25519.PublicKeySize || !ed25519.Verify(signer, message, c.Signature) {
			return fmt.Errorf("%w: signature", ErrCertificate)
		}
		if len(c.Parent) == 0 {
			return nil
		}
		c, signer = parent, authority
	}
	return fmt.Errorf("%w: too many parents", ErrCertificate)
}

// within checks that a successor has nothing that its parent has not.
func (c Certificate) within(parent Certificate) error {
	ok := c.Hall == parent.Hall && c.Role == parent.Role && c.Serial == parent.Serial && c.Origin != parent.Origin
	for _, s := range c.Scopes {
		ok = ok && slices.Contains(parent.Scopes, s)
	}
	for _, m := range c.Machines {
		ok = ok && slices.Contains(parent.Machines, m)
	}
	if len(parent.Tables) > 0 {
		ok = ok && len(c.Tables) > 0
		for _, t := range c.Tables {
			ok = ok && slices.Contains(parent.Tables, t)
		}
	}
	if !ok {
		return fmt.Errorf("%w: more than its parent", ErrCertificate)
	}
	return nil
}

// Line lists the certificate's origin and those that it succeeds, the nearest first. The certificate has to
// be one that [Certificate.Verify] accepts.
func (c Certificate) Line() []Origin {
	line := []Origin{c.Origin}
	for len(c.Parent) > 0 && len(line) <= maxParents {
		parent, err := DecodeCertificate(c.Parent)
		if err != nil {
			break
		}
		c = parent
		line = append(line, c.Origin)
	}
	return line
}

// Lesser answers the certificate by which an origin's entries in a scope are judged when its first entries there carry two:
// the lesser by its bytes, nil counting as none. The holder of a parent's key can make several of one successor and show each
// to somebody else. Were the second one refused, those who took the first would be refused with it, for ever. An
// implementation that gets to know a lesser one judges the origin's entries in that scope again.
func Lesser(a, b []byte) []byte {
	if a == nil || b != nil && bytes.Compare(b, a) < 0 {
		return b
	}
	return a
}

// Allows tells whether the certificate names scope.
func (c Certificate) Allows(scope Scope) bool { return slices.Contains(c.Scopes, scope) }

// AllowsTable tells whether the certificate lets its origin write the table, in the scopes that it names.
func (c Certificate) AllowsTable(table string) bool {
	return len(c.Tables) == 0 || slices.Contains(c.Tables, table)
}

// Encode returns the canonical bytes of a signed certificate: [fields, signature].
func (c Certificate) Encode() ([]byte, error) {
	if len(c.Signature) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: not signed", ErrCertificate)
	}
	fields, err := c.fields()
	if err != nil {
		return nil, err
	}
	b, err := Marshal([]any{fields, c.Signature})
	if err == nil && len(b) > MaxCert {
		err = fmt.Errorf("%w: over %d bytes", ErrCertificate, MaxCert)
	}
	return b, err
}

// DecodeCertificate is the inverse of [Certificate.Encode]. It checks form, not signature: use
// [Certificate.Verify] with the authority's key.
func DecodeCertificate(b []byte) (Certificate, error) {
	malformed := fmt.Errorf("%w: malformed", ErrCertificate)
	if len(b) > MaxCert {
		return Certificate{}, malformed
	}
	v, err := Unmarshal(b)
	if err != nil {
		return Certificate{}, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return Certificate{}, malformed
	}
	m, _ := pair[0].(map[string]any)
	var c Certificate
	_, limited := m["tables"]
	_, succeeds := m["parent"]
	want := 10
	for _, there := range []bool{limited, succeeds} {
		if there {
			want++
		}
	}
	ok := len(m) == want
	ok = field(m, "hall", &c.Hall) && ok
	ok = field(m, "role", &c.Role) && ok
	ok = field(m, "issued", &c.Issued) && ok
	ok = field(m, "expires", &c.Expires) && ok
	ok = field(m, "serial", &c.Serial) && ok
	var format int64
	ok = field(m, "format", &format) && format == certificateFormat && ok
	var key, origin []byte
	ok = field(m, "key", &key) && ok
	ok = field(m, "origin", &origin) && len(origin) == len(c.Origin) && ok
	var machines, scopes, tables []any
	ok = field(m, "machines", &machines) && ok
	ok = field(m, "scopes", &scopes) && ok
	if limited { // an empty one is not written, so that a certificate has one encoding
		ok = field(m, "tables", &tables) && len(tables) > 0 && ok
	}
	if succeeds {
		ok = field(m, "parent", &c.Parent) && len(c.Parent) > 0 && ok
	}
	sig, isBytes := pair[1].([]byte)
	if !ok || !isBytes || len(sig) != ed25519.SignatureSize {
		return Certificate{}, malformed
	}
	c.PublicKey, c.Origin, c.Signature = key, Origin(origin), sig
	for _, item := range machines {
		n, ok := item.(int64)
		if !ok || int64(int(n)) != n {
			return Certificate{}, malformed
		}
		c.Machines = append(c.Machines, int(n))
	}
	for _, item := range scopes {
		s, ok := item.(string)
		if !ok {
			return Certificate{}, malformed
		}
		c.Scopes = append(c.Scopes, Scope(s))
	}
	for _, item := range tables {
		t, ok := item.(string)
		if !ok {
			return Certificate{}, malformed
		}
		c.Tables = append(c.Tables, t)
	}
	if _, err := c.fields(); err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// field sets *dst to m[key] if that is a T.
func field[T any](m map[string]any, key string, dst *T) bool {
	v, ok := m[key].(T)
	*dst = v
	return ok
}

// message is what the authority signs: the tag and the canonical fields.
func (c Certificate) message() ([]byte, error) {
	fields, err := c.fields()
	if err != nil {
		return nil, err
	}
	b, err := Marshal(fields)
	return append([]byte(tagCert), b...), err
}

// fields checks the certificate and returns it as the map that is encoded.
func (c Certificate) fields() (map[string]any, error) {
	invalid := func(field string) (map[string]any, error) {
		return nil, fmt.Errorf("%w: %s", ErrCertificate, field)
	}
	switch {
	case !validID(c.Hall):
		return invalid("hall")
	case len(c.PublicKey) != ed25519.PublicKeySize:
		return invalid("public key")
	case OriginOf(c.PublicKey) != c.Origin:
		return invalid("origin")
	case !textWithin(c.Role, 64) || strings.TrimSpace(c.Role) == "":
		return invalid("role")
	case c.Expires < c.Issued:
		return invalid("expires before it is issued")
	}
	machines := make([]any, 0, len(c.Machines))
	for i, n := range c.Machines {
		if n < 1 || slices.Contains(c.Machines[:i], n) {
			return invalid("machine numbers")
		}
		machines = append(machines, int64(n))
	}
	scopes := make([]any, 0, len(c.Scopes))
	for i, s := range c.Scopes {
		if s.Check() != nil || slices.Contains(c.Scopes[:i], s) {
			return invalid("scopes")
		}
		scopes = append(scopes, string(s))
	}
	tables := make([]any, 0, len(c.Tables))
	for i, t := range c.Tables {
		if !textWithin(t, MaxTable) || slices.Contains(c.Tables[:i], t) {
			return invalid("tables")
		}
		tables = append(tables, t)
	}
	m := map[string]any{
		"format": int64(certificateFormat), "hall": c.Hall, "key": []byte(c.PublicKey), "origin": c.Origin[:],
		"machines": machines, "role": c.Role, "scopes": scopes,
		"issued": c.Issued, "expires": c.Expires, "serial": c.Serial,
	}
	if len(tables) > 0 {
		m["tables"] = tables
	}
	if len(c.Parent) > 0 {
		m["parent"] = c.Parent
	}
	return m, nil
}

// Family lists the origins of the machine that has this one, itself among them, sorted: whoever holds one of a machine's keys can
// make a successor of it, so they fall together. It knows those that certs speak of; nil when none of them speaks of origin.
func Family(certs []Certificate, origin Origin) []Origin {
	first := make(map[Origin]Origin) // the first one of its line, by origin
	for _, c := range certs {
		line := c.Line()
		for _, o := range line {
			first[o] = line[len(line)-1]
		}
	}
	of, known := first[origin]
	if !known {
		return nil
	}
	var family []Origin
	for o, other := range first {
		if other == of {
			family = append(family, o)
		}
	}
	slices.SortFunc(family, Origin.Compare)
	return family
}
