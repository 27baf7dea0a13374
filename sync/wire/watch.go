package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"linli/sync/exchange"
)

// watch ends a request whose other end has fallen silent. A held pull is quiet for a while and gives signs of
// life; a dead connection gives none.
type watch struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	quiet   *time.Timer
	total   *time.Timer
	allowed time.Duration
	read    chan struct{} // closed when nobody reads the caller's stream any more; nil without one
}

// newWatch begins to watch a request that may be silent for so long, and take so long in all.
func newWatch(parent context.Context, allowed, total time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(parent)
	dead := func() { cancel(ErrSilent) }
	return ctx, &watch{
		ctx: ctx, cancel: cancel, quiet: time.AfterFunc(allowed, dead), total: time.AfterFunc(total, dead), allowed: allowed,
	}
}

// alive notes a sign of life.
func (w *watch) alive() { w.quiet.Reset(w.allowed) }

// end lets go of the request. A stream is the caller's again when it returns: net/http may go on reading it for a moment after
// it has answered.
func (w *watch) end() {
	w.quiet.Stop()
	w.total.Stop()
	w.cancel(context.Canceled)
	if w.read != nil {
		<-w.read
	}
}

// body makes a request's body of a stream that end waits for. net/http closes it in any case.
func (w *watch) body(from io.Reader) io.ReadCloser {
	w.read = make(chan struct{})
	return &streamed{Reader: from, read: w.read}
}

type streamed struct {
	io.Reader
	once sync.Once
	read chan struct{}
}

func (s *streamed) Close() error {
	s.once.Do(func() { close(s.read) })
	return nil
}

// fault says what ended a request: the caller, silence, who was at the other end, the network, or something that is no answer.
// What a library says of the last is left out, as it may quote what came.
func (w *watch) fault(parent context.Context, err error) error {
	switch {
	case parent.Err() != nil:
		return parent.Err()
	case errors.Is(context.Cause(w.ctx), ErrSilent):
		return ErrSilent
	case errors.Is(err, ErrIdentity), errors.Is(err, ErrWay), errors.Is(err, exchange.ErrTooMuch),
		errors.Is(err, exchange.ErrMalformed):
		return err
	case network(err):
		return fmt.Errorf("wire: %w", err)
	}
	return exchange.ErrMalformed
}

// reader reads with each byte a sign of life.
func (w *watch) reader(r io.Reader) io.Reader { return &watched{r, w} }

type watched struct {
	r io.Reader
	w *watch
}

func (r *watched) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if n > 0 {
		r.w.alive()
	}
	return n, err
}

// reader is the question's body from its beginning.
func (q *question) reader() io.Reader {
	if q.stream != nil {
		return q.stream
	}
	return bytes.NewReader(q.body)
}
