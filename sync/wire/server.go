package wire

import (
	"crypto/ed25519"
	"net/http"
	"time"

	"linli/sync/exchange"
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
	Limits   Limits   // how much at once; zero fields take their defaults
	// Report is told of the server's own faults, which callers learn nothing of: errors of the replica, and panics. It may
	// be called from several goroutines. Nil drops them.
	Report func(route string, err error)
	Now    func() time.Time // nil: [time.Now]
}

// Limits bounds what a server does at once. What is beyond is answered 429 (this caller) or 503 (all together), with
// Retry-After.
type Limits struct {
	Held      int // pulls that wait, of all callers; default 16,384
	Working   int // other requests of all callers; default 64
	Blobs     int // attachments under way, of all callers; default 8
	Admission int // requests of machines that are not admitted; default 4
	PerCaller int // of one caller, in each of these; default 4
}

// Handler answers exchanges. Its requests have to come over TLS with [ServerTLS]; [NewServer] makes the server for it.
func Handler(server *exchange.Server, callers Callers, o Options) http.Handler {
	return http.NotFoundHandler()
}

// NewServer makes the HTTP server that serves h as id, with the limits of time that held pulls live with. Start it with
// ServeTLS(listener, "", "").
func NewServer(id Identity, h http.Handler) (*http.Server, error) {
	config, err := ServerTLS(id)
	if err != nil {
		return nil, err
	}
	return &http.Server{Handler: h, TLSConfig: config, ReadHeaderTimeout: 10 * time.Second}, nil
}
