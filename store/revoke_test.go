package store

import (
	"context"
	"crypto/ed25519"
	"testing"

	"linli/app"
	"linli/sync/oplog"
)

// Who takes a machine out takes all that it ever was: the thief has its older keys too.
func TestAMachineIsTakenOutWithAllItsKeys(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	m := d.joins(t)
	was := m.certificate
	m.mu.Lock()
	must(t, m.newOrigin(ctx, false))
	must(t, m.loadLog(ctx))
	m.mu.Unlock()
	m.ticket(t)
	meet(t, d, m)
	must(t, d.Revoke(ctx, d.by, m.origin))
	if !d.Revoked(m.certificate) || !d.Revoked(was) {
		t.Error("it comes in with a key that it had")
	}
	if err := d.Replicas.RevokeDevice(ctx, d.by, d.origin.String()); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("a machine takes itself out: %v", err)
	}
	if err := d.Replicas.RevokeDevice(ctx, d.by, oplog.Origin{1, 2, 3}.String()); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("a machine that nobody knows is taken out: %v", err)
	}
}

// A machine that was admitted and has not said a word holds the hall's keys all the same.
func TestAMachineIsOnTheListFromItsAdmission(t *testing.T) {
	ctx := context.Background()
	d := twoDesks(t)[0]
	asked, err := NewApplication()
	must(t, err)
	in, err := d.Admit(ctx, d.by, asked.Key.Public().(ed25519.PublicKey), "样例新机", RoleDesk, asked.Wrap.PublicKey())
	must(t, err)
	c, err := oplog.DecodeCertificate(in.Certificate)
	must(t, err)
	must(t, d.Replicas.RevokeDevice(ctx, d.by, c.Origin.String()))
	list, err := d.Replicas.Devices(ctx)
	must(t, err)
	if len(list) != 2 || list[1].ID != c.Origin.String() || list[1].Name != "样例新机" || !list[1].Revoked || !d.Revoked(c) {
		t.Errorf("%+v", list)
	}
	// One that does speak says the same of itself.
	m := d.joins(t)
	if n := d.value(t, `SELECT count(*) FROM conflict`); n != int64(0) || m.listed(t) != 1 {
		t.Errorf("%v conflicts", n)
	}
}
