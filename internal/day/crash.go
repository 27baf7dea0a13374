package day

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Crash has a signal end or stop the kept program of a machine with one face, and returns when the next one, which its
// keeper has started, shows a page. Linux only: the kept one is found as its keeper's child.
func (h *Hall) Crash(ctx context.Context, signal syscall.Signal) error {
	f := h.cfg.Alone
	kept, err := h.kept()
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(h.targets, string(f)+".json")); err != nil {
		return err
	}
	if err := syscall.Kill(kept, signal); err != nil {
		return err
	}
	if err := h.poll(func() (bool, error) {
		next, err := h.kept()
		return err == nil && next != kept, nil
	}); err != nil {
		return err
	}
	return h.see(ctx, f)
}

// kept is the process id of the program that the keeper runs.
func (h *Hall) kept() (int, error) {
	pid := strconv.Itoa(h.program.Process.Pid)
	children, err := filepath.Glob(filepath.Join("/proc", pid, "task", "*", "children"))
	if err != nil {
		return 0, err
	}
	for _, file := range children {
		body, err := os.ReadFile(file)
		if err != nil {
			continue // that thread has ended
		}
		if first, _, _ := strings.Cut(strings.TrimSpace(string(body)), " "); first != "" {
			return strconv.Atoi(first)
		}
	}
	return 0, fmt.Errorf("process %s keeps none", pid)
}
