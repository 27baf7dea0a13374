package store

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
