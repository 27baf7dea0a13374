package wire

import (
	"crypto/ed25519"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// ErrCodeForm says that a text is no code: mistyped, or cut short.
var ErrCodeForm = errors.New("wire: not a code")

// A code is twenty characters of Crockford's base 32, read out and typed by people: XXXXX-XXXXX-XXXXX-XXXXX.
//
//	10 characters  the first 50 bits of the SHA-256 of the admitter's key: whom to talk to
//	 9 characters  45 random bits: that the bearer may come in
//	 1 character   a check against slips
const (
	alphabet    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeWhom    = 10
	codeSecret  = 9
	codeLength  = codeWhom + codeSecret + 1
	codeGroup   = 5
	codeStretch = 1 << 17
)

// Fingerprint is a key for people's eyes: the first hundred bits of its SHA-256 in four groups. The first two are those of
// the codes that its holder gives out.
func Fingerprint(key ed25519.PublicKey) string { return grouped(digits(key, codeLength)) }

// digits are the first n characters of a key's SHA-256.
func digits(key ed25519.PublicKey, n int) string {
	sum := sha256.Sum256(key)
	return base32(sum[:], n)
}

// base32 writes the first 5n bits of b.
func base32(b []byte, n int) string {
	var out strings.Builder
	for i := range n {
		at := i * 5
		pair := uint16(b[at/8]) << 8
		if at/8+1 < len(b) {
			pair |= uint16(b[at/8+1])
		}
		out.WriteByte(alphabet[pair>>(11-at%8)&31])
	}
	return out.String()
}

func grouped(s string) string {
	var groups []string
	for ; len(s) > codeGroup; s = s[codeGroup:] {
		groups = append(groups, s[:codeGroup])
	}
	return strings.Join(append(groups, s), "-")
}

// NewCode draws a code of the admitter whose public key that is. random is crypto/rand.Reader outside of tests.
func NewCode(admitter ed25519.PublicKey, random io.Reader) (string, error) {
	var secret [6]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return "", fmt.Errorf("wire: drawing a code: %w", err)
	}
	s := digits(admitter, codeWhom) + base32(secret[:], codeSecret)
	return grouped(s + string(alphabet[check(s)])), nil
}

// check is the character that makes the sum over a whole code zero: each character times a power of a generator of
// GF(32). It finds every single slip and every two neighbours that changed places.
func check(s string) byte {
	sum := byte(0)
	for i := range len(s) {
		sum = double(sum) ^ byte(strings.IndexByte(alphabet, s[i]))
	}
	return double(sum)
}

// double multiplies by the generator, modulo x⁵ + x² + 1.
func double(a byte) byte {
	if a <<= 1; a&32 != 0 {
		a ^= 0b100101
	}
	return a
}

// ParseCode answers a code as [NewCode] wrote it, from how a person typed it: in either case, with any spaces and
// hyphens, with O for 0 and I or L for 1, and with the full-width characters of a Chinese keyboard.
func ParseCode(typed string) (string, error) {
	var b strings.Builder
	for _, r := range typed {
		if r >= '！' && r <= '～' { // full width
			r -= '！' - '!'
		}
		r = unicode.ToUpper(r)
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Dash, r):
			continue
		case r == 'O':
			r = '0'
		case r == 'I', r == 'L':
			r = '1'
		}
		if r >= 0x80 || strings.IndexByte(alphabet, byte(r)) < 0 || b.Len() == codeLength {
			return "", ErrCodeForm
		}
		b.WriteByte(byte(r))
	}
	s := b.String()
	if len(s) != codeLength || alphabet[check(s[:codeLength-1])] != s[codeLength-1] {
		return "", ErrCodeForm
	}
	return grouped(s), nil
}

// codeOf tells whether a code, as parsed, was given out by the holder of that key.
func codeOf(code string, admitter ed25519.PublicKey) bool {
	return strings.HasPrefix(strings.ReplaceAll(code, "-", ""), digits(admitter, codeWhom))
}

// CodeKey makes of a code, as [ParseCode] answers it, the key with which its bearer proves to know it. It is made slowly and from
// the admitter's whole key: fifty bits are few enough that somebody could make himself a key that begins like the
// admitter's and be shown a proof. From that he must not find the code in ten minutes, nor use it.
func CodeKey(code string, admitter ed25519.PublicKey) ([]byte, error) {
	salt := append([]byte("linli code 1\x00"), admitter...)
	return pbkdf2.Key(sha256.New, strings.ReplaceAll(code, "-", ""), salt, codeStretch, sha256.Size)
}
