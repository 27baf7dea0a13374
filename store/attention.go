package store

import (
	"context"
	"slices"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/app/queue"
)

// note puts something on the list of what needs a person. The same again is not
// listed twice; what happens again after somebody has seen to it is news.
func (s *Store) note(ctx context.Context, kind app.AttentionKind, subject, detail string) error {
	err := s.Write(ctx, Action{Verb: "attention.note"}, func(tx *Tx) error {
		if _, err := tx.Exec(`DELETE FROM settled WHERE kind = ? AND subject = ?`, string(kind), subject); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO attention(kind, subject, detail, at) VALUES (?,?,?,?) ON CONFLICT(kind, subject) DO UPDATE SET detail = excluded.detail`,
			string(kind), subject, detail, tx.Now.UnixMilli())
		return err
	})
	s.bus.Publish(app.Changed{Table: "replication"})
	return err
}

// NoteDiffers says that another machine has the same log and other rows: after both
// have been made again, a person has to know.
func (s *Store) NoteDiffers(ctx context.Context, part, peer string) error {
	return s.note(ctx, app.AttendDiffers, part, peer)
}

// NoteClock says by how much this machine's clock is off; 0 takes it off the list.
func (s *Store) NoteClock(ctx context.Context, off time.Duration) error {
	if off == 0 {
		return s.Write(ctx, Action{Verb: "attention.note"}, func(tx *Tx) error {
			_, err := tx.Exec(`DELETE FROM attention WHERE kind = ?`, string(app.AttendClock))
			return err
		})
	}
	return s.note(ctx, app.AttendClock, "clock", off.Round(time.Minute).String())
}

// Attention implements app.ReplicationPort: what was noted, and what is found by
// looking.
func (p replication) Attention(ctx context.Context, by app.Actor) ([]app.Attention, error) {
	const op = "attention.list"
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	rows, err := p.read.QueryContext(ctx, `SELECT kind, subject, detail, at FROM attention ORDER BY at DESC`)
	if err != nil {
		return nil, translate(op, err)
	}
	out, err := collect(rows, func(sc scanner) (a app.Attention, err error) {
		var at int64
		err = sc.Scan(&a.Kind, &a.Subject, &a.Detail, &at)
		a.At = fromMillis(at)
		return a, err
	})
	if err != nil {
		return nil, translate(op, err)
	}
	p.mu.Lock()
	revoked, machine := p.known.cuts.Cut(p.certificate.Line()), p.machine
	p.mu.Unlock()
	if revoked {
		out = append(out, app.Attention{Kind: app.AttendRevoked, Subject: "this"})
	}
	if machine < 1 && p.role != RoleBoard && p.role != RoleSupervisor {
		out = append(out, app.Attention{Kind: app.AttendNumbers, Subject: "this"})
	}
	h, err := (upkeep{p.Store}).Health(ctx)
	if err != nil {
		return nil, translate(op, err)
	}
	if !h.PutBack.IsZero() {
		out = append(out, app.Attention{Kind: app.AttendPutBack, Subject: h.PutBack.UTC().Format(time.RFC3339), At: h.PutBack})
	}
	conflicts, err := p.conflicts(ctx, by)
	if err != nil {
		return nil, translate(op, err)
	}
	for _, c := range conflicts {
		a := app.Attention{Kind: app.AttendConflict, Subject: c.ID, Detail: c.Record, Table: c.Table, Row: c.Row}
		for _, v := range c.Values {
			if v.At.After(a.At) {
				a.At = v.At
			}
		}
		out = append(out, a)
	}
	twice, err := p.duplicates(ctx)
	if err != nil {
		return nil, translate(op, err)
	}
	out = append(out, twice...)
	voided, err := p.Voided(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, v := range voided {
		out = append(out, app.Attention{Kind: app.AttendVoided, Subject: v.Kind + " " + v.Row + " " + v.Step, Detail: v.Name, At: v.At, Table: v.Kind, Row: v.Row})
	}
	return p.unsettled(ctx, out)
}

// unsettled leaves out what a person has seen to.
func (p replication) unsettled(ctx context.Context, list []app.Attention) ([]app.Attention, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT kind || ' ' || subject FROM settled`)
	if err != nil {
		return nil, translate("attention.list", err)
	}
	keys, err := collect(rows, func(sc scanner) (k string, err error) { err = sc.Scan(&k); return k, err })
	if err != nil {
		return nil, translate("attention.list", err)
	}
	done := map[string]bool{}
	for _, k := range keys {
		done[k] = true
	}
	out := list[:0]
	for _, a := range list {
		if !done[string(a.Kind)+" "+a.Subject] {
			out = append(out, a)
		}
	}
	return out, nil
}

// Settle implements app.ReplicationPort.
func (p replication) Settle(ctx context.Context, by app.Actor, kind app.AttentionKind, subject string) error {
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	if kind == app.AttendConflict {
		return app.Fail(app.CodeForbidden, string(kind)) // a person decides it, or it stays
	}
	return p.Write(ctx, Action{Verb: "attention.settle"}, func(tx *Tx) error {
		if _, err := tx.Exec(`DELETE FROM attention WHERE kind = ? AND subject = ?`, string(kind), subject); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT OR REPLACE INTO settled(kind, subject, at) VALUES (?,?,?)`, string(kind), subject, tx.Now.UnixMilli())
		return err
	})
}

// duplicates are residents who have an ID number in common: what two desks added
// apart, which the check at the time of writing could not see.
func (p replication) duplicates(ctx context.Context) ([]app.Attention, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT min(b.row), max(b.row) FROM blind b JOIN resident r ON r.id = b.row AND r.deleted = 0
		WHERE b.kind = 'resident.id_number' GROUP BY b.digest HAVING count(*) > 1`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (a app.Attention, err error) {
		a.Kind, a.Table = app.AttendDuplicate, "resident"
		err = sc.Scan(&a.Subject, &a.Row)
		a.Subject, a.Row = a.Subject+" "+a.Row, a.Subject
		return a, err
	})
}

// Voided implements app.ReplicationPort: steps that another step excluded, found
// by folding again those processes that have any, the newest first.
func (p replication) Voided(ctx context.Context, by app.Actor) ([]app.VoidedStep, error) {
	const op = "voided.list"
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	var out []app.VoidedStep
	rows, err := p.read.QueryContext(ctx, `SELECT t.id, coalesce(t.number, ''), coalesce(t.day, ''), coalesce(t.business, ''), coalesce(t.lane, ''), coalesce(t.at, 0)
		FROM ticket_state s JOIN ticket t ON t.id = s.ticket WHERE s.voided > 0 ORDER BY s.day DESC LIMIT 100`)
	if err != nil {
		return nil, translate(op, err)
	}
	tickets, err := collect(rows, func(sc scanner) (app.Ticket, error) { return scanTicket(sc) })
	if err != nil {
		return nil, translate(op, err)
	}
	for _, t := range tickets {
		events, err := ticketEvents(p.reader(ctx), t.ID)
		if err != nil {
			return nil, translate(op, err)
		}
		_, voided := queue.Fold(t, events)
		for _, ev := range events {
			if slices.Contains(voided, ev.ID) {
				out = append(out, app.VoidedStep{Kind: "ticket", Row: t.ID, Name: t.Number, Step: string(ev.Step), By: p.staffName(ctx, ev.By), At: ev.At, Reason: voidExclusive})
			}
		}
	}
	rows, err = p.read.QueryContext(ctx, `SELECT c.id, coalesce(c.receipt, '') FROM case_state s JOIN "case" c ON c.id = s."case" WHERE s.voided > 0 ORDER BY s.changed_at DESC LIMIT 100`)
	if err != nil {
		return nil, translate(op, err)
	}
	cases, err := collect(rows, func(sc scanner) (c app.Case, err error) { err = sc.Scan(&c.ID, &c.Receipt); return c, err })
	if err != nil {
		return nil, translate(op, err)
	}
	for _, c := range cases {
		events, err := caseEvents(p.reader(ctx), c.ID)
		if err != nil {
			return nil, translate(op, err)
		}
		_, folded := casework.Fold(c, events)
		for _, ev := range folded {
			if ev.Void {
				out = append(out, app.VoidedStep{Kind: "case", Row: c.ID, Name: c.Receipt, Step: string(ev.Step), By: p.staffName(ctx, ev.By), At: ev.At, Reason: voidExclusive})
			}
		}
	}
	for _, more := range []func(context.Context) ([]app.VoidedStep, error){p.voidedSlots, p.voidedAppointments} {
		list, err := more(ctx)
		if err != nil {
			return nil, translate(op, err)
		}
		out = append(out, list...)
	}
	return out, nil
}

// voidExclusive is why a step did not count: another one came first.
const voidExclusive = "exclusive"

// State implements app.ReplicationPort.
func (p replication) State(ctx context.Context) (app.SyncState, error) {
	var st app.SyncState
	p.peersMu.Lock()
	peers := p.peers
	p.peersMu.Unlock()
	if peers != nil {
		st.Peers = peers()
	}
	live := false
	for i := range st.Peers {
		live = live || st.Peers[i].Live
		st.Peers[i].Waiting = p.waitingAt(st.Peers[i].Address)
		if off := st.Peers[i].Ahead; off > clockTolerance || off < -clockTolerance {
			st.ClockWrong = -off
		}
	}
	st.Alone = len(st.Peers) > 0 && !live
	if len(st.Peers) > 0 || p.hears() {
		st.Waiting = p.Waiting()
	}
	list, err := p.Attention(ctx, app.ConsoleActor())
	if err != nil {
		return st, err
	}
	st.Attention = len(list)
	for _, a := range list {
		if a.Kind == app.AttendConflict {
			st.Conflicts++
		}
	}
	return st, nil
}

// clockTolerance is how far a clock may be off its peers' before people are told.
const clockTolerance = 5 * time.Minute

// WatchPeers says where the present state of the exchanges can be asked. nil ends it.
func (s *Store) WatchPeers(peers func() []app.Peer) {
	s.peersMu.Lock()
	defer s.peersMu.Unlock()
	s.peers = peers
}

// Invite implements app.ReplicationPort. Codes are made by whoever serves the hall's
// network, see [Store.WatchInvites].
func (p replication) Invite(ctx context.Context, by app.Actor, role string) (app.Invitation, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return app.Invitation{}, err
	}
	p.peersMu.Lock()
	invite := p.invite
	p.peersMu.Unlock()
	if invite == nil || !p.ring.HasRoot() {
		return app.Invitation{}, app.Fail(app.CodeNoAuthority)
	}
	return invite(ctx, by, role)
}

// WatchInvites says who makes codes for new machines. nil: nobody.
func (s *Store) WatchInvites(invite func(ctx context.Context, by app.Actor, role string) (app.Invitation, error)) {
	s.peersMu.Lock()
	defer s.peersMu.Unlock()
	s.invite = invite
}
