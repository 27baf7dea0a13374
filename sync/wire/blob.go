package wire

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// MaxBlob is the greatest size of an attachment in bytes.
const MaxBlob = 32 << 20

// Errors of attachments.
var (
	// ErrNoBlob says that an attachment is not there, or not whole yet.
	ErrNoBlob = errors.New("wire: no such attachment")
	// ErrBlobHash says that what came is not what it was called. It was thrown away.
	ErrBlobHash = fmt.Errorf("%w: an attachment of another hash", exchange.ErrMalformed)
	// errOffset says that an attachment goes on from another place.
	errOffset = errors.New("wire: the attachment goes on from another place")
)

// Blobs keeps attachments, each named by the SHA-256 of its bytes (as sealed) and belonging to one scope. Rights were
// checked by the scope before it is asked. Its methods may be called from any goroutine.
type Blobs interface {
	// Open opens a whole attachment, or answers [ErrNoBlob].
	Open(ctx context.Context, scope oplog.Scope, hash oplog.Hash) (io.ReadSeekCloser, error)
	// Part opens what has come so far of an attachment of that size, empty for a new one. One caller has it at a
	// time: another is answered an [exchange.BusyError]. One that is whole already has all of its bytes.
	Part(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64) (Part, error)
}

// Part is an attachment on its way in.
type Part interface {
	io.Reader     // what is there, from its beginning: it is hashed again when more comes
	io.Writer     // appends
	Have() int64  // bytes there
	Whole() bool  // it was kept
	Keep() error  // it is whole and its hash is right: keep it, durably
	Drop() error  // its hash is wrong: throw it away
	Close() error // lets go of it; without Keep or Drop what is there waits for the next try
}

// fill takes the rest of an attachment into a part, and keeps it when its hash is right.
func fill(p Part, hash oplog.Hash, size int64, rest io.Reader) error {
	if p.Whole() {
		return nil
	}
	sum, have := sha256.New(), p.Have()
	if _, err := io.CopyN(sum, p, have); err != nil {
		return fmt.Errorf("wire: reading what has come of an attachment: %w", err)
	}
	if _, err := io.CopyN(io.MultiWriter(p, sum), rest, size-have); err != nil {
		return fmt.Errorf("wire: taking an attachment: %w", err)
	}
	if oplog.Hash(sum.Sum(nil)) != hash {
		if err := p.Drop(); err != nil {
			return err
		}
		return ErrBlobHash
	}
	return p.Keep()
}

// blobName reads which attachment is meant and checks the caller's rights to its scope.
func (c *call) blobName(may func(oplog.Certificate, oplog.Scope) bool) (oplog.Scope, oplog.Hash, error) {
	hash, err := oplog.ParseHash(c.r.PathValue("hash"))
	scope := oplog.Scope(c.r.URL.Query().Get("scope"))
	switch {
	case err != nil, scope.Check() != nil:
		return "", hash, exchange.ErrMalformed
	case !may(c.caller.Certificate, scope):
		return "", hash, exchange.ErrForbidden
	case c.h.o.Blobs == nil:
		return "", hash, ErrNoBlob
	}
	return scope, hash, nil
}

// blobOut sends an attachment, from the beginning or from the offset in Range on.
func (c *call) blobOut() error {
	scope, hash, err := c.blobName(exchange.MayRead)
	if err != nil {
		return err
	}
	from := int64(0)
	if asked := c.r.Header.Get("Range"); asked != "" {
		digits, ok := strings.CutPrefix(asked, "bytes=")
		digits, open := strings.CutSuffix(digits, "-")
		if from, err = strconv.ParseInt(digits, 10, 64); err != nil || !ok || !open || from < 0 {
			return exchange.ErrMalformed
		}
	}
	b, err := c.h.o.Blobs.Open(c.r.Context(), scope, hash)
	if err != nil {
		return err
	}
	defer b.Close() //nolint:errcheck // only read
	size, err := b.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if from >= size {
		return errOffset
	}
	if _, err := b.Seek(from, io.SeekStart); err != nil {
		return err
	}
	c.begun = true
	header := c.w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, size-1, size))
	header.Set("Content-Length", strconv.FormatInt(size-from, 10))
	c.w.WriteHeader(http.StatusPartialContent)
	_, err = io.CopyN(&pacedWriter{w: c.w, deadline: c.control.SetWriteDeadline}, b, size-from)
	return err
}

// blobIn takes an attachment. Content-Range says which part of it comes: from where the part that is here ends, to the end.
// "bytes */size" with nothing asks where that is. The answer is [bytes there].
func (c *call) blobIn() error {
	scope, hash, err := c.blobName(exchange.MayWrite)
	if err != nil {
		return err
	}
	from, size, err := parseRange(c.r.Header.Get("Content-Range"))
	switch {
	case err != nil:
		return err
	case size > MaxBlob:
		return exchange.ErrTooMuch
	case from < 0 && c.r.ContentLength != 0, from >= 0 && c.r.ContentLength != size-from:
		return exchange.ErrMalformed
	}
	p, err := c.h.o.Blobs.Part(c.r.Context(), scope, hash, size)
	if err != nil {
		return err
	}
	defer p.Close() //nolint:errcheck // Keep is what has to succeed
	if p.Have() > size {
		return exchange.ErrMalformed // another size was announced before
	}
	if from >= 0 {
		if from != p.Have() {
			return errOffset
		}
		body := &paced{r: c.r.Body, deadline: c.control.SetReadDeadline, wait: patience}
		if err := fill(p, hash, size, body); err != nil {
			if body.broken {
				panic(http.ErrAbortHandler)
			}
			return err
		}
		_ = c.control.SetReadDeadline(time.Time{})
	}
	have := p.Have()
	if !p.Whole() && have == size { // all of it had come, and nothing after that
		if err := fill(p, hash, size, http.NoBody); err != nil {
			return err
		}
	}
	body, err := oplog.Marshal([]any{have})
	if err != nil {
		return err
	}
	return c.write(body)
}

