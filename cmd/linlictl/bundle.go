package main

import (
	"errors"
	"fmt"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/device"
)

// bundle carries entries in a file, to and from a machine that no network leads to.
func (c *call) bundle() error {
	what, file := c.args[0], c.args[1]
	if what != "import" && what != "export" {
		return misuse{"unknown-kind", what + " (export, import)"}
	}
	who, all := *c.text["for"], *c.switches["all"]
	switch {
	case what == "import" && (who != "" || all):
		return misuse{"only-with", "--for, --all: bundle export"}
	case who != "" && all:
		return misuse{"one-of", "--for | --all"}
	case what == "import":
		return c.with(func(s *store.Store, _ app.Actor) error { return c.bundleImport(s, file) })
	case all:
		who = device.ForAll
	}
	if err := errors.Join(c.apart(file), writable(file)); err != nil {
		return err
	}
	return c.with(func(s *store.Store, _ app.Actor) error { return c.bundleExport(s, file, who) })
}

func (c *call) bundleExport(s *store.Store, file, who string) error {
	w, err := device.WriteBundle(c.ctx, s, file, who)
	if err != nil {
		return err
	}
	whom := c.say("ctl.bundle.for." + w.For)
	if w.For != device.ForAll && w.For != device.ForKnown {
		whom = c.say("ctl.bundle.for.one", w.Name, w.For)
	}
	return c.answer(map[string]any{"file": w.File, "entries": w.Entries, "bytes": w.Bytes, "for": w.For},
		c.say("ctl.bundle.written", w.File, w.Entries, megabytes(w.Bytes)), whom)
}

// bundleImport answers what was taken also beside an error: of a file that was cut off
// what stands before that is safe.
func (c *call) bundleImport(s *store.Store, file string) error {
	if isFolder(file) {
		return refusal{"out_is_folder", "out.folder", file}
	}
	r, err := device.ReadBundle(c.ctx, s, file)
	if err != nil && r.Log == "" {
		return err
	}
	object := map[string]any{"fresh": r.Fresh, "duplicates": r.Duplicates, "from": r.Log, "name": r.Name, "made": moment(r.Made)}
	if err == nil {
		return c.answer(object, c.say("ctl.bundle.read", r.Name, r.Made.Local().Format(time.DateTime), r.Fresh, r.Duplicates), c.say("ctl.bundle.back", r.Log))
	}
	if !c.json {
		return err
	}
	fmt.Fprintln(c.err, c.sentence(err))
	object["error"] = fault(codeOf(err), c.sentence(err))
	return errors.Join(c.answer(object), errFailed)
}
