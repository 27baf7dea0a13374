package main

import (
	"os"
	"syscall"
)

// peakOf is the most memory that a process had, which has ended, in bytes.
func peakOf(p *os.ProcessState) int64 {
	if usage, ok := p.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
