package oplog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrID reports text that is not the hexadecimal form of a [Hash], [Dot] or [Origin].
var ErrID = errors.New("oplog: not an identifier")

// Hash is a SHA-256 value (FIPS 180-4) of an entry or of a change.
type Hash [32]byte

// Dot is the first 12 bytes of an entry's hash. It names the entry's writes inside registers.
type Dot [12]byte

// Origin names a writer: the first 16 bytes of the SHA-256 of its Ed25519 public key.
type Origin [16]byte

// OriginOf is the origin that writes with the private half of pub.
func OriginOf(pub ed25519.PublicKey) Origin {
	sum := sha256.Sum256(pub)
	return Origin(sum[:16])
}

// Dot is the beginning of h.
func (h Hash) Dot() Dot { return Dot(h[:12]) }

// IsZero tells whether h is the zero Hash, which stands for "no entry".
func (h Hash) IsZero() bool { return h == Hash{} }

// String is h in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// String is d in lower-case hexadecimal.
func (d Dot) String() string { return hex.EncodeToString(d[:]) }

// String is o in lower-case hexadecimal.
func (o Origin) String() string { return hex.EncodeToString(o[:]) }

// Compare orders hashes bytewise.
func (h Hash) Compare(other Hash) int { return bytes.Compare(h[:], other[:]) }

// Compare orders dots bytewise.
func (d Dot) Compare(other Dot) int { return bytes.Compare(d[:], other[:]) }

// Compare orders origins bytewise.
func (o Origin) Compare(other Origin) int { return bytes.Compare(o[:], other[:]) }

// ParseHash is the inverse of [Hash.String].
func ParseHash(s string) (h Hash, err error) {
	err = parseHex(h[:], s)
	return h, err
}

// ParseDot is the inverse of [Dot.String].
func ParseDot(s string) (d Dot, err error) {
	err = parseHex(d[:], s)
	return d, err
}

// ParseOrigin is the inverse of [Origin.String].
func ParseOrigin(s string) (o Origin, err error) {
	err = parseHex(o[:], s)
	return o, err
}

func parseHex(dst []byte, s string) error {
	if len(s) != 2*len(dst) {
		return fmt.Errorf("%w: want %d hexadecimal digits", ErrID, 2*len(dst))
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return fmt.Errorf("%w: want lower-case hexadecimal digits", ErrID)
		}
	}
	_, err := hex.Decode(dst, []byte(s))
	return err
}

// appendName encodes a name (of a row, action or actor). Most are UUIDs, which are 16 bytes behind
// 36 characters, so one in the canonical text form of RFC 9562 becomes a byte string; there
// is still one encoding for each name.
func appendName(b []byte, s string) []byte {
	var u [16]byte
	if parseUUID(&u, s) {
		return appendBytes(b, u[:])
	}
	return appendText(b, s)
}

// name is the inverse of appendName.
func (r *reader) name() string {
	var u [16]byte
	if r.peek()>>5 == majorBytes {
		r.fixed(u[:])
		return formatUUID(&u)
	}
	s := r.text()
	if parseUUID(&u, s) {
		r.fail("UUID as text")
	}
	return s
}

// uuidGroups are the positions of the bytes of a UUID inside its text form.
var uuidGroups = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

func parseUUID(dst *[16]byte, s string) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	for i, at := range uuidGroups {
		hi, lo := hexDigit(s[at]), hexDigit(s[at+1])
		if hi > 15 || lo > 15 {
			return false
		}
		dst[i] = hi<<4 | lo
	}
	return true
}

func formatUUID(u *[16]byte) string {
	const digits = "0123456789abcdef"
	var s [36]byte
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	for i, at := range uuidGroups {
		s[at], s[at+1] = digits[u[i]>>4], digits[u[i]&15]
	}
	return string(s[:])
}

// hexDigit is the value of a lower-case hexadecimal digit, or 255.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}
