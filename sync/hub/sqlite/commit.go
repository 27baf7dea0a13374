package sqlite

import (
	"context"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// maxTogether bounds how many updates are committed together.
const maxTogether = 64

// job is work for the one connection that writes.
type job struct {
	f     func(hub.Tx) error // an update, which may share a transaction with others
	alone func() error       // or anything else, outside of one
	done  chan error         // has room for the answer
}

// Update implements [hub.Storage]. There is one transaction at a time in the whole file, which holds all scopes.
func (s *Storage) Update(ctx context.Context, _ []oplog.Scope, f func(hub.Tx) error) error {
	return translate("update", s.submit(ctx, &job{f: f}))
}

// alone runs f while nobody writes through this storage.
func (s *Storage) alone(ctx context.Context, f func() error) error {
	return translate("work alone", s.submit(ctx, &job{alone: f}))
}

func (s *Storage) submit(ctx context.Context, j *job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.done = make(chan error, 1)
	select {
	case s.jobs <- j:
		return <-j.done
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return hub.ErrClosed
	}
}

// commits is the one goroutine that writes. While one transaction waits for the disk the next updates queue up, and are then
// done in one.
func (s *Storage) commits() {
	defer close(s.done)
	for {
		select {
		case j := <-s.jobs:
			s.serve(j)
		case <-s.stop:
			return
		}
	}
}

func (s *Storage) serve(first *job) {
	var group []*job
	for j := first; j != nil; {
		if j.alone != nil {
			s.together(group)
			group = nil
			j.done <- j.alone()
		} else {
			group = append(group, j)
		}
		j = nil
		if len(group) < maxTogether {
			select {
			case j = <-s.jobs:
			default:
			}
		}
	}
	s.together(group)
}

// together commits a group of updates in one transaction and answers each. One that fails is answered and left out, and
// the others begin again without it. When the commit itself fails each is tried by itself: on a disk that is almost full a small one
// may find room where all did not.
func (s *Storage) together(group []*job) {
	for len(group) > 0 {
		failed, err := s.transaction(group)
		if err == nil {
			for _, j := range group {
				j.done <- nil
			}
			return
		}
		if failed >= 0 {
			group[failed].done <- err
			group = append(group[:failed:failed], group[failed+1:]...)
			continue
		}
		if len(group) == 1 {
			group[0].done <- err
			return
		}
		for _, j := range group {
			s.together([]*job{j})
		}
		return
	}
}

// transaction runs a group. failed is the update whose error it is, -1 when it is the transaction's own.
func (s *Storage) transaction(group []*job) (failed int, err error) {
	if err := s.writer.exec("BEGIN IMMEDIATE"); err != nil {
		return -1, err
	}
	defer func() {
		if err != nil {
			_ = s.writer.exec("ROLLBACK") // SQLite may have done it already
		}
	}()
	t := &tx{snapshot: newSnapshot(background, s.writer)}
	for i, j := range group {
		if err := j.f(t); err != nil {
			return i, err
		}
	}
	var commits int64
	if err := s.writer.row("UPDATE replica SET commits = commits + 1 RETURNING commits").Scan(&commits); err != nil {
		return -1, err
	}
	if err := s.writer.exec("COMMIT"); err != nil {
		return -1, err
	}
	// Behind is harmless, see head.go.
	_ = s.head.write(s.logID, commits)
	return -1, nil
}
