package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/app/receipt"
	"linli/app/registry"
	"linli/store/seal"

	"github.com/google/uuid"
)

// cases implements app.CasePort.
type cases struct{ *Store }

var _ app.CasePort = cases{}

// derivedID answers the same id for the same parts on every machine, so that two
// desks that do the same thing apart make the same row.
func derivedID(parts ...string) string {
	return uuid.NewHash(sha256.New(), uuid.NameSpaceOID, []byte(strings.Join(parts, "\x00")), 8).String()
}

// Open implements app.CasePort.
func (p cases) Open(ctx context.Context, by app.Actor, n app.NewCase) (app.Case, error) {
	if err := by.Require(app.ActCase); err != nil {
		return app.Case{}, err
	}
	n.Title = strings.TrimSpace(n.Title)
	switch {
	case !slices.Contains(app.CaseKinds(), n.Kind):
		return app.Case{}, app.Bad(app.CodeRequired, "kind")
	case n.Title == "":
		return app.Case{}, app.Bad(app.CodeRequired, "title")
	case len([]rune(n.Title)) > 100:
		return app.Case{}, app.Bad(app.CodeTooLong, "title", "100")
	case len([]rune(n.Body)) > 2000:
		return app.Case{}, app.Bad(app.CodeTooLong, "body", "2000")
	}
	secret := seal.NewReceiptSecret(rand.Reader)
	id, day := NewID(), p.Day(p.clock.Now())
	number, err := p.newReceipt(ctx, day)
	if err != nil {
		return app.Case{}, err
	}
	key := seal.ReceiptKey(number, secret)
	err = p.Write(ctx, Action{Actor: by, Verb: "case.open"}, func(tx *Tx) error {
		for table, ref := range map[string]string{"resident": n.ResidentID, "service": n.ServiceID, "visit": n.VisitID, "grid": n.GridID} {
			if err := tx.known(table, ref); err != nil {
				return err
			}
		}
		if n.GridID == "" && n.ResidentID != "" {
			// A case belongs where the person lives unless someone says otherwise.
			if err := tx.QueryRow(`SELECT coalesce(grid, '') FROM resident WHERE id = ?`, n.ResidentID).Scan(&n.GridID); err != nil {
				return err
			}
		}
		return tx.openCase(id, number, secret, "", n, app.CaseAbout{Kind: n.Kind, ServiceID: n.ServiceID}, key)
	})
	if err != nil {
		return app.Case{}, err
	}
	c, _, err := p.Case(ctx, by, id)
	c.Secret = secret
	return c, err
}

// newReceipt takes a receipt number in an action of its own, because deriving the
// key from the secret takes long and must not hold the writer up.
func (s *Store) newReceipt(ctx context.Context, day app.Day) (string, error) {
	var number string
	err := s.Write(ctx, Action{Verb: "receipt.number"}, func(tx *Tx) error {
		n, err := tx.number("receipt", day)
		if err != nil {
			return err
		}
		number, err = receipt.Number(day, s.machine, n)
		return err
	})
	return number, err
}

