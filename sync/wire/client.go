package wire

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"os"
	"sync/atomic"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// ErrSilent says that the peer gave no sign of life for too long, though it may be there: the connection is dead, or
// whoever should have answered is. Try again later.
var ErrSilent = errors.New("wire: no sign of life from the peer")

// silence is how long a held pull is believed in without a sign of life.
const silence = 2*heartbeat + 10*time.Second

// Client is another replica over the network. It implements [exchange.Peer], and its methods may be called from any
// goroutine. It has a connection for the pull that is held, one for everything else and one for attachments. Every
// request may be sent again: what the other side has already it takes for a duplicate.
//
// Its errors are those of package exchange when the peer said so; [ErrIdentity] when it is not the peer;
// [exchange.ErrMalformed] when what came is nobody's answer; and anything else is the network's, to be tried again later.
type Client struct {
	// Proxy says through which proxy to go, nil for what the environment says (HTTPS_PROXY, NO_PROXY). Use [Direct] for
	// the hall's own network. Not to be set after the first request.
	Proxy func(*http.Request) (*url.URL, error)

	base              *url.URL
	entries, wait     *http.Transport
	blobs             *http.Transport
	meter             meter
	silence, patience time.Duration
}

var _ exchange.Peer = (*Client)(nil)

// NewClient makes the client of the server at address, host:port or an https URL. It connects when it is first
// asked something.
func NewClient(address string, id Identity, trust Trust) (*Client, error) {
	base, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	config, err := ClientTLS(id, trust)
	if err != nil {
		return nil, err
	}
	// An answer to something large may take the peer a moment of its own.
	c := &Client{base: base, silence: silence, patience: 2 * patience}
	for _, lane := range []**http.Transport{&c.entries, &c.wait, &c.blobs} {
		*lane = transport(config.Clone(), c.proxy, &c.meter)
	}
	return c, nil
}

func (c *Client) proxy(r *http.Request) (*url.URL, error) {
	if c.Proxy != nil {
		return c.Proxy(r)
	}
	return http.ProxyFromEnvironment(r)
}

// Traffic answers the bytes that went over the client's sockets so far, TLS and its handshakes included.
func (c *Client) Traffic() (out, in int64) { return c.meter.out.Load(), c.meter.in.Load() }

// Close ends the connections that are idle. Requests are ended by their contexts.
func (c *Client) Close() {
	for _, lane := range []*http.Transport{c.entries, c.wait, c.blobs} {
		lane.CloseIdleConnections()
	}
}

// Meet connects and answers who is at the other end. The certificate is nil for a hub.
func (c *Client) Meet(ctx context.Context) (ed25519.PublicKey, *oplog.Certificate, error) {
	var met far
	q := question{
		lane: c.entries, method: http.MethodOptions, target: &url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Opaque: "*"},
		meet: func(_ tls.ConnectionState, f far) error { met = f; return nil },
	}
	_, answer, err := c.do(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	_ = answer.Body.Close()
	return met.key, met.certificate, nil
}

// Heads implements [exchange.Peer].
func (c *Client) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	body, err := encodeHeadsRequest(r)
	if err != nil {
		return exchange.HeadsAnswer{}, err
	}
	if body, err = c.ask(ctx, question{lane: c.entries, path: "/v1/heads", body: body, limit: maxAnswer}); err != nil {
		return exchange.HeadsAnswer{}, err
	}
	a, err := decodeHeadsAnswer(body)
	if err != nil || len(a.Held) != len(r.Heads) {
		return exchange.HeadsAnswer{}, exchange.ErrMalformed
	}
	return a, nil
}

// Pull implements [exchange.Peer].
func (c *Client) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	body, err := encodePullRequest(r)
	if err != nil {
		return exchange.PullAnswer{}, err
	}
	q := question{lane: c.entries, path: "/v1/pull", body: body, limit: maxPull}
	if r.Wait > 0 {
		q.lane, q.wait = c.wait, min(r.Wait, exchange.MaxWait)
	}
	if body, err = c.ask(ctx, q); err != nil {
		return exchange.PullAnswer{}, err
	}
	a, err := decodePullAnswer(body)
	if err != nil || len(a.Pages) != len(r.Scopes) {
		return exchange.PullAnswer{}, exchange.ErrMalformed
	}
	for i := range a.Pages {
		if a.Pages[i].Batch.Scope != r.Scopes[i].Scope {
			return exchange.PullAnswer{}, exchange.ErrMalformed
		}
	}
	return a, nil
}

// Push implements [exchange.Peer]. Entries go to a hub, and to a machine whose certificate lets it read them: an address
// of the hall's network may lead to a kiosk, which must not be told of residents.
func (c *Client) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	body, err := encodePush(b)
	if err != nil {
		return exchange.PushAnswer{}, err
	}
	q := question{lane: c.entries, path: "/v1/push", body: body, limit: maxAnswer, meet: mayHold(b.Scope)}
	if body, err = c.ask(ctx, q); err != nil {
		return exchange.PushAnswer{}, err
	}
	a, err := decodePushAnswer(body)
	if err != nil || a.Fresh+a.Duplicates > len(b.Items) {
		return exchange.PushAnswer{}, exchange.ErrMalformed
	}
	return a, nil
}

// Digest implements [exchange.Peer].
func (c *Client) Digest(ctx context.Context, scope oplog.Scope) (exchange.DigestAnswer, error) {
	body, err := encodeDigestRequest(scope)
	if err != nil {
		return exchange.DigestAnswer{}, err
	}
	if body, err = c.ask(ctx, question{lane: c.entries, path: "/v1/digest", body: body, limit: maxAnswer}); err != nil {
		return exchange.DigestAnswer{}, err
	}
	return decodeDigestAnswer(body)
}

