package hub_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/oplog"
	"linli/sync/wire"
)

func TestACodeAdmitsOneMachine(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		desk := w.admit("one", exchange.RoleDesk)
		if !slices.Equal(desk.cert.Machines, []int{4, 5, 6}) || desk.cert.Role != exchange.RoleDesk {
			t.Errorf("admitted as %s with %v", desk.cert.Role, desk.cert.Machines)
		}
		kiosk := w.admit("one", exchange.RoleKiosk)
		if !slices.Equal(kiosk.cert.Machines, []int{7, 8, 9}) {
			t.Errorf("the next machine has %v", kiosk.cert.Machines)
		}
		desk.write(oplog.Desk, "r1", "title", "样例")
		m, err := desk.sync()
		must(t, err)
		// The founding entry, and what the hub says of the kiosk, which cannot say it itself.
		if m.Pushed != 1 || m.Pulled != 2 {
			t.Errorf("moved %+v", m)
		}
		if name := desk.Open("hall/one/public", "device", kiosk.cert.Origin.String()).Shown("name"); name != "样例机器" {
			t.Errorf("the kiosk is called %v", name)
		}
		w.same(desk, oplog.Public, oplog.Desk, oplog.Intake)
		w.verified()
		must(t, w.NoteContacts(background))
		if got, want := w.devices("one"), "desk [1 2 3] cut=false own=true seen=false; desk [4 5 6] cut=false own=false seen=true; kiosk [7 8 9] cut=false own=false seen=false; "; got != want {
			t.Errorf("machines: %s", got)
		}
	})
}

func TestACodeIsForOneForTenMinutes(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		_, mine, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		_, other, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		code, until, err := w.NewCode(background, "one", exchange.RoleDesk)
		must(t, err)
		if until != w.clock.now().Add(10*time.Minute) {
			t.Errorf("good until %v", until)
		}
		apply := func(code string, key ed25519.PrivateKey) (wire.Admission, error) {
			given, _, err := wire.Apply(background, w.address, code, applicant(key))
			return given, err
		}
		first, err := apply(code, mine)
		must(t, err)
		// The answer was lost: the same machine asks again.
		again, err := apply(code, mine)
		must(t, err)
		if !bytes.Equal(first.Certificate, again.Certificate) || string(again.Keys) != "desk keys for wrap" || again.Name != "样例大厅" || again.Zone != "Asia/Shanghai" {
			t.Errorf("the second answer is %+v", again)
		}
		if _, err := apply(code, other); !errors.Is(err, wire.ErrCode) {
			t.Errorf("a used code: %v", err)
		}
		late, _, err := w.NewCode(background, "one", exchange.RoleDesk)
		must(t, err)
		w.clock.pass(10 * time.Minute)
		if _, err := apply(late, other); !errors.Is(err, wire.ErrCode) {
			t.Errorf("a late code: %v", err)
		}
		// Five wrong proofs drop all codes.
		good, _, err := w.NewCode(background, "one", exchange.RoleDesk)
		must(t, err)
		for range wire.MaxMissed {
			wrong, err := wire.NewCode(w.Identity().Public().(ed25519.PublicKey), rand.Reader)
			must(t, err)
			if _, err := apply(wrong, other); !errors.Is(err, wire.ErrCode) {
				t.Errorf("a wrong code: %v", err)
			}
		}
		if _, err := apply(good, other); !errors.Is(err, wire.ErrCode) {
			t.Errorf("after five wrong ones: %v", err)
		}
		for hall, want := range map[string]error{"strange": hub.ErrNoHall, "one": hub.ErrRole} {
			if _, _, err := w.NewCode(background, hall, map[bool]string{true: exchange.RoleDesk, false: "king"}[hall == "strange"]); !errors.Is(err, want) {
				t.Errorf("a code for %s: %v", hall, err)
			}
		}
	})
}

