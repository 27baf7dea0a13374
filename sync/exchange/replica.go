package exchange

import (
	"context"

	"linli/sync/oplog"
)

// Cursor is a place in a replica's log: after the entry with that number in the replica's own apply order.
// The hash proves that the log still has it there. The zero Cursor is the beginning.
type Cursor struct {
	Seq  int64
	Hash oplog.Hash // of the entry at Seq; zero when Seq is 0
}

// Page is a piece of a replica's log of one scope: the entries that a cover lacks.
type Page struct {
	Items []oplog.Item // at most [oplog.MaxBatch] bytes; every run in it ends in a signature
	Next  Cursor       // where the next page begins; set also when Items is empty
	More  bool         // the log goes on after Next
}

// Receipt says what became of a batch.
type Receipt struct {
	Fresh      int   // entries added
	Duplicates int   // entries that were there already
	Void       int   // of the added ones, those that do not count
	Fault      error // why the rest was not taken; nil when all was
}

// Digest sums up the rows of a scope at a version vector, see [oplog.SetDigest]. Two replicas with equal vectors
// have to have equal rows.
type Digest struct {
	Vector oplog.Hash
	Rows   oplog.SetDigest
}

// Replica is a copy of a hall's or several halls' logs. Its methods may be called from any goroutine.
type Replica interface {
	// ID names this copy. It is another one after the copy was restored, put back or begun anew, so that
	// what others know of it ends with it.
	ID() string
	// Heads answers the ends of all branches of the scope's log.
	Heads(ctx context.Context, scope oplog.Scope) (*oplog.Heads, error)
	// Find answers which entries of the scope are in the log: for each hash its head, or the zero Head.
	Find(ctx context.Context, scope oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error)
	// Links answers all entries of an origin that has several branches in the scope, nil for one line.
	Links(ctx context.Context, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error)
	// Trail answers entries of the branch that ends in head, at growing distances from it as [oplog.Trail] picks
	// them. It is empty when head is not in the log.
	Trail(ctx context.Context, scope oplog.Scope, head oplog.Head) ([]oplog.Head, error)
	// Missing answers the next page of what cover lacks. [ErrStale] when the log has no such place as after, and when one of the
	// cover's lines has several branches by now ([oplog.Cover.Lines]).
	Missing(ctx context.Context, scope oplog.Scope, cover *oplog.Cover, after Cursor) (Page, error)
	// End is the place after the scope's newest entry.
	End(ctx context.Context, scope oplog.Scope) (Cursor, error)
	// Accept adds what is new of a batch, in one transaction or in several from the front: what it reports as Fresh is
	// durable. An error is the replica's own (a full disk); what is wrong with the batch is the receipt's Fault.
	Accept(ctx context.Context, b oplog.Batch) (Receipt, error)
	// Digest sums up the scope's rows.
	Digest(ctx context.Context, scope oplog.Scope) (Digest, error)
	// Watch answers a channel that gets a value after entries were added to one of the scopes, and the
	// function that ends it. Values that nobody waits for are dropped but for one.
	Watch(scopes ...oplog.Scope) (<-chan struct{}, func())
}

// CoverOf says what another replica holds of r's log of a scope, from entries that it says it holds. What r
// itself does not have tells it nothing and is passed over.
func CoverOf(ctx context.Context, r Replica, scope oplog.Scope, known []oplog.Head) (*oplog.Cover, error) {
	hashes := make([]oplog.Hash, len(known))
	for i := range known {
		hashes[i] = known[i].Hash
	}
	found, err := r.Find(ctx, scope, hashes)
	if err != nil {
		return nil, err
	}
	both := make([]oplog.Head, 0, len(found))
	for _, h := range found {
		if h != (oplog.Head{}) {
			both = append(both, h)
		}
	}
	return oplog.NewCover(both, func(o oplog.Origin) ([]oplog.Link, error) { return r.Links(ctx, scope, o) })
}
