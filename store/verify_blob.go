package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"

	"linli/sync/oplog"
)

// ProblemAttachment says that a file in the data folder is not what its name says: its bytes have
// changed. It comes again from a machine that has it, once it was opened or removed here.
const ProblemAttachment = "attachment"

// checkBlobs compares the contents that are here with their names. What is not here may be on its
// way or was in no backup: the report lists it, and it is no problem of this folder.
func (s *Store) checkBlobs(ctx context.Context, report *VerifyReport, add func(Problem)) error {
	list, ids, err := s.blobs(ctx, "")
	if err != nil {
		return err
	}
	for i, b := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		hash, err := hashFile(s.files.path(b.Hash))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if len(report.Away) < maxProblems {
				report.Away = append(report.Away, ids[i])
			} else {
				report.MoreAway++
			}
		case err != nil:
			return err
		default:
			report.Attachments++
			if hash != b.Hash {
				add(Problem{Kind: ProblemAttachment, Table: "attachment", Row: ids[i]})
			}
		}
	}
	return nil
}

func hashFile(path string) (hash oplog.Hash, err error) {
	f, err := os.Open(path)
	if err != nil {
		return hash, err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return hash, err
	}
	return oplog.Hash(sum.Sum(nil)), nil
}

// Attachments counts the contents that rows name: those that are here, and those that are not.
func (s *Store) Attachments(ctx context.Context) (here, away int, err error) {
	list, _, err := s.blobs(ctx, "")
	for _, b := range list {
		if s.files.has(b.Hash, b.Size) {
			here++
		} else {
			away++
		}
	}
	return here, away, translate("blob.count", err)
}
