// Linli runs a community service hall: a kiosk for residents, the desk, and the
// public display. This file wires the store to the windows; ui/shell runs them.
package main

import (
	"context"
	"errors"
	"os"

	"linli/app"
	"linli/app/jobs"
	"linli/store"
	"linli/sync/device"
	"linli/sync/halls"
	"linli/sync/lan"
	"linli/ui/shell"
)

// version is set by the linker.
var version = "dev"

func main() {
	os.Exit(shell.Main(shell.Program{Version: version, Open: open, Begin: begin}, os.Args[1:], os.Stdout, os.Stderr))
}

// open opens the hall of the data folder, or a supervisor's halls, and starts what they do
// by the clock. The demo's hall is made when there is none.
func open(ctx context.Context, o shell.Options) (shell.Opened, error) {
	options := storeOptions(o)
	if halls.Is(o.Data) {
		return openHalls(ctx, o, options)
	}
	s, err := store.Open(ctx, o.Data, options)
	if app.CodeOf(err) == app.CodeNoHall && o.Face == shell.Demo {
		s, err = store.Invent(ctx, o.Data, options)
	}
	if err != nil {
		return shell.Opened{}, err
	}
	machine, err := device.Start(ctx, s, device.Options{Listen: o.Listen, Finder: lan.Finder{}})
	if err != nil {
		return shell.Opened{}, errors.Join(err, s.Close())
	}
	clock, err := jobs.Start(append(s.Jobs(), machine.Jobs()...), s, nil)
	if err != nil {
		return shell.Opened{}, errors.Join(err, machine.Stop(), s.Close())
	}
	end := func() error { return errors.Join(clock.Stop(), machine.Stop(), s.Close()) }
	return shell.Opened{Hall: s.Hall(), Close: end}, nil
}

// begin answers what can be made of a data folder that holds nothing.
func begin(o shell.Options) app.StartPort {
	return halls.Empty{Dir: o.Data, Store: storeOptions(o), HubPort: shell.HubPort, DeskPort: shell.DefaultPort, Look: lan.Finder{}.Near}
}

func storeOptions(o shell.Options) store.Options {
	return store.Options{Program: "linli " + string(o.Face), Version: version}
}

// openHalls opens a supervisor's halls: they seek their hubs and desks, and listen to nobody.
func openHalls(ctx context.Context, o shell.Options, options store.Options) (shell.Opened, error) {
	if o.Face != shell.Desk {
		return shell.Opened{}, app.Fail(app.CodeHalls, o.Data)
	}
	all, err := halls.Open(ctx, o.Data, options)
	if err != nil {
		return shell.Opened{}, err
	}
	all.Start(ctx, device.Options{})
	clock, err := jobs.Start(all.Jobs(), all, nil)
	if err != nil {
		return shell.Opened{}, errors.Join(err, all.Close())
	}
	end := func() error { return errors.Join(clock.Stop(), all.Close()) }
	return shell.Opened{Halls: all.Front(), Close: end}, nil
}
