package wire_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// raw speaks HTTP to a server as a machine, without the client that keeps to the rules.
func raw(t testing.TB, m machine) *http.Client {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: must(wire.ClientTLS(m.id, hubTrust())), DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// post answers the status, the word and the headers of an answer.
func post(t testing.TB, c *http.Client, url string, header http.Header, body io.Reader) (int, string, http.Header) {
	t.Helper()
	r := must(http.NewRequest(http.MethodPost, url, body))
	r.Header.Set("Content-Type", "application/cbor")
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, _ := io.ReadAll(answer.Body)
	word, _ := oplog.Unmarshal(b)
	text, _ := word.(string)
	return answer.StatusCode, text, answer.Header
}

// counted counts what is read of it.
type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// Bodies beyond their bounds, and what is none of our bodies.
func TestRequestsThatAreRefused(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	c, url := raw(t, ours.desk(1)), "https://"+hub.address
	zstd := http.Header{"Content-Encoding": {"zstd"}}
	for what, r := range map[string]struct {
		path   string
		header http.Header
		body   []byte
		status int
		word   string
	}{
		"a bomb":                 {"/v1/push", zstd, bomb(t, 1<<30), 413, "too-much"},
		"a bomb as a question":   {"/v1/heads", zstd, bomb(t, 4<<20), 413, "too-much"},
		"more than a question":   {"/v1/pull", nil, make([]byte, wire.MaxAsk+4096), 413, "too-much"},
		"no CBOR":                {"/v1/heads", nil, []byte("<html>"), 400, "malformed"},
		"nothing":                {"/v1/heads", nil, nil, 400, "malformed"},
		"no zstd":                {"/v1/heads", zstd, []byte("<html>"), 400, "malformed"},
		"another encoding":       {"/v1/heads", http.Header{"Content-Encoding": {"gzip"}}, []byte("x"), 400, "malformed"},
		"another type":           {"/v1/heads", http.Header{"Content-Type": {"text/html"}}, []byte("x"), 400, "malformed"},
		"no batch":               {"/v1/push", nil, []byte{0x80}, 400, "malformed"},
		"an application as such": {"/v1/admit", nil, make([]byte, 100<<10), 403, "forbidden"},
	} {
		status, word, header := post(t, c, url+r.path, r.header, bytes.NewReader(r.body))
		if status != r.status || word != r.word || header.Get("Content-Type") != "application/cbor" {
			t.Errorf("%s: %d %q, want %d %q", what, status, word, r.status, r.word)
		}
	}
	for _, path := range []string{"/", "/v1", "/v1/heads/", "/v2/heads", "/debug/pprof"} {
		if status, _, _ := post(t, c, url+path, nil, nil); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if got := hub.reported(); len(got) > 0 {
		t.Errorf("reported as the server's own: %v", got)
	}
}

// A gigabyte is refused for its length alone, and one that does not say its length, at the limit.
func TestGigabyte(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	c, url := raw(t, ours.desk(1)), "https://"+hub.address+"/v1/push"
	for what, body := range map[string]io.Reader{
		"announced":   io.LimitReader(zeros{}, 1<<30),
		"unannounced": io.LimitReader(zeros{}, 1<<30),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		sent := &counted{r: body}
		r := must(http.NewRequest(http.MethodPost, url, sent))
		r.Header.Set("Content-Type", "application/cbor")
		if what == "announced" {
			r.ContentLength = 1 << 30
		}
		answer, err := c.Do(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		runtime.ReadMemStats(&after)
		// The connection may be gone before the answer was read: the caller is still talking.
		if err == nil && answer.StatusCode != 413 {
			t.Errorf("%s: %d", what, answer.StatusCode)
		}
		if n := sent.n.Load(); n > 64<<20 {
			t.Errorf("%s: %d MB were taken", what, n>>20)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
			t.Errorf("%s: took %d MB of memory", what, grown>>20)
		}
	}
	if _, err := client(t, hub.address, ours.desk(1), hubTrust()).Digest(t.Context(), ours.scope(oplog.Desk)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// spoiled is a replica with one method that does what it is told.
type spoiled struct {
	*memory
	digest func() (exchange.Digest, error)
}

func (s spoiled) Digest(context.Context, oplog.Scope) (exchange.Digest, error) { return s.digest() }

// What goes wrong inside of a server is told to its own, and nothing of it to callers.
func TestOwnFaultsAreNotTold(t *testing.T) {
	const secret = "database disk image is malformed: /var/lib/hall"
	fault := func() (exchange.Digest, error) { return exchange.Digest{}, errors.New(secret) }
	log := spoiled{newMemory(ours, "hub"), func() (exchange.Digest, error) { return fault() }}
	h := newServing()
	h.address = listen(t, hubIdentity(), wire.Handler(&exchange.Server{Replica: log}, h.callers(), wire.Options{Report: h.report}))
	c, url := raw(t, ours.desk(1)), "https://"+h.address+"/v1/digest"
	request := must(wire.EncodeDigestRequest(ours.scope(oplog.Desk)))
	ask := func() (int, string) {
		r := must(http.NewRequest(http.MethodPost, url, bytes.NewReader(request)))
		r.Header.Set("Content-Type", "application/cbor")
		answer, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, _ := io.ReadAll(answer.Body)
		var all strings.Builder
		_ = answer.Header.Write(&all)
		return answer.StatusCode, all.String() + string(b)
	}
	for what, how := range map[string]func() (exchange.Digest, error){
		"an error": fault,
		"a panic":  func() (exchange.Digest, error) { panic(secret) },
	} {
		fault = how
		before := len(h.reported())
		status, said := ask()
		if status != 500 || strings.Contains(said, "disk") || strings.Contains(said, "goroutine") {
			t.Errorf("%s: %d, %s", what, status, said)
		}
		reports := h.reported()[before:]
		if len(reports) != 1 {
			t.Fatalf("%s: %d reports", what, len(reports))
		}
		if what == "a panic" && (strings.Contains(reports[0].Error(), "disk image") || !strings.Contains(reports[0].Error(), "server_test.go")) {
			t.Errorf("%s is reported as %v", what, reports[0])
		}
	}
	for want, err := range map[int]error{
		409: exchange.ErrStale, 403: exchange.ErrForbidden, 401: exchange.ErrRevoked, 413: exchange.ErrTooMuch,
		400: fmt.Errorf("wrapped: %w", exchange.ErrMalformed), 503: &exchange.BusyError{After: 1500 * time.Millisecond},
	} {
		fault = func() (exchange.Digest, error) { return exchange.Digest{}, err }
		before := len(h.reported())
		if status, _ := ask(); status != want {
			t.Errorf("%v: %d, want %d", err, status, want)
		}
		if len(h.reported()) > before {
			t.Errorf("%v is reported as a fault", err)
		}
		peer := client(t, h.address, ours.desk(1), hubTrust())
		_, got := peer.Digest(t.Context(), ours.scope(oplog.Desk))
		var busy *exchange.BusyError
		if want == 503 {
			if !errors.As(got, &busy) || busy.After != 2*time.Second {
				t.Errorf("busy became %v", got)
			}
		} else if !errors.Is(err, got) {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// What is in a server at once is bounded, for each caller and for all.
func TestLimits(t *testing.T) {
	log := newMemory(ours, "hub")
	hub := serve(t, hubIdentity(), log, wire.Options{Limits: wire.Limits{Held: 3, PerCaller: 2}})
	scope := ours.scope(oplog.Public)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan error, 8)
	held := func(m machine) {
		c := client(t, hub.address, m, hubTrust())
		go func() {
			_, err := c.Pull(ctx, exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: exchange.MaxWait})
			gone <- err
		}()
	}
	refused := func(m machine) error {
		_, err := client(t, hub.address, m, hubTrust()).Pull(t.Context(), exchange.PullRequest{
			Scopes: []exchange.PullScope{{Scope: scope}}, Wait: time.Millisecond, // held, and not for long where it is let in
		})
		return err
	}
	one, two, three := ours.desk(1), ours.desk(2), ours.desk(3)
	held(one)
	held(one)
	log.awaitWatchers(2)
	var busy *exchange.BusyError
	if err := refused(one); !errors.As(err, &busy) || busy.After < time.Second {
		t.Errorf("a third pull of one caller: %v", err)
	}
	held(two)
	log.awaitWatchers(3)
	if err := refused(three); !errors.As(err, &busy) || busy.After < time.Second {
		t.Errorf("a fourth pull: %v", err)
	}
	// Other requests go on meanwhile.
	if _, err := client(t, hub.address, one, hubTrust()).Digest(t.Context(), scope); err != nil {
		t.Error(err)
	}
	cancel()
	for range 3 {
		<-gone
	}
	log.awaitWatchers(0)
	// Whoever left makes room.
	one.write(t, log, scope)
	if err := refused(three); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// A pull that is held is told that it lives, and longer than its caller would believe in silence.
func TestHeartbeat(t *testing.T) {
	h := newServing()
	log := newMemory(ours, "hub")
	h.address = listen(t, hubIdentity(), wire.HandlerBeating(
		&exchange.Server{Replica: log, Refuse: h.refuse}, h.callers(), wire.Options{}, 20*time.Millisecond))
	m, scope := ours.desk(1), ours.scope(oplog.Desk)
	c := client(t, h.address, m, hubTrust())
	c.Hurry(3*time.Second, time.Minute)
	a, err := c.Pull(t.Context(), exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: 4 * time.Second})
	if err != nil || len(a.Pages) != 1 || len(a.Pages[0].Batch.Items) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	// What comes while it is held in a later piece arrives; a machine that is cut meanwhile is told.
	got := make(chan error, 1)
	pull := func() {
		a, err := c.Pull(t.Context(), exchange.PullRequest{Scopes: []exchange.PullScope{{Scope: scope}}, Wait: exchange.MaxWait})
		if err == nil && len(a.Pages[0].Batch.Items) != 1 {
			err = errors.New("nothing came")
		}
		got <- err
	}
	go pull()
	for range 3 { // three pieces begin and end
		log.awaitWatchers(1)
		log.awaitWatchers(0)
	}
	m.write(t, log, scope)
	if err := <-got; err != nil {
		t.Error(err)
	}
	log2 := newMemory(ours, "hub")
	h.address = listen(t, hubIdentity(), wire.HandlerBeating(
		&exchange.Server{Replica: log2, Refuse: h.refuse}, h.callers(), wire.Options{}, 20*time.Millisecond))
	c = client(t, h.address, m, hubTrust())
	go pull()
	log2.awaitWatchers(1)
	h.mu.Lock()
	h.cut[m.cert.Origin] = true
	h.mu.Unlock()
	if err := <-got; !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("cut while it was held: %v", err)
	}
}

// A caller that stands still in the middle of a request, or of an answer, is hung up on.
func TestStandingStill(t *testing.T) {
	h, kept := newServing(), newDrawer()
	scope := ours.scope(oplog.Desk)
	body, hash := attachment(30 << 20) // more than the buffers of both ends
	kept.put(scope, hash, body)
	address := listen(t, hubIdentity(), wire.HandlerHurried(
		&exchange.Server{Replica: newMemory(ours, "hub")}, h.callers(), wire.Options{Blobs: kept, Report: h.report}, 50*time.Millisecond))
	for what, request := range map[string]string{
		"a body":     "POST /v1/push HTTP/1.1\r\nHost: hub\r\nContent-Type: application/cbor\r\nContent-Length: 1000\r\n\r\nhalf",
		"an upload":  "PUT /v1/blob/" + hash.String() + "?scope=hall/h1/public HTTP/1.1\r\nHost: hub\r\nContent-Range: bytes 0-9/10\r\nContent-Length: 10\r\n\r\nhalf",
		"an answer":  "GET /v1/blob/" + hash.String() + "?scope=" + string(scope) + " HTTP/1.1\r\nHost: hub\r\n\r\n",
		"a stranger": "POST /v1/admit HTTP/1.1\r\nHost: hub\r\nContent-Type: application/cbor\r\nContent-Length: 1000\r\n\r\nhalf",
	} {
		conn, err := tls.Dial("tcp", address, must(wire.ClientTLS(ours.desk(1).id, hubTrust())))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, request)
		if what == "an answer" {
			// Not read until the server has given up: it lets go of what it was sending.
			<-kept.closed
		}
		if n, err := io.Copy(io.Discard, conn); n >= int64(len(body)) {
			t.Errorf("%s: %d bytes came, %v", what, n, err)
		}
		_ = conn.Close()
	}
}

// Headers have limits of their own, and nothing has one that would end a held pull.
func TestServerTimes(t *testing.T) {
	server, err := wire.NewServer(hubIdentity(), http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	if server.ReadHeaderTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Error("no limits on headers")
	}
	if server.WriteTimeout != 0 || server.ReadTimeout != 0 {
		t.Error("a held pull would be cut off")
	}
	if server.TLSConfig.MinVersion != tls.VersionTLS13 {
		t.Error("TLS 1.2 is spoken")
	}
}
