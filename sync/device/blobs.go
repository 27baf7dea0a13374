package device

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// keeper is the store as package wire asks it for attachments.
type keeper struct{ s *store.Store }

var _ wire.Blobs = keeper{}

// Open implements [wire.Blobs].
func (k keeper) Open(ctx context.Context, scope oplog.Scope, hash oplog.Hash) (io.ReadSeekCloser, error) {
	f, err := k.s.OpenBlob(ctx, scope, hash)
	if err != nil {
		return nil, noBlob(err)
	}
	return f, nil
}

// Part implements [wire.Blobs].
func (k keeper) Part(ctx context.Context, scope oplog.Scope, hash oplog.Hash, size int64) (wire.Part, error) {
	p, err := k.s.OpenPart(ctx, scope, hash, size)
	if err != nil {
		return nil, noBlob(err)
	}
	return p, nil
}

func noBlob(err error) error {
	if app.CodeOf(err) == app.CodeNotFound {
		return wire.ErrNoBlob
	}
	return err
}

const (
	// soon is when a peer is asked again for an attachment that it did not have, or offered one again for which it
	// had no record yet; twice that after each try, up to late.
	soon = 2 * time.Second
	late = time.Hour
	// enough is how many questions in vain are asked in one round: a peer that keeps none is not to be worn out.
	enough = 32
)

// carrier brings attachments from and to one peer, one at a time.
type carrier struct {
	s     *store.Store
	t     *traffic // of entries; nil: attachments need not give way
	waits map[waiting]*wait
	// What was carried since it was made.
	in, out int
}

// waiting is an attachment that could not be carried.
type waiting struct {
	hash oplog.Hash
	out  bool
}

type wait struct {
	due   time.Time
	tries int
}

func newCarrier(s *store.Store, t *traffic) *carrier {
	return &carrier{s: s, t: t, waits: make(map[waiting]*wait)}
}

// round carries what is due, and answers when the next round is; zero for when something changes. An error is of the network, of
// the disk, or an [exchange.BusyError].
func (c *carrier) round(ctx context.Context, peer *wire.Client) (next time.Time, err error) {
	here, away, err := c.s.Attachments(ctx)
	if err != nil || here+away == 0 {
		return next, err
	}
	if err := c.t.quiet(ctx); err != nil {
		return next, err
	}
	// Whose log is it? What one peer holds is remembered for its log.
	hello, err := peer.Heads(ctx, exchange.HeadsRequest{Scope: oplog.HallScope(c.s.Membership().Hall, oplog.Public)})
	if err != nil {
		return next, err
	}
	missing, err := c.s.MissingBlobs(ctx)
	if err != nil {
		return next, err
	}
	var held []oplog.Hash // that the peer turned out to hold
	note := func() error {
		err := c.s.NoteBlobs(ctx, hello.Log, held...)
		held = nil
		return err
	}
	defer func() { err = errors.Join(err, note()) }()
	kept, vain := map[waiting]*wait{}, 0
	step := func(b store.Blob, out bool, carry func(context.Context, *wire.Client, store.Blob) (bool, error)) error {
		k := waiting{b.Hash, out}
		w := c.waits[k]
		if w == nil {
			w = &wait{}
		}
		if !time.Now().Before(w.due) && vain < enough {
			if err := c.t.quiet(ctx); err != nil {
				return err
			}
			done, err := carry(ctx, peer, b)
			if err != nil {
				return err
			}
			if done {
				held = append(held, b.Hash)
				return nil
			}
			w.due = time.Now().Add(min(late, soon<<min(w.tries, 20)))
			w.tries++
			vain++
		}
		kept[k] = w
		if due := later(w.due, soon); next.IsZero() || due.Before(next) {
			next = due
		}
		return nil
	}
	for _, b := range missing {
		if err := step(b, false, c.fetch); err != nil {
			return next, err
		}
	}
	if err := note(); err != nil { // what came from there is not offered back
		return next, err
	}
	vain = 0
	beyond, err := c.s.BlobsBeyond(ctx, hello.Log)
	if err != nil {
		return next, err
	}
	for _, b := range beyond {
		err := step(b, true, c.send)
		if errors.Is(err, exchange.ErrForbidden) {
			break // the peer may hold none of them
		}
		if err != nil {
			return next, err
		}
	}
	c.waits = kept
	return next, nil
}

