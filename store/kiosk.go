package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/app/receipt"
	"linli/store/seal"
)

// kiosk implements app.KioskPort. Every write is done as the kiosk's own actor,
// whom the store lets into the public and intake tables of kiosks only: on a
// machine with all faces the kiosk has no more rights than on its own.
type kiosk struct{ *Store }

var _ app.KioskPort = kiosk{}

// TakeTicket implements app.KioskPort.
func (p kiosk) TakeTicket(ctx context.Context, t app.TakeTicket) (app.Taken, error) {
	return p.take(ctx, app.KioskActor(), t)
}

// Ahead implements app.KioskPort.
func (p kiosk) Ahead(ctx context.Context, ticketID string) (app.Taken, error) {
	return p.taken(ctx, ticketID)
}

// submissionInfo names the purpose of the seal (RFC 9180's info).
var submissionInfo = []byte("linli submission 1")

// sealedSubmission is what lies under the seal of a submission.
type sealedSubmission struct {
	app.Submission
	Secret string `json:"secret"` // of the receipt, so that the desk can put the progress under it
}

// publicKey is the hall's own, to which submissions are sealed.
func (s *Store) publicKey(ctx context.Context) (key []byte, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT public_key FROM hall WHERE id = ?`, s.hall).Scan(&key)
	return key, err
}

func sealSubmission(public []byte, id string, sub sealedSubmission) ([]byte, error) {
	plain, err := json.Marshal(sub)
	if err != nil {
		return nil, err
	}
	return seal.SealToHall(public, submissionInfo, []byte(id), plain)
}

// Submit implements app.KioskPort.
func (p kiosk) Submit(ctx context.Context, sub app.Submission) (app.Receipt, error) {
	if !slices.Contains([]app.SubmissionKind{app.SubmitProblem, app.SubmitOpinion, app.SubmitComment, app.SubmitForm}, sub.Kind) {
		return app.Receipt{}, app.Bad(app.CodeInvalid, "kind")
	}
	if len([]rune(sub.Words)) > 2000 {
		return app.Receipt{}, app.Bad(app.CodeTooLong, "words", "2000")
	}
	r := app.Receipt{Secret: seal.NewReceiptSecret(rand.Reader)}
	public, err := p.publicKey(ctx)
	if err != nil {
		return app.Receipt{}, translate("submission.send", err)
	}
	id := NewID()
	body, err := sealSubmission(public, id, sealedSubmission{sub, r.Secret})
	if err != nil {
		return app.Receipt{}, translate("submission.send", err)
	}
	err = p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "submission.send"}, func(tx *Tx) error {
		day := p.Day(tx.Now)
		n, err := tx.number("receipt", day)
		if err != nil {
			return err
		}
		if r.Number, err = receipt.Number(day, p.machine, n); err != nil {
			return err
		}
		r.At = tx.Now
		_, err = tx.Exec(`INSERT INTO submission(id, receipt, body, at) VALUES (?,?,?,?)`, id, r.Number, body, tx.Now.UnixMilli())
		return err
	})
	if err != nil {
		return app.Receipt{}, err
	}
	return r, nil
}

// Progress implements app.KioskPort.
func (p kiosk) Progress(ctx context.Context, number, secret string) (app.Progress, error) {
	number, err := receipt.Parse(number)
	if err != nil {
		return app.Progress{}, err
	}
	var body []byte
	err = p.read.QueryRowContext(ctx, `SELECT body FROM progress WHERE receipt = ? AND deleted = 0`, number).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return p.waiting(ctx, number)
	}
	if err != nil {
		return app.Progress{}, translate("progress.read", err)
	}
	if _, err := p.countTry(ctx, "receipt", number); err != nil {
		return app.Progress{}, err
	}
	plain, err := seal.OpenWithReceipt(number, secret, body)
	if errors.Is(err, seal.ErrWrongSecret) {
		return app.Progress{}, app.Fail(app.CodeWrongSecret)
	}
	if err != nil {
		return app.Progress{}, translate("progress.read", err)
	}
	if err := p.clearTries(ctx, "receipt", number); err != nil {
		return app.Progress{}, err
	}
	var b progressBody
	if err := json.Unmarshal(plain, &b); err != nil {
		return app.Progress{}, translate("progress.read", err)
	}
	out := app.Progress{Receipt: number, About: b.CaseAbout, State: b.State, Reply: b.Reply, At: time.UnixMilli(b.At)}
	if out.Rated, err = rated(p.read.QueryRowContext(ctx, ratedQuery, rateArgs("case", number)...)); err != nil {
		return app.Progress{}, translate("progress.read", err)
	}
	out.CanRate = casework.CanRate(b.State) && !out.Rated
	return out, nil
}

// waiting answers for a receipt that no desk has opened yet: it has been received.
// The kiosk cannot check the secret, which lies under the hall's seal, and has
// nothing to tell beyond that.
func (p kiosk) waiting(ctx context.Context, number string) (app.Progress, error) {
	var at int64
	err := p.read.QueryRowContext(ctx, `SELECT at FROM submission WHERE receipt = ?`, number).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return app.Progress{}, app.Fail(app.CodeWrongSecret)
	}
	if err != nil {
		return app.Progress{}, translate("progress.read", err)
	}
	return app.Progress{Receipt: number, State: app.CaseOpen, At: time.UnixMilli(at)}, nil
}

// ratedQuery counts the ratings of one thing since its progress was last renewed;
// a ticket has none, so all count. It asks the log's clock, which no change of
// the machine's own clock sets back.
const ratedQuery = `SELECT count(*) FROM rating g CROSS JOIN touch t ON t.tbl = 'rating' AND t.row = g.id CROSS JOIN entry n ON n.seq = t.seq
	WHERE g.reference = ? AND g.subject = ? AND n.hlc > coalesce((SELECT max(e.hlc) FROM touch p JOIN entry e ON e.seq = p.seq WHERE p.tbl = 'progress' AND p.row = ?), 0)`

func rateArgs(subject, reference string) []any {
	return []any{reference, subject, derivedID("progress", reference)}
}

func rated(row scanner) (bool, error) {
	var n int
	err := row.Scan(&n)
	return n > 0, err
}

// rate writes one rating unless the same thing has been rated since it last moved.
func (p kiosk) rate(ctx context.Context, subject, reference string, score int) (string, error) {
	if score < app.ScoreBest || score > app.ScoreWorst {
		return "", app.Bad(app.CodeInvalid, "score")
	}
	id := NewID()
	err := p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "rating.give"}, func(tx *Tx) error {
		again, err := rated(tx.QueryRow(ratedQuery, rateArgs(subject, reference)...))
		if err != nil {
			return err
		}
		if again {
			return app.Fail(app.CodeDuplicate)
		}
		_, err = tx.Exec(`INSERT INTO rating(id, score, subject, reference, day, at) VALUES (?,?,?,?,?,?)`, id, score, subject, reference, string(p.Day(tx.Now)), tx.Now.UnixMilli())
		return err
	})
	return id, err
}

// RateCase implements app.KioskPort.
func (p kiosk) RateCase(ctx context.Context, number, secret string, score int) (string, error) {
	at, err := p.Progress(ctx, number, secret)
	if err != nil {
		return "", err
	}
	if !casework.CanRate(at.State) {
		return "", app.Fail(app.CodeWrongState, string(at.State), "rate")
	}
	return p.rate(ctx, "case", at.Receipt, score)
}

// RateTicket implements app.KioskPort. A number is rated once, on its day, after
// it was served.
func (p kiosk) RateTicket(ctx context.Context, number string, score int) (string, error) {
	number = strings.ToUpper(strings.TrimSpace(number))
	list, err := p.ticketsWhere(p.reader(ctx), `s.day = ? AND t.number = ?`, string(p.Day(p.clock.Now())), number)
	if err != nil {
		return "", translate("rating.give", err)
	}
	if len(list) == 0 {
		return "", app.Bad(app.CodeNotFound, "number")
	}
	if list[0].State != app.TicketDone {
		return "", app.Fail(app.CodeWrongState, string(list[0].State), "rate")
	}
	return p.rate(ctx, "ticket", list[0].ID, score)
}

// CallStaff implements app.KioskPort.
func (p kiosk) CallStaff(ctx context.Context, page string) (app.HelpCall, error) {
	h := app.HelpCall{ID: NewID(), Page: page}
	err := p.Write(ctx, Action{Actor: app.KioskActor(), Verb: "help.call"}, func(tx *Tx) error {
		h.At = tx.Now
		_, err := tx.Exec(`INSERT INTO help_call(id, page, at) VALUES (?,?,?)`, h.ID, page, tx.Now.UnixMilli())
		return err
	})
	return h, err
}

// HelpCall implements app.KioskPort.
func (p kiosk) HelpCall(ctx context.Context, id string) (app.HelpCall, error) {
	list, err := p.helpCalls(ctx, `c.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.HelpCall{}, translate("help.read", err)
	}
	return list[0], nil
}

func (s *Store) helpCalls(ctx context.Context, where string, args ...any) ([]app.HelpCall, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT c.id, coalesce(c.page,''), coalesce(c.at,0), coalesce(e.staff,''), coalesce(e.at,0) FROM help_call c
		LEFT JOIN help_event e ON e.id = (SELECT min(id) FROM help_event WHERE help_call = c.id) WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(sc scanner) (h app.HelpCall, err error) {
		var at, answered int64
		err = sc.Scan(&h.ID, &h.Page, &at, &h.AnsweredBy, &answered)
		h.At, h.AnsweredAt = fromMillis(at), fromMillis(answered)
		return h, err
	})
}
