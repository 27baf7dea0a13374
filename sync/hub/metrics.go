package hub

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// metrics count what the hub does, in the text format of Prometheus. There is nothing in them about a person, a machine or a
// hall. The few lines here are in place of a client library of several megabytes.
type metrics struct {
	missed atomic.Int64 // wrong proofs of codes
	held   atomic.Int64 // pulls that are being held or answered

	mu sync.Mutex
	of map[requestKey]*requests
}

// requestKey is a route and how it was answered. Both come from short lists, so the table stays small.
type requestKey struct {
	route  string
	status int
}

type requests struct {
	count   int64
	in, out int64 // bytes of bodies
	seconds float64
	buckets [len(bounds)]int64
}

// bounds are the upper ends of the classes of times, in seconds.
var bounds = [...]float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60}

// routeNames are the paths that are counted by name; all others are "other".
var routeNames = map[string]string{
	"/v1/heads": "heads", "/v1/pull": "pull", "/v1/push": "push", "/v1/digest": "digest", "/v1/admit": "admit", "/v1/adopt": "adopt",
}

func (m *metrics) count(key requestKey, in, out int64, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == nil {
		m.of = make(map[requestKey]*requests)
	}
	r := m.of[key]
	if r == nil {
		r = new(requests)
		m.of[key] = r
	}
	r.count++
	r.in, r.out = r.in+in, r.out+out
	s := took.Seconds()
	r.seconds += s
	for i, bound := range bounds {
		if s <= bound {
			r.buckets[i]++
		}
	}
}

// measured counts what h answers.
func (m *metrics) measured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := routeNames[r.URL.Path]
		if route == "" {
			route = "other"
		}
		if route == "pull" {
			m.held.Add(1)
			defer m.held.Add(-1)
		}
		began := time.Now()
		body := &counted{ReadCloser: r.Body}
		r.Body = body
		answer := &answered{ResponseWriter: w}
		defer func() { m.count(requestKey{route, answer.status}, body.n, answer.n, time.Since(began)) }()
		h.ServeHTTP(answer, r)
	})
}

type counted struct {
	io.ReadCloser
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n += int64(n)
	return n, err
}

// answered notes the final status, 0 for a connection that ended without one.
type answered struct {
	http.ResponseWriter
	status int
	n      int64
}

func (a *answered) WriteHeader(status int) {
	if status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answered) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.n += int64(n)
	return n, err
}

// Unwrap lets an http.ResponseController through.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Totals are what the storage has, over all halls.
type Totals struct {
	Halls   int
	Scopes  int
	Entries int64
	Behind  int64 // entries that are not in the registers yet
}

// Totals counts.
func (h *Hub) Totals(ctx context.Context) (t Totals, err error) {
	err = h.storage.View(ctx, func(s Snapshot) error {
		halls, err := s.Halls()
		if err != nil {
			return err
		}
		states, err := s.States()
		t = Totals{Halls: len(halls), Scopes: len(states)}
		for _, st := range states {
			t.Entries += st.Seq
			t.Behind += st.Seq - st.Applied
		}
		return err
	})
	return t, err
}

// serveMetrics answers in the text format, version 0.0.4.
func (h *Hub) serveMetrics(w http.ResponseWriter, r *http.Request) {
	t, err := h.Totals(r.Context())
	if err != nil {
		h.report("metrics")(err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	out := bufio.NewWriter(w)
	defer func() { _ = out.Flush() }()
	one := func(name, kind, help string, value any) {
		fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %v\n", name, help, name, kind, name, value)
	}
	one("linli_hub_halls", "gauge", "Halls that are served.", t.Halls)
	one("linli_hub_entries", "gauge", "Entries in the logs of all halls.", t.Entries)
	one("linli_hub_entries_behind", "gauge", "Entries that are not in the registers yet.", t.Behind)
	one("linli_hub_held_pulls", "gauge", "Pulls that are being held or answered.", h.metrics.held.Load())
	one("linli_hub_missed_codes_total", "counter", "Wrong proofs of codes.", h.metrics.missed.Load())
	h.metrics.write(out)
}

func (m *metrics) write(out *bufio.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	series := func(name, kind, help string, each func(labels string, r *requests)) {
		fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
		for key, r := range m.of {
			each(fmt.Sprintf("route=%q,status=\"%d\"", key.route, key.status), r)
		}
	}
	plain := func(name, help string, value func(*requests) int64) {
		series(name, "counter", help, func(labels string, r *requests) { fmt.Fprintf(out, "%s{%s} %d\n", name, labels, value(r)) })
	}
	plain("linli_hub_requests_total", "Requests by route and status; 0 is a connection that ended.", func(r *requests) int64 { return r.count })
	plain("linli_hub_received_bytes_total", "Bytes of request bodies, as they travelled.", func(r *requests) int64 { return r.in })
	plain("linli_hub_sent_bytes_total", "Bytes of answers, as they travelled.", func(r *requests) int64 { return r.out })
	const name = "linli_hub_request_seconds"
	series(name, "histogram", "How long requests took; held pulls wait.", func(labels string, r *requests) {
		for i, bound := range bounds {
			fmt.Fprintf(out, "%s_bucket{%s,le=\"%s\"} %d\n", name, labels, strconv.FormatFloat(bound, 'g', -1, 64), r.buckets[i])
		}
		fmt.Fprintf(out, "%s_bucket{%s,le=\"+Inf\"} %d\n%s_sum{%s} %g\n%s_count{%s} %d\n", name, labels, r.count, name, labels, r.seconds, name, labels, r.count)
	})
}
