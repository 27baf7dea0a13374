package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/app"
	"linli/app/form"
	"linli/app/standard"
	"linli/assets"
	"linli/store/seal"
	"linli/sync/oplog"
)

// NewHall says what a new hall is called and who looks after it.
type NewHall struct {
	Name     string
	Division string // 12-digit statistical division code
	Zone     string // IANA zone; empty for Asia/Shanghai
	Admin    string // name of the first administrator
	PIN      string // 6 to 12 digits
}

// Init makes a new hall in dir, which is created when it does not exist: keys,
// the hall's own authority, its first administrator, and samples that the hall
// can change (catalogue, businesses, windows, notices). Errors: CodeNotEmpty,
// CodeInvalid or CodeRequired with the field, CodeReadOnly, CodeDiskFull. A
// failed Init leaves no half-made hall.
func Init(ctx context.Context, dir string, n NewHall, o Options) (err error) {
	o, err = o.withDefaults()
	if err != nil {
		return translate("store: init", err)
	}
	n.Name, n.Admin = strings.TrimSpace(n.Name), strings.TrimSpace(n.Admin)
	switch {
	case n.Name == "":
		return app.Bad(app.CodeRequired, "hall")
	case n.Admin == "":
		return app.Bad(app.CodeRequired, "admin")
	}
	if n.Admin, err = n.presentable(); err != nil {
		return err
	}
	if _, err := standard.ParseDivision(n.Division); err != nil {
		return app.Bad(app.CodeInvalid, "division")
	}
	if err := app.GoodPIN(n.PIN); err != nil {
		return err
	}
	if n.Zone == "" {
		n.Zone = "Asia/Shanghai"
	}
	path := filepath.Join(dir, DatabaseFile)
	if _, err := os.Stat(path); err == nil {
		if !abandoned(ctx, path) {
			return app.Fail(app.CodeNotEmpty, dir)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return translate("store: init", err)
	}
	if err := seal.MakeDir(dir); err != nil {
		return translate("store: init", err)
	}
	s, err := open(ctx, dir, o)
	if err != nil {
		return translate("store: init", err)
	}
	if s.hall != "" { // another program was faster, and has left already
		return errors.Join(app.Fail(app.CodeNotEmpty, dir), s.Close())
	}
	defer func() {
		closed := s.Close()
		if err == nil {
			err = closed
		} else {
			for _, f := range []string{DatabaseFile, DatabaseFile + "-wal", DatabaseFile + "-shm", headFile} {
				_ = os.Remove(filepath.Join(dir, f))
			}
		}
		err = translate("store: init", err)
	}()
	return s.found(ctx, n)
}

// longestHall is how many characters a hall's name may have: it stands on every
// screen and every slip.
const longestHall = 50

// presentable refuses a hall's name, zone or administrator that no screen could show,
// and answers the administrator's name as it is kept.
func (n NewHall) presentable() (admin string, err error) {
	if utf8.RuneCountInString(n.Name) > longestHall {
		return "", app.Bad(app.CodeTooLong, "hall", strconv.Itoa(longestHall))
	}
	if !utf8.ValidString(n.Name) || strings.ContainsFunc(n.Name, unicode.IsControl) {
		return "", app.Bad(app.CodeInvalid, "hall")
	}
	if _, err := time.LoadLocation(n.Zone); err != nil {
		return "", app.Bad(app.CodeInvalid, "zone")
	}
	admin, err = standard.NormalizeName(n.Admin)
	var fault *standard.Error
	if errors.As(err, &fault) {
		return "", app.Bad(app.Code(fault.Code), "admin")
	}
	return admin, err
}

// abandoned answers whether a database is what an Init left behind that was cut
// off: one without a hall. It goes on from there.
func abandoned(ctx context.Context, path string) bool {
	db, err := sql.Open("sqlite", readerDSN(path))
	if err != nil {
		return false
	}
	defer func() { _ = db.Close() }()
	var n int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&n); err != nil || n == 0 {
		return err == nil
	}
	return db.QueryRowContext(ctx, `SELECT count(*) FROM replica`).Scan(&n) == nil && n == 0
}

// found writes the hall's first rows, in one action: there is a hall with an
// administrator, or none.
func (s *Store) found(ctx context.Context, n NewHall) (err error) {
	s.hall = NewID()
	s.zone = app.HallInfo{Zone: n.Zone}.Location()
	if s.ring, err = seal.NewRing(rand.Reader); err != nil {
		return err
	}
	s.machine = 1
	s.ring.SetMachine(s.machine)
	s.role, s.logID = RoleDesk, NewID()
	cert, err := s.certify(s.ring.Origin(), s.machine)
	if err != nil {
		return err
	}
	s.ring.SetCertificate(s.ring.Origin(), cert)
	if err := s.setCertificate(cert); err != nil {
		return err
	}
	if s.keyName == "" {
		s.keyName = s.hall
	}
	if err := s.keys.Save(s.keyName, s.ring); err != nil {
		return err
	}
	s.key = s.ring.Origin()
	s.origin = oplog.OriginOf(s.key.Public().(ed25519.PublicKey))
	s.hlc = oplog.NewClock(0)
	if err := s.loadLog(ctx); err != nil {
		return err
	}
	settings, err := json.Marshal(app.DefaultSettings())
	if err != nil {
		return err
	}
	hash := seal.HashPIN(n.PIN)
	return s.Write(ctx, Action{Actor: app.ConsoleActor(), Verb: "hall.init"}, func(tx *Tx) error {
		if _, err := tx.Exec(`INSERT INTO replica(hall, origin, machine, log_id, hlc, commits, keys, role) VALUES (?,?,?,?,0,0,?,?)`,
			s.hall, s.origin.String(), s.machine, s.logID, s.keyName, s.role); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO hall(id, name, division, zone, settings, public_key, authority) VALUES (?,?,?,?,?,?,?)`,
			s.hall, n.Name, n.Division, n.Zone, string(settings), s.ring.HallPublicKey(), []byte(s.ring.AuthorityKey())); err != nil {
			return err
		}
		if err := tx.addDevice(); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO grid(id, code, name, level) VALUES (?,?,?,1)`, NewID(), n.Division, n.Name); err != nil {
			return err
		}
		if err := s.sampleHall(tx); err != nil {
			return err
		}
		return tx.addStaff(NewID(), app.Staff{Name: n.Admin, Role: app.RoleAdmin}, hash)
	})
}

