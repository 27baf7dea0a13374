package wire_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"linli/sync/exchange"
	"linli/sync/wire"
)

// bomb is so many bytes of nothing, compressed.
func bomb(t testing.TB, size int, options ...zstd.EOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must(zstd.NewWriter(&b, append(options, zstd.WithEncoderConcurrency(1))...))
	if _, err := io.CopyN(w, zeros{}, int64(size)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestBodies(t *testing.T) {
	random := make([]byte, 3000)
	rand.New(rand.NewSource(1)).Read(random)
	for what, b := range map[string][]byte{
		"nothing": {}, "little": []byte("little"), "random": random, "much": bytes.Repeat([]byte("compressible "), 200000),
	} {
		small, how := wire.Compress(b)
		got, err := wire.ReadBody(small, how, len(b))
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %d bytes became %d, %v", what, len(b), len(got), err)
		}
		if (how != "") != (what == "much") {
			t.Errorf("%s: encoding %q", what, how)
		}
		if _, err := wire.ReadBody(small, how, len(b)-1); len(b) > 0 && !errors.Is(err, exchange.ErrTooMuch) {
			t.Errorf("%s: a byte too much: %v", what, err)
		}
		if how == "" {
			continue
		}
		for _, n := range []int{1, 4, len(small) / 2, len(small) - 1} {
			if _, err := wire.ReadBody(small[:n], how, len(b)); !errors.Is(err, exchange.ErrMalformed) {
				t.Errorf("%s: cut after %d bytes: %v", what, n, err)
			}
		}
		if _, err := wire.ReadBody(append(bytes.Clone(small), 1, 2, 3), how, len(b)); !errors.Is(err, exchange.ErrMalformed) {
			t.Errorf("%s: with something behind it: %v", what, err)
		}
	}
	if _, err := wire.ReadBody([]byte("x"), "gzip", 100); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("another encoding: %v", err)
	}
	if _, err := wire.ReadBody([]byte("no zstd"), "zstd", 100); !errors.Is(err, exchange.ErrMalformed) {
		t.Errorf("no zstd: %v", err)
	}
}

// A bomb is defused while it is read: what it takes is bounded by the limit and the window, not by what it becomes.
func TestBombs(t *testing.T) {
	for what, b := range map[string][]byte{
		"a gigabyte":      bomb(t, 1<<30, zstd.WithWindowSize(1<<20)),
		"a large window":  bomb(t, 64<<20, zstd.WithWindowSize(32<<20)),
		"many of them":    bytes.Repeat(bomb(t, 1<<20), 1000),
		"a single piece":  must(zstd.NewWriter(nil, zstd.WithSingleSegment(true))).EncodeAll(make([]byte, 64<<20), nil),
		"skipped as well": append([]byte{0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0x10}, make([]byte, 1<<20)...),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := wire.ReadBody(b, "zstd", 1<<20)
		runtime.ReadMemStats(&after)
		if len(got) > 0 || !errors.Is(err, exchange.ErrTooMuch) && !errors.Is(err, exchange.ErrMalformed) {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 12<<20 {
			t.Errorf("%s: took %d MB", what, grown>>20)
		}
	}
}
