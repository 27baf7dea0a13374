package main_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
	"linli/sync/oplog"
)

// machine is a data folder that comes to the hub.
type machine struct {
	t   *testing.T
	dir string
	o   store.Options
}

func newMachine(t *testing.T) *machine {
	root := t.TempDir()
	return &machine{t, filepath.Join(root, "data"), store.Options{Program: "test", Keys: seal.NewKeyFiles(filepath.Join(root, "keys"))}}
}

// with opens the folder for one piece of work.
func (m *machine) with(work func(*store.Store) error) {
	m.t.Helper()
	s, err := store.Open(m.t.Context(), m.dir, m.o)
	must(m.t, err)
	err = work(s)
	must(m.t, errors.Join(err, s.Close()))
}

// enrol joins a hall with a code of the hub.
func (m *machine) enrol(p *place, s *serving, hall, role string) {
	m.t.Helper()
	var made struct{ Code, Hall, Role, Fingerprint string }
	p.hub("", "code", "--hall", hall, "--role", role, "--json").wants(0).object(&made)
	if made.Fingerprint != s.Fingerprint || made.Hall != hall || made.Role != role {
		m.t.Errorf("the code says %+v", made)
	}
	e, err := device.Enrol(m.t.Context(), s.Address, made.Code, "样例机器", m.dir, true, m.o)
	must(m.t, err)
	if e.Role != role || e.Name != "样例大厅" {
		m.t.Errorf("enrolled as %+v", e)
	}
}

// sync exchanges once in full and answers what became of it.
func (m *machine) sync() (moved device.Moved, err error) {
	m.t.Helper()
	m.with(func(s *store.Store) error {
		moved, err = device.Sync(m.t.Context(), s)
		return nil
	})
	return moved, err
}

func (m *machine) addResident(name string) {
	m.t.Helper()
	m.with(func(s *store.Store) error {
		_, err := s.Hall().Registry.Save(m.t.Context(), app.ConsoleActor(), app.Form{}, map[string]string{"name": name})
		return err
	})
}

// digests are those of all parts of the hall.
func (m *machine) digests() (sums map[string]oplog.SetDigest) {
	m.t.Helper()
	sums = make(map[string]oplog.SetDigest)
	m.with(func(s *store.Store) error {
		for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
			d, err := s.Replica().Digest(m.t.Context(), oplog.HallScope(s.Membership().Hall, part))
			if err != nil {
				return err
			}
			sums[part] = d.Rows
		}
		return nil
	})
	return sums
}

func (m *machine) origin() (id string) {
	m.t.Helper()
	m.with(func(s *store.Store) error { id = s.Membership().Decoded.Origin.String(); return nil })
	return id
}

type listed struct {
	Device, Name, Role string
	Machines           []int
	Entries            int
	LastContact        string `json:"last_contact"`
	Revoked, Hub       bool
}

func (p *place) devices(hall string) []listed {
	p.t.Helper()
	var list struct{ Devices []listed }
	p.hub("", "device", "list", "--hall", hall, "--json").wants(0).object(&list)
	return list.Devices
}

type verified struct {
	OK            bool
	Entries, Rows int
}

func (p *place) verified() (v verified) {
	p.t.Helper()
	p.hub("", "verify", "--json").wants(0).object(&v)
	if !v.OK {
		p.t.Errorf("verify: %+v", v)
	}
	return v
}

