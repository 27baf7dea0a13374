package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"linli/sync/exchange"
)

const (
	mediaType = "application/cbor"
	encoding  = "zstd"

	// worthwhile is from how many bytes on a body is compressed. A small message in one packet stays one packet.
	worthwhile = 256
	// window is how far back a compressed body may refer, and so what a reader has to keep of it. A body that wants more is
	// refused.
	window = 1 << 20
	// slack is what a body may be larger compressed than it is.
	slack = 1024
)

// encoder compresses whole bodies, a few at a time; more wait for it.
var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(window))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

// decoders are used again: a new one costs more than a small body.
var decoders = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(window))
	if err != nil {
		panic(err)
	}
	return d
}}

// compress answers a body as it is sent, and its Content-Encoding: "" for one that is sent as it is.
func compress(body []byte) ([]byte, string) {
	if len(body) < worthwhile {
		return body, ""
	}
	small := encoder().EncodeAll(body, make([]byte, 0, len(body)/2))
	if len(small) >= len(body) {
		return body, ""
	}
	return small, encoding
}

// readBody reads a body that becomes at most limit bytes, and holds the limit while it reads: [exchange.ErrTooMuch] beyond
// it, before more is in memory. What is compressed otherwise than it says is [exchange.ErrMalformed]; other
// errors are the connection's.
func readBody(r io.Reader, how string, limit int) ([]byte, error) {
	raw := &capped{r: r, left: int64(limit) + slack}
	var from io.Reader = raw
	switch how {
	case "":
	case encoding:
		d := decoders.Get().(*zstd.Decoder)
		defer func() {
			_ = d.Reset(nil) // lets go of the body
			decoders.Put(d)
		}()
		if err := d.Reset(raw); err != nil {
			return nil, raw.fault(err)
		}
		from = d
	default:
		return nil, exchange.ErrMalformed
	}
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(from, int64(limit)+1))
	switch {
	case err != nil:
		return nil, raw.fault(err)
	case n > int64(limit):
		return nil, exchange.ErrTooMuch
	}
	return b.Bytes(), nil
}

// capped reads so many bytes and no more, and remembers whose fault it was when reading ended badly.
type capped struct {
	r    io.Reader
	left int64
	err  error // the connection's, or ErrTooMuch
}

func (c *capped) Read(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		c.err = exchange.ErrTooMuch
		return 0, c.err
	}
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// fault tells the connection's errors from those of the compressed bytes.
func (c *capped) fault(err error) error {
	switch {
	case c.err != nil:
		return c.err
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return exchange.ErrTooMuch
	}
	return exchange.ErrMalformed
}

// accepts tells whether a header of accepted encodings names ours.
func accepts(header string) bool {
	for name := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(name, ";")
		if strings.TrimSpace(name) == encoding && strings.TrimSpace(weight) != "q=0" {
			return true
		}
	}
	return false
}
