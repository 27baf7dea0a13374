package archtest

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Source is one Go file as the rules about single files see it.
type Source struct {
	// File is its path from the root, with slashes.
	File string
	// Imports maps each import path to the name given to it, "" for none.
	Imports map[string]string
	// Ignored is set for programs that no build compiles ("//go:build ignore").
	Ignored bool
}

// Test reports whether only go test compiles the file.
func (s Source) Test() bool { return strings.HasSuffix(s.File, "_test.go") }

// unread are the folders that are no part of the source: what is built, what is photographed, and git's own.
var unread = []string{".git", "bin", "dist", "screenshots"}

// Walk calls visit for every regular file below root with its path, slashes and relative to root, and its bytes.
func Walk(root string, visit func(file string, data []byte) error) error {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	err = fs.WalkDir(dir.FS(), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(unread, file):
			return fs.SkipDir
		case !d.Type().IsRegular(), file == ".git": // in a second work tree that is a file with the path of the first
			return nil
		}
		data, err := dir.ReadFile(file)
		if err != nil {
			return err
		}
		return visit(file, data)
	})
	return errors.Join(err, dir.Close())
}

// Parse reads the imports and the build constraint of one Go file.
func Parse(file string, data []byte) (Source, error) {
	s := Source{File: file, Imports: map[string]string{}}
	f, err := parser.ParseFile(token.NewFileSet(), file, data, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return s, err
	}
	for _, i := range f.Imports {
		name := ""
		if i.Name != nil {
			name = i.Name.Name
		}
		s.Imports[strings.Trim(i.Path.Value, "`\"")] = name
	}
	s.Ignored = ignored(f)
	return s, nil
}

func ignored(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) {
				continue
			}
			if x, err := constraint.Parse(c.Text); err == nil {
				tag, single := x.(*constraint.TagExpr)
				return single && tag.Tag == "ignore"
			}
		}
	}
	return false
}

// fyneApp is the toolkit's package whose name collides with ours.
const fyneApp = "fyne.io/fyne/v2/app"

// CheckSources applies the rules about single files and returns one sentence per violation, sorted. listed holds the
// import paths that some build listed: a folder with Go files that none lists escapes every rule, so it is reported.
func CheckSources(sources []Source, listed map[string]bool) []string {
	var bad []string
	report := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	var fyneApps []string
	usesFyne := false
	for _, s := range sources {
		for imp, name := range s.Imports {
			switch {
			case imp == "sync" && name != "":
				report("%s imports the standard library's sync under the name %s", s.File, name)
			case imp == fyneApp && name != "fyneapp":
				report("%s imports %s, but not as fyneapp", s.File, imp)
			}
			if imp == fyneApp && !s.Test() {
				fyneApps = append(fyneApps, s.File)
			}
			usesFyne = usesFyne || within(imp, fyne)
		}
		pkg := Module
		if dir := path.Dir(s.File); dir != "." {
			pkg += "/" + dir
		}
		if !s.Ignored && !listed[pkg] && !strings.Contains("/"+s.File, "/testdata/") {
			report("%s is in %s, which no build lists: its imports are checked by nothing", s.File, pkg)
		}
	}
	if usesFyne && len(fyneApps) != 1 {
		slices.Sort(fyneApps)
		report("the toolkit's app package is imported in %d files outside tests, and one is the rule: %v", len(fyneApps), fyneApps)
	}
	slices.Sort(bad)
	return slices.Compact(bad)
}

// registries are the hosts that packages are fetched from. Which one a machine uses is its owner's setting; a file in
// the tree that names one works on its author's machine only. (Written in halves so that this file passes its own test.)
var registries = []string{
	"proxy" + ".golang.org", "sum" + ".golang.org", "index" + ".golang.org", "goproxy" + ".cn", "goproxy" + ".io",
	"registry" + ".npmjs.org", "registry" + ".npmmirror.com", "pypi" + ".org", "files" + ".pythonhosted.org",
}

// homes matches absolute paths of the places where the tree happened to be written.
var homes = regexp.MustCompile(`(?m)(^|[^A-Za-z0-9_./~-])/(` + "work" + `|tmp/` + "scratch" + `)(/|\b)`)

// CheckText returns one sentence for each thing that a text file of the tree must not name. Binary files pass.
func CheckText(file string, data []byte) []string {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil
	}
	var bad []string
	for _, host := range registries {
		if bytes.Contains(data, []byte(host)) {
			bad = append(bad, fmt.Sprintf("%s names the package registry %s", file, host))
		}
	}
	if at := homes.FindIndex(data); at != nil {
		line := 1 + bytes.Count(data[:at[1]], []byte("\n"))
		bad = append(bad, fmt.Sprintf("%s:%d names a path of somebody's own machine", file, line))
	}
	return bad
}
