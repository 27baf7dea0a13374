package wire

import (
	"encoding/binary"

	"linli/sync/oplog"
)

// appendHead packs a head: origin, number (64 bits, big-endian) and hash.
func appendHead(b []byte, h oplog.Head) []byte {
	b = append(b, h.Origin[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.N))
	return append(b, h.Hash[:]...)
}

// unpackHead is its inverse for the first of the heads in b.
func unpackHead(b []byte) (h oplog.Head) {
	n := copy(h.Origin[:], b)
	h.N = int64(binary.BigEndian.Uint64(b[n:]))
	copy(h.Hash[:], b[n+8:])
	return h
}

// countItems counts the data items in b, those inside arrays and maps too, and stops beyond limit. It reads initial bytes
// (RFC 8949 §3) and nothing more: an item of one byte becomes some sixty in memory, and so a message is counted before
// it is decoded. What is malformed is left to the decoder.
func countItems(b []byte, limit int) (n int) {
	for len(b) > 0 && n <= limit {
		n++
		major, info := b[0]>>5, b[0]&0x1f
		b = b[1:]
		arg := uint64(info)
		if info >= 24 && info <= 27 {
			size := 1 << (info - 24)
			if len(b) < size {
				return n
			}
			arg = 0
			for _, c := range b[:size] {
				arg = arg<<8 | uint64(c)
			}
			b = b[size:]
		}
		if major == 2 || major == 3 { // byte and text strings
			if arg > uint64(len(b)) {
				return n
			}
			b = b[arg:]
		}
	}
	return n
}
