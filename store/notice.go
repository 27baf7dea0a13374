package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// notices implements app.NoticePort.
type notices struct{ *Store }

var _ app.NoticePort = notices{}

const noticeColumns = `n.id, coalesce(n.category,''), coalesce(n.title,''), coalesce(n.title_en,''), coalesce(n.body,''), coalesce(n.body_en,''), coalesce(n.owner,''), coalesce(n.valid_from,''), coalesce(n.valid_to,''), n.deleted,
	coalesce((SELECT max(e.wall) FROM touch t JOIN entry e ON e.seq = t.seq WHERE t.tbl = 'notice' AND t.row = n.id), 0)`

func scanNotice(sc scanner) (n app.Notice, err error) {
	var at int64
	err = sc.Scan(&n.ID, &n.Category, &n.Title.ZH, &n.Title.EN, &n.Body.ZH, &n.Body.EN, &n.Owner, &n.ValidFrom, &n.ValidTo, &n.Deleted, &at)
	n.UpdatedAt = time.UnixMilli(at)
	return n, err
}

// putNotice writes a notice: all of it through an empty form, else what the person
// changed. Columns that still say what the form showed are left as they are, for
// someone else may have changed them since.
func putNotice(tx *Tx, f app.Form, id string, n app.Notice) error {
	names := []string{"category", "title", "title_en", "body", "body_en", "owner", "valid_from", "valid_to"}
	args := []any{n.Category, n.Title.ZH, null(n.Title.EN), n.Body.ZH, null(n.Body.EN), null(n.Owner), string(n.ValidFrom), string(n.ValidTo)}
	if f.New() {
		return upsert(tx, "notice", id, names, args)
	}
	if err := tx.known("notice", id); err != nil {
		return err
	}
	names, args = append(names, "deleted"), append(args, bit(n.Deleted))
	shown, err := tx.shownBy(f)
	if err != nil {
		return err
	}
	var set []string
	var to []any
	for i, name := range names {
		if !oplog.Equal(shown[name], args[i]) {
			set, to = append(set, name), append(to, args[i])
		}
	}
	return upsert(tx, "notice", id, set, to)
}

// Notices implements app.PublicPort. A notice past its last day is gone by
// itself, with or without a network.
func (p public) Notices(ctx context.Context) ([]app.Notice, error) {
	today := string(p.Day(p.clock.Now()))
	list, err := p.noticeList(ctx, `WHERE n.deleted = 0 AND n.valid_from <= ? AND (coalesce(n.valid_to,'') = '' OR n.valid_to >= ?) ORDER BY n.valid_from DESC, n.id DESC`, today, today)
	app.SortNotices(list, app.Day(today))
	return list, err
}

// AllNotices implements app.NoticePort.
func (p notices) AllNotices(ctx context.Context) ([]app.Notice, error) {
	return p.noticeList(ctx, `WHERE n.deleted = 0 ORDER BY n.valid_from DESC, n.id DESC`)
}

func (s *Store) noticeList(ctx context.Context, where string, args ...any) ([]app.Notice, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+noticeColumns+` FROM notice n `+where, args...)
	if err != nil {
		return nil, translate("notice.list", err)
	}
	out, err := collect(rows, scanNotice)
	return out, translate("notice.list", err)
}

// NoticeForm implements app.NoticePort.
func (p notices) NoticeForm(ctx context.Context, id string) (app.Notice, app.Form, error) {
	tx, err := p.read.BeginTx(ctx, nil) // one snapshot, see residents.Resident
	if err != nil {
		return app.Notice{}, app.Form{}, translate("notice.read", err)
	}
	defer func() { _ = tx.Rollback() }()
	n, err := scanNotice(tx.QueryRowContext(ctx, `SELECT `+noticeColumns+` FROM notice n WHERE n.id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return n, app.Form{}, app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return n, app.Form{}, translate("notice.read", err)
	}
	in := p.capture.tables["notice"]
	vals, err := scanValues(tx.QueryRowContext(ctx, `SELECT `+quoted(in.names)+` FROM notice WHERE id = ?`, id), len(in.names))
	if err != nil {
		return n, app.Form{}, translate("notice.read", err)
	}
	f, err := p.form(ctx, tx, "notice", id, vals)
	return n, f, translate("notice.read", err)
}

// SaveNotice implements app.NoticePort.
func (p notices) SaveNotice(ctx context.Context, by app.Actor, f app.Form, n app.Notice) (string, error) {
	if err := by.Require(app.ActNotice); err != nil {
		return "", err
	}
	if err := checkNotice(n); err != nil {
		return "", err
	}
	id, verb := f.Row, "notice.edit"
	if f.New() {
		id, verb = NewID(), "notice.add"
	}
	if n.Owner == "" {
		n.Owner = by.Name
	}
	return id, p.Write(ctx, Action{Actor: by, Verb: verb}, func(tx *Tx) error {
		if err := tx.Form(f); err != nil {
			return err
		}
		return putNotice(tx, f, id, n)
	})
}

func checkNotice(n app.Notice) error {
	if strings.TrimSpace(n.Title.ZH) == "" {
		return app.Bad(app.CodeRequired, "title")
	}
	if strings.TrimSpace(n.Body.ZH) == "" {
		return app.Bad(app.CodeRequired, "body")
	}
	if !slices.Contains(app.NoticeCategories(), n.Category) {
		return app.Bad(app.CodeInvalid, "category")
	}
	if _, err := time.Parse(time.DateOnly, string(n.ValidFrom)); err != nil {
		return app.Bad(app.CodeInvalid, "valid_from")
	}
	if n.ValidTo != "" {
		if _, err := time.Parse(time.DateOnly, string(n.ValidTo)); err != nil || n.ValidTo < n.ValidFrom {
			return app.Bad(app.CodeInvalid, "valid_to")
		}
	}
	return nil
}
