package card

import "time"

// Devices are looked at as often as a test needs, and waited for no longer.
func init() {
	pace.look, pace.settle, pace.hold = 2*time.Millisecond, 20*time.Millisecond, 60*time.Millisecond
	pace.first, pace.most = time.Millisecond, 4*time.Millisecond
}
