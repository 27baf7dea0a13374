package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/app"
)

const kioskCode = "290416"

// cornerOf is a kiosk of a hall on one machine, which has staff, with its code set.
func cornerOf(t *testing.T) *desk {
	t.Helper()
	d := twoDesks(t)[0]
	if d.Corner.HasCode() {
		t.Fatal("there is a code that nobody set")
	}
	must(t, SetKioskCode(d.dir, kioskCode))
	return d
}

func (d *desk) tryCode(code string) error { return d.Corner.TryCode(context.Background(), code) }

func TestTheCornerOpensWithItsOwnCodeAlone(t *testing.T) {
	d := cornerOf(t)
	must(t, d.tryCode(kioskCode))
	for _, wrong := range []string{DemoAdminPIN, "246810", "", "290417", kioskCode + "0"} { // staff PINs among them
		if err := d.tryCode(wrong); app.CodeOf(err) != app.CodeWrongPIN && app.CodeOf(err) != app.CodeLocked {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	for _, name := range []string{codeFile, triesFile} {
		body, err := os.ReadFile(filepath.Join(d.dir, name))
		must(t, err)
		if strings.Contains(string(body), kioskCode) {
			t.Errorf("%s holds the code", name)
		}
		info, err := os.Stat(filepath.Join(d.dir, name))
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", name, info.Mode())
		}
	}
	if !strings.HasPrefix(mustRead(t, filepath.Join(d.dir, codeFile)), "$argon2id$") {
		t.Error("the code is not hashed")
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	body, err := os.ReadFile(path)
	must(t, err)
	return string(body)
}

// Five wrong codes lock it, also for the right one, and also for a program that was started again.
func TestFiveWrongCodesLockTheCorner(t *testing.T) {
	d := cornerOf(t)
	for left := 4; left >= 0; left-- {
		err := app.AsError(d.tryCode("305172"))
		if err.Code != app.CodeWrongPIN || err.Args[0] != string(rune('0'+left)) {
			t.Fatalf("with %d left: %v", left, err)
		}
	}
	again := &corner{dir: d.dir, clock: d.clock}
	for _, c := range []app.CornerPort{d.Corner, again} {
		if err := c.TryCode(context.Background(), kioskCode); app.CodeOf(err) != app.CodeLocked {
			t.Errorf("the sixth: %v", err)
		}
	}
	later := &corner{dir: d.dir, clock: &fixedClock{d.clock.Now().Add(app.CornerLock)}}
	must(t, later.TryCode(context.Background(), kioskCode))
	if err := app.AsError(later.TryCode(context.Background(), "305172")); err.Code != app.CodeWrongPIN || err.Args[0] != "4" {
		t.Errorf("after the right one: %v", err)
	}
}

type fixedClock struct{ at time.Time }

func (c *fixedClock) Now() time.Time { return c.at }

// A disk that takes nothing any more locks no technician out, and no lock off.
func TestTriesCountWhereTheyCannotBeKept(t *testing.T) {
	d := cornerOf(t)
	must(t, os.Mkdir(filepath.Join(d.dir, triesFile), 0o700)) // no file can be written in its place
	must(t, d.tryCode(kioskCode))
	for range app.CornerTries {
		if err := d.tryCode("305172"); app.CodeOf(err) != app.CodeWrongPIN {
			t.Fatalf("a wrong one: %v", err)
		}
	}
	if err := d.tryCode(kioskCode); app.CodeOf(err) != app.CodeLocked {
		t.Errorf("the sixth: %v", err)
	}
}

func TestSettingTheCode(t *testing.T) {
	d := cornerOf(t)
	for range app.CornerTries {
		_ = d.tryCode("305172")
	}
	must(t, SetKioskCode(d.dir, "472615")) // the kiosk runs on
	must(t, d.tryCode("472615"))
	if err := SetKioskCode(d.dir, "123456"); app.CodeOf(err) != app.CodeInvalid {
		t.Errorf("an easy one: %v", err)
	}
	if err := SetKioskCode(t.TempDir(), kioskCode); app.CodeOf(err) != app.CodeNoHall {
		t.Errorf("no hall: %v", err)
	}
	must(t, os.Remove(filepath.Join(d.dir, codeFile)))
	if err := d.tryCode("472615"); app.CodeOf(err) != app.CodeNotFound || d.Corner.HasCode() {
		t.Errorf("without a code: %v", err)
	}
	for range 100 {
		must(t, app.GoodKioskCode(NewKioskCode()))
	}
}