// openCase writes a case, its first event and what the resident can look up.
func (tx *Tx) openCase(id, number, secret, submission string, n app.NewCase, about app.CaseAbout, key []byte) error {
	if _, err := tx.Exec(`INSERT INTO "case"(id, receipt, secret, kind, title, body, place, resident, contact, grid, service, visit, submission, staff, at, fold) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		id, number, tx.Seal("case", id, "secret", secret), string(n.Kind), tx.Seal("case", id, "title", n.Title), tx.Seal("case", id, "body", strings.TrimSpace(n.Body)),
		tx.Seal("case", id, "place", strings.TrimSpace(n.Place)), null(n.ResidentID), tx.Seal("case", id, "contact", strings.TrimSpace(n.Contact)), null(n.GridID), null(n.ServiceID), null(n.VisitID),
		null(submission), tx.Actor.ID, tx.Now.UnixMilli(), casework.FoldVersion); err != nil {
		return err
	}
	if err := tx.caseEvent(derivedID(id, string(app.CaseStepOpen)), app.CaseEvent{CaseID: id, Step: app.CaseStepOpen}); err != nil {
		return err
	}
	return tx.putProgress(number, key, about, app.CaseOpen, "")
}

func (tx *Tx) caseEvent(id string, ev app.CaseEvent) error {
	_, err := tx.Exec(`INSERT INTO case_event(id, "case", step, to_staff, note, staff, at) VALUES (?,?,?,?,?,?,?)`,
		id, ev.CaseID, string(ev.Step), null(ev.ToStaff), tx.Seal("case_event", id, "note", ev.Note), tx.Actor.ID, tx.Now.UnixMilli())
	return err
}

// progressBody is what lies under a receipt's secret in the public scope.
type progressBody struct {
	app.CaseAbout
	State app.CaseState `json:"state"`
	Reply string        `json:"reply,omitempty"`
	At    int64         `json:"at"`
	// Booking is there when the number is an appointment's.
	Booking *bookingBody `json:"booking,omitempty"`
}

// putProgress renews what the resident can look up with their receipt.
func (tx *Tx) putProgress(number string, key []byte, about app.CaseAbout, st app.CaseState, reply string) error {
	return tx.putProgressBody(number, key, progressBody{CaseAbout: about, State: st, Reply: reply})
}

func (tx *Tx) putProgressBody(number string, key []byte, b progressBody) error {
	b.At = tx.Now.UnixMilli()
	plain, err := json.Marshal(b)
	if err != nil {
		return err
	}
	body, err := seal.SealWithKey(key, plain)
	if err != nil {
		return err
	}
	return upsert(tx, "progress", derivedID("progress", number), []string{"receipt", "body", "at"}, []any{number, body, tx.Now.UnixMilli()})
}

// Do implements app.CasePort.
func (p cases) Do(ctx context.Context, by app.Actor, caseID string, step app.CaseStep, toStaff, note string) (app.Case, error) {
	if err := by.Require(casework.Right(step)); err != nil {
		return app.Case{}, err
	}
	note = strings.TrimSpace(note)
	if len([]rune(note)) > 2000 {
		return app.Case{}, app.Bad(app.CodeTooLong, "note", "2000")
	}
	key, err := p.receiptKey(ctx, caseID)
	if err != nil {
		return app.Case{}, translate("case."+string(step), err)
	}
	err = p.Write(ctx, Action{Actor: by, Verb: "case." + string(step)}, func(tx *Tx) error {
		return p.step(tx, caseID, key, app.CaseEvent{Step: step, ToStaff: toStaff, Note: note})
	})
	if err != nil {
		return app.Case{}, err
	}
	c, _, err := p.Case(ctx, by, caseID)
	return c, err
}

// receiptKey derives the key under which a case's progress is sealed.
func (p cases) receiptKey(ctx context.Context, caseID string) ([]byte, error) {
	var number string
	var cell any
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(receipt,''), secret FROM "case" WHERE id = ?`, caseID).Scan(&number, &cell)
	if err != nil {
		return nil, err
	}
	secret, err := p.unseal("case", caseID, "secret", cell)
	if err != nil {
		return nil, err
	}
	return seal.ReceiptKey(number, secret), nil
}

// step checks one step of a case against the rules, writes it, and renews what
// the resident can look up, in the same action.
func (p cases) step(tx *Tx, caseID string, key []byte, ev app.CaseEvent) error {
	events, err := caseEvents(tx.Query, caseID)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return app.Fail(app.CodeNotFound)
	}
	if ev.Step == app.CaseStepAssign && ev.ToStaff != "" {
		if err := tx.known("staff", ev.ToStaff); err != nil {
			return err
		}
	}
	ev.CaseID, ev.By, ev.At = caseID, tx.Actor.ID, tx.Now
	c, _ := casework.Fold(app.Case{ID: caseID}, events)
	c, err = casework.Apply(c, ev)
	if err != nil {
		return err
	}
	if err := tx.caseEvent(NewID(), ev); err != nil {
		return err
	}
	var number, replyEvent, submission string
	var replyCell any
	var body []byte
	var about app.CaseAbout
	if err := tx.QueryRow(`SELECT coalesce(c.receipt, ''), coalesce(c.kind, ''), coalesce(c.service, ''), coalesce(b.id, ''), b.body, coalesce(s.reply_event, ''), e.note FROM "case" c
		LEFT JOIN case_state s ON s."case" = c.id LEFT JOIN case_event e ON e.id = s.reply_event LEFT JOIN submission b ON b.id = c.submission WHERE c.id = ?`, caseID).
		Scan(&number, &about.Kind, &about.ServiceID, &submission, &body, &replyEvent, &replyCell); err != nil {
		return err
	}
	if submission != "" {
		// One that cannot be opened says nothing more, and the step counts.
		if sub, err := p.openSubmission(submission, body); err == nil {
			about.Category, about.Choice = problemOf(sub.Submission)
		}
	}
	reply := ev.Note
	if ev.Step != app.CaseStepReply {
		if reply, err = p.unseal("case_event", replyEvent, "note", replyCell); err != nil {
			return err
		}
	}
	return tx.putProgress(number, key, about, c.State, reply)
}

