package wire

import (
	"context"
	"crypto/ed25519"
	"errors"
)

// ErrCode says that a code is not valid, or not any more. Which of both is not told.
var ErrCode = errors.New("wire: the code is not valid any more")

// Code is an open code of an admitter.
type Code struct {
	ID  string // the admitter's name for it; never travels
	Key []byte // [CodeKey] of the code
}

// Applicant is a machine that asks to be admitted.
type Applicant struct {
	Key  ed25519.PublicKey // the new key that it will write and connect with
	Wrap []byte            // its X25519 public key, to seal the hall's keys to (HPKE)
	Name string            // what people call it
}

// Admission is what an admitted machine is given.
type Admission struct {
	Certificate []byte            // encoded [oplog.Certificate] of its key
	Hall        string            // id of the hall
	Authority   ed25519.PublicKey // of the hall's authority
	Keys        []byte            // sealed to its Wrap; opaque here
	Name        string            // of the hall
	Zone        string            // the hall's time zone
}

// Admitter admits machines on behalf of a hall: a desk, or a hub that the hall trusts with it. [Codebook] is the part of it
// that is the same everywhere.
type Admitter interface {
	// Codes are those that are open: not expired. One that was used stays among them until it expires.
	Codes(ctx context.Context) ([]Code, error)
	// Admit admits the bearer of a code, once. The same key with the same code is given the same again, because the
	// first answer may have been lost; another key is answered [ErrCode].
	Admit(ctx context.Context, codeID string, a Applicant) (Admission, error)
	// Missed is told of a wrong proof. After five all codes are dropped.
	Missed(ctx context.Context) error
}

// Apply asks the server at address to admit a machine, by the code that a person read out there. It talks only to the
// server that the code is of, and answers that server's key, to be pinned.
func Apply(ctx context.Context, address, code string, a Applicant) (Admission, ed25519.PublicKey, error) {
	return Admission{}, nil, ErrCode
}
