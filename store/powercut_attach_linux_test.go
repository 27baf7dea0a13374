package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"linli/app"
	"linli/store"
)

// attachTo attaches an invented scan to a new case.
func attachTo(ctx context.Context, s *store.Store, seed uint64) (app.Attachment, error) {
	c, err := s.Hall().Cases.Open(ctx, app.ConsoleActor(), app.NewCase{Kind: app.CaseHelp, Title: "样例标题"})
	if err != nil {
		return app.Attachment{}, err
	}
	return s.Hall().Files.Attach(ctx, app.ConsoleActor(), "case", c.ID, "样例.pdf", scan(90<<10, seed))
}

// attachSome attaches files to cases.
func attachSome(arg string) error {
	dir, _, _ := strings.Cut(arg, "\n")
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{Program: "test"})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	for i := range 4 {
		a, err := attachTo(ctx, s, uint64(i))
		if err != nil {
			return err
		}
		says("file", a.ID)
	}
	return s.Close()
}

// attachedOpen sees to it that every file that a row names is there and whole, and those that were
// confirmed among them.
func attachedOpen(ctx context.Context, m *cuttable, s session) (err error) {
	c, err := m.copied()
	if err != nil {
		return err
	}
	dir := filepath.Join(c.hall, "hall")
	if err := isWhole(ctx, dir, c.optionsOn()); err != nil {
		return err
	}
	hall, err := store.Open(ctx, dir, c.optionsOn())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hall.Close()) }()
	for i, f := range s.confirmed {
		_, content, err := hall.Hall().Files.OpenAttachment(ctx, app.ConsoleActor(), f[1])
		if err != nil || string(content) != string(scan(90<<10, uint64(i))) {
			return fmt.Errorf("a file was attached, and now: %d bytes, %w", len(content), err)
		}
	}
	return nil
}
