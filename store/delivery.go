package store

import (
	"context"
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
	s    *Store
	kind app.PeerKind
}

// Witness answers one for peers of that kind.
func (s *Store) Witness(kind app.PeerKind) Witness { return Witness{s, kind} }

// Holds says that a peer's log holds these entries of the scope and all behind them.
func (w Witness) Holds(log string, scope oplog.Scope, heads []oplog.Head) {
	d := &w.s.delivery
	d.mu.Lock()
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
	var rows []row
	if s.delivery.dirty {
		for log, one := range s.delivery.logs {
			for scope, heads := range one.heads {
				rows = append(rows, row{log, string(scope), one.kind, heads.Encode(), millis(one.at)})
			}
		}
	}
	s.delivery.dirty = false
	s.delivery.mu.Unlock()
	if len(rows) == 0 {
		return nil
	}
	return s.Write(ctx, Action{Verb: "delivery.note"}, func(tx *Tx) error {
		for _, r := range rows {
			if _, err := tx.Exec(`INSERT OR REPLACE INTO delivery(log, scope, kind, heads, at) VALUES (?,?,?,?,?)`, r.log, r.scope, string(r.kind), r.heads, r.at); err != nil {
				return err
			}
		}
		return nil
	})
}

// loadDelivery reads what was written down.
func (s *Store) loadDelivery(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT log, scope, kind, heads, at FROM delivery`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	s.delivery.logs = map[string]*delivered{}
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
	return rows.Err()
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
	newest := map[chainKey]written{}
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
			k := chainKey{w.scope, w.head.Origin}
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

// Waiting counts the entries of this machine that no other one is known to have.
func (s *Store) Waiting() int { return s.waiting() }

// Quarantined counts the entries that do not count, here and for everybody.
func (s *Store) Quarantined(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM entry WHERE verdict <> 0`).Scan(&n)
	return n, translate("store: status", err)
}

// waiting counts what this machine wrote and no log of those kinds has yet; none
// means any peer.
func (s *Store) waiting(kinds ...app.PeerKind) int {
	s.mu.Lock()
	own := make(map[oplog.Scope]logHead, len(s.heads))
	for scope, h := range s.heads {
		own[scope] = h
	}
	origin := s.origin
	s.mu.Unlock()
	n := int64(0)
	for scope, h := range own {
		most := int64(0)
		for kind, holds := range s.holders(scope) {
			if len(kinds) > 0 && kind != kinds[0] {
				continue
			}
			for _, heads := range holds {
				for _, held := range heads {
					if held.Origin == origin {
						most = max(most, held.N)
					}
				}
			}
		}
		n += max(h.n-most, 0)
	}
	return int(n)
}
