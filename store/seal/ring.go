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
	root         Root              // zero where the device has none
	secrets      map[string][]byte // derived keys that the device has, by label
	id           KeyID
	cells        [2]*cellKeys // by domain; nil without the keys
	blind        *macPool
	authority    ed25519.PrivateKey // nil without the root
	authorityPub ed25519.PublicKey
	hpke         hpke.PrivateKey // nil where submissions are sealed and not opened
	hpkePub      []byte
	backup       []byte

	mu      sync.RWMutex
	origins []ed25519.PrivateKey // oldest first; the last is the present one
	certs   [][]byte             // of each origin, nil where it has none yet
	machine int
	given   int
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

// labels are the keys that are derived from a root, by their labels.
var labels = []string{"authority", "backup", "blind-index", "desk-data", "desk-nonce", "care-data", "care-nonce", "submission"}

// derive makes a ring with all derived keys and no origin.
func derive(root Root) (*Ring, error) {
	prk, err := hkdf.Extract(sha256.New, root[:], nil)
	if err != nil {
		return nil, fmt.Errorf("seal: derive keys: %w", err)
	}
	secrets := make(map[string][]byte, len(labels))
	for _, label := range labels {
		if secrets[label], err = hkdf.Expand(sha256.New, prk, "linli/1/"+label, 32); err != nil {
			return nil, fmt.Errorf("seal: derive keys: %w", err)
		}
	}
	k := &keys{root: root, authority: ed25519.NewKeyFromSeed(secrets["authority"])}
	delete(secrets, "authority")
	k.authorityPub = k.authority.Public().(ed25519.PublicKey)
	mac := hmac.New(sha256.New, root[:])
	mac.Write([]byte("key-id"))
	copy(k.id[:], mac.Sum(nil))
	return k.equip(secrets)
}

// domainNames begin the labels of a domain's keys.
var domainNames = [...]string{Desk - 1: "desk", Care - 1: "care"}

// equip makes what the secrets are for. Without some of them the ring cannot do that part.
func (k *keys) equip(secrets map[string][]byte) (*Ring, error) {
	k.secrets = secrets
	for d, name := range domainNames {
		data, nonce := secrets[name+"-data"], secrets[name+"-nonce"]
		if data == nil || nonce == nil {
			continue
		}
		k.cells[d] = new(cellKeys)
		if err := k.cells[d].init(data, nonce); err != nil {
			return nil, fmt.Errorf("seal: derive keys: %w", err)
		}
	}
	if key := secrets["blind-index"]; key != nil {
		k.blind = new(macPool)
		k.blind.init(key)
	}
	k.backup = secrets["backup"]
	if seed := secrets["submission"]; seed != nil {
		// RFC 9180 §7.1.3: the pair of the same seed is the same everywhere.
		var err error
		if k.hpke, err = hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(seed); err != nil {
			return nil, fmt.Errorf("seal: derive keys: %w", err)
		}
		k.hpkePub = k.hpke.PublicKey().Bytes()
	}
	return &Ring{k}, nil
}

// KeyID is the id of the root: the first four bytes of HMAC-SHA256(root, "key-id").
func (r *Ring) KeyID() KeyID { return r.k.id }

// Root is the secret itself, for the recovery sheet. It is zero on a machine that another one admitted.
func (r *Ring) Root() Root { return r.k.root }

// HasRoot tells whether this machine holds the hall's root, and with it the hall's authority.
func (r *Ring) HasRoot() bool { return r.k.authority != nil }

// Authority is the hall's own signing key: it certifies devices and signs cuts. It is nil on a machine
// without the root.
func (r *Ring) Authority() ed25519.PrivateKey { return bytes.Clone(r.k.authority) }

// AuthorityKey is the public half, with which every machine of the hall checks certificates and cuts.
func (r *Ring) AuthorityKey() ed25519.PublicKey { return bytes.Clone(r.k.authorityPub) }

// Opens tells whether the ring has the keys of a domain: a kiosk's has none.
func (r *Ring) Opens(domain Domain) bool { return r.k.cells[domain-1] != nil }

// Certificate is what the hall's authority, or a parent, says of an origin of this device, as encoded: the one that stands
// in the origin's first entries, for ever. Nil when there is none yet.
func (r *Ring) Certificate(origin ed25519.PrivateKey) []byte {
	r.k.mu.RLock()
	defer r.k.mu.RUnlock()
	for i, o := range r.k.origins {
		if o.Equal(origin) {
			return bytes.Clone(r.k.certs[i])
		}
	}
	return nil
}

// SetCertificate keeps the certificate of an origin of this device. Save the ring afterwards.
func (r *Ring) SetCertificate(origin ed25519.PrivateKey, certificate []byte) {
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	for i, o := range r.k.origins {
		if o.Equal(origin) {
			r.k.certs[i] = bytes.Clone(certificate)
		}
	}
}

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
	r.k.origins, r.k.certs = append(r.k.origins, origin), append(r.k.certs, nil)
	return bytes.Clone(origin), nil
}

// AddOrigin makes an origin the present one, with its certificate. Save the ring before signing anything with it.
func (r *Ring) AddOrigin(origin ed25519.PrivateKey, certificate []byte) {
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	r.k.origins, r.k.certs = append(r.k.origins, bytes.Clone(origin)), append(r.k.certs, bytes.Clone(certificate))
}

// DropOrigin takes back the last [Ring.AddOrigin], for a ring that could not be saved.
func (r *Ring) DropOrigin(origin ed25519.PrivateKey) {
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	if last := len(r.k.origins) - 1; last > 0 && r.k.origins[last].Equal(origin) {
		r.k.origins, r.k.certs = r.k.origins[:last], r.k.certs[:last]
	}
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

// Given is the greatest machine number that this device has given to another one, or reserved for it. It is kept
// with the keys, because a backup of the data folder is older than the last machine that was admitted.
func (r *Ring) Given() int {
	r.k.mu.RLock()
	defer r.k.mu.RUnlock()
	return r.k.given
}

// SetGiven sets it. Save the ring before the number leaves the device.
func (r *Ring) SetGiven(n int) {
	r.k.mu.Lock()
	defer r.k.mu.Unlock()
	r.k.given = n
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
