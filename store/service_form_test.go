package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/app/form"
	"linli/app/receipt"
	"linli/assets"
)

const sampleForm = `service = "SH-002"
title = "样例表单"
[[question]]
type = "integer"
name = "age"
label = "多少岁？"
`

func (h *hallAt) forms(tb testing.TB) map[string]app.FormText {
	tb.Helper()
	list, err := h.Public.Forms(background)
	must(tb, err)
	all := map[string]app.FormText{}
	for _, f := range list {
		all[f.Service] = f
	}
	return all
}

func TestAnItemHasOneFormThatWasRead(t *testing.T) {
	h := mustHall(t)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "192837")
	shipped := h.forms(t)
	for service, f := range shipped {
		if got, err := form.Parse([]byte(f.Body)); err != nil || got.Service != service || !f.Sample {
			t.Errorf("%s is shipped as %+v, %v", service, f, err)
		}
	}
	if len(shipped) < 4 {
		t.Errorf("only %d forms are shipped", len(shipped))
	}
	_, err := h.Settings.SaveForm(background, clerk, sampleForm)
	wantCode(t, "a clerk's form", err, app.CodeForbidden)
	h.wantNoEntry(t, "a form with a fault", func() {
		_, err := h.Settings.SaveForm(background, h.admin, strings.Replace(sampleForm, "integer", "geopoint", 1))
		if e := app.AsError(err); e == nil || e.Code != form.BadType || e.Field != "age" {
			t.Errorf("a broken form: %v", err)
		}
		_, err = h.Settings.SaveForm(background, h.admin, strings.Replace(sampleForm, "SH-002", "ZZ-999", 1))
		wantCode(t, "a form of no item", err, app.CodeNotFound)
		wantCode(t, "dropping none", h.Settings.DropForm(background, h.admin, "SH-002"), app.CodeNotFound)
	})
	for range 2 {
		h.pass(time.Second)
		_, err := h.Settings.SaveForm(background, h.admin, sampleForm)
		must(t, err)
	}
	if got := h.forms(t); len(got) != len(shipped)+1 || got["SH-002"].Body != sampleForm || got["SH-002"].Sample {
		t.Errorf("kept as %+v among %d", got["SH-002"], len(got))
	}
	h.pass(time.Second)
	must(t, h.Settings.DropForm(background, h.admin, "SH-002"))
	if _, there := h.forms(t)["SH-002"]; there {
		t.Error("a dropped form is there")
	}
	h.pass(time.Second)
	_, err = h.Settings.SaveForm(background, h.admin, sampleForm)
	must(t, err)
	if _, there := h.forms(t)["SH-002"]; !there {
		t.Error("a form cannot come back")
	}
	h.mustVerify(t)
}

// Every fault of a form has its sentence in both languages.
func TestFaultsOfFormsAreSaid(t *testing.T) {
	for _, code := range []app.Code{
		form.BadFile, form.UnknownWord, form.NoService, form.NoQuestions, form.BadName, form.Twice, form.BadType, form.NoWords, form.TooLong,
		form.BadAppearance, form.BadChoices, form.TooFew, form.TooMany, form.TooDeep, form.BadRelevant, form.BadConstraint,
	} {
		for _, lang := range assets.Languages() {
			if _, ok := assets.Text(lang, "error."+string(code)); !ok {
				t.Errorf("%s has no sentence for %s", lang, code)
			}
		}
	}
}

// filled is a form as an invented resident fills it in.
func (h *hallAt) filled(tb testing.TB, id string) app.Submission {
	tb.Helper()
	services, err := h.Public.Services(background, app.FamilySocial)
	must(tb, err)
	return app.Submission{
		Kind: app.SubmitForm, ServiceID: services[0].ID, Phone: "13800001234", Name: "样例张三", IDNumber: id, Lang: "zh",
		Answers: []app.Answered{{Name: "age", Asked: "多少岁？", Answer: "81"}, {Name: "before", Asked: "以前领过吗？"}},
	}
}

func TestAFormThatWasHandedInBecomesACase(t *testing.T) {
	h := mustHall(t)
	id := idNumber("1945-03-05", 17)
	r, err := h.Kiosk.Submit(background, h.filled(t, id))
	must(t, err)
	h.pass(time.Minute)
	inbox, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	if len(inbox) != 1 || strings.Contains(inbox[0].Body.IDNumber, id[6:14]) || inbox[0].Body.Phone != "138****1234" {
		t.Fatalf("the inbox shows %+v", inbox)
	}
	c, err := h.Inbox.OpenSubmission(background, h.admin, inbox[0].ID)
	must(t, err)
	if c.Kind != app.CaseService || c.Receipt != r.Number || c.ServiceID != inbox[0].Body.ServiceID || c.Contact != "138****1234" {
		t.Errorf("case %+v", c)
	}
	if !strings.Contains(c.Body, "多少岁？ 81") || !strings.Contains(c.Body, "没填") {
		t.Errorf("its words are %q", c.Body)
	}
	// Whoever it is about is in the registry now, once.
	h.pass(time.Minute)
	again, err := h.Kiosk.Submit(background, h.filled(t, id))
	must(t, err)
	inbox, err = h.Inbox.Inbox(background, h.admin)
	must(t, err)
	second, err := h.Inbox.OpenSubmission(background, h.admin, inbox[0].ID)
	must(t, err)
	if second.Receipt != again.Number || second.ResidentID == "" || second.ResidentID != c.ResidentID {
		t.Errorf("residents %q and %q", c.ResidentID, second.ResidentID)
	}
	if n := h.count(t, `SELECT count(*) FROM resident WHERE deleted = 0`); n != 1 {
		t.Errorf("%d residents", n)
	}
	birth, err := h.Registry.Reveal(background, h.admin, c.ResidentID, "birth")
	must(t, err)
	if birth != "1945-03-05" {
		t.Errorf("born %q", birth)
	}
	p, err := h.Kiosk.Progress(background, r.Number, r.Secret)
	must(t, err)
	if p.About.Kind != app.CaseService {
		t.Errorf("the resident is told %+v", p)
	}
	h.mustVerify(t)
}

