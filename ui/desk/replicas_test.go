package desk_test

import (
	"context"
	"slices"
	"time"

	"linli/app"
)

// replicas is the other machines' port in memory: it answers what a test has put
// there, and does what a desk asks to that.
type replicas struct {
	f         *fake
	state     app.SyncState
	asked     int // how often the state was read
	reach     map[string]app.Reach
	conflicts []app.Conflict
	more      []app.Attention // beside the conflicts
	voided    []app.VoidedStep
	devices   []app.Device
	resolved  map[string]app.Conflict
	taken     []int
	invited   []string
	stale     bool // what was decided has changed since
}

// newReplicas is a hall of three machines and a centre, with one thing of each kind
// for people to see to.
func newReplicas(f *fake) *replicas {
	r := &replicas{f: f, reach: map[string]app.Reach{}, resolved: map[string]app.Conflict{}}
	at := func(min int) time.Time { return f.now.Add(-time.Duration(min) * time.Minute) }
	r.state = app.SyncState{Peers: []app.Peer{
		{Address: "hub.example:443", Kind: app.PeerHub, Name: "样例区中心", Met: at(0), Live: true},
		{Address: "192.0.2.12:7272", Kind: app.PeerLAN, Name: "二号窗口", Met: at(3), NextTry: f.now.Add(2 * time.Minute), Failed: app.CodeUnreachable, Waiting: 12},
	}}
	r.conflicts = []app.Conflict{
		{ID: "phone", Table: "resident", Row: "r0", Column: "phone", Title: "联系方式", Record: "张*例", Values: []app.ConflictValue{
			{Value: "138****0000", By: "钱样例", At: at(20), Where: "一号窗口"},
			{Value: "139****1111", By: "周样例", At: at(50), Where: "二号窗口"},
		}},
		{ID: "address", Table: "resident", Row: "r1", Column: "address", Title: "现住门(楼)详址", Record: "李*例", Values: []app.ConflictValue{
			{Value: "样例路 2 号院 2 号楼 3 单元 201 室", By: "钱样例", At: at(24 * 60), Where: "一号窗口"},
			{Value: "样例路 2 号院 2 号楼 3 单元 301 室", By: "孙样例", At: at(26 * 60), Where: "网格员电脑"},
			{Value: "", By: "console", At: at(48 * 60), Where: "二号窗口"},
		}},
	}
	r.more = []app.Attention{
		{Kind: app.AttendClock, Subject: "clock", Detail: "7m0s", At: at(9)},
		{Kind: app.AttendDuplicate, Subject: "r2 r5", Table: "resident", Row: "r2"},
		{Kind: app.AttendVoided, Subject: "ticket t0 call", Detail: "A1-005", At: at(31), Table: "ticket", Row: "t0"},
		{Kind: app.AttendVoided, Subject: "case c3 close", Detail: "261123010035", At: at(40), Table: "case", Row: "c3"},
		{Kind: app.AttendRefused, Subject: "sent desk", Detail: "signature", At: at(90)},
		{Kind: app.AttendPutBack, Subject: "2026-11-22", At: at(24 * 60)},
		{Kind: app.AttendDiffers, Subject: "desk", Detail: "二号窗口", At: at(100)},
		{Kind: app.AttendNumbers, Subject: "this"},
		{Kind: "of_a_newer_version", Subject: "x", At: at(5)},
	}
	r.voided = []app.VoidedStep{
		{Kind: "ticket", Row: "t0", Name: "A1-005", Step: "call", By: "孙样例", At: at(31), Reason: "exclusive"},
		{Kind: "case", Row: "c3", Name: "261123010035", Step: "close", By: "周样例", At: at(40), Reason: "exclusive"},
		{Kind: "visit", Row: "v1", Name: "A1-001", Step: "amend", By: "钱样例", At: at(300), Reason: "revoked"},
		{Kind: "slot", Row: "s1", Name: "11月24日 09:00", Step: "sell", By: "kiosk", At: at(2 * 24 * 60), Reason: "exclusive"},
		{Kind: "new", Row: "z", Name: "1", Step: "new", At: at(3 * 24 * 60), Reason: "new"},
	}
	r.devices = []app.Device{
		{ID: "o1", Name: "一号窗口", Role: "desk", Machines: []int{1, 2, 3, 4}, This: true, Last: at(0)},
		{ID: "o2", Name: "二号窗口", Role: "desk", Machines: []int{5, 6, 7, 8}, Last: at(3)},
		{ID: "o3", Name: "门口自助机", Role: "kiosk", Machines: []int{9, 10, 11, 12}, Last: at(12)},
		{ID: "o4", Name: "旧电脑", Role: "desk", Machines: []int{13, 15, 16}, Last: at(60 * 24 * 40), Revoked: true},
	}
	return r
}

