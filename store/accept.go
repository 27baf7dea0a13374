package store

import (
	"context"
	"crypto/ed25519"
	"maps"
	"slices"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Accept implements [exchange.Replica]: entries that other machines wrote, or that
// this one wrote and has lost. The whole batch is one transaction. A scope that
// this machine does not hold is refused as the sender's fault.
func (r *replica) Accept(ctx context.Context, b oplog.Batch) (exchange.Receipt, error) {
	rec, err := r.s.accept(ctx, b)
	return rec, translate("replica.accept", err)
}

func (s *Store) accept(ctx context.Context, b oplog.Batch) (rec exchange.Receipt, err error) {
	if err := ctx.Err(); err != nil {
		return rec, err
	}
	if !s.holdsNow(b.Scope) {
		return exchange.Receipt{Fault: oplog.ErrScopeMix}, nil
	}
	err = s.receive(func(tx *Tx) (arrived, error) {
		fresh, duplicates, fault, err := oplog.Admit(b, s.hall, s.authorityKey(), acceptLog{tx, b.Scope})
		if err != nil {
			return arrived{}, err
		}
		in := arrived{scopes: map[oplog.Scope]bool{b.Scope: true}}
		rec = exchange.Receipt{Fresh: len(fresh), Duplicates: duplicates, Fault: fault}
		for _, it := range fresh {
			verdict, err := s.takeIn(tx, it, &in)
			if err != nil {
				return in, err
			}
			if verdict.Void() {
				rec.Void++
			}
		}
		return in, nil
	})
	if err != nil {
		return exchange.Receipt{}, err
	}
	return rec, s.introduce(ctx)
}

// holdsNow is [Store.holds] for those who do not hold the writer's lock.
func (s *Store) holdsNow(scope oplog.Scope) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holds(scope)
}

// acceptLog is the log as [oplog.Admit] asks about it, inside of the transaction.
type acceptLog struct {
	tx    *Tx
	scope oplog.Scope
}

// Find implements [oplog.Log].
func (l acceptLog) Find(hash oplog.Hash) (oplog.Head, bool, error) {
	return findEntry(l.tx.QueryRow, l.scope, hash)
}

