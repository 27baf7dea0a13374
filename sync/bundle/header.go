package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"linli/sync/oplog"
)

// Format is the version of bundles that this program writes, and the newest that it reads.
const Format = 1

const (
	magic     = "LINLIBN1"
	maxHeader = 4 << 10
	maxID     = 128
)

// Header is what a bundle says of itself in clear.
type Header struct {
	Hall string
	Log  string // [exchange.Replica.ID] of its writer
	Made time.Time
}

// encode answers the clear part of the file.
func (h Header) encode() ([]byte, error) {
	body, err := oplog.Marshal(map[string]any{"format": int64(Format), "hall": h.Hall, "log": h.Log, "made": h.Made.UnixMilli()})
	if err != nil {
		return nil, fmt.Errorf("bundle: header: %w", err)
	}
	return append(binary.BigEndian.AppendUint16([]byte(magic), uint16(len(body))), body...), nil
}

// readHeader reads the clear part, and answers it also as the bytes that the rest is bound to.
func readHeader(src io.Reader) (h Header, raw []byte, err error) {
	raw = make([]byte, len(magic)+2)
	n, err := io.ReadFull(src, raw)
	switch begun := min(n, len(magic)); {
	case err != nil && !short(err):
		return h, nil, err
	case begun == 0, string(raw[:begun]) != magic[:begun]:
		return h, nil, ErrNotBundle
	case err != nil:
		return h, nil, ErrBroken
	}
	body := make([]byte, binary.BigEndian.Uint16(raw[len(magic):]))
	if len(body) > maxHeader {
		return h, nil, ErrBroken
	}
	if _, err := io.ReadFull(src, body); err != nil {
		return h, nil, cutOr(err)
	}
	v, err := oplog.Unmarshal(body)
	if err != nil {
		return h, nil, ErrBroken
	}
	fields, _ := v.(map[string]any)
	format, _ := fields["format"].(int64)
	if format > Format {
		return h, nil, &NewerError{format}
	}
	var made int64
	h.Hall, _ = fields["hall"].(string)
	h.Log, _ = fields["log"].(string)
	made, _ = fields["made"].(int64)
	if format < 1 || h.Log == "" || len(h.Log) > maxID {
		return h, nil, ErrBroken
	}
	h.Made = time.UnixMilli(made)
	return h, append(raw, body...), nil
}

func short(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// cutOr tells the end of the file from an error of the disk.
func cutOr(err error) error {
	if short(err) {
		return ErrBroken
	}
	return err
}