// TestAHubServesWhileItIsLookedAfter goes through a hub's life, and every verb runs beside the process that serves.
func TestAHubServesWhileItIsLookedAfter(t *testing.T) {
	p := newPlace(t)
	hall := p.add()
	s := p.serve()
	desk, other := newMachine(t), newMachine(t)
	desk.enrol(p, s, hall, "desk")
	other.enrol(p, s, hall, "desk")
	_, err := desk.sync()
	must(t, err)
	desk.addResident("样例甲")
	moved, err := desk.sync()
	must(t, err)
	if moved.Pushed != 1 {
		t.Errorf("moved %+v", moved)
	}
	_, err = other.sync()
	must(t, err)
	if a, b := desk.digests(), other.digests(); a[oplog.Desk] != b[oplog.Desk] || a[oplog.Desk] == (oplog.SetDigest{}) {
		t.Errorf("the two desks differ: %v, %v", a, b)
	}
	kiosk := newMachine(t)
	kiosk.enrol(p, s, hall, "kiosk")
	_, err = kiosk.sync()
	must(t, err)

	list := p.devices(hall)
	if len(list) != 4 || !list[0].Hub || !slices.Equal(list[1].Machines, []int{4, 5, 6}) || list[3].Role != "kiosk" || list[3].Name != "样例机器" {
		t.Errorf("machines: %+v", list)
	}
	// What the hub says of a kiosk, which cannot say it itself, is in the hall's own list.
	_, err = desk.sync()
	must(t, err)
	desk.with(func(s *store.Store) error {
		devices, err := s.Hall().Replicas.Devices(t.Context())
		i := slices.IndexFunc(devices, func(d app.Device) bool { return d.ID == kiosk.origin() })
		if i < 0 || devices[i].Name != "样例机器" || devices[i].Role != "kiosk" || !slices.Equal(devices[i].Machines, list[3].Machines) {
			t.Errorf("the desk knows %+v", devices)
		}
		return err
	})

	backup := p.path("hub.backup")
	var copied struct {
		Bytes          int64
		Entries, Halls int
	}
	p.hub("", "backup", "--out", backup, "--json").wants(0).object(&copied)
	before := p.verified()
	if copied.Entries != before.Entries || copied.Halls != 1 || copied.Bytes == 0 {
		t.Errorf("backed up %+v of %+v", copied, before)
	}
	p.hub("", "device", "revoke", "--hall", hall, "--device", other.origin()).wants(0, "除名")
	if _, err := other.sync(); app.CodeOf(err) != app.CodeRevoked {
		t.Errorf("the machine that was taken out: %v", err)
	}
	if i := slices.IndexFunc(p.devices(hall), func(d listed) bool { return d.Device == other.origin() && d.Revoked }); i < 0 {
		t.Error("the list does not say that it was taken out")
	}
	_, err = desk.sync()
	must(t, err)
	p.verified()
	var status struct {
		Serving bool
		Entries int
		Log     string
	}
	p.hub("", "status", "--json").wants(0).object(&status)
	if !status.Serving || status.Log != s.Log || status.Entries != before.Entries+1 {
		t.Errorf("status: %+v", status)
	}
	p.hub("", "serve", "--listen", "127.0.0.1:0").wants(1, "正在服务")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Get("https://" + s.Address + "/healthz")
	must(t, err)
	_ = answer.Body.Close()
	client.CloseIdleConnections()
	s.stop()
	p.hub("", "status", "--lang", "en").wants(0, "not serving")

	// An older copy: the machines bring what it lacks, the cut too.
	must(t, os.RemoveAll(p.data))
	p.hub("", "restore", "--from", backup).wants(0, "已恢复")
	again := p.serve()
	if again.Log == s.Log || again.Fingerprint != s.Fingerprint {
		t.Errorf("restored it is log %s, fingerprint %s", again.Log, again.Fingerprint)
	}
	address(t, desk, s, again)
	_, err = desk.sync()
	must(t, err)
	if after := p.verified(); after.Entries != before.Entries+1 {
		t.Errorf("%d entries before, %d after it was filled", before.Entries+1, after.Entries)
	}
	address(t, other, s, again)
	if _, err := other.sync(); app.CodeOf(err) != app.CodeRevoked {
		t.Errorf("the machine that was taken out comes back: %v", err)
	}
	again.stop()
}

