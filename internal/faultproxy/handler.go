package faultproxy

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// Fate is what happens to one request.
type Fate int

// Fates.
const (
	Pass   Fate = iota // it is answered
	Twice              // it is made twice, and the second answer is given
	Unseen             // it is made, and its answer lost: the caller is answered 502
	Late               // the caller is answered 502, and it is made after the next one
	Gone               // it is not made: 502
	Page               // it is not made: a page of HTML with status 200
	Broken             // its answer ends in the middle

	fates
)

// Handler does to the requests of a server's handler what Fate says.
type Handler struct {
	Next http.Handler
	Fate func(n int) Fate // of the n-th request, from 0

	mu   sync.Mutex
	n    int
	late []func()
}

// SeededFates makes fates from a number; half of the requests pass.
func SeededFates(seed uint64) func(n int) Fate {
	return func(n int) Fate {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		if r.IntN(2) == 0 {
			return Pass
		}
		return Fate(r.IntN(int(fates)))
	}
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	n := h.n
	h.n++
	overdue := h.late
	h.late = nil
	h.mu.Unlock()
	defer func() {
		for _, do := range overdue {
			do()
		}
	}()
	fate := h.Fate(n)
	if fate == Pass {
		h.Next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	made := func(ctx context.Context) *httptest.ResponseRecorder {
		again := r.Clone(ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		h.Next.ServeHTTP(answer, again)
		return answer
	}
	switch fate {
	case Twice:
		made(r.Context())
		give(w, made(r.Context()), 1)
	case Unseen:
		made(r.Context())
		gateway(w)
	case Late:
		h.mu.Lock()
		ctx := context.WithoutCancel(r.Context())
		h.late = append(h.late, func() { made(ctx) })
		h.mu.Unlock()
		gateway(w)
	case Page:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, gatewayPage)
	case Broken:
		give(w, made(r.Context()), 2)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	default:
		gateway(w)
	}
}

// give answers with the first part of an answer, and says the length of all of it.
func give(w http.ResponseWriter, answer *httptest.ResponseRecorder, part int) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	body := answer.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body[:len(body)/part])
}

func gateway(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = io.WriteString(w, gatewayPage)
}