const caseColumns = `c.id, coalesce(c.receipt,''), coalesce(c.kind,''), c.title, c.body, c.place, coalesce(c.resident,''), c.contact, coalesce(c.grid,''), coalesce(c.service,''), coalesce(c.visit,''), coalesce(c.submission,''),
	s.state, s.handler, s.reply_event, e.note, s.opened_at, s.closed_at, s.reopened, r.name`

const caseTables = ` FROM case_state s JOIN "case" c ON c.id = s."case" LEFT JOIN case_event e ON e.id = s.reply_event LEFT JOIN resident r ON r.id = c.resident `

func (p cases) list(ctx context.Context, by app.Actor, where string, args ...any) ([]app.Case, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT `+caseColumns+caseTables+where, args...)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(sc scanner) (c app.Case, err error) {
		var opened, closed int64
		var replyID string
		var title, body, place, contact, reply, name any
		if err = sc.Scan(&c.ID, &c.Receipt, &c.Kind, &title, &body, &place, &c.ResidentID, &contact, &c.GridID, &c.ServiceID, &c.VisitID, &c.Submission,
			&c.State, &c.HandlerID, &replyID, &reply, &opened, &closed, &c.Reopened, &name); err != nil {
			return c, err
		}
		c.OpenedAt, c.ClosedAt = fromMillis(opened), fromMillis(closed)
		if err = p.openCells(
			sealedCell{"case", c.ID, "title", title, &c.Title},
			sealedCell{"case", c.ID, "body", body, &c.Body},
			sealedCell{"case", c.ID, "place", place, &c.Place},
			sealedCell{"case", c.ID, "contact", contact, &c.Contact},
			sealedCell{"case_event", replyID, "note", reply, &c.Reply},
			sealedCell{"resident", c.ResidentID, "name", name, &c.Resident},
		); err != nil {
			return c, err
		}
		c.Contact = registry.Mask(by.Role, "phone", c.Contact)
		c.Resident = registry.Mask(by.Role, "name", c.Resident)
		return c, nil
	})
	// Only now: names may need a reader of their own, and as many lists as there
	// are readers would otherwise wait for each other for ever.
	for i := range list {
		if id := list[i].HandlerID; id != "" {
			list[i].Handler = p.staffName(ctx, id)
		}
	}
	return list, err
}

// mayRead answers whether someone may see cases at all.
func mayRead(by app.Actor) error {
	if app.May(by.Role, app.ActCase) || app.May(by.Role, app.ActClose) {
		return nil
	}
	return app.Fail(app.CodeForbidden, string(app.ActCase))
}

// Case implements app.CasePort.
func (p cases) Case(ctx context.Context, by app.Actor, id string) (app.Case, []app.CaseEvent, error) {
	if err := mayRead(by); err != nil {
		return app.Case{}, nil, err
	}
	list, err := p.list(ctx, by, `WHERE c.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Case{}, nil, translate("case.read", err)
	}
	c := list[0]
	events, err := caseEvents(p.reader(ctx), id)
	if err != nil {
		return c, nil, translate("case.read", err)
	}
	folded, events := casework.Fold(app.Case{ID: id}, events)
	c.Voided = folded.Voided
	for i := range events {
		ev := &events[i]
		ev.ByName = p.staffName(ctx, ev.By)
		if ev.Note == "" {
			continue
		}
		var cell any
		if err := p.read.QueryRowContext(ctx, `SELECT note FROM case_event WHERE id = ?`, ev.ID).Scan(&cell); err != nil {
			return c, nil, translate("case.read", err)
		}
		if ev.Note, err = p.unseal("case_event", ev.ID, "note", cell); err != nil {
			return c, nil, err
		}
	}
	return c, events, nil
}

