package card

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// ErrAddress says that an address is none of a reader's.
var ErrAddress = errors.New("card: not a card reader's address")

// New answers the reader at an address, or at several with spaces between them, such as a reader of cards and one of codes. [ErrAddress] for
// anything else.
//
//	dir:///PATH              a maker's program drops a file there; see [NewFolder]
//	http://127.0.0.1:PORT/…  a maker's service on this machine is asked; see [NewService]
//	exec:///PATH?arg=…       a helper process tells; see [NewProgram]
//	wedge://                 a scanner that types like a keyboard; see [NewKeys]
//	sim://                   invented people, for trying; see [NewSim]
func New(address string) (Reader, error) {
	var all together
	for _, one := range strings.Fields(address) {
		u, err := url.Parse(one)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrAddress, one)
		}
		r, err := open(u)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrAddress, one, err)
		}
		all = append(all, r)
	}
	switch len(all) {
	case 0:
		return nil, fmt.Errorf("%w: it is empty", ErrAddress)
	case 1:
		return all[0], nil
	}
	return all, nil
}

func open(u *url.URL) (Reader, error) {
	switch u.Scheme {
	case "dir":
		return NewFolder(u)
	case "http":
		return NewService(u)
	case "exec":
		return NewProgram(u)
	case "wedge":
		return NewKeys(), nil
	case "sim":
		return NewSim(u)
	}
	return nil, errors.New("neither dir, http, exec, wedge nor sim")
}

// once lets something run once.
type once struct{ ran atomic.Bool }

func (o *once) begin() error {
	if o.ran.Swap(true) {
		return ErrRunning
	}
	return nil
}

// pace is how often and how patiently devices are looked at.
var pace = struct {
	look        time.Duration // between two looks at a device
	settle      time.Duration // until a file that makes no sense is believed to be whole
	hold        time.Duration // from the last sign of a card until it counts as taken away, where its device does not tell
	first, most time.Duration // between two tries to reach a device that is away, growing
	answer      time.Duration // how long an answer may take
	well        time.Duration // how long a helper that was begun again has to hold until it counts as there
}{200 * time.Millisecond, time.Second, 3 * time.Second, 500 * time.Millisecond, 30 * time.Second, 2 * time.Second, 2 * time.Second}

// among answers a query's parameter as a duration, or another where it is not given. It must lie between the bounds.
func among(u *url.URL, name string, otherwise, least, most time.Duration) (time.Duration, error) {
	s := u.Query().Get(name)
	if s == "" {
		return otherwise, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < least || d > most {
		return 0, fmt.Errorf("%s is between %v and %v", name, least, most)
	}
	return d, nil
}

// wait lets time pass; false when ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
