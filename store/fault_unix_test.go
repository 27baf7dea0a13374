//go:build !windows

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"linli/app"
	"linli/store"
)

func init() {
	children["write where nothing may be written"] = writeNothing
}

// becomeNobody gives up the rights of root for the whole process; an ordinary user
// stays who they are.
func becomeNobody() error {
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(nobody); err != nil {
		return err
	}
	return syscall.Setuid(nobody)
}

// writeNothing is run by a user who may not write in the folder.
func writeNothing(dir string) error {
	if err := becomeNobody(); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(dir, "hall"), optionsAt(filepath.Join(dir, "hall")))
	if err == nil {
		_ = s.Close()
	}
	if app.CodeOf(err) != app.CodeReadOnly {
		return fmt.Errorf("open: %v, want %s", err, app.CodeReadOnly)
	}
	for _, new := range []string{"hall", filepath.Join("hall", "new")} {
		target := filepath.Join(dir, new)
		err = store.Init(ctx, target, store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}, optionsAt(filepath.Join(dir, "hall")))
		if want := app.CodeOf(err); want != app.CodeReadOnly && (want != app.CodeNotEmpty || new != "hall") {
			return fmt.Errorf("init: %v, want %s", err, app.CodeReadOnly)
		}
		err = store.Restore(ctx, filepath.Join(dir, "backup"), target, optionsAt(filepath.Join(dir, "hall")), "")
		if want := app.CodeOf(err); want != app.CodeReadOnly && (want != app.CodeNotEmpty || new != "hall") {
			return fmt.Errorf("restore: %v, want %s", err, app.CodeReadOnly)
		}
	}
	return nil
}

// TestAReadOnlyFolderIsToldApart works for an ordinary user and for root, who
// turns into nobody in a process of its own: nothing stops root from writing.
func TestAReadOnlyFolderIsToldApart(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(filepath.Dir(dir), 0o755)) // nobody has to be able to come by
	hall := filepath.Join(dir, "hall")
	must(t, store.Init(t.Context(), hall, store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}, optionsAt(hall)))
	s, err := store.Open(t.Context(), hall, optionsAt(hall))
	must(t, err)
	must(t, s.BackupTo(t.Context(), filepath.Join(dir, "backup")))
	must(t, s.Close())
	var folders []string
	must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return errors.Join(err, os.Chmod(path, 0o444))
		}
		folders = append(folders, path)
		return nil
	}))
	for _, f := range folders {
		must(t, os.Chmod(f, 0o555))
	}
	defer func() {
		for _, f := range folders {
			must(t, os.Chmod(f, 0o755))
		}
	}()
	out, err := child(t.Context(), "write where nothing may be written", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
