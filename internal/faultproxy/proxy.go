package faultproxy

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Never is a number of bytes that no connection carries.
const Never = -1

// Plan is what happens to one connection.
type Plan struct {
	CutUp   int64 // bytes that the server gets from the caller before the connection is cut; [Never] to let all through
	CutDown int64 // the same from the server to the caller
	// Hole keeps a connection open when it would be cut, and lets everything vanish from then on in both directions: what a
	// router does that was switched off.
	Hole   bool
	Piece  int           // bytes handed on at a time; 0 for as they come
	Delay  time.Duration // before each piece
	Answer []byte        // given to the caller, who is then hung up on; the server is not asked. Nil to ask it
}

// Through lets everything through.
var Through = Plan{CutUp: Never, CutDown: Never}

// Proxy passes connections on to a server. Make one with [Listen].
type Proxy struct {
	listener net.Listener
	plan     func(n int) Plan

	target atomic.Pointer[string]
	mu     sync.Mutex
	links  []*link
	closed bool
	wg     sync.WaitGroup
}

// link is one connection through the proxy.
type link struct {
	plan           Plan
	up, down       atomic.Int64
	holed          atomic.Bool
	caller, server net.Conn
	closing        sync.Once
}

// Listen begins to pass connections on to target. plan says what happens to the n-th, counted from 0; nil lets all
// through.
func Listen(target string, plan func(n int) Plan) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if plan == nil {
		plan = func(int) Plan { return Through }
	}
	p := &Proxy{listener: l, plan: plan}
	p.Retarget(target)
	p.wg.Go(p.accept)
	return p, nil
}

// Address is where callers connect to.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Retarget passes new connections on to another server: the same machine after a restart, or another one in its place.
func (p *Proxy) Retarget(target string) { p.target.Store(&target) }

// Connections is how many there were so far.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

// Carried is how many bytes went through so far, of all connections.
func (p *Proxy) Carried() (up, down int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.links {
		up, down = up+l.up.Load(), down+l.down.Load()
	}
	return up, down
}

// Cut ends all connections that are there.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.links {
		l.close()
	}
}

// Close ends all connections and takes no more.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.listener.Close()
	p.Cut()
	p.wg.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		l := &link{caller: conn}
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			_ = conn.Close()
			return
		}
		l.plan = p.plan(len(p.links))
		p.links = append(p.links, l)
		p.mu.Unlock()
		p.wg.Go(func() { p.serve(l) })
	}
}

func (p *Proxy) serve(l *link) {
	defer l.close()
	if l.plan.Answer != nil {
		// What the caller says is read first, or closing would take the answer back.
		_, _ = l.caller.Read(make([]byte, 4096))
		_, _ = l.caller.Write(l.plan.Answer)
		return
	}
	server, err := net.DialTimeout("tcp", *p.target.Load(), 10*time.Second)
	if err != nil {
		return
	}
	p.mu.Lock()
	l.server = server
	p.mu.Unlock()
	if p.isClosed() {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { l.copy(l.server, l.caller, l.plan.CutUp, &l.up) })
	both.Go(func() { l.copy(l.caller, l.server, l.plan.CutDown, &l.down) })
	both.Wait()
}

func (p *Proxy) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// copy hands on what comes, up to limit bytes; then it cuts the connection, or keeps it and hands on nothing.
func (l *link) copy(to, from net.Conn, limit int64, count *atomic.Int64) {
	buffer := make([]byte, 32<<10)
	if l.plan.Piece > 0 {
		buffer = buffer[:min(l.plan.Piece, len(buffer))]
	}
	for {
		if limit != Never && count.Load() >= limit {
			if !l.plan.Hole {
				l.close()
				return
			}
			l.holed.Store(true)
		}
		room := buffer
		if left := limit - count.Load(); limit != Never && !l.holed.Load() && int64(len(room)) > left {
			room = room[:left]
		}
		n, err := from.Read(room)
		if n > 0 && l.plan.Delay > 0 {
			time.Sleep(l.plan.Delay)
		}
		if n > 0 && !l.holed.Load() {
			if _, err := to.Write(room[:n]); err != nil {
				l.close()
				return
			}
			count.Add(int64(n))
		}
		if err != nil {
			if err == io.EOF && !l.holed.Load() { // one side is done; the other may go on
				if half, ok := to.(*net.TCPConn); ok && half.CloseWrite() == nil {
					return
				}
			}
			l.close()
			return
		}
	}
}

func (l *link) close() {
	l.closing.Do(func() {
		_ = l.caller.Close()
	})
	if l.server != nil {
		_ = l.server.Close()
	}
}
