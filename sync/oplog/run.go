package oplog

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
)

// Errors about runs of entries. What fails with one of them is no entry: it is dropped and
// the peer reported.
var (
	ErrEmptyRun  = errors.New("oplog: run without entries")
	ErrMixedRun  = errors.New("oplog: run of several origins or scopes")
	ErrGap       = errors.New("oplog: run with a gap in its numbers")
	ErrChain     = errors.New("oplog: entry does not follow the one before")
	ErrKey       = errors.New("oplog: key is not the origin's")
	ErrSignature = errors.New("oplog: signature does not hold")
)

// SignHead signs a sealed entry with its origin's key (Ed25519, RFC 8032), and through its prev
// all entries before it. It panics on an unsealed entry.
func SignHead(key ed25519.PrivateKey, e Entry) []byte {
	if e.hash.IsZero() {
		panic(ErrUnsealed)
	}
	return ed25519.Sign(key, headMessage(e))
}

// VerifyHead checks a signature of e's origin, whose public key is pub: [ErrKey], [ErrSignature],
// [ErrUnsealed] or nil.
func VerifyHead(pub ed25519.PublicKey, e Entry, sig []byte) error {
	switch {
	case e.hash.IsZero():
		return ErrUnsealed
	case len(pub) != ed25519.PublicKeySize || OriginOf(pub) != e.Origin:
		return ErrKey
	case !ed25519.Verify(pub, headMessage(e), sig):
		return ErrSignature
	}
	return nil
}

// headMessage is the tag, then scope (with its length in 16 bits), origin, n (64 bits) and hash.
// Numbers are big-endian.
func headMessage(e Entry) []byte {
	b := make([]byte, 0, 128)
	b = append(b, tagHead...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Scope)))
	b = append(b, e.Scope...)
	b = append(b, e.Origin[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.N))
	return append(b, e.hash[:]...)
}

// CheckRun checks that entries, as decoded, follow the entry prevN with hash prevHash (0 and the zero
// Hash at the start of an origin), number by number and hash by hash, all of one origin in one scope,
// and that sigOfLast is the origin's signature of the last one, which vouches for all. pub is the
// key from the origin's certificate; whether the certificate itself holds is for the caller to know.
func CheckRun(prevHash Hash, prevN int64, entries []Entry, sigOfLast []byte, pub ed25519.PublicKey) error {
	if len(entries) == 0 {
		return ErrEmptyRun
	}
	for i := range entries {
		e := &entries[i]
		switch {
		case e.hash.IsZero():
			return fmt.Errorf("%w (entry %d of the run)", ErrUnsealed, i)
		case e.Origin != entries[0].Origin || e.Scope != entries[0].Scope:
			return fmt.Errorf("%w (entry %d of the run)", ErrMixedRun, i)
		case e.N-1 != prevN:
			return fmt.Errorf("%w (entry %d of the run)", ErrGap, i)
		case e.Prev != prevHash:
			return fmt.Errorf("%w (entry %d of the run)", ErrChain, i)
		}
		prevHash, prevN = e.hash, e.N
	}
	return VerifyHead(pub, entries[len(entries)-1], sigOfLast)
}
