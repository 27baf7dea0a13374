package store

import "context"

// LiveValues answers the opened live values of a cell, the shown one first.
func (s *Store) LiveValues(_ context.Context, table, id, column string) (values []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tx := &Tx{s: s}
	in := s.capture.tables[table]
	shown, err := readRow(tx, in, id)
	if err != nil {
		return nil, err
	}
	row, err := s.loadRegister(tx, in, id, shown)
	if err != nil {
		return nil, err
	}
	for _, v := range row[column] {
		plain := text(v.Value)
		if byName[table].column(column).Sealed() {
			if plain, err = s.unseal(table, id, column, v.Value); err != nil {
				return nil, err
			}
		}
		values = append(values, plain)
	}
	return values, nil
}
