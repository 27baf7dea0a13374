package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"linli/app"
	"linli/app/attachment"
	"linli/store/seal"
	"linli/sync/oplog"
)

// attachments implements app.AttachmentPort.
type attachments struct{ *Store }

var _ app.AttachmentPort = attachments{}

// attachable says to which records files can be attached, and who may. All are of the
// scope of the table attachment: a file lies where its record does.
var attachable = map[string]app.Act{
	"resident": app.ActRegistry, "visit": app.ActServe, "case": app.ActCase, "appointment": app.ActServe,
}

// maxFileName bounds a name in characters.
const maxFileName = 100

// mayOpen answers whether somebody may see what is attached to records of a table. To a case belong
// photos that whoever handles it has to see; all else is as a sealed value.
func mayOpen(by app.Actor, record string) error {
	if record == "case" {
		return mayRead(by)
	}
	return by.Require(app.ActReveal)
}

// place is what an attachment is sealed for.
func attachmentPlace(record, row string) seal.Place {
	return seal.Place{Table: record, Row: row, Column: "attachment"}
}

// Attach implements app.AttachmentPort. The content is on the disk before the row says so; a power cut between the two
// leaves a file that nothing names, and the next try finds it.
func (p attachments) Attach(ctx context.Context, by app.Actor, record, row, name string, content []byte) (app.Attachment, error) {
	const op = "attachment.add"
	act, known := attachable[record]
	if !known {
		return app.Attachment{}, app.Bad(app.CodeInvalid, "record", record)
	}
	if err := by.Require(act); err != nil {
		return app.Attachment{}, err
	}
	if !p.ring.Opens(byName["attachment"].domain()) {
		return app.Attachment{}, app.Fail(app.CodeForbidden, "attachment")
	}
	name = fileName(name)
	switch {
	case name == "":
		return app.Attachment{}, app.Bad(app.CodeRequired, "name")
	case len([]rune(name)) > maxFileName:
		return app.Attachment{}, app.Bad(app.CodeTooLong, "name", fmt.Sprint(maxFileName))
	case len(content) > app.MaxAttachment:
		return app.Attachment{}, app.Fail(app.CodeAttachmentLarge, fmt.Sprint(app.MaxAttachment>>20))
	}
	kind := attachment.TypeOf(content)
	if kind == "" {
		return app.Attachment{}, app.Fail(app.CodeAttachmentType)
	}
	var found bool
	err := p.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+quote(record)+` WHERE id = ?)`, row).Scan(&found)
	if err == nil && !found {
		err = app.Bad(app.CodeNotFound, record)
	}
	if err != nil {
		return app.Attachment{}, translate(op, err)
	}
	// One at a time, so that what failed can be taken away again.
	p.files.attaching.Lock()
	defer p.files.attaching.Unlock()
	hash, fresh, err := p.files.put(func(w io.Writer) error {
		return p.ring.SealAttachment(byName["attachment"].domain(), attachmentPlace(record, row), content, w)
	})
	if err != nil {
		return app.Attachment{}, translate(op, err)
	}
	// The same at two desks apart is one row: the content is the same bytes there.
	id := derivedID("attachment", record, row, hash.String())
	err = p.Write(ctx, Action{Actor: by, Verb: op}, func(tx *Tx) error {
		var there bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM attachment WHERE id = ?)`, id).Scan(&there); err != nil || there {
			return err
		}
		_, err := tx.Exec(`INSERT INTO attachment(id, record, row, name, type, size, hash, staff, at) VALUES (?,?,?,?,?,?,?,?,?)`,
			id, record, row, tx.Seal("attachment", id, "name", name), string(kind), len(content), hash.String(), by.ID, tx.Now.UnixMilli())
		return err
	})
	if err != nil {
		if _, unnamed := p.wants(background, oplog.HallScope(p.hall, byName["attachment"].Scope), hash, 0); fresh && app.CodeOf(unnamed) == app.CodeNotFound {
			_ = os.Remove(p.files.path(hash))
		}
		return app.Attachment{}, err
	}
	list, err := p.list(ctx, by, `WHERE id = ?`, id)
	if err != nil || len(list) == 0 {
		return app.Attachment{}, translate(op, errors.Join(err, app.Fail(app.CodeNotFound)))
	}
	return list[0].Attachment, nil
}

// fileName answers the last part of a path of any system, without what no screen can show.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name))
}

// fileRow is an attachment with what stands in its row and is not for people.
type fileRow struct {
	app.Attachment
	hash oplog.Hash
	fits bool // the row can be of an attachment
}

func (p attachments) list(ctx context.Context, by app.Actor, where string, args ...any) ([]fileRow, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT id, coalesce(record,''), coalesce(row,''), name, coalesce(type,''), coalesce(size,0), coalesce(hash,''), coalesce(staff,''), coalesce(at,0) FROM attachment `+where+` ORDER BY at, id`, args...)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(sc scanner) (l fileRow, err error) {
		var hash string
		var name any
		var at int64
		if err = sc.Scan(&l.ID, &l.Record, &l.Row, &name, &l.Type, &l.Size, &hash, &l.By, &at); err != nil {
			return l, err
		}
		l.At = fromMillis(at)
		var bad error
		l.hash, bad = oplog.ParseHash(hash)
		l.fits = bad == nil && l.Size > 0 && l.Size <= app.MaxAttachment
		l.Here = l.fits && p.files.has(l.hash, seal.SealedSize(l.Size))
		if mayOpen(by, l.Record) == nil {
			l.Name, err = p.unseal("attachment", l.ID, "name", name)
		}
		return l, err
	})
	for i := range list {
		list[i].ByName = p.staffName(ctx, list[i].By)
	}
	return list, err
}

