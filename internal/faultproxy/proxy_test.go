package faultproxy_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"testing"
	"time"

	"linli/internal/faultproxy"
)

// echo answers every connection with what it was sent, and tells what that was.
func echo(t *testing.T) (address string, got <-chan []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	heard := make(chan []byte, 16)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				var all bytes.Buffer
				_, _ = io.Copy(conn, io.TeeReader(conn, &all))
				_ = conn.Close()
				heard <- all.Bytes()
			}()
		}
	}()
	return l.Addr().String(), heard
}

func proxied(t *testing.T, target string, plan faultproxy.Plan) *faultproxy.Proxy {
	t.Helper()
	p, err := faultproxy.Listen(target, func(int) faultproxy.Plan { return plan })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// say sends text over the proxy and answers what came back.
func say(t *testing.T, p *faultproxy.Proxy, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", p.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, text)
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

func TestThrough(t *testing.T) {
	address, heard := echo(t)
	plan := faultproxy.Through
	plan.Piece = 3
	p := proxied(t, address, plan)
	if got := say(t, p, "hello there"); got != "hello there" {
		t.Errorf("came back: %q", got)
	}
	if got := string(<-heard); got != "hello there" {
		t.Errorf("arrived: %q", got)
	}
	if up, down := p.Carried(); up != 11 || down != 11 || p.Connections() != 1 {
		t.Errorf("carried %d up, %d down, %d connections", up, down, p.Connections())
	}
}

func TestCuts(t *testing.T) {
	address, heard := echo(t)
	for n := range int64(11) {
		plan := faultproxy.Through
		plan.CutUp = n
		say(t, proxied(t, address, plan), "hello there")
		if got := string(<-heard); got != "hello there"[:n] {
			t.Errorf("cut after %d bytes: %q arrived", n, got)
		}
		plan = faultproxy.Through
		plan.CutDown = n
		if got := say(t, proxied(t, address, plan), "hello there"); got != "hello there"[:n] {
			t.Errorf("cut after %d bytes: %q came back", n, got)
		}
		<-heard
	}
}

// Behind a hole a connection stays open and nothing comes.
func TestHole(t *testing.T) {
	address, _ := echo(t)
	plan := faultproxy.Through
	plan.CutDown, plan.Hole = 5, true
	p := proxied(t, address, plan)
	conn, err := net.Dial("tcp", p.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "hello there")
	got := make([]byte, 5)
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != "hello" {
		t.Fatalf("%q, %v", got, err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := conn.Read(got); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes came out of the hole, %v", n, err)
	}
	p.Cut()
	_ = conn.SetReadDeadline(time.Time{})
	if _, err := conn.Read(got); err == nil {
		t.Error("a connection survives Cut")
	}
}

func TestAnswer(t *testing.T) {
	p := proxied(t, "127.0.0.1:1", faultproxy.Plan{Answer: []byte(faultproxy.BadGateway)})
	if got := say(t, p, "hello"); got != faultproxy.BadGateway {
		t.Errorf("%q", got)
	}
}

func TestSeeds(t *testing.T) {
	kinds := make(map[string]bool)
	for seed := range uint64(20) {
		for n := range 20 {
			a, b := faultproxy.Seeded(seed)(n), faultproxy.Seeded(seed)(n)
			c, d := faultproxy.SeededFates(seed)(n), faultproxy.SeededFates(seed)(n)
			if !reflect.DeepEqual(a, b) || c != d {
				t.Fatal("a seed makes two plans")
			}
			switch {
			case a.Answer != nil:
				kinds["answer"] = true
			case a.CutUp != faultproxy.Never:
				kinds["up"] = true
			case a.CutDown != faultproxy.Never:
				kinds["down"] = true
			case a.Piece > 0:
				kinds["piece"] = true
			default:
				kinds["through"] = true
			}
		}
	}
	if len(kinds) != 5 {
		t.Errorf("only %v", kinds)
	}
}
