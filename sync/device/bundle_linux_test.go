package device_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"linli/app"
	"linli/internal/powercut"
	"linli/store"
	"linli/sync/device"
)

const smallDiskEnv = "LINLI_TEST_SMALL_DISK"

// A stick that is full: nothing stands under the new name, and what was there stays. The test works in a process of its
// own, which mounts a small disk that nobody else sees.
func TestAFullStick(t *testing.T) {
	dir := os.Getenv(smallDiskEnv)
	if dir == "" {
		if os.Getenv(powercut.UnwantedEnv) == "1" {
			t.Logf("NOT TESTED: %s=1 says that this machine does without", powercut.UnwantedEnv)
			return
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAFullStick$")
		cmd.Env = append(os.Environ(), smallDiskEnv+"="+t.TempDir())
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		must(t, powercut.OwnMounts(cmd))
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
		return
	}
	must(t, syscall.Mount("none", dir, "tmpfs", 0, "size=160k"))
	a := found(t)
	path, ballast := filepath.Join(dir, "a"), filepath.Join(dir, "ballast")
	first, err := device.WriteBundle(background, a.Store, path, device.ForAll)
	must(t, err)
	before := read(t, path)
	must(t, store.FillDemo(background, a.Store, store.Demo{Residents: 100, Visits: 300, Seed: 1}))
	must(t, os.WriteFile(ballast, make([]byte, 64<<10), 0o600))
	for _, p := range []string{path, filepath.Join(dir, "b")} {
		_, err := device.WriteBundle(background, a.Store, p, device.ForAll)
		wantCode(t, "on a full stick", err, app.CodeDiskFull)
	}
	if !bytes.Equal(read(t, path), before) {
		t.Error("the earlier file was changed")
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
	b := a.admit("二号台", store.RoleDesk)
	if r, err := device.ReadBundle(background, b.Store, path); err != nil || r.Fresh != first.Entries {
		t.Errorf("the earlier file: %d of %d, %v", r.Fresh, first.Entries, err)
	}
}
