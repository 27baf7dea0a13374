package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unmeasured is what a row of the table says that no test measures yet.
const unmeasured = "not yet measured"

var quoted = regexp.MustCompile("`([^`]+)`")

// TestEveryRuleHasItsTestAndItsMutant holds docs/rules.md to the code: what it names is there, each rule that can be measured is,
// and no mutant of a rule is missing from its row.
func TestEveryRuleHasItsTestAndItsMutant(t *testing.T) {
	root := filepath.Join("..", "..")
	table, err := os.ReadFile(filepath.Join(root, "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, m := range mutations {
		names[m.Name] = true
	}
	listed := make(map[string]bool)
	var rows []int
	for line := range strings.Lines(string(table)) {
		cells := strings.Split(line, "|")
		if len(cells) != 8 {
			continue
		}
		row, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue // the head
		}
		rows = append(rows, row)
		if strings.TrimSpace(cells[3]) == unmeasured {
			continue
		}
		tests, mutants := quoted.FindAllStringSubmatch(cells[3], -1), quoted.FindAllStringSubmatch(cells[6], -1)
		if len(tests) == 0 || len(mutants) == 0 {
			t.Errorf("row %d names %d tests and %d mutants", row, len(tests), len(mutants))
		}
		for _, test := range tests {
			folder, name, ok := strings.Cut(test[1], ".")
			if !ok || !hasTest(t, filepath.Join(root, filepath.FromSlash(folder)), name) {
				t.Errorf("row %d: there is no test %s", row, test[1])
			}
		}
		for _, m := range mutants {
			name := fmt.Sprintf("rule %d: %s", row, m[1])
			if listed[name] = true; !names[name] {
				t.Errorf("row %d: there is no mutant %q", row, name)
			}
		}
	}
	if want := []int{1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20}; !slices.Equal(rows, want) {
		t.Errorf("rows %v, want %v", rows, want)
	}
	for name := range names {
		if strings.HasPrefix(name, "rule ") && !listed[name] {
			t.Errorf("the table does not name the mutant %q", name)
		}
	}
}

// hasTest answers whether a folder has a test of a name.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
