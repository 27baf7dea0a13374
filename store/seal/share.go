package seal

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrShare reports keys from another machine that cannot be used.
var ErrShare = errors.New("seal: the keys that came are not usable")

// shared is what a machine gets of the hall's keys from the one that admits it: never the root, so never the
// authority. A desk gets what opens the hall's data, a kiosk the public halves alone.
type shared struct {
	Authority  []byte            `json:"authority"`  // Ed25519 public key
	Submission []byte            `json:"submission"` // X25519 public key
	KeyID      []byte            `json:"key_id"`
	Secrets    map[string][]byte `json:"secrets,omitempty"`
}

func (r *Ring) share(secrets map[string][]byte) *shared {
	return &shared{Authority: r.k.authorityPub, Submission: r.k.hpkePub, KeyID: r.k.id[:], Secrets: secrets}
}

// ring makes a ring of what was shared, without an origin.
func (sh *shared) ring() (*Ring, error) {
	if len(sh.Authority) != ed25519.PublicKeySize || len(sh.Submission) != x25519Size || len(sh.KeyID) != len(KeyID{}) {
		return nil, ErrShare
	}
	for label, key := range sh.Secrets {
		if len(key) != 32 {
			return nil, fmt.Errorf("%w: %s", ErrShare, label)
		}
	}
	k := &keys{authorityPub: sh.Authority, hpkePub: sh.Submission, id: KeyID(sh.KeyID)}
	return k.equip(sh.Secrets)
}

// shareInfo names the purpose of the seal (RFC 9180's info).
var shareInfo = []byte("linli keys 1")

// Share seals to a new machine's X25519 key what it may have of the hall's keys: with opens, everything that
// opens the hall's data; without, the public halves. The root stays where it is.
func (r *Ring) Share(opens bool, to []byte) ([]byte, error) {
	var secrets map[string][]byte
	if opens {
		secrets = r.k.secrets
	}
	plain, err := json.Marshal(r.share(secrets))
	if err != nil {
		return nil, fmt.Errorf("seal: share keys: %w", err)
	}
	key, err := submissionKEM().NewPublicKey(to)
	if err != nil {
		return nil, fmt.Errorf("%w: the new machine's key", ErrShare)
	}
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), shareInfo)
	if err != nil {
		return nil, fmt.Errorf("seal: share keys: %w", err)
	}
	body, err := sender.Seal(nil, plain)
	if err != nil {
		return nil, fmt.Errorf("seal: share keys: %w", err)
	}
	return append(enc, body...), nil
}

// Wrapping is a new machine's key to which another one seals the hall's keys. It is used once.
type Wrapping struct{ key hpke.PrivateKey }

// NewWrapping makes one. rand is crypto/rand.Reader but in tests.
func NewWrapping(rand io.Reader) (*Wrapping, error) {
	seed := make([]byte, 32)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return nil, fmt.Errorf("seal: no randomness for a key: %w", err)
	}
	key, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(seed)
	if err != nil {
		return nil, fmt.Errorf("seal: make a key: %w", err)
	}
	return &Wrapping{key}, nil
}

// PublicKey is the half that the admitting machine gets.
func (w *Wrapping) PublicKey() []byte { return w.key.PublicKey().Bytes() }

// Open makes the ring of what [Ring.Share] sealed, for the origin whose key the machine made when it asked, with
// the certificate that it was given.
func (w *Wrapping) Open(sealed []byte, origin ed25519.PrivateKey, certificate []byte) (*Ring, error) {
	if len(sealed) < x25519Size+tagSize {
		return nil, ErrShare
	}
	recipient, err := hpke.NewRecipient(sealed[:x25519Size], w.key, hpke.HKDFSHA256(), hpke.AES256GCM(), shareInfo)
	if err != nil {
		return nil, ErrShare
	}
	plain, err := recipient.Open(nil, sealed[x25519Size:])
	if err != nil {
		return nil, ErrShare
	}
	var sh shared
	if json.Unmarshal(plain, &sh) != nil { // its error would quote keys
		return nil, ErrShare
	}
	ring, err := sh.ring()
	if err != nil {
		return nil, err
	}
	ring.k.origins, ring.k.certs = []ed25519.PrivateKey{origin}, [][]byte{certificate}
	return ring, nil
}
