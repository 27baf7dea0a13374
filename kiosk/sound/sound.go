// Package sound plays the hall's few short sounds: the chime before a call, the
// click of a touch, the tone of an error, the bell for staff.
//
// Sounds are the least part of what a face says: each has something to see
// beside it. So a machine without loudspeaker, without a sound program or with
// a device that somebody else holds is no error; it is silent.
package sound

import (
	"context"
	"sync"
)

// Player plays a sound by its name in assets ("chime", "click", "error",
// "bell"). Play returns at once and may be called from any goroutine. A name
// that is being played is not started again before it has ended.
//
// Sound plays other sound, such as speech, and returns when it has been heard, or ctx has ended, or nothing can be
// played here. It, too, may be called from any goroutine.
type Player interface {
	Play(name string)
	Sound(ctx context.Context, p PCM)
}

// Recorder is a Player that remembers instead of sounding, for tests and for
// halls that want silence. The zero value is ready.
type Recorder struct {
	mu     sync.Mutex
	played []string
	sounds []PCM
}

// Play remembers the name.
func (r *Recorder) Play(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.played = append(r.played, name)
}

// Sound remembers the sound.
func (r *Recorder) Sound(_ context.Context, p PCM) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sounds = append(r.sounds, p)
}

// Sounds answers what Sound was given, in order.
func (r *Recorder) Sounds() []PCM {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]PCM(nil), r.sounds...)
}

// Played answers the names in the order in which they were played.
func (r *Recorder) Played() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.played...)
}
