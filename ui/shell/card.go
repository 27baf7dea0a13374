package shell

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"linli/kiosk/card"
)

// cards answers the kiosk's reader of cards and codes; nil where there is none. What is wrong with it is for staff and stands in the log.
func (s *shell) cards() card.Reader {
	if s.opts.Card == "" {
		return nil
	}
	r, err := card.New(s.opts.Card)
	if err != nil {
		slog.Error("card reader", "error", err) // the command line was checked
		return nil
	}
	return &logged{Reader: r}
}

// logged is a reader whose faults stand in the log: that there was one and which field of a record makes no sense, never what stood in it.
type logged struct {
	card.Reader
	away atomic.Pointer[error] // why the device does not answer now; nil while it does
}

// errAway is a device that does not answer, for a reason that it did not tell.
var errAway = errors.New("the card reader does not answer")

// Check is the self-test's question: whether the device answers.
func (l *logged) Check(context.Context) error {
	if err := l.away.Load(); err != nil {
		return *err
	}
	return nil
}

func (l *logged) gone(err error) {
	if err == nil {
		err = errAway
	}
	l.away.Store(&err)
}

// Reads says what the reader itself does; see [card.Reads].
func (l *logged) Reads() bool { return card.Reads(l.Reader) }

// Run implements [card.Reader].
func (l *logged) Run(ctx context.Context, take func(card.Event)) error {
	err := l.Reader.Run(ctx, func(e card.Event) {
		switch e.What {
		case card.Gone:
			l.gone(e.Fault)
		case card.Back:
			l.away.Store(nil)
		}
		switch e.What {
		case card.Gone, card.Unreadable:
			slog.Warn("card reader", "event", string(e.What), "error", e.Fault)
		case card.Back:
			slog.Info("card reader", "event", string(e.What))
		}
		take(e)
	})
	if err != nil {
		slog.Error("card reader", "error", err)
		l.gone(err)
	}
	return err
}

// Types and Typed hand keys on to a scanner that types.
func (l *logged) Types() bool {
	keys, ok := l.Reader.(card.Typist)
	return ok && keys.Types()
}

// Typed implements [card.Typist].
func (l *logged) Typed(r rune, at time.Time) {
	if keys, ok := l.Reader.(card.Typist); ok {
		keys.Typed(r, at)
	}
}

// signs are the keys without a character that mean something to a scanner: its end, and what none sends.
var signs = map[fyne.KeyName]rune{
	fyne.KeyReturn: '\r', fyne.KeyEnter: '\r', fyne.KeyTab: '\t', fyne.KeyEscape: '\x1b', fyne.KeyBackspace: '\b', fyne.KeyDelete: '\x7f',
}

// listenToKeys hands the keys of a window on to a scanner that types, if the reader has one. No page of the kiosk takes keys itself.
func listenToKeys(c fyne.Canvas, r card.Reader, now func() time.Time) {
	keys, ok := r.(card.Typist)
	if !ok || !keys.Types() {
		return
	}
	c.SetOnTypedRune(func(one rune) { keys.Typed(one, now()) })
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if one, ok := signs[e.Name]; ok {
			keys.Typed(one, now())
		}
	})
}
