package store

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"linli/app"
)

// ExportFile is [Store.Export] into a file: .csv or .xlsx by its name. Under its
// name the file is there whole or not at all; one that was there before is
// replaced at that moment. Only its owner may read it.
func (s *Store) ExportFile(ctx context.Context, by app.Actor, kind Kind, path string, reveal bool) error {
	format := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	if format != FormatCSV && format != FormatXLSX {
		return app.Bad(app.CodeInvalid, "format")
	}
	return WriteFile(path, func(w io.Writer) error { return s.Export(ctx, by, kind, w, format, reveal) })
}

// WriteFile makes the file at path from what write writes: into a temporary file
// beside it, to the disk, and then under its name.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".linli-*") // mode 0600
	if err != nil {
		return translate("store: export file", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = translate("store: export file", err)
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
