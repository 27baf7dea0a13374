package wire_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// What a caller needs for a route.
const (
	toRead  = "r" // the right to be given a scope's entries
	toWrite = "w" // the right to hand them in
	nothing = ""  // none: strangers come here
)

// access says of every route what it takes.
var access = map[string]string{
	"POST /v1/heads":      toWrite, // who may only hand in has to know what is there
	"POST /v1/pull":       toRead,
	"POST /v1/push":       toWrite,
	"POST /v1/digest":     toRead,
	"GET /v1/blob/{hash}": toRead,
	"PUT /v1/blob/{hash}": toWrite,
	"POST /v1/admit":      nothing,
	"POST /v1/adopt":      nothing, // a code, and the certificate of a machine of the hall that comes
}

// scopes are the columns of the next table.
var scopes = []oplog.Scope{
	"hall/h1/public", "hall/h1/desk", "hall/h1/care", "hall/h1/intake", "hall/h2/public", "hall/h2/desk", "hall/h2/intake", "district/d",
}

// roles say what each machine may, scope by scope: read, write, both (relaying is writing) or neither.
var roles = []struct {
	who    string
	id     wire.Identity
	rights [8]string
}{
	{"desk", ours.machine(1, exchange.RoleDesk, oplog.Public, oplog.Desk, oplog.Intake).id, [8]string{"rw", "rw", "", "rw"}},
	{"desk for care", ours.machine(2, exchange.RoleDesk, oplog.Public, oplog.Desk, oplog.Intake, oplog.Care).id, [8]string{"rw", "rw", "rw", "rw"}},
	{"desk without scopes", ours.machine(3, exchange.RoleDesk).id, [8]string{"rw"}},
	{"kiosk", ours.machine(4, exchange.RoleKiosk, oplog.Public, oplog.Intake).id, [8]string{"rw", "", "", "w"}},
	{"kiosk with a desk's scopes", ours.machine(5, exchange.RoleKiosk, oplog.Desk, oplog.Care).id, [8]string{"rw", "w", "w", ""}},
	{"board", ours.machine(6, exchange.RoleBoard, oplog.Public).id, [8]string{"rw"}},
	{"supervisor", ours.machine(7, exchange.RoleSupervisor, oplog.Public).id, [8]string{"rw", "rw", "rw", "rw"}},
	{"role of a later version", ours.machine(8, "drone", oplog.Public).id, [8]string{"rw"}},
	{"desk of the other hall", theirs.machine(9, exchange.RoleDesk, oplog.Public, oplog.Desk).id, [8]string{"", "", "", "", "rw", "rw"}},
	{"machine that was cut", ours.machine(10, exchange.RoleSupervisor, oplog.Public, oplog.Desk).id, [8]string{}},
	{"machine without a certificate", wire.Identity{Key: keyOf(11)}, [8]string{}},
	{"nobody", wire.Identity{}, [8]string{}},
}

// Who may do what: every route, every role, every scope.
func TestAccess(t *testing.T) {
	blobs := newDrawer()
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: blobs, Admitter: newPorter(public(keyOf(hubKey)))})
	hub.cut[oplog.OriginOf(public(keyOf(10)))] = true
	_, hash := attachment(3)
	for route, known := range wire.Routes() {
		needs, listed := access[route]
		if !listed {
			t.Errorf("%s is in no line of this test: who may?", route)
			continue
		}
		if known != (needs != nothing) {
			t.Errorf("%s is for machines of a hall: %v", route, known)
		}
		method, path, _ := strings.Cut(route, " ")
		for _, role := range roles {
			c := raw(t, machine{id: role.id})
			for i, scope := range scopes {
				url := "https://" + hub.address + strings.ReplaceAll(path, "{hash}", hash.String()) + "?scope=" + string(scope)
				r := must(http.NewRequest(method, url, bytes.NewReader(question(path, scope))))
				r.Header.Set("Content-Type", "application/cbor")
				r.Header.Set("Content-Range", "bytes */3")
				answer, err := c.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				want := http.StatusForbidden
				switch {
				case needs == nothing: // a wrong proof, from anybody
				case role.who == "nobody", strings.HasPrefix(role.who, "machine"):
					want = http.StatusUnauthorized
				case strings.Contains(role.rights[i], needs) && method == http.MethodGet:
					want = http.StatusNotFound // looked for, and there is none
				case strings.Contains(role.rights[i], needs):
					want = http.StatusOK
				}
				if answer.StatusCode != want {
					t.Errorf("%s of a %s for %s: %d, want %v", route, role.who, scope, answer.StatusCode, want)
				}
			}
			c.CloseIdleConnections()
		}
	}
	for route := range access {
		if _, there := wire.Routes()[route]; !there {
			t.Errorf("%s is no route any more", route)
		}
	}
	// A pull is refused for one scope among others.
	c := client(t, hub.address, ours.kiosk(4), hubTrust())
	_, err := c.Pull(t.Context(), exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scopes[0]}, {Scope: scopes[3]}}})
	if fmt.Sprint(err) != fmt.Sprint(exchange.ErrForbidden) {
		t.Errorf("a kiosk pulls intake behind public: %v", err)
	}
}

