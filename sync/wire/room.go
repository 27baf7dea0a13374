package wire

import "sync"

// room is the memory in which bodies become entries. A batch of a megabyte is some eight when it has been decoded, and 64
// of them at a time would be what a small server has in all. Small ones all fit in: many are then written to the disk together.
// Who works in it waits for the processor and the disk and for no caller, so whoever waits for it does not wait long.
type room struct {
	mu    sync.Mutex
	freed *sync.Cond
	size  int
	free  int
}

func newRoom(size int) *room {
	r := &room{size: size, free: size}
	r.freed = sync.NewCond(&r.mu)
	return r
}

// take waits for so many bytes, or for the whole room if it is smaller, and answers how they are given back.
func (r *room) take(bytes int) (leave func()) {
	bytes = min(bytes, r.size)
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.free < bytes {
		r.freed.Wait()
	}
	r.free -= bytes
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.free += bytes
		r.freed.Broadcast()
	}
}
