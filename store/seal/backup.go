package seal

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A sealed backup file is, in bytes:
//
//	"LINLIBK1" 8 | key id 4 | salt 16 | key check 16 | chunks
//
// Each chunk is 64 KiB of the file and a 16-byte tag, the last one less: the
// STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár with
// AES-256-GCM. The nonce is the chunk's number (11 bytes, big endian) and a byte
// that is 1 on the last chunk; the header is additional data. So chunks cannot be
// reordered, dropped, or taken from another file. Key and key check come from
// HKDF-SHA256(backup key, salt): no two files share a key, so counters may serve as nonces.
const (
	backupMagic  = "LINLIBK1"
	backupSalt   = 16
	backupCheck  = 16
	backupHeader = len(backupMagic) + len(KeyID{}) + backupSalt + backupCheck
	backupChunk  = 64 << 10
)

// SealedFileSize is the size of a sealed file by that of the file.
func SealedFileSize(plain int64) int64 {
	return int64(backupHeader) + plain + tagSize*max(1, (plain+backupChunk-1)/backupChunk)
}

// SealFile seals all of src into dst. It holds two chunks in memory whatever the
// size of the file. dst is complete only if SealFile returned nil.
func (r *Ring) SealFile(dst io.Writer, src io.Reader) error {
	var salt [backupSalt]byte
	_, _ = rand.Read(salt[:]) // never fails: crypto/rand ends the program instead
	aead, check, err := r.backupKey(salt[:])
	if err != nil {
		return err
	}
	header := make([]byte, 0, backupHeader)
	header = append(header, backupMagic...)
	header = append(header, r.k.id[:]...)
	header = append(header, salt[:]...)
	header = append(header, check...)
	if _, err := dst.Write(header); err != nil {
		return fmt.Errorf("seal: write the backup: %w", err)
	}
	in := newChunks(src, backupChunk)
	out := make([]byte, 0, backupChunk+tagSize)
	for n := uint64(0); ; n++ {
		plain, last, err := in.next()
		if err != nil {
			return fmt.Errorf("seal: read what to back up: %w", err)
		}
		if _, err := dst.Write(aead.Seal(out, chunkNonce(n, last), plain, header)); err != nil {
			return fmt.Errorf("seal: write the backup: %w", err)
		}
		if last {
			return nil
		}
	}
}

// OpenFile opens what [Ring.SealFile] sealed. Every chunk is checked before it is
// written, but only a nil error says that dst is the whole file: write to a
// temporary file and use it only then. The errors are [ErrNotBackup],
// [ErrWrongKey], [ErrTruncated], [ErrDamagedBackup], and those of src and dst.
func (r *Ring) OpenFile(dst io.Writer, src io.Reader) error {
	header, aead, err := r.readBackupHeader(src)
	if err != nil {
		return err
	}
	in := newChunks(src, backupChunk+tagSize)
	out := make([]byte, 0, backupChunk)
	for n := uint64(0); ; n++ {
		sealed, last, err := in.next()
		if err != nil {
			return fmt.Errorf("seal: read the backup: %w", err)
		}
		plain, err := aead.Open(out, chunkNonce(n, last), sealed, header)
		if err != nil {
			return whyUnopened(aead, n, last, sealed, header)
		}
		// Only an empty file ends in an empty chunk; SealFile makes no other.
		if last && len(plain) == 0 && n > 0 {
			return ErrDamagedBackup
		}
		if _, err := dst.Write(plain); err != nil {
			return fmt.Errorf("seal: write the restored file: %w", err)
		}
		if last {
			return nil
		}
	}
}

func (r *Ring) readBackupHeader(src io.Reader) (header []byte, aead cipher.AEAD, err error) {
	header = make([]byte, backupHeader)
	n, err := io.ReadFull(src, header)
	if short := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF); err != nil && !short {
		return nil, nil, fmt.Errorf("seal: read the backup: %w", err)
	}
	if !bytes.HasPrefix(header[:n], []byte(backupMagic)) {
		return nil, nil, ErrNotBackup
	}
	if n < backupHeader {
		return nil, nil, ErrTruncated
	}
	rest := header[len(backupMagic):]
	id, salt, check := rest[:4], rest[4:4+backupSalt], rest[4+backupSalt:]
	aead, want, err := r.backupKey(salt)
	if err != nil {
		return nil, nil, err
	}
	if subtle.ConstantTimeCompare(check, want) != 1 {
		if bytes.Equal(id, r.k.id[:]) {
			return nil, nil, ErrDamagedBackup
		}
		return nil, nil, ErrWrongKey
	}
	return header, aead, nil
}

// whyUnopened tells a file cut at the end of a chunk, or inside of one, from a changed one.
func whyUnopened(aead cipher.AEAD, n uint64, last bool, sealed, header []byte) error {
	if !last {
		return ErrDamagedBackup
	}
	if len(sealed) < tagSize {
		return ErrTruncated
	}
	if _, err := aead.Open(nil, chunkNonce(n, false), sealed, header); err == nil {
		return ErrTruncated
	}
	return ErrDamagedBackup
}

func (r *Ring) backupKey(salt []byte) (aead cipher.AEAD, check []byte, err error) {
	okm, err := hkdf.Key(sha256.New, r.k.backup, salt, "linli/1/backup-file", 32+backupCheck)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: derive the backup's key: %w", err)
	}
	aead, err = newGCM(okm[:32])
	return aead, okm[32:], err
}

func chunkNonce(n uint64, last bool) []byte {
	nonce := make([]byte, nonceSize)
	binary.BigEndian.PutUint64(nonce[nonceSize-1-8:], n)
	if last {
		nonce[nonceSize-1] = 1
	}
	return nonce
}

// chunks cuts a stream into pieces of one size and knows which one is the last.
type chunks struct {
	r   *bufio.Reader
	buf []byte
}

func newChunks(r io.Reader, size int) *chunks {
	return &chunks{bufio.NewReaderSize(r, 4096), make([]byte, size)}
}

// next returns a piece that is valid until the next call.
func (c *chunks) next() (piece []byte, last bool, err error) {
	n, err := io.ReadFull(c.r, c.buf)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return c.buf[:n], true, nil
	case err != nil:
		return nil, false, err
	}
	// A full piece is the last one if nothing follows it.
	if _, err = c.r.Peek(1); errors.Is(err, io.EOF) {
		return c.buf, true, nil
	}
	return c.buf, false, err
}