// sampleBusinesses are the queues of a new hall; the hall renames them as it likes.
var sampleBusinesses = []struct{ letter, zh, en, icon string }{
	{"A", "综合业务", "General services", "form"},
	{"B", "社保医保", "Social security and medical insurance", "medical-insurance"},
	{"C", "民政救助", "Relief and benefits", "family-social"},
	{"D", "咨询帮办", "Questions and help", "person"},
}

// familyBusiness says which queue a family of services goes to at first.
var familyBusiness = map[assets.Family]string{
	assets.FamilyCity: "A", assets.FamilyPublic: "B", assets.FamilySocial: "C",
	assets.FamilySelfgov: "D", assets.FamilyMutual: "D",
}

// sampleHall fills a new hall with things that work at once and are marked as
// samples: nobody should have to type a catalogue before the first resident.
func (s *Store) sampleHall(tx *Tx) error {
	businesses := map[string]string{}
	for i, b := range sampleBusinesses {
		id := NewID()
		businesses[b.letter] = id
		if _, err := tx.Exec(`INSERT INTO business(id, letter, name, name_en, icon, position) VALUES (?,?,?,?,?,?)`, id, b.letter, b.zh, b.en, b.icon, i); err != nil {
			return err
		}
	}
	for i := 1; i <= 3; i++ {
		if _, err := tx.Exec(`INSERT INTO "window"(id, number, name, open) VALUES (?,?,?,1)`, NewID(), i, fmt.Sprintf("%d号窗口", i)); err != nil {
			return err
		}
	}
	items, err := assets.Catalogue()
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := putService(tx, NewID(), sampleService(it, businesses[familyBusiness[it.Family]])); err != nil {
			return err
		}
	}
	if err := sampleForms(tx); err != nil {
		return err
	}
	notices, err := assets.Notices()
	if err != nil {
		return err
	}
	for _, sample := range notices {
		from := s.Day(tx.Now)
		to := s.Day(tx.Now.Add(time.Duration(sample.DaysValid) * 24 * time.Hour))
		if err := putNotice(tx, app.Form{}, NewID(), app.Notice{
			Category: string(sample.Category), Title: app.Text{ZH: sample.Title, EN: sample.TitleEN},
			Body: app.Text{ZH: sample.Body, EN: sample.BodyEN}, Owner: "", ValidFrom: from, ValidTo: to,
		}); err != nil {
			return err
		}
	}
	return nil
}

func sampleForms(tx *Tx) error {
	forms, err := assets.Forms()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		f, err := form.Parse(forms[name])
		if err != nil {
			return err
		}
		if err := putForm(tx, app.FormText{Service: f.Service, Body: string(forms[name]), Sample: true}); err != nil {
			return err
		}
	}
	return nil
}

func sampleService(it assets.ServiceItem, business string) app.Service {
	sv := app.Service{
		Code: it.Code, Family: app.Family(it.Family), Icon: it.Icon,
		Name: app.Text{ZH: it.Name, EN: it.NameEN}, Summary: app.Text{ZH: it.Summary, EN: it.SummaryEN},
		Who: app.Text{ZH: it.Who, EN: it.WhoEN}, Department: app.Text{ZH: it.Department, EN: it.DepartmentEN},
		LegalDays: it.LegalDays, PromisedDays: it.PromisedDays,
		Hours: app.Text{ZH: it.Hours, EN: it.HoursEN}, Window: app.Text{ZH: it.Window, EN: it.WindowEN},
		Fee: app.Text{ZH: it.Fee, EN: it.FeeEN}, Phone: it.Phone, Result: app.Text{ZH: it.Result, EN: it.ResultEN},
		Kind: int(it.Kind), BusinessID: business, Sample: true,
	}
	for _, m := range it.Materials {
		sv.Materials = append(sv.Materials, app.Material{
			Name: app.Text{ZH: m.Name, EN: m.NameEN}, Original: m.Original, Copies: m.Copies,
			Required: m.Required, Note: app.Text{ZH: m.Note, EN: m.NoteEN},
		})
	}
	for i, st := range it.Steps {
		step := app.Text{ZH: st}
		if i < len(it.StepsEN) {
			step.EN = it.StepsEN[i]
		}
		sv.Steps = append(sv.Steps, step)
	}
	return sv
}
