package wire

import (
	"context"
	"crypto/ed25519"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Client is another replica over the network. It implements [exchange.Peer].
type Client struct{}

var _ exchange.Peer = (*Client)(nil)

// NewClient makes the client of the server at address, host:port or an https URL. It connects when it is first
// asked something.
func NewClient(address string, id Identity, trust Trust) (*Client, error) { return &Client{}, nil }

// Meet connects and answers who is at the other end. The certificate is nil for a hub.
func (c *Client) Meet(ctx context.Context) (ed25519.PublicKey, *oplog.Certificate, error) {
	return nil, nil, exchange.ErrMalformed
}

// Heads implements [exchange.Peer].
func (c *Client) Heads(ctx context.Context, r exchange.HeadsRequest) (exchange.HeadsAnswer, error) {
	return exchange.HeadsAnswer{}, exchange.ErrMalformed
}

// Pull implements [exchange.Peer].
func (c *Client) Pull(ctx context.Context, r exchange.PullRequest) (exchange.PullAnswer, error) {
	return exchange.PullAnswer{}, exchange.ErrMalformed
}

// Push implements [exchange.Peer].
func (c *Client) Push(ctx context.Context, b oplog.Batch) (exchange.PushAnswer, error) {
	return exchange.PushAnswer{}, exchange.ErrMalformed
}

// Digest implements [exchange.Peer].
func (c *Client) Digest(ctx context.Context, scope oplog.Scope) (exchange.DigestAnswer, error) {
	return exchange.DigestAnswer{}, exchange.ErrMalformed
}

// Traffic answers the bytes that went over the client's sockets, TLS and all.
func (c *Client) Traffic() (out, in int64) { return 0, 0 }

// Close ends idle connections.
func (c *Client) Close() {}
