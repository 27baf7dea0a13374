package hanzi

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Both files are a line that names the format, a notice for people (whose the data are, what was changed), an empty line, and
// a compressed body. The body is the table turned on its side: first every code point, then every stroke count, and so on,
// because equal things beside each other compress well.
const (
	strokesFormat    = "linli strokes 1\n"
	commonnessFormat = "linli commonness 1\n"
)

// most bounds what a body may unpack to. The real one is 2 MB.
const most = 8 << 20

// EncodeStrokes writes the strokes of the characters, which are in the order of their code points.
func EncodeStrokes(characters []Character, notice string) ([]byte, error) {
	body := binary.AppendUvarint(nil, uint64(len(characters)))
	last := rune(0)
	for _, c := range characters {
		if c.Rune <= last {
			return nil, fmt.Errorf("%q is out of order", c.Rune)
		}
		body = binary.AppendUvarint(body, uint64(c.Rune-last))
		last = c.Rune
	}
	for _, c := range characters {
		if len(c.Keys) == 0 || len(c.Keys) > 255 || len(c.Keys) != len(c.Medians) {
			return nil, fmt.Errorf("%q has %d keys and %d medians", c.Rune, len(c.Keys), len(c.Medians))
		}
		body = append(body, byte(len(c.Keys)))
	}
	for _, c := range characters {
		body = append(body, c.Keys...)
	}
	// A median's first point as it is, every other as its step from the one before: steps repeat, places do not.
	for at := range 2 * Points {
		for _, c := range characters {
			for _, m := range c.Medians {
				step := m[at]
				if at >= 2 {
					step -= m[at-2] //nolint:gosec // at is 2 or more
				}
				body = append(body, step)
			}
		}
	}
	return pack(strokesFormat, notice, body)
}

// DecodeStrokes reads what EncodeStrokes wrote.
func DecodeStrokes(file []byte) ([]Character, error) {
	b, err := unpack(strokesFormat, file)
	if err != nil {
		return nil, err
	}
	characters := make([]Character, b.count())
	last := rune(0)
	for i := range characters {
		last += rune(b.uvarint(0x10FFFF))
		characters[i].Rune = last
	}
	strokes := 0
	counts := b.next(len(characters))
	for _, n := range counts {
		strokes += int(n)
	}
	keys := string(b.next(strokes))
	columns := make([][]byte, 2*Points)
	for at := range columns {
		columns[at] = b.next(strokes)
	}
	if b.err != nil {
		return nil, fmt.Errorf("table of strokes: %w", b.err)
	}
	medians := make([]Median, strokes)
	for s := range medians {
		m := &medians[s]
		m[0], m[1] = columns[0][s], columns[1][s]
		for at := 2; at < len(m); at++ {
			m[at] = m[at-2] + columns[at][s]
		}
	}
	for i := range characters {
		n := int(counts[i])
		characters[i].Keys, keys = keys[:n], keys[n:]
		characters[i].Medians, medians = medians[:n:n], medians[n:]
	}
	return characters, nil
}

// EncodeCommonness writes level and weight of the characters, which are in the order of their code points.
func EncodeCommonness(characters []Character, notice string) ([]byte, error) {
	body := binary.AppendUvarint(nil, uint64(len(characters)))
	last := rune(0)
	for _, c := range characters {
		body = binary.AppendUvarint(body, uint64(c.Rune-last))
		last = c.Rune
	}
	for _, c := range characters {
		body = append(body, c.Level)
	}
	for _, c := range characters {
		body = binary.BigEndian.AppendUint16(body, c.Weight)
	}
	return pack(commonnessFormat, notice, body)
}

// DecodeCommonness reads what EncodeCommonness wrote into the characters. The file has to be of the same characters.
func DecodeCommonness(file []byte, characters []Character) error {
	b, err := unpack(commonnessFormat, file)
	if err != nil {
		return err
	}
	if n := b.count(); n != len(characters) {
		return fmt.Errorf("table of commonness: %d characters, %d have strokes", n, len(characters))
	}
	last := rune(0)
	for i := range characters {
		last += rune(b.uvarint(0x10FFFF))
		if characters[i].Rune != last {
			return fmt.Errorf("table of commonness: %q where %q should be", last, characters[i].Rune)
		}
	}
	levels, weights := b.next(len(characters)), b.next(2*len(characters))
	if b.err != nil {
		return fmt.Errorf("table of commonness: %w", b.err)
	}
	for i := range characters {
		characters[i].Level = levels[i]
		characters[i].Weight = binary.BigEndian.Uint16(weights[2*i:])
	}
	return nil
}

func pack(format, notice string, body []byte) ([]byte, error) {
	out := bytes.NewBufferString(format + notice + "\n\n")
	w, err := flate.NewWriter(out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// A body is read from its front. The first fault stays, and everything read after it is empty.
type body struct {
	rest []byte
	err  error
}

func unpack(format string, file []byte) (*body, error) {
	rest, named := bytes.CutPrefix(file, []byte(format))
	_, packed, found := bytes.Cut(rest, []byte("\n\n"))
	if !named || !found {
		return nil, fmt.Errorf("not a file of the format %q", format)
	}
	unpacked, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), most))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return &body{rest: unpacked}, nil
}

var errShort = errors.New("the file ends too early or holds an impossible number")

func (b *body) next(n int) []byte {
	if b.err != nil || n < 0 || n > len(b.rest) {
		b.err = errShort
		return nil
	}
	part := b.rest[:n]
	b.rest = b.rest[n:]
	return part
}

// count reads how many there are. Each takes a byte at least, so a number larger than the body is a fault.
func (b *body) count() int { return int(b.uvarint(uint64(len(b.rest)))) }

func (b *body) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(b.rest)
	if b.err != nil || n <= 0 || v > most {
		b.err = errShort
		return 0
	}
	b.rest = b.rest[n:]
	return v
}
