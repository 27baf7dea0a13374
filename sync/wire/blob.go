package wire

import (
	"context"
	"errors"
	"io"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// MaxBlob is the greatest size of an attachment in bytes.
const MaxBlob = 32 << 20

// ErrNoBlob says that an attachment is not there.
var ErrNoBlob = errors.New("wire: no such attachment")

// Blobs keeps attachments, each named by the SHA-256 of its bytes (as sealed) and belonging to one scope. Rights were
// checked by the scope before it is asked. Its methods may be called from any goroutine.
type Blobs interface {
	// Open opens a whole attachment, or answers [ErrNoBlob].
	Open(ctx context.Context, scope oplog.Scope, hash oplog.Hash) (io.ReadSeekCloser, error)
	// Part opens what has come so far of an attachment of that size, empty for a new one. One caller has it at a
	// time: another is answered a [exchange.BusyError]. For one that is whole already, have is size.
	Part(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64) (Part, error)
}

// Part is an attachment on its way in. Its bytes are hashed before they are kept, those of earlier tries too.
type Part interface {
	io.Reader     // what is there already, from its beginning
	io.Writer     // appends
	Have() int64  // bytes there
	Keep() error  // it is whole and its hash is right: keep it, durably
	Drop() error  // its hash is wrong: begin anew
	Close() error // after Keep, Drop or an interruption, which leaves what is there for the next try
}

var _ = exchange.ErrForbidden
