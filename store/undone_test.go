package store

import (
	"context"
	"testing"

	"linli/app"
	"linli/internal/replicatest"
	"linli/sync/exchange"
	"linli/sync/oplog"

	"modernc.org/sqlite"
)

// hallOf is the hall of a machine, for machines whose entries a test makes itself.
func hallOf(d *desk) replicatest.Hall {
	return replicatest.Hall{ID: d.hall, Authority: d.ring.Authority(), Table: func(part string) (string, [3]string) {
		if part == oplog.Desk {
			return "resident", [3]string{"occupation", "sex", "grid"}
		}
		return "notice", [3]string{"title", "body", "category"}
	}}
}

// accept hands in entries and wants no fault in them.
func (d *desk) accept(tb testing.TB, part string, items ...oplog.Item) exchange.Receipt {
	tb.Helper()
	r, err := d.Replica().Accept(context.Background(), oplog.Batch{Scope: oplog.HallScope(d.hall, part), Items: items})
	must(tb, err)
	must(tb, r.Fault)
	return r
}

// uncommitted has every commit fail while f runs, as a full disk does.
func (d *desk) uncommitted(tb testing.TB, f func()) {
	tb.Helper()
	hook := func(fn sqlite.CommitHookFn) {
		must(tb, d.conn.Raw(func(dc any) error { dc.(sqlite.HookRegisterer).RegisterCommitHook(fn); return nil }))
	}
	hook(func() int32 { return 1 })
	defer hook(nil)
	f()
}

// unread has every question to a table fail while f runs.
func (d *desk) unread(tb testing.TB, table string, f func()) {
	tb.Helper()
	hook := func(fn sqlite.AuthorizerFn) {
		must(tb, d.conn.Raw(func(dc any) error { return dc.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(fn) }))
	}
	hook(func(action sqlite.AuthorizerActionCode, of, _, _, _ string) sqlite.AuthorizerReturnCode {
		if action == sqlite.AuthRead && of == table {
			return sqlite.AuthorizerDeny
		}
		return sqlite.AuthorizerOK
	})
	defer hook(nil)
	f()
}

// What the machine tells others that it holds is what is on its disk, also when the disk
// can neither be written nor read.
func TestAFailedTransactionLeavesNothingInMemory(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	_, err := d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例甲"})
	must(t, err)
	h := hallOf(d)
	m, boss := h.Machine(t, "m", nil), h.Machine(t, "boss", nil)
	twin := m.Clone()
	work, other := m.Run(oplog.Desk, 2), twin.Run(oplog.Desk, 1)
	d.accept(t, oplog.Desk, other...)
	cut := boss.Sign(boss.Write(oplog.Public, m.Cut(oplog.Desk, 1)))
	fails := func(part string, items ...oplog.Item) {
		t.Helper()
		before := d.vectors(t)
		if _, err := d.Replica().Accept(ctx, oplog.Batch{Scope: oplog.HallScope(d.hall, part), Items: items}); err == nil {
			t.Error("it did not fail")
		}
		if d.vectors(t) != before {
			t.Error("it says that it holds what it does not")
		}
	}
	for _, table := range []string{"nothing", "fork", "touch"} {
		d.uncommitted(t, func() {
			d.unread(t, table, func() {
				fails(oplog.Desk, work...)
				fails(oplog.Public, cut)
			})
		})
		if d.Revoked(m.Cert) {
			t.Errorf("%s: a statement that is not in the log is heeded", table)
		}
	}
	_, err = d.Registry.Save(ctx, d.by, app.Form{}, map[string]string{"name": "样例乙"})
	must(t, err)
	if got := d.value(t, `SELECT count(*) FROM entry WHERE origin = ? AND n = 1 AND scope LIKE '%/desk'`, d.origin.String()); got != int64(1) {
		t.Errorf("the machine began %v lines", got)
	}
	d.accept(t, oplog.Desk, work...)
	if r := d.accept(t, oplog.Public, cut); r.Fresh != 1 || !d.Revoked(m.Cert) {
		t.Errorf("the statement came to nothing: %+v", r)
	}
	// A cut that this machine makes and cannot write down is none.
	d.uncommitted(t, func() {
		if err := d.Revoke(ctx, d.by, boss.Cert.Origin); err == nil {
			t.Error("it did not fail")
		}
	})
	if d.Revoked(boss.Cert) || !d.Revoked(m.Cert) {
		t.Error("a cut that failed is heeded, or one that holds is not")
	}
	r, err := d.Verify(ctx)
	must(t, err)
	if !r.OK {
		t.Errorf("verify: %v", r.Problems)
	}
}

// vectors sums up what the machine says that it holds.
func (d *desk) vectors(tb testing.TB) (all string) {
	tb.Helper()
	for _, scope := range d.scopes() {
		h, err := d.Replica().Heads(context.Background(), scope)
		must(tb, err)
		all += h.Digest().String()
	}
	return all
}

// A machine may hand in what it may not write: that is void, and no damage to the log.
func TestWhatMayNotBeWrittenIsNoDamage(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	board := hallOf(d).Machine(t, "board", func(c *oplog.Certificate) { c.Role, c.Scopes = RoleBoard, nil })
	if r := d.accept(t, oplog.Public, board.Run(oplog.Public, 2)...); r.Void != 2 {
		t.Fatalf("%+v", r)
	}
	r, err := d.Verify(ctx)
	must(t, err)
	if !r.OK {
		t.Errorf("verify: %v", r.Problems)
	}
	must(t, d.Rebuild(ctx))
}
