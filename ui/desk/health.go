package desk

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/ui/theme"
)

// What makes the health page ask for a person.
const (
	backupLate = 26 * time.Hour // daily, and two hours of patience
	checkLate  = 50 * time.Hour
	diskLow    = 2 << 30 // bytes
)

// healthPage says in plain words how the hall's data is.
type healthPage struct {
	d      *Desk
	object fyne.CanvasObject
	body   *fyne.Container
	health app.Health
	ready  bool
}

func newHealthPage(d *Desk) *healthPage {
	p := &healthPage{d: d, body: column(theme.DeskPanel)}
	p.object = pane(p.body)
	return p
}

func (p *healthPage) title() string             { return p.d.t("desk.health.title") }
func (p *healthPage) middle() fyne.CanvasObject { return p.object }
func (p *healthPage) side() fyne.CanvasObject   { return nil }
func (p *healthPage) first() fyne.Focusable     { return nil }
func (p *healthPage) tables() []string          { return []string{"job_run", "hall"} }

func (p *healthPage) keys() []binding {
	return []binding{
		{"1", "desk.health.backup.now", p.backup},
		{"2", "desk.health.sheet.save", p.sheet},
		{"3", "desk.health.sheet.confirm", p.d.confirmSheet},
	}
}

func (p *healthPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		h, err := d.hall.Upkeep.Health(ctx)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			p.health, p.ready = h, true
			p.draw()
			d.nagSheet(h)
		}
	}
}

// healthLine is one sentence with its mark.
func (d *Desk) healthLine(good bool, title, text string) fyne.CanvasObject {
	mark, t := words("✓", theme.DeskHeading, true, toneGood), toneGood
	state := d.t("desk.health.good")
	if !good {
		mark, t = words("!", theme.DeskHeading, true, toneLate), toneLate
		state = d.t("desk.health.look")
	}
	head := newPara(title, toneInk)
	head.bold = true
	return row(theme.DeskPanel, []float32{20, 0, -1}, mark, column(0, head, newPara(text, toneInk)), words(state, theme.DeskBody, true, t))
}

func (p *healthPage) draw() {
	d, h := p.d, p.health
	now := d.clock.Now()
	backup := d.t("desk.health.backup.at", d.when(h.LastBackup))
	if h.LastBackup.IsZero() {
		backup = d.t("desk.health.backup.never")
	}
	if h.LastBackupErr != "" {
		backup += " " + d.t("desk.health.backup.failed", d.t("error."+string(h.LastBackupErr)))
	}
	check := d.t("desk.health.check.at", d.when(h.LastCheck))
	switch {
	case h.LastCheck.IsZero():
		check = d.t("desk.health.check.never")
	case !h.CheckOK:
		check = d.t("desk.health.check.bad")
	}
	sheet := d.t("desk.health.sheet.ok")
	if !h.SheetSeen {
		sheet = d.t("desk.health.sheet.missing")
	}
	button := func(id, word, key string, k kind, do func()) fyne.CanvasObject {
		return row(0, []float32{36, -1, 0}, space(1, 1), newButton(d, id, d.t(word), key, k, do), space(1, 1))
	}
	sheetKind := plain
	if !h.SheetSeen {
		sheetKind = primary
	}
	p.body.Objects = []fyne.CanvasObject{
		card(
			d.healthLine(!h.LastBackup.IsZero() && now.Sub(h.LastBackup) < backupLate && h.LastBackupErr == "", d.t("desk.health.backup"), backup),
			button("health.backup", "desk.health.backup.now", "1", plain, p.backup),
		),
		card(
			d.healthLine(h.SheetSeen, d.t("desk.health.sheet"), sheet),
			row(theme.DeskPanel, []float32{20, -1, -1, 0}, space(1, 1),
				newButton(d, "health.sheet", d.t("desk.health.sheet.save"), "2", sheetKind, p.sheet),
				newButton(d, "health.confirm", d.t("desk.health.sheet.confirm"), "3", plain, d.confirmSheet), space(1, 1)),
		),
		card(d.healthLine(h.CheckOK && now.Sub(h.LastCheck) < checkLate, d.t("desk.health.check"), check)),
		card(d.healthLine(h.DiskFree > diskLow, d.t("desk.health.disk"), d.t("desk.health.disk.free", size(h.DiskFree), size(h.DatabaseSize)))),
		card(
			strong(d.t("desk.health.figures")),
			newPara(d.t("desk.health.counts", groupNumber(h.Residents), groupNumber(h.OpenCases), groupNumber(h.Entries)), toneInk),
			fact(d.t("desk.health.folder"), h.DataDir, toneQuiet),
			fact(d.t("desk.health.program"), d.t("desk.health.version", h.Program, h.Schema), toneQuiet),
		),
	}
	p.body.Refresh()
	d.relayout()
}

