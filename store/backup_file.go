package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"linli/app"
	"linli/store/seal"
)

// A backup is one file: "LINLIHB1", the length of a header (4 bytes, big endian),
// the header as JSON, and the whole database sealed by [seal.Ring.SealFile]; in format 2
// the contents of attachments behind it, see backup_blob.go. The
// header is in clear: a new machine has to know whose keys to ask for.
const (
	backupMagic     = "LINLIHB1"
	maxBackupHeader = 4 << 10
	backupFormat    = 1
	backupWithBlobs = 2
)

// backupHeader is what a backup says about itself without a key.
type backupHeader struct {
	Format int    `json:"format"`
	Hall   string `json:"hall"` // id; says nothing to strangers
	Schema int    `json:"schema"`
	Keys   string `json:"keys,omitempty"` // name of the key file, when it is not the hall's
	// Database is the length of the sealed database when the contents of attachments stand behind it.
	Database int64 `json:"database,omitempty"`
}

// sealBackup writes a backup of a plain copy of the database.
func (s *Store) sealBackup(ctx context.Context, dst io.Writer, plain string, blobs []Blob) error {
	src, err := os.Open(plain)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	h := backupHeader{Format: backupFormat, Hall: s.hall, Schema: SchemaVersion, Keys: s.keyName}
	if len(blobs) > 0 {
		info, err := src.Stat()
		if err != nil {
			return err
		}
		h.Format, h.Database = backupWithBlobs, seal.SealedFileSize(info.Size())
	}
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	b := append([]byte(backupMagic), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(b[len(backupMagic):], uint32(len(head)))
	if _, err := dst.Write(append(b, head...)); err != nil {
		return err
	}
	if err := s.ring.SealFile(dst, src); err != nil || len(blobs) == 0 {
		return err
	}
	return s.ring.SealFile(dst, &blobArchive{ctx: ctx, files: s.files, list: blobs})
}

// readBackupHeader reads what a backup says in clear and leaves src at the sealed
// part. CodeUnreadable when it is no backup or is cut short.
func readBackupHeader(src io.Reader) (h backupHeader, err error) {
	var b [len(backupMagic) + 4]byte
	if _, err := io.ReadFull(src, b[:]); err != nil || string(b[:len(backupMagic)]) != backupMagic {
		return h, app.Fail(app.CodeUnreadable, "backup")
	}
	n := binary.BigEndian.Uint32(b[len(backupMagic):])
	if n > maxBackupHeader {
		return h, app.Fail(app.CodeUnreadable, "backup")
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(src, head); err != nil || json.Unmarshal(head, &h) != nil || h.Hall == "" {
		return h, app.Fail(app.CodeUnreadable, "backup")
	}
	if h.Format > backupWithBlobs || h.Schema > SchemaVersion {
		return h, app.Fail(app.CodeNewerData, fmt.Sprint(h.Schema), fmt.Sprint(SchemaVersion))
	}
	return h, nil
}

// openBackup opens the sealed database into a new private file and syncs it. src is then at what stands behind it.
func openBackup(plain string, src io.Reader, head backupHeader, ring *seal.Ring) error {
	if head.Database > 0 {
		src = io.LimitReader(src, head.Database)
	}
	dst, err := os.OpenFile(plain, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = ring.OpenFile(dst, src)
	if err == nil {
		err = dst.Sync()
	}
	return backupFault(errors.Join(err, dst.Close()))
}

// backupFault says what is wrong with a backup that does not open.
func backupFault(err error) error {
	switch {
	case errors.Is(err, seal.ErrWrongKey):
		return &app.Error{Code: app.CodeNoKey, Err: err}
	case errors.Is(err, seal.ErrNotBackup), errors.Is(err, seal.ErrTruncated), errors.Is(err, seal.ErrDamagedBackup), errors.Is(err, io.ErrUnexpectedEOF):
		return &app.Error{Code: app.CodeUnreadable, Args: []string{"backup"}, Err: err}
	}
	return err
}
