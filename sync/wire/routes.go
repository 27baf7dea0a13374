package wire

import (
	"time"

	"linli/sync/exchange"
)

// route is something that a server answers. A test walks this list with every role and scope: a line here without a line
// there fails.
type route struct {
	method, path string
	known        bool // for machines of a hall; otherwise for strangers
	gate         func(*handler) *gate
	serve        func(*call) error
}

var routes = []route{
	{"POST", "/v1/heads", true, working, (*call).heads},
	{"POST", "/v1/pull", true, working, (*call).pull},
	{"POST", "/v1/push", true, working, (*call).push},
	{"POST", "/v1/digest", true, working, (*call).digest},
	{"GET", "/v1/blob/{hash}", true, attachments, (*call).blobOut},
	{"PUT", "/v1/blob/{hash}", true, attachments, (*call).blobIn},
	{"POST", "/v1/admit", false, admissions, (*call).admit},
	{"POST", "/v1/adopt", false, admissions, (*call).adopt},
}

func working(h *handler) *gate     { return h.working }
func attachments(h *handler) *gate { return h.blobs }
func admissions(h *handler) *gate  { return h.admission }

func (c *call) peer() exchange.Peer { return c.h.server.For(c.caller) }

func (c *call) heads() error {
	body, err := c.read(maxAsk)
	if err != nil {
		return err
	}
	q, err := decodeHeadsRequest(body)
	if err != nil {
		return err
	}
	a, err := c.peer().Heads(c.r.Context(), q)
	if err != nil {
		return err
	}
	if body, err = encodeHeadsAnswer(a); err != nil {
		return err
	}
	return c.write(body)
}

func (c *call) pull() error {
	body, err := c.read(maxAsk)
	if err != nil {
		return err
	}
	q, err := decodePullRequest(body)
	if err != nil {
		return err
	}
	a, err := c.held(q)
	if err != nil {
		return err
	}
	if body, err = encodePullAnswer(a); err != nil {
		return err
	}
	return c.write(body)
}

// held pulls, and holds the pull in pieces: between them the caller is told that the connection lives, and is asked
// again whether it is still admitted.
func (c *call) held(q exchange.PullRequest) (exchange.PullAnswer, error) {
	if q.Wait == 0 {
		return c.peer().Pull(c.r.Context(), q)
	}
	if err := c.enter(c.h.held); err != nil {
		return exchange.PullAnswer{}, err
	}
	end := time.Now().Add(min(q.Wait, exchange.MaxWait))
	for {
		left := time.Until(end)
		q.Wait = max(0, min(left, c.h.beat))
		a, err := c.peer().Pull(c.r.Context(), q)
		if err != nil || left <= c.h.beat {
			return a, err
		}
		for i, p := range a.Pages {
			if len(p.Batch.Items) > 0 || p.More {
				return a, nil
			}
			q.Scopes[i].After = p.Next
		}
		c.alive()
	}
}

func (c *call) push() error {
	body, err := c.read(maxBatch)
	if err != nil {
		return err
	}
	a, err := c.take(body)
	if err != nil {
		return err
	}
	if body, err = encodePushAnswer(a); err != nil {
		return err
	}
	return c.write(body)
}

// take hands in a batch, as soon as there is room for it.
func (c *call) take(body []byte) (exchange.PushAnswer, error) {
	defer c.h.pushing.take(len(body))()
	b, fault, err := decodePush(body)
	if err != nil {
		return exchange.PushAnswer{}, err
	}
	a, err := c.peer().Push(c.r.Context(), b)
	if err == nil && a.Fault == "" { // all that could be read was taken
		a.Fault = exchange.FaultWord(fault)
	}
	return a, err
}

func (c *call) digest() error {
	body, err := c.read(maxAsk)
	if err != nil {
		return err
	}
	scope, err := decodeDigestRequest(body)
	if err != nil {
		return err
	}
	a, err := c.peer().Digest(c.r.Context(), scope)
	if err != nil {
		return err
	}
	if body, err = encodeDigestAnswer(a); err != nil {
		return err
	}
	return c.write(body)
}
