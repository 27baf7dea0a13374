package wire

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// ErrPeerFault says that the peer could not answer for a reason of its own, such as a full disk. Try again later.
var ErrPeerFault = errors.New("wire: the peer has a fault")

// ErrWay says that something between here and the peer answered in its place, or the peer speaks another
// version. Try again later.
var ErrWay = errors.New("wire: the way to the peer is disturbed")

// words are the errors that travel, each with its status. A caller takes an error from both together, and from neither
// alone. What is not listed is a fault of the server's own, 500, of which nothing is told.
var words = []struct {
	word   string
	status int
	err    error
}{
	{"stale", http.StatusConflict, exchange.ErrStale},
	{"revoked", http.StatusUnauthorized, exchange.ErrRevoked},
	{"forbidden", http.StatusForbidden, exchange.ErrForbidden},
	{"too-much", http.StatusRequestEntityTooLarge, exchange.ErrTooMuch},
	{"malformed", http.StatusBadRequest, exchange.ErrMalformed},
	{"code", http.StatusForbidden, ErrCode},
	{"no-blob", http.StatusNotFound, ErrNoBlob},
	{"offset", http.StatusRequestedRangeNotSatisfiable, errOffset},
	{"fault", http.StatusInternalServerError, ErrPeerFault},
}

// crowded is a [exchange.BusyError] that says whose limit it was: this caller's or that of all together.
type crowded struct {
	exchange.BusyError
	caller bool
}

func (c *crowded) Unwrap() error { return &c.BusyError }

// statusOf answers how an error travels: status, word and, for a busy server, when to come again. own tells that
// it is a fault of the server's own.
func statusOf(err error) (status int, word string, after time.Duration, own bool) {
	var full *crowded
	var busy *exchange.BusyError
	switch {
	case errors.As(err, &full) && full.caller:
		return http.StatusTooManyRequests, "busy", full.After, false
	case errors.As(err, &busy):
		return http.StatusServiceUnavailable, "busy", busy.After, false
	}
	for _, w := range words {
		if errors.Is(err, w.err) {
			return w.status, w.word, 0, false
		}
	}
	return http.StatusInternalServerError, "fault", 0, true
}

// retryAfter writes a time to wait in whole seconds, at least one.
func retryAfter(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}

// maxAfter bounds how long a server may send a caller away.
const maxAfter = time.Hour

// errorOf is the inverse of statusOf: what a caller makes of an answer that is not 200. body is nil when it was not one
// of ours.
func errorOf(status int, header http.Header, body []byte) error {
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		seconds, err := strconv.Atoi(header.Get("Retry-After"))
		if err == nil && seconds > 0 {
			return &exchange.BusyError{After: min(time.Duration(min(seconds, 1<<20))*time.Second, maxAfter)}
		}
		return ErrWay
	}
	if v, err := oplog.Unmarshal(body); err == nil {
		for _, w := range words {
			if v == any(w.word) && w.status == status {
				return w.err
			}
		}
	}
	if status >= 500 || status == http.StatusRequestTimeout || status == http.StatusProxyAuthRequired {
		return ErrWay
	}
	return exchange.ErrMalformed
}
