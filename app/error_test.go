package app_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"linli/app"
)

func TestCodeOfAndAsError(t *testing.T) {
	disk := errors.New("the disk is on fire")
	full := app.Fail(app.CodeFull, "30")
	for _, c := range []struct {
		name string
		err  error
		code app.Code
	}{
		{"nil", nil, ""},
		{"our own", full, app.CodeFull},
		{"our own, wrapped", fmt.Errorf("ticket: %w", full), app.CodeFull},
		{"our own among others", errors.Join(disk, full), app.CodeFull},
		{"the outer of two", &app.Error{Code: app.CodeTaken, Err: full}, app.CodeTaken},
		{"foreign", disk, app.CodeInternal},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := app.CodeOf(c.err); got != c.code {
				t.Errorf("CodeOf: %q, want %q", got, c.code)
			}
			e := app.AsError(c.err)
			if c.err == nil {
				if e != nil {
					t.Errorf("AsError(nil) = %v", e)
				}
				return
			}
			if e.Code != c.code {
				t.Errorf("AsError: %q, want %q", e.Code, c.code)
			}
		})
	}
	if e := app.AsError(disk); !errors.Is(e, disk) {
		t.Error("a foreign error is lost when it is wrapped")
	}
}

func TestErrorIsWrittenForTheLog(t *testing.T) {
	e := &app.Error{Op: "ticket.take", Code: app.CodeFull, Field: "business", Args: []string{"30"}, Err: errors.New("because")}
	if got, want := e.Error(), "ticket.take: full business [30]: because"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := app.Bad(app.CodeRequired, "name").Error(), "required name"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCodesAreUnique reads the source, because a list kept by hand would forget
// the code that was added last.
func TestCodesAreUnique(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	shape := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`) // part of a translation's key
	seen := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		for i, name := range spec.Names {
			lit, ok := spec.Values[i].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s is not written as a string", name.Name)
				continue
			}
			value, err := strconv.Unquote(lit.Value)
			if err != nil || !shape.MatchString(value) {
				t.Errorf("%s = %s cannot be part of a key", name.Name, lit.Value)
			}
			if other := seen[value]; other != "" {
				t.Errorf("%s and %s are both %q", name.Name, other, value)
			}
			seen[value] = name.Name
		}
		return true
	})
	if len(seen) < 30 {
		t.Errorf("found only %d codes", len(seen))
	}
}