// question is a good request of a route for a scope.
func question(path string, scope oplog.Scope) []byte {
	switch path {
	case "/v1/heads":
		return must(wire.EncodeHeadsRequest(exchange.HeadsRequest{Scope: scope}))
	case "/v1/pull":
		return must(wire.EncodePullRequest(exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}}))
	case "/v1/push":
		return must(wire.EncodePush(oplog.Batch{Scope: scope}))
	case "/v1/digest":
		return must(wire.EncodeDigestRequest(scope))
	case "/v1/admit":
		return must(wire.EncodeApplication(applicant(1), make([]byte, 32)))
	}
	return nil
}

// Entries that are forged, of another hall or of somebody whom the hall does not know are told from good ones, and what stands before
// them is kept.
func TestEntriesThatAreRefused(t *testing.T) {
	scope := ours.scope(oplog.Desk)
	good := items(t, 3)
	forged := append([]oplog.Item(nil), good...)
	forged[2].Sig = bytes.Clone(forged[2].Sig)
	forged[2].Sig[5] ^= 1
	unsigned := append([]oplog.Item(nil), good...)
	unsigned[2].Sig = nil
	stranger := newMemory(hall{ours.id, theirs.authority}, "x")
	other := hall{ours.id, theirs.authority}.desk(1)
	other.write(t, stranger, scope)
	for what, c := range map[string]struct {
		batch oplog.Batch
		fresh int
		fault string
		err   error
	}{
		"good":                      {oplog.Batch{Scope: scope, Items: good}, 3, "", nil},
		"a forged signature":        {oplog.Batch{Scope: scope, Items: forged}, 2, exchange.FaultSignature, nil},
		"no signature":              {oplog.Batch{Scope: scope, Items: unsigned}, 2, exchange.FaultSignature, nil},
		"a gap":                     {oplog.Batch{Scope: scope, Items: good[1:]}, 0, exchange.FaultGap, nil},
		"an unknown authority":      {oplog.Batch{Scope: scope, Items: stranger.log(scope).items}, 0, exchange.FaultStranger, nil},
		"of another scope":          {oplog.Batch{Scope: ours.scope(oplog.Public), Items: good}, 0, exchange.FaultEntry, nil},
		"for another hall's scope":  {oplog.Batch{Scope: theirs.scope(oplog.Desk), Items: good}, 0, "", exchange.ErrForbidden},
		"for care, without a right": {oplog.Batch{Scope: ours.scope(oplog.Care), Items: good}, 0, "", exchange.ErrForbidden},
	} {
		hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
		a, err := client(t, hub.address, ours.desk(1), hubTrust()).Push(t.Context(), c.batch)
		if c.err != nil && fmt.Sprint(err) != fmt.Sprint(c.err) || c.err == nil && err != nil || a.Fresh != c.fresh || a.Fault != c.fault {
			t.Errorf("%s: %+v, %v; want %d fresh, fault %q, %v", what, a, err, c.fresh, c.fault, c.err)
		}
		hub.log.closed(t)
	}
	// An entry that is none ends a batch and blocks nothing before it.
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	r := must(http.NewRequest(http.MethodPost, "https://"+hub.address+"/v1/push", bytes.NewReader(badTail(t))))
	r.Header.Set("Content-Type", "application/cbor")
	answer, err := raw(t, ours.desk(1)).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(answer.Body)
	a, err := wire.DecodePushAnswer(b.Bytes())
	if err != nil || a.Fresh != 2 || a.Fault != exchange.FaultEntry || hub.log.count(scope) != 2 {
		t.Errorf("%+v, %v; %d entries kept", a, err, hub.log.count(scope))
	}
}