// Attachments implements app.AttachmentPort. Whoever may not open them sees that there are some.
func (p attachments) Attachments(ctx context.Context, by app.Actor, record, row string) ([]app.Attachment, error) {
	const op = "attachment.list"
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	list, err := p.list(ctx, by, `WHERE record = ? AND row = ?`, record, row)
	out := make([]app.Attachment, len(list))
	for i := range list {
		out[i] = list[i].Attachment
	}
	return out, translate(op, err)
}

// OpenAttachment implements app.AttachmentPort. All of it is checked before any of it is answered, and who opened it is
// durable before that. One whose bytes are damaged is set aside, to come again from another machine.
func (p attachments) OpenAttachment(ctx context.Context, by app.Actor, id string) (app.Attachment, []byte, error) {
	const op = "attachment.open"
	list, err := p.list(ctx, by, `WHERE id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Attachment{}, nil, translate(op, err)
	}
	l := list[0]
	if err := mayOpen(by, l.Record); err != nil {
		return app.Attachment{}, nil, err
	}
	if !l.Here {
		return l.Attachment, nil, &app.Error{Code: app.CodeAttachmentAway, Op: op}
	}
	content, err := p.content(l)
	if damaged := []error{seal.ErrNotSealed, seal.ErrTruncated, seal.ErrAltered}; slices.ContainsFunc(damaged, func(d error) bool { return errors.Is(err, d) }) {
		p.files.setAside(l.hash)
		p.bus.Publish(app.Changed{Table: "attachment"})
		l.Here = false
		return l.Attachment, nil, &app.Error{Code: app.CodeAttachmentAway, Op: op, Err: err}
	}
	if err != nil {
		return l.Attachment, nil, translate(op, err)
	}
	// What another machine's program let in is looked at again here.
	if l.Type = attachment.TypeOf(content); l.Type == "" {
		return l.Attachment, nil, &app.Error{Code: app.CodeAttachmentType, Op: op}
	}
	if err := p.noteAccess(ctx, by, "attachment", id, "content"); err != nil {
		return app.Attachment{}, nil, err
	}
	return l.Attachment, content, nil
}

func (p attachments) content(l fileRow) ([]byte, error) {
	f, err := os.Open(p.files.path(l.hash))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	opened, err := p.ring.OpenAttachment(attachmentPlace(l.Record, l.Row), f)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(make([]byte, 0, l.Size+bytes.MinRead))
	_, err = b.ReadFrom(opened)
	return b.Bytes(), err
}
