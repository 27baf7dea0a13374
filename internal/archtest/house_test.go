package archtest_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/archtest"
)

// root is the module's folder seen from this one, where go test starts its programs.
const root = "../.."

// TestImports holds every build of the tree against the import table.
func TestImports(t *testing.T) {
	for _, b := range archtest.Builds {
		t.Run(b.Name, func(t *testing.T) {
			pkgs, err := archtest.List(root, b)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range archtest.Check(archtest.Rooms, pkgs) {
				t.Error(v)
			}
		})
	}
}

// TestSources holds every Go file, compiled or not, against the rules about single files. It reads the whole tree,
// which also tells Go's test cache that the result depends on it.
func TestSources(t *testing.T) {
	listed := map[string]bool{}
	for _, b := range archtest.Builds {
		pkgs, err := archtest.List(root, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pkgs {
			listed[p.Path] = true
		}
	}
	var sources []archtest.Source
	err := archtest.Walk(root, func(file string, data []byte) error {
		if path.Ext(file) != ".go" {
			return nil
		}
		s, err := archtest.Parse(file, data)
		sources = append(sources, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range archtest.CheckSources(sources, listed) {
		t.Error(v)
	}
}

func TestTexts(t *testing.T) {
	read := 0
	err := archtest.Walk(root, func(file string, data []byte) error {
		read++
		for _, v := range archtest.CheckText(file, data) {
			t.Error(v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 20 {
		t.Errorf("only %d files read: this is not the whole tree", read)
	}
}

// TestMainIsShort keeps wiring from growing into a program of its own.
func TestMainIsShort(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "\n"); n > 80 {
		t.Errorf("main.go has %d lines; 80 is the limit", n)
	}
}

// TestToolkitFile: the packaging tool reads FyneApp.toml beside package main, and from nowhere else.
func TestToolkitFile(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`ID = "cn.linli.hall"`, "fyneDo = true"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("FyneApp.toml lacks %s", want)
		}
	}
}

// TestTableInDocument: ARCHITECTURE.md shows the table that is enforced.
func TestTableInDocument(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	if table := archtest.Table(archtest.Rooms); !strings.Contains(string(data), table) {
		t.Errorf("ARCHITECTURE.md does not hold the table of rooms as it is enforced. It should read:\n%s", table)
	}
}
