package sqlite_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// childEnv makes TestAsAnotherProcess do something: a name of children, a newline, and its argument.
const childEnv = "LINLI_TEST_CHILD"

// children are what this test binary does as another process.
var children = map[string]func(t *testing.T, arg string) error{"fill a small disk": fillSmallDisk}

// TestAsAnotherProcess is the beginning of a process that another test starts.
func TestAsAnotherProcess(t *testing.T) {
	name, arg, ok := strings.Cut(os.Getenv(childEnv), "\n")
	if !ok {
		return // nobody's child
	}
	must(t, children[name](t, arg))
}

// child prepares this binary to do something as another process.
func child(ctx context.Context, name, arg string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAsAnotherProcess$")
	cmd.Env = append(os.Environ(), childEnv+"="+name+"\n"+arg)
	return cmd
}
