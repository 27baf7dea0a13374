package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
}

// newWatch begins to watch a request that may be silent for so long, and take so long in all.
func newWatch(parent context.Context, allowed, total time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(parent)
	dead := func() { cancel(ErrSilent) }
	return ctx, &watch{ctx, cancel, time.AfterFunc(allowed, dead), time.AfterFunc(total, dead), allowed}
}

// alive notes a sign of life.
func (w *watch) alive() { w.quiet.Reset(w.allowed) }

func (w *watch) end() {
	w.quiet.Stop()
	w.total.Stop()
	w.cancel(context.Canceled)
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
