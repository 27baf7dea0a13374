package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"linli/app"
	"linli/app/registry"
	"linli/store/seal"
)

// formWords puts a form that was filled in into the words of a case, a line a question.
func formWords(sub app.Submission) string {
	var lines []string
	if sub.Proxy {
		lines = append(lines, choiceWords("form.proxy", "proxy"))
	}
	for _, a := range sub.Answers {
		lines = append(lines, a.Asked+" "+cmp.Or(a.Answer, choiceWords("form.open", "-")))
	}
	if sub.Kind == app.SubmitDraft {
		lines = append(lines, choiceWords("form.unfinished", "…"))
	}
	return strings.Join(lines, "\n")
}

// applicant answers the resident whom a form is about: the one with the ID number, or a new one where
// the form says the name as well and whoever opens it may write the registry. Nobody types again what a card has said.
func (tx *Tx) applicant(by app.Actor, submission string, sub app.Submission) (string, error) {
	if sub.IDNumber == "" {
		return "", nil
	}
	known, err := tx.knownID(sub.IDNumber, "")
	if err != nil || known != "" {
		return known, err
	}
	if sub.Name == "" || by.Require(app.ActRegistry) != nil {
		return "", nil
	}
	columns := map[string]string{"name": sub.Name, "id_number": sub.IDNumber}
	if !sub.Proxy {
		columns["phone"] = sub.Phone
	}
	clean, err := registry.Complete(columns, tx.s.localNow())
	if err != nil {
		return "", nil // a number that is none makes nobody; the case stands without
	}
	id := derivedID("resident", submission)
	return id, tx.putResident(id, clean, true)
}

// draftKey is what unfinished forms of a day are sealed with under a code: one key a day, for it takes
// long to make and whoever is asked for a code has to try every draft.
func (s *Store) draftKey(day app.Day, code string) []byte {
	return seal.ReceiptKey("draft "+s.hall+" "+string(day), code)
}

// sealedDraft is what lies under the hall's seal of a draft; the answers lie under the code's as well.
type sealedDraft struct {
	Kind app.SubmissionKind `json:"kind"`
	Day  app.Day            `json:"day"`
	Box  []byte             `json:"box"`
}

// KeepDraft implements app.KioskPort. A draft is a submission without a receipt.
func (p kiosk) KeepDraft(ctx context.Context, sub app.Submission) (app.Draft, error) {
	if sub.Kind != app.SubmitForm {
		return app.Draft{}, app.Bad(app.CodeInvalid, "kind")
	}
	public, err := p.publicKey(ctx)
	if err != nil {
		return app.Draft{}, translate("draft.keep", err)
	}
	now := p.clock.Now()
	d := app.Draft{Code: seal.NewReceiptSecret(rand.Reader), Until: now.Add(app.DraftKept)}
	day := p.Day(now)
	plain, err := json.Marshal(sub)
	if err != nil {
		return app.Draft{}, translate("draft.keep", err)
	}
	box, err := seal.SealWithKey(p.draftKey(day, d.Code), plain)
	if err != nil {
		return app.Draft{}, translate("draft.keep", err)
	}
	if plain, err = json.Marshal(sealedDraft{app.SubmitDraft, day, box}); err != nil {
		return app.Draft{}, translate("draft.keep", err)
	}
	id := NewID()
	body, err := seal.SealToHall(public, submissionInfo, []byte(id), plain)
	if err != nil {
		return app.Draft{}, translate("draft.keep", err)
	}
	err = p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "draft.keep"}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO submission(id, body, at) VALUES (?,?,?)`, id, body, now.UnixMilli())
		return err
	})
	if err != nil {
		return app.Draft{}, err
	}
	return d, nil
}

// Draft implements app.InboxPort.
func (p inbox) Draft(ctx context.Context, by app.Actor, code string) (app.InboxItem, error) {
	it, err := p.draft(ctx, by, code)
	mask(by, &it.Body)
	return it, err
}

// draft finds a draft. The try counts before anything is opened.
func (p inbox) draft(ctx context.Context, by app.Actor, code string) (app.InboxItem, error) {
	if err := by.Require(app.ActInbox); err != nil {
		return app.InboxItem{}, err
	}
	if _, err := p.countTry(ctx, "draft", by.ID); err != nil {
		return app.InboxItem{}, err
	}
	now := p.clock.Now()
	rows, err := p.read.QueryContext(ctx, `SELECT s.id, s.body, s.at, o.id IS NOT NULL, coalesce(o."case",'') FROM submission s LEFT JOIN submission_opened o ON o.submission = s.id
		WHERE s.receipt IS NULL AND s.at BETWEEN ? AND ? ORDER BY s.at DESC, s.id`, now.Add(-app.DraftKept).UnixMilli(), now.Add(time.Hour).UnixMilli())
	if err != nil {
		return app.InboxItem{}, translate("draft.find", err)
	}
	type kept struct {
		app.InboxItem
		body []byte
	}
	all, err := collect(rows, func(sc scanner) (k kept, err error) {
		var at int64
		err = sc.Scan(&k.ID, &k.body, &at, &k.Opened, &k.CaseID)
		k.At = time.UnixMilli(at)
		return k, err
	})
	if err != nil {
		return app.InboxItem{}, translate("draft.find", err)
	}
	keys := map[app.Day][]byte{}
	for _, k := range all {
		plain, err := p.ring.OpenSubmission(submissionInfo, []byte(k.ID), k.body)
		var d sealedDraft
		if err != nil || json.Unmarshal(plain, &d) != nil || d.Kind != app.SubmitDraft {
			continue // it must not hide the others
		}
		if keys[d.Day] == nil {
			keys[d.Day] = p.draftKey(d.Day, code)
		}
		plain, err = seal.OpenWithKey(keys[d.Day], d.Box)
		if errors.Is(err, seal.ErrWrongSecret) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(plain, &k.Body)
		}
		if err != nil {
			return app.InboxItem{}, translate("draft.find", err)
		}
		k.Body.Kind = app.SubmitDraft
		return k.InboxItem, p.clearTries(ctx, "draft", by.ID)
	}
	return app.InboxItem{}, app.Fail(app.CodeNotFound)
}

// OpenDraft implements app.InboxPort.
func (p inbox) OpenDraft(ctx context.Context, by app.Actor, id, code string) (app.Case, error) {
	it, err := p.draft(ctx, by, code)
	if err != nil {
		return app.Case{}, err
	}
	if it.ID != id {
		return app.Case{}, app.Fail(app.CodeNotFound)
	}
	number, err := p.newReceipt(ctx, p.Day(p.clock.Now()))
	if err != nil {
		return app.Case{}, err
	}
	sub := sealedSubmission{it.Body, seal.NewReceiptSecret(rand.Reader)}
	c, err := p.open(ctx, by, id, derivedID("case", id), number, sub)
	if c.Receipt == number {
		c.Secret = sub.Secret
	}
	return c, err
}
