package archtest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"linli/internal/archtest"
)

// house is a small tree in which every rule is kept; each case below breaks one.
func house() map[string]archtest.Package {
	pkgs := map[string]archtest.Package{}
	add := func(path string, imports ...string) {
		pkgs[path] = archtest.Package{Path: path, Imports: imports, Deps: imports}
	}
	add("linli", "fmt", "fyne.io/fyne/v2/app", "linli/store", "linli/ui", "modernc.org/sqlite")
	add("linli/app", "errors", "github.com/google/uuid", "golang.org/x/crypto/argon2")
	add("linli/app/jobs", "linli/app", "github.com/go-co-op/gocron/v2")
	add("linli/app/queue", "linli/app")
	add("linli/assets", "embed")
	add("linli/store", "database/sql", "linli/app", "linli/app/jobs", "linli/sync/oplog", "modernc.org/sqlite")
	add("linli/sync/oplog", "crypto/ed25519")
	add("linli/kiosk/flow", "linli/app", "linli/assets")
	add("linli/kiosk/slip", "linli/kiosk/flow", "github.com/signintech/gopdf")
	add("linli/ui/desk", "linli/app", "linli/kiosk/flow", "linli/ui/theme", "fyne.io/fyne/v2/widget")
	add("linli/cmd/linlictl", "linli/store", "linli/app")
	add("linli/internal/archtest", "go/parser")
	return pkgs
}

func check(pkgs map[string]archtest.Package) []string {
	var list []archtest.Package
	for _, p := range pkgs {
		list = append(list, p)
	}
	return archtest.Check(archtest.Rooms, list)
}

func TestCheckAcceptsTheHouse(t *testing.T) {
	if bad := check(house()); len(bad) > 0 {
		t.Errorf("a tree that keeps every rule is reported:\n%s", strings.Join(bad, "\n"))
	}
}

