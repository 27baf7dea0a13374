package wire_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand"
	"net/http"
	"testing"

	"linli/internal/faultproxy"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// attachment is so many bytes and their name.
func attachment(size int) ([]byte, oplog.Hash) {
	b := make([]byte, size)
	rand.New(rand.NewSource(int64(size))).Read(b)
	return b, sha256.Sum256(b)
}

// fetched opens a part of an own drawer for a fetch.
func fetched(t *testing.T, d *drawer, scope oplog.Scope, hash oplog.Hash, size int) wire.Part {
	t.Helper()
	p, err := d.Part(t.Context(), scope, hash, int64(size))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBlobsThereAndBack(t *testing.T) {
	kept := newDrawer()
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: kept})
	scope := ours.scope(oplog.Desk)
	a, b := client(t, hub.address, ours.desk(1), hubTrust()), client(t, hub.address, ours.desk(2), hubTrust())
	for _, size := range []int{1, 70000, 3 << 20} {
		body, hash := attachment(size)
		for range 2 { // the second finds it there
			if err := a.SendBlob(t.Context(), scope, hash, int64(size), bytes.NewReader(body)); err != nil {
				t.Fatal(err)
			}
		}
		if whole, part := kept.get(scope, hash); !bytes.Equal(whole, body) || part != nil {
			t.Fatalf("%d bytes arrived of %d, %d in parts", len(whole), size, len(part))
		}
		mine := newDrawer()
		into := fetched(t, mine, scope, hash, size)
		if err := b.FetchBlob(t.Context(), scope, hash, int64(size), into); err != nil {
			t.Fatal(err)
		}
		if whole, _ := mine.get(scope, hash); !bytes.Equal(whole, body) {
			t.Fatalf("%d bytes came back of %d", len(whole), size)
		}
	}
	_, unknown := attachment(5)
	if err := b.FetchBlob(t.Context(), scope, unknown, 5, fetched(t, newDrawer(), scope, unknown, 5)); !errors.Is(err, wire.ErrNoBlob) {
		t.Errorf("one that is not there: %v", err)
	}
	// The same bytes in another scope are another attachment.
	_, hash := attachment(70000)
	if err := b.FetchBlob(t.Context(), ours.scope(oplog.Public), hash, 70000, fetched(t, newDrawer(), scope, hash, 70000)); !errors.Is(err, wire.ErrNoBlob) {
		t.Errorf("by another scope: %v", err)
	}
	if err := a.SendBlob(t.Context(), scope, hash, wire.MaxBlob+1, bytes.NewReader(nil)); !errors.Is(err, exchange.ErrTooMuch) {
		t.Errorf("one that is too large: %v", err)
	}
}

// An attachment that was cut anywhere goes on from there.
func TestBlobsGoOn(t *testing.T) {
	const size = 300000
	body, hash := attachment(size)
	scope, m := ours.scope(oplog.Desk), ours.desk(1)
	for _, cut := range []int64{1800, 5000, 40000, 123456, 299999} {
		kept := newDrawer()
		hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: kept})
		plans := []faultproxy.Plan{{CutUp: cut, CutDown: faultproxy.Never}, faultproxy.Through}
		way, err := faultproxy.Listen(hub.address, func(n int) faultproxy.Plan { return plans[min(n, 1)] })
		if err != nil {
			t.Fatal(err)
		}
		c := client(t, way.Address(), m, hubTrust())
		if err := c.SendBlob(t.Context(), scope, hash, size, bytes.NewReader(body)); err == nil {
			t.Fatalf("cut after %d bytes, and no error", cut)
		}
		before, _ := way.Carried()
		// The server lets go of the part when it has noticed.
		for {
			err = c.SendBlob(t.Context(), scope, hash, size, bytes.NewReader(body))
			var busy *exchange.BusyError
			if !errors.As(err, &busy) {
				break
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		if whole, _ := kept.get(scope, hash); !bytes.Equal(whole, body) {
			t.Fatalf("cut after %d bytes, and %d of %d arrived", cut, len(whole), size)
		}
		after, _ := way.Carried()
		if cut > 100000 && after-before > size-cut/2 {
			t.Errorf("cut after %d bytes, and %d were sent again", cut, after-before)
		}
		_ = way.Close()

		plans[0] = faultproxy.Plan{CutUp: faultproxy.Never, CutDown: cut}
		if way, err = faultproxy.Listen(hub.address, func(n int) faultproxy.Plan { return plans[min(n, 1)] }); err != nil {
			t.Fatal(err)
		}
		c, mine := client(t, way.Address(), m, hubTrust()), newDrawer()
		part := fetched(t, mine, scope, hash, size)
		if err := c.FetchBlob(t.Context(), scope, hash, size, part); err == nil {
			t.Fatalf("cut after %d bytes down, and no error", cut)
		}
		_ = part.Close()
		part = fetched(t, mine, scope, hash, size)
		if have := part.Have(); have > cut || cut > 100000 && have < cut/2 {
			t.Errorf("cut after %d bytes, and %d are kept", cut, have)
		}
		if err := c.FetchBlob(t.Context(), scope, hash, size, part); err != nil {
			t.Fatal(err)
		}
		if whole, _ := mine.get(scope, hash); !bytes.Equal(whole, body) {
			t.Fatal("what was put together is something else")
		}
		_ = way.Close()
	}
}

