package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"runtime"
	"slices"
	"sync"

	"linli/sync/oplog"
)

// logRow is one entry as it lies in the table.
type logRow struct {
	seq                 int64
	scope, origin       string
	n                   int64
	hash                []byte
	hlc, wall           int64
	action, actor, verb string
	body, sig           []byte
	entry               oplog.Entry // decoded from body, unless broken
	broken, followed    bool
}

// querier is a connection that can be asked.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// checkLog checks every entry by itself and in its chain, and answers how many
// there are; scopes limits it, nil for all. It reads chain by chain in the order
// of n, so that it needs to remember only the entries just before: after a clone
// an origin's entries form a tree, and each entry follows one of those.
func (s *Store) checkLog(ctx context.Context, conn querier, scopes []oplog.Scope, add func(Problem)) (int, error) {
	rows, err := conn.QueryContext(ctx, `SELECT seq, scope, origin, n, hash, hlc, wall, action, actor, verb, body, sig FROM entry ORDER BY scope, origin, n, seq`)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	c := newChainCheck(s, add)
	defer c.wait()
	entries := 0
	var newest int64
	for rows.Next() {
		r := &logRow{}
		if err := rows.Scan(&r.seq, &r.scope, &r.origin, &r.n, &r.hash, &r.hlc, &r.wall, &r.action, &r.actor, &r.verb, &r.body, &r.sig); err != nil {
			return entries, err
		}
		newest = max(newest, r.hlc)
		if scopes != nil && !slices.Contains(scopes, oplog.Scope(r.scope)) {
			continue
		}
		entries++
		c.see(r)
	}
	if err := rows.Err(); err != nil {
		return entries, err
	}
	c.endChain()
	// The clock is saved with every commit: a log whose newest stamp is older has
	// lost its end, even where the rows and registers were cut off with it.
	var last int64
	if err := conn.QueryRowContext(ctx, `SELECT hlc FROM replica`).Scan(&last); err != nil {
		return entries, err
	}
	if newest < last {
		add(Problem{Kind: ProblemCut, Table: "entry"})
	}
	return entries, nil
}

// chainCheck walks the log. Signatures, which take most of the time, are checked
// beside it on all cores.
type chainCheck struct {
	add       func(Problem)
	hall      string
	authority ed25519.PublicKey

	scope, origin string
	pub           ed25519.PublicKey
	n             int64     // number of the entries in now
	before, now   []*logRow // entries n-1 and n of the chain

	signed  chan signedEntry
	workers sync.WaitGroup
}

type signedEntry struct {
	pub   ed25519.PublicKey
	entry oplog.Entry
	sig   []byte
	at    Problem
}

func newChainCheck(s *Store, add func(Problem)) *chainCheck {
	c := &chainCheck{add: add, hall: s.hall, authority: s.ring.AuthorityKey(), signed: make(chan signedEntry, 64)}
	for range runtime.GOMAXPROCS(0) {
		c.workers.Add(1)
		go func() {
			defer c.workers.Done()
			for j := range c.signed {
				if oplog.VerifyHead(j.pub, j.entry, j.sig) != nil {
					j.at.Kind = ProblemSignature
					c.add(j.at)
				}
			}
		}()
	}
	return c
}

// wait ends the check of signatures.
func (c *chainCheck) wait() {
	close(c.signed)
	c.workers.Wait()
}

// see checks the next entry.
func (c *chainCheck) see(r *logRow) {
	if r.scope != c.scope || r.origin != c.origin {
		c.endChain()
		c.scope, c.origin, c.pub, c.n, c.before, c.now = r.scope, r.origin, nil, 0, nil, nil
	}
	gap := false
	if r.n != c.n {
		c.endOf(c.before)
		c.before, c.now = c.now, nil
		if gap = r.n != c.n+1; gap {
			c.endOf(c.before)
			c.before = nil
			c.problem(r, ProblemGap, "")
		}
		c.n = r.n
	}
	c.now = append(c.now, r)

	var err error
	if r.entry, err = oplog.Decode(r.body); err != nil {
		r.broken = true
		c.problem(r, ProblemUnreadable, "")
	} else {
		c.content(r)
	}
	r.body = nil // not kept while its successors are awaited
	if r.n > 1 && !gap && len(c.before) > 0 {
		c.follows(r)
	}
	if r.n == 1 {
		c.certificate(r)
	}
	if len(r.sig) > 0 && !r.broken {
		if c.pub == nil {
			c.problem(r, ProblemSignature, "") // nobody says whose key it is
			return
		}
		c.signed <- signedEntry{c.pub, r.entry, r.sig, Problem{Scope: r.scope, Origin: r.origin, N: r.n}}
	}
}

// content compares the entry with the columns beside it.
func (c *chainCheck) content(r *logRow) {
	e, hash := &r.entry, r.entry.Hash()
	if !bytes.Equal(hash[:], r.hash) {
		c.problem(r, ProblemHash, "")
	}
	for _, col := range []struct {
		name string
		same bool
	}{
		{"scope", string(e.Scope) == r.scope},
		{"origin", e.Origin.String() == r.origin},
		{"n", e.N == r.n},
		{"hlc", int64(e.HLC) == r.hlc},
		{"wall", e.Wall == r.wall},
		{"action", e.Action == r.action},
		{"actor", e.Actor == r.actor},
		{"verb", e.Verb == r.verb},
	} {
		if !col.same {
			c.problem(r, ProblemColumn, col.name)
		}
	}
}

// follows looks for the entry that r comes after. An altered entry is known by
// the hash in its column as well: one fault is not reported twice.
func (c *chainCheck) follows(r *logRow) {
	if r.broken {
		for _, p := range c.before {
			p.followed = true
		}
		return
	}
	for _, p := range c.before {
		hash := p.entry.Hash()
		if !bytes.Equal(r.entry.Prev[:], p.hash) && (p.broken || r.entry.Prev != hash) {
			continue
		}
		p.followed = true
		if r.seq <= p.seq {
			c.problem(r, ProblemOrder, "")
		}
		return
	}
	c.problem(r, ProblemChain, "")
}

// certificate checks who the origin is. Whether it may write the scope is another
// question: what it may not is void, and no damage.
func (c *chainCheck) certificate(r *logRow) {
	if r.broken {
		return
	}
	cert, err := oplog.DecodeCertificate(r.entry.Cert)
	if err != nil || cert.Verify(c.authority) != nil || cert.Hall != c.hall || cert.Origin != r.entry.Origin {
		c.problem(r, ProblemCertificate, "")
		return
	}
	c.pub = cert.PublicKey
}

func (c *chainCheck) endChain() {
	c.endOf(c.before)
	c.endOf(c.now)
	c.before, c.now = nil, nil
}

// endOf judges entries that nothing more can follow: those that nothing followed
// are heads and must be signed.
func (c *chainCheck) endOf(rows []*logRow) {
	for _, r := range rows {
		if !r.followed && len(r.sig) == 0 {
			c.problem(r, ProblemUnsigned, "")
		}
	}
}

func (c *chainCheck) problem(r *logRow, kind, column string) {
	c.add(Problem{Kind: kind, Column: column, Scope: r.scope, Origin: r.origin, N: r.n})
}
