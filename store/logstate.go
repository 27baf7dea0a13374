package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"maps"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// logState is what the writer keeps in memory about the whole log: the ends of all
// branches, who is forked, what was cut, and the certificates. All of it can be
// read again from the log.
type logState struct {
	vector map[oplog.Scope]*oplog.Heads
	forks  map[chainKey]bool
	cuts   oplog.Cuts
	certs  map[chainKey]oplog.Certificate
}

// chainKey is one origin's entries in a scope.
type chainKey struct {
	scope  oplog.Scope
	origin oplog.Origin
}

// loadLog reads the state of the log, by the index: a long log must not make the
// start long.
func (s *Store) loadLog(ctx context.Context) error {
	l := &logState{vector: map[oplog.Scope]*oplog.Heads{}, forks: map[chainKey]bool{}, certs: map[chainKey]oplog.Certificate{}}
	rows, err := s.conn.QueryContext(ctx, `SELECT scope, origin FROM fork`)
	if err != nil {
		return err
	}
	forks, err := collect(rows, func(sc scanner) (k chainKey, err error) { return scanChain(sc) })
	if err != nil {
		return err
	}
	for _, k := range forks {
		l.forks[k] = true
	}
	s.known, s.heads = l, map[oplog.Scope]logHead{}
	for _, scope := range s.scopes() {
		if err := s.loadScope(ctx, scope); err != nil {
			return err
		}
	}
	return s.loadCuts(ctx, s.conn, &l.cuts)
}

func scanChain(sc scanner) (k chainKey, err error) {
	var scope, origin string
	if err = sc.Scan(&scope, &origin); err != nil {
		return k, err
	}
	k.scope = oplog.Scope(scope)
	k.origin, err = oplog.ParseOrigin(origin)
	return k, err
}

// loadScope reads the heads of one scope. Origins are found by jumping from one to
// the next in the index.
func (s *Store) loadScope(ctx context.Context, scope oplog.Scope) error {
	heads := &oplog.Heads{}
	s.known.vector[scope] = heads
	for at := ""; ; {
		var text string
		var n int64
		var hash []byte
		err := s.conn.QueryRowContext(ctx, `SELECT origin FROM entry WHERE scope = ? AND origin > ? ORDER BY origin LIMIT 1`, string(scope), at).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		at = text
		origin, err := oplog.ParseOrigin(text)
		if err != nil {
			return app.Fail(app.CodeDamaged)
		}
		if err := s.conn.QueryRowContext(ctx, `SELECT n, hash FROM entry WHERE scope = ? AND origin = ? ORDER BY n DESC LIMIT 1`, string(scope), text).Scan(&n, &hash); err != nil {
			return err
		}
		if len(hash) != len(oplog.Hash{}) {
			return app.Fail(app.CodeDamaged)
		}
		if origin == s.origin {
			s.heads[scope] = logHead{n, oplog.Hash(hash)}
		}
		if !s.known.forks[chainKey{scope, origin}] {
			heads.Put(oplog.Head{Origin: origin, N: n, Hash: oplog.Hash(hash)})
			continue
		}
		links, err := readLinks(ctx, s.conn, scope, origin)
		if err != nil {
			return err
		}
		for _, h := range oplog.Ends(origin, links) {
			heads.Put(h)
		}
	}
}

// readLinks reads the tree of an origin, in the order in which it grew here. What
// cannot be read is no part of it, and for verify to report.
func readLinks(ctx context.Context, conn querier, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	rows, err := conn.QueryContext(ctx, `SELECT body FROM entry WHERE scope = ? AND origin = ? ORDER BY seq`, string(scope), origin.String())
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	var links []oplog.Link
	for _, body := range bodies {
		if e, err := oplog.Decode(body); err == nil {
			links = append(links, e.Link())
		}
	}
	return links, nil
}

// loadCuts reads what the hall's authority has said about machines, from the log
// itself: a statement holds whether or not the entry that carries it counts.
func (s *Store) loadCuts(ctx context.Context, conn querier, cuts *oplog.Cuts) error {
	rows, err := conn.QueryContext(ctx, `SELECT DISTINCT n.body FROM touch t JOIN entry n ON n.seq = t.seq WHERE t.tbl = ?`, oplog.ControlTable)
	if err != nil {
		return err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return err
	}
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			continue // for verify to report
		}
		for _, cut := range oplog.CutsIn(e, s.ring.AuthorityKey()) {
			cuts.Add(cut)
		}
	}
	return nil
}

// certificateOf answers the certificate by which an origin's entries in a scope are
// judged, as encoded: that in its first entry there, and the lesser one where it has
// several (package oplog, Lesser); nil when the log has none.
func certificateOf(query queryFunc, scope oplog.Scope, origin oplog.Origin) ([]byte, error) {
	rows, err := query(`SELECT body FROM entry WHERE scope = ? AND origin = ? AND n = 1`, string(scope), origin.String())
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	var cert []byte
	for _, body := range bodies {
		e, err := oplog.Decode(body)
		if err != nil {
			return nil, app.Fail(app.CodeDamaged)
		}
		cert = oplog.Lesser(cert, e.Cert)
	}
	return cert, nil
}

