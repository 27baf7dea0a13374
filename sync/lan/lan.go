// Package lan finds the other machines of a hall on its own network, with nobody telling it addresses and with no server:
// each announces itself by multicast DNS (RFC 6762) as a service of type _linli._tcp (RFC 6763), and looks for the others.
//
// What is announced proves nothing and is not believed: it says where somebody might be reached who says to be
// of the hall. Who that is, the connection finds out (package wire).
//
// An announcement shows a stranger on the network that a machine of some hall is here: the hall's random id, shortened, and the
// machine's origin. It holds no name.
package lan

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"linli/sync/oplog"

	"github.com/brutella/dnssd"
)

const service = "_linli._tcp"

// Finder finds machines by multicast DNS. The zero value looks on all interfaces that can multicast.
type Finder struct {
	Interfaces []string // names; none means all
}

// nameOf is the name under which a machine is announced: the beginning of its hall's id, and its origin. It stands in the
// name and not in a record of its own, because a browser may see the name before that.
func nameOf(hall string, origin oplog.Origin) string { return tagOf(hall) + origin.String() }

func tagOf(hall string) string { return prefix + hall[:min(len(hall), 13)] + "-" }

// prefix begins every machine's name, whatever its hall.
const prefix = "linli-"

// Find announces a machine of the hall at port, and calls found for each other one that it sees, until ctx ends or the
// network fails. The same machine may be told of several times, at several addresses. It runs found in its own goroutine.
func (f Finder) Find(ctx context.Context, hall string, self oplog.Origin, port int, found func(address string, origin oplog.Origin)) error {
	srv, err := dnssd.NewService(dnssd.Config{
		Name: nameOf(hall, self), Type: service, Host: "linli-" + self.String()[:12], Port: port, Ifaces: f.Interfaces,
		Text: map[string]string{"v": "1"},
	})
	if err != nil {
		return fmt.Errorf("lan: announce: %w", err)
	}
	responder, err := dnssd.NewResponder()
	if err != nil {
		return fmt.Errorf("lan: announce: %w", err)
	}
	if _, err := responder.Add(srv); err != nil {
		return fmt.Errorf("lan: announce: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 2)
	go func() { ended <- responder.Respond(ctx) }()
	go func() { ended <- f.browse(ctx, hall, self, found) }()
	err = <-ended
	cancel()
	if second := <-ended; err == nil || errors.Is(err, context.Canceled) {
		err = second
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Near looks for machines of any hall, as one that is in none yet, and announces nobody. It calls seen with where each says
// to be, until ctx ends or the network fails; the same one may be told of several times.
func (f Finder) Near(ctx context.Context, seen func(address string)) error {
	return f.look(ctx, func(name string) bool { return strings.HasPrefix(name, prefix) }, func(_, address string) { seen(address) })
}

func (f Finder) browse(ctx context.Context, hall string, self oplog.Origin, found func(string, oplog.Origin)) error {
	origin := func(name string) (oplog.Origin, bool) {
		rest, same := strings.CutPrefix(name, tagOf(hall))
		o, err := oplog.ParseOrigin(rest)
		return o, same && err == nil && o != self
	}
	return f.look(ctx, func(name string) bool { _, ok := origin(name); return ok }, func(name, address string) {
		o, _ := origin(name)
		found(address, o)
	})
}

// look tells of every machine with a name that is wanted.
func (f Finder) look(ctx context.Context, named func(name string) bool, found func(name, address string)) error {
	see := func(e dnssd.BrowseEntry) {
		if !named(e.Name) || e.Port < 1 || e.Port > 65535 || !f.wanted(e.IfaceName) {
			return
		}
		for _, ip := range e.IPs {
			// A link-local address of version 6 needs the interface beside it; version 4 is there as well in a hall.
			if ip.IsLinkLocalUnicast() && ip.To4() == nil {
				continue
			}
			found(e.Name, net.JoinHostPort(ip.String(), strconv.Itoa(e.Port)))
			return
		}
	}
	// The library asks once; a machine that was off at that moment, or whose answer was lost, is seen when it announces
	// itself or when it is asked again.
	for ctx.Err() == nil {
		once, cancel := context.WithTimeout(ctx, askAgain)
		err := dnssd.LookupType(once, service+".local.", see, func(dnssd.BrowseEntry) {})
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("lan: look around: %w", err)
		}
	}
	return ctx.Err()
}

// askAgain is how often the network is asked who is there.
const askAgain = time.Minute

func (f Finder) wanted(name string) bool {
	for _, n := range f.Interfaces {
		if n == name {
			return true
		}
	}
	return len(f.Interfaces) == 0
}
