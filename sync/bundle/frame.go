package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// The kinds of frames.
const (
	frameManifest = 'm'
	frameEntries  = 'e'
)

const (
	// maxBatch is what an encoded batch can have at most, see [oplog.Batch.Encode].
	maxBatch = oplog.MaxBatch + 80*oplog.MaxBatchEntries + 1024
	// maxFrame bounds a frame: the heads of four scopes are the most.
	maxFrame = 4*exchange.MaxHeads*64 + oplog.MaxCert + 1<<20
)

// encoder and decoder work on whole frames, so that each can be used without the ones before it.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxBatch))
		if err != nil {
			panic(err)
		}
		return d
	})
)

// writeFrame writes one frame.
func writeFrame(dst io.Writer, kind byte, payload []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(payload)))
	if _, err := dst.Write(head); err != nil {
		return err
	}
	_, err := dst.Write(payload)
	return err
}

// readFrame reads one frame, or io.EOF where the bundle ends.
func readFrame(src io.Reader) (kind byte, payload []byte, err error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(src, head); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = ErrBroken
		}
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, ErrBroken
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(src, payload); err != nil {
		return 0, nil, cutOr(err)
	}
	return head[0], payload, nil
}

// writeBatch writes the frame of a batch.
func writeBatch(dst io.Writer, b oplog.Batch) error {
	body, err := b.Encode()
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	return writeFrame(dst, frameEntries, encoder().EncodeAll(body, make([]byte, 0, len(body)/2)))
}

// readBatch reads the payload of one. fault says that the batch ended before its end, at what is no entry.
func readBatch(payload []byte) (b oplog.Batch, fault error) {
	body, err := decoder().DecodeAll(payload, nil)
	if err != nil {
		return b, oplog.ErrBatch // what the library says may quote what came
	}
	return oplog.DecodeBatch(body)
}
