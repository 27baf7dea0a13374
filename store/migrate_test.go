package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store/seal"
)

// The power is cut in the middle of Init, between two steps of the schema: there is no hall yet, and the next
// Init goes on.
func TestAnInitThatWasCutOffBetweenTwoSteps(t *testing.T) {
	ctx := context.Background()
	for steps := 1; steps < SchemaVersion; steps++ {
		dir := filepath.Join(t.TempDir(), "hall")
		must(t, os.Mkdir(dir, 0o700))
		db, err := sql.Open("sqlite", writerDSN(filepath.Join(dir, DatabaseFile)))
		must(t, err)
		for i, name := range migrationNames()[:steps] {
			script, err := migrations.ReadFile("migrations/" + name)
			must(t, err)
			_, err = db.ExecContext(ctx, fmt.Sprintf("%s\nPRAGMA application_id=%d;\nPRAGMA user_version=%d;", script, applicationID, i+1))
			must(t, err)
		}
		must(t, db.Close())
		o := Options{Program: "test", Keys: seal.NewKeyFiles(t.TempDir())}
		if _, err := Open(ctx, dir, o); app.CodeOf(err) != app.CodeNoHall {
			t.Errorf("after %d steps: %v", steps, err)
		}
		must(t, Init(ctx, dir, NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}, o))
		s, err := Open(ctx, dir, o)
		must(t, err)
		must(t, s.Close())
	}
}
