//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/assets"
	"linli/internal/day"
)

// programs are linli and linlictl: those of the folder that LINLI_BIN names, or
// built for this run.
var programs = map[string]string{}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder := os.Getenv("LINLI_BIN")
		if folder == "" {
			dir, err := os.MkdirTemp("", "linli-e2e-")
			if err != nil {
				panic(err)
			}
			defer os.RemoveAll(dir)
			folder = dir
			// The flags of the Makefile, so that the toolkit's C code is not compiled anew.
			build(dir, "linli", ".", "1", "-tags", "x11,migrated_fynedo,no_emoji,no_animations")
			build(dir, "linlictl", "./cmd/linlictl", "0")
		}
		for _, name := range []string{"linli", "linlictl"} {
			programs[name] = filepath.Join(folder, name)
		}
		return m.Run()
	}())
}

func build(folder, name, pkg, cgo string, flags ...string) {
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(folder, name)}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		panic(name + ": " + err.Error() + ": " + string(out))
	}
}

// open starts a demo hall that ends with the test. Where a test fails, what the
// faces looked like is kept in the folder that LINLI_SHOTS names.
func open(t *testing.T, dir, lang string) *day.Story {
	t.Helper()
	hall, err := day.Start(t.Context(), day.Config{Linli: programs["linli"], Dir: dir, Lang: lang})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if folder := os.Getenv("LINLI_SHOTS"); t.Failed() && folder != "" {
			for _, f := range day.Faces() {
				file := filepath.Join(folder, strings.ReplaceAll(t.Name(), "/", "-")+"-"+string(f)+".png")
				if err := hall.Shot(context.Background(), f, file); err != nil {
					t.Log(err)
				}
			}
		}
		if err := hall.Stop(); err != nil {
			t.Errorf("the program did not end well: %v", err)
		}
	})
	return &day.Story{Hall: hall}
}

// serve runs a script; a step that fails ends it.
func serve(t *testing.T, d *day.Story, script []day.Step) {
	t.Helper()
	for _, s := range script {
		if err := s.Do(t.Context(), d); err != nil {
			t.Fatalf("%s (%s): %v", s.Name, s.What.EN, err)
		}
		t.Log(s.What.EN)
	}
}

// The issue's own sentence: kiosk ticket → board → desk call → visit → case →
// progress → rating. Then the log is verified, and the hall opened again.
func TestADayInTheHall(t *testing.T) {
	dir := t.TempDir()
	t.Run("day", func(t *testing.T) {
		d := open(t, dir, assets.LangChinese)
		serve(t, d, day.Script())
		t.Run("log", func(t *testing.T) { holdsNothingPersonal(t, d) })
	})
	if t.Failed() {
		return
	}
	verify(t, dir)
	t.Run("again", func(t *testing.T) {
		d := open(t, dir, assets.LangEnglish)
		serve(t, d, day.EnglishScript())
	})
	verify(t, dir)
	for _, f := range day.Faces() {
		// As on a machine of its own: the kiosk and the board fill the screen.
		t.Run(string(f)+" alone", func(t *testing.T) {
			hall, err := day.Start(t.Context(), day.Config{Linli: programs["linli"], Dir: dir, Alone: f})
			if err != nil {
				t.Fatal(err)
			}
			if err := hall.Stop(); err != nil {
				t.Errorf("the program did not end well: %v", err)
			}
		})
	}
}

// verify checks the database, the chain and the rebuild with linlictl.
func verify(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command(programs["linlictl"], "--data", filepath.Join(dir, "data"), "verify", "--json")
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+filepath.Join(dir, "keys"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("verify: %v: %s", err, out)
	}
}

// holdsNothingPersonal looks for the resident, the secret and the reply in what
// the program has written about itself.
func holdsNothingPersonal(t *testing.T, d *day.Story) {
	written := []byte(d.Output())
	for _, name := range []string{"linli.log", "crash.log"} {
		data, err := os.ReadFile(filepath.Join(d.Data(), name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		written = append(written, data...)
	}
	for what, text := range map[string]string{"the resident's name": d.Resident, "the secret": d.Secret, "the receipt": d.Receipt, "what a resident wrote": day.OwnWords} {
		if text == "" {
			t.Fatalf("the day left no %s", what)
		}
		if bytes.Contains(written, []byte(text)) {
			t.Errorf("%s stands in the log", what)
		}
	}
}

// A second program on the same folder is told who holds it, and ends with 1: at
// once without a display, with one when the window that says so is closed.
func TestASecondProgramIsToldWhoHoldsTheFolder(t *testing.T) {
	d := open(t, t.TempDir(), assets.LangChinese)
	ended := func(err error, said string) {
		t.Helper()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%v, want exit code 1: %s", err, said)
		}
		for _, want := range []string{d.Data(), "linli demo"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not said: %s", want, said)
			}
		}
	}
	second := exec.CommandContext(t.Context(), programs["linli"], "-data", d.Data(), "-lang", assets.LangChinese, "desk")
	second.Env = append(d.Environment(), "DISPLAY=")
	out, err := second.CombinedOutput()
	ended(err, string(out))

	second = exec.CommandContext(t.Context(), programs["linli"], "-data", d.Data(), "-lang", assets.LangChinese, "desk")
	second.Env = d.Environment()
	var said bytes.Buffer
	second.Stdout, second.Stderr = &said, &said
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Find(t.Context(), assets.Format(assets.LangChinese, "shell.fault.title")); err != nil {
		t.Error(err)
	}
	_ = second.Process.Signal(os.Interrupt) // closes its window
	ended(second.Wait(), said.String())
}

// The toolkit reads its environment while packages are initialised; ours must
// have set it by then.
func TestTheEnvironmentIsSetBeforeTheToolkitReadsIt(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), programs["linli"], "-version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ours := bytes.Index(out, []byte("init linli/ui/shell/early @"))
	theirs := bytes.Index(out, []byte("init fyne.io/fyne/v2/internal/cache @"))
	if ours < 0 || theirs < 0 || ours > theirs {
		t.Errorf("ours at %d, the toolkit's at %d of:\n%s", ours, theirs, out)
	}
}

// Asked to end when its first face has been drawn, before the toolkit's loop runs
// or just then, the program ends all the same, and well. The toolkit listens for
// the same signals: told to quit by both, it used to panic now and then.
func TestItEndsWhenAskedWhileItStarts(t *testing.T) {
	hall, err := day.Start(t.Context(), day.Config{Linli: programs["linli"], Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hall.Stop() }()
	own := t.TempDir() // the first folder is held
	for try := range 10 {
		targets := filepath.Join(own, "targets", strconv.Itoa(try))
		if err := os.MkdirAll(targets, 0o700); err != nil {
			t.Fatal(err)
		}
		face := "kiosk" // it draws its first page before the loop runs
		if try == 0 {
			face = "demo" // makes the hall
		}
		cmd := exec.Command(programs["linli"], "-data", filepath.Join(own, "data"), "-listen", "off", face)
		cmd.Env = append(hall.Environment(), "LINLI_KEYS="+filepath.Join(own, "keys"), "LINLI_TARGETS="+targets)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		for deadline := time.Now().Add(day.Patience); ; {
			if drawn, _ := filepath.Glob(filepath.Join(targets, "*.json")); len(drawn) > 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("no face was drawn: %s", said.String())
			}
			time.Sleep(time.Millisecond)
		}
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("%v: %s", err, said.String())
			}
		case <-time.After(day.Patience):
			_ = cmd.Process.Kill()
			<-done
			t.Error("it did not end")
		}
	}
}
