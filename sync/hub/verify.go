package hub

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"linli/sync/oplog"
)

// What Verify can find. The first group is about the file, the second about the log, the third about what follows from it.
const (
	ProblemDatabase = "database" // the database's own check found it damaged

	ProblemHall        = "hall"        // entries of a hall that the hub does not serve
	ProblemUnreadable  = "unreadable"  // an entry's body is not an entry
	ProblemHash        = "hash"        // an entry's hash is another than the one stored
	ProblemColumn      = "column"      // what stands beside the body says something else
	ProblemOrder       = "order"       // a number of the scope's order is missing, or twice
	ProblemChain       = "chain"       // the entry does not follow one that is before it
	ProblemCertificate = "certificate" // the origin was not certified by the hall
	ProblemUnsigned    = "unsigned"    // a run does not end in a signature
	ProblemSignature   = "signature"   // a signature does not hold
	ProblemEnd         = "end"         // the log ends elsewhere than its state says

	ProblemCut      = "cut"      // the statements kept are not those in the log
	ProblemVerdict  = "verdict"  // an entry counts that should not, or the other way round
	ProblemRegister = "register" // a row differs from what the log says
	ProblemMissing  = "missing"  // the log has a row that the registers lack
	ProblemExtra    = "extra"    // the registers have a row that the log lacks
	ProblemSum      = "sum"      // the sum of the registers is another
)

// Problem is one thing that Verify found. It says where, never what.
type Problem struct {
	Kind   string
	Scope  oplog.Scope
	Origin string
	N      int64
	Table  string
	Row    string
}

// String is the problem on one line.
func (p Problem) String() string {
	var parts []string
	for _, s := range []string{p.Kind, string(p.Scope), p.Origin, p.Table, p.Row} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if p.N > 0 {
		parts = append(parts, fmt.Sprint(p.N))
	}
	return strings.Join(parts, " ")
}

// maxProblems bounds a report: whoever sees a thousand needs no more to act.
const maxProblems = 1000

// Report is what Verify found.
type Report struct {
	Entries  int
	Rows     int
	Problems []Problem // at most 1,000
	More     int       // problems beyond those
	OK       bool
	Took     time.Duration
}

// Verify checks everything that a storage has, as it is at one moment: each entry's hash, place, chain, signature and
// certificate, whether it counts, and every row against a replay of the log. The replay is made in scratch, an empty
// storage. What it finds is in the report; an error is about what keeps it from looking.
func Verify(ctx context.Context, s, scratch Storage) (Report, error) {
	began := time.Now()
	v := &verifier{scratch: scratch}
	err := s.View(ctx, func(snapshot Snapshot) error {
		states, err := snapshot.States()
		if err != nil {
			return err
		}
		for _, st := range states {
			if err := v.scope(ctx, snapshot, st); err != nil {
				return err
			}
		}
		return nil
	})
	v.report.OK = err == nil && len(v.report.Problems) == 0
	v.report.Took = time.Since(began)
	return v.report, err
}

type verifier struct {
	scratch Storage

	mu     sync.Mutex
	report Report
}

func (v *verifier) add(p Problem) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.report.Problems) < maxProblems {
		v.report.Problems = append(v.report.Problems, p)
	} else {
		v.report.More++
	}
}

// scope checks the log of one scope and what follows from it.
func (v *verifier) scope(ctx context.Context, s Snapshot, st State) error {
	hall, found, err := s.Hall(st.Scope.Hall())
	if err != nil {
		return err
	}
	if !found {
		v.add(Problem{Kind: ProblemHall, Scope: st.Scope})
		return nil
	}
	cuts, err := v.cuts(s, hall, st.Scope)
	if err != nil {
		return err
	}
	c := newLogCheck(v, s, hall, st.Scope, cuts)
	defer c.wait()
	rows := &replay{v: v, scope: st.Scope, until: st.Applied}
	for after := int64(0); ; {
		list, err := chunk(s, st.Scope, after)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		after = list[len(list)-1].Seq
		for i := range list {
			if err := c.see(&list[i]); err != nil {
				return err
			}
		}
		if err := rows.add(ctx, list, c.verdicts); err != nil {
			return err
		}
		clear(c.verdicts)
	}
	v.report.Entries += int(c.seq)
	if err := c.end(st); err != nil {
		return err
	}
	return rows.compare(ctx, s, st)
}

