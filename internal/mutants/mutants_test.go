package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListMeetsTheCode notices, long before anybody runs the mutants, that a guard has moved and its line has not.
func TestListMeetsTheCode(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutations {
		if m.Name == "" || names[m.Name] {
			t.Errorf("the name %q is empty or taken", m.Name)
		}
		names[m.Name] = true
		if len(m.Test) == 0 {
			t.Errorf("%s: no test is named", m.Name)
		}
		data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(m.File)))
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
			continue
		}
		if _, err := m.apply(string(data)); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

func TestApply(t *testing.T) {
	m := Mutation{File: "a.go", Old: "x > 0", New: "true"}
	if got, err := m.apply("if x > 0 {"); err != nil || got != "if true {" {
		t.Errorf("have %q, %v", got, err)
	}
	for _, text := range []string{"if y > 0 {", "if x > 0 || x > 0 {"} {
		if got, err := m.apply(text); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
	m.New = m.Old
	if _, err := m.apply("x > 0"); err == nil {
		t.Error("a mutation that changes nothing is applied")
	}
}

func TestJudge(t *testing.T) {
	failed := errors.New("exit status 1")
	cases := []struct {
		name   string
		events string
		err    error
		want   verdict
	}{
		{"passed", `{"Action":"pass","Test":"TestA"}{"Action":"pass"}`, nil, green},
		{"failed", `{"Action":"pass","Test":"TestA"}{"Action":"fail","Test":"TestB"}{"Action":"fail"}`, failed, red},
		{"no test ran", `{"Action":"output","Output":"ok [no tests to run]"}{"Action":"pass"}`, nil, broken},
		{"not compiled", `{"Action":"build-fail"}{"Action":"fail","FailedBuild":"linli/app"}`, failed, broken},
		{"one package failed, another did not compile", `{"Action":"fail","Test":"TestA"}{"Action":"fail","FailedBuild":"linli/app"}`, failed, broken},
		{"ended without a failed test", `{"Action":"pass","Test":"TestA"}{"Action":"fail"}`, failed, broken},
		{"only skipped", `{"Action":"skip","Test":"TestA"}{"Action":"pass"}`, nil, broken},
		{"no events", ``, nil, broken},
		{"not events", `FAIL`, failed, broken},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if r := judge([]byte(c.events), "", c.err); r.verdict != c.want {
				t.Errorf("have %s, want %s", r.verdict, c.want)
			}
		})
	}
}

// TestTry runs the whole way on a small module: one guard that a test protects, and one that none does.
func TestTry(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module small\n\ngo 1.26\n",
		"a.go":      "package small\n\nfunc Positive(x int) bool { return x > 0 }\n\nfunc Even(x int) bool { return x%2 == 0 }\n",
		"a_test.go": "package small\n\nimport \"testing\"\n\nfunc TestPositive(t *testing.T) {\n\tif Positive(-1) {\n\t\tt.Error(\"-1\")\n\t}\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(filepath.Join(dir, "a.go"))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		old, new, want string
		caught         bool
	}{
		{"x > 0", "true", "caught by TestPositive", true},
		{"x%2 == 0", "true", "SURVIVED", false},
		{"x > 0", "nothing", "BROKEN", false},
		{"x < 0", "true", "NOT APPLIED", false},
	}
	for _, c := range cases {
		line, caught := try(dir, Mutation{File: "a.go", Old: c.old, New: c.new, Test: []string{"."}})
		if caught != c.caught || !strings.HasPrefix(line, c.want) {
			t.Errorf("%s → %s: have %q, caught %v", c.old, c.new, line, caught)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, "a.go"))
	if err != nil || string(after) != string(before) {
		t.Errorf("the file was not restored: %q, %v", after, err)
	}
}