// address tells a machine that the hub has moved; its key is the same.
func address(t *testing.T, m *machine, from, to *serving) {
	t.Helper()
	m.with(func(s *store.Store) error {
		peers, err := s.Peers(t.Context())
		if err != nil {
			return err
		}
		for _, p := range peers {
			if p.Address == from.Address {
				p.Address = to.Address
				return errors.Join(s.RemovePeer(t.Context(), from.Address), s.AddPeer(t.Context(), p))
			}
		}
		t.Error("it does not know the hub")
		return nil
	})
}

func TestAHubThatLostItsDataKnowsItsHallsAgain(t *testing.T) {
	p := newPlace(t)
	hall := p.add()
	s := p.serve()
	desk := newMachine(t)
	desk.enrol(p, s, hall, "desk")
	desk.addResident("样例甲")
	_, err := desk.sync()
	must(t, err)
	before := p.verified()
	s.stop()
	must(t, os.RemoveAll(p.data))

	again := p.serve()
	if again.Log == s.Log || again.Fingerprint != s.Fingerprint {
		t.Errorf("begun anew it is log %s, fingerprint %s", again.Log, again.Fingerprint)
	}
	var halls struct {
		Halls []struct{ ID, Name, Kind string }
	}
	p.hub("", "hall", "list", "--json").wants(0).object(&halls)
	if len(halls.Halls) != 1 || halls.Halls[0].ID != hall || halls.Halls[0].Name != "样例大厅" || halls.Halls[0].Kind != "made" {
		t.Fatalf("halls: %+v", halls)
	}
	// Before the first machine has come back: numbers that were given are not given again.
	kiosk := newMachine(t)
	kiosk.enrol(p, again, hall, "kiosk")
	address(t, desk, s, again)
	moved, err := desk.sync()
	must(t, err)
	if moved.Pushed != before.Entries {
		t.Errorf("the hub had %d entries, and was brought %d", before.Entries, moved.Pushed)
	}
	for _, d := range p.devices(hall) {
		if d.Role == "kiosk" && d.Machines[0] < 7 {
			t.Errorf("the kiosk has %v", d.Machines)
		}
	}
	p.verified()
	again.stop()
}

func TestAHallThatIsThereAlreadyJoinsWithItsData(t *testing.T) {
	p := newPlace(t)
	s := p.serve()
	var code struct{ Code string }
	p.hub("", "hall", "adopt", "--json").wants(0).object(&code)
	desk := newMachine(t)
	must(t, store.Init(t.Context(), desk.dir, store.NewHall{Name: "样例二大厅", Division: "320199001002", Admin: "样例管理员", PIN: "246810"}, desk.o))
	desk.addResident("样例甲")
	var entries int
	desk.with(func(st *store.Store) error {
		if _, err := device.Bring(t.Context(), st, s.Address, code.Code); err != nil {
			return err
		}
		h, err := st.Hall().Upkeep.Health(t.Context())
		entries = int(h.Entries)
		return err
	})
	moved, err := desk.sync()
	must(t, err)
	if moved.Pushed != entries {
		t.Errorf("%d of %d entries came", moved.Pushed, entries)
	}
	var halls struct {
		Halls []struct{ ID, Name, Division, Kind string }
	}
	p.hub("", "hall", "list", "--json").wants(0).object(&halls)
	if len(halls.Halls) != 1 || halls.Halls[0].Name != "样例二大厅" || halls.Halls[0].Division != "320199001002" || halls.Halls[0].Kind != "adopted" {
		t.Fatalf("halls: %+v", halls)
	}
	id := halls.Halls[0].ID
	p.hub("", "code", "--hall", id, "--role", "desk").wants(1, "大厅的前台")
	p.hub("", "device", "revoke", "--hall", id, "--device", desk.origin()).wants(1, "大厅的前台")
	p.verified()

	// Lost, it is known again, and filled.
	s.stop()
	must(t, os.RemoveAll(p.data))
	again := p.serve()
	address(t, desk, s, again)
	if moved, err = desk.sync(); err != nil || moved.Pushed != entries {
		t.Errorf("after the loss: %+v, %v", moved, err)
	}
}
