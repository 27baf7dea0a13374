package exchange

import (
	"context"
	"errors"
	"time"

	"linli/sync/oplog"
)

// Errors of an exchange. Those of the network come as they are; a caller tries them again later.
var (
	// ErrStale: the log has no entry at the cursor's place. It was restored or begun anew; start with the heads.
	ErrStale = errors.New("exchange: the log has no such place")
	// ErrForbidden: the caller's certificate does not give it this scope.
	ErrForbidden = errors.New("exchange: not this caller's scope")
	// ErrRevoked: the caller's certificate does not hold, or its machine was cut.
	ErrRevoked = errors.New("exchange: the machine is not admitted any more")
	// ErrTooMuch: a request or answer is beyond its bounds.
	ErrTooMuch = errors.New("exchange: too large")
	// ErrMalformed: what came is no message. A proxy's page of HTML is one of these.
	ErrMalformed = errors.New("exchange: malformed message")
)

// BusyError says that the peer wants to be asked again later.
type BusyError struct{ After time.Duration }

func (e *BusyError) Error() string { return "exchange: the peer is busy" }

// HeadsRequest asks what the peer holds of a scope. Heads are the ends of the caller's branches, or older entries of
// them when it looks for where two branches part.
type HeadsRequest struct {
	Scope oplog.Scope
	Heads []oplog.Head
}

// HeadsAnswer is what the peer holds.
type HeadsAnswer struct {
	Log   string       // the peer's [Replica.ID]
	Heads []oplog.Head // the ends of the peer's branches
	Held  []bool       // for each head of the request, whether the peer has it
	End   Cursor       // the end of the peer's log at that moment, for pulling on from there
}

// PullScope asks for what the caller lacks of one scope. Known are entries that both hold, so far as the caller knows.
type PullScope struct {
	Scope oplog.Scope
	Known []oplog.Head
	After Cursor
}

// PullRequest asks for entries. With Wait the peer answers when there is something, or after that time.
type PullRequest struct {
	Scopes []PullScope
	Wait   time.Duration
}

// PullPage is what came of one scope, in the order of the request. With nothing in it, Next may still have moved.
type PullPage struct {
	Batch oplog.Batch
	Next  Cursor
	More  bool
	// Fault says that the batch ended before its end, at something that is no entry; nil when all of it could be read. What
	// stands before that is good, and Next is beyond what was lost.
	Fault error
}

// PullAnswer is what came.
type PullAnswer struct {
	Log   string
	Pages []PullPage
}

// PushAnswer says what became of a pushed batch. Fault is empty or one of the words of [FaultWord].
type PushAnswer struct {
	Log        string
	Fresh      int
	Duplicates int
	Fault      string
}

// DigestAnswer is a peer's digest of a scope.
type DigestAnswer struct {
	Log string
	Digest
}

// Peer is another replica as an exchange sees it: over the network, or in the same process.
type Peer interface {
	Heads(ctx context.Context, r HeadsRequest) (HeadsAnswer, error)
	Pull(ctx context.Context, r PullRequest) (PullAnswer, error)
	Push(ctx context.Context, b oplog.Batch) (PushAnswer, error)
	Digest(ctx context.Context, scope oplog.Scope) (DigestAnswer, error)
}

// The words for what is wrong with a batch, as they travel and as reports count them.
const (
	FaultGap       = "gap"       // the log lacks what the entry follows: the sender has to start with the heads
	FaultSignature = "signature" // a signature does not hold, or none vouches
	FaultStranger  = "stranger"  // the hall did not certify the origin
	FaultEntry     = "entry"     // no entry
)

// FaultWord names a fault of [oplog.Admit] or [oplog.DecodeBatch] in one word, "" for nil.
func FaultWord(fault error) string {
	switch {
	case fault == nil:
		return ""
	case errors.Is(fault, oplog.ErrGap):
		return FaultGap
	case errors.Is(fault, oplog.ErrSignature), errors.Is(fault, oplog.ErrUnsigned), errors.Is(fault, oplog.ErrKey):
		return FaultSignature
	case errors.Is(fault, oplog.ErrStranger):
		return FaultStranger
	}
	return FaultEntry
}
