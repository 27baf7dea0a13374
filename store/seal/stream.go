package seal

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
)

// Bundles and attachments are sealed as a backup file is, in chunks of 64 KiB, each
// with a key of its own and so with chunk numbers for nonces. Here that is a
// writer and a reader, for what is made or read piece by piece.

// sealer seals what is written to it. A full chunk waits until something follows
// it or nothing does, because the last one has a nonce that says so.
type sealer struct {
	dst   io.Writer
	aead  cipher.AEAD
	aad   []byte
	plain []byte // up to a chunk
	out   []byte
	n     uint64
	err   error
}

// newSealer seals into dst; aad is what the chunks are bound to.
func newSealer(dst io.Writer, aead cipher.AEAD, aad []byte) *sealer {
	return &sealer{dst: dst, aead: aead, aad: aad, plain: make([]byte, 0, backupChunk), out: make([]byte, 0, backupChunk+tagSize)}
}

func (s *sealer) Write(p []byte) (n int, err error) {
	for len(p) > 0 && s.err == nil {
		if len(s.plain) == backupChunk {
			s.flush(false)
			continue
		}
		took := copy(s.plain[len(s.plain):backupChunk], p)
		s.plain, p, n = s.plain[:len(s.plain)+took], p[took:], n+took
	}
	return n, s.err
}

// Close seals the last chunk. What was written is complete only if it returned nil.
func (s *sealer) Close() error {
	if s.err == nil {
		s.flush(true)
	}
	if s.err != nil {
		return s.err
	}
	s.err = errors.New("seal: written after it was closed")
	return nil
}

func (s *sealer) flush(last bool) {
	if _, err := s.dst.Write(s.aead.Seal(s.out, chunkNonce(s.n, last), s.plain, s.aad)); err != nil {
		s.err = fmt.Errorf("seal: write what was sealed: %w", err)
	}
	s.plain = s.plain[:0]
	s.n++
}

// opener opens what a sealer sealed, chunk by chunk: what it has handed out is as it was
// written, and only io.EOF says that it was all. Its errors are [ErrTruncated],
// [ErrAltered], and those of the source.
type opener struct {
	in   *chunks
	aead cipher.AEAD
	aad  []byte
	buf  []byte
	rest []byte // of the opened chunk
	n    uint64
	err  error // once the rest is handed out
}

func newOpener(src io.Reader, aead cipher.AEAD, aad []byte) *opener {
	return &opener{in: newChunks(src, backupChunk+tagSize), aead: aead, aad: aad, buf: make([]byte, 0, backupChunk)}
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.rest) == 0 && o.err == nil {
		o.rest, o.err = o.next()
	}
	if len(o.rest) == 0 {
		return 0, o.err
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// next opens a chunk. The error is what comes after it.
func (o *opener) next() ([]byte, error) {
	sealed, last, err := o.in.next()
	if err != nil {
		return nil, fmt.Errorf("seal: read what was sealed: %w", err)
	}
	plain, err := o.aead.Open(o.buf, chunkNonce(o.n, last), sealed, o.aad)
	switch {
	case err == nil && last && len(plain) == 0 && o.n > 0: // a sealer makes no empty chunk but an only one
		return nil, ErrAltered
	case err == nil && last:
		return plain, io.EOF
	case err == nil:
		o.n++
		return plain, nil
	case last && len(sealed) < tagSize:
		return nil, ErrTruncated
	case last:
		// Cut off behind a chunk, which is whole and was not the last.
		if plain, err = o.aead.Open(o.buf, chunkNonce(o.n, false), sealed, o.aad); err == nil {
			return plain, ErrTruncated
		}
	}
	return nil, ErrAltered
}