// Knows implements [oplog.Log]. A dot is the beginning of a hash.
func (l acceptLog) Knows(dot oplog.Dot) (known bool, err error) {
	var last oplog.Hash
	for i := range last {
		last[i] = 0xff
	}
	copy(last[:], dot[:])
	// Left to itself SQLite takes the index of scopes, and reads a whole scope for each dot.
	err = l.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM entry INDEXED BY entry_hash WHERE hash BETWEEN ? AND ? AND scope = ?)`, dot[:], last[:], string(l.scope)).Scan(&known)
	return known, err
}

// Certificate implements [oplog.Log].
func (l acceptLog) Certificate(origin oplog.Origin) ([]byte, error) {
	return certificateOf(l.tx.Query, l.scope, origin)
}

// arrived is what a transaction of foreign entries has touched.
type arrived struct {
	scopes  map[oplog.Scope]bool
	changes []*rowChange
	cuts    []oplog.Cut // that are new here
	again   []chainKey  // origins that are judged by more than before: another certificate, or an entry that a cut names
	ownLost bool        // an entry of the present origin came back that was not here
	twin    bool        // somebody else gives the numbers of this machine
}

// takeIn adds one admitted entry to the log and to the rows.
func (s *Store) takeIn(tx *Tx, it oplog.Item, in *arrived) (oplog.Verdict, error) {
	e := it.Entry
	// What the authority says counts at once, also for the entry that carries it.
	for _, cut := range oplog.CutsIn(e, s.authorityKey()) {
		if s.known.cuts.Add(cut) {
			in.cuts = append(in.cuts, cut)
		}
	}
	again, err := s.meet(tx, e)
	if err != nil {
		return 0, err
	}
	if again {
		in.again = append(in.again, chainKey{e.Scope, e.Origin})
	}
	verdict, err := s.judge(tx, e)
	if err != nil {
		return 0, err
	}
	if k := (chainKey{e.Scope, e.Origin}); s.known.cuts.Names(e) && !slices.Contains(in.again, k) {
		in.again = append(in.again, k)
	}
	var sig any
	if it.Sig != nil {
		sig = it.Sig
	}
	seq, err := s.insertEntry(tx, e, it.Body, sig, verdict)
	if err != nil {
		return 0, err
	}
	if err := s.addHead(tx, e); err != nil {
		return 0, err
	}
	touched, err := s.apply(tx, e, seq, verdict)
	if err != nil {
		return 0, err
	}
	in.changes = append(in.changes, touched...)
	if e.Origin == s.origin {
		in.ownLost = true
	}
	if e.N == 1 {
		cert, err := oplog.DecodeCertificate(e.Cert)
		if err != nil {
			return 0, err
		}
		in.twin = in.twin || s.sharesNumber(cert)
	}
	return verdict, nil
}

// sharesNumber tells whether the machine with a certificate gives the numbers that this
// one gives, and this one is to take others: two copies of one folder take the same next number when they find
// out about each other, and a hall that was restored from the recovery sheet does not know to whom numbers were
// given since. The one with the lesser origin keeps them.
func (s *Store) sharesNumber(c oplog.Certificate) bool {
	return s.machine > 0 && len(c.Machines) > 0 && c.Machines[0] == s.machine && c.Origin.Compare(s.origin) < 0
}

// receive runs one transaction of foreign entries. What the writer keeps in memory
// is what it was when it fails: a disk that cannot write may not be there to be read either.
func (s *Store) receive(fn func(*Tx) (arrived, error)) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return app.Fail(app.CodeNoHall)
	}
	tx := &Tx{s: s, Now: s.clock.Now()}
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	s.capture.pause()
	committed := false
	before, known, clock := s.writing(), s.known.clone(), s.hlc.Last()
	defer func() {
		if committed {
			return
		}
		_ = s.exec("ROLLBACK")
		if s.origin != before.origin {
			made := s.writing()
			s.unused = &made
		}
		s.restoreWriting(before)
		s.known, s.hlc = known, oplog.NewClock(clock)
	}()
	in, err := fn(tx)
	if err != nil {
		return err
	}
	again, err := s.judgeAgain(tx, in.cuts, in.again)
	if err != nil {
		return err
	}
	in.changes = append(in.changes, again...)
	if err := s.derive(tx, in.changes); err != nil {
		return err
	}
	if s.hlc.Last() != clock {
		if err := s.saveClock(tx); err != nil {
			return err
		}
	}
	if in.ownLost || in.twin {
		// Others hold what this folder wrote and does not have: it was put back, or
		// there are two of it. Or somebody else gives its numbers.
		if err := s.newOrigin(background, in.twin); err != nil {
			return err
		}
	}
	if err := s.exec("COMMIT"); err != nil {
		return err
	}
	committed = true
	if s.origin != before.origin {
		s.heads = map[oplog.Scope]logHead{} // it has written nothing yet
		_ = s.head.write(s.origin, s.commits)
	}
	if in.ownLost {
		if err := s.notePutBack(background); err != nil {
			return err
		}
	}
	for _, f := range tx.after {
		f()
	}
	s.publish("", in.changes)
	s.rep.w.wake(in.scopes)
	return nil
}

// writing is what changes when the store becomes another origin.
type writing struct {
	logID, keyName string
	origin         oplog.Origin
	key            ed25519.PrivateKey
	machine        int
	cert           []byte
	certificate    oplog.Certificate
	commits        int64
}

func (s *Store) writing() writing {
	return writing{s.logID, s.keyName, s.origin, s.key, s.machine, s.cert, s.certificate, s.commits}
}

func (s *Store) restoreWriting(w writing) {
	s.logID, s.keyName, s.origin, s.key, s.machine = w.logID, w.keyName, w.origin, w.key, w.machine
	s.cert, s.certificate, s.commits = w.cert, w.certificate, w.commits
}

// judgeAgain looks at the entries that cuts may concern, in every scope, and at those of
// other origins, and makes the rows again that those touch whose verdict is another now.
func (s *Store) judgeAgain(tx *Tx, cuts []oplog.Cut, others []chainKey) ([]*rowChange, error) {
	chains, err := s.concerned(tx, cuts)
	if err != nil {
		return nil, err
	}
	touched := map[[2]string]bool{}
	var order [][2]string
	for _, k := range append(chains, others...) {
		cert, err := s.certificateFor(tx, k.scope, k.origin, nil)
		if err != nil {
			return nil, err
		}
		turned, err := s.judgeOrigin(tx, k.scope, k.origin, cert)
		if err != nil {
			return nil, err
		}
		for _, e := range turned {
			for _, c := range e.Changes {
				_, name := s.tableOf(e.Scope, c.Table)
				if k := [2]string{name, c.Row}; !c.Erased && !touched[k] {
					touched[k] = true
					order = append(order, k)
				}
			}
		}
	}
	var changes []*rowChange
	for _, k := range order {
		r, err := s.rebuildRow(tx, k[0], k[1])
		if err != nil {
			return nil, err
		}
		if r != nil {
			changes = append(changes, r)
		}
	}
	return changes, nil
}

// concerned are the origins about which cuts say something, they or those before them.
// A cut in one scope says something about the others as well: see [oplog.Cuts.Judge].
func (s *Store) concerned(tx *Tx, cuts []oplog.Cut) (chains []chainKey, err error) {
	if len(cuts) == 0 {
		return nil, nil
	}
	about := map[oplog.Origin]bool{}
	for _, c := range cuts {
		about[c.Origin] = true
	}
	for _, scope := range slices.Sorted(maps.Keys(s.known.vector)) {
		for _, origin := range s.origins(scope) {
			cert, err := s.certificateFor(tx, scope, origin, nil)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(cert.Line(), func(o oplog.Origin) bool { return about[o] }) {
				chains = append(chains, chainKey{scope, origin})
			}
		}
	}
	return chains, nil
}

// origins are those that have written in a scope.
func (s *Store) origins(scope oplog.Scope) (list []oplog.Origin) {
	if heads := s.known.vector[scope]; heads != nil {
		for _, h := range heads.List() {
			if n := len(list); n == 0 || list[n-1] != h.Origin {
				list = append(list, h.Origin)
			}
		}
	}
	return list
}

// judgeOrigin judges all entries of an origin again, and answers those that are
// judged otherwise now.
func (s *Store) judgeOrigin(tx *Tx, scope oplog.Scope, origin oplog.Origin, cert oplog.Certificate) ([]oplog.Entry, error) {
	rows, err := tx.Query(`SELECT seq, verdict, body FROM entry WHERE scope = ? AND origin = ? ORDER BY n, seq`, string(scope), origin.String())
	if err != nil {
		return nil, err
	}
	type stored struct {
		seq     int64
		verdict oplog.Verdict
		entry   oplog.Entry
	}
	list, err := collect(rows, func(sc scanner) (st stored, err error) {
		var body []byte
		if err = sc.Scan(&st.seq, &st.verdict, &body); err == nil {
			st.entry, err = oplog.Decode(body)
		}
		return st, err
	})
	if err != nil {
		return nil, err
	}
	links := make([]oplog.Link, len(list))
	for i, st := range list {
		links[i] = st.entry.Link()
	}
	vouched := s.known.cuts.Vouched(scope, origin, links)
	var turned []oplog.Entry
	for _, st := range list {
		verdict := s.known.cuts.Judge(st.entry, cert, vouched)
		if verdict == st.verdict {
			continue
		}
		if _, err := tx.Exec(`UPDATE entry SET verdict = ? WHERE seq = ?`, int64(verdict), st.seq); err != nil {
			return nil, err
		}
		turned = append(turned, st.entry)
	}
	return turned, nil
}

// rebuildRow makes one row again from the entries that touch it and count. The answer
// is nil for a table that is not known here, and for a row that was not there and is not.
func (s *Store) rebuildRow(tx *Tx, table, id string) (*rowChange, error) {
	in := s.capture.tables[table]
	var old []any
	if in != nil {
		var err error
		if old, err = readRow(tx, in, id); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(`DELETE FROM `+quote(table)+` WHERE id = ?`, id); err != nil {
			return nil, err
		}
	}
	for _, local := range []string{"register", "conflict"} {
		if _, err := tx.Exec(`DELETE FROM `+local+` WHERE tbl = ? AND row = ?`, table, id); err != nil {
			return nil, err
		}
	}
	rows, err := tx.Query(`SELECT n.body, t.idx FROM touch t JOIN entry n ON n.seq = t.seq WHERE t.tbl = ? AND t.row = ? AND n.verdict = 0 ORDER BY t.seq`, table, id)
	if err != nil {
		return nil, err
	}
	type place struct {
		body []byte
		idx  int
	}
	places, err := collect(rows, func(sc scanner) (p place, err error) { err = sc.Scan(&p.body, &p.idx); return p, err })
	if err != nil {
		return nil, err
	}
	var last *rowChange
	for _, p := range places {
		e, err := oplog.Decode(p.body)
		if err != nil || p.idx >= len(e.Changes) {
			return nil, app.Fail(app.CodeDamaged)
		}
		r, err := s.applyTo(tx, e, e.Changes[p.idx])
		if err != nil {
			return nil, err
		}
		if r != nil {
			last = r
		}
	}
	switch {
	case in == nil || old == nil && last == nil:
		return nil, nil
	case last == nil:
		return &rowChange{in: in, old: old}, nil
	}
	return &rowChange{in: in, old: old, new: last.new}, nil
}
