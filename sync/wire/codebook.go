package wire

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"sync"
	"time"
)

// Bounds of codes.
const (
	CodeLife  = 10 * time.Minute // how long a code can be used
	MaxMissed = 5                // wrong proofs after which all codes are dropped
	maxCodes  = 16               // open codes at once
)

// Codebook holds the codes that are open, in memory: they live for ten minutes, and losing them costs a person a look at
// another one. Put it into an [Admitter]; its methods may be called from any goroutine.
type Codebook struct {
	Admitter ed25519.PublicKey
	Now      func() time.Time // nil: [time.Now]

	mu     sync.Mutex
	open   []openCode
	missed int
}

type openCode struct {
	Code
	until  time.Time
	bearer string // the key that used it
}

// Open gives out a code, and what it is called. The text is for the person who asked, and is kept nowhere.
func (b *Codebook) Open() (code, id string, until time.Time, err error) {
	if code, err = NewCode(b.Admitter, rand.Reader); err != nil {
		return "", "", time.Time{}, err
	}
	key, err := CodeKey(code, b.Admitter)
	if err != nil {
		return "", "", time.Time{}, err
	}
	id = rand.Text()
	until = b.now().Add(CodeLife)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire()
	if len(b.open) == maxCodes {
		b.open = b.open[1:]
	}
	b.open = append(b.open, openCode{Code: Code{ID: id, Key: key}, until: until})
	return code, id, until, nil
}

// Codes implements [Admitter].
func (b *Codebook) Codes(context.Context) ([]Code, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire()
	codes := make([]Code, len(b.open))
	for i := range b.open {
		codes[i] = b.open[i].Code
	}
	return codes, nil
}

// Use marks a code as used by the bearer of a key, and tells whether it may: [ErrCode] when it is gone, or was used by
// another. An admitter asks this first.
func (b *Codebook) Use(id string, bearer ed25519.PublicKey) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire()
	for i := range b.open {
		c := &b.open[i]
		if c.ID != id || c.bearer != "" && c.bearer != string(bearer) {
			continue
		}
		c.bearer = string(bearer)
		return nil
	}
	return ErrCode
}

// Missed implements [Admitter].
func (b *Codebook) Missed(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.missed++; b.missed >= MaxMissed {
		b.open, b.missed = nil, 0
	}
	return nil
}

// expire drops what is past its time. With the last code the count of wrong proofs ends: they were guesses at it.
func (b *Codebook) expire() {
	now, kept := b.now(), b.open[:0]
	for _, c := range b.open {
		if now.Before(c.until) {
			kept = append(kept, c)
		}
	}
	clear(b.open[len(kept):])
	if b.open = kept; len(kept) == 0 {
		b.missed = 0
	}
}

func (b *Codebook) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}
