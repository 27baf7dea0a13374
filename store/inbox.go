package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"linli/app"
	"linli/app/registry"
	"linli/assets"
	"linli/store/seal"
)

// inbox implements app.InboxPort.
type inbox struct{ *Store }

var _ app.InboxPort = inbox{}

// open opens a submission's seal.
func (s *Store) openSubmission(id string, body []byte) (sealedSubmission, error) {
	var sub sealedSubmission
	plain, err := s.ring.OpenSubmission(submissionInfo, []byte(id), body)
	if err != nil {
		return sub, err
	}
	return sub, json.Unmarshal(plain, &sub)
}

// Inbox implements app.InboxPort. A submission that cannot be opened is listed
// with an empty body: it must not hide the others, nor itself.
func (p inbox) Inbox(ctx context.Context, by app.Actor) ([]app.InboxItem, error) {
	if err := by.Require(app.ActInbox); err != nil {
		return nil, err
	}
	rows, err := p.read.QueryContext(ctx, `SELECT s.id, coalesce(s.receipt,''), s.body, coalesce(s.at,0), o.id IS NOT NULL, coalesce(o."case",''), coalesce(a.id,'') FROM submission s
		LEFT JOIN submission_opened o ON o.submission = s.id LEFT JOIN appointment a ON a.submission = s.id WHERE s.receipt IS NOT NULL GROUP BY s.id ORDER BY o.id IS NOT NULL, s.at DESC, s.id LIMIT 300`)
	if err != nil {
		return nil, translate("inbox.list", err)
	}
	out, err := collect(rows, func(sc scanner) (it app.InboxItem, err error) {
		var body []byte
		var at int64
		if err = sc.Scan(&it.ID, &it.Receipt, &body, &at, &it.Opened, &it.CaseID, &it.AppointmentID); err != nil {
			return it, err
		}
		it.At = time.UnixMilli(at)
		if sub, err := p.openSubmission(it.ID, body); err == nil {
			it.Body = sub.Submission
			mask(by, &it.Body)
		}
		return it, nil
	})
	return out, translate("inbox.list", err)
}

// OpenSubmission implements app.InboxPort. The case's id follows from the
// submission, so that two desks opening it apart make one case.
func (p inbox) OpenSubmission(ctx context.Context, by app.Actor, id string) (app.Case, error) {
	if err := by.Require(app.ActInbox); err != nil {
		return app.Case{}, err
	}
	var number string
	var body []byte
	err := p.read.QueryRowContext(ctx, `SELECT coalesce(receipt,''), body FROM submission WHERE id = ?`, id).Scan(&number, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Case{}, app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Case{}, translate("submission.open", err)
	}
	sub, err := p.openSubmission(id, body)
	if err != nil {
		return app.Case{}, translate("submission.open", err)
	}
	if sub.Kind == app.SubmitAppointment {
		_, err := (appointments{p.Store}).Open(ctx, by, id)
		return app.Case{}, err
	}
	caseID := ""
	if sub.Kind != app.SubmitComment {
		caseID = derivedID("case", id, string(body))
	}
	return p.open(ctx, by, id, caseID, number, sub)
}