func (p *healthPage) backup() {
	d := p.d
	who := d.who
	d.say(d.t("desk.health.backup.running"))
	var path string
	d.act(func(ctx context.Context) (err error) {
		path, err = d.hall.Upkeep.BackupNow(ctx, who)
		return err
	}, func() {
		d.say(d.t("desk.health.backup.done", path))
		d.reload()
	}, nil)
}

// sheet saves the recovery sheet as a PDF where a person says.
func (p *healthPage) sheet() {
	d := p.d
	f := newForm(d)
	folder := d.folder
	if folder == "" {
		folder, _ = os.Getwd()
	}
	f.addText("folder", d.t("desk.health.sheet.folder"), 1).text.set(folder)
	f.lay()
	who, lang := d.who, d.speech().lang
	name := d.t("desk.health.sheet.file")
	d.ask(d.t("desk.health.sheet.save"), d.t("desk.health.sheet.save"), f, func(v map[string]string, fail func(*app.Error)) {
		path := filepath.Join(v["folder"], name)
		d.act(func(ctx context.Context) error {
			if st, err := os.Stat(v["folder"]); err != nil || !st.IsDir() {
				return app.Bad(app.CodeNotFound, "folder")
			}
			pdf, err := d.hall.Upkeep.RecoverySheet(ctx, who, lang)
			if err != nil {
				return err
			}
			// The sheet opens every backup: nobody else on this machine may read it.
			if err := os.WriteFile(path, pdf, 0o600); err != nil {
				return &app.Error{Code: app.CodeReadOnly, Field: "folder", Err: err}
			}
			return nil
		}, func() {
			d.closeSheet()
			d.say(d.t("desk.health.sheet.saved", path))
		}, fail)
	})
}

// confirmSheet asks for the sheet's last group: whoever types it has the sheet.
func (d *Desk) confirmSheet() {
	f := newForm(d)
	f.addLatin("group", d.t("desk.health.sheet.group"), 1)
	f.lay()
	who := d.who
	d.ask(d.t("desk.health.sheet.confirm"), d.t("common.ok"), f, func(v map[string]string, fail func(*app.Error)) {
		if v["group"] == "" {
			fail(app.Bad(app.CodeRequired, "group"))
			return
		}
		d.act(
			func(ctx context.Context) error { return d.hall.Upkeep.ConfirmSheet(ctx, who, v["group"]) },
			func() {
				d.closeSheet()
				d.say(d.t("desk.health.sheet.confirmed"))
				d.shell.showNag("", "", "", nil)
				d.reload()
			},
			func(e *app.Error) { fail(&app.Error{Code: e.Code, Field: "group", Args: e.Args}) },
		)
	})
}

// checkSheet asks at sign-in whether somebody has the recovery sheet.
func (d *Desk) checkSheet() {
	if !d.may(app.ActBackup) {
		return
	}
	who := d.who.ID
	d.background(func(ctx context.Context) func() {
		h, err := d.hall.Upkeep.Health(ctx)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			if d.who.ID == who {
				d.nagSheet(h)
			}
		}
	})
}

// nagSheet keeps the banner up until the recovery sheet is confirmed.
func (d *Desk) nagSheet(h app.Health) {
	if h.SheetSeen {
		d.shell.showNag("", "", "", nil)
		return
	}
	d.shell.showNag(d.t("desk.health.nag"), "Ctrl+7", d.t("desk.health.nag.go"), func() { d.Open(Route{Page: PageHealth}) })
}
