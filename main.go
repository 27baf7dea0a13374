// Linli runs a community service hall: a kiosk for residents, the desk, and the
// public display. This file wires the store to the windows; ui/shell runs them.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"linli/app"
	"linli/app/jobs"
	"linli/store"
	"linli/sync/device"
	"linli/sync/lan"
	"linli/ui/shell"
)

// version is set by the linker.
var version = "dev"

func main() {
	os.Exit(shell.Main(shell.Program{Version: version, Open: open}, os.Args[1:], os.Stdout, os.Stderr))
}

// open opens the hall of the data folder and starts what it does by the clock.
// The demo's hall is made when there is none.
func open(ctx context.Context, o shell.Options) (*app.Hall, io.Closer, error) {
	options := store.Options{Program: "linli " + string(o.Face), Version: version}
	s, err := store.Open(ctx, o.Data, options)
	if app.CodeOf(err) == app.CodeNoHall && o.Face == shell.Demo {
		s, err = invent(ctx, o.Data, options)
	}
	if err != nil {
		return nil, nil, err
	}
	machine, err := device.Start(ctx, s, device.Options{Listen: o.Listen, Finder: lan.Finder{}})
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	clock, err := jobs.Start(append(s.Jobs(), machine.Jobs()...), s, nil)
	if err != nil {
		return nil, nil, errors.Join(err, machine.Stop(), s.Close())
	}
	return s.Hall(), closer(func() error { return errors.Join(clock.Stop(), machine.Stop(), s.Close()) }), nil
}

type closer func() error

func (c closer) Close() error { return c() }

// invent makes a hall of invented people.
func invent(ctx context.Context, folder string, o store.Options) (*store.Store, error) {
	hall := store.NewHall{Name: "样例社区服务大厅", Division: "320102001001", Zone: "Asia/Shanghai", Admin: store.DemoAdmin, PIN: store.DemoAdminPIN}
	if err := store.Init(ctx, folder, hall, o); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, folder, o)
	if err != nil {
		return nil, err
	}
	if err := store.FillDemo(ctx, s, store.Demo{Residents: 300, Visits: 120, Seed: 1}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