// What is not what it is called is not kept, at either end.
func TestBlobsAreWhatTheyAreCalled(t *testing.T) {
	kept := newDrawer()
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: kept})
	c, scope := client(t, hub.address, ours.desk(1), hubTrust()), ours.scope(oplog.Desk)
	body, hash := attachment(1000)
	other, _ := attachment(1001)
	if err := c.SendBlob(t.Context(), scope, hash, 1000, bytes.NewReader(other)); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("other bytes are taken: %v", err)
	}
	if whole, part := kept.get(scope, hash); whole != nil || part != nil || kept.drops != 1 {
		t.Errorf("%d bytes are kept, %d in part", len(whole), len(part))
	}
	kept.put(scope, hash, other[:1000])
	mine := newDrawer()
	if err := c.FetchBlob(t.Context(), scope, hash, 1000, fetched(t, mine, scope, hash, 1000)); !errors.Is(err, wire.ErrBlobHash) {
		t.Errorf("other bytes come back: %v", err)
	}
	if err := c.FetchBlob(t.Context(), scope, hash, 999, fetched(t, newDrawer(), scope, hash, 999)); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("another size: %v", err)
	}
	kept.put(scope, hash, body)
	if err := c.FetchBlob(t.Context(), scope, hash, 1000, fetched(t, newDrawer(), scope, hash, 1000)); err != nil {
		t.Error(err)
	}
}

// The headers of an attachment say where it goes on, and nothing else is done.
func TestBlobRanges(t *testing.T) {
	kept := newDrawer()
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: kept})
	scope := ours.scope(oplog.Desk)
	body, hash := attachment(10)
	kept.put(scope, hash, body)
	_, other := attachment(11)
	c := raw(t, ours.desk(1))
	for what, r := range map[string]struct {
		method, name, header, value string
		body                        int
		status                      int
	}{
		"get all":                {"GET", hash.String(), "Range", "", 0, 206},
		"get a tail":             {"GET", hash.String(), "Range", "bytes=9-", 0, 206},
		"get beyond the end":     {"GET", hash.String(), "Range", "bytes=10-", 0, 416},
		"get a middle":           {"GET", hash.String(), "Range", "bytes=2-3", 0, 400},
		"get several":            {"GET", hash.String(), "Range", "bytes=0-,0-", 0, 400},
		"get before the start":   {"GET", hash.String(), "Range", "bytes=-1-", 0, 400},
		"get by no name":         {"GET", "x", "Range", "", 0, 400},
		"get an unknown":         {"GET", other.String(), "Range", "", 0, 404},
		"head":                   {"HEAD", hash.String(), "Range", "", 0, 400},
		"ask":                    {"PUT", other.String(), "Content-Range", "bytes */11", 0, 200},
		"ask with a body":        {"PUT", other.String(), "Content-Range", "bytes */11", 11, 400},
		"put without a place":    {"PUT", other.String(), "Content-Range", "", 11, 400},
		"put from the middle":    {"PUT", other.String(), "Content-Range", "bytes 4-10/11", 7, 416},
		"put a middle":           {"PUT", other.String(), "Content-Range", "bytes 0-5/11", 6, 400},
		"put less than said":     {"PUT", other.String(), "Content-Range", "bytes 0-10/11", 5, 400},
		"put nothing":            {"PUT", other.String(), "Content-Range", "bytes 0-10/11", 0, 400},
		"put too much":           {"PUT", other.String(), "Content-Range", fmt.Sprintf("bytes */%d", wire.MaxBlob+1), 0, 413},
		"put less than no bytes": {"PUT", other.String(), "Content-Range", "bytes 0--1/0", 0, 400},
	} {
		url := fmt.Sprintf("https://%s/v1/blob/%s?scope=%s", hub.address, r.name, scope)
		q := must(http.NewRequest(r.method, url, bytes.NewReader(make([]byte, r.body))))
		if r.value != "" {
			q.Header.Set(r.header, r.value)
		}
		answer, err := c.Do(q)
		if err != nil {
			t.Fatal(what, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != r.status {
			t.Errorf("%s: %d, want %d", what, answer.StatusCode, r.status)
		}
	}
}

// Attachments that are under way delay no entries: they have a connection and a bound of their own.
func TestBlobsDelayNoEntries(t *testing.T) {
	kept := newDrawer()
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Blobs: kept, Limits: wire.Limits{Blobs: 1, PerCaller: 1, Working: 1}})
	scope, m := ours.scope(oplog.Desk), ours.desk(1)
	body, hash := attachment(100000)
	// Cut in a hole: the server waits for the rest.
	hole, err := faultproxy.Listen(hub.address, func(int) faultproxy.Plan {
		return faultproxy.Plan{CutUp: 50000, CutDown: faultproxy.Never, Hole: true}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hole.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	stuck := client(t, hole.Address(), m, hubTrust())
	go func() { done <- stuck.SendBlob(ctx, scope, hash, int64(len(body)), bytes.NewReader(body)) }()
	<-kept.came
	c := client(t, hub.address, m, hubTrust())
	if _, err := c.Digest(t.Context(), scope); err != nil {
		t.Errorf("an entry's request while an attachment is stuck: %v", err)
	}
	var busy *exchange.BusyError
	if err := c.SendBlob(t.Context(), scope, hash, int64(len(body)), bytes.NewReader(body)); !errors.As(err, &busy) {
		t.Errorf("a second attachment: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
