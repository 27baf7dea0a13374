package wire

import (
	"io"
	"time"
)

const (
	// patience is how long either side waits for the other in the middle of something, and pace how many bytes a second
	// it wants to see over all: a village's line in the rain has more, and who has less is holding the connection
	// for something else.
	patience = 30 * time.Second
	pace     = 2 << 10
	// impatience is how long a stranger's few hundred bytes may take.
	impatience = 5 * time.Second
)

// paced reads, or writes, as long as it goes on: the next byte has to come within wait, and all of them at the pace. What
// came fast before gives nobody time to stand still.
type paced struct {
	r        io.Reader
	w        io.Writer
	deadline func(time.Time) error
	wait     time.Duration
	start    time.Time
	n        int64
	broken   bool // the connection, while it was read
}

// pacedPiece is how much is written between two deadlines.
const pacedPiece = 32 << 10

func (p *paced) advance(more int) {
	now := time.Now()
	if p.start.IsZero() {
		p.start = now
	}
	overall := p.start.Add(p.wait + time.Duration(p.n+int64(more))*time.Second/pace)
	if next := now.Add(p.wait); next.Before(overall) {
		overall = next
	}
	_ = p.deadline(overall) // what has no deadlines is no connection
}

func (p *paced) Read(b []byte) (int, error) {
	p.advance(0)
	n, err := p.r.Read(b)
	p.n += int64(n)
	p.broken = err != nil && err != io.EOF
	return n, err
}

func (p *paced) Write(b []byte) (written int, err error) {
	for len(b) > 0 {
		piece := b[:min(len(b), pacedPiece)]
		p.advance(len(piece))
		n, err := p.w.Write(piece)
		written += n
		p.n += int64(n)
		if err != nil {
			return written, err
		}
		b = b[n:]
	}
	return written, nil
}
