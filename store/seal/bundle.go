package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// The sealed part of a bundle, a file that carries log entries from one machine of the
// hall to another, begins with how it is sealed:
//
//	suite 1 | key id 4 | salt 16 | key check 16    with keys that every desk holds
//	suite 2 | recipient 4 | encapsulated key 32    to one public key
//
// and goes on in chunks, to which the clear header before it and these bytes are
// bound. Suite 1 derives the file's key with HKDF-SHA256 from the backup key and the
// salt. Suite 2 is HPKE base mode as for submissions, and the file's key what the
// two sides export (RFC 9180 §5.3): the public key is the hall's in a file of a machine that
// holds no keys, such as a kiosk, and a machine's own in a file for such a one.
const (
	bundleHallKeys  = 1
	bundlePublicKey = 2
	bundleSalt      = 16
	bundleCheck     = 16
	recipientSize   = 4
)

// Purposes of keys.
const (
	purposeBundle    = "linli/1/bundle-file"
	purposeRecipient = "linli/1/bundle-recipient"
)

// SealBundle begins a sealed part that every machine with the hall's keys can open. A
// machine that has none of them seals to the hall's public key, and cannot read
// its own file. Close has to return nil before what was written counts.
func (r *Ring) SealBundle(dst io.Writer, header []byte) (io.WriteCloser, error) {
	if r.k.backup == nil {
		return sealTo(dst, header, r.k.hpkePub)
	}
	start := append([]byte{bundleHallKeys}, r.k.id[:]...)
	salt := make([]byte, bundleSalt)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	aead, check, err := r.bundleKey(salt)
	if err != nil {
		return nil, err
	}
	return begin(dst, header, append(append(start, salt...), check...), aead)
}

// SealBundleTo begins a sealed part that only the machine with that [Ring.BundleKey] can open.
func (r *Ring) SealBundleTo(dst io.Writer, header, machine []byte) (io.WriteCloser, error) {
	return sealTo(dst, header, machine)
}

func sealTo(dst io.Writer, header, pub []byte) (io.WriteCloser, error) {
	key, err := submissionKEM().NewPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("seal: the public key for a bundle is not usable: %w", err)
	}
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(purposeBundle))
	if err != nil {
		return nil, fmt.Errorf("seal: seal a bundle: %w", err)
	}
	secret, err := sender.Export(purposeBundle, 32)
	if err != nil {
		return nil, fmt.Errorf("seal: seal a bundle: %w", err)
	}
	aead, err := newGCM(secret)
	if err != nil {
		return nil, err
	}
	return begin(dst, header, append(append([]byte{bundlePublicKey}, shortName(pub)...), enc...), aead)
}

func begin(dst io.Writer, header, start []byte, aead cipher.AEAD) (io.WriteCloser, error) {
	if _, err := dst.Write(start); err != nil {
		return nil, fmt.Errorf("seal: write a bundle: %w", err)
	}
	return newSealer(dst, aead, append(bytes.Clone(header), start...)), nil
}

// OpenBundle opens a sealed part with whatever this machine has; header is the same as when it was
// sealed. The errors, some of them only when it is read, are [ErrNotSealed], [ErrUnknownSuite],
// [ErrUnknownKey] when it was sealed for others, [ErrTruncated], [ErrAltered], and those of src.
func (r *Ring) OpenBundle(src io.Reader, header []byte) (io.Reader, error) {
	start := make([]byte, 1)
	if err := fillFrom(src, start); err != nil {
		return nil, err
	}
	var aead cipher.AEAD
	switch start[0] {
	case bundleHallKeys:
		start = append(start, make([]byte, len(r.k.id)+bundleSalt+bundleCheck)...)
		if err := fillFrom(src, start[1:]); err != nil {
			return nil, err
		}
		id, salt, check := start[1:5], start[5:5+bundleSalt], start[5+bundleSalt:]
		if r.k.backup == nil || !bytes.Equal(id, r.k.id[:]) {
			return nil, ErrUnknownKey
		}
		var want []byte
		var err error
		if aead, want, err = r.bundleKey(salt); err != nil {
			return nil, err
		}
		if subtle.ConstantTimeCompare(check, want) != 1 {
			return nil, ErrAltered
		}
	case bundlePublicKey:
		start = append(start, make([]byte, recipientSize+x25519Size)...)
		if err := fillFrom(src, start[1:]); err != nil {
			return nil, err
		}
		key, err := r.recipient(start[1 : 1+recipientSize])
		if err != nil {
			return nil, err
		}
		if aead, err = openTo(key, start[1+recipientSize:]); err != nil {
			return nil, err
		}
	case 0:
		return nil, ErrNotSealed
	default:
		return nil, ErrUnknownSuite
	}
	return newOpener(src, aead, append(bytes.Clone(header), start...)), nil
}

func openTo(key hpke.PrivateKey, enc []byte) (cipher.AEAD, error) {
	recipient, err := hpke.NewRecipient(enc, key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(purposeBundle))
	if err != nil {
		return nil, ErrAltered
	}
	secret, err := recipient.Export(purposeBundle, 32)
	if err != nil {
		return nil, ErrAltered
	}
	return newGCM(secret)
}

func fillFrom(src io.Reader, b []byte) error {
	_, err := io.ReadFull(src, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	if err != nil {
		return fmt.Errorf("seal: read a bundle: %w", err)
	}
	return nil
}

// recipient finds the private key of a recipient: the hall's, or one of this machine's.
func (r *Ring) recipient(name []byte) (hpke.PrivateKey, error) {
	if r.k.hpke != nil && bytes.Equal(name, shortName(r.k.hpkePub)) {
		return r.k.hpke, nil
	}
	for _, origin := range r.Origins() {
		key, err := recipientOf(origin)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(name, shortName(key.PublicKey().Bytes())) {
			return key, nil
		}
	}
	return nil, ErrUnknownKey
}

// BundleKey is the X25519 public key to which a bundle for this machine alone is sealed. It is
// derived from the present origin's seed, so that it needs no keeping of its own; a file that was
// sealed to an earlier one still opens.
func (r *Ring) BundleKey() ([]byte, error) {
	key, err := recipientOf(r.Origin())
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

func recipientOf(origin ed25519.PrivateKey) (hpke.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, origin.Seed(), nil, purposeRecipient, 32)
	if err != nil {
		return nil, fmt.Errorf("seal: derive the key of bundles: %w", err)
	}
	key, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(seed)
	if err != nil {
		return nil, fmt.Errorf("seal: derive the key of bundles: %w", err)
	}
	return key, nil
}

// shortName tells a file for somebody else from a damaged one.
func shortName(pub []byte) []byte {
	sum := sha256.Sum256(pub)
	return sum[:recipientSize]
}

func (r *Ring) bundleKey(salt []byte) (aead cipher.AEAD, check []byte, err error) {
	okm, err := hkdf.Key(sha256.New, r.k.backup, salt, purposeBundle, 32+bundleCheck)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: derive the bundle's key: %w", err)
	}
	aead, err = newGCM(okm[:32])
	return aead, okm[32:], err
}
