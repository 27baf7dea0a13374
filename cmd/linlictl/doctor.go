package main

import (
	"os"
	"strconv"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// The states of a check.
const (
	good = "ok"
	warn = "warn"
	bad  = "bad"
)

// Thresholds of the checks.
const (
	diskBad     = 200 << 20
	diskWarn    = 2 << 30
	backupWarn  = 26 * time.Hour
	backupBad   = 7 * 24 * time.Hour
	backupGrace = 1000 // entries of a hall so young that it need not have a backup
)

// check is one line of the doctor's.
type check struct {
	Check string `json:"check"`
	State string `json:"state"`
	Text  string `json:"text"`
}

type doctor struct {
	c      *call
	checks []check
}

func (d *doctor) note(name, state string, text string) {
	d.checks = append(d.checks, check{name, state, text})
}

// doctor looks at everything that keeps a hall safe, one line each. It changes
// nothing. That something is bad is a failure.
func (c *call) doctor() error {
	d := &doctor{c: c}
	d.clock(time.Now())
	d.folder()
	s, err := c.open()
	switch {
	case err != nil:
		d.note("hall", bad, c.sentence(err))
		if app.CodeOf(err) == app.CodeNoKey {
			d.keys(false)
		}
	default:
		d.note("hall", good, c.say("ctl.doctor.hall"))
		d.keys(true)
		err = d.hall(s)
		if closed := s.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
	}
	ok := true
	lines := make([]string, len(d.checks))
	for i, k := range d.checks {
		ok = ok && k.State != bad
		lines[i] = c.say("ctl.doctor.state."+k.State) + "  " + k.Text
	}
	if err := c.answer(map[string]any{"ok": ok, "checks": d.checks}, lines...); err != nil {
		return err
	}
	if !ok {
		return errFailed
	}
	return nil
}

// earliest is before this program was written: no clock is right there.
var earliest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// clock judges the machine's clock by itself.
func (d *doctor) clock(now time.Time) {
	if now.Before(earliest) || now.Year() >= 2100 {
		d.note("clock", bad, d.c.say("ctl.doctor.clock.bad", now.Format(time.DateTime)))
		return
	}
	d.note("clock", good, d.c.say("ctl.doctor.clock", now.Format(time.DateTime)))
}

// folder tries whether the data folder can be written.
func (d *doctor) folder() {
	if !isFolder(d.c.data) {
		d.note("folder", bad, d.c.say("ctl.doctor.folder.none", d.c.data))
		return
	}
	f, err := os.CreateTemp(d.c.data, ".linli-doctor-*")
	if err != nil {
		d.note("folder", bad, d.c.say("ctl.doctor.folder.bad", d.c.data))
		return
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	d.note("folder", good, d.c.say("ctl.doctor.folder", d.c.data))
}

func (d *doctor) keys(found bool) {
	where := "?"
	if k, err := seal.DefaultKeyFiles(); err == nil {
		where = k.Where()
	}
	if found {
		d.note("keys", good, d.c.say("ctl.doctor.keys", where))
		return
	}
	d.note("keys", bad, d.c.say("ctl.doctor.keys.bad", where))
}

// files says where the contents of attachments are, and in which backups.
func (d *doctor) files(s *store.Store) error {
	_, away, line, err := d.c.filesLine(s)
	switch {
	case err != nil || line == "":
	case away > 0:
		d.note("attachments", warn, line+" "+d.c.say("ctl.doctor.attachments"))
	default:
		d.note("attachments", good, line+" "+d.c.say("ctl.doctor.attachments"))
	}
	return err
}

// hall looks at what only the open hall can tell.
func (d *doctor) hall(s *store.Store) error {
	c := d.c
	h, err := s.Hall().Upkeep.Health(c.ctx)
	if err != nil {
		return err
	}
	switch free := megabytes(h.DiskFree); {
	case h.DiskFree < diskBad:
		d.note("disk", bad, c.say("ctl.doctor.disk.bad", free))
	case h.DiskFree < diskWarn:
		d.note("disk", warn, c.say("ctl.doctor.disk.warn", free))
	default:
		d.note("disk", good, c.say("ctl.doctor.disk", free))
	}
	age := time.Since(h.LastBackup)
	switch line := c.backupLine(h); {
	case h.LastBackup.IsZero() && h.Entries < backupGrace:
		d.note("backup", warn, line)
	case h.LastBackup.IsZero(), age > backupBad:
		d.note("backup", bad, line)
	case age > backupWarn, h.LastBackupErr != "":
		d.note("backup", warn, line)
	default:
		d.note("backup", good, line)
	}
	if err := d.files(s); err != nil {
		return err
	}
	if h.SheetSeen {
		d.note("sheet", good, c.say("ctl.doctor.sheet"))
	} else {
		d.note("sheet", warn, c.say("ctl.doctor.sheet.warn"))
	}
	if !h.PutBack.IsZero() {
		d.note("put_back", warn, c.say("ctl.doctor.put_back", h.PutBack.Local().Format(time.DateTime)))
	}
	switch full, err := s.Synchronous(c.ctx); {
	case err != nil:
		return err
	case full != 2:
		d.note("synchronous", bad, c.say("ctl.doctor.synchronous.bad"))
	default:
		d.note("synchronous", good, c.say("ctl.doctor.synchronous"))
	}
	if err := s.CheckNow(c.ctx); err != nil {
		d.note("database", bad, c.sentence(err))
	} else {
		d.note("database", good, c.say("ctl.doctor.database"))
	}
	services, err := s.Hall().Public.Services(c.ctx, "")
	if err != nil {
		return err
	}
	samples := 0
	for _, v := range services {
		if v.Sample {
			samples++
		}
	}
	if samples > 0 {
		d.note("catalogue", warn, c.say("ctl.doctor.catalogue.warn", strconv.Itoa(samples)))
	} else {
		d.note("catalogue", good, c.say("ctl.doctor.catalogue"))
	}
	var newest time.Time
	if err := s.Log(c.ctx, app.ConsoleActor(), "", 1, func(e store.LogEntry) error { newest = e.At; return nil }); err != nil {
		return err
	}
	if now := time.Now(); newest.After(now.Add(5 * time.Minute)) {
		d.note("clock-log", warn, c.say("ctl.doctor.clock.back", now.Format(time.DateTime), newest.Format(time.DateTime)))
	}
	return nil
}
