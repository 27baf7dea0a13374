package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store/seal"
)

func TestInitThatWasCutOffCanBeDoneAgain(t *testing.T) {
	ctx, root := context.Background(), t.TempDir()
	hall := NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}
	o, err := Options{Program: "test", Keys: seal.NewKeyFiles(filepath.Join(root, "keys"))}.withDefaults()
	must(t, err)
	for name, cut := range map[string]func(dir string){
		"before the tables": func(dir string) { must(t, os.WriteFile(filepath.Join(dir, DatabaseFile), nil, 0o600)) },
		"before the hall": func(dir string) {
			s, err := open(ctx, dir, o)
			must(t, err)
			must(t, s.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(root, name)
			must(t, os.MkdirAll(dir, 0o700))
			cut(dir)
			if _, err := Open(ctx, dir, o); app.CodeOf(err) != app.CodeNoHall {
				t.Errorf("opening half a hall: %v", err)
			}
			must(t, Init(ctx, dir, hall, o))
			if err := Init(ctx, dir, hall, o); app.CodeOf(err) != app.CodeNotEmpty {
				t.Errorf("a second hall in the folder: %v", err)
			}
			s, err := Open(ctx, dir, o)
			must(t, err)
			must(t, s.Close())
		})
	}
}
