package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// millionVisits lead to a million entries and some more: one in twenty leads to a case, with progress and a rating in the
// public part.
const millionVisits = 1_000_000

// measureMillion measures what staff wait for in a hall with a million entries. It is made by a process of its own, so that the
// memory of this one is that of a hall that was opened; with --data it is made once.
func measureMillion(ctx context.Context, b *bench) error {
	dir := filepath.Join(b.dir, "million")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "--only", "make", "--data", dir, "--residents", strconv.Itoa(b.residents), "--visits", strconv.Itoa(millionVisits))
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("making the hall: %w", err)
	}
	h, err := openHall(ctx, dir, b.residents, millionVisits)
	if err != nil {
		return err
	}
	return errors.Join(measureStore(ctx, &b.report, h), h.close())
}
