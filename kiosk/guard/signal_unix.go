//go:build unix

package guard

import (
	"os"
	"syscall"
)

func askToEnd(p *os.Process) { _ = p.Signal(syscall.SIGTERM) }

// askForStacks has the program write where each of its goroutines is.
func askForStacks(p *os.Process) { _ = p.Signal(syscall.SIGQUIT) }
