//go:build unix

package main_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// nobody is the user who may nothing. The superuser may write everywhere, so the
// program has to run as somebody else to meet a read-only folder.
const nobody = 65534

func TestAReadOnlyFolder(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	file := p.write("r.csv", "姓名\n样例甲\n")
	before := p.entries()
	// The keys are the caller's own in each case; only the data is not.
	for _, path := range []string{filepath.Dir(p.root), p.root} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	open := func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Chmod(path, 0o777)
		}
		return err
	}
	if err := filepath.WalkDir(p.keys, open); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	set := func(dir, files os.FileMode) {
		t.Helper()
		inside, err := filepath.Glob(filepath.Join(p.data, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range inside {
			if info, err := os.Stat(f); err != nil || info.IsDir() {
				continue
			}
			if err := os.Chmod(f, files); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(p.data, dir); err != nil {
			t.Fatal(err)
		}
	}
	set(0o555, 0o444)
	for _, args := range [][]string{{"status"}, {"import", "residents", file}, {"doctor"}} {
		cmd := p.command(args...)
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		run(t, cmd, "").wants(1, "不能写入")
	}
	set(0o700, 0o600)
	if p.entries() != before {
		t.Error("a read-only folder was written")
	}
}
