package faultproxy_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/internal/faultproxy"
)

// Each fate is seen by what the server was asked and what the caller was answered.
func TestFates(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		asked = append(asked, string(body))
		mu.Unlock()
		_, _ = io.WriteString(w, "answer to "+string(body))
	})
	fates := []faultproxy.Fate{
		faultproxy.Twice, faultproxy.Unseen, faultproxy.Late, faultproxy.Gone, faultproxy.Page, faultproxy.Broken, faultproxy.Pass,
	}
	server := httptest.NewServer(&faultproxy.Handler{Next: next, Fate: func(n int) faultproxy.Fate { return fates[n] }})
	defer server.Close()
	var got []string
	for _, body := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		r, err := http.Post(server.URL, "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			got = append(got, string(answer)+"…")
		case strings.HasPrefix(string(answer), "<html>"):
			got = append(got, r.Status[:3])
		default:
			got = append(got, string(answer))
		}
	}
	if want := []string{"answer to a", "502", "502", "502", "200", "answe…", "answer to g"}; !slices.Equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"a", "a", "b", "c", "f", "g"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}
