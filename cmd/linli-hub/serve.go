package main

import (
	"crypto/ed25519"
	"errors"
	"net"
	"os"
	"runtime/debug"
	"strconv"

	"linli/sync/hub"
	"linli/sync/wire"
)

// serve answers machines until it is told to end. It says where once it does.
func (c *call) serve() error {
	if os.Getenv("GOGC") == "" {
		// Most of what a hub has in memory is garbage of pages that have been sent; it shares a small machine.
		debug.SetGCPercent(40)
	}
	if err := c.needs("listen"); err != nil {
		return err
	}
	return c.with(true, func(o *opened) error {
		// Asked before the port is taken, for the clearer sentence.
		release, err := o.Hold()
		if err != nil {
			return err
		}
		if err := release(); err != nil {
			return err
		}
		l, err := net.Listen("tcp", *c.text["listen"])
		if err != nil {
			return refusal{"listen", "serve.listen", *c.text["listen"]}
		}
		host, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return errors.Join(err, l.Close())
		}
		number, _ := strconv.Atoi(port)
		address := net.JoinHostPort(host, port)
		fingerprint := wire.Fingerprint(o.Identity().Public().(ed25519.PublicKey))
		if err := c.answer(map[string]any{"address": address, "port": number, "fingerprint": fingerprint, "log": o.Log.ID()},
			c.say("hub.serve.ready", "https://"+address), c.say("hub.serve.fingerprint", fingerprint)); err != nil {
			return errors.Join(err, l.Close())
		}
		err = o.Serve(c.ctx, l)
		if errors.Is(err, hub.ErrBusy) {
			return hub.ErrBusy
		}
		return err
	})
}