// changed is what the store publishes when things stand otherwise.
func (r *replicas) changed() { r.f.bus.Publish(app.Changed{Table: "replication"}) }

func (r *replicas) State(context.Context) (app.SyncState, error) {
	r.asked++
	s := r.state
	s.Conflicts, s.Attention = len(r.conflicts), len(r.conflicts)+len(r.more)
	return s, nil
}

func (r *replicas) Reach(_ context.Context, table, row string) (app.Reach, error) {
	if reach, ok := r.reach[table+"/"+row]; ok {
		return reach, nil
	}
	return app.ReachHere, nil
}

func (r *replicas) Conflicts(_ context.Context, by app.Actor) ([]app.Conflict, error) {
	return slices.Clone(r.conflicts), by.Require(app.ActFind)
}

// Resolve takes a conflict off the list. Undone, it is another conflict of the same
// place, as in the store.
func (r *replicas) Resolve(_ context.Context, by app.Actor, id string, take int) error {
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	i := slices.IndexFunc(r.conflicts, func(c app.Conflict) bool { return c.ID == id })
	if i < 0 {
		return app.Fail(app.CodeStale)
	}
	r.resolved[id] = r.conflicts[i]
	r.taken = append(r.taken, take)
	r.conflicts = slices.Delete(slices.Clone(r.conflicts), i, i+1)
	r.f.bus.Publish(app.Changed{Table: "resident"})
	return nil
}

func (r *replicas) UndoResolve(_ context.Context, by app.Actor, id string) error {
	c, ok := r.resolved[id]
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	if !ok || r.stale {
		return app.Fail(app.CodeStale)
	}
	delete(r.resolved, id)
	c.ID += "-again"
	r.conflicts = append([]app.Conflict{c}, r.conflicts...)
	r.f.bus.Publish(app.Changed{Table: "resident"})
	return nil
}

func (r *replicas) Attention(_ context.Context, by app.Actor) ([]app.Attention, error) {
	out := slices.Clone(r.more)
	for _, c := range r.conflicts {
		out = append(out, app.Attention{Kind: app.AttendConflict, Subject: c.ID, Detail: c.Record, Table: c.Table, Row: c.Row, At: c.Values[0].At})
	}
	return out, by.Require(app.ActFind)
}

func (r *replicas) Settle(_ context.Context, by app.Actor, kind app.AttentionKind, subject string) error {
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	r.f.troubles = slices.DeleteFunc(slices.Clone(r.f.troubles), func(t app.KioskTrouble) bool { return kind == app.AttendKiosk && t.ID == subject })
	r.more = slices.DeleteFunc(slices.Clone(r.more), func(a app.Attention) bool { return a.Kind == kind && a.Subject == subject })
	return nil
}

func (r *replicas) Voided(_ context.Context, by app.Actor) ([]app.VoidedStep, error) {
	return slices.Clone(r.voided), by.Require(app.ActFind)
}

func (r *replicas) Devices(context.Context) ([]app.Device, error) {
	return slices.Clone(r.devices), nil
}

func (r *replicas) device(id string, by app.Actor, do func(*app.Device)) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	i := slices.IndexFunc(r.devices, func(d app.Device) bool { return d.ID == id })
	if i < 0 {
		return app.Fail(app.CodeNotFound)
	}
	r.devices = slices.Clone(r.devices)
	do(&r.devices[i])
	r.f.bus.Publish(app.Changed{Table: "device"})
	return nil
}

func (r *replicas) RenameDevice(_ context.Context, by app.Actor, id, name string) error {
	return r.device(id, by, func(d *app.Device) { d.Name = name })
}

func (r *replicas) RevokeDevice(_ context.Context, by app.Actor, id string) error {
	return r.device(id, by, func(d *app.Device) { d.Revoked = true })
}

func (r *replicas) Invite(_ context.Context, by app.Actor, role string) (app.Invitation, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return app.Invitation{}, err
	}
	r.invited = append(r.invited, role)
	return app.Invitation{Addresses: []string{"192.0.2.10:7272"}, Code: "0HE21-QZRRZ-9WTMY-CKE61", Until: r.f.now.Add(10 * time.Minute)}, nil
}