// parseRange reads "bytes from-last/size", which has to reach to the end, or "bytes */size", for which from is -1.
func parseRange(s string) (from, size int64, err error) {
	s, ok := strings.CutPrefix(s, "bytes ")
	span, total, cut := strings.Cut(s, "/")
	size, err = strconv.ParseInt(total, 10, 64)
	if !ok || !cut || err != nil || size < 1 {
		return 0, 0, exchange.ErrMalformed
	}
	if span == "*" {
		return -1, size, nil
	}
	first, last, cut := strings.Cut(span, "-")
	from, err = strconv.ParseInt(first, 10, 64)
	if !cut || err != nil || from < 0 || from >= size || last != strconv.FormatInt(size-1, 10) {
		return 0, 0, exchange.ErrMalformed
	}
	return from, size, nil
}

// pacedWriter writes as long as it is taken at a pace.
type pacedWriter struct {
	w        io.Writer
	deadline func(time.Time) error
	start    time.Time
	n        int64
}

func (p *pacedWriter) Write(b []byte) (int, error) {
	if p.start.IsZero() {
		p.start = time.Now()
	}
	_ = p.deadline(p.start.Add(patience + time.Duration(p.n/pace)*time.Second))
	n, err := p.w.Write(b)
	p.n += int64(n)
	return n, err
}

func blobPath(scope oplog.Scope, hash oplog.Hash) string {
	return "/v1/blob/" + hash.String() + "?scope=" + url.QueryEscape(string(scope))
}

// SendBlob hands over an attachment of that size, from where the peer has it to. Called again after an interruption it goes on.
// Like [Client.Push] it gives nothing to a machine that may not read the scope.
func (c *Client) SendBlob(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64, from io.ReadSeeker) error {
	if size < 1 || size > MaxBlob {
		return exchange.ErrTooMuch
	}
	have, err := c.putBlob(ctx, scope, hash, nil, -1, size)
	if err != nil || have == size {
		return err
	}
	if _, err := from.Seek(have, io.SeekStart); err != nil {
		return err
	}
	if have, err = c.putBlob(ctx, scope, hash, from, have, size); err == nil && have != size {
		err = exchange.ErrMalformed
	}
	return err
}

func (c *Client) putBlob(ctx context.Context, scope oplog.Scope, hash oplog.Hash, from io.Reader, at, size int64) (have int64, err error) {
	span := fmt.Sprintf("bytes %d-%d/%d", at, size-1, size)
	q := question{lane: c.blobs, method: http.MethodPut, path: blobPath(scope, hash), limit: slack, meet: mayHold(scope)}
	if from == nil {
		span = fmt.Sprintf("bytes */%d", size)
	} else {
		q.stream, q.size = io.LimitReader(from, size-at), size-at
	}
	q.header = http.Header{"Content-Range": {span}}
	watch, answer, err := c.do(ctx, q)
	if err != nil {
		return 0, err
	}
	defer watch.end()
	defer answer.Body.Close() //nolint:errcheck // only read
	body, err := c.answer(ctx, watch, answer, slack)
	if err != nil {
		return 0, err
	}
	f := parse(body)
	have = f.within(0, size)
	return have, f.done()
}

// FetchBlob fetches an attachment of that size into a part, from where the part ends. Called again after an interruption it
// goes on.
func (c *Client) FetchBlob(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64, into Part) error {
	have := into.Have()
	if size < 1 || size > MaxBlob || have > size {
		return exchange.ErrTooMuch
	}
	if have == size {
		return fill(into, hash, size, http.NoBody)
	}
	watch, answer, err := c.do(ctx, question{
		lane: c.blobs, method: http.MethodGet, path: blobPath(scope, hash), limit: MaxBlob,
		header: http.Header{"Range": {fmt.Sprintf("bytes=%d-", have)}},
	})
	if err != nil {
		return err
	}
	defer watch.end()
	defer answer.Body.Close() //nolint:errcheck // only read
	if answer.StatusCode != http.StatusPartialContent {
		if answer.StatusCode == http.StatusOK {
			return exchange.ErrMalformed
		}
		_, err := c.answer(ctx, watch, answer, slack)
		return err
	}
	from, total, err := parseRange(answer.Header.Get("Content-Range"))
	if err != nil || from != have || total != size || answer.ContentLength != size-have {
		return exchange.ErrMalformed
	}
	body := &capped{r: watch.reader(answer.Body), left: size - have}
	if err := fill(into, hash, size, body); err != nil {
		if body.err != nil {
			return watch.fault(ctx, body.err)
		}
		return err
	}
	return nil
}