// cuts collects the statements of a hall from its log, and compares them with those that are kept.
func (v *verifier) cuts(s Snapshot, hall Hall, scope oplog.Scope) (*oplog.Cuts, error) {
	cuts := new(oplog.Cuts)
	public := oplog.HallScope(hall.ID, oplog.Public)
	said := make(map[string]bool)
	for r, err := range s.Entries(public, 0) {
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(r.Body, []byte(oplog.ControlTable)) {
			continue
		}
		e, err := oplog.Decode(r.Body)
		if err != nil {
			continue // is found below
		}
		for _, c := range oplog.CutsIn(e, hall.Authority) {
			if !cuts.Add(c) {
				continue // as another one that came before it
			}
			body, err := c.Encode()
			if err != nil {
				return nil, err
			}
			said[string(body)] = true
		}
	}
	if scope != public {
		return cuts, nil
	}
	kept, err := s.Cuts(hall.ID)
	if err != nil {
		return nil, err
	}
	same := len(kept) == len(said)
	for _, c := range kept {
		body, err := c.Encode()
		same = same && err == nil && said[string(body)]
	}
	if !same {
		v.add(Problem{Kind: ProblemCut, Scope: public})
	}
	return cuts, nil
}

// Bounds of a chunk.
const (
	chunkEntries = 2048
	chunkBytes   = 8 << 20
)

// chunk reads the next entries of a scope with bytes of their own.
func chunk(s Snapshot, scope oplog.Scope, after int64) (list []Record, err error) {
	size := 0
	for r, err := range s.Entries(scope, after) {
		if err != nil {
			return nil, err
		}
		r.Sig, r.Body = bytes.Clone(r.Sig), bytes.Clone(r.Body)
		list = append(list, r)
		if size += len(r.Body); len(list) == chunkEntries || size > chunkBytes {
			break
		}
	}
	return list, nil
}

// logCheck walks one scope's log in its order. Signatures, which take most of the time, are checked beside it on all cores.
type logCheck struct {
	v     *verifier
	s     Snapshot
	hall  Hall
	scope oplog.Scope
	cuts  *oplog.Cuts

	seq      int64
	last     oplog.Hash
	tips     oplog.Heads
	at       map[oplog.Hash]oplog.Head // the tips
	open     map[oplog.Hash]Problem    // unsigned entries that nothing follows yet
	certs    map[oplog.Origin]oplog.Certificate
	vouched  map[oplog.Origin]map[oplog.Hash]bool // of origins that were cut
	verdicts map[int64]oplog.Verdict              // of the chunk's entries that do not count, and of what is no entry

	signed  chan signedEntry
	workers sync.WaitGroup
}

type signedEntry struct {
	pub   ed25519.PublicKey
	entry oplog.Entry
	sig   []byte
	at    Problem
}

// unreadable stands for the verdict of what is no entry.
const unreadable = oplog.Verdict(-1)

func newLogCheck(v *verifier, s Snapshot, hall Hall, scope oplog.Scope, cuts *oplog.Cuts) *logCheck {
	c := &logCheck{
		v: v, s: s, hall: hall, scope: scope, cuts: cuts, at: make(map[oplog.Hash]oplog.Head), open: make(map[oplog.Hash]Problem),
		certs: make(map[oplog.Origin]oplog.Certificate), vouched: make(map[oplog.Origin]map[oplog.Hash]bool), verdicts: make(map[int64]oplog.Verdict), signed: make(chan signedEntry, 64),
	}
	for range runtime.GOMAXPROCS(0) {
		c.workers.Go(func() {
			for j := range c.signed {
				if oplog.VerifyHead(j.pub, j.entry, j.sig) != nil {
					j.at.Kind = ProblemSignature
					v.add(j.at)
				}
			}
		})
	}
	return c
}

// wait ends the check of signatures.
func (c *logCheck) wait() {
	close(c.signed)
	c.workers.Wait()
}

