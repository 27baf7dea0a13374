package hub

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// MakeDir makes a folder, and those above it that are missing, so that it survives a power cut: a folder's own name is
// kept by the one above it, and what was synced inside is lost with it. It is synced where it was there already, too, for
// it may be as new.
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
	if err := SyncDir(above); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil // who may not read the folder above cannot sync it either
}

// SyncDir makes what was created, renamed or removed in a folder survive a power cut. Windows has no such call and needs
// none.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
