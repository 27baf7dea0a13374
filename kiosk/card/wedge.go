package card

import (
	"context"
	"sync/atomic"
	"time"
	"unicode"
)

// The bounds of a scan that comes as keys. Scanners type a key every 7 to 16 ms; the fastest people need 60.
const (
	WedgeGap   = 50 * time.Millisecond // the most between two keys
	WedgeLeast = 6                     // characters
	WedgeMost  = 512                   // characters; an electronic card's code has up to 300
)

// Wedge tells scans from typing: keys that follow one another faster than people type, at least [WedgeLeast] of them, and Enter right behind. What
// is slower, too long, or holds control characters is no scan, and nothing of it is kept. It is a pure state machine; the zero Wedge is ready.
type Wedge struct {
	keys   []rune
	last   time.Time
	spoilt bool // the burst that is going on is no scan, however it ends
}

// Key takes a key: a character, or '\r' or '\n' for Enter. When it ends a scan, its text is answered.
func (w *Wedge) Key(r rune, at time.Time) (scan string, ok bool) {
	gap := at.Sub(w.last)
	if gap > WedgeGap || gap < 0 { // somebody else begins, or the clock was set
		w.forget()
	}
	w.last = at
	switch {
	case r == '\r' || r == '\n':
		if ok = !w.spoilt && len(w.keys) >= WedgeLeast; ok {
			scan = string(w.keys)
		}
		w.forget()
	case w.spoilt:
	case !unicode.IsPrint(r) || r == unicode.ReplacementChar || len(w.keys) == WedgeMost:
		w.spoil()
	default:
		w.keys = append(w.keys, r)
	}
	return scan, ok
}

// forget leaves nothing of what was typed: it may have been a person's.
func (w *Wedge) forget() {
	clear(w.keys)
	w.keys, w.spoilt = w.keys[:0], false
}

// spoil makes the burst that is going on none.
func (w *Wedge) spoil() {
	w.forget()
	w.spoilt = true
}

// Typist is a reader whose scanner types like a keyboard: it has to be told of the window's keys. Typed returns at once and may be called from any
// goroutine; Types answers whether it wants to be told.
type Typist interface {
	Types() bool
	Typed(r rune, at time.Time)
}

// Keys is the reader of a scanner that types like a keyboard. It is never away.
type Keys struct {
	once
	keys chan key
	lost atomic.Bool // some keys were dropped
}

type key struct {
	r  rune
	at time.Time
}

// keepKeys is how long keys without an end are kept. They count for [WedgeGap] only; this is that nothing lies about.
const keepKeys = 10 * time.Second

// NewKeys answers a reader that is told of keys by [Keys.Typed].
func NewKeys() *Keys { return &Keys{keys: make(chan key, 2*WedgeMost)} }

// Types implements [Typist].
func (*Keys) Types() bool { return true }

// Reads says that it reads codes alone; see [Reads].
func (*Keys) Reads() bool { return false }

// Typed implements [Typist]. Keys that come faster than they are looked at are dropped.
func (k *Keys) Typed(r rune, at time.Time) {
	select {
	case k.keys <- key{r, at}:
	default:
		k.lost.Store(true)
	}
}

// Run implements [Reader].
func (k *Keys) Run(ctx context.Context, take func(Event)) error {
	if err := k.begin(); err != nil {
		return err
	}
	var w Wedge
	var quiet <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-quiet:
			w.forget()
		case one := <-k.keys:
			if k.lost.Swap(false) {
				w.spoil() // half a scan would be another one
			}
			quiet = time.After(keepKeys)
			if text, ok := w.Key(one.r, one.at); ok && ctx.Err() == nil {
				take(Event{What: Scanned, Text: text})
			}
		}
	}
}
