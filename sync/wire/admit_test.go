package wire_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/faultproxy"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// porter admits machines to our hall.
type porter struct {
	wire.Codebook
	mu    sync.Mutex
	now   time.Time
	given map[string]wire.Admission // by the machine's key
	fail  error
}

func newPorter(admitter ed25519.PublicKey) *porter {
	p := &porter{now: noon, given: make(map[string]wire.Admission)}
	p.Codebook = wire.Codebook{Admitter: admitter, Now: func() time.Time {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.now
	}}
	return p
}

func (p *porter) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

func (p *porter) Admit(_ context.Context, codeID string, a wire.Applicant) (wire.Admission, error) {
	if err := p.Use(codeID, a.Key); err != nil {
		return wire.Admission{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return wire.Admission{}, p.fail
	}
	if given, again := p.given[string(a.Key)]; again {
		return given, nil
	}
	c := oplog.Certificate{
		Hall: ours.id, PublicKey: a.Key, Machines: []int{len(p.given) + 10}, Role: exchange.RoleDesk,
		Scopes: []oplog.Scope{ours.scope(oplog.Public)}, Issued: noon.UnixMilli(), Expires: noon.AddDate(1, 0, 0).UnixMilli(), Serial: 7,
	}
	if err := c.Sign(ours.authority); err != nil {
		return wire.Admission{}, err
	}
	given := wire.Admission{
		Certificate: must(c.Encode()), Hall: ours.id, Authority: public(ours.authority), Keys: append([]byte("sealed to "), a.Wrap...),
		Name: "柳荫街道社区服务大厅", Zone: "Asia/Shanghai",
	}
	p.given[string(a.Key)] = given
	return given, nil
}

func (p *porter) open(t *testing.T) string {
	t.Helper()
	code, _, _, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func applicant(n int) wire.Applicant {
	return wire.Applicant{Key: public(keyOf(n)), Wrap: bytes.Repeat([]byte{byte(n)}, 32), Name: "二号窗口"}
}

// entrance is a hub where machines are admitted.
func entrance(t *testing.T) (*serving, *porter) {
	t.Helper()
	p := newPorter(public(keyOf(hubKey)))
	return serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Admitter: p}), p
}

func TestAdmission(t *testing.T) {
	hub, p := entrance(t)
	code := p.open(t)
	got, key, err := wire.Apply(t.Context(), hub.address, strings.ToLower(code), applicant(1))
	if err != nil {
		t.Fatal(err)
	}
	if !key.Equal(public(keyOf(hubKey))) || !reflect.DeepEqual(got, p.given[string(applicant(1).Key)]) {
		t.Errorf("%+v from %x", got, key)
	}
	// With what it was given, the machine gets in.
	c, err := wire.NewClient(hub.address, wire.Identity{Key: keyOf(1), Certificate: got.Certificate}, wire.Pinned(key))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Digest(t.Context(), ours.scope(oplog.Public)); err != nil {
		t.Error(err)
	}
	// The same machine may ask again, as the answer may have been lost; another may not.
	if again, _, err := wire.Apply(t.Context(), hub.address, code, applicant(1)); err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, _, err := wire.Apply(t.Context(), hub.address, code, applicant(2)); !errors.Is(err, wire.ErrCode) {
		t.Errorf("a used code: %v", err)
	}
	if len(p.given) != 1 {
		t.Errorf("%d machines were admitted", len(p.given))
	}
	// A code that was used is no wrong proof.
	if codes, _ := p.Codes(t.Context()); len(codes) != 1 {
		t.Error("a used code is dropped before its time")
	}
}