// judge says whether an entry counts that comes after all others of its origin: of one that was cut, those
// behind it have to be judged again where a cut names it.
func (s *Store) judge(tx *Tx, e oplog.Entry) (oplog.Verdict, error) {
	cert, err := s.certificateFor(tx, e.Scope, e.Origin, e.Cert)
	if err != nil {
		return 0, err
	}
	return s.known.cuts.JudgeNewest(e, cert), nil
}

// vouched answers which of an origin's entries in a scope cuts keep, by all of them that are in the log; nil
// for one that was not cut there.
func (s *Store) vouched(ctx context.Context, conn querier, scope oplog.Scope, origin oplog.Origin) (map[oplog.Hash]bool, error) {
	if !s.known.cuts.About(scope, origin) {
		return nil, nil
	}
	links, err := readLinks(ctx, conn, scope, origin)
	if err != nil {
		return nil, err
	}
	return s.known.cuts.Vouched(scope, origin, links), nil
}

// judges says of every entry of a whole log whether it counts, with what each origin's entries say together.
type judges struct {
	s       *Store
	conn    querier // has the whole log
	vouched map[chainKey]map[oplog.Hash]bool
}

func (j *judges) judge(ctx context.Context, e oplog.Entry, cert oplog.Certificate) (oplog.Verdict, error) {
	k := chainKey{e.Scope, e.Origin}
	vouched, known := j.vouched[k]
	if !known {
		var err error
		if vouched, err = j.s.vouched(ctx, j.conn, e.Scope, e.Origin); err != nil {
			return 0, err
		}
		if j.vouched == nil {
			j.vouched = make(map[chainKey]map[oplog.Hash]bool)
		}
		j.vouched[k] = vouched
	}
	return j.s.known.cuts.Judge(e, cert, vouched), nil
}

// certificateFor answers the certificate by which an origin's entries in a scope are
// judged; first is that of the entry at hand where that is its first one.
func (s *Store) certificateFor(tx *Tx, scope oplog.Scope, origin oplog.Origin, first []byte) (oplog.Certificate, error) {
	k := chainKey{scope, origin}
	if cert, known := s.known.certs[k]; known {
		return cert, nil
	}
	kept, err := certificateOf(tx.Query, scope, origin)
	if err != nil {
		return oplog.Certificate{}, err
	}
	cert, err := oplog.DecodeCertificate(oplog.Lesser(kept, first))
	if err != nil {
		return cert, app.Fail(app.CodeDamaged)
	}
	s.known.certs[k] = cert
	return cert, nil
}

// meet takes the certificate in an origin's first entry into account, before that is in
// the log. again says that the origin had shown another one and is judged by this from now on.
func (s *Store) meet(tx *Tx, e oplog.Entry) (again bool, err error) {
	if e.N > 1 {
		return false, nil
	}
	kept, err := certificateOf(tx.Query, e.Scope, e.Origin)
	if err != nil {
		return false, err
	}
	lesser := oplog.Lesser(kept, e.Cert)
	if bytes.Equal(lesser, kept) {
		return false, nil
	}
	cert, err := oplog.DecodeCertificate(lesser)
	if err == nil {
		s.known.certs[chainKey{e.Scope, e.Origin}] = cert
	}
	return kept != nil, err
}

// loadCertificates reads by what the log's origins are judged, all at once. What
// cannot be read is for verify to report.
func (s *Store) loadCertificates(ctx context.Context, conn querier) error {
	rows, err := conn.QueryContext(ctx, `SELECT body FROM entry WHERE n = 1`)
	if err != nil {
		return err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return err
	}
	certs := map[chainKey][]byte{}
	for _, body := range bodies {
		if e, err := oplog.Decode(body); err == nil {
			k := chainKey{e.Scope, e.Origin}
			certs[k] = oplog.Lesser(certs[k], e.Cert)
		}
	}
	for k, encoded := range certs {
		if cert, err := oplog.DecodeCertificate(encoded); err == nil {
			s.known.certs[k] = cert
		}
	}
	return nil
}

// clone is a state of its own, to go back to.
func (l *logState) clone() *logState {
	c := &logState{vector: make(map[oplog.Scope]*oplog.Heads, len(l.vector)), forks: maps.Clone(l.forks), cuts: l.cuts.Clone(), certs: maps.Clone(l.certs)}
	for scope, heads := range l.vector {
		c.vector[scope] = heads.Clone()
	}
	return c
}

// addHead takes an entry that is in the log now into account.
func (s *Store) addHead(tx *Tx, e oplog.Entry) error {
	heads := s.known.vector[e.Scope]
	if heads == nil {
		heads = &oplog.Heads{}
		s.known.vector[e.Scope] = heads
	}
	heads.Add(e)
	k := chainKey{e.Scope, e.Origin}
	if !s.known.forks[k] && len(heads.Of(e.Origin)) > 1 {
		s.known.forks[k] = true
		_, err := tx.Exec(`INSERT OR IGNORE INTO fork(scope, origin) VALUES (?,?)`, string(e.Scope), e.Origin.String())
		return err
	}
	return nil
}

// authorityKey is the public key of the hall's authority.
func (s *Store) authorityKey() ed25519.PublicKey { return s.ring.AuthorityKey() }

var _ exchange.Replica = (*replica)(nil)
