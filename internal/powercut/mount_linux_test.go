package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// roleEnv makes TestAsAnotherProcess do something: a role, a space, and a folder.
const roleEnv = "POWERCUT_TEST_ROLE"

// TestAsAnotherProcess is the beginning of a process that another test starts.
func TestAsAnotherProcess(t *testing.T) {
	role, dir, ok := strings.Cut(os.Getenv(roleEnv), " ")
	if !ok {
		return // nobody's child
	}
	if err := map[string]func(string) error{"mount": mountAndCut, "work": workUntilCut}[role](dir); err != nil {
		t.Fatal(err)
	}
}

func as(role, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^TestAsAnotherProcess$")
	cmd.Env = append(os.Environ(), roleEnv+"="+role+" "+dir)
	return cmd
}

// mountAndCut lets another process work on a disk, and cuts the power when it says so.
func mountAndCut(dir string) error {
	s := NewSupply(1)
	folder, at := filepath.Join(dir, "disk"), filepath.Join(dir, "mounted")
	for _, d := range []string{filepath.Join(folder, "before"), at} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "before", "file"), []byte("was there"), 0o600); err != nil {
		return err
	}
	d, err := s.Plug(folder)
	if err != nil {
		return err
	}
	if err := d.Mount(at); err != nil {
		return err
	}
	cmd := as("work", at)
	var out, faults bytes.Buffer
	cmd.Stderr = &faults
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	tell, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	first := make([]byte, 1)
	_, _ = said.Read(first)
	s.Cut()
	_ = tell.Close()
	_, _ = out.ReadFrom(said)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s%s%s", err, first, out.String(), faults.String())
	}
	if err := d.Unplug(); err != nil {
		return err
	}
	for name, want := range map[string]string{"before/file": "was there", "synced": "synced"} {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(b) != want {
			return fmt.Errorf("%s: %q, %w", name, b, err)
		}
	}
	return nil
}

// workUntilCut does on the disk what a program does, and compares what it sees.
func workUntilCut(dir string) error {
	in := func(name string) string { return filepath.Join(dir, name) }
	f, err := os.OpenFile(in("file"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	long := bytes.Repeat([]byte("0123456789"), 100_000)
	steps := []func() error{
		func() error { _, err := f.WriteAt(long, 3); return err },
		func() error { return wantContent(in("file"), append([]byte{0, 0, 0}, long...)) },
		func() error { return f.Truncate(5) },
		func() error { return f.Truncate(8) },
		func() error { return wantContent(in("file"), []byte{0, 0, 0, '0', '1', 0, 0, 0}) },
		func() error { return os.WriteFile(in("file"), []byte("anew"), 0o600) },
		func() error { return wantContent(in("file"), []byte("anew")) },
		func() error { return os.Chmod(in("file"), 0o640) },
		func() error {
			info, err := os.Stat(in("file"))
			if err == nil && (info.Mode() != 0o640 || info.Size() != 4) {
				err = fmt.Errorf("%v, %d bytes", info.Mode(), info.Size())
			}
			return err
		},
		func() error { return os.MkdirAll(in("a/b"), 0o700) },
		func() error { return os.Rename(in("file"), in("a/b/file")) },
		func() error { return wantErr(os.Remove(in("a")), syscall.ENOTEMPTY) },
		func() error { return wantErr(os.Mkdir(in("a"), 0o700), fs.ErrExist) },
		func() error { return wantErr(os.Remove(in("none")), fs.ErrNotExist) },
		func() error { return wantErr(os.Link(in("a/b/file"), in("link")), syscall.EPERM) },
		func() error { return wantNames(dir, "a", "before") },
		func() error { return wantNames(in("a/b"), "file") },
		func() error { return os.WriteFile(in("other"), []byte("other"), 0o600) },
		func() error { return os.Rename(in("other"), in("a/b/file")) },
		func() error { return wantContent(in("a/b/file"), []byte("other")) },
		func() error { _, err := f.WriteAt([]byte("still"), 0); return err }, // nothing names it any longer
		func() error { return os.RemoveAll(in("a")) },
		func() error { return wantNames(dir, "before") },
		func() error { return inMemory(in("shared")) },
		func() error { return os.WriteFile(in("synced"), []byte("synced"), 0o600) },
		func() error { return syncFile(in("synced")) },
		func() error { return syncFile(dir) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	fmt.Print("!")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the power is cut
	for i, err := range []error{
		func() error { _, err := f.WriteAt([]byte("x"), 0); return err }(),
		f.Sync(), f.Truncate(0), os.WriteFile(in("new"), nil, 0o600), os.Mkdir(in("new"), 0o700), os.Remove(in("synced")),
		os.Rename(in("synced"), in("new")), syncFile(dir),
	} {
		if !errors.Is(err, syscall.EIO) {
			return fmt.Errorf("without power, %d: %w, want EIO", i, err)
		}
	}
	_ = f.Close()
	return nil
}

func wantErr(got, want error) error {
	if errors.Is(got, want) {
		return nil
	}
	return fmt.Errorf("%w instead of %w", got, want)
}

func wantContent(name string, want []byte) error {
	if b, err := os.ReadFile(name); err != nil || !bytes.Equal(b, want) {
		return fmt.Errorf("%d bytes, %w; want %d", len(b), err, len(want))
	}
	return nil
}

func wantNames(dir string, want ...string) error {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || !slices.Equal(names, want) {
		return fmt.Errorf("%v, %w; want %v", names, err, want)
	}
	return nil
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// inMemory writes a file through memory that two processes could share, as SQLite
// does with the index of its log.
func inMemory(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Truncate(page); err != nil {
		return err
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	copy(b, "shared")
	if err := errors.Join(syscall.Munmap(b), f.Close()); err != nil {
		return err
	}
	return errors.Join(wantContent(name, append([]byte("shared"), make([]byte, page-6)...)), os.Remove(name))
}

func TestProgramsWorkOnADiskUntilThePowerIsCut(t *testing.T) {
	if os.Getenv(UnwantedEnv) == "1" {
		t.Logf("NOT TESTED: %s=1 says that this machine does without", UnwantedEnv)
		return
	}
	cmd := as("mount", t.TempDir())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := OwnMounts(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
}
