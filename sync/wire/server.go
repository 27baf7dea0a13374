package wire

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Callers says who may come in.
type Callers struct {
	// Authority answers the public key of a hall's authority, nil for a hall that is not served here.
	Authority func(hall string) ed25519.PublicKey
	// Expired is told of a machine that came with an expired certificate, once for each connection. It was let in: being
	// off for weeks must not lock a machine out. May be nil.
	Expired func(exchange.Caller)
}

// Options is what a server may have besides the exchange itself. The zero value has none of it.
type Options struct {
	Blobs    Blobs    // attachments; nil: none are kept here
	Admitter Admitter // who admits new machines; nil: nobody is admitted here
	Adopter  Adopter  // who takes in halls that come with their data; nil: none are
	Limits   Limits   // how much at once; zero fields take their defaults
	// Report is told of the server's own faults, of which callers learn nothing: errors of the replica, and panics. It may
	// be called from several goroutines. Nil drops them.
	Report func(route string, err error)
	Now    func() time.Time // for what has expired; nil: [time.Now]
}

// Limits bounds what a server does at once. What is beyond is answered 429 (this caller) or 503 (all together), with
// Retry-After.
type Limits struct {
	Held      int // pulls that wait, of all callers; default 16,384
	Working   int // other requests of all callers; default 64
	Blobs     int // attachments under way, of all callers; default 8
	Admission int // requests of machines that are not admitted, all together; default 32
	PerCaller int // of one caller, in each of the other three; default 4
}

// heartbeat is how often the caller of a held pull is told that the connection lives (102, RFC 2518 §10.1).
const heartbeat = 15 * time.Second

// pushingAtOnce is how many bytes of batches are decoded and taken in at a time.
const pushingAtOnce = 4 << 20

// handler is what [Handler] makes.
type handler struct {
	server  *exchange.Server
	callers Callers
	o       Options
	mux     *http.ServeMux

	beat, patience, impatience time.Duration

	working, held, blobs, admission *gate
	pushing                         *room
}

// Handler answers exchanges. Its requests have to come over TLS with [ServerTLS]; [NewServer] makes the server for it.
func Handler(server *exchange.Server, callers Callers, o Options) http.Handler {
	return newHandler(server, callers, o)
}

func newHandler(server *exchange.Server, callers Callers, o Options) *handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	l := o.Limits.withDefaults()
	h := &handler{
		server: server, callers: callers, o: o, mux: http.NewServeMux(),
		beat: heartbeat, patience: patience, impatience: impatience,
		working:   newGate(l.Working, l.PerCaller, 2*time.Second),
		held:      newGate(l.Held, l.PerCaller, 10*time.Second),
		blobs:     newGate(l.Blobs, l.PerCaller, 5*time.Second),
		admission: newGate(l.Admission, l.Admission, 2*time.Second),
		pushing:   newRoom(pushingAtOnce),
	}
	for _, rt := range routes {
		h.mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { h.answer(rt, w, r) })
	}
	return h
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		// A body that nobody here will read is read by net/http before an answer goes out, for as long as it takes.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.impatience))
	}
	h.mux.ServeHTTP(w, r)
}

// answer serves one request: who is it, is there room, what is asked; and whatever goes wrong becomes a status and a word.
func (h *handler) answer(rt route, w http.ResponseWriter, r *http.Request) {
	c := &call{h: h, w: w, r: r, control: http.NewResponseController(w)}
	defer c.end()
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p) // ends the connection, and is how that is done
		default:
			// What the panic says may hold somebody's data; where it was does not.
			h.report(rt, fmt.Errorf("wire: panic with %T\n%s", p, debug.Stack()))
			c.fail(ErrPeerFault)
		}
	}()
	err := c.serve(rt)
	if err == nil {
		return
	}
	if _, _, _, own := statusOf(err); own && r.Context().Err() == nil {
		h.report(rt, err)
	}
	c.fail(err)
}

func (h *handler) report(rt route, err error) {
	if h.o.Report != nil {
		h.o.Report(rt.method+" "+rt.path, err)
	}
}

// connection remembers of a connection whom its certificate was found to be of.
type connection struct {
	mu        sync.Mutex
	caller    exchange.Caller
	authority ed25519.PublicKey // that vouched for the caller; nil before the first request
}

type connectionKey struct{}

// caller says who is at the other end of the request's connection: [exchange.ErrRevoked] for nobody that the
// authority of a hall served here vouches for, and for a machine that was cut.
func (h *handler) caller(r *http.Request) (exchange.Caller, error) {
	conn, _ := r.Context().Value(connectionKey{}).(*connection)
	if conn == nil {
		conn = new(connection) // some other server's; nothing is remembered
	}
	conn.mu.Lock()
	defer conn.mu.Unlock()
	if r.TLS == nil {
		return exchange.Caller{}, exchange.ErrRevoked
	}
	if conn.authority == nil || !conn.authority.Equal(h.callers.Authority(conn.caller.Certificate.Hall)) {
		conn.authority = nil
		f, err := farEnd(*r.TLS)
		if err != nil || f.certificate == nil {
			return exchange.Caller{}, exchange.ErrRevoked
		}
		authority := h.callers.Authority(f.certificate.Hall)
		if authority == nil || f.certificate.Verify(authority) != nil {
			return exchange.Caller{}, exchange.ErrRevoked
		}
		conn.caller, conn.authority = exchange.Caller{Certificate: *f.certificate}, authority
		if h.callers.Expired != nil && Expired(*f.certificate, h.o.Now()) {
			h.callers.Expired(conn.caller)
		}
	}
	if h.server.Refuse != nil {
		if err := h.server.Refuse(conn.caller); err != nil {
			return exchange.Caller{}, err
		}
	}
	return conn.caller, nil
}

