package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
)

// verdict is what one run of go test says.
type verdict string

const (
	green verdict = "green" // tests ran and all passed
	red   verdict = "red"   // at least one test failed
	// broken: it did not compile, ran no test, or ended without naming a failed test. It proves nothing either way.
	broken verdict = "broken"
)

// result is one run of go test.
type result struct {
	verdict verdict
	failed  []string // the names of the failed tests
	output  string   // what to show when the verdict surprises: the last lines
}

// goTest runs go test in dir with the headless build's flags and the given arguments.
func goTest(dir string, args []string) result {
	cmd := exec.Command("go", append([]string{
		"test", "-json", "-count=1", "-timeout", "10m", "-tags", "ci,migrated_fynedo",
	}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "PWD="+dir)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	return judge(out.Bytes(), stderr.String(), err)
}

// judge reads the events of go test -json; err is the command's own.
func judge(events []byte, stderr string, err error) result {
	var r result
	var text strings.Builder
	passed, unbuilt := 0, false
	dec := json.NewDecoder(bytes.NewReader(events))
	for dec.More() {
		var e struct{ Action, Test, Output, FailedBuild string }
		if dec.Decode(&e) != nil {
			unbuilt = true // not the protocol that we know
			break
		}
		text.WriteString(e.Output)
		unbuilt = unbuilt || e.FailedBuild != "" || e.Action == "build-fail"
		switch {
		case e.Test == "":
		case e.Action == "pass":
			passed++
		case e.Action == "fail":
			r.failed = append(r.failed, e.Test)
		}
	}
	text.WriteString(stderr)
	r.output = lastLines(text.String(), 40)
	switch {
	case unbuilt:
		r.verdict = broken
	case len(r.failed) > 0 && err != nil:
		r.verdict = red
	case err == nil && passed > 0:
		r.verdict = green
	default:
		r.verdict = broken
	}
	return r
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
