package card

import "time"

// Devices are looked at as often as a test needs, and waited for as long as a machine with much else to do may take.
func init() {
	pace.look, pace.settle, pace.hold = 2*time.Millisecond, 500*time.Millisecond, 60*time.Millisecond
	pace.first, pace.most = time.Millisecond, 4*time.Millisecond
	pace.well = 2 * time.Second // longer than a helper in a test may be silent
	pace.answer = 20 * time.Second
}

// Pauses are the first pauses between tries to reach a device, with the longest that each may be.
func Pauses(n int) (all, most []time.Duration) {
	var r retry
	longest := pace.first
	for range n {
		all, most = append(all, r.pause()), append(most, longest)
		longest = min(2*longest, pace.most)
	}
	return all, most
}
