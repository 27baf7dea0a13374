package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

// A reply sealed under a receipt is, in bytes:
//
//	suite 1 | nonce 12 | ciphertext and tag
//
// Suite 1 is AES-256-GCM with a random nonce, the suite byte as additional data,
// the text padded to a multiple of 256 bytes so that "granted" and "refused"
// have one length. Random nonces are right here: the reply is replaced as a
// whole and nobody compares its bytes.

// ReceiptKey is the key of one receipt: argon2id of the secret with
// SHA-256(receipt) as the salt. Desks keep it in a sealed cell of the case, so that a later
// reply needs neither the resident nor the secret.
//
// receipt and secret count byte by byte; the caller gives them in their
// canonical form. A receipt's number is unique in its hall only: where one
// store serves several halls, put the hall's id before it. The call takes some
// 35 ms and 19 MiB, and waits while two others run.
func ReceiptKey(receipt, secret string) []byte {
	salt := sha256.Sum256([]byte(receipt))
	return stretch([]byte(secret), salt[:], argonTime, argonMemory, argonThreads, argonKeySize)
}

// ReceiptDigest is what a machine keeps to recognise number and secret by where
// it has nothing to seal under them: of a [ReceiptKey], HMAC-SHA-256 of a fixed
// text. It opens nothing. Whoever holds it can try secrets against it, each at
// the price of a ReceiptKey, as with a sealed reply.
func ReceiptDigest(key []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("linli receipt digest 1"))
	return m.Sum(nil)
}

// SealUnderReceipt seals the public reply to a case so that receipt and secret together open it.
func SealUnderReceipt(receipt, secret string, plaintext []byte) ([]byte, error) {
	return SealWithKey(ReceiptKey(receipt, secret), plaintext)
}

// OpenWithReceipt opens what [SealUnderReceipt] or [SealWithKey] sealed. The
// errors are [ErrNotSealed], [ErrUnknownSuite] and [ErrWrongSecret].
func OpenWithReceipt(receipt, secret string, sealed []byte) ([]byte, error) {
	// Before the costly part, so that nonsense costs nothing.
	if err := checkReply(sealed); err != nil {
		return nil, err
	}
	return OpenWithKey(ReceiptKey(receipt, secret), sealed)
}

// SealWithKey seals a reply with a [ReceiptKey]. It fails with [ErrKeySize] on any other key.
func SealWithKey(key, plaintext []byte) ([]byte, error) {
	aead, err := replyAEAD(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte{suite1}, nil, pad(plaintext, longBlock), []byte{suite1}), nil
}

// OpenWithKey opens a reply with a [ReceiptKey].
func OpenWithKey(key, sealed []byte) ([]byte, error) {
	if err := checkReply(sealed); err != nil {
		return nil, err
	}
	aead, err := replyAEAD(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, sealed[1:], []byte{suite1})
	if err != nil {
		return nil, ErrWrongSecret
	}
	plain, ok := unpad(plain, longBlock)
	if !ok {
		return nil, ErrWrongSecret
	}
	return plain, nil
}

func checkReply(sealed []byte) error {
	switch {
	case len(sealed) < 1+nonceSize+tagSize:
		return ErrNotSealed
	case sealed[0] != suite1:
		return ErrUnknownSuite
	}
	return nil
}

func replyAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != argonKeySize {
		return nil, ErrKeySize
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrKeySize
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// NewReceiptSecret draws the secret of a receipt: six decimal digits, each of
// the million equally likely. It panics if rand fails, as crypto/rand itself
// does: a predictable secret would be worse.
func NewReceiptSecret(rand io.Reader) string {
	const million = 1_000_000
	for {
		var b [4]byte
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			panic(fmt.Sprintf("seal: no randomness for a receipt: %v", err))
		}
		// 20 bits, and again when they exceed the range: a plain remainder would favour low numbers.
		if n := binary.BigEndian.Uint32(b[:]) & (1<<20 - 1); n < million {
			return fmt.Sprintf("%06d", n)
		}
	}
}
