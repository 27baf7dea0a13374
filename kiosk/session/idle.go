package session

// Idle answers whether nobody has touched anything since the last conversation was wiped: the first page is shown as everybody finds it.
func (s *Session) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && s.held.Last.IsZero() && s.held.Job == nil
}
