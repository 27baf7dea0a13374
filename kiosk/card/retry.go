package card

import (
	"context"
	"math/rand/v2"
	"time"
)

// retry is the pauses between tries to reach a device that is away: doubling, up to a bound, and each somewhere in its upper half by chance, so that
// the kiosks of a hall after a power cut do not all ask at once.
type retry struct{ next time.Duration }

// pause is how long to wait until the next try.
func (r *retry) pause() time.Duration {
	if r.next == 0 {
		r.next = pace.first
	}
	d := r.next/2 + rand.N(r.next/2+1) // #nosec G404 -- chance, and no secret
	r.next = min(2*r.next, pace.most)
	return d
}

// wait lets a pause pass; false when ctx has ended.
func (r *retry) wait(ctx context.Context) bool { return wait(ctx, r.pause()) }

// well begins anew: the device answered.
func (r *retry) well() { r.next = 0 }
