package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"linli/sync/hub"
	"linli/sync/hub/sqlite"
)

// unmounted begins the message of a child that was not allowed a disk of its own.
const unmounted = "no disk of its own: "

// fillSmallDisk mounts a small disk that only this process sees and takes entries until it is full, and on after something was
// removed.
func fillSmallDisk(t *testing.T, dir string) error {
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=2m"); err != nil {
		return errors.New(unmounted + err.Error())
	}
	ballast, data := filepath.Join(dir, "ballast"), filepath.Join(dir, "data")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		return err
	}
	s, err := sqlite.Open(background, data)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	taken, left, err := untilFull(newHall(t, s), s)
	if err != nil {
		return err
	}
	if err := holds(s, taken); err != nil {
		return fmt.Errorf("full: %w", err)
	}
	if _, err := s.BackupTo(background, filepath.Join(dir, "backup")); !errors.Is(err, hub.ErrDiskFull) {
		return fmt.Errorf("backup on a full disk: %w", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 2 {
		return fmt.Errorf("a backup that failed leaves %v", files)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	r, err := again(s, left)
	if err != nil || r.Fresh != len(left) {
		return fmt.Errorf("with room again: %+v, %w", r, err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = sqlite.Open(background, data); err != nil {
		return err
	}
	return holds(s, taken+int64(len(left)))
}

// TestAFullDisk works as root and, with a user name space, for an ordinary user. Where the system allows neither, the test
// with a full database stands alone.
func TestAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	must(t, os.Mkdir(dir, 0o755))
	// Unsharing also makes all mounts private: nothing is seen outside.
	for _, a := range []*syscall.SysProcAttr{
		{Unshareflags: syscall.CLONE_NEWNS},
		{
			Cloneflags: syscall.CLONE_NEWUSER, Unshareflags: syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		},
	} {
		cmd := child(t.Context(), "fill a small disk", dir)
		cmd.SysProcAttr = a
		out, err := cmd.CombinedOutput()
		if len(out) == 0 && err != nil || strings.Contains(string(out), unmounted) {
			t.Logf("this system allows no such disk: %v %s", err, out)
			continue
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
}