// Cases implements app.CasePort: what changed last stands first.
func (p cases) Cases(ctx context.Context, by app.Actor, f app.CaseFilter) ([]app.Case, error) {
	if err := mayRead(by); err != nil {
		return nil, err
	}
	if f.Limit < 1 || f.Limit > 1000 {
		f.Limit = 200
	}
	where, args := []string{"1=1"}, []any{}
	if f.State != "" {
		where, args = append(where, "s.state = ?"), append(args, string(f.State))
	}
	if f.HandlerID != "" {
		where, args = append(where, "s.handler = ?"), append(args, f.HandlerID)
	}
	if f.GridID != "" {
		where = append(where, "c.grid IN ("+gridsBelow+")")
		args = append(args, f.GridID)
	}
	out, err := p.list(ctx, by, "WHERE "+strings.Join(where, " AND ")+" ORDER BY s.changed_at DESC, c.id DESC LIMIT ?", append(args, f.Limit)...)
	return out, translate("case.list", err)
}

// Contact implements app.CasePort. The access entry is durable before the phone
// is answered.
func (p cases) Contact(ctx context.Context, by app.Actor, id string) (string, error) {
	if err := by.Require(app.ActReveal); err != nil {
		return "", err
	}
	var cell any
	err := p.read.QueryRowContext(ctx, `SELECT contact FROM "case" WHERE id = ?`, id).Scan(&cell)
	if errors.Is(err, sql.ErrNoRows) {
		return "", app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return "", translate("case.reveal", err)
	}
	phone, err := p.unseal("case", id, "contact", cell)
	if err != nil {
		return "", translate("case.reveal", err)
	}
	if err := p.noteAccess(ctx, by, "case", id, "contact"); err != nil {
		return "", err
	}
	return phone, nil
}

// Checks implements app.CasePort. A check is not a row of its own: it is a poor
// rating nobody has followed up, so that a kiosk need not write where it may not.
func (p cases) Checks(ctx context.Context, by app.Actor) ([]app.Check, error) {
	if err := by.Require(app.ActClose); err != nil {
		return nil, err
	}
	rows, err := p.read.QueryContext(ctx, `SELECT g.id, coalesce(g.score,0), coalesce(c.id,''), coalesce(c.receipt,''), coalesce(t.number,''), coalesce(g.at,0)
		FROM rating g LEFT JOIN "case" c ON g.subject = 'case' AND c.receipt = g.reference LEFT JOIN ticket t ON g.subject = 'ticket' AND t.id = g.reference
		WHERE g.score >= ? AND NOT EXISTS (SELECT 1 FROM followup f WHERE f.rating = g.id) ORDER BY g.at, g.id`, app.ScorePoor)
	if err != nil {
		return nil, translate("check.list", err)
	}
	out, err := collect(rows, func(sc scanner) (c app.Check, err error) {
		var at int64
		err = sc.Scan(&c.RatingID, &c.Score, &c.CaseID, &c.Receipt, &c.Number, &at)
		c.At = time.UnixMilli(at)
		return c, err
	})
	return out, translate("check.list", err)
}

// Verify implements app.CasePort.
func (p cases) Verify(ctx context.Context, by app.Actor, ratingID, note string, reopen bool) error {
	if err := by.Require(app.ActClose); err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	if note == "" {
		return app.Bad(app.CodeRequired, "note")
	}
	var caseID string
	var score int
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(c.id,''), coalesce(g.score,0) FROM rating g LEFT JOIN "case" c ON g.subject = 'case' AND c.receipt = g.reference WHERE g.id = ?`, ratingID).Scan(&caseID, &score)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && !casework.NeedsCheck(score)) {
		return app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return translate("check.verify", err)
	}
	var key []byte
	if reopen {
		if caseID == "" {
			return app.Fail(app.CodeWrongState, "", string(app.CaseStepReopen))
		}
		if key, err = p.receiptKey(ctx, caseID); err != nil {
			return translate("check.verify", err)
		}
	}
	return p.Write(ctx, Action{Actor: by, Verb: "check.verify"}, func(tx *Tx) error {
		var done int
		if err := tx.QueryRow(`SELECT count(*) FROM followup WHERE rating = ?`, ratingID).Scan(&done); err != nil {
			return err
		}
		if done > 0 {
			return app.Fail(app.CodeTaken)
		}
		id := NewID()
		if _, err := tx.Exec(`INSERT INTO followup(id, rating, "case", note, reopened, staff, at) VALUES (?,?,?,?,?,?,?)`,
			id, ratingID, null(caseID), tx.Seal("followup", id, "note", note), bit(reopen), by.ID, tx.Now.UnixMilli()); err != nil {
			return err
		}
		if !reopen {
			return nil
		}
		return p.step(tx, caseID, key, app.CaseEvent{Step: app.CaseStepReopen, Note: note})
	})
}
