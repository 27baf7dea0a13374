package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"fmt"
)

// A sealed submission is, in bytes:
//
//	suite 1 | recipient 4 | encapsulated key 32 | ciphertext and tag
//
// Suite 1 is HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256 and AES-256-GCM. Recipient is the start of SHA-256 of the hall's
// public key, so that a submission for another key is told from a damaged one.
// The first five bytes are authenticated with the caller's additional data. The
// body is padded to a multiple of 256 bytes, since how much a resident said is
// itself a hint of what.
const (
	submissionHeader = 1 + 4
	x25519Size       = 32
	longBlock        = 256
)

func submissionKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// HallPublicKey is the X25519 public key (32 bytes) to which kiosks seal
// submissions. It is no secret.
func (r *Ring) HallPublicKey() []byte { return bytes.Clone(r.k.hpkePub) }

// SealToHall seals a submission to a hall's public key. Nobody without the ring
// can open it, not even the machine that sealed it. info names the purpose and
// aad the record ("submission", its id); the opener must give the same.
func SealToHall(pub, info, aad, plaintext []byte) ([]byte, error) {
	key, err := submissionKEM().NewPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("seal: the hall's public key is not usable: %w", err)
	}
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), info)
	if err != nil {
		return nil, fmt.Errorf("seal: seal to the hall: %w", err)
	}
	out := recipientHeader(pub)
	body, err := sender.Seal(append(out[:submissionHeader:submissionHeader], aad...), pad(plaintext, longBlock))
	if err != nil {
		return nil, fmt.Errorf("seal: seal to the hall: %w", err)
	}
	out = append(out, enc...)
	return append(out, body...), nil
}

// OpenSubmission opens what [SealToHall] sealed with the same info and aad. The
// errors are [ErrNotSealed], [ErrUnknownSuite], [ErrUnknownKey] and [ErrAltered].
func (r *Ring) OpenSubmission(info, aad, sealed []byte) ([]byte, error) {
	header := recipientHeader(r.k.hpkePub)
	switch {
	case len(sealed) < submissionHeader+x25519Size+tagSize:
		return nil, ErrNotSealed
	case sealed[0] != suite1:
		return nil, ErrUnknownSuite
	case !bytes.Equal(sealed[:submissionHeader], header) || r.k.hpke == nil:
		return nil, ErrUnknownKey
	}
	rest := sealed[submissionHeader:]
	recipient, err := hpke.NewRecipient(rest[:x25519Size], r.k.hpke, hpke.HKDFSHA256(), hpke.AES256GCM(), info)
	if err != nil {
		return nil, ErrAltered
	}
	plain, err := recipient.Open(append(header, aad...), rest[x25519Size:])
	if err != nil {
		return nil, ErrAltered
	}
	plain, ok := unpad(plain, longBlock)
	if !ok {
		return nil, ErrAltered
	}
	return plain, nil
}

func recipientHeader(pub []byte) []byte {
	sum := sha256.Sum256(pub)
	return append([]byte{suite1}, sum[:submissionHeader-1]...)
}