func TestAdmissionRefused(t *testing.T) {
	hub, p := entrance(t)
	apply := func(code string) error {
		_, _, err := wire.Apply(t.Context(), hub.address, code, applicant(1))
		return err
	}
	wrong := func() string { return must(wire.NewCode(public(keyOf(hubKey)), rand.Reader)) }
	if err := apply(wrong()); !errors.Is(err, wire.ErrCode) {
		t.Errorf("no code is open: %v", err)
	}
	if err := apply("12345"); !errors.Is(err, wire.ErrCodeForm) {
		t.Errorf("no code: %v", err)
	}
	old := p.open(t)
	p.pass(wire.CodeLife)
	if err := apply(old); !errors.Is(err, wire.ErrCode) {
		t.Errorf("an expired code: %v", err)
	}
	code := p.open(t)
	for n := range wire.MaxMissed - 1 {
		if err := apply(wrong()); !errors.Is(err, wire.ErrCode) {
			t.Errorf("wrong code %d: %v", n, err)
		}
	}
	if err := apply(code); err != nil {
		t.Errorf("after four wrong ones: %v", err)
	}
	another := p.open(t)
	_ = apply(wrong())
	for what, code := range map[string]string{"the code": another, "another": code} {
		if err := apply(code); !errors.Is(err, wire.ErrCode) {
			t.Errorf("%s after five wrong ones: %v", what, err)
		}
	}
	// New codes have five tries again.
	code = p.open(t)
	_ = apply(wrong())
	if err := apply(code); err != nil {
		t.Errorf("a new code after one wrong one: %v", err)
	}
	// What goes wrong inside is not told.
	p.fail = errors.New("disk full: /var/lib/hall")
	code = p.open(t)
	if err := apply(code); !errors.Is(err, wire.ErrPeerFault) || len(hub.reported()) != 1 {
		t.Errorf("a fault of the admitter: %v, %v", err, hub.reported())
	}
	p.fail = nil
	if err := apply(code); err != nil {
		t.Errorf("after the fault: %v", err)
	}
	for what, a := range map[string]wire.Applicant{
		"no name":         {Key: public(keyOf(1)), Wrap: make([]byte, 32)},
		"a name in lines": {Key: public(keyOf(1)), Wrap: make([]byte, 32), Name: "a\nb"},
		"a long name":     {Key: public(keyOf(1)), Wrap: make([]byte, 32), Name: strings.Repeat("a", 129)},
		"no wrap":         {Key: public(keyOf(1)), Name: "a"},
		"half a key":      {Key: public(keyOf(1))[:16], Wrap: make([]byte, 32), Name: "a"},
	} {
		if _, _, err := wire.Apply(t.Context(), hub.address, code, a); !errors.Is(err, exchange.ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	nobody := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	if _, _, err := wire.Apply(t.Context(), nobody.address, code, applicant(1)); !errors.Is(err, exchange.ErrForbidden) {
		t.Errorf("where nobody admits: %v", err)
	}
}

// Somebody in the middle with another key is told nothing: not even who asks.
func TestAdmissionManInTheMiddle(t *testing.T) {
	hub, p := entrance(t)
	code := p.open(t)
	mallory := wire.Identity{Key: keyOf(666)}
	heard := make(chan int, 1)
	l := must(tls.Listen("tcp", "127.0.0.1:0", must(wire.ServerTLS(mallory))))
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		n, _ := io.Copy(io.Discard, conn)
		heard <- int(n)
	}()
	if _, _, err := wire.Apply(t.Context(), l.Addr().String(), code, applicant(1)); !errors.Is(err, wire.ErrIdentity) {
		t.Errorf("another key: %v", err)
	}
	if n := <-heard; n != 0 {
		t.Errorf("the one in the middle heard %d bytes", n)
	}
	if codes, _ := p.Codes(t.Context()); len(codes) != 1 {
		t.Error("the code was spent")
	}
	if _, _, err := wire.Apply(t.Context(), hub.address, code, applicant(1)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A proof that was made for one connection is worth nothing on another: not the applicant's at the admitter, nor the
// admitter's at an applicant.
func TestAdmissionProofsAreOfOneConnection(t *testing.T) {
	hub, p := entrance(t)
	code := p.open(t)
	key := must(wire.CodeKey(code, public(keyOf(hubKey))))
	a := applicant(1)
	body := func(proof []byte) []byte { return must(wire.EncodeApplication(a, proof)) }
	c := raw(t, machine{})
	url := "https://" + hub.address + "/v1/admit"
	// What the protocol says a proof is, made for another connection than the one on which it is shown.
	dial := func() *tls.Conn {
		conn, err := tls.Dial("tcp", hub.address, must(wire.ClientTLS(wire.Identity{}, hubTrust())))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	proof := func(conn *tls.Conn) []byte {
		cs := conn.ConnectionState()
		m := hmac.New(sha256.New, key)
		m.Write(must(cs.ExportKeyingMaterial("EXPORTER-linli-admit", nil, 32)))
		m.Write(a.Key)
		return m.Sum(nil)
	}
	show := func(conn *tls.Conn, proof []byte) int {
		b := body(proof)
		fmt.Fprintf(conn, "POST /v1/admit HTTP/1.1\r\nHost: hub\r\nContent-Type: application/cbor\r\nContent-Length: %d\r\n\r\n%s", len(b), b)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode
	}
	one, two := dial(), dial()
	if status := show(two, proof(one)); status != 403 {
		t.Errorf("a proof made for another connection: %d", status)
	}
	if status := show(one, proof(one)); status != 200 {
		t.Errorf("a proof made for this connection: %d", status)
	}
	for what, proof := range map[string][]byte{"the key": key, "nothing": make([]byte, 32)} {
		if status, word, _ := post(t, c, url, nil, bytes.NewReader(body(proof))); status != 403 || word != "code" {
			t.Errorf("%s as proof: %d %q", what, status, word)
		}
	}
	// A server that holds the hub's key but does not know the code: it cannot answer.
	certificate := ours.certify(1, exchange.RoleDesk, oplog.Public)
	given := must(wire.EncodeAdmission(wire.Admission{
		Certificate: must(certificate.Encode()), Hall: ours.id, Authority: public(ours.authority), Name: "a", Zone: "UTC",
	}))
	answer := must(oplog.Marshal([]any{given, make([]byte, 32)}))
	false1 := answering(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer))
	if _, _, err := wire.Apply(t.Context(), false1, code, a); !errors.Is(err, wire.ErrIdentity) {
		t.Errorf("an admission without proof: %v", err)
	}
}

// An admission whose connection is cut, wherever, is made good by asking again with the same key.
func TestAdmissionIsMadeGood(t *testing.T) {
	hub, p := entrance(t)
	code := p.open(t)
	var cut atomic.Int64 // bytes after which answers are cut
	cut.Store(faultproxy.Never)
	way, err := faultproxy.Listen(hub.address, func(int) faultproxy.Plan {
		return faultproxy.Plan{CutUp: faultproxy.Never, CutDown: cut.Load()}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = way.Close() })
	if _, _, err := wire.Apply(t.Context(), way.Address(), code, applicant(1)); err != nil {
		t.Fatal(err)
	}
	_, down := way.Carried()
	p.given = make(map[string]wire.Admission)
	code = p.open(t)
	cut.Store(down - 200) // within the answer
	if _, _, err := wire.Apply(t.Context(), way.Address(), code, applicant(2)); err == nil {
		t.Fatal("an answer that was cut off is taken")
	}
	cut.Store(faultproxy.Never)
	if _, _, err := wire.Apply(t.Context(), way.Address(), code, applicant(2)); err != nil {
		t.Errorf("asked again: %v", err)
	}
	if len(p.given) != 1 {
		t.Errorf("%d machines were admitted", len(p.given))
	}
}

// Admission goes through a proxy too.
func TestAdmissionThroughAProxy(t *testing.T) {
	hub, p := entrance(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go connectProxy(l)
	got, _, err := wire.ApplyThrough(t.Context(), hub.address, p.open(t), applicant(1), &url.URL{Scheme: "http", Host: l.Addr().String()})
	if err != nil || got.Hall != ours.id {
		t.Errorf("%+v, %v", got, err)
	}
}

// connectProxy answers CONNECT on a listener until it is closed.
func connectProxy(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			var request strings.Builder
			one := make([]byte, 1)
			for !strings.HasSuffix(request.String(), "\r\n\r\n") {
				if _, err := io.ReadFull(conn, one); err != nil {
					return
				}
				request.Write(one)
			}
			var host string
			if _, err := fmt.Sscanf(request.String(), "CONNECT %s HTTP/1.1", &host); err != nil {
				return
			}
			server, err := net.Dial("tcp", host)
			if err != nil {
				return
			}
			defer server.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
			go func() { _, _ = io.Copy(server, conn); _ = server.Close() }()
			_, _ = io.Copy(conn, server)
		}()
	}
}
