package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copyTree copies what git tracks, and what it would track if it were added, from root to dir. Files that git knows
// but that are deleted in the working tree are left out, like in a commit of that tree.
func copyTree(root, dir string) error {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	copied := 0
	for _, file := range strings.Split(string(out), "\x00") {
		if file == "" {
			continue
		}
		from := filepath.Join(root, filepath.FromSlash(file))
		info, err := os.Lstat(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, info.Mode().Perm()|0o200); err != nil {
			return err
		}
		copied++
	}
	if copied == 0 {
		return errors.New("git lists no files here")
	}
	return nil
}
