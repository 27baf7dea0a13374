package oplog

import (
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
type Certificate struct {
	Hall      string // id of the hall
	Origin    Origin // always [OriginOf] PublicKey
	PublicKey ed25519.PublicKey
	Machines  []int // numbers reserved for it, ≥ 1; part of every ticket number it issues
	Role      string
	Scopes    []Scope // what it may hold and write
	Issued    int64   // Unix milliseconds
	Expires   int64   // Unix milliseconds
	Serial    int64   // rises with every certificate of the authority
	// Signature is the authority's Ed25519 signature of all the above.
	Signature []byte
}

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

// Verify checks the certificate's form and that the holder of authority signed it. Time plays no part.
func (c Certificate) Verify(authority ed25519.PublicKey) error {
	message, err := c.message()
	if err != nil {
		return err
	}
	if len(authority) != ed25519.PublicKeySize || !ed25519.Verify(authority, message, c.Signature) {
		return fmt.Errorf("%w: signature", ErrCertificate)
	}
	return nil
}

// Allows tells whether the certificate names scope.
func (c Certificate) Allows(scope Scope) bool { return slices.Contains(c.Scopes, scope) }

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
	ok := len(m) == 10
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
	var machines, scopes []any
	ok = field(m, "machines", &machines) && ok
	ok = field(m, "scopes", &scopes) && ok
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
	return map[string]any{
		"format": int64(certificateFormat), "hall": c.Hall, "key": []byte(c.PublicKey), "origin": c.Origin[:],
		"machines": machines, "role": c.Role, "scopes": scopes,
		"issued": c.Issued, "expires": c.Expires, "serial": c.Serial,
	}, nil
}