func TestAMachineThatWasTakenOutStaysOut(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		lost, other := w.admit("one", exchange.RoleDesk), w.admit("one", exchange.RoleDesk)
		lost.write(oplog.Desk, "r1", "title", "before")
		_, err := lost.sync()
		must(t, err)
		_, err = other.sync()
		must(t, err)
		// It had gone on as a successor, and the hub knows both.
		parent := lost.cert
		_, key, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		successor := oplog.Certificate{PublicKey: key.Public().(ed25519.PublicKey), Machines: []int{5}, Issued: 1, Expires: parent.Expires}
		must(t, successor.Succeed(parent, lost.key))
		old := *lost
		lost = w.device("one", key, successor)
		_, err = lost.sync()
		must(t, err)
		lost.write(oplog.Desk, "r2", "title", "as another")
		_, err = lost.sync()
		must(t, err)

		// Both hold a pull when it happens.
		held := func(d *device) <-chan error {
			ended := make(chan error, 1)
			end, err := w.Log.End(background, "hall/one/public")
			must(t, err)
			peer := d.peer()
			go func() {
				_, err := peer.Pull(background, exchange.PullRequest{Wait: time.Minute, Scopes: []exchange.PullScope{{Scope: "hall/one/public", After: end}}})
				ended <- err
			}()
			return ended
		}
		a, b := held(lost), held(other)
		line, err := w.Revoke(background, "one", successor.Origin)
		must(t, err)
		if len(line) != 2 || !slices.Contains(line, parent.Origin) {
			t.Errorf("cut: %v, not the origin before it", line)
		}
		if err := <-a; !errors.Is(err, exchange.ErrRevoked) {
			t.Errorf("its held pull: %v", err)
		}
		must(t, <-b)
		for _, d := range []*device{lost, &old} {
			d.write(oplog.Desk, "r3", "title", "after")
			if _, err := d.sync(); !errors.Is(err, exchange.ErrRevoked) {
				t.Errorf("it comes back: %v", err)
			}
		}
		// What it writes later does not count, whoever carries it.
		items, err := lost.Missing(background, "hall/one/desk", mustCover(t), exchange.Cursor{})
		must(t, err)
		r, err := other.Accept(background, oplog.Batch{Scope: "hall/one/desk", Items: items.Items})
		must(t, err)
		if r.Void != 0 {
			t.Errorf("%d void before the cut is known", r.Void)
		}
		_, err = other.sync()
		must(t, err)
		w.same(other, oplog.Public, oplog.Desk)
		for row, want := range map[string]oplog.Value{"r1": "before", "r2": "as another", "r3": nil} {
			if got := other.Open("hall/one/desk", "note", row).Shown("title"); got != want {
				t.Errorf("%s says %v, want %v", row, got, want)
			}
		}
		w.verified()
		if _, err := w.Revoke(background, "one", oplog.Origin{1}); !errors.Is(err, hub.ErrNoDevice) {
			t.Errorf("a strange machine: %v", err)
		}
		list, err := w.Devices(background, "one")
		must(t, err)
		if _, err := w.Revoke(background, "one", list[0].Origin); !errors.Is(err, hub.ErrOwn) {
			t.Errorf("the hub itself: %v", err)
		}
	})
}

func mustCover(tb testing.TB) *oplog.Cover {
	tb.Helper()
	c, err := oplog.NewCover(nil, nil)
	must(tb, err)
	return c
}

func TestAHubThatLostEverythingIsFilledByItsMachines(t *testing.T) {
	w := newWorld(t, memory.New("first"))
	w.found("one")
	w.serve()
	desks := []*device{w.admit("one", exchange.RoleDesk), w.admit("one", exchange.RoleDesk)}
	for i, d := range desks {
		d.write(oplog.Desk, "r", "title", int64(i))
		_, err := d.sync()
		must(t, err)
	}
	before := w.verified()
	id, identity := w.Log.ID(), w.Identity()
	// Machine numbers that nobody has used yet are gone with the data, and must not be given again.
	unborn := w.admit("one", exchange.RoleDesk)
	w.stop()

	w.begin(memory.New("second"))
	w.serve()
	if !w.Identity().Equal(identity) {
		t.Fatal("machines would not know the hub again")
	}
	if w.Log.ID() == id {
		t.Error("the log is the same")
	}
	halls, err := w.Halls(background)
	must(t, err)
	if len(halls) != 1 || halls[0].ID != "one" || halls[0].Name != "样例大厅" || halls[0].Kind != hub.Made {
		t.Fatalf("halls: %+v", halls)
	}
	// The hub writes before it is filled: as somebody new, so that its old number 2 never comes twice.
	kiosk := w.admit("one", exchange.RoleKiosk)
	for _, m := range kiosk.cert.Machines {
		if slices.Contains(unborn.cert.Machines, m) || m < 12 {
			t.Errorf("the kiosk has %v, the unborn machine %v", kiosk.cert.Machines, unborn.cert.Machines)
		}
	}
	for range 2 {
		for _, d := range desks {
			_, err := d.sync()
			must(t, err)
		}
	}
	for _, d := range desks {
		w.same(d, oplog.Public, oplog.Desk)
	}
	if after := w.verified(); after != before+1 {
		t.Errorf("%d entries before, %d after", before, after)
	}
}

