package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/faultproxy"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// answering is a server with the hub's key that says the same to everybody, byte by byte.
func answering(t *testing.T, answer string) string {
	t.Helper()
	return listen(t, hubIdentity(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, answer)
	}))
}

// A client believes what conforms, and takes nothing else for a state of its peer.
func TestAnswersThatDoNotConform(t *testing.T) {
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	good := must(wire.EncodeDigestAnswer(exchange.DigestAnswer{Log: "hub"}))
	head := func(status, kind string, more ...string) string {
		return "HTTP/1.1 " + status + "\r\nContent-Type: " + kind + "\r\n" + strings.Join(append(more, ""), "\r\n") + "\r\n"
	}
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d", n) }
	const page = "<html>sign in to the guest network</html>"
	cbor := "application/cbor"
	word := func(w string) string { return string(must(oplog.Marshal(w))) }
	var network net.Error
	for what, c := range map[string]struct {
		answer string
		want   error // nil: only that it is an error and none of the peer's words
	}{
		"the good one":            {head("200 OK", cbor, length(len(good))) + string(good), errNone},
		"a page":                  {head("200 OK", "text/html", length(len(page))) + page, exchange.ErrMalformed},
		"a page as CBOR":          {head("200 OK", cbor, length(len(page))) + page, exchange.ErrMalformed},
		"CBOR as a page":          {head("200 OK", "text/html", length(len(good))) + string(good), exchange.ErrMalformed},
		"without length":          {head("200 OK", cbor, "Connection: close") + string(good), exchange.ErrMalformed},
		"in chunks":               {head("200 OK", cbor, "Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(good), good), exchange.ErrMalformed},
		"too short":               {head("200 OK", cbor, length(len(good))) + string(good[:10]), nil},
		"shorter than said":       {head("200 OK", cbor, length(len(good)+5)) + string(good), nil},
		"longer than said":        {head("200 OK", cbor, length(len(good)-5)) + string(good), exchange.ErrMalformed},
		"a negative length":       {head("200 OK", cbor, "Content-Length: -1") + string(good), exchange.ErrMalformed},
		"a huge length":           {head("200 OK", cbor, length(1<<30)) + string(good), exchange.ErrTooMuch},
		"said to be zstd":         {head("200 OK", cbor, "Content-Encoding: zstd", length(len(good))) + string(good), exchange.ErrMalformed},
		"another encoding":        {head("200 OK", cbor, "Content-Encoding: gzip", length(len(good))) + string(good), exchange.ErrMalformed},
		"a header without end":    {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 40), nil},
		"no HTTP":                 {"220 mail.example.org ESMTP\r\n", exchange.ErrMalformed},
		"nothing":                 {"", nil},
		"a redirection":           {head("302 Found", "text/html", "Location: https://login.example.org/", length(0)), exchange.ErrMalformed},
		"switching protocols":     {head("101 Switching Protocols", cbor, "Upgrade: h2c", "Connection: Upgrade"), exchange.ErrMalformed},
		"no content":              {head("204 No Content", cbor), exchange.ErrMalformed},
		"502 by a gateway":        {head("502 Bad Gateway", "text/html", length(len(page))) + page, wire.ErrWay},
		"504 by a gateway":        {head("504 Gateway Timeout", "text/html", length(0)), wire.ErrWay},
		"500 by a gateway":        {head("500 Oops", "text/html", length(len(page))) + page, wire.ErrWay},
		"500 by the peer":         {head("500 Internal Server Error", cbor, length(len(word("fault")))) + word("fault"), wire.ErrPeerFault},
		"401 by a gateway":        {head("401 Unauthorized", "text/html", length(len(page))) + page, exchange.ErrMalformed},
		"401 by the peer":         {head("401 Unauthorized", cbor, length(len(word("revoked")))) + word("revoked"), exchange.ErrRevoked},
		"403 by a gateway":        {head("403 Forbidden", "text/html", length(len(page))) + page, exchange.ErrMalformed},
		"409 without a word":      {head("409 Conflict", cbor, length(0)), exchange.ErrMalformed},
		"409 with another's word": {head("409 Conflict", cbor, length(len(word("revoked")))) + word("revoked"), exchange.ErrMalformed},
		"409 by the peer":         {head("409 Conflict", cbor, length(len(word("stale")))) + word("stale"), exchange.ErrStale},
		"404":                     {head("404 Not Found", "text/plain", length(len(page))) + page, exchange.ErrMalformed},
		"407":                     {head("407 Proxy Authentication Required", "text/html", length(0)), wire.ErrWay},
		"503 without a time":      {head("503 Service Unavailable", "text/html", length(len(page))) + page, wire.ErrWay},
		"503 with no time":        {head("503 Service Unavailable", cbor, "Retry-After: soon", length(0)), wire.ErrWay},
	} {
		_, err := client(t, answering(t, c.answer), m, hubTrust()).Digest(t.Context(), scope)
		switch {
		case c.want == errNone && err != nil, c.want != nil && c.want != errNone && !errors.Is(err, c.want):
			t.Errorf("%s: %v, want %v", what, err, c.want)
		case c.want == nil && !errors.As(err, &network) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) &&
			!errors.Is(err, exchange.ErrMalformed):
			t.Errorf("%s: %v, want an error of the network", what, err)
		case err != nil && (strings.Contains(err.Error(), "html") || strings.Contains(err.Error(), "mail")):
			t.Errorf("%s: what came is quoted: %v", what, err)
		}
	}
	for value, want := range map[string]time.Duration{"7": 7 * time.Second, "999999999": time.Hour} {
		for _, status := range []string{"503 Service Unavailable", "429 Too Many Requests"} {
			_, err := client(t, answering(t, head(status, "text/html", "Retry-After: "+value, length(0))), m, hubTrust()).Digest(t.Context(), scope)
			var busy *exchange.BusyError
			if !errors.As(err, &busy) || busy.After != want {
				t.Errorf("%s, Retry-After %s: %v", status, value, err)
			}
		}
	}
}

