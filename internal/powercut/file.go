package powercut

import (
	"maps"
	"slices"
)

// A sector is written whole or not at all; a page is what the kernel hands down.
const (
	sector = 512
	page   = 4096
)

// file is the content of a file, twice.
type file struct {
	seen []byte // as programs see it
	kept []byte // as it would be after a cut
	// unsynced are the sectors that were written and not synced.
	unsynced map[int]bool
	// cutTo is the least size to which the file was cut since a sync, or else
	// len(seen) at most: kept has nothing behind it that is still meant.
	cutTo int
}

func newFile(content []byte) *file {
	return &file{seen: slices.Clone(content), kept: content, unsynced: map[int]bool{}, cutTo: len(content)}
}

// synced answers whether a cut would take nothing.
func (f *file) synced() bool {
	return len(f.unsynced) == 0 && len(f.seen) == len(f.kept) && f.cutTo >= len(f.kept)
}

func (f *file) write(b []byte, at int) {
	if len(b) == 0 {
		return
	}
	if end := at + len(b); end > len(f.seen) {
		f.seen = resized(f.seen, end)
	}
	copy(f.seen[at:], b)
	for s := at / sector; s*sector < at+len(b); s++ {
		f.unsynced[s] = true
	}
}

func (f *file) truncate(size int) {
	if size < len(f.seen) {
		f.cutTo = min(f.cutTo, size)
		maps.DeleteFunc(f.unsynced, func(s int, _ bool) bool { return s*sector >= size })
	}
	f.seen = resized(f.seen, size)
}

// sync lets a cut take nothing of what the file is now.
func (f *file) sync() {
	f.keepCut()
	f.kept = resized(f.kept, len(f.seen))
	for s := range f.unsynced {
		f.keep(s)
	}
	clear(f.unsynced)
	f.cutTo = len(f.seen)
}

// writeBack lets some of it reach the disk. Cutting a file comes first: what was
// written behind the cut lies elsewhere on the disk.
func (f *file) writeBack(m mood) {
	behind := f.cutTo / sector // the first sector that a cut which has not arrived concerns
	if f.cutTo >= len(f.kept) || m.lucky() {
		f.keepCut()
		f.cutTo = len(f.seen)
		if more := len(f.seen) - len(f.kept); more > 0 {
			pieces := (more + sector - 1) / sector
			f.kept = resized(f.kept, min(len(f.seen), len(f.kept)+m.upTo(pieces)*sector))
		}
		behind = (len(f.seen) + sector - 1) / sector
	}
	piece, lucky := -1, false
	for _, s := range slices.Sorted(maps.Keys(f.unsynced)) {
		if s >= behind {
			break
		}
		if s/m.grain != piece {
			piece, lucky = s/m.grain, m.lucky()
		}
		if lucky && f.keep(s) {
			delete(f.unsynced, s)
		}
	}
}

func (f *file) keepCut() {
	if f.cutTo < len(f.kept) {
		f.kept = f.kept[:f.cutTo]
	}
}

// keep writes a sector as far as the file on the disk goes, and answers whether
// that is all of it.
func (f *file) keep(s int) (whole bool) {
	from, to := s*sector, min((s+1)*sector, len(f.seen))
	if from < len(f.kept) {
		copy(f.kept[from:], f.seen[from:to])
	}
	return to <= len(f.kept)
}

// resized answers b at a size; what is new is zeros, also where b had been longer.
func resized(b []byte, size int) []byte {
	if size <= len(b) {
		return b[:size]
	}
	had := len(b)
	b = slices.Grow(b, size-had)[:size]
	clear(b[had:])
	return b
}
