package card_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"linli/kiosk/card"
)

func TestOnlyAddressesOfReadersAreTaken(t *testing.T) {
	for _, bad := range []string{
		"", " ", "reader", "serial:///dev/ttyS0", "dir://", "dir://here", "dir://host/path", "dir:///x?file=../y", "dir:///x?hold=1h", "dir:///x?file=..",
		"http://example.org/read", "http://192.168.1.20/read", "http://10.0.0.1:8080/", "http://0.0.0.0/", "http://[::]/", "http://localhost.example.org/",
		"http://127.0.0.1@example.org/", "http://user:pass@127.0.0.1/", "http://127.0.0.1/?poll=1ns", "https://127.0.0.1/", "http://", "http://[",
		"exec://", "exec://program", "exec:///x?quiet=1ns", "sim://?person=0", "sim://?person=99", "sim://?person=x", "sim://?file=here", "wedge:// serial://",
	} {
		if _, err := card.New(bad); !errors.Is(err, card.ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{
		"dir:///var/lib/reader?hold=2s", "http://127.0.0.1:8989/api/read?name=certName", "http://localhost:80/", "http://[::1]:9000/", "http://127.1.2.3/",
		"exec:///usr/bin/reader?arg=-port&arg=1001&quiet=30s", "wedge://", "sim://", "sim://?person=1", "dir:///x wedge://",
	} {
		if _, err := card.New(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// What a service answers that it should not is a device that is away; the reader goes nowhere else, and reads no more than it must.
func TestAServiceIsBounded(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("a redirection was followed")
	}))
	defer elsewhere.Close()
	for name, answer := range map[string]http.HandlerFunc{
		"another place": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"no JSON":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"a list":        func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[1]")) },
		"an error":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no end": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"name":"` + strings.Repeat("x", 2<<20) + `"}`))
		},
		"nothing at all": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"less than it said": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			_, _ = w.Write([]byte("{}"))
		},
	} {
		s := httptest.NewServer(answer)
		w := run(t, open(t, s.URL+"/?poll=50ms"))
		if e := w.next(card.Gone); e.Fault == nil {
			t.Errorf("%s: no reason", name)
		}
		w.stop()
		s.Close()
	}
}

// What is for the service is handed on to it, and what is ours is not.
func TestAServiceGetsItsOwnParameters(t *testing.T) {
	asked := make(chan url.Values, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Query()
		w.WriteHeader(http.StatusNoContent)
	}))
	defer s.Close()
	w := run(t, open(t, s.URL+"/read?OP-DEV=1&CMD-URL=4&name=a.b&poll=50ms"))
	got := <-asked
	w.stop()
	if len(got) != 2 || got.Get("OP-DEV") != "1" || got.Get("CMD-URL") != "4" {
		t.Errorf("%d parameters", len(got))
	}
}