var errNone = errors.New("no error")

// An answer of the right form that answers another question is none.
func TestAnswersToAnotherQuestion(t *testing.T) {
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	reply := func(b []byte) *wire.Client {
		return client(t, answering(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: %d\r\n\r\n%s", len(b), b)), m, hubTrust())
	}
	heads := must(wire.EncodeHeadsAnswer(exchange.HeadsAnswer{Log: "hub", Held: []bool{true}}))
	if _, err := reply(heads).Heads(t.Context(), exchange.HeadsRequest{Scope: scope}); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("about a head that was not asked for: %v", err)
	}
	pages := must(wire.EncodePullAnswer(exchange.PullAnswer{Log: "hub", Pages: []exchange.PullPage{{Batch: oplog.Batch{Scope: "hall/h1/public"}}}}))
	pull := exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}}
	if _, err := reply(pages).Pull(t.Context(), pull); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("another scope: %v", err)
	}
	pull.Scopes = append(pull.Scopes, exchange.PullScope{Scope: "hall/h1/public"})
	if _, err := reply(pages).Pull(t.Context(), pull); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("one page for two scopes: %v", err)
	}
	pushed := must(wire.EncodePushAnswer(exchange.PushAnswer{Log: "hub", Fresh: 2}))
	if _, err := reply(pushed).Push(t.Context(), oplog.Batch{Scope: scope, Items: items(t, 1)}); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("more entries than were sent: %v", err)
	}
}

// A server that fell silent is found out, in the middle of a held pull too, and whoever gives up is not made to wait.
func TestSilence(t *testing.T) {
	log := newMemory(ours, "hub")
	hub := serve(t, hubIdentity(), log, wire.Options{})
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	plan := faultproxy.Through
	plan.CutDown, plan.Hole = 0, true
	hole, err := faultproxy.Listen(hub.address, func(int) faultproxy.Plan { return plan })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hole.Close() })
	c := client(t, hole.Address(), m, hubTrust())
	c.Hurry(50*time.Millisecond, 50*time.Millisecond)
	pull := exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: exchange.MaxWait}
	if _, err := c.Digest(t.Context(), scope); !errors.Is(err, wire.ErrSilent) {
		t.Errorf("before the handshake: %v", err)
	}
	if _, err := c.Pull(t.Context(), pull); !errors.Is(err, wire.ErrSilent) {
		t.Errorf("a pull before the handshake: %v", err)
	}
	// The server of this one never gives a sign of life: its pull is held for longer than it is believed.
	c = client(t, hub.address, m, hubTrust())
	c.Hurry(50*time.Millisecond, time.Minute)
	if _, err := c.Pull(t.Context(), pull); !errors.Is(err, wire.ErrSilent) {
		t.Errorf("a held pull without a sign of life: %v", err)
	}
	log.awaitWatchers(0) // and the server has noticed
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Pull(ctx, pull); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	ctx, cancel = context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	if _, err := c.Digest(ctx, scope); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time: %v", err)
	}
}

