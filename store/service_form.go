package store

import (
	"context"

	"linli/app"
	"linli/app/form"
)

// formID is the row of an item's form: two desks that import one apart edit the same.
func formID(service string) string { return derivedID("form", service) }

// Forms implements app.PublicPort. A form is answered as it is written: one that a newer
// program made is for its reader to leave out.
func (p public) Forms(ctx context.Context) ([]app.FormText, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT coalesce(service,''), coalesce(body,''), coalesce(sample,0) FROM form WHERE deleted = 0 ORDER BY service, id`)
	if err != nil {
		return nil, translate("form.list", err)
	}
	out, err := collect(rows, func(sc scanner) (f app.FormText, err error) {
		err = sc.Scan(&f.Service, &f.Body, &f.Sample)
		return f, err
	})
	return out, translate("form.list", err)
}

// SaveForm implements app.SettingsPort.
func (p settings) SaveForm(ctx context.Context, by app.Actor, body string) (app.FormText, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return app.FormText{}, err
	}
	f, err := form.Parse([]byte(body))
	if err != nil {
		return app.FormText{}, err
	}
	text := app.FormText{Service: f.Service, Body: body}
	return text, p.Write(ctx, Action{Actor: by, Verb: "form.save"}, func(tx *Tx) error {
		var items int
		if err := tx.QueryRow(`SELECT count(*) FROM service WHERE code = ? AND deleted = 0`, f.Service).Scan(&items); err != nil {
			return err
		}
		if items == 0 {
			return app.Bad(app.CodeNotFound, "service")
		}
		return putForm(tx, text)
	})
}

// DropForm implements app.SettingsPort.
func (p settings) DropForm(ctx context.Context, by app.Actor, service string) error {
	if err := by.Require(app.ActSettings); err != nil {
		return err
	}
	return p.Write(ctx, Action{Actor: by, Verb: "form.drop"}, func(tx *Tx) error {
		return tx.must(tx.Exec(`UPDATE form SET deleted = 1 WHERE id = ? AND deleted = 0`, formID(service)))
	})
}

func putForm(tx *Tx, f app.FormText) error {
	return upsert(tx, "form", formID(f.Service), []string{"service", "body", "sample", "deleted"}, []any{f.Service, f.Body, bit(f.Sample), 0})
}
