package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"linli/assets"
)

// Every code that can reach a person has a sentence in every language.
func TestEveryCodeHasASentence(t *testing.T) {
	count := 0
	for _, file := range []string{"../../app/error.go", "../../app/standard/error.go", "../../app/tabular/error.go", "../../store/transfer.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) == 0 || len(spec.Values) == 0 || !strings.HasPrefix(spec.Names[0].Name, "Code") {
				return true
			}
			lit, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			code, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			count++
			for _, lang := range assets.Languages() {
				if _, ok := assets.Text(lang, "error."+code); !ok {
					t.Errorf("%s: no sentence for %q in %s", file, code, lang)
				}
			}
			return true
		})
	}
	if count < 60 {
		t.Errorf("only %d codes were found", count)
	}
}
