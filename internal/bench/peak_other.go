//go:build !linux

package main

import "os"

// peakOf is not known here: memory is measured on Linux only.
func peakOf(*os.ProcessState) int64 { return 0 }
