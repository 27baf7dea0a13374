package store

import (
	"context"
	"crypto/ed25519"
	"maps"
	"sync"
	"time"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// delivery is what peers have said that their logs hold. It is kept in memory and
// written down now and then: after a power cut a record looks less far than it is,
// until the next exchange.
type delivery struct {
	mu    sync.Mutex
	logs  map[string]*delivered
	at    map[string]string // the log that was met last, by the peer's address
	gone  []string          // logs that are no more, and still written down
	dirty bool
	saved time.Time
}

// delivered is what one log holds.
type delivered struct {
	kind  app.PeerKind
	at    time.Time
	heads map[oplog.Scope]*oplog.Heads
}

// saveEvery is how often what peers hold is written down, at most.
const saveEvery = 5 * time.Second

// Witness is told by exchanges with peers of one kind what those hold, and what they
// would not take. It satisfies the agent's interface of that name.
type Witness struct {
	s       *Store
	kind    app.PeerKind
	address string
}

// Witness answers one for the peer of that kind at an address; empty for whoever it may be.
func (s *Store) Witness(kind app.PeerKind, address string) Witness { return Witness{s, kind, address} }

// Holds says that a peer's log holds these entries of the scope and all behind them. Where
// another log was met before, the peer has lost that one: what it held counts no more.
func (w Witness) Holds(log string, scope oplog.Scope, heads []oplog.Head) {
	d := &w.s.delivery
	d.mu.Lock()
	d.meet(w.address, log)
	one := d.logs[log]
	if one == nil {
		one = &delivered{heads: map[oplog.Scope]*oplog.Heads{}}
		d.logs[log] = one
	}
	held := &oplog.Heads{}
	for _, h := range heads {
		held.Put(h)
	}
	one.kind, one.at, one.heads[scope], d.dirty = w.kind, w.s.clock.Now(), held, true
	due := time.Since(d.saved) > saveEvery
	if due {
		d.saved = time.Now()
	}
	d.mu.Unlock()
	if due {
		_ = w.s.saveDelivery(background)
	}
	w.s.bus.Publish(app.Changed{Table: "replication"})
}

// meet notes which log is at an address.
func (d *delivery) meet(address, log string) {
	was := d.at[address]
	if address == "" || was == log {
		return
	}
	d.at[address] = log
	for _, other := range d.at {
		if other == was {
			return // another way leads to it
		}
	}
	d.forget(was)
}

// forget forgets what a log held.
func (d *delivery) forget(log string) {
	if d.logs[log] != nil {
		delete(d.logs, log)
		d.gone, d.dirty = append(d.gone, log), true
	}
}

// ForgetLog forgets what a log was known to hold: it is no more.
func (s *Store) ForgetLog(log string) {
	s.delivery.mu.Lock()
	defer s.delivery.mu.Unlock()
	s.delivery.forget(log)
}

// Refused says that a batch was not taken, here or at the peer. A person has to look:
// either a disk is damaged, or somebody is not who they say.
func (w Witness) Refused(scope oplog.Scope, fault string, sent bool) {
	subject := "received " + scope.Part()
	if sent {
		subject = "sent " + scope.Part()
	}
	_ = w.s.note(background, app.AttendRefused, subject, fault)
}

// saveDelivery writes down what peers hold.
func (s *Store) saveDelivery(ctx context.Context) error {
	type row struct {
		log, scope string
		kind       app.PeerKind
		heads      []byte
		at         int64
	}
	s.delivery.mu.Lock()
	if !s.delivery.dirty {
		s.delivery.mu.Unlock()
		return nil
	}
	var rows []row
	for log, one := range s.delivery.logs {
		for scope, heads := range one.heads {
			rows = append(rows, row{log, string(scope), one.kind, heads.Encode(), millis(one.at)})
		}
	}
	at, gone := maps.Clone(s.delivery.at), s.delivery.gone
	s.delivery.gone, s.delivery.dirty = nil, false
	s.delivery.mu.Unlock()
	err := s.Write(ctx, Action{Verb: "delivery.note"}, func(tx *Tx) error {
		for _, log := range gone {
			for _, table := range []string{"delivery", "blob_held"} {
				if _, err := tx.Exec(`DELETE FROM `+table+` WHERE log = ?`, log); err != nil {
					return err
				}
			}
		}
		for address, log := range at {
			if _, err := tx.Exec(`INSERT INTO setting(key, value) VALUES (?1,?2) ON CONFLICT(key) DO UPDATE SET value = ?2 WHERE value <> ?2`, settingLog+address, log); err != nil {
				return err
			}
		}
		for _, r := range rows {
			if _, err := tx.Exec(`INSERT OR REPLACE INTO delivery(log, scope, kind, heads, at) VALUES (?,?,?,?,?)`, r.log, r.scope, string(r.kind), r.heads, r.at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.delivery.mu.Lock()
		defer s.delivery.mu.Unlock()
		s.delivery.gone, s.delivery.dirty = append(gone, s.delivery.gone...), true
	}
	return err
}

// settingLog begins the settings that say which log was met last at an address.
const settingLog = "log at "

// loadDelivery reads what was written down.
func (s *Store) loadDelivery(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT log, scope, kind, heads, at FROM delivery`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	s.delivery.logs, s.delivery.at = map[string]*delivered{}, map[string]string{}
	for rows.Next() {
		var log, scope, kind string
		var body []byte
		var at int64
		if err := rows.Scan(&log, &scope, &kind, &body, &at); err != nil {
			return err
		}
		heads, err := oplog.DecodeHeads(body)
		if err != nil {
			continue // the next exchange says it again
		}
		one := s.delivery.logs[log]
		if one == nil {
			one = &delivered{kind: app.PeerKind(kind), heads: map[oplog.Scope]*oplog.Heads{}}
			s.delivery.logs[log] = one
		}
		one.heads[oplog.Scope(scope)] = heads
		one.at = fromMillis(at)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	settings, err := s.conn.QueryContext(ctx, `SELECT substr(key, ?), value FROM setting WHERE key >= ? AND key < ?`, len(settingLog)+1, settingLog, settingLog[:len(settingLog)-1]+"!")
	if err != nil {
		return err
	}
	met, err := collect(settings, func(sc scanner) (m [2]string, err error) { err = sc.Scan(&m[0], &m[1]); return m, err })
	for _, m := range met {
		s.delivery.at[m[0]] = m[1]
	}
	return err
}

// Reach implements app.ReplicationPort: how far the least far of the record's entries
// has come, one for each machine that wrote any.
func (p replication) Reach(ctx context.Context, table, row string) (app.Reach, error) {
	const op = "replication.reach"
	ids, err := p.recordIDs(ctx, row)
	if err != nil {
		return "", translate(op, err)
	}
	type written struct {
		scope oplog.Scope
		head  oplog.Head
		void  bool
	}
	type branch struct {
		chainKey
		hash oplog.Hash // of the entry, where the origin has several branches
	}
	newest := map[branch]written{}
	for _, id := range ids {
		rows, err := p.read.QueryContext(ctx, `SELECT n.scope, n.origin, n.n, n.hash, n.verdict FROM touch t JOIN entry n ON n.seq = t.seq WHERE t.row = ? AND t.tbl IN (?,?)`, id, table, table+"_event")
		if err != nil {
			return "", translate(op, err)
		}
		list, err := collect(rows, func(sc scanner) (w written, err error) {
			var scope, origin string
			var hash []byte
			var verdict int64
			if err = sc.Scan(&scope, &origin, &w.head.N, &hash, &verdict); err != nil {
				return w, err
			}
			w.scope, w.void = oplog.Scope(scope), verdict != 0
			copy(w.head.Hash[:], hash)
			w.head.Origin, err = oplog.ParseOrigin(origin)
			return w, err
		})
		if err != nil {
			return "", translate(op, err)
		}
		for _, w := range list {
			k := branch{chainKey: chainKey{w.scope, w.head.Origin}}
			if p.forked(k.chainKey) {
				k.hash = w.head.Hash
			}
			if had, ok := newest[k]; !ok || w.head.N > had.head.N {
				newest[k] = w
			}
		}
	}
	if len(newest) == 0 {
		return "", app.Fail(app.CodeNotFound)
	}
	reach := app.ReachCentre
	for _, w := range newest {
		if w.void {
			return app.ReachVoid, nil
		}
		r, err := p.reachOf(ctx, w.scope, w.head)
		if err != nil {
			return "", translate(op, err)
		}
		if r == app.ReachHere || r == app.ReachHall && reach == app.ReachCentre {
			reach = r
		}
	}
	return reach, nil
}

// reachOf answers where an entry is known to be.
func (s *Store) reachOf(ctx context.Context, scope oplog.Scope, head oplog.Head) (app.Reach, error) {
	reach := app.ReachHere
	for kind, holds := range s.holders(scope) {
		for _, heads := range holds {
			cover, err := exchange.CoverOf(ctx, s.rep, scope, heads)
			if err != nil {
				return reach, err
			}
			if !cover.Has(head) {
				continue
			}
			if kind == app.PeerHub {
				return app.ReachCentre, nil
			}
			reach = app.ReachHall
		}
	}
	return reach, nil
}

// holders are the heads that each peer's log holds of a scope.
func (s *Store) holders(scope oplog.Scope) map[app.PeerKind][][]oplog.Head {
	s.delivery.mu.Lock()
	defer s.delivery.mu.Unlock()
	out := map[app.PeerKind][][]oplog.Head{}
	for _, one := range s.delivery.logs {
		if heads := one.heads[scope]; heads != nil {
			out[one.kind] = append(out[one.kind], heads.List())
		}
	}
	return out
}

// forked tells whether an origin's entries form several branches.
func (s *Store) forked(k chainKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known.forks[k]
}

// Waiting counts the entries of this machine that no other one is known to have.
func (s *Store) Waiting() int { return s.waiting(func(string) bool { return true }) }

// Quarantined counts the entries that do not count, here and for everybody.
func (s *Store) Quarantined(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM entry WHERE verdict <> 0`).Scan(&n)
	return n, translate("store: status", err)
}

// waitingAt counts the entries of this machine that the peer at an address is not known
// to have.
func (s *Store) waitingAt(address string) int {
	s.delivery.mu.Lock()
	at, met := s.delivery.at[address]
	s.delivery.mu.Unlock()
	return s.waiting(func(log string) bool { return met && log == at })
}

// waiting counts what this machine wrote, as whoever it was then, and none of those logs
// has yet.
func (s *Store) waiting(among func(log string) bool) int {
	s.mu.Lock()
	own := map[chainKey]int64{} // the number of the last entry
	for _, key := range s.ring.Origins() {
		origin := oplog.OriginOf(key.Public().(ed25519.PublicKey))
		for scope, heads := range s.known.vector {
			for _, h := range heads.Of(origin) {
				own[chainKey{scope, origin}] = h.N
			}
		}
	}
	s.mu.Unlock()
	s.delivery.mu.Lock()
	defer s.delivery.mu.Unlock()
	n := int64(0)
	for k, last := range own {
		most := int64(0)
		for log, one := range s.delivery.logs {
			if heads := one.heads[k.scope]; heads != nil && among(log) {
				for _, held := range heads.Of(k.origin) {
					most = max(most, held.N)
				}
			}
		}
		n += max(last-most, 0)
	}
	return int(n)
}
