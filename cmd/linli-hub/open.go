package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/hub"
	"linli/sync/hub/sqlite"
)

// opened is a hub with all that belongs to it.
type opened struct {
	*hub.Hub
	storage *sqlite.Storage
	keys    hallKeys
	where   string // folder of keys
}

// open opens the hub in the data folder. With found it makes one where there is none.
func (c *call) open(found bool) (_ *opened, err error) {
	if !found && !sqlite.Exists(c.data) {
		return nil, hub.ErrNoData
	}
	files, err := seal.DefaultKeyFiles()
	if err != nil {
		return nil, err
	}
	if within(c.data, files.Where()) {
		// Keys beside what they are for: they would be lost together.
		return nil, app.Bad(app.CodeInvalid, "keys", c.data)
	}
	keys, err := hub.OpenKeys(files.Where())
	if err != nil {
		return nil, asFolder(err)
	}
	storage, err := sqlite.Open(c.ctx, c.data)
	if err != nil {
		return nil, asFolder(err)
	}
	o := &opened{storage: storage, keys: hallKeys{files}, where: files.Where()}
	o.Hub, err = hub.New(c.ctx, storage, keys, authority{o.keys}, hub.Options{Schema: int64(store.SchemaVersion), Report: c.report})
	if err != nil {
		return nil, errors.Join(err, storage.Close())
	}
	return o, nil
}

// with opens the hub for one piece of work.
func (c *call) with(found bool, work func(*opened) error) (err error) {
	o, err := c.open(found)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.storage.Close()) }()
	return work(o)
}

// report writes a fault of the hub's own to standard error. Errors name steps and rules, never what is in an entry.
func (c *call) report(step string, err error) {
	fmt.Fprintf(c.err, "%s %s: %v\n", time.Now().Format(time.RFC3339), step, err)
}

// asFolder names an error of the system about a folder.
func asFolder(err error) error {
	if errors.Is(err, os.ErrPermission) && !errors.Is(err, hub.ErrReadOnly) {
		return fmt.Errorf("%w: %w", hub.ErrReadOnly, err)
	}
	return err
}

// within answers whether path lies in dir or below.
func within(dir, path string) bool {
	d, err1 := filepath.Abs(dir)
	p, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
