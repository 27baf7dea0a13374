package store

import (
	"encoding/binary"
	"os"
	"path/filepath"
)

// headFile stands beside the database and is never part of a backup. It holds
// who wrote here last and how many commits they had made. A database that says
// fewer, or somebody else, was put back from an older copy, and must not go on
// writing as the origin that it was then.
const headFile = "head"

// headSize is 16 bytes of origin and 8 bytes of count.
const headSize = 24

// head is the open head file. It is written after each commit without a sync of
// its own: after a power cut it may be behind the database, never ahead of it. Only
// who writes is synced, or a folder that was once put back would after each cut
// be taken for put back again.
type head struct {
	f      *os.File
	synced [16]byte // the origin that is known to have reached the disk
}

func openHead(dir string) (head, error) {
	f, err := os.OpenFile(filepath.Join(dir, headFile), os.O_RDWR|os.O_CREATE, 0o600)
	return head{f: f}, err
}

// read answers the origin and its commits; zero for a new file.
func (h *head) read() (origin [16]byte, commits int64) {
	var b [headSize]byte
	if n, _ := h.f.ReadAt(b[:], 0); n < headSize {
		return origin, 0
	}
	copy(origin[:], b[:16])
	return origin, int64(binary.BigEndian.Uint64(b[16:]))
}

func (h *head) write(origin [16]byte, commits int64) error {
	var b [headSize]byte
	copy(b[:16], origin[:])
	binary.BigEndian.PutUint64(b[16:], uint64(commits))
	if _, err := h.f.WriteAt(b[:], 0); err != nil || h.synced == origin {
		return err
	}
	if err := h.f.Sync(); err != nil {
		return err
	}
	h.synced = origin
	return nil
}

func (h *head) close() error { return h.f.Close() }
