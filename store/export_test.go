package store

import (
	"context"

	"linli/app"
	"linli/store/seal"
)

// LimitPages makes the database as full as a disk with room for so many more
// pages would. SQLite reports both alike, and this needs no file system of its own.
func (s *Store) LimitPages(more int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pages int
	if err := s.conn.QueryRowContext(background, `PRAGMA page_count`).Scan(&pages); err != nil {
		return err
	}
	limit := pages + more
	if more < 0 {
		limit = 1 << 30
	}
	var now int
	return s.conn.QueryRowContext(background, `PRAGMA max_page_count=`+text(int64(limit))).Scan(&now)
}

// Synchronise changes how much the writer syncs. Only the controls of the tests
// with power cuts do that, to lose what must not be lost.
func (s *Store) Synchronise(mode string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.conn.ExecContext(background, `PRAGMA synchronous=`+mode)
	return err
}

// RunJob does one of the hall's jobs now.
func (s *Store) RunJob(ctx context.Context, name string) error {
	for _, j := range s.Jobs() {
		if j.Name == name {
			return j.Run(ctx)
		}
	}
	return app.Fail(app.CodeNotFound, name)
}

// SheetText is what the recovery sheet says.
func (s *Store) SheetText() string { return seal.SheetText(s.ring.Root()) }
