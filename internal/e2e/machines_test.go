//go:build e2e

package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"linli/assets"
	"linli/internal/day"
	"linli/store"
)

// ctl runs linlictl on the folder of a machine and answers its JSON object.
func ctl(t *testing.T, dir string, args ...string) map[string]any {
	t.Helper()
	cmd := exec.Command(programs["linlictl"], append([]string{"--data", filepath.Join(dir, "data"), "--json"}, args...)...)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+filepath.Join(dir, "keys"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("linlictl %s: %v: %s", args[0], err, out)
	}
	var object map[string]any
	if err := json.Unmarshal(out, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// admit has the desk's machine admit another one with a code, as two people do it, and answers where the desk listens.
func admit(t *testing.T, desk, other, role string) string {
	t.Helper()
	cmd := exec.Command(programs["linlictl"], "--data", filepath.Join(desk, "data"), "--json", "serve", "--listen", "127.0.0.1:0", "--invite", role)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+filepath.Join(desk, "keys"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var ready struct {
		Port json.Number
		Code string
	}
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + ready.Port.String()
	ctl(t, other, "enrol", "--desk", address, "--code", ready.Code)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return address
}

func machine(t *testing.T, dir string, face day.Face, listen string) *day.Story {
	t.Helper()
	hall, err := day.Start(t.Context(), day.Config{Linli: programs["linli"], Dir: dir, Lang: assets.LangChinese, Alone: face, Listen: listen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if folder := os.Getenv("LINLI_SHOTS"); t.Failed() && folder != "" {
			_ = hall.Shot(context.Background(), face, filepath.Join(folder, t.Name()+"-"+string(face)+".png"))
		}
		if err := hall.Stop(); err != nil {
			t.Errorf("%s did not end well: %v", face, err)
		}
	})
	return &day.Story{Hall: hall}
}

// A kiosk and a desk on machines of their own, two programs with two folders and nothing between them but the hall's
// network: a number that a resident takes at the one is called at the other.
func TestKioskAndDeskAreTwoMachines(t *testing.T) {
	ctx := t.Context()
	deskDir, kioskDir := t.TempDir(), t.TempDir()
	ctl(t, deskDir, "demo", "--residents", "20", "--visits", "0")
	address := admit(t, deskDir, kioskDir, "kiosk")
	desk, kiosk := machine(t, deskDir, day.Desk, address), machine(t, kioskDir, day.Kiosk, "")

	// The clerk signs in.
	for _, do := range []func() error{
		func() error { return desk.Pick(ctx, day.Desk, "field.name", store.DemoClerk) },
		func() error { return desk.Type(ctx, day.Desk, store.DemoClerkPIN) },
		func() error { return desk.Key(ctx, day.Desk, "Return") },
		func() error { return desk.Pick(ctx, day.Desk, "field.window", "1") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := desk.UntilPage(day.Desk, "home"); err != nil {
		t.Fatal(err)
	}

	// A resident takes a number at the kiosk.
	for _, tap := range []struct{ id, page string }{{"ticket", "ticket.business"}, {"", "ticket.priority"}, {"normal", "ticket.taken"}} {
		var err error
		if tap.id == "" {
			err = kiosk.TapFirst(ctx, day.Kiosk)
		} else {
			err = kiosk.Tap(ctx, day.Kiosk, tap.id)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kiosk.UntilPage(day.Kiosk, tap.page); err != nil {
			t.Fatal(err)
		}
	}
	taken := time.Now()
	screen, err := kiosk.See(day.Kiosk)
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`[A-Z]\d+-\d{3}`).FindString(strings.Join(screen.Texts, " "))
	if number == "" {
		t.Fatalf("no number on %v", screen.Texts)
	}
	if _, err := desk.Until(day.Desk, func(s day.Screen) bool { return s.Says(number) }); err != nil {
		t.Fatal(err)
	}
	t.Logf("on the desk %d ms after the kiosk showed it", time.Since(taken).Milliseconds())

	// The desk calls it, and the kiosk knows.
	if err := desk.Key(ctx, day.Desk, "F2"); err != nil {
		t.Fatal(err)
	}
	called := time.Now()
	if _, err := desk.UntilPage(day.Desk, "home", number, assets.Format(assets.LangChinese, "desk.queue.called", 1)); err != nil {
		t.Fatal(err)
	}
	t.Logf("called %d ms after the key", time.Since(called).Milliseconds())
	if err := kiosk.Stop(); err != nil {
		t.Error(err)
	}
	if err := desk.Stop(); err != nil {
		t.Error(err)
	}
	for _, dir := range []string{deskDir, kioskDir} {
		if ok, _ := ctl(t, dir, "verify")["ok"].(bool); !ok {
			t.Errorf("verify does not pass")
		}
	}
	for part, digest := range ctl(t, kioskDir, "status")["digests"].(map[string]any) {
		if want := ctl(t, deskDir, "status")["digests"].(map[string]any)[part]; part == "public" && digest != want {
			t.Errorf("%s: the kiosk has %v, the desk %v", part, digest, want)
		}
	}
}
