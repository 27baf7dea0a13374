package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
)

// headFile stands beside the database and is never part of a backup. It holds which copy of the logs was written here
// last and how many commits it had. A database that says fewer, or another copy, was put back from an older one: devices that
// know the lost entries to be here must not go on from there, so it becomes another copy with another id.
const headFile = "head"

// headSize is 16 bytes of log id and 8 bytes of count.
const headSize = 24

// head is the open head file. It is written after each commit without a sync of its own: after a power cut it may be behind
// the database, never ahead of it. Where several processes write, whoever is late leaves it behind, which is harmless as well.
// Only which copy it is is synced, or a folder that was once put back would after each cut be taken for put back again.
type head struct {
	f      *os.File
	synced string // the log id that is known to have reached the disk
}

func openHead(dir string) (head, error) {
	f, err := os.OpenFile(filepath.Join(dir, headFile), os.O_RDWR|os.O_CREATE, 0o600)
	return head{f: f}, err
}

// read answers the copy and its commits; "" for a new file, and for one that a cut has left blank.
func (h *head) read() (logID string, commits int64) {
	var b [headSize]byte
	if n, _ := h.f.ReadAt(b[:], 0); n < headSize || b == [headSize]byte{} {
		return "", 0
	}
	return hex.EncodeToString(b[:16]), int64(binary.BigEndian.Uint64(b[16:]))
}

func (h *head) write(logID string, commits int64) error {
	var b [headSize]byte
	if _, err := hex.Decode(b[:16], []byte(logID)); err != nil {
		return err
	}
	binary.BigEndian.PutUint64(b[16:], uint64(commits))
	if _, err := h.f.WriteAt(b[:], 0); err != nil || h.synced == logID {
		return err
	}
	if err := h.f.Sync(); err != nil {
		return err
	}
	h.synced = logID
	return nil
}

func (h *head) close() error { return h.f.Close() }

// newLogID names a copy of the logs: 32 hexadecimal digits.
func newLogID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// recognise reads which copy of the logs this is. A new one, and one that was put back, gets an id of its own. Of several
// processes that find the same, one gives the id and the others take it over.
func (s *Storage) recognise(ctx context.Context) (err error) {
	if _, err := s.writer.c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = s.writer.exec("ROLLBACK")
		}
	}()
	commits, err := s.identify(s.head.read())
	if err != nil {
		return err
	}
	// Before the commit, so that the next process finds the two alike. A crash in between costs another id, no more.
	if err := s.head.write(s.logID, commits); err != nil {
		return err
	}
	return s.writer.exec("COMMIT")
}

func (s *Storage) identify(was string, had int64) (commits int64, err error) {
	err = s.writer.row("SELECT log_id, commits FROM replica").Scan(&s.logID, &commits)
	found := !errors.Is(err, sql.ErrNoRows)
	if found && err != nil {
		return 0, err
	}
	switch {
	case !found:
		s.logID = newLogID()
		return 0, s.writer.exec("INSERT INTO replica(log_id, commits) VALUES (?, 0)", s.logID)
	case s.logID == restored, was != "" && (was != s.logID || had > commits):
		s.logID = newLogID()
		if err := s.writer.exec("UPDATE replica SET log_id = ?", s.logID); err != nil {
			return 0, err
		}
		// Nobody may go on as an origin that another copy has written as since.
		return commits, s.writer.exec("UPDATE hall SET writer = NULL")
	}
	return commits, nil
}

// restored stands for a log id until a restored copy is opened.
const restored = ""
