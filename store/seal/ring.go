package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
)

// RootSize is the size of a hall's root secret in bytes.
const RootSize = 32

// Root is a hall's root secret. It prints as a placeholder, but not from inside of an unexported
// field, where fmt cannot call its methods: hold a [Ring] and not a Root.
type Root [RootSize]byte

// Format prints a placeholder whatever the verb, so that no log line can hold the secret.
func (Root) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "Root(hidden)") }

// MarshalText gives the same placeholder to encoders such as encoding/json.
func (Root) MarshalText() ([]byte, error) { return []byte("Root(hidden)"), nil }

// KeyID names a root without telling anything about it. It stands in clear in
// every sealed value, so that a value of another hall or an older key is
// recognised and not taken for a damaged one.
type KeyID [4]byte

// String is the id in eight lower-case hexadecimal digits.
func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// Ring holds the keys of one hall on one device. All methods may be called from
// several goroutines. The zero Ring is not usable.
type Ring struct {
	// A pointer, so that fmt prints an address instead of keys where it cannot call
	// Format: inside of an unexported field.
	k *keys
}

type keys struct {
	root      Root
	id        KeyID
	cells     [2]cellKeys // by domain
	blind     macPool
	authority ed25519.PrivateKey
	hpke      hpke.PrivateKey
	hpkePub   []byte
	backup    []byte

	mu      sync.RWMutex
	origins []ed25519.PrivateKey // oldest first; the last is the present one
	machine int
}

// NewRing makes a new hall's ring: a random root and a random first origin.
// The machine number is 0, meaning "none yet". rand is crypto/rand.Reader but in tests.
func NewRing(rand io.Reader) (*Ring, error) {
	var root Root
	if _, err := io.ReadFull(rand, root[:]); err != nil {
		return nil, fmt.Errorf("seal: no randomness for a root: %w", err)
	}
	return RingFromRoot(root, rand)
}

// RingFromRoot makes the ring of a known root, as read from a recovery sheet. The
// device gets a new random origin: the old machine's may still be in use.
func RingFromRoot(root Root, rand io.Reader) (*Ring, error) {
	r, err := derive(root)
	if err != nil {
		return nil, err
	}
	if _, err := r.NewOrigin(rand); err != nil {
		return nil, err
	}
	return r, nil
}

// derive makes a ring with all derived keys and no origin.
func derive(root Root) (*Ring, error) {
	prk, err := hkdf.Extract(sha256.New, root[:], nil)
	if err != nil {
		return nil, fmt.Errorf("seal: derive keys: %w", err)
	}
	var failed error
	key := func(label string) []byte {
		b, err := hkdf.Expand(sha256.New, prk, "linli/1/"+label, 32)
		if err != nil {
			failed = err
		}
		return b
	}
	k := &keys{root: root, backup: key("backup")}
	k.authority = ed25519.NewKeyFromSeed(key("authority"))
	k.blind.init(key("blind-index"))
	for d, name := range []string{"desk", "care"} {
		if err := k.cells[d].init(key(name+"-data"), key(name+"-nonce")); err != nil {
			return nil, fmt.Errorf("seal: derive keys: %w", err)
		}
	}
	// RFC 9180 §7.1.3: the pair of the same seed is the same everywhere.
	if k.hpke, err = hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(key("submission")); err != nil {
		return nil, fmt.Errorf("seal: derive keys: %w", err)
	}
	if failed != nil {
		return nil, fmt.Errorf("seal: derive keys: %w", failed)
	}
	k.hpkePub = k.hpke.PublicKey().Bytes()
	mac := hmac.New(sha256.New, root[:])
	mac.Write([]byte("key-id"))
	copy(k.id[:], mac.Sum(nil))
	return &Ring{k}, nil
}

// KeyID is the id of the root: the first four bytes of HMAC-SHA256(root, "key-id").
func (r *Ring) KeyID() KeyID { return r.k.id }

// Root is the secret itself, for the recovery sheet and for wrapping it to another machine.
func (r *Ring) Root() Root { return r.k.root }

// Authority is the hall's own signing key: it certifies devices and signs grants.
func (r *Ring) Authority() ed25519.PrivateKey { return bytes.Clone(r.k.authority) }

// Origin is the key with which this device signs its log entries at present.
func (r *Ring) Origin() ed25519.PrivateKey {
	r.k.mu.RLock()
	defer r.k.mu.RUnlock()
	return bytes.Clone(r.k.origins[len(r.k.origins)-1])
}

// Origins are all keys that this device ever signed with, oldest first; the last is [Ring.Origin].
func (r *Ring) Origins() []ed25519.PrivateKey {
	r.k.mu.RLock()
	defer r.k.mu.RUnlock()
	out := make([]ed25519.PrivateKey, len(r.k.origins))
	for i, o := range r.k.origins {
		out[i] = bytes.Clone(o)
	}
	return out
}

// NewOrigin makes a random new origin the present one, after a restore, a
// roll-back or a clone. Save the ring before signing anything with it.
func (r *Ring) NewOrigin(rand io.Reader) (ed25519.PrivateKey, error) {
	// Not ed25519.GenerateKey, which is free to ignore the reader that a test passes.
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return nil, fmt.Errorf("seal: no randomness for an origin: %w", err)
	}
	origin := ed25519.NewKeyFromSeed(seed)
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	r.k.origins = append(r.k.origins, origin)
	return bytes.Clone(origin), nil
}

// Machine is this device's number in tickets and receipts; 0 means none yet.
func (r *Ring) Machine() int {
	r.k.mu.RLock()
	defer r.k.mu.RUnlock()
	return r.k.machine
}

// SetMachine sets the machine number. Save the ring afterwards.
func (r *Ring) SetMachine(n int) {
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	r.k.machine = n
}

// Format prints the key id whatever the verb. Its receiver is a value so that it also serves a Ring
// that is not behind a pointer.
func (r Ring) Format(f fmt.State, _ rune) {
	if r.k == nil {
		_, _ = io.WriteString(f, "Ring(none)")
		return
	}
	_, _ = fmt.Fprintf(f, "Ring(%s)", r.k.id)
}