func TestAHubThatWasPutBackIsFilledByItsMachines(t *testing.T) {
	storage := memory.New("first")
	w := newWorld(t, storage)
	w.found("one")
	w.serve()
	desk, other := w.admit("one", exchange.RoleDesk), w.admit("one", exchange.RoleDesk)
	desk.write(oplog.Desk, "r", "title", "old")
	session := agent.NewSession(desk.Log, desk.peer(), agent.Lanes(desk.cert), nil)
	must(t, session.Sync(background))
	backup := storage.Copy("second")
	desk.write(oplog.Desk, "r", "title", "new")
	must(t, session.Sync(background))
	_, err := w.Revoke(background, "one", other.cert.Origin)
	must(t, err)
	_, err = desk.sync() // the desk knows of the cut now
	must(t, err)
	before := w.verified()
	w.stop()

	w.begin(backup)
	w.serve()
	_, err = desk.sync()
	must(t, err)
	w.same(desk, oplog.Public, oplog.Desk)
	if after := w.verified(); after != before {
		t.Errorf("%d entries before, %d after", before, after)
	}
	if _, err := other.sync(); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("the machine that was taken out after the backup: %v", err)
	}
	// It writes as somebody new: its old origin goes on elsewhere than the backup knows.
	third := w.admit("one", exchange.RoleDesk)
	_, err = w.Revoke(background, "one", third.cert.Origin)
	must(t, err)
	_, err = desk.sync()
	must(t, err)
	w.same(desk, oplog.Public, oplog.Desk)
	heads, err := w.Log.Heads(background, "hall/one/public")
	must(t, err)
	for _, h := range heads.List() {
		if len(heads.Of(h.Origin)) > 1 {
			t.Error("an origin has two branches")
		}
	}
}

func TestAHallComesWithItsData(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		// A standalone hall, whose authority the hub never has.
		_, authority, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		w.ring.halls["two"] = authority
		_, key, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		cert, err := w.ring.certify("two", exchange.RoleDesk, key.Public().(ed25519.PublicKey), []int{1, 2, 3}, w.clock.now())
		must(t, err)
		desk := w.device("two", key, cert)
		delete(w.ring.halls, "two")
		desk.write(oplog.Desk, "r", "title", "样例")
		if _, err := desk.sync(); !errors.Is(err, exchange.ErrRevoked) {
			t.Errorf("a stranger: %v", err)
		}
		encoded, err := cert.Encode()
		must(t, err)
		id := wire.Identity{Key: key, Certificate: encoded}
		n := wire.Newcomer{Name: "样例二大厅", Division: "320199001002", Zone: "Asia/Shanghai", Authority: authority.Public().(ed25519.PublicKey)}
		admission, _, err := w.NewCode(background, "one", exchange.RoleDesk)
		must(t, err)
		if _, err := wire.Join(background, w.address, admission, id, n); !errors.Is(err, wire.ErrCode) {
			t.Errorf("with a code for a machine: %v", err)
		}
		code, _, err := w.NewAdoption(background)
		must(t, err)
		if _, _, err := wire.Apply(background, w.address, code, applicant(key)); !errors.Is(err, wire.ErrCode) {
			t.Errorf("a machine with the code for a hall: %v", err)
		}
		false1 := n
		false1.Authority = w.ring.halls["one"].Public().(ed25519.PublicKey)
		if _, err := wire.Join(background, w.address, code, id, false1); !errors.Is(err, exchange.ErrForbidden) {
			t.Errorf("with another's authority: %v", err)
		}
		hubKey, err := wire.Join(background, w.address, code, id, n)
		must(t, err)
		if !hubKey.Equal(w.Identity().Public()) {
			t.Error("another hub's key")
		}
		m, err := desk.sync()
		must(t, err)
		if m.Pushed != 1 {
			t.Errorf("moved %+v", m)
		}
		w.same(desk, oplog.Public, oplog.Desk)
		halls, err := w.Halls(background)
		must(t, err)
		if len(halls) != 2 || halls[1].Name != "样例二大厅" || halls[1].Kind != hub.Adopted {
			t.Errorf("halls: %+v", halls)
		}
		if _, _, err := w.NewCode(background, "two", exchange.RoleDesk); !errors.Is(err, hub.ErrElsewhere) {
			t.Errorf("a code for it: %v", err)
		}
		if _, err := w.Revoke(background, "two", cert.Origin); !errors.Is(err, hub.ErrElsewhere) {
			t.Errorf("a cut for it: %v", err)
		}
		// A hall is not taken over by somebody with another authority.
		_, thief, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		w.ring.halls["two"] = thief
		stolen, err := w.ring.certify("two", exchange.RoleDesk, key.Public().(ed25519.PublicKey), []int{1}, w.clock.now())
		must(t, err)
		encoded, err = stolen.Encode()
		must(t, err)
		code, _, err = w.NewAdoption(background)
		must(t, err)
		n.Authority = thief.Public().(ed25519.PublicKey)
		if _, err := wire.Join(background, w.address, code, wire.Identity{Key: key, Certificate: encoded}, n); !errors.Is(err, exchange.ErrForbidden) {
			t.Errorf("a thief: %v", err)
		}
	})
}

