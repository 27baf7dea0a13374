package powercut

import (
	"math/rand/v2"
	"sync"
)

// Supply is the power of one or several disks, and the chance that decides what
// a cut takes from them.
type Supply struct {
	mu      sync.Mutex // guards all below and everything on the disks
	chance  *rand.Rand
	disks   []*Disk
	changes int
	cutAt   int // this change does not happen; 0: none is chosen
	worst   bool
	isOff   bool
	off     chan struct{}
}

// NewSupply answers a supply that is on. The same changes with the same seed lose
// the same.
func NewSupply(seed uint64) *Supply {
	return &Supply{chance: rand.New(rand.NewPCG(seed, 0)), off: make(chan struct{})}
}

// CutAfter cuts the power in place of the n-th change from now. Changes are what a
// program asks of a disk but reading: also a sync, which then is half done.
func (s *Supply) CutAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cutAt = s.changes + max(n, 1)
}

// Worst makes chance take everything: from now on nothing is written back while programs work, and a cut leaves of what
// nobody has synced nothing at all. A sync that is left out is then found by the first cut after it, and not only by some.
func (s *Supply) Worst() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worst = true
}

// Cut cuts the power now. Once it is off this does nothing.
func (s *Supply) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut()
}

// Off is closed when the power is cut.
func (s *Supply) Off() <-chan struct{} { return s.off }

// Changes counts those that were asked for.
func (s *Supply) Changes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

// change counts one and answers whether it may happen.
func (s *Supply) change() bool {
	if s.isOff {
		return false
	}
	if s.changes++; s.changes == s.cutAt {
		s.cut()
	}
	return !s.isOff
}

func (s *Supply) cut() {
	if s.isOff {
		return
	}
	s.isOff = true
	for _, d := range s.disks {
		d.settle()
	}
	close(s.off)
}

// mood is how much of what nobody has synced reaches the disk.
type mood struct {
	chance *rand.Rand
	share  float64 // of the pieces
	grain  int     // sectors in a piece: one, or those of a page
}

// mood draws one. All and nothing are as likely as anything between: a disk may
// have been idle or busy.
func (s *Supply) mood() mood {
	if s.worst {
		return mood{s.chance, 0, 1}
	}
	shares := []float64{0, 0, 0.1, 0.5, 0.9, 1}
	grains := []int{1, page / sector}
	return mood{s.chance, shares[s.chance.IntN(len(shares))], grains[s.chance.IntN(len(grains))]}
}

// lucky answers whether the next piece reaches the disk.
func (m mood) lucky() bool { return m.chance.Float64() < m.share }

// upTo answers how many of n pieces that are written in their order do.
func (m mood) upTo(n int) int {
	switch m.share {
	case 0:
		return 0
	case 1:
		return n
	}
	return m.chance.IntN(n + 1)
}
