package print

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// What can be wrong with a printer.
var (
	ErrPaper   = errors.New("print: the paper is out")
	ErrCover   = errors.New("print: the cover is open")
	ErrFault   = errors.New("print: the printer reports a fault")
	ErrAway    = errors.New("print: the printer cannot be reached")
	ErrBusy    = errors.New("print: a slip is coming out")
	ErrAddress = errors.New("print: not a printer's address")
)

// Printer is one printer. Its methods may be called from any goroutine; slips come out one after the other.
type Printer struct {
	address string
	open    func(ctx context.Context) (io.ReadWriteCloser, error) // nil: the spooler
	queue   string
	width   int

	mu   sync.Mutex
	low  bool // the paper is near its end
	busy chan struct{}
}

// New answers the printer at an address: tcp://HOST:PORT (9100 where none is said), file:///dev/usb/lp0, or spool://QUEUE. Paper
// of 58 mm is said by ?paper=58; 80 is usual. [ErrAddress] for anything else.
func New(address string) (*Printer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrAddress, address)
	}
	p := &Printer{address: address, width: Width80, busy: make(chan struct{}, 1)}
	switch u.Query().Get("paper") {
	case "", "80":
	case "58":
		p.width = Width58
	default:
		return nil, fmt.Errorf("%w: %s: paper is 58 or 80", ErrAddress, address)
	}
	switch {
	case u.Scheme == "tcp" && u.Hostname() != "":
		host := u.Host
		if u.Port() == "" {
			host = net.JoinHostPort(u.Hostname(), "9100")
		}
		p.open = func(ctx context.Context) (io.ReadWriteCloser, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", host)
		}
	case u.Scheme == "file" && u.Path != "":
		p.open = func(context.Context) (io.ReadWriteCloser, error) { return openDevice(u.Path) }
	case u.Scheme == "spool" && u.Host != "" && !strings.HasPrefix(u.Host, "-"):
		p.queue = u.Host
	default:
		return nil, fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return p, nil
}

// Low answers whether the printer said that its paper is near the end, the last time that it was asked.
func (p *Printer) Low() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.low
}

// Print puts a paper out. When it answers nil the printer has taken all of it, and, where it tells, still has paper. It
// waits for slips before it; when ctx ends first nothing is printed.
func (p *Printer) Print(ctx context.Context, paper Paper) error {
	picture, err := paper.Set(p.width)
	if err != nil {
		return err
	}
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-ctx.Done():
		return fmt.Errorf("%w: it is busy", ErrAway)
	}
	if p.open == nil {
		return spool(ctx, p.queue, Encode(picture))
	}
	return p.withConnection(ctx, func(c *connection) error {
		if err := c.well(p); err != nil {
			return err
		}
		if err := c.send(ctx, Encode(picture)); err != nil {
			return err
		}
		return c.well(p) // what ran out in the middle is told now
	})
}

// Check asks the printer how it is, and prints nothing. A spooler is not asked. While a slip is coming out it is [ErrBusy]: many printers
// have one connection.
func (p *Printer) Check(ctx context.Context) error {
	if p.open == nil {
		return nil
	}
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	default:
		return ErrBusy
	}
	return p.withConnection(ctx, func(c *connection) error { return c.well(p) })
}

func (p *Printer) withConnection(ctx context.Context, do func(*connection) error) error {
	raw, err := p.open(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	c := &connection{ReadWriteCloser: raw, answers: make(chan byte, 16)}
	// A device that hangs in a write is let go of: closing ends it, or leaves it to the system.
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	go c.listen()
	done := make(chan error, 1)
	go func() { done <- do(c) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = fmt.Errorf("%w: %w", ErrAway, ctx.Err())
	}
	stop()
	return errors.Join(err, ignoreClosed(raw.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// connection is an open printer.
type connection struct {
	io.ReadWriteCloser
	answers chan byte
	mute    bool // it does not answer
}

// listen hands on what the printer says, until it is closed.
func (c *connection) listen() {
	defer close(c.answers)
	b := make([]byte, 1)
	for {
		if n, err := c.Read(b); err != nil {
			return
		} else if n == 1 {
			select {
			case c.answers <- b[0]:
			default: // nobody asked for so much
			}
		}
	}
}

func (c *connection) send(ctx context.Context, body []byte) error {
	const piece = 1024 // so that a printer which hangs is found out, and not its buffer
	for len(body) > 0 {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%w: %w", ErrAway, err)
		}
		n, err := c.Write(body[:min(piece, len(body))])
		if err != nil {
			return fmt.Errorf("%w: %w", ErrAway, err)
		}
		body = body[n:]
	}
	return nil
}

// answerWithin is how long a printer may take to say how it is.
const answerWithin = 500 * time.Millisecond

// question asks for one state; ok is false for a printer that does not say.
func (c *connection) question(n byte) (state byte, ok bool, err error) {
	if c.mute {
		return 0, false, nil
	}
	if _, err := c.Write(ask(n)); err != nil {
		return 0, false, fmt.Errorf("%w: %w", ErrAway, err)
	}
	limit := time.NewTimer(answerWithin)
	defer limit.Stop()
	for {
		select {
		case b, open := <-c.answers:
			if !open {
				c.mute = true
				return 0, false, nil
			}
			if b&answerMask == answerBits {
				return b, true, nil
			}
		case <-limit.C:
			c.mute = true
			return 0, false, nil
		}
	}
}

// well answers what is wrong with the printer, nil for nothing or for one that does not say.
func (c *connection) well(p *Printer) error {
	paper, told, err := c.question(4)
	if err != nil {
		return err
	}
	if told {
		p.mu.Lock()
		p.low = paper&nearEnd != 0
		p.mu.Unlock()
		if paper&paperOut != 0 {
			return ErrPaper
		}
	}
	state, told, err := c.question(2)
	switch {
	case err != nil || !told:
		return err
	case state&coverOpen != 0:
		return ErrCover
	case state&stopped != 0:
		return ErrPaper
	case state&hasFault != 0:
		return ErrFault
	}
	return nil
}

// openDevice opens a printer's device file, for reading as well where it lets itself be read.
func openDevice(path string) (io.ReadWriteCloser, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		f, err = os.OpenFile(path, os.O_WRONLY, 0)
	}
	return f, err
}

// spool hands bytes to the system's print queue (CUPS' lp).
func spool(ctx context.Context, queue string, body []byte) error {
	cmd := exec.CommandContext(ctx, "lp", "-d", queue, "-o", "raw", "-s") // #nosec G204 -- a queue that the hall set up
	cmd.Stdin = bytes.NewReader(body)
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: lp: %w: %s", ErrAway, err, bytes.TrimSpace(out))
	}
	return nil
}
