package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"sort"
	"strconv"

	"linli/app"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a database file as a Linli hall ("LNLI").
const applicationID = 0x4c4e4c49

// SchemaVersion is the number of the newest migration.
var SchemaVersion = func() int { return len(migrationNames()) }()

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

// version answers the database's schema version. It is 0 for a new database;
// CodeNewerData when a newer program wrote it; CodeUnreadable when the file is
// some other program's.
func version(ctx context.Context, conn *sql.Conn) (int, error) {
	var id, v int
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v); err != nil {
		return 0, err
	}
	switch {
	case id != 0 && id != applicationID:
		return 0, app.Fail(app.CodeUnreadable, "linli.db")
	case v > SchemaVersion:
		return 0, app.Fail(app.CodeNewerData, strconv.Itoa(v), strconv.Itoa(SchemaVersion))
	}
	return v, nil
}

// migrate brings the database to [SchemaVersion], each step in one transaction.
// Migrations change the local shape only. Before the first one on a database
// that holds a hall, before is called to make a verified backup. One that an Init left
// which was cut off between two steps holds none.
func migrate(ctx context.Context, conn *sql.Conn, before func() error) error {
	v, err := version(ctx, conn)
	if err != nil {
		return err
	}
	if v > 0 && v < SchemaVersion && before != nil {
		var halls int
		if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM replica`).Scan(&halls); err != nil {
			return err
		}
		if halls > 0 {
			if err := before(); err != nil {
				return fmt.Errorf("backup before migrating: %w", err)
			}
		}
	}
	for i, name := range migrationNames() {
		if i < v {
			continue
		}
		script, err := migrations.ReadFile("migrations/" + name)
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA application_id=%d;\nPRAGMA user_version=%d;\nCOMMIT;", script, applicationID, i+1)
		if _, err := conn.ExecContext(ctx, step); err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK")
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}