// Expired tells whether a certificate is past its end. It says that a new one is due, and locks nobody out.
func Expired(c oplog.Certificate, now time.Time) bool { return now.UnixMilli() > c.Expires }

// call is one request and its answer.
type call struct {
	h       *handler
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	caller  exchange.Caller // zero on a route for strangers
	leave   func()          // the gate that the call is in
	begun   bool            // the answer has begun
}

func (c *call) serve(rt route) (err error) {
	if c.r.Method != rt.method { // the mux takes HEAD for GET
		return exchange.ErrMalformed
	}
	if rt.known {
		if c.caller, err = c.h.caller(c.r); err != nil {
			return err
		}
	}
	if err := c.enter(rt.gate(c.h)); err != nil {
		return err
	}
	return rt.serve(c)
}

// enter leaves the gate that the call is in for another.
func (c *call) enter(g *gate) error {
	c.end()
	leave, err := g.enter(c.caller.Certificate.Origin)
	if err == nil {
		c.leave = leave
	}
	return err
}

func (c *call) end() {
	if c.leave != nil {
		c.leave()
		c.leave = nil
	}
}

// read reads the request's body, of at most limit bytes when it is no more compressed.
func (c *call) read(limit int) ([]byte, error) {
	if c.r.Header.Get("Content-Type") != mediaType {
		return nil, exchange.ErrMalformed
	}
	if c.r.ContentLength > int64(limit)+slack {
		return nil, exchange.ErrTooMuch
	}
	from := c.incoming()
	body, err := readBody(from, c.r.Header.Get("Content-Encoding"), limit)
	if from.broken {
		panic(http.ErrAbortHandler)
	}
	// From here on the caller may wait for as long as it is answered to.
	_ = c.control.SetReadDeadline(time.Time{})
	return body, err
}

// incoming is the request's body, read at a pace.
func (c *call) incoming() *paced {
	p := &paced{r: c.r.Body, deadline: c.control.SetReadDeadline, wait: c.h.patience}
	if len(c.caller.Certificate.PublicKey) == 0 {
		p.wait = c.h.impatience
	}
	return p
}

// outgoing is the answer's body, written at a pace.
func (c *call) outgoing() *paced {
	return &paced{w: c.w, deadline: c.control.SetWriteDeadline, wait: c.h.patience}
}

// write answers with a message.
func (c *call) write(body []byte) error {
	header := c.w.Header()
	if accepts(c.r.Header.Get("Accept-Encoding")) {
		small, how := compress(body)
		if body = small; how != "" {
			header.Set("Content-Encoding", how)
		}
	}
	header.Set("Content-Type", mediaType)
	c.send(http.StatusOK, body)
	return nil
}

func (c *call) send(status int, body []byte) {
	c.begun = true
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	to := c.outgoing()
	to.advance(len(body))
	c.w.WriteHeader(status)
	_, _ = to.Write(body) // an error is the connection's, which net/http ends
}

// fail answers with an error, or ends the connection when there is an answer half sent already.
func (c *call) fail(err error) {
	if c.begun || c.r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	status, word, after, _ := statusOf(err)
	body, err := oplog.Marshal(word)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	header := c.w.Header()
	if status == http.StatusRequestEntityTooLarge {
		header.Set("Connection", "close") // what else is coming is not read
	}
	if after > 0 {
		header.Set("Retry-After", retryAfter(after))
	}
	header.Set("Content-Type", mediaType)
	c.send(status, body)
}

// alive tells the caller of a held pull that the connection lives.
func (c *call) alive() {
	_ = c.control.SetWriteDeadline(time.Now().Add(c.h.patience))
	c.w.WriteHeader(http.StatusProcessing)
}

// NewServer makes the HTTP server that serves h as id, with the limits of time that held pulls live with. Start it with
// ServeTLS(listener, "", "").
func NewServer(id Identity, h http.Handler) (*http.Server, error) {
	config, err := ServerTLS(id)
	if err != nil {
		return nil, err
	}
	s := &http.Server{
		Handler:   h,
		TLSConfig: config,
		// The handshake and the headers. Bodies and answers have deadlines of their own, see call.
		ReadHeaderTimeout: 10 * time.Second,
		// A client lets go first, after clientIdle: who writes while the other closes has to ask again.
		IdleTimeout:    5 * time.Minute,
		MaxHeaderBytes: 8 << 10,
		// It would name addresses of callers; what is worth knowing goes to Options.Report.
		ErrorLog:  log.New(io.Discard, "", 0),
		Protocols: new(http.Protocols),
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, new(connection))
		},
	}
	s.Protocols.SetHTTP1(true)
	return s, nil
}