// mayHold lets a scope's contents go to a hub, and to a machine that may read it.
func mayHold(scope oplog.Scope) func(tls.ConnectionState, far) error {
	return func(_ tls.ConnectionState, f far) error {
		if f.certificate != nil && !exchange.MayRead(*f.certificate, scope) {
			return exchange.ErrForbidden
		}
		return nil
	}
}

// question is one request of a client.
type question struct {
	lane   *http.Transport
	method string // POST if empty
	path   string
	target *url.URL // instead of a path
	header http.Header
	body   []byte
	stream io.Reader // instead of body, of size bytes
	size   int64
	limit  int           // of the answer
	wait   time.Duration // how long the peer may hold it
	// meet is asked about the other end of the connection before the body goes out. May be nil.
	meet func(tls.ConnectionState, far) error
}

// ask asks and answers the body of a conforming answer.
func (c *Client) ask(ctx context.Context, q question) ([]byte, error) {
	q.header = http.Header{"Content-Type": {mediaType}, "Accept-Encoding": {encoding}}
	body, how := compress(q.body)
	if q.body = body; how != "" {
		q.header.Set("Content-Encoding", how)
	}
	watch, answer, err := c.do(ctx, q)
	if err != nil {
		return nil, err
	}
	defer watch.end()
	defer answer.Body.Close() //nolint:errcheck // only read
	return c.answer(ctx, watch, answer, q.limit)
}

// answer reads an answer. It has to be of our kind and to say its length; what is anything else is not looked into.
func (c *Client) answer(ctx context.Context, watch *watch, r *http.Response, limit int) ([]byte, error) {
	ours := r.Header.Get("Content-Type") == mediaType && r.ContentLength >= 0
	if r.StatusCode != http.StatusOK {
		var body []byte
		if ours && r.ContentLength <= slack {
			body, _ = readBody(watch.reader(r.Body), r.Header.Get("Content-Encoding"), slack)
		}
		return nil, errorOf(r.StatusCode, r.Header, body)
	}
	if !ours {
		return nil, exchange.ErrMalformed
	}
	if r.ContentLength > int64(limit)+slack {
		return nil, exchange.ErrTooMuch
	}
	body, err := readBody(watch.reader(r.Body), r.Header.Get("Content-Encoding"), limit)
	if err != nil {
		return nil, watch.fault(ctx, err)
	}
	return body, nil
}

// do sends a request and answers when an answer begins; the watch has to be ended once it was read. A connection that the
// other end closed while it was idle is noticed no earlier than now, and the request is made again on a new one.
func (c *Client) do(parent context.Context, q question) (*watch, *http.Response, error) {
	w, answer, again, err := c.try(parent, q)
	if again {
		w, answer, _, err = c.try(parent, q)
	}
	return w, answer, err
}

// try makes a request once, and tells whether it may be made again because it came upon a dead connection.
func (c *Client) try(parent context.Context, q question) (w *watch, answer *http.Response, again bool, err error) {
	allowed := c.patience
	if q.wait > 0 {
		allowed = c.silence
	}
	if q.stream == nil {
		q.size = int64(len(q.body))
	}
	total := q.wait + 3*c.patience + time.Duration((q.size+int64(q.limit))/pace)*time.Second
	ctx, watch := newWatch(parent, allowed, total)
	var refused error // by meet; the body is not sent then
	var reused, answered atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			watch.alive()
			reused.Store(i.Reused)
			if q.meet != nil {
				refused = meet(i.Conn, q.meet)
			}
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { watch.alive() },
		Got1xxResponse:       func(int, textproto.MIMEHeader) error { watch.alive(); return nil },
		GotFirstResponseByte: func() { watch.alive(); answered.Store(true) },
	})
	r := (&http.Request{
		Method: q.method, URL: q.target, Host: c.base.Host, Header: q.header, ContentLength: q.size,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	if r.URL == nil {
		r.URL, _ = c.base.Parse(q.path) // paths are ours
	}
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	// Nil is not sent, and says that the request may be made twice: net/http does so itself in most cases.
	r.Header["Idempotency-Key"] = nil
	if q.size > 0 {
		body := func() (io.ReadCloser, error) {
			return io.NopCloser(watch.reader(&gated{from: q.reader(), refused: &refused})), nil
		}
		r.Body, _ = body()
		if q.stream == nil {
			r.GetBody = body
		} else {
			r.Body = watch.body(r.Body)
		}
	}
	answer, err = q.lane.RoundTrip(r)
	if err == nil && refused != nil { // without a body there was nothing to hold back
		_ = answer.Body.Close()
		err = refused
	}
	if err != nil {
		defer watch.end()
		if refused != nil {
			return nil, nil, false, refused
		}
		again = reused.Load() && !answered.Load() && q.stream == nil && network(err) && context.Cause(ctx) == nil
		return nil, nil, again, watch.fault(parent, err)
	}
	return watch, answer, false, nil
}

// meet asks about the other end of a connection.
func meet(conn net.Conn, who func(tls.ConnectionState, far) error) error {
	t, ok := conn.(*tls.Conn)
	if !ok {
		return fmt.Errorf("%w: no TLS", ErrIdentity)
	}
	cs := t.ConnectionState()
	f, err := farEnd(cs)
	if err != nil {
		return err
	}
	return who(cs, f)
}

// gated is a body that is held back when its receiver was refused.
type gated struct {
	from    io.Reader
	refused *error
}

func (g *gated) Read(b []byte) (int, error) {
	if *g.refused != nil {
		return 0, *g.refused
	}
	return g.from.Read(b)
}

// network tells an error of the network from something that is no answer.
func network(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
}