// TestVerbsWorkWhileTheHubServes has a second process on the same folder.
func TestVerbsWorkWhileTheHubServes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	w := newWorld(t, openSQLite(t, dir))
	w.found("one")
	w.serve()
	desk := w.admit("one", exchange.RoleDesk)
	end, err := w.Log.End(background, "hall/one/public")
	must(t, err)
	changed, stop := w.Log.Watch("hall/one/public")
	defer stop()

	verb := *w
	verb.begin(openSQLite(t, dir))
	verb.found("two")
	two := func() *device { // admitted at the serving process, with a code of the other
		code, _, err := verb.NewCode(background, "two", exchange.RoleDesk)
		must(t, err)
		_, key, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		given, _, err := wire.Apply(background, w.address, code, applicant(key))
		must(t, err)
		cert, err := oplog.DecodeCertificate(given.Certificate)
		must(t, err)
		return w.device("two", key, cert)
	}()
	_, err = two.sync()
	must(t, err)
	w.same(two, oplog.Public)
	_, err = verb.Revoke(background, "one", desk.cert.Origin)
	must(t, err)
	<-changed // what the other wrote is noticed
	if now, err := w.Log.End(background, "hall/one/public"); err != nil || now.Seq != end.Seq+1 {
		t.Errorf("the log ends at %v, %v", now, err)
	}
	if _, err := desk.sync(); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("after the other has taken it out: %v", err)
	}
	w.verified()
}

func TestMetricsAndHealth(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		desk := w.admit("one", exchange.RoleDesk)
		desk.write(oplog.Desk, "r", "title", "样例")
		_, err := desk.sync()
		must(t, err)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		defer client.CloseIdleConnections()
		get := func(path string) (int, string) {
			r, err := client.Get("https://" + w.address + path)
			must(t, err)
			defer r.Body.Close()
			b, err := io.ReadAll(r.Body)
			must(t, err)
			return r.StatusCode, string(b)
		}
		if status, body := get("/healthz"); status != 200 || body != "{\"ok\":true}\n" {
			t.Errorf("health: %d %s", status, body)
		}
		_, body := get("/metrics")
		for _, want := range []string{
			"linli_hub_entries 2\n", "linli_hub_halls 1\n", "linli_hub_held_pulls 0\n", `linli_hub_requests_total{route="push",status="200"} 1`,
			`linli_hub_requests_total{route="admit",status="200"} 1`, `linli_hub_request_seconds_count{route="push",status="200"} 1`, `_bucket{route="push",status="200",le="+Inf"} 1`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("metrics lack %q:\n%s", want, body)
			}
		}
		for _, secret := range []string{"样例", "one", desk.cert.Origin.String()} {
			if strings.Contains(body, secret) {
				t.Errorf("metrics have %q in them", secret)
			}
		}
		if status, _ := get("/v1/elsewhere"); status != 404 {
			t.Errorf("elsewhere: %d", status)
		}
	})
}

func TestKeysAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k, err := hub.OpenKeys(dir)
	must(t, err)
	h := hub.Hall{ID: "one", Name: "样例", Authority: make(ed25519.PublicKey, 32), Kind: hub.Made, Since: time.UnixMilli(5), Machines: 9}
	must(t, k.Keep(h))
	h.Machines = 6
	must(t, k.Keep(h))
	again, err := hub.OpenKeys(dir)
	must(t, err)
	halls, err := again.Halls()
	must(t, err)
	if !again.Identity().Equal(k.Identity()) || len(halls) != 1 || halls[0].Machines != 9 || halls[0].Name != "样例" {
		t.Errorf("kept: %+v", halls)
	}
	file := filepath.Join(dir, "hub.json")
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the keys: %v", info.Mode())
	}
	data, err := os.ReadFile(file)
	must(t, err)
	for name, bad := range map[string]struct {
		data []byte
		want error
	}{
		"half": {data[:len(data)/2], hub.ErrKeys}, "a letter": {bytes.Replace(data, []byte(`"identity":"`), []byte(`"identity":"A`), 1), hub.ErrKeys},
		"newer": {bytes.Replace(data, []byte(`"version":1`), []byte(`"version":2`), 1), hub.ErrNewerKeys},
	} {
		must(t, os.WriteFile(file, bad.data, 0o600))
		if _, err := hub.OpenKeys(dir); !errors.Is(err, bad.want) {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(file); !bytes.Equal(got, bad.data) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
