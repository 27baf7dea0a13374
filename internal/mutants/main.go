// Command mutants proves that the tests notice when a guard is missing.
//
//	go run ./internal/mutants            every mutation
//	go run ./internal/mutants checksum   those whose name contains the word
//
// It copies the tree to a temporary folder, so the one that people work in is never changed. Each named test is first
// run on the untouched copy and must pass there, with at least one test run; then one [Mutation] at a time is applied
// and the test must fail. A survivor, a mutation whose code is no longer found, and a mutant that does not compile
// make the command end with 1: a list that the code has moved away from must not look like success.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	word := strings.Join(os.Args[1:], " ")
	if err := run(word); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(word string) error {
	var chosen []Mutation
	for _, m := range mutations {
		if strings.Contains(m.Name, word) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("no mutation is called %q", word)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "linli-mutants-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays in the temporary folder harms nobody
	if err := copyTree(root, dir); err != nil {
		return err
	}

	baseline := map[string]result{}
	for _, m := range chosen {
		key := strings.Join(m.Test, " ")
		if _, done := baseline[key]; done {
			continue
		}
		r := goTest(dir, m.Test)
		baseline[key] = r
		if r.verdict != green {
			return fmt.Errorf("without any mutation, go test %s is %s:\n%s", key, r.verdict, r.output)
		}
	}

	width := 0
	for _, m := range chosen {
		width = max(width, len(m.Name))
	}
	bad := 0
	for _, m := range chosen {
		line, ok := try(dir, m)
		if !ok {
			bad++
		}
		fmt.Printf("%-*s  %s\n", width, m.Name, line)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d mutants were not caught", bad, len(chosen))
	}
	fmt.Printf("all %d mutants were caught\n", len(chosen))
	return nil
}

// try applies one mutation in dir, runs its test and takes the mutation back. It returns what the table says about it,
// and whether a test went red.
func try(dir string, m Mutation) (string, bool) {
	path := filepath.Join(dir, filepath.FromSlash(m.File))
	original, err := os.ReadFile(path)
	if err != nil {
		return "NOT APPLIED: " + err.Error(), false
	}
	mutant, err := m.apply(string(original))
	if err != nil {
		return "NOT APPLIED: " + err.Error(), false
	}
	if err := os.WriteFile(path, []byte(mutant), 0o600); err != nil {
		return "NOT APPLIED: " + err.Error(), false
	}
	r := goTest(dir, m.Test)
	if err := os.WriteFile(path, original, 0o600); err != nil {
		return "NOT TAKEN BACK: " + err.Error(), false
	}
	switch r.verdict {
	case red:
		return "caught by " + r.failed[0], true
	case green:
		return "SURVIVED: go test " + strings.Join(m.Test, " ") + " passes without it", false
	default:
		return fmt.Sprintf("%s:\n%s", strings.ToUpper(string(r.verdict)), r.output), false
	}
}

// apply returns the text with the mutation in it, or says why it cannot.
func (m Mutation) apply(text string) (string, error) {
	if n := strings.Count(text, m.Old); n != 1 {
		return "", fmt.Errorf("%s holds the text to replace %d times, not once", m.File, n)
	}
	if m.Old == m.New {
		return "", fmt.Errorf("%s: the mutation changes nothing", m.File)
	}
	return strings.Replace(text, m.Old, m.New, 1), nil
}

// moduleRoot returns the folder of go.mod, from the working folder upwards.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	file := strings.TrimSpace(string(out))
	if filepath.Base(file) != "go.mod" {
		return "", fmt.Errorf("not inside a module")
	}
	return filepath.Dir(file), nil
}
