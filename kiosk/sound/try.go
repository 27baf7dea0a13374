package sound

import (
	"context"
	"errors"
	"math"
	"time"
)

// ErrNone is that nothing can play on this machine.
var ErrNone = errors.New("sound: nothing plays here")

// Try plays a sound like Player.Sound and says whether the device took it. It returns when ctx ends, if the program that plays
// lets itself be ended. [ErrNone] where there is no such program.
func Try(ctx context.Context, p Player, pcm PCM) error {
	switch p := p.(type) {
	case nil, silent:
		return ErrNone
	case *external:
		return p.run(ctx, "test", pcm.WAV())
	}
	p.Sound(ctx, pcm)
	return ctx.Err()
}

// Tone is a short tone that everybody hears, for whoever tries a loudspeaker.
func Tone() PCM {
	const (
		rate  = 22_050
		hertz = 660
		loud  = 0.3 * math.MaxInt16
		edge  = 400 // samples that rise and fall, so that nothing cracks
	)
	p := Silence(rate, 400*time.Millisecond)
	for i := range p.Samples {
		by := min(1, float64(min(i, len(p.Samples)-1-i))/edge)
		p.Samples[i] = int16(loud * by * math.Sin(2*math.Pi*hertz*float64(i)/rate))
	}
	return p
}
