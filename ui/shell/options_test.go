package shell_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/app"
	"linli/assets"
	"linli/ui/shell"
	"linli/ui/shell/early"
)

func TestParse(t *testing.T) {
	t.Setenv("HOME", "/somebody")
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("LOCALAPPDATA", "/somebody/local")
	home := shell.DataFolder(t)
	for _, c := range []struct {
		line string
		want func(shell.Options) bool
	}{
		{"demo", func(o shell.Options) bool {
			return o.Face == shell.Demo && !o.FullScreen && o.Lang == "zh" && o.Data == filepath.Join(home, "demo")
		}},
		{"kiosk", func(o shell.Options) bool {
			return o.FullScreen && o.Profile.Name == "21.5-portrait" && o.Data == filepath.Join(home, "hall")
		}},
		{"-windowed kiosk", func(o shell.Options) bool { return !o.FullScreen }},
		{"kiosk -windowed -profile 32-portrait", func(o shell.Options) bool { return !o.FullScreen && o.Profile.Name == "32-portrait" }},
		{"board", func(o shell.Options) bool { return o.FullScreen }},
		{"desk", func(o shell.Options) bool { return !o.FullScreen }},
		{"hall", func(o shell.Options) bool {
			return o.Face == shell.Whole && !o.FullScreen && o.Data == filepath.Join(home, "hall")
		}},
		{"--fullscreen desk", func(o shell.Options) bool { return o.FullScreen }},
		{"desk --data /d --lang en", func(o shell.Options) bool { return o.Data == "/d" && o.Lang == "en" }},
		{"kiosk -card sim:// --card wedge:// -printer spool://slips", func(o shell.Options) bool { return o.Card == "sim:// wedge://" && o.Printer == "spool://slips" }},
		{"--version", func(o shell.Options) bool { return o.Version }},
	} {
		o, err := shell.Parse(strings.Fields(c.line), io.Discard)
		if err != nil || !c.want(o) {
			t.Errorf("%q: %+v, %v", c.line, o, err)
		}
	}
}

func TestWrongCommandLinesAreRefused(t *testing.T) {
	for _, line := range []string{
		"", "desk board", "lift", "-profile 99 kiosk", "-lang fr desk", "-fullscreen -windowed desk", "-nothing desk",
		"-card serial:///dev/ttyS0 kiosk", "-card http://192.168.1.20/read kiosk", "-card= kiosk", "-printer lp kiosk",
	} {
		var said strings.Builder
		_, err := shell.Parse(strings.Fields(line), &said)
		if !errors.Is(err, shell.ErrUsage) {
			t.Errorf("%q: %v, want a usage error", line, err)
		}
		if !strings.Contains(said.String(), "demo") {
			t.Errorf("%q: nobody is told what is right:\n%s", line, said.String())
		}
	}
}

// Everything that can keep a hall from opening has a sentence of its own, in both
// languages, with the folder in it and no code.
func TestFaultsAreSaidInPlainWords(t *testing.T) {
	seen := map[string]app.Code{}
	for _, code := range []app.Code{
		app.CodeBusy, app.CodeNoKey, app.CodeDamaged, app.CodeNewerData, app.CodeReadOnly, app.CodeDiskFull,
		app.CodeNoHall, app.CodeNotEmpty, app.CodeInternal,
	} {
		said := shell.Fault(app.Fail(code, "linlictl", "4711"), "/halls/one")
		if len(said) != len(assets.Languages()) {
			t.Fatalf("%s: %q", code, said)
		}
		for _, s := range said {
			if other, again := seen[s]; again {
				t.Errorf("%s says the same as %s: %s", code, other, s)
			}
			seen[s] = code
			if !strings.Contains(s, "/halls/one") || strings.Contains(s, "⟦") || strings.Contains(s, string(code)+" ") && strings.Contains(string(code), "_") {
				t.Errorf("%s: %s", code, s)
			}
		}
	}
	if said := shell.Fault(app.Fail(app.CodeBusy, "linlictl", "4711"), "/x"); !strings.Contains(said[0], "linlictl") {
		t.Errorf("who holds the folder is not said: %s", said[0])
	}
	if said := shell.Fault(errors.New("something else"), "/x"); strings.Contains(said[0], "something else") {
		t.Error("an error's own words are for the log")
	}
}

// A machine's certificate decides what it can show; only a desk's can show every face.
func TestTheRoleThatWasGivenDecidesTheFace(t *testing.T) {
	for _, c := range []struct {
		args []string
		role string
		face shell.Face
		full bool
	}{
		{[]string{"desk"}, "desk", shell.Desk, false},
		{[]string{"hall"}, "desk", shell.Whole, false},
		{[]string{"kiosk"}, "desk", shell.Kiosk, true},
		{[]string{"desk"}, "kiosk", shell.Kiosk, true},
		{[]string{"kiosk", "-windowed"}, "kiosk", shell.Kiosk, false},
		{[]string{"hall"}, "board", shell.Board, true},
		{[]string{"kiosk"}, "supervisor", shell.Desk, false},
		{[]string{"desk", "-fullscreen"}, "supervisor", shell.Desk, true},
	} {
		o, err := shell.Parse(append(c.args, "-data", "x"), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.As(c.role); got.Face != c.face || got.FullScreen != c.full {
			t.Errorf("%v as %s: %s, full screen %v", c.args, c.role, got.Face, got.FullScreen)
		}
	}
}

// Without a display nobody can be asked what is to become of an empty folder.
func TestAnEmptyFolderWithoutADisplayEndsWithASentence(t *testing.T) {
	t.Setenv("DISPLAY", "")
	var out, said strings.Builder
	program := shell.Program{Open: shell.OpenFails(app.CodeNoHall), Begin: func(shell.Options) app.StartPort {
		t.Error("somebody is asked")
		return nil
	}}
	if code := shell.Main(program, []string{"desk", "-data", t.TempDir()}, &out, &said); code != 1 || !strings.Contains(said.String(), "linlictl") {
		t.Errorf("exit code %d, said %q", code, said.String())
	}
}

func TestTheToolkitsEnvironmentIsSet(t *testing.T) {
	for _, v := range early.Environment {
		if os.Getenv(v.Name) == "" {
			t.Errorf("%s is not set", v.Name)
		}
	}
}

// The toolkit can wait for its stop event for ever: the program did not end, about
// once in a hundred times.
func TestTheToolkitHasNoStopEvent(t *testing.T) {
	if shell.HasStopEvent() {
		t.Error("the toolkit has an event for its end")
	}
}

// A hall that cannot be opened ends with 1 and says why; without a display it
// does not try to open a window.
func TestMainSaysWhyAHallDoesNotOpen(t *testing.T) {
	t.Setenv("DISPLAY", "")
	var out, said strings.Builder
	program := shell.Program{Version: "v1.2.3", Open: shell.OpenFails(app.CodeBusy)}
	folder := t.TempDir()
	if code := shell.Main(program, []string{"desk", "-data", folder}, &out, &said); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(said.String(), folder) {
		t.Errorf("said %q", said.String())
	}
	if log, err := os.ReadFile(filepath.Join(folder, shell.LogFile)); err != nil || !strings.Contains(string(log), "busy") {
		t.Errorf("the log says %q, %v", log, err)
	}
	if code := shell.Main(program, []string{"-version"}, &out, &said); code != 0 || !strings.Contains(out.String(), "v1.2.3") {
		t.Errorf("-version: %d, %q", code, out.String())
	}
	if code := shell.Main(program, nil, &out, &said); code != 2 {
		t.Errorf("no face: exit code %d, want 2", code)
	}
}
