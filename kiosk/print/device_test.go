package print_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"runtime"
	"sync"
	"testing"

	"linli/kiosk/print"
)

// device is a receipt printer on the network, as far as its bytes tell: it answers how it is and keeps what it was told to print.
type device struct {
	address string

	mu     sync.Mutex
	paper  byte // its answers
	state  byte
	mute   bool
	stops  int // after so many bytes it hangs up; 0 never
	deaf   bool
	talks  []byte // it says this whenever it is asked, before the answer
	after  func(*device)
	got    []byte
	closed sync.WaitGroup

	taken, open int // connections in all, and those that it has not read to their end
}

const fine = 0b0001_0010

func newDevice(t *testing.T) *device {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &device{address: "tcp://" + l.Addr().String(), paper: fine, state: fine}
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold); _ = l.Close(); d.closed.Wait() })
	d.closed.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.is(func() bool { d.taken++; d.open++; return true })
			d.closed.Go(func() {
				defer d.is(func() bool { d.open--; return true })
				defer func() { _ = c.Close() }()
				if d.is(func() bool { return d.deaf }) {
					<-hold // it takes the connection, and nothing else
					return
				}
				d.serve(c)
			})
		}
	})
	return d
}

func (d *device) is(f func() bool) bool { d.mu.Lock(); defer d.mu.Unlock(); return f() }

// serve reads byte by byte, as such a printer does: a question is answered at once, wherever it stands.
func (d *device) serve(c net.Conn) {
	buf := make([]byte, 512)
	var seen []byte
	for {
		n, err := c.Read(buf)
		d.mu.Lock()
		for _, b := range buf[:n] {
			seen = append(seen, b)
			d.got = append(d.got, b)
			if d.after != nil && bytes.HasSuffix(d.got, []byte{0x1d, 'V', 66, 0}) {
				d.after(d)
			}
			if d.stops > 0 && len(d.got) >= d.stops {
				d.mu.Unlock()
				return
			}
			if tail := seen[max(0, len(seen)-3):]; len(tail) == 3 && tail[0] == 0x10 && tail[1] == 4 && !d.mute && asked(seen) {
				d.got = d.got[:len(d.got)-3]
				_, _ = c.Write(append(bytes.Clone(d.talks), map[byte]byte{2: d.state, 4: d.paper}[tail[2]]))
			}
		}
		d.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// asked answers whether the last three bytes are a question, and not dots of a picture: none is open.
func asked(seen []byte) bool {
	_, rest, err := decode(seen[:len(seen)-3])
	return err == nil && len(rest) == 0
}

// printed answers the slips that came out, once the printer has read all that it was sent.
func (d *device) printed(t *testing.T) []*print.Bitmap {
	t.Helper()
	for d.is(func() bool { return d.taken == 0 || d.open > 0 }) {
		runtime.Gosched()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	all, rest, err := decode(d.got)
	if err != nil || len(rest) > 0 {
		t.Fatalf("the printer stands in the middle of a command: %v, %d bytes", err, len(rest))
	}
	return all
}

var errCommand = errors.New("not a command that this printer knows")

// decode reads ESC/POS and answers the slips that were cut off, and what stands in the middle of a command at the end.
func decode(b []byte) (slips []*print.Bitmap, rest []byte, err error) {
	var rows []byte
	width, height := 0, 0
	for len(b) > 0 {
		switch {
		case b[0] == 0x10: // a question
			if len(b) < 3 {
				return slips, b, nil
			}
			b = b[3:]
		case b[0] == 0x1b && len(b) >= 2 && b[1] == '@':
			rows, width, height, b = nil, 0, 0, b[2:]
		case b[0] == 0x1b && len(b) >= 3 && b[1] == 'd':
			b = b[3:]
		case b[0] == 0x1d && len(b) >= 4 && b[1] == 'V':
			slips = append(slips, &print.Bitmap{W: width * 8, H: height, Bits: rows})
			rows, height, b = nil, 0, b[4:]
		case b[0] == 0x1d && len(b) >= 8 && b[1] == 'v' && b[2] == '0':
			w, h := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
			if len(b) < 8+w*h {
				return slips, b, nil
			}
			if h > 255 || width != 0 && w != width {
				return slips, b, errCommand // no printer has room for more
			}
			rows, width, height = append(rows, b[8:8+w*h]...), w, height+h
			b = b[8+w*h:]
		case len(b) < 8:
			return slips, b, nil
		default:
			return slips, b, errCommand
		}
	}
	return slips, nil, nil
}
