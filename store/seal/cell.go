package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"
)

// Domain says whose key seals a value.
type Domain byte

// The domains. A machine without the care role will hold the desk keys only.
const (
	Desk Domain = 1 // residents, cases, visits
	Care Domain = 2 // health, emergency cards, well-checks
)

// Place is where a sealed value lives. It is bound to the value: bytes copied to another place do not open.
type Place struct{ Table, Row, Column string }

// A sealed value is, in bytes:
//
//	suite 1 | domain 1 | key id 4 | nonce 12 | ciphertext and tag
//
// Suite 1 is AES-256-GCM; the nonce is the first 12 bytes of HMAC-SHA256(nonce
// key, place || plaintext); the additional data is the suite, table, row, column
// and key id, each with its length before it. The plaintext is padded with 0x80
// and zeros to a multiple of 16 bytes (ISO/IEC 7816-4), because otherwise the
// length of a name, or "yes" against "no", would show through the seal.
const (
	suite1     = 1
	headerSize = 1 + 1 + len(KeyID{}) + nonceSize
	nonceSize  = 12
	tagSize    = 16
	cellBlock  = 16

	// First bytes 1–8 are kept for suites and second bytes 1–8 for domains. No
	// text begins with two such control characters, so a sealed value is never
	// taken for text nor text for a sealed value.
	lastSuite  = 8
	lastDomain = 8
)

// cellKeys are the two keys of one domain.
type cellKeys struct {
	aead   cipher.AEAD
	nonces macPool
}

func (c *cellKeys) init(data, nonce []byte) (err error) {
	c.aead, err = newGCM(data)
	c.nonces.init(nonce)
	return err
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// macPool lends HMAC-SHA256 states of one key. Resetting a state costs half of keying a new one.
type macPool struct{ pool sync.Pool }

type mac struct {
	hash.Hash
	buf []byte // additional data of the value at hand
	sum [sha256.Size]byte
}

func (p *macPool) init(key []byte) {
	p.pool.New = func() any { return &mac{Hash: hmac.New(sha256.New, key), buf: make([]byte, 0, 256)} }
}

func (p *macPool) get() *mac { return p.pool.Get().(*mac) }

func (p *macPool) put(m *mac) {
	clear(m.sum[:])
	m.Reset()
	p.pool.Put(m)
}

// Seal seals the value of one cell. The same place and value always give the
// same bytes, 34 longer than the value padded to the next multiple of 16. It
// panics on a domain that does not exist or whose keys the ring has not, see [Ring.Opens], for sealing
// with no key must not look like success.
func (r *Ring) Seal(domain Domain, place Place, plaintext []byte) []byte {
	if domain != Desk && domain != Care || r.k.cells[domain-1] == nil {
		panic(fmt.Sprintf("seal: no key of domain %d", domain))
	}
	k := r.k.cells[domain-1]
	m := k.nonces.get()
	defer k.nonces.put(m)
	m.buf = r.appendPlace(m.buf[:0], place)

	size := len(plaintext)/cellBlock*cellBlock + cellBlock
	out := make([]byte, headerSize+size, headerSize+size+tagSize)
	out[0], out[1] = suite1, byte(domain)
	copy(out[2:], r.k.id[:])
	nonce := out[headerSize-nonceSize : headerSize]
	copy(nonce, m.nonce(plaintext))
	copy(out[headerSize:], plaintext)
	out[headerSize+len(plaintext)] = 0x80
	return k.aead.Seal(out[:headerSize], nonce, out[headerSize:], m.buf)
}

// Open opens a value sealed by [Ring.Seal] for this place. The errors are
// [ErrNotSealed], [ErrUnknownSuite], [ErrUnknownDomain], [ErrUnknownKey] and [ErrAltered].
func (r *Ring) Open(place Place, sealed []byte) ([]byte, error) {
	switch {
	case !IsSealed(sealed):
		return nil, ErrNotSealed
	case sealed[0] != suite1:
		return nil, ErrUnknownSuite
	case Domain(sealed[1]) != Desk && Domain(sealed[1]) != Care:
		return nil, ErrUnknownDomain
	case KeyID(sealed[2:6]) != r.k.id || r.k.cells[sealed[1]-1] == nil:
		return nil, ErrUnknownKey
	}
	k := r.k.cells[sealed[1]-1]
	m := k.nonces.get()
	defer k.nonces.put(m)
	m.buf = r.appendPlace(m.buf[:0], place)

	nonce, body := sealed[headerSize-nonceSize:headerSize], sealed[headerSize:]
	plain, err := k.aead.Open(make([]byte, 0, len(body)), nonce, body, m.buf)
	if err != nil {
		return nil, ErrAltered
	}
	plain, ok := unpad(plain, cellBlock)
	// A value has one sealed form only. Were other nonces accepted, a faulty
	// writer could make two forms of one value, and keyless replicas would see a
	// conflict that nobody can explain.
	if !ok || subtle.ConstantTimeCompare(m.nonce(plain), nonce) != 1 {
		return nil, ErrAltered
	}
	return plain, nil
}

// IsSealed reports whether b has the shape of a sealed value of this or a newer
// version. It needs no key and proves nothing about who made it.
func IsSealed(b []byte) bool {
	return len(b) >= headerSize+tagSize &&
		b[0] >= 1 && b[0] <= lastSuite && b[1] >= 1 && b[1] <= lastDomain
}

// SealedKey is the key id that a sealed value names; ok is false if b is not sealed.
func SealedKey(b []byte) (id KeyID, ok bool) {
	if !IsSealed(b) {
		return KeyID{}, false
	}
	return KeyID(b[2:6]), true
}

// nonce is called once between get and put; the result is valid until put.
func (m *mac) nonce(plaintext []byte) []byte { return m.nonceOf(plaintext, nonceSize) }

// nonceOf is a nonce of another size.
func (m *mac) nonceOf(plaintext []byte, size int) []byte {
	m.Write(m.buf)
	m.Write(plaintext)
	return m.Sum(m.sum[:0])[:size]
}

func (r *Ring) appendPlace(b []byte, p Place) []byte {
	b = append(b, 0, 0, 0, 1, suite1)
	b = appendField(b, p.Table)
	b = appendField(b, p.Row)
	b = appendField(b, p.Column)
	b = append(b, 0, 0, 0, byte(len(r.k.id)))
	return append(b, r.k.id[:]...)
}

// appendField puts the length (four bytes, big endian) before the value, so that
// ("ab", "c") and ("a", "bc") differ.
func appendField(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

// pad appends 0x80 and zeros to the next multiple of block; at least one byte.
func pad(plain []byte, block int) []byte {
	out := make([]byte, len(plain)/block*block+block)
	copy(out, plain)
	out[len(plain)] = 0x80
	return out
}

// unpad undoes pad. It runs after authentication, so its timing tells an attacker nothing.
func unpad(padded []byte, block int) ([]byte, bool) {
	for i := len(padded) - 1; i >= 0 && i >= len(padded)-block; i-- {
		switch padded[i] {
		case 0:
		case 0x80:
			return padded[:i:i], true
		default:
			return nil, false
		}
	}
	return nil, false
}
