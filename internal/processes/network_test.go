package processes_test

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// network is the line between the desks and the hub: a relay that breaks connections after a random number of bytes.
type network struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	open     map[net.Conn]bool
	rough    bool
	cuts     int
	random   *rand.Rand
}

func newNetwork(t *testing.T, to string, seed uint64) *network {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{listener: l, to: to, open: map[net.Conn]bool{}, random: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // a seed, so that a run can be repeated
	t.Cleanup(func() { _ = l.Close(); n.cut() })
	go n.serve()
	return n
}

func (n *network) address() string { return n.listener.Addr().String() }

// calm lets everything through, or makes the line rough again.
func (n *network) calm(calm bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rough = !calm
}

// cut breaks all connections.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.open {
		_ = c.Close()
		n.cuts++
	}
}

func (n *network) serve() {
	for {
		c, err := n.listener.Accept()
		if err != nil {
			return
		}
		go n.relay(c)
	}
}

func (n *network) relay(c net.Conn) {
	defer c.Close() //nolint:errcheck // broken on purpose
	up, err := net.Dial("tcp", n.to)
	if err != nil {
		return
	}
	defer up.Close() //nolint:errcheck // broken on purpose
	n.mu.Lock()
	n.open[c] = true
	limit := int64(1 << 40)
	if n.rough {
		limit = n.random.Int64N(200_000)
	}
	n.mu.Unlock()
	done := make(chan bool, 2)
	one := func(to, from net.Conn, limit int64) {
		_, _ = io.CopyN(to, from, limit)
		done <- true
	}
	go one(up, c, limit)
	go one(c, up, limit)
	<-done
	n.mu.Lock()
	delete(n.open, c)
	if n.rough {
		n.cuts++
	}
	n.mu.Unlock()
}