// later is the time, or a while from now where it is not that far.
func later(at time.Time, least time.Duration) time.Time {
	if soonest := time.Now().Add(least); at.Before(soonest) {
		return soonest
	}
	return at
}

// fetch brings one from the peer. It answers false when the peer does not have it, or has something else by that name.
func (c *carrier) fetch(ctx context.Context, peer *wire.Client, b store.Blob) (bool, error) {
	p, err := c.s.OpenPart(ctx, b.Scope, b.Hash, b.Size)
	var busy *exchange.BusyError
	if app.CodeOf(err) == app.CodeNotFound || errors.As(err, &busy) { // it is no more wanted, or somebody else brings it
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer p.Close() //nolint:errcheck // Keep is what has to succeed
	err = peer.FetchBlob(ctx, b.Scope, b.Hash, b.Size, pausedPart{p, ctx, c.t})
	switch {
	case err == nil:
		c.in++
		return true, nil
	case errors.Is(err, wire.ErrNoBlob), errors.Is(err, wire.ErrBlobHash), errors.Is(err, exchange.ErrForbidden),
		errors.Is(err, exchange.ErrMalformed), errors.Is(err, exchange.ErrTooMuch):
		return false, nil
	}
	return false, err
}

// send hands one to the peer. It answers false when the peer keeps none, or has no record yet that it belongs to.
func (c *carrier) send(ctx context.Context, peer *wire.Client, b store.Blob) (bool, error) {
	f, err := c.s.OpenBlob(ctx, b.Scope, b.Hash)
	if err != nil {
		return false, noBlobIsFine(err)
	}
	defer f.Close() //nolint:errcheck // only read
	err = peer.SendBlob(ctx, b.Scope, b.Hash, b.Size, pausedFile{f, ctx, c.t})
	switch {
	case err == nil:
		c.out++
		return true, nil
	case errors.Is(err, wire.ErrNoBlob), errors.Is(err, wire.ErrBlobHash), errors.Is(err, exchange.ErrMalformed), errors.Is(err, exchange.ErrTooMuch):
		return false, nil
	}
	return false, err
}

func noBlobIsFine(err error) error {
	if app.CodeOf(err) == app.CodeNotFound {
		return nil
	}
	return err
}

// lane carries attachments to and from one peer for as long as the machine runs, while the entries of both are up to date.
type lane struct {
	d    *Device
	p    store.KnownPeer
	t    *traffic
	wake chan struct{}
	stop context.CancelFunc
}

// nudge has the lane look whether there is something to carry.
func (l *lane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lane) run(ctx context.Context) {
	c := newCarrier(l.d.s, l.t)
	var retry <-chan time.Time
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-retry:
		}
		retry = nil
		if !l.d.live(l.p.Address) {
			c.waits = make(map[waiting]*wait) // it may have more when it is back, and that wakes the lane
			continue
		}
		next, err := l.round(ctx, c)
		var busy *exchange.BusyError
		switch {
		case err == nil && next.IsZero():
			failures = 0
		case err == nil:
			failures = 0
			retry = time.After(time.Until(next))
		default:
			pause := min(late, soon<<min(failures, 20))
			if errors.As(err, &busy) {
				pause = max(pause, busy.After)
			}
			failures++
			retry = time.After(pause/2 + rand.N(pause)) //nolint:gosec // keeps machines apart, and nothing secret
		}
	}
}

func (l *lane) round(ctx context.Context, c *carrier) (time.Time, error) {
	peer, err := client(l.d.s, l.p)
	if err != nil {
		return time.Time{}, err
	}
	defer peer.Close()
	return c.round(ctx, peer)
}

// live tells whether the entries of this machine and of a peer are up to date.
func (d *Device) live(address string) bool {
	for _, st := range d.agent.Status() {
		if st.Address == address {
			return st.Live
		}
	}
	return false
}

// nudge wakes all lanes.
func (d *Device) nudge() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.lanes {
		l.nudge()
	}
}

// watchFiles wakes the lanes when something was attached, here or elsewhere, or has come.
func (d *Device) watchFiles(ctx context.Context) {
	changed, stop := d.s.Bus().Subscribe()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-changed:
			if c.Table == "attachment" || c.Table == "" {
				d.nudge()
			}
		}
	}
}