// A connection that was closed while it was idle costs nobody an error.
func TestIdleConnectionsMayBeClosed(t *testing.T) {
	log := newMemory(ours, "hub")
	hub := serve(t, hubIdentity(), log, wire.Options{})
	way, err := faultproxy.Listen(hub.address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = way.Close() })
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	c := client(t, way.Address(), m, hubTrust())
	for n := range 5 {
		if _, err := c.Digest(t.Context(), scope); err != nil {
			t.Fatalf("request %d: %v", n, err)
		}
		way.Cut()
	}
}

// One connection carries all requests that are not held.
func TestConnectionsAreKept(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	way, err := faultproxy.Listen(hub.address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = way.Close() })
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	c := client(t, way.Address(), m, hubTrust())
	for range 10 {
		if _, err := c.Digest(t.Context(), scope); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Pull(t.Context(), exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: time.Millisecond}); err != nil {
			t.Fatal(err)
		}
	}
	if n := way.Connections(); n != 2 {
		t.Errorf("%d connections, want one for held pulls and one for the rest", n)
	}
	// What the client has read the relay has written, and counts when its write comes back.
	up, down := way.Carried()
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); up, down = way.Carried() {
		if out, in := c.Traffic(); out == up && in == down {
			break
		}
		runtime.Gosched()
	}
	if out, in := c.Traffic(); out != up || in != down {
		t.Errorf("the client counts %d out and %d in, the wire has %d and %d", out, in, up, down)
	}
}

// A machine of the hall's network is given entries that its certificate lets it read, and no others: it may be a kiosk.
func TestPushGivesNothingToThoseWhoMayNotRead(t *testing.T) {
	desk, kiosk := ours.desk(1), ours.kiosk(2)
	log := newMemory(ours, "kiosk")
	peer := serve(t, kiosk.id, log, wire.Options{})
	c := client(t, peer.address, desk, wire.HallMate(ours.id, public(ours.authority), nil))
	mine := newMemory(ours, "a")
	for part, want := range map[string]error{oplog.Desk: exchange.ErrForbidden, oplog.Intake: exchange.ErrForbidden, oplog.Public: nil} {
		scope := ours.scope(part)
		desk.write(t, mine, scope)
		_, err := c.Push(t.Context(), oplog.Batch{Scope: scope, Items: mine.log(scope).items})
		if want == nil && err != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", part, err, want)
		}
		if n := log.count(scope); (want == nil) != (n == 1) {
			t.Errorf("%s: %d entries arrived", part, n)
		}
	}
}

// A proxy between is gone through with CONNECT; one that refuses is told from the peer.
func TestProxy(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	var refuse atomic.Bool
	var proxied atomic.Int32
	proxy := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || refuse.Load() {
			http.Error(w, "please sign in", http.StatusProxyAuthRequired)
			return
		}
		proxied.Add(1)
		server, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(server, conn); _ = server.Close() }()
		_, _ = io.Copy(conn, server)
		_ = conn.Close()
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = proxy.Serve(l) }()
	t.Cleanup(func() { _ = proxy.Close() })
	through := func(*http.Request) (*url.URL, error) { return &url.URL{Scheme: "http", Host: l.Addr().String()}, nil }
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	c := client(t, hub.address, m, hubTrust())
	c.Proxy = through
	if _, err := c.Digest(t.Context(), scope); err != nil || proxied.Load() != 1 {
		t.Errorf("%d connections through the proxy, %v", proxied.Load(), err)
	}
	refuse.Store(true)
	c = client(t, hub.address, m, hubTrust())
	c.Proxy = through
	if _, err := c.Digest(t.Context(), scope); !errors.Is(err, wire.ErrWay) || strings.Contains(err.Error(), "sign in") {
		t.Errorf("a proxy that refuses: %v", err)
	}
	c = client(t, hub.address, m, hubTrust())
	c.Proxy = wire.Direct
	if _, err := c.Digest(t.Context(), scope); err != nil || proxied.Load() != 1 {
		t.Errorf("direct: %d connections through the proxy, %v", proxied.Load(), err)
	}
}
