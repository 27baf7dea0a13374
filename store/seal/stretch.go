package seal

import "golang.org/x/crypto/argon2"

// argon2id (RFC 9106) with 19 MiB, two passes, one lane: what OWASP's guidance on
// storing passwords asks at least, and what a kiosk's small machine can spare.
// About 35 ms on a desk PC.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKeySize = 32
)

// stretching lets at most two argon2 computations run at a time in the process.
// Each needs 19 MiB; a row of impatient touches must not take a kiosk's memory.
var stretching = newLimit(2)

// limit bounds how many calls run at a time; further calls wait their turn.
type limit chan struct{}

func newLimit(n int) limit { return make(limit, n) }

func (l limit) do(f func()) {
	l <- struct{}{}
	defer func() { <-l }()
	f()
}

func stretch(secret, salt []byte, time, memoryKiB uint32, threads uint8, size uint32) (key []byte) {
	stretching.do(func() { key = argon2.IDKey(secret, salt, time, memoryKiB, threads, size) })
	return key
}
