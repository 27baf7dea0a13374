package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"linli/app"
	"linli/store"
)

func init() {
	children["fill a small disk"] = fillSmallDisk
}

// unmounted begins the message of a child that was not allowed a disk of its own.
const unmounted = "no disk of its own: "

// fillSmallDisk mounts a small disk that only this process sees and works on it
// until it is full, and on after something was removed.
func fillSmallDisk(dir string) error {
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=4m"); err != nil {
		return errors.New(unmounted + err.Error())
	}
	ctx := context.Background()
	hall := filepath.Join(dir, "hall")
	o := optionsAt(filepath.Join(filepath.Dir(dir), "elsewhere")) // the keys are not on that disk
	if err := store.Init(ctx, hall, store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}, o); err != nil {
		return err
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		return err
	}
	s, err := store.Open(ctx, hall, o)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	c, err := s.Hall().Cases.Open(ctx, app.ConsoleActor(), app.NewCase{Kind: app.CaseHelp, Title: "样例标题"})
	if err != nil {
		return err
	}
	attach := func(n int) error {
		_, err := s.Hall().Files.Attach(ctx, app.ConsoleActor(), "case", c.ID, "样例.pdf", scan(n, 1))
		return err
	}
	confirmed, err := untilFull(s)
	if err != nil {
		return err
	}
	if err := s.BackupTo(ctx, filepath.Join(dir, "backup")); app.CodeOf(err) != app.CodeDiskFull {
		return fmt.Errorf("backup on a full disk: %w", err)
	}
	if err := attach(300 << 10); app.CodeOf(err) != app.CodeDiskFull {
		return fmt.Errorf("a file on a full disk: %w", err)
	}
	if left, _ := filepath.Glob(filepath.Join(hall, "blobs", "*")); len(left) > 0 {
		return fmt.Errorf("a file on a full disk has left %v", left)
	}
	if err := holds(s, confirmed); err != nil {
		return fmt.Errorf("full: %w", err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	id, err := register(s)
	if err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	confirmed = append(confirmed, id)
	if err := attach(100 << 10); err != nil {
		return fmt.Errorf("a file with room again: %w", err)
	}
	if err := holds(s, confirmed); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = store.Open(ctx, hall, o); err != nil {
		return err
	}
	return holds(s, confirmed)
}

// TestAFullDisk works as root and, with a user name space, for an ordinary user.
// Where the system allows neither, the test with a full database stands alone.
func TestAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	must(t, os.Mkdir(dir, 0o755))
	// Unsharing also makes all mounts private: nothing is seen outside.
	attributes := []*syscall.SysProcAttr{
		{Unshareflags: syscall.CLONE_NEWNS},
		{
			Cloneflags: syscall.CLONE_NEWUSER, Unshareflags: syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		},
	}
	for _, a := range attributes {
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
