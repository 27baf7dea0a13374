package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"sort"

	"linli/sync/hub"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a database file as a Linli hub ("LNLH").
const applicationID = 0x4c4e4c48

func migrationNames() []string {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		panic(err) // embedded: cannot fail in a program that was built
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	sort.Strings(names)
	return names
}

// version answers the database's schema version, 0 for a new database.
func version(ctx context.Context, conn *sql.Conn) (v int, err error) {
	var id int
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v); err != nil {
		return 0, err
	}
	switch {
	case id != applicationID && (id != 0 || v != 0):
		return 0, fmt.Errorf("%w: some other program's file", hub.ErrDamaged)
	case v > len(migrationNames()):
		return 0, hub.ErrNewer
	}
	return v, nil
}

// migrate brings the database up to date, all in one transaction: two programs that open a new folder at the same time do not
// get into each other's way.
func migrate(ctx context.Context, conn *sql.Conn) (err error) {
	if v, err := version(ctx, conn); err != nil || v == len(migrationNames()) {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK")
		}
	}()
	v, err := version(ctx, conn) // another program may have been faster
	if err != nil {
		return err
	}
	for i, name := range migrationNames() {
		if i < v {
			continue
		}
		script, err := migrations.ReadFile("migrations/" + name)
		if err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, fmt.Sprintf("%s\nPRAGMA application_id=%d;\nPRAGMA user_version=%d;", script, applicationID, i+1)); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return err
}
