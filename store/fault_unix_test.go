//go:build !windows

package store_test

import (
	"os"
	"syscall"
)

// becomeNobody gives up the rights of root for the whole process; an ordinary user
// stays who they are.
func becomeNobody() error {
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(nobody); err != nil {
		return err
	}
	return syscall.Setuid(nobody)
}
