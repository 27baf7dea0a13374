package wire

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// clientIdle is how long an idle connection is kept. It ends before the server's own time does.
const clientIdle = 4 * time.Minute

// Direct is a [Client.Proxy] that uses none, for the hall's own network.
func Direct(*http.Request) (*url.URL, error) { return nil, nil }

// parseAddress makes the base URL of host:port, or of an https URL without a path.
func parseAddress(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("wire: not an address: want host:port or https://host:port")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// transport makes one lane of a client: its own connection, so that what is held or large delays nothing else.
func transport(config *tls.Config, proxy func(*http.Request) (*url.URL, error), meter *meter) *http.Transport {
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		// Finds out that the other end is gone while nothing is said, where no proxy stands between.
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4},
	}
	return &http.Transport{
		Proxy: proxy,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &meteredConn{c, meter}, nil
		},
		TLSClientConfig:     config,
		TLSHandshakeTimeout: 10 * time.Second,
		DisableCompression:  true, // bodies are compressed by ourselves
		MaxConnsPerHost:     1,
		IdleConnTimeout:     clientIdle,
		// A header is a few hundred bytes.
		MaxResponseHeaderBytes: 16 << 10,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return fmt.Errorf("%w: a proxy answers %d", ErrWay, r.StatusCode)
			}
			return nil
		},
	}
}

// meter counts the bytes that go over sockets: TLS, its handshakes and a proxy's greeting too.
type meter struct{ out, in atomic.Int64 }

type meteredConn struct {
	net.Conn
	meter *meter
}

func (c *meteredConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.meter.in.Add(int64(n))
	return n, err
}

func (c *meteredConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.meter.out.Add(int64(n))
	return n, err
}