func TestANumberThatIsNoneMakesNobody(t *testing.T) {
	h := mustHall(t)
	_, err := h.Kiosk.Submit(background, h.filled(t, "320102194503050000"))
	must(t, err)
	inbox, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	c, err := h.Inbox.OpenSubmission(background, h.admin, inbox[0].ID)
	must(t, err)
	if c.ResidentID != "" || h.count(t, `SELECT count(*) FROM resident`) != 0 {
		t.Errorf("resident %q", c.ResidentID)
	}
}

// An unfinished form is found by its code, for a day, and by nothing else.
func TestADraftIsGoneOnWithUnderItsCode(t *testing.T) {
	h := mustHall(t)
	clerk := h.addStaff(t, "样例窗口", app.RoleClerk, "192837")
	d, err := h.Kiosk.KeepDraft(background, h.filled(t, ""))
	must(t, err)
	other, err := h.Kiosk.KeepDraft(background, app.Submission{Kind: app.SubmitForm, ServiceID: "other", Answers: []app.Answered{{Name: "a", Asked: "样例"}}})
	must(t, err)
	if len(d.Code) != 6 || d.Code == other.Code || !d.Until.Equal(h.clock.Now().Add(app.DraftKept)) {
		t.Fatalf("draft %+v", d)
	}
	if inbox, err := h.Inbox.Inbox(background, h.admin); err != nil || len(inbox) != 0 {
		t.Errorf("drafts are listed: %+v, %v", inbox, err)
	}
	h.pass(app.DraftKept - time.Minute)
	it, err := h.Inbox.Draft(background, clerk, d.Code)
	must(t, err)
	if it.Body.Kind != app.SubmitDraft || it.Body.Answers[0].Answer != "81" || it.Body.Phone != "138****1234" || it.Opened {
		t.Fatalf("found %+v", it)
	}
	_, err = h.Inbox.OpenDraft(background, clerk, it.ID, other.Code)
	wantCode(t, "another draft's code", err, app.CodeNotFound)
	c, err := h.Inbox.OpenDraft(background, clerk, it.ID, d.Code)
	must(t, err)
	if !receipt.Valid(c.Receipt) || len(c.Secret) != 6 || c.Contact != "138****1234" || !strings.Contains(c.Body, "没填完") {
		t.Errorf("case %+v", c)
	}
	if p, err := h.Kiosk.Progress(background, c.Receipt, c.Secret); err != nil || p.State != app.CaseOpen {
		t.Errorf("its receipt answers %+v, %v", p, err)
	}
	twice, err := h.Inbox.OpenDraft(background, clerk, it.ID, d.Code)
	must(t, err)
	if twice.ID != c.ID || twice.Receipt != c.Receipt || twice.Secret != "" {
		t.Errorf("opened twice: %+v", twice)
	}
	h.pass(2 * time.Minute)
	_, err = h.Inbox.Draft(background, clerk, other.Code)
	wantCode(t, "a day later", err, app.CodeNotFound)
	h.mustVerify(t)
}

func TestCodesOfDraftsCannotBeTried(t *testing.T) {
	h := mustHall(t)
	_, err := h.Kiosk.KeepDraft(background, app.Submission{Kind: app.SubmitProblem})
	wantCode(t, "what is no form", err, app.CodeInvalid)
	d, err := h.Kiosk.KeepDraft(background, h.filled(t, ""))
	must(t, err)
	_, err = h.Inbox.Draft(background, app.KioskActor(), d.Code)
	wantCode(t, "the kiosk itself", err, app.CodeForbidden)
	wrong := "000000"
	if d.Code == wrong {
		wrong = "000001"
	}
	locked := false
	for range 8 {
		_, err := h.Inbox.Draft(background, h.admin, wrong)
		locked = app.CodeOf(err) == app.CodeLocked
	}
	if !locked {
		t.Error("eight wrong codes lock nothing")
	}
	_, err = h.Inbox.Draft(background, h.admin, d.Code)
	wantCode(t, "the right code while locked", err, app.CodeLocked)
}

// Neither answers nor code stand in the folder in the clear.
func TestADraftIsSealed(t *testing.T) {
	h := mustHall(t)
	sub := h.filled(t, "")
	sub.Answers[0].Answer = "样例住在某路八十八号"
	d, err := h.Kiosk.KeepDraft(background, sub)
	must(t, err)
	must(t, h.store.Close())
	files := 0
	must(t, filepath.WalkDir(h.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, secret := range []string{sub.Answers[0].Answer, sub.Phone, "code\":\"" + d.Code} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %q", e.Name(), secret)
			}
		}
		return err
	}))
	if files < 2 {
		t.Errorf("%d files were looked at", files)
	}
}
