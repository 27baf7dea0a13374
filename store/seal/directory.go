package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// MakeDir makes a directory, and those above it that are missing, so that it
// survives a power cut: a directory's own name is kept by the one above it, and what
// was synced inside is lost with it. It is synced where it was there already,
// too, for it may be as new.
func MakeDir(dir string) error {
	above := filepath.Dir(dir)
	if _, err := os.Stat(above); errors.Is(err, fs.ErrNotExist) && above != dir {
		if err := MakeDir(above); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := syncDir(above); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil // who may not read the directory above cannot sync it either
}

// syncDir makes a rename survive a power cut. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("seal: sync the directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("seal: sync the directory: %w", err)
	}
	return nil
}