func TestCheckReports(t *testing.T) {
	imports := func(pkg, imp string) func(map[string]archtest.Package) {
		return func(h map[string]archtest.Package) {
			p := h[pkg]
			p.Path, p.Imports = pkg, append(p.Imports, imp)
			h[pkg] = p
		}
	}
	testImports := func(pkg, imp string) func(map[string]archtest.Package) {
		return func(h map[string]archtest.Package) {
			p := h[pkg]
			p.TestImports = append(p.TestImports, imp)
			h[pkg] = p
		}
	}
	depends := func(pkg, dep string) func(map[string]archtest.Package) {
		return func(h map[string]archtest.Package) {
			p := h[pkg]
			p.Deps = append(p.Deps, dep)
			h[pkg] = p
		}
	}
	without := func(pkg string) func(map[string]archtest.Package) {
		return func(h map[string]archtest.Package) { delete(h, pkg) }
	}
	cases := []struct {
		name   string
		breaks func(map[string]archtest.Package)
		want   string
	}{
		{"a package in no room", imports("linli/util", "fmt"), "linli/util is in no room"},
		{"a folder in cmd without a line", imports("linli/cmd/other", "fmt"), "linli/cmd/other is in no room"},
		{"the folder sync itself", imports("linli/sync", "fmt"), "linli/sync is in no room"},
		{"a name that only begins like a room", imports("linli/apparatus", "fmt"), "linli/apparatus is in no room"},
		{"app opens a database", imports("linli/app", "database/sql"), "linli/app imports database/sql"},
		{"app speaks HTTP", imports("linli/app", "net/http"), "linli/app imports net/http"},
		{"app draws", imports("linli/app", "fyne.io/fyne/v2"), "linli/app imports fyne.io/fyne/v2"},
		{"app knows the store", imports("linli/app", "linli/store"), "linli/app imports linli/store"},
		{"app takes all of a crypto module", imports("linli/app", "golang.org/x/crypto/hkdf"), "linli/app imports golang.org/x/crypto/hkdf"},
		{"gocron outside app/jobs", imports("linli/app/queue", "github.com/go-co-op/gocron/v2"), "linli/app/queue imports github.com/go-co-op/gocron/v2"},
		{"gocron in the store", imports("linli/store", "github.com/go-co-op/gocron/v2"), "linli/store imports github.com/go-co-op/gocron/v2"},
		{"a library nobody has let in", imports("linli/store", "example.org/orm"), "linli/store imports example.org/orm"},
		{"the log knows the nouns", imports("linli/sync/oplog", "linli/app"), "linli/sync/oplog imports linli/app"},
		{"the log takes a library", imports("linli/sync/oplog", "github.com/google/uuid"), "linli/sync/oplog imports github.com/google/uuid"},
		{"the kiosk draws", imports("linli/kiosk/flow", "fyne.io/fyne/v2"), "linli/kiosk/flow imports fyne.io/fyne/v2"},
		{"the kiosk opens the store", imports("linli/kiosk/flow", "linli/store"), "linli/kiosk/flow imports linli/store"},
		{"PDF outside the printer's room", imports("linli/kiosk/flow", "github.com/signintech/gopdf"), "linli/kiosk/flow imports github.com/signintech/gopdf"},
		{"a face opens the store", imports("linli/ui/desk", "linli/store"), "linli/ui/desk imports linli/store"},
		{"a face opens a database", imports("linli/ui/desk", "database/sql"), "linli/ui/desk imports database/sql"},
		{"the command line draws", imports("linli/cmd/linlictl", "fyne.io/fyne/v2"), "linli/cmd/linlictl imports fyne.io/fyne/v2"},
		{"the command line reaches the toolkit", depends("linli/cmd/linlictl", "fyne.io/fyne/v2/widget"), "linli/cmd/linlictl depends on fyne.io/fyne/v2/widget"},
		{"app reaches SQL", depends("linli/app/queue", "database/sql"), "linli/app/queue depends on database/sql"},
		{"a face reaches the store", depends("linli/ui/desk", "linli/store"), "linli/ui/desk depends on linli/store"},
		{"the assets import the nouns", imports("linli/assets", "linli/app"), "linli/assets imports linli/app"},
		{"C", imports("linli/store", "C"), "linli/store imports C"},
		{"C where everything is allowed", imports("linli", "C"), "linli imports C"},
		{"production code uses the test factories", imports("linli/store", "linli/internal/factory"), "linli/store imports linli/internal/factory"},
		{"production code uses the property tests", imports("linli/store", "pgregory.net/rapid"), "linli/store imports pgregory.net/rapid"},
		{"a test of the log knows the store", testImports("linli/sync/oplog", "linli/store"), "tests of linli/sync/oplog import linli/store"},
		{"what tests may import, outside a test", imports("linli/assets", "golang.org/x/text/width"), "linli/assets imports golang.org/x/text/width"},
		{"a room has vanished", without("linli/store"), `room "store" has no package`},
		{"main has vanished", without("linli"), `room "" has no package`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := house()
			c.breaks(h)
			bad := strings.Join(check(h), "\n")
			if !strings.Contains(bad, c.want) {
				t.Errorf("want a violation with %q, have:\n%s", c.want, bad)
			}
		})
	}
}

func TestCheckAllowsInTests(t *testing.T) {
	h := house()
	p := h["linli/sync/oplog"]
	p.TestImports = []string{"testing", "pgregory.net/rapid", "linli/sync/oplog", "linli/internal/factory"}
	h["linli/sync/oplog"] = p
	p = h["linli/assets"]
	p.TestImports = []string{"golang.org/x/text/width"}
	h["linli/assets"] = p
	if bad := check(h); len(bad) > 0 {
		t.Errorf("reported: %v", bad)
	}
}

func TestCheckReportsEmptyListing(t *testing.T) {
	if bad := archtest.Check(archtest.Rooms, nil); len(bad) == 0 {
		t.Error("an empty listing passes")
	}
}

func TestCheckReportsTableWithoutRoom(t *testing.T) {
	rooms := []archtest.Room{{Path: "app", Own: []string{"nowhere"}}}
	bad := archtest.Check(rooms, []archtest.Package{{Path: "linli/app"}})
	if len(bad) != 1 || !strings.Contains(bad[0], `"nowhere", which is no room`) {
		t.Errorf("have %v", bad)
	}
}

func TestListFails(t *testing.T) {
	t.Run("where there is no module", func(t *testing.T) {
		if pkgs, err := archtest.List(t.TempDir(), archtest.Builds[0]); err == nil {
			t.Errorf("listed %v", pkgs)
		}
	})
	write := func(t *testing.T, dir, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("on an empty module", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "go.mod", "module linli\n\ngo 1.26\n")
		if pkgs, err := archtest.List(dir, archtest.Builds[0]); err == nil {
			t.Errorf("listed %v", pkgs)
		}
	})
	t.Run("on a package that does not load", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "go.mod", "module linli\n\ngo 1.26\n")
		write(t, dir, "a.go", "package a\n\nimport _ \"linli/nowhere\"\n")
		if pkgs, err := archtest.List(dir, archtest.Builds[0]); err == nil {
			t.Errorf("listed %v", pkgs)
		}
	})
}

