//go:build e2e && linux

package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/day"
	"linli/store"
)

// Whoever maintains a kiosk comes in with its code and with nobody's PIN, and starts the program again, which is no fault.
func TestTheMaintenanceCornerOfAKiosk(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	ctl(t, dir, "demo", "--residents", "5", "--visits", "0")
	const code = "290416"
	if err := store.SetKioskCode(filepath.Join(dir, "data"), code); err != nil {
		t.Fatal(err)
	}
	kiosk := machine(t, dir, day.Kiosk, "")
	const hall = "样例社区服务大厅"
	if _, err := kiosk.UntilPage(day.Kiosk, "home", hall); err != nil {
		t.Fatal(err)
	}
	tap := func(ids ...string) {
		t.Helper()
		for _, id := range ids {
			if err := kiosk.Tap(ctx, day.Kiosk, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	page := func(name string, words ...string) day.Screen {
		t.Helper()
		s, err := kiosk.UntilPage(day.Kiosk, name, words...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	five := []string{"@corner", "@corner", "@corner", "@corner", "@corner"}
	tap(five...)
	page("maintenance.code")
	tap(strings.Split(store.DemoAdminPIN, "")[:6]...)
	page("maintenance.code", "密码不对")
	tap("leave")
	page("home", hall)
	tap(five...)
	page("maintenance.code", "请输入")
	tap(strings.Split(code, "")...)
	s := page("maintenance", "打印机：没有装", "磁盘：好的")
	if s.Says(code) {
		t.Error("the code can be read")
	}
	lies(t, dir, code)
	tap("restart")
	page("home", hall)
	if body, err := os.ReadFile(filepath.Join(dir, "data", "crash.log")); err != nil || strings.Contains(string(body), "started again") {
		t.Errorf("starting it again was a fault: %s (%v)", body, err)
	}
}
