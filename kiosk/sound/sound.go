// Package sound plays the hall's few short sounds: the chime before a call, the
// click of a touch, the tone of an error, the bell for staff.
//
// Sounds are the least part of what a face says: each has something to see
// beside it. So a machine without loudspeaker, without a sound program or with
// a device that somebody else holds is no error; it is silent.
package sound

import "sync"

// Player plays a sound by its name in assets ("chime", "click", "error",
// "bell"). Play returns at once and may be called from any goroutine. A name
// that is being played is not started again before it has ended.
type Player interface {
	Play(name string)
}

// Recorder is a Player that remembers instead of sounding, for tests and for
// halls that want silence. The zero value is ready.
type Recorder struct {
	mu     sync.Mutex
	played []string
}

// Play remembers the name.
func (r *Recorder) Play(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.played = append(r.played, name)
}

// Played answers the names in the order in which they were played.
func (r *Recorder) Played() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.played...)
}
