package store_test

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"linli/app"
)

// TestNothingPersonalLiesOpenOnTheDisk has a busy day with invented people and
// then reads every byte of the data folder.
func TestNothingPersonalLiesOpenOnTheDisk(t *testing.T) {
	h := mustHall(t)
	secrets := map[string]string{
		"name": "上官样密", "former name": "慕容样旧", "ID number": idNumber("1949-12-30", 77), "phone": "13912345670", "second phone": "13698765432",
		"address": "样例秘密巷77号4栋903室", "household": "样例户籍路5号", "employer": "样例机密厂", "religion": "样例教派", "birth": "1949-12-30",
		"agent": "代办样密人", "purpose": "样例来意隐情", "visit note": "样例来访备注", "amended note": "样例更正备注", "void reason": "样例作废原因",
		"case title": "样例办件标题", "case body": "样例办件内容", "case place": "样例办件地点", "case contact": "13511112222",
		"handling note": "样例处理经过", "reply": "样例给居民的答复", "check note": "样例核实情况", "words": "样例反映的原话", "submitted phone": "13700009999",
		"comment": "样例评价的话", "PIN": "864209", "wrong PIN": "730561", "staff phone": "13855556666", "priority reason": "样例优先原因", "wrong secret": "908172",
		"file name": "样例文件名甲", "file": "样例附件里的话",
	}
	s := func(key string) string { return secrets[key] }
	var failures []error
	fails := func(err error) {
		t.Helper()
		if err == nil {
			t.Fatal("should have failed")
		}
		failures = append(failures, err)
	}

	id := h.person(t, map[string]string{
		"name": s("name"), "former_name": s("former name"), "id_number": s("ID number"), "phone": s("phone"), "address": s("address"),
		"household_address": s("household"), "employer": s("employer"), "religion": s("religion"),
	})
	h.edit(t, h.openForm(t, id), "phone", s("second phone"))
	_, err := h.Registry.Reveal(background, h.admin, id, "id_number")
	must(t, err)
	_, err = h.Registry.Find(background, h.admin, s("name"), "", 5)
	must(t, err)
	_, err = h.Registry.Save(background, h.admin, app.Form{}, map[string]string{"name": s("name"), "id_number": s("ID number")})
	fails(err)
	_, err = h.Registry.Save(background, h.admin, app.Form{}, map[string]string{"name": s("name"), "phone": s("address")})
	fails(err)
	fails(h.exec(`INSERT INTO resident(id, name) VALUES ('x', ?)`, s("name")))
	fails(h.exec(`INSERT INTO resident(id, grid) VALUES (?, ?)`, id, s("address")))
	fails(h.exec(`UPDATE resident SET deleted = ?`, s("name")))
	fails(h.exec(`INSERT INTO resident(id, name) SELECT ` + "'" + s("purpose") + "'"))

	_, err = h.Staff.AddStaff(background, h.admin, app.Staff{Name: "样例窗口", Role: app.RoleClerk, Phone: s("staff phone")}, s("PIN"))
	must(t, err)
	_, err = h.Staff.SignIn(background, "样例窗口", s("wrong PIN"), "")
	fails(err)
	_, err = h.Queue.TakeAtDesk(background, h.admin, app.TakeTicket{BusinessID: h.business(t, "A").ID, ResidentID: id, Reason: s("priority reason")})
	must(t, err)
	v, err := h.Visits.Register(background, h.admin, app.NewVisit{ResidentID: id, Agent: s("agent"), Channel: app.ChannelWindow, Purpose: s("purpose"), Outcome: app.OutcomeDone, Note: s("visit note")})
	must(t, err)
	_, err = h.Visits.Amend(background, h.admin, v.ID, app.OutcomeAdvised, s("amended note"))
	must(t, err)
	_, err = h.Visits.Void(background, h.admin, v.ID, s("void reason"))
	must(t, err)
	_, err = h.Visits.Amend(background, h.admin, v.ID, app.OutcomeAdvised, s("amended note"))
	fails(err)
	c, err := h.Cases.Open(background, h.admin, app.NewCase{Kind: app.CaseHelp, Title: s("case title"), Body: s("case body"), Place: s("case place"), Contact: s("case contact"), ResidentID: id})
	must(t, err)
	secrets["receipt secret"] = c.Secret
	h.do(t, c.ID, app.CaseStepAccept, "", "")
	h.do(t, c.ID, app.CaseStepHandle, "", s("handling note"))
	h.do(t, c.ID, app.CaseStepReply, "", s("reply"))
	_, err = h.Cases.Do(background, h.admin, c.ID, app.CaseStepAccept, "", s("handling note"))
	fails(err)
	_, err = h.Kiosk.Progress(background, c.Receipt, s("wrong secret"))
	fails(err)
	file, err := h.Files.Attach(background, h.admin, "case", c.ID, s("file name")+".pdf", []byte("%PDF-1.7\n"+s("file")+"\n%%EOF\n"))
	must(t, err)
	_, _, err = h.Files.OpenAttachment(background, h.admin, file.ID)
	must(t, err)
	_, err = h.Files.Attach(background, h.admin, "case", c.ID, s("file name"), []byte(s("file")))
	fails(err)
	rating, err := h.Kiosk.RateCase(background, c.Receipt, c.Secret, app.ScoreWorst)
	must(t, err)
	must(t, h.Cases.Verify(background, h.admin, rating, s("check note"), false))
	r, err := h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: s("words"), Phone: s("submitted phone")})
	must(t, err)
	secrets["second receipt secret"] = r.Secret
	_, err = h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitComment, Words: s("comment")})
	must(t, err)
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	for _, it := range items {
		_, err = h.Inbox.OpenSubmission(background, h.admin, it.ID)
		must(t, err)
	}

	for _, err := range failures {
		for what, secret := range secrets {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("an error (%s) quotes the %s", app.CodeOf(err), what)
			}
		}
	}
	h.searchFolder(t, "while open", secrets)
	if _, err := h.Upkeep.BackupNow(background, h.admin); err != nil {
		t.Error(err)
	}
	h.searchFolder(t, "with a backup", secrets)
	must(t, h.store.Close())
	h.searchFolder(t, "after closing", secrets)
}

// ids are the random names of rows and writers as text: by chance their digits
// would now and then be somebody's secret.
var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}`)

// searchFolder looks for each secret in every file, as UTF-8 and as UTF-16.
func (h *hallAt) searchFolder(t *testing.T, when string, secrets map[string]string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b = ids.ReplaceAll(b, []byte{'-'})
		for what, secret := range secrets {
			var little, big []byte
			for _, u := range utf16.Encode([]rune(secret)) {
				little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
			}
			for encoding, form := range map[string][]byte{"UTF-8": []byte(secret), "UTF-16LE": little, "UTF-16BE": big} {
				if bytes.Contains(b, form) {
					t.Errorf("%s: the %s lies in %s in %s", when, what, encoding, filepath.Base(path))
				}
			}
		}
		return nil
	}))
	if files < 2 {
		t.Errorf("%s: only %d files in the folder", when, files)
	}
}
