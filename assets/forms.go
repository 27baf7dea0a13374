package assets

import (
	"embed"
	"io/fs"
)

//go:embed forms/*.toml
var formFiles embed.FS

// Forms answers the sample forms of catalogue items, as they are written (package
// app/form reads them), by file name. Like the catalogue they are examples.
func Forms() (map[string][]byte, error) {
	all := map[string][]byte{}
	names, err := fs.Glob(formFiles, "forms/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if all[name[len("forms/"):]], err = formFiles.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return all, nil
}
