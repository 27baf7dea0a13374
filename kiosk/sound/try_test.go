package sound_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"linli/kiosk/sound"
)

func TestTheToneIsHeardAndEndsWithoutACrack(t *testing.T) {
	p := sound.Tone()
	if d := p.Duration(); d < 300*time.Millisecond || d > 600*time.Millisecond {
		t.Errorf("it lasts %v", d)
	}
	if p.Peak() < 0.2 || p.Peak() > 0.5 {
		t.Errorf("its peak is %v", p.Peak())
	}
	if first, last := p.Samples[0], p.Samples[len(p.Samples)-1]; first != 0 || last != 0 {
		t.Errorf("it begins with %d and ends with %d", first, last)
	}
}

func TestTryingSaysWhetherSomethingPlayed(t *testing.T) {
	if err := sound.Try(t.Context(), nil, sound.Tone()); !errors.Is(err, sound.ErrNone) {
		t.Errorf("nothing there: %v", err)
	}
	var r sound.Recorder
	if err := sound.Try(t.Context(), &r, sound.Tone()); err != nil || len(r.Sounds()) != 1 {
		t.Errorf("a player: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sound.Try(gone, &r, sound.Tone()); !errors.Is(err, context.Canceled) {
		t.Errorf("too late: %v", err)
	}
}
