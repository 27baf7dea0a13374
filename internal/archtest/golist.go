package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A Build is one way in which the tree is compiled.
type Build struct {
	Name string
	Tags string
	// Env holds what differs from the environment, KEY=value.
	Env []string
}

// Builds are the ways in which the Makefile compiles the tree, and the foreign system that it builds for.
var Builds = []Build{
	{Name: "headless", Tags: "ci,migrated_fynedo", Env: []string{"GOOS=linux", "CGO_ENABLED=0"}},
	{Name: "windows", Tags: "x11,migrated_fynedo,no_emoji,no_animations,e2e", Env: []string{"GOOS=linux", "CGO_ENABLED=1"}},
	{Name: "foreign", Tags: "ci,migrated_fynedo", Env: []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}},
}

// List asks the go command for the packages of the module below root in one build. It fails when the go command
// does, a package that does not load included.
func List(root string, b Build) ([]Package, error) {
	cmd := exec.Command("go", "list", "-tags", b.Tags,
		"-json=ImportPath,Imports,TestImports,XTestImports,Deps,Error,DepsErrors", "./...")
	cmd.Dir = root
	// The caller's GOFLAGS could bring other tags.
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off"), b.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		const most = 10 // one missing module repeats itself for every package that wants it
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("go list (%s): %w\n%s", b.Name, err, strings.Join(lines[:min(most, len(lines))], "\n"))
	}
	pkgs, err := decode(&stdout)
	if err != nil {
		return nil, fmt.Errorf("go list (%s): %w", b.Name, err)
	}
	return pkgs, nil
}

// decode reads the JSON objects that go list prints one after the other.
func decode(r io.Reader) ([]Package, error) {
	var pkgs []Package
	dec := json.NewDecoder(r)
	for {
		var p struct {
			ImportPath                               string
			Imports, TestImports, XTestImports, Deps []string
			Error                                    *struct{ Err string }
			DepsErrors                               []struct{ Err string }
		}
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if p.Error != nil {
			return nil, fmt.Errorf("%s: %s", p.ImportPath, p.Error.Err)
		}
		if len(p.DepsErrors) > 0 {
			return nil, fmt.Errorf("%s: %s", p.ImportPath, p.DepsErrors[0].Err)
		}
		pkgs = append(pkgs, Package{
			Path: p.ImportPath, Imports: p.Imports, Deps: p.Deps,
			TestImports: append(p.TestImports, p.XTestImports...),
		})
	}
	if len(pkgs) == 0 {
		return nil, errors.New("no packages")
	}
	return pkgs, nil
}
