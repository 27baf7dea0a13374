package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"linli/app"
)

const serviceColumns = `id, coalesce(code,''), coalesce(family,''), coalesce(icon,''), coalesce(name,''), coalesce(name_en,''), coalesce(summary,''), coalesce(summary_en,''),
	coalesce(who,''), coalesce(who_en,''), coalesce(department,''), coalesce(department_en,''), coalesce(materials,''), coalesce(steps,''), coalesce(legal_days,0), coalesce(promised_days,0),
	coalesce(hours,''), coalesce(hours_en,''), coalesce(place,''), coalesce(place_en,''), coalesce(fee,''), coalesce(fee_en,''), coalesce(phone,''), coalesce(result,''), coalesce(result_en,''),
	coalesce(kind,0), coalesce(business,''), coalesce(sample,0)`

func scanService(sc scanner) (v app.Service, err error) {
	var materials, steps string
	err = sc.Scan(&v.ID, &v.Code, &v.Family, &v.Icon, &v.Name.ZH, &v.Name.EN, &v.Summary.ZH, &v.Summary.EN,
		&v.Who.ZH, &v.Who.EN, &v.Department.ZH, &v.Department.EN, &materials, &steps, &v.LegalDays, &v.PromisedDays,
		&v.Hours.ZH, &v.Hours.EN, &v.Window.ZH, &v.Window.EN, &v.Fee.ZH, &v.Fee.EN, &v.Phone, &v.Result.ZH, &v.Result.EN,
		&v.Kind, &v.BusinessID, &v.Sample)
	if err != nil {
		return v, err
	}
	// Lists that this program does not understand are left out: one item must not
	// hide the whole catalogue.
	_ = json.Unmarshal([]byte(materials), &v.Materials)
	_ = json.Unmarshal([]byte(steps), &v.Steps)
	return v, nil
}

// putService writes a whole item.
func putService(tx *Tx, id string, v app.Service) error {
	materials, err := json.Marshal(v.Materials)
	if err != nil {
		return err
	}
	steps, err := json.Marshal(v.Steps)
	if err != nil {
		return err
	}
	return upsert(tx, "service", id, []string{
		"code", "family", "icon", "name", "name_en", "summary", "summary_en", "who", "who_en", "department", "department_en", "materials", "steps",
		"legal_days", "promised_days", "hours", "hours_en", "place", "place_en", "fee", "fee_en", "phone", "result", "result_en", "kind", "business", "sample", "deleted",
	}, []any{
		null(v.Code), string(v.Family), null(v.Icon), v.Name.ZH, null(v.Name.EN), null(v.Summary.ZH), null(v.Summary.EN), null(v.Who.ZH), null(v.Who.EN),
		null(v.Department.ZH), null(v.Department.EN), string(materials), string(steps), v.LegalDays, v.PromisedDays, null(v.Hours.ZH), null(v.Hours.EN),
		null(v.Window.ZH), null(v.Window.EN), null(v.Fee.ZH), null(v.Fee.EN), null(v.Phone), null(v.Result.ZH), null(v.Result.EN), v.Kind, null(v.BusinessID), bit(v.Sample), bit(v.Retired),
	})
}

// Services implements app.PublicPort.
func (p public) Services(ctx context.Context, f app.Family) ([]app.Service, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT `+serviceColumns+` FROM service WHERE deleted = 0 AND (? = '' OR family = ?) ORDER BY code, id`, string(f), string(f))
	if err != nil {
		return nil, translate("service.list", err)
	}
	out, err := collect(rows, scanService)
	return out, translate("service.list", err)
}

// Service implements app.PublicPort.
func (p public) Service(ctx context.Context, id string) (app.Service, error) {
	v, err := scanService(p.read.QueryRowContext(ctx, `SELECT `+serviceColumns+` FROM service WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return v, app.Fail(app.CodeNotFound)
	}
	return v, translate("service.read", err)
}

// SaveService implements app.SettingsPort.
func (p settings) SaveService(ctx context.Context, by app.Actor, v app.Service) (string, error) {
	if err := by.Require(app.ActSettings); err != nil {
		return "", err
	}
	if strings.TrimSpace(v.Name.ZH) == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	if !slices.Contains(app.Families(), v.Family) {
		return "", app.Bad(app.CodeInvalid, "family")
	}
	id, verb := v.ID, "service.edit"
	if id == "" {
		id, verb = NewID(), "service.add"
	}
	return id, p.Write(ctx, Action{Actor: by, Verb: verb}, func(tx *Tx) error { return putService(tx, id, v) })
}

// Replies implements app.PublicPort.
func (p public) Replies(ctx context.Context, serviceID string) ([]app.Reply, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT id, coalesce(service,''), coalesce(said,''), coalesce(answer,''), coalesce(at,0) FROM reply WHERE service = ? AND deleted = 0 ORDER BY at DESC, id LIMIT 30`, serviceID)
	if err != nil {
		return nil, translate("reply.list", err)
	}
	out, err := collect(rows, func(sc scanner) (r app.Reply, err error) {
		var at int64
		err = sc.Scan(&r.ID, &r.ServiceID, &r.Said, &r.Answer, &at)
		r.At = time.UnixMilli(at)
		return r, err
	})
	return out, translate("reply.list", err)
}
