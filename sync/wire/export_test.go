package wire

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"time"

	"linli/sync/exchange"
)

// What the tests look at from outside.

// Routes are the routes that a server answers, as "METHOD path", and whether they are for machines of a hall alone.
func Routes() map[string]bool {
	known := make(map[string]bool)
	for _, rt := range routes {
		known[rt.method+" "+rt.path] = rt.known
	}
	return known
}

var (
	EncodeHeadsRequest  = encodeHeadsRequest
	DecodeHeadsRequest  = decodeHeadsRequest
	EncodeHeadsAnswer   = encodeHeadsAnswer
	DecodeHeadsAnswer   = decodeHeadsAnswer
	EncodePullRequest   = encodePullRequest
	DecodePullRequest   = decodePullRequest
	EncodePullAnswer    = encodePullAnswer
	DecodePullAnswer    = decodePullAnswer
	EncodePush          = encodePush
	DecodePush          = decodePush
	EncodePushAnswer    = encodePushAnswer
	DecodePushAnswer    = decodePushAnswer
	EncodeDigestRequest = encodeDigestRequest
	DecodeDigestRequest = decodeDigestRequest
	EncodeDigestAnswer  = encodeDigestAnswer
	DecodeDigestAnswer  = decodeDigestAnswer
	EncodeApplication   = encodeApplication
	DecodeApplication   = decodeApplication
	EncodeAdmission     = encodeAdmission
	DecodeAdmission     = decodeAdmission
	EncodeNewcomer      = encodeNewcomer
	DecodeNewcomer      = decodeNewcomer
	ParseRange          = parseRange
	CountItems          = countItems
	Compress            = compress
	ErrOffset           = errOffset
)

const (
	MaxAsk   = maxAsk
	MaxPush  = maxBatch
	MaxPull  = maxPull
	MaxItems = maxItems
)

// ReadBody reads a body that is there already.
func ReadBody(b []byte, how string, limit int) ([]byte, error) {
	return readBody(bytes.NewReader(b), how, limit)
}

// HandlerBeating is [Handler] with another heartbeat.
func HandlerBeating(server *exchange.Server, callers Callers, o Options, beat time.Duration) http.Handler {
	h := newHandler(server, callers, o)
	h.beat = beat
	return h
}

// HandlerHurried is [Handler] with little patience.
func HandlerHurried(server *exchange.Server, callers Callers, o Options, patience time.Duration) http.Handler {
	h := newHandler(server, callers, o)
	h.patience, h.impatience = patience, patience
	return h
}

// PushingRoom is how many bytes of batches a handler takes in at a time, and how many of them are free.
func PushingRoom(h http.Handler) (size, free int) {
	r := h.(*handler).pushing
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size, r.free
}

// NewRoom is a room for the tests alone.
func NewRoom(size int) func(bytes int) (leave func()) { return newRoom(size).take }

// Hurry makes a client impatient.
func (c *Client) Hurry(silence, patience time.Duration) { c.silence, c.patience = silence, patience }

// ApplyThrough is [Apply] through a proxy.
func ApplyThrough(ctx context.Context, address, code string, a Applicant, proxy *url.URL) (Admission, []byte, error) {
	given, key, err := applyThrough(ctx, address, code, a, http.ProxyURL(proxy))
	return given, key, err
}