// open files a submission, as the case of an id unless that is empty.
func (p inbox) open(ctx context.Context, by app.Actor, id, caseID, number string, sub sealedSubmission) (app.Case, error) {
	var key []byte
	if caseID != "" {
		key = seal.ReceiptKey(number, sub.Secret)
	}
	err := p.Write(ctx, Action{Actor: by, Verb: "submission.open"}, func(tx *Tx) error {
		var done int
		if err := tx.QueryRow(`SELECT count(*) FROM submission_opened WHERE submission = ?`, id).Scan(&done); err != nil || done > 0 {
			return err
		}
		if caseID != "" {
			n := p.caseOf(ctx, sub.Submission)
			var err error
			if n.ResidentID, err = tx.applicant(by, id, sub.Submission); err != nil {
				return err
			}
			about := app.CaseAbout{Kind: n.Kind, ServiceID: n.ServiceID}
			about.Category, about.Choice = problemOf(sub.Submission)
			if err := tx.openCase(caseID, number, sub.Secret, id, n, about, key); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO submission_opened(id, submission, "case", staff, at) VALUES (?,?,?,?,?)`, derivedID("opened", id), id, null(caseID), by.ID, tx.Now.UnixMilli())
		return err
	})
	if err != nil || caseID == "" {
		return app.Case{}, err
	}
	c, _, err := (cases{p.Store}).Case(ctx, by, caseID)
	return c, err
}

// mask hides what is masked for the reader.
func mask(by app.Actor, s *app.Submission) {
	s.Phone = registry.Mask(by.Role, "phone", s.Phone)
	s.IDNumber = registry.Mask(by.Role, "id_number", s.IDNumber)
}

// caseOf puts a submission's choices into the words of a case.
func (p inbox) caseOf(ctx context.Context, sub app.Submission) app.NewCase {
	n := app.NewCase{Kind: app.CaseHelp, Body: sub.Words, Contact: sub.Phone, GridID: sub.GridID, ServiceID: sub.ServiceID}
	var title []string
	switch sub.Kind {
	case app.SubmitForm, app.SubmitDraft:
		n.Kind, n.Body = app.CaseService, formWords(sub)
		if v, err := (public{p.Store}).Service(ctx, sub.ServiceID); err == nil {
			title = append(title, v.Name.ZH)
		}
	case app.SubmitOpinion:
		n.Kind = app.CaseSuggest
		if v, err := (public{p.Store}).Service(ctx, sub.ServiceID); err == nil {
			title = append(title, v.Name.ZH)
		}
		title = append(title, choiceWords("kiosk.opinion."+sub.Choice, sub.Choice))
	default:
		categories, _ := assets.Problems()
		for _, c := range categories {
			if c.Code != sub.Category {
				continue
			}
			title = append(title, c.Name)
			for _, what := range c.What {
				if what.Code == sub.Choice {
					title = append(title, what.Name)
				}
			}
			for _, where := range c.Where {
				if where.Code == sub.Place {
					n.Place = where.Name
				}
			}
		}
	}
	n.Title = strings.Join(title, " · ")
	if n.Title == "" {
		n.Title = string(sub.Kind)
	}
	return n
}

// problemOf answers what a report was touched as: keys of the published choices.
func problemOf(sub app.Submission) (category, choice string) {
	if sub.Kind != app.SubmitProblem {
		return "", ""
	}
	return sub.Category, sub.Choice
}

// choiceWords answers the words of a choice that is named by a translation key.
func choiceWords(key, fallback string) string {
	if w, ok := assets.Text(assets.LangChinese, key); ok {
		return w
	}
	return fallback
}

// PublishReply implements app.InboxPort.
func (p inbox) PublishReply(ctx context.Context, by app.Actor, r app.Reply) (string, error) {
	if err := by.Require(app.ActInbox); err != nil {
		return "", err
	}
	r.Said, r.Answer = strings.TrimSpace(r.Said), strings.TrimSpace(r.Answer)
	switch {
	case r.ServiceID == "":
		return "", app.Bad(app.CodeRequired, "service")
	case r.Said == "":
		return "", app.Bad(app.CodeRequired, "said")
	case r.Answer == "":
		return "", app.Bad(app.CodeRequired, "answer")
	}
	id := NewID()
	return id, p.Write(ctx, Action{Actor: by, Verb: "reply.publish"}, func(tx *Tx) error {
		if err := tx.known("service", r.ServiceID); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO reply(id, service, said, answer, at) VALUES (?,?,?,?,?)`, id, r.ServiceID, r.Said, r.Answer, tx.Now.UnixMilli())
		return err
	})
}

// helpShown is how long an unanswered call stands at the desks.
const helpShown = 30 * time.Minute

// HelpCalls implements app.InboxPort.
func (p inbox) HelpCalls(ctx context.Context) ([]app.HelpCall, error) {
	list, err := p.helpCalls(ctx, `e.id IS NULL AND c.at > ? ORDER BY c.at`, p.clock.Now().Add(-helpShown).UnixMilli())
	return list, translate("help.list", err)
}

// Answer implements app.InboxPort. Answering what is answered changes nothing.
func (p inbox) Answer(ctx context.Context, by app.Actor, helpID string) error {
	if err := by.Require(app.ActServe); err != nil {
		return err
	}
	if helpID == "" {
		return app.Fail(app.CodeNotFound)
	}
	return p.Write(ctx, Action{Actor: by, Verb: "help.answer"}, func(tx *Tx) error {
		if err := tx.known("help_call", helpID); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM help_event WHERE help_call = ?`, helpID).Scan(&n); err != nil || n > 0 {
			return err
		}
		_, err := tx.Exec(`INSERT INTO help_event(id, help_call, step, staff, at) VALUES (?,?,?,?,?)`, NewID(), helpID, "answer", by.ID, tx.Now.UnixMilli())
		return err
	})
}