func (c *logCheck) problem(r *Record, kind string) {
	c.v.add(c.place(r, kind))
}

func (c *logCheck) place(r *Record, kind string) Problem {
	return Problem{Kind: kind, Scope: c.scope, Origin: r.Head.Origin.String(), N: r.Head.N}
}

// see checks the next entry.
func (c *logCheck) see(r *Record) error {
	if r.Seq != c.seq+1 {
		c.problem(r, ProblemOrder)
	}
	c.seq, c.last = r.Seq, r.Head.Hash
	e, err := oplog.Decode(r.Body)
	if err != nil {
		c.problem(r, ProblemUnreadable)
		c.verdicts[r.Seq] = unreadable
		return nil
	}
	if e.Hash() != r.Head.Hash {
		c.problem(r, ProblemHash)
	}
	if e.Scope != c.scope || e.Origin != r.Head.Origin || e.N != r.Head.N {
		c.problem(r, ProblemColumn)
	}
	if e.N == 1 {
		if err := c.certificate(r, e); err != nil {
			return err
		}
	} else if err := c.follows(r, e); err != nil {
		return err
	}
	head := oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()}
	c.tips.Add(e)
	delete(c.at, e.Prev)
	c.at[head.Hash] = head
	delete(c.open, e.Prev)
	if r.Sig == nil {
		c.open[head.Hash] = c.place(r, ProblemUnsigned)
	}
	cert, ok := c.certs[e.Origin]
	if !ok {
		return nil // its first entry was found at fault
	}
	if r.Sig != nil {
		c.signed <- signedEntry{cert.PublicKey, e, r.Sig, c.place(r, "")}
	}
	vouched, known := c.vouched[e.Origin]
	if !known && c.cuts.About(c.scope, e.Origin) {
		if vouched, err = vouchedOf(c.s, c.scope, e.Origin, c.cuts); err != nil {
			return err
		}
		c.vouched[e.Origin] = vouched
	}
	verdict := c.cuts.Judge(e, cert, vouched)
	if verdict != r.Verdict {
		c.problem(r, ProblemVerdict)
	}
	if verdict.Void() {
		c.verdicts[r.Seq] = verdict
	}
	return nil
}

// follows looks for the entry that e comes after: normally an end of the origin's branches, after a clone one further back.
func (c *logCheck) follows(r *Record, e oplog.Entry) error {
	if prev, ok := c.at[e.Prev]; ok {
		if prev.Origin != e.Origin || prev.N != e.N-1 {
			c.problem(r, ProblemChain)
		}
		return nil
	}
	found, err := c.s.Find(c.scope, []oplog.Hash{e.Prev})
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0].Head.Origin != e.Origin || found[0].Head.N != e.N-1 || found[0].Seq >= r.Seq {
		c.problem(r, ProblemChain)
	}
	return nil
}

// certificate checks who the origin is.
func (c *logCheck) certificate(r *Record, e oplog.Entry) error {
	kept, err := c.s.Certificate(c.scope, e.Origin)
	if err != nil {
		return err
	}
	holds := func(encoded []byte) (oplog.Certificate, bool) {
		cert, err := oplog.DecodeCertificate(encoded)
		return cert, err == nil && cert.Verify(c.hall.Authority) == nil && cert.Hall == c.hall.ID && cert.Origin == e.Origin
	}
	_, ok := holds(e.Cert)
	cert, good := holds(kept) // the lesser one, of an origin that has shown several
	if !ok || !good || !bytes.Equal(oplog.Lesser(kept, e.Cert), kept) {
		c.problem(r, ProblemCertificate)
		return nil
	}
	c.certs[e.Origin] = cert
	return nil
}

// end compares where the log ends with what its state says.
func (c *logCheck) end(st State) error {
	for _, p := range c.open {
		c.v.add(p)
	}
	heads, err := c.s.Heads(c.scope)
	if err != nil {
		return err
	}
	if c.seq != st.Seq || c.last != st.Hash || !slices.Equal(heads, c.tips.List()) {
		c.v.add(Problem{Kind: ProblemEnd, Scope: c.scope})
	}
	return nil
}
