package halls

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"linli/app"
	"linli/store"
	"linli/sync/device"
)

// folder holds the halls, each under its id.
const folder = "halls"

// Is answers whether dir is a folder of halls.
func Is(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, store.DatabaseFile)); err == nil {
		return false
	}
	ids, err := list(dir)
	return err == nil && len(ids) > 0
}

// Dir answers the data folder of one hall.
func Dir(dir, hall string) string { return filepath.Join(dir, folder, hall) }

// list answers the ids of the halls in dir: the folders that hold something.
func list(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &app.Error{Code: app.CodeReadOnly, Op: "halls: list", Err: err}
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && store.Vacant(Dir(dir, e.Name())) != nil { // an admission that was cut off left nothing in it
			ids = append(ids, e.Name())
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Enrol makes a machine of a hall with a code, as [device.Enrol] does. What the code is for
// decides where: a supervisor's becomes one hall more of the folder of halls at dir, any other
// makes dir itself the machine's data folder. Errors: those of [device.Enrol], CodeNotEmpty also where
// the hall is there already or a machine of another role would lie among the halls, CodeBusy
// while a program has the folder open.
func Enrol(ctx context.Context, address, code, name, dir string, hub bool, o store.Options) (e device.Enrolled, err error) {
	among := Is(dir)
	if among {
		release, err := store.Hold(dir, o.Program)
		if err != nil {
			return e, err
		}
		defer func() { err = errors.Join(err, release()) }()
	} else if err := store.Vacant(dir); err != nil {
		return e, err
	}
	e, err = device.EnrolAt(ctx, address, code, name, hub, o, func(hall, role string) (string, error) {
		switch {
		case role == store.RoleSupervisor && plain(hall):
			at := Dir(dir, hall)
			return at, store.Vacant(at)
		case among, role == store.RoleSupervisor:
			return "", &app.Error{Code: app.CodeNotEmpty, Args: []string{dir}, Op: "halls: enrol"}
		}
		return dir, nil
	})
	if err != nil || e.Role != store.RoleSupervisor {
		return e, err
	}
	d, err := readDesk(dir)
	if err == nil && d.name(e.Hall, e.Name) {
		err = d.write(dir)
	}
	return e, err
}

// plain answers whether an id is the name of a folder and of nothing else: it comes from
// another machine.
func plain(id string) bool {
	return id != "" && id == filepath.Base(id) && filepath.IsLocal(id) && id != "."
}
