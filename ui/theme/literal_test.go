package theme_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Colours have their names here and nowhere else in ui.
func TestNoColourIsWrittenOutsideTheTheme(t *testing.T) {
	everyFile(t, func(path string, file *ast.File, at func(ast.Node) token.Position) {
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || len(literal.Elts) == 0 {
				return true
			}
			if s, ok := literal.Type.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "color" {
					t.Errorf("%s: a colour is written out as color.%s", at(literal), s.Sel.Name)
				}
			}
			return true
		})
	})
}

// Millimetres and sizes of type have their names here and nowhere else. On the
// faces that are reckoned in millimetres a number above a dozen is a size; what
// is smaller counts columns, lines and shares.
func TestNoSizeIsWrittenOutsideTheTheme(t *testing.T) {
	const dozen, percent = 12, 100
	everyFile(t, func(path string, file *ast.File, at func(ast.Node) token.Position) {
		inMillimetres := strings.HasPrefix(path, filepath.Join("..", "citizen")) || path == filepath.Join("..", "board", "place.go")
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if strings.HasSuffix(name.Name, "MM") && i < len(n.Values) && number(n.Values[i]) != 0 {
						t.Errorf("%s: %s has its number here", at(n), name.Name)
					}
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					s, ok := left.(*ast.SelectorExpr)
					if ok && s.Sel.Name == "TextSize" && i < len(n.Rhs) && number(n.Rhs[i]) != 0 {
						t.Errorf("%s: a size of type is written out", at(n))
					}
				}
			case *ast.BasicLit:
				if inMillimetres && number(n) > dozen && number(n) != percent {
					t.Errorf("%s: %s is a size", at(n), n.Value)
				}
			}
			return true
		})
	})
}

// number answers a number that is written out, and 0 for anything else.
func number(e ast.Expr) float64 {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.INT && literal.Kind != token.FLOAT {
		return 0
	}
	v, _ := strconv.ParseFloat(literal.Value, 64) // hexadecimal ones are no sizes
	return v
}

// everyFile reads all of ui but the theme and the tests.
func everyFile(t *testing.T, check func(path string, file *ast.File, at func(ast.Node) token.Position)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "theme" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		tokens := token.NewFileSet()
		file, err := parser.ParseFile(tokens, path, nil, 0)
		if err != nil {
			return err
		}
		check(path, file, func(n ast.Node) token.Position { return tokens.Position(n.Pos()) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were read", files)
	}
}