func TestCheckSourcesReports(t *testing.T) {
	const fyneApp = "fyne.io/fyne/v2/app"
	source := func(file, imp, name string) archtest.Source {
		return archtest.Source{File: file, Imports: map[string]string{imp: name}}
	}
	once := source("main.go", fyneApp, "fyneapp")
	listed := map[string]bool{"linli": true, "linli/ui": true}
	ignored := source("assets/sounds/make.go", "math", "")
	ignored.Ignored = true
	cases := []struct {
		name    string
		sources []archtest.Source
		want    string // "" for none
	}{
		{"the rule kept", []archtest.Source{once, source("ui/a.go", "sync", "")}, ""},
		{"the toolkit's app in a test", []archtest.Source{once, source("ui/a_test.go", fyneApp, "fyneapp")}, ""},
		{"a program that no build compiles", []archtest.Source{once, ignored}, ""},
		{"under its own name", []archtest.Source{source("main.go", fyneApp, "")}, "main.go imports fyne.io/fyne/v2/app, but not as fyneapp"},
		{"in two files", []archtest.Source{once, source("ui/a.go", fyneApp, "fyneapp")}, "imported in 2 files"},
		{"in no file", []archtest.Source{source("ui/a.go", "fyne.io/fyne/v2", "")}, "imported in 0 files"},
		{"sync renamed", []archtest.Source{once, source("ui/a.go", "sync", "stdsync")}, "ui/a.go imports the standard library's sync under the name stdsync"},
		{"a folder that no build lists", []archtest.Source{once, source("ui/odd/a.go", "fmt", "")}, "which no build lists"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Join(archtest.CheckSources(c.sources, listed), "\n")
			if c.want == "" && bad != "" || !strings.Contains(bad, c.want) {
				t.Errorf("want %q, have:\n%s", c.want, bad)
			}
		})
	}
}

func TestWalkReadsTheSourceAndNothingElse(t *testing.T) {
	for name, git := range map[string]string{"clone": ".git/config", "second work tree": ".git"} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for _, file := range []string{git, "bin/linli", "ui/bin/a.go", "main.go"} {
				to := filepath.Join(root, file)
				if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(to, []byte(file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var read []string
			err := archtest.Walk(root, func(file string, data []byte) error {
				if string(data) != file {
					t.Errorf("%s holds %q", file, data)
				}
				read = append(read, file)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"main.go", "ui/bin/a.go"}; !slices.Equal(read, want) {
				t.Errorf("read %q, want %q", read, want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	s, err := archtest.Parse("ui/a.go", []byte("//go:build ignore\n\npackage ui\n\nimport (\n\tfyneapp \"fyne.io/fyne/v2/app\"\n\t\"sync\"\n)\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Imports["fyne.io/fyne/v2/app"] != "fyneapp" || s.Imports["sync"] != "" || len(s.Imports) != 2 || !s.Ignored {
		t.Errorf("have %+v", s)
	}
	s, err = archtest.Parse("ui/b.go", []byte("//go:build linux && !ignore\n\npackage ui\n"))
	if err != nil || s.Ignored {
		t.Errorf("a file behind another constraint counts as ignored: %+v, %v", s, err)
	}
	if _, err := archtest.Parse("ui/c.go", []byte("package")); err == nil {
		t.Error("a file that does not parse passes")
	}
}

func TestCheckTextReports(t *testing.T) {
	cases := []struct {
		name, text string
		bad        bool
	}{
		{"a registry", "GOPROXY=https://" + "proxy" + ".golang.org", true},
		{"a home", "see " + "/wo" + "rk/main/x", true},
		{"a home at the start", "/wo" + "rk/main", true},
		{"a home in quotes", `open("` + "/tmp/" + "scratch" + `/a")`, true},
		{"a relative folder", "in home" + "work/main and ./wo" + "rk/main", false},
		{"a word", "the work of a day", false},
		{"a binary file", "\x00" + "/wo" + "rk/main", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if bad := archtest.CheckText("a", []byte(c.text)); (len(bad) > 0) != c.bad {
				t.Errorf("have %v", bad)
			}
		})
	}
}
