package store

import (
	"context"
	"errors"
)

// Invent makes and opens a hall of invented people, for showing the program.
func Invent(ctx context.Context, folder string, o Options) (*Store, error) {
	hall := NewHall{Name: "样例社区服务大厅", Division: "320102001001", Zone: "Asia/Shanghai", Admin: DemoAdmin, PIN: DemoAdminPIN}
	if err := Init(ctx, folder, hall, o); err != nil {
		return nil, err
	}
	s, err := Open(ctx, folder, o)
	if err != nil {
		return nil, err
	}
	if err := FillDemo(ctx, s, Demo{Residents: 300, Visits: 120, Seed: 1}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
