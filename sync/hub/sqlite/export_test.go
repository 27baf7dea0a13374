package sqlite

import (
	"context"
	"fmt"
)

// LimitPages makes the database full beyond so many pages more than it has; -1 takes the limit away.
func (s *Storage) LimitPages(n int) error {
	return s.alone(context.Background(), func() error {
		var pages int
		if err := s.writer.row("PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		limit := pages + n
		if n < 0 {
			limit = 1 << 30
		}
		var got int
		return s.writer.c.QueryRowContext(background, fmt.Sprintf("PRAGMA max_page_count=%d", limit)).Scan(&got)
	})
}
