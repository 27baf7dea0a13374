package desk_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/assets"
)

// fake is a hall in memory that keeps only what the desk's tests look at. All
// its people are invented.
type fake struct {
	draft     app.InboxItem
	draftCode string
	sync.Mutex
	now       time.Time
	bus       *app.Bus
	tries     int
	tickets   []app.Ticket
	residents []app.Resident
	saved     []map[string]string
	forms     []app.Form
	visits    []app.Visit
	new       []app.NewVisit
	cases     []app.Case
	opened    []app.NewCase
	events    map[string][]app.CaseEvent
	inbox     []app.InboxItem
	help      []app.HelpCall
	checks    []app.Check
	notices   []app.Notice
	services  []app.Service
	health    app.Health
	refuse    error // what the next write answers
	revealed  []string
	actors    []app.Actor
	pages     map[string][]app.PageCount // of the kiosk, by month
	asked     [][2]app.Day               // for them
	settings  app.Settings
	troubles  []app.KioskTrouble
	rep       *replicas // nil: a hall without other machines' port
}

type clock struct{ f *fake }

func (c clock) Now() time.Time { return c.f.now }

var zone = time.FixedZone("UTC+8", 8*3600)

func newFake() *fake {
	f := &fake{
		now: time.Date(2026, 11, 23, 9, 40, 0, 0, zone), bus: &app.Bus{}, settings: app.DefaultSettings(),
		events: map[string][]app.CaseEvent{},
	}
	businesses := []string{"社会保障", "民政救助", "物业报修"}
	for i := range 12 {
		t := app.Ticket{
			ID: fmt.Sprintf("t%d", i), Number: fmt.Sprintf("%c1-%03d", 'A'+i%3, i+5), BusinessID: fmt.Sprintf("b%d", i%3), Business: businesses[i%3],
			Lane: app.LaneNormal, State: app.TicketWaiting, TakenAt: f.now.Add(-time.Duration(40-3*i) * time.Minute),
		}
		if i == 0 || i == 4 {
			t.Lane = app.LanePriority
		}
		t.Since = t.TakenAt
		f.tickets = append(f.tickets, t)
	}
	f.tickets[11].State = app.TicketMissed
	f.tickets[11].CalledAt = f.now.Add(-15 * time.Minute)
	names := []string{"张样例", "李样例", "王样例", "欧阳样例", "赵样例", "样例·买买提江"}
	for i, n := range names {
		f.residents = append(f.residents, app.Resident{
			ID: fmt.Sprintf("r%d", i), Name: n, Sex: fmt.Sprint(1 + i%2), Birth: fmt.Sprintf("19%d0-10-0%d", 4+i%4, 1+i), Ethnic: "01",
			IDNumber: "110101**********001" + fmt.Sprint(i), Phone: "138****000" + fmt.Sprint(i), Address: fmt.Sprintf("样例路 %d 号院 2 号楼 3 单元 %d01 室", i+1, i+1), GridID: "g1",
		})
	}
	for i, o := range []app.Outcome{app.OutcomeDone, app.OutcomeAccepted, app.OutcomeMissing, app.OutcomeAdvised, app.OutcomeUnsettled} {
		f.visits = append(f.visits, app.Visit{
			ID: fmt.Sprintf("v%d", i), At: f.now.Add(-time.Duration(10*i+5) * time.Minute), ResidentID: fmt.Sprintf("r%d", i), Resident: "张*例",
			Number: fmt.Sprintf("A1-00%d", i), Service: "高龄津贴申请", Outcome: o, Voided: i == 3, Channel: app.ChannelWindow,
		})
	}
	for i, s := range []app.CaseState{app.CaseOpen, app.CaseAccepted, app.CaseAssigned, app.CaseHandling, app.CaseReplied, app.CaseClosed} {
		c := app.Case{
			ID: fmt.Sprintf("c%d", i), Receipt: fmt.Sprintf("26112301%03d5", i), Kind: app.CaseKinds()[i%7], Title: "三号楼二单元楼道灯不亮,老人晚上上下楼看不清",
			Body: "居民说已经一个星期了,晚上有两位老人差点摔倒。希望尽快换灯,并检查其他楼层。", Resident: "张*例", ResidentID: "r0", State: s, Handler: "孙样例", HandlerID: "s-grid",
			OpenedAt: f.now.AddDate(0, 0, -i*3), GridID: "g1", Contact: "138****0000", Place: "三号楼二单元",
		}
		if s == app.CaseReplied || s == app.CaseClosed {
			c.Reply = "灯已经换好,另外检查了四到六层,都正常。谢谢您告诉我们。"
		}
		f.cases = append(f.cases, c)
		f.events[c.ID] = []app.CaseEvent{
			{Step: app.CaseStepOpen, ByName: "钱样例", At: c.OpenedAt},
			{Step: app.CaseStepAccept, ByName: "钱样例", At: c.OpenedAt.Add(time.Hour)},
			{Step: app.CaseStepAssign, ByName: "钱样例", ToStaff: "s-grid", Note: "请今天去看一下", At: c.OpenedAt.Add(2 * time.Hour)},
			{Step: app.CaseStepHandle, ByName: "孙样例", Note: "到现场看过,灯头坏了,已报物业。", At: c.OpenedAt.Add(5 * time.Hour)},
		}
	}
	problems, _ := assets.Problems()
	f.inbox = []app.InboxItem{
		{ID: "i1", Receipt: "261123010015", At: f.now.Add(-8 * time.Minute), Body: app.Submission{Kind: app.SubmitProblem, Category: problems[0].Code, Choice: problems[0].What[0].Code, Place: problems[0].Where[0].Code, Urgent: true, Phone: "13800000000"}},
		{ID: "i2", Receipt: "261123010023", At: f.now.Add(-50 * time.Minute), Body: app.Submission{Kind: app.SubmitOpinion, ServiceID: "svc0", Words: "希望中午也能办,白天要上班。"}},
		{ID: "i3", Receipt: "261122010031", At: f.now.AddDate(0, 0, -1), Opened: true, CaseID: "c1", Body: app.Submission{Kind: app.SubmitComment, Words: "等得有点久"}},
	}
	f.help = []app.HelpCall{{ID: "h1", Page: "home", At: f.now.Add(-2 * time.Minute)}}
	f.checks = []app.Check{
		{RatingID: "k1", Score: 4, CaseID: "c5", Receipt: "261123010055", At: f.now.Add(-3 * time.Hour)},
		{RatingID: "k2", Score: 5, Number: "A1-001", At: f.now.AddDate(0, 0, -1)},
	}
	for i, c := range app.NoticeCategories() {
		f.notices = append(f.notices, app.Notice{
			ID: fmt.Sprintf("n%d", i), Category: c, Title: app.Text{ZH: "十二月老年人免费体检的时间和地点", EN: "Free check-ups for elders in December"}, Body: app.Text{ZH: "请带身份证,空腹前来。"},
			Owner: "钱样例", ValidFrom: app.Day(f.now.AddDate(0, 0, i-3).Format(time.DateOnly)), ValidTo: app.Day(f.now.AddDate(0, 0, i-1).Format(time.DateOnly)),
		})
	}
	items, _ := assets.Catalogue()
	for i, it := range items {
		s := app.Service{ID: fmt.Sprintf("svc%d", i), Name: app.Text{ZH: it.Name, EN: it.NameEN}, Department: app.Text{ZH: it.Department, EN: it.DepartmentEN}, PromisedDays: it.PromisedDays}
		for _, m := range it.Materials {
			s.Materials = append(s.Materials, app.Material{Name: app.Text{ZH: m.Name, EN: m.NameEN}, Required: m.Required})
		}
		f.services = append(f.services, s)
	}
	f.health = app.Health{
		DataDir: "/home/hall/linli", DiskFree: 41 << 30, DatabaseSize: 86 << 20, Entries: 128431, Residents: 100000, LastBackup: f.now.Add(-7 * time.Hour),
		LastCheck: f.now.Add(-9 * time.Hour), CheckOK: true, OpenCases: 37, Program: "0.1.0", Schema: 3,
	}
	f.rep = newReplicas(f)
	return f
}

func (f *fake) hall() *app.Hall {
	h := &app.Hall{
		Public: public{f}, Staff: staff{f}, Queue: queue{f}, Registry: registry{f}, Visits: visits{f}, Cases: cases{f},
		Inbox: inbox{f}, Notices: notices{f}, Settings: settings{f}, Upkeep: upkeep{f}, Funnel: f, Kiosks: f, Events: f.bus, Clock: clock{f},
	}
	if f.rep != nil {
		h.Replicas = f.rep
	}
	return h
}

// write is what every write does first.
func (f *fake) write(by app.Actor, act app.Act, table string) error {
	f.actors = append(f.actors, by)
	if f.refuse != nil {
		err := f.refuse
		f.refuse = nil
		return err
	}
	if err := by.Require(act); err != nil {
		return err
	}
	f.bus.Publish(app.Changed{Table: table})
	return nil
}

type public struct{ f *fake }

func (p public) Hall(context.Context) (app.HallInfo, error) {
	return app.HallInfo{ID: "hall", Name: "样例社区服务大厅", Zone: "Asia/Shanghai", Settings: p.f.settings}, nil
}

func (p public) Windows(context.Context) ([]app.Window, error) {
	return []app.Window{{ID: "w1", Number: 1, Name: "综合窗口", Open: true}, {ID: "w2", Number: 2, Name: "社保窗口"}}, nil
}

func (p public) Businesses(context.Context) ([]app.BusinessNow, error) {
	return []app.BusinessNow{
		{Business: app.Business{ID: "b0", Letter: "A", Name: "社会保障", NameEN: "Social security"}, Waiting: 4, Wait: 25 * time.Minute, Open: true},
		{Business: app.Business{ID: "b1", Letter: "B", Name: "民政救助", NameEN: "Relief"}, Waiting: 4, Wait: 30 * time.Minute, Open: true},
		{Business: app.Business{ID: "b2", Letter: "C", Name: "物业报修", NameEN: "Repairs"}, Waiting: 3},
	}, nil
}

func (p public) Services(context.Context, app.Family) ([]app.Service, error) {
	return p.f.services, nil
}

func (p public) Service(_ context.Context, id string) (app.Service, error) {
	for _, s := range p.f.services {
		if s.ID == id {
			return s, nil
		}
	}
	return app.Service{}, app.Fail(app.CodeNotFound)
}
func (p public) Forms(context.Context) ([]app.FormText, error) { return nil, nil }

func (p public) Replies(context.Context, string) ([]app.Reply, error) { return nil, nil }
func (p public) Notices(context.Context) ([]app.Notice, error)        { return p.f.notices, nil }
func (p public) Grids(ctx context.Context) ([]app.Grid, error)        { return settings(p).Grids(ctx) }
func (p public) Board(context.Context) (app.Board, error)             { return app.Board{}, nil }

type staff struct{ f *fake }

var people = []app.Staff{
	{ID: "s-admin", Name: "周样例", Role: app.RoleAdmin},
	{ID: "s-clerk", Name: "钱样例", Role: app.RoleClerk},
	{ID: "s-grid", Name: "孙样例", Role: app.RoleGrid, GridID: "g1"},
	{ID: "s-super", Name: "吴样例", Role: app.RoleSupervisor},
}

func (s staff) Staff(context.Context) ([]app.Staff, error) { return people, nil }

func (s staff) SignIn(_ context.Context, name, pin, window string) (app.Actor, error) {
	for _, p := range people {
		if p.Name != name {
			continue
		}
		if pin != "246810" {
			if s.f.tries++; s.f.tries >= 5 {
				return app.Actor{}, app.Fail(app.CodeLocked, "15")
			}
			return app.Actor{}, app.Fail(app.CodeWrongPIN, fmt.Sprint(5-s.f.tries))
		}
		return app.Actor{ID: p.ID, Name: p.Name, Role: p.Role, WindowID: window}, nil
	}
	return app.Actor{}, app.Fail(app.CodeNotFound)
}

func (s staff) AddStaff(_ context.Context, by app.Actor, _ app.Staff, _ string) (string, error) {
	return "s-new", s.f.write(by, app.ActSettings, "staff")
}
func (s staff) ChangePIN(context.Context, app.Actor, string, string, string) error { return nil }
func (s staff) RetireStaff(_ context.Context, by app.Actor, _ string) error {
	return s.f.write(by, app.ActSettings, "staff")
}

type queue struct{ f *fake }

func (q queue) list(states ...app.TicketState) []app.Ticket {
	var out []app.Ticket
	for _, t := range q.f.tickets {
		for _, s := range states {
			if t.State == s {
				out = append(out, t)
			}
		}
	}
	return out
}

func (q queue) Waiting(context.Context, string) ([]app.Ticket, error) {
	return q.list(app.TicketWaiting, app.TicketCalled), nil
}

func (q queue) Missed(context.Context) ([]app.Ticket, error) { return q.list(app.TicketMissed), nil }

func (q queue) find(id string) *app.Ticket {
	for i := range q.f.tickets {
		if q.f.tickets[i].ID == id {
			return &q.f.tickets[i]
		}
	}
	return nil
}

func (q queue) Ticket(_ context.Context, id string) (app.Ticket, error) {
	if t := q.find(id); t != nil {
		return *t, nil
	}
	return app.Ticket{}, app.Fail(app.CodeNotFound)
}

func (q queue) TakeAtDesk(_ context.Context, by app.Actor, _ app.TakeTicket) (app.Taken, error) {
	return app.Taken{Ticket: app.Ticket{Number: "A1-099"}, Ahead: 4}, q.f.write(by, app.ActServe, "ticket")
}

func (q queue) CallNext(ctx context.Context, by app.Actor, _ ...string) (app.Ticket, error) {
	for _, t := range q.f.tickets {
		if t.State == app.TicketWaiting {
			return q.Step(ctx, by, t.ID, app.StepCall, "")
		}
	}
	return app.Ticket{}, app.Fail(app.CodeNotFound)
}

func (q queue) Step(_ context.Context, by app.Actor, id string, s app.TicketStep, _ string) (app.Ticket, error) {
	t := q.find(id)
	if err := q.f.write(by, app.ActServe, "ticket"); err != nil {
		return app.Ticket{}, err
	}
	switch s {
	case app.StepCall:
		t.State, t.WindowID, t.Calls, t.CalledAt = app.TicketCalled, by.WindowID, 1, q.f.now
	case app.StepRecall:
		t.Calls++
	case app.StepMiss:
		t.State = app.TicketMissed
	case app.StepReturn, app.StepTransfer:
		t.State = app.TicketWaiting
	case app.StepComplete:
		t.State = app.TicketDone
	}
	return *t, nil
}

type registry struct{ f *fake }

func (r registry) Find(_ context.Context, _ app.Actor, q, _ string, limit int) ([]app.Found, error) {
	var out []app.Found
	for _, p := range r.f.residents {
		if strings.Contains(p.Name, q) || strings.Contains("zyl lyl wyl", q) || strings.HasSuffix(p.IDNumber, q) {
			out = append(out, app.Found{ID: p.ID, Name: p.Name, Sex: p.Sex, Age: 77, IDTail: "0010", Phone: p.Phone, Address: p.Address})
		}
		if len(out) == limit {
			break
		}
	}
	return out, nil
}

func (r registry) Resident(_ context.Context, _ app.Actor, id string) (app.Resident, app.Form, error) {
	for _, p := range r.f.residents {
		if p.ID == id {
			return p, app.Form{Table: "resident", Row: id, Seen: map[string][]string{"phone": {"0a"}}}, nil
		}
	}
	return app.Resident{}, app.Form{}, app.Fail(app.CodeNotFound)
}

func (r registry) Reveal(_ context.Context, by app.Actor, _, column string) (string, error) {
	r.f.revealed = append(r.f.revealed, column)
	return "13800000000", by.Require(app.ActReveal)
}

func (r registry) Save(_ context.Context, by app.Actor, f app.Form, cols map[string]string) (string, error) {
	if err := r.f.write(by, app.ActRegistry, "resident"); err != nil {
		return "", err
	}
	r.f.saved, r.f.forms = append(r.f.saved, cols), append(r.f.forms, f)
	if f.New() {
		r.f.residents = append(r.f.residents, app.Resident{ID: "r-new", Name: cols["name"]})
		return "r-new", nil
	}
	return f.Row, nil
}

func (r registry) History(context.Context, app.Actor, string) ([]app.Change, error) {
	at := r.f.now.AddDate(0, 0, -2)
	return []app.Change{
		{At: r.f.now.Add(-time.Hour), By: "钱样例", Column: "phone", Value: "138****0000"},
		{At: at, By: "周样例", Column: "address", Value: "样例路 1 号院 2 号楼 3 单元 101 室"},
		{At: at, By: "周样例", Column: "name", Value: "张样例"},
	}, nil
}

type visits struct{ f *fake }

func (v visits) Register(_ context.Context, by app.Actor, n app.NewVisit) (app.Visit, error) {
	if err := v.f.write(by, app.ActServe, "visit"); err != nil {
		return app.Visit{}, err
	}
	v.f.new = append(v.f.new, n)
	got := app.Visit{ID: "v-new", Outcome: n.Outcome, Resident: "张*例"}
	if t := (queue{v.f}).find(n.TicketID); t != nil {
		t.State = app.TicketDone
		got.Number = t.Number
	}
	return got, nil
}

func (v visits) Amend(_ context.Context, by app.Actor, _ string, _ app.Outcome, _ string) (app.Visit, error) {
	return app.Visit{}, v.f.write(by, app.ActServe, "visit")
}

func (v visits) Void(_ context.Context, by app.Actor, _, _ string) (app.Visit, error) {
	return app.Visit{}, v.f.write(by, app.ActServe, "visit")
}

func (v visits) Visits(context.Context, app.Actor, app.VisitFilter) ([]app.Visit, error) {
	return v.f.visits, nil
}

type cases struct{ f *fake }

func (c cases) Open(_ context.Context, by app.Actor, n app.NewCase) (app.Case, error) {
	if err := c.f.write(by, app.ActCase, "case"); err != nil {
		return app.Case{}, err
	}
	c.f.opened = append(c.f.opened, n)
	got := app.Case{ID: "c-new", Receipt: "261123010995", Kind: n.Kind, Title: n.Title, State: app.CaseOpen, OpenedAt: c.f.now}
	c.f.cases = append(c.f.cases, got)
	got.Secret = "482915"
	return got, nil
}

func (c cases) Do(_ context.Context, by app.Actor, id string, s app.CaseStep, to, note string) (app.Case, error) {
	for i := range c.f.cases {
		k := &c.f.cases[i]
		if k.ID != id {
			continue
		}
		ev := app.CaseEvent{Step: s, ToStaff: to, Note: note}
		if err := casework.Allow(*k, ev); err != nil {
			return *k, err
		}
		if err := c.f.write(by, casework.Right(s), "case"); err != nil {
			return *k, err
		}
		switch s {
		case app.CaseStepAccept:
			k.State = app.CaseAccepted
		case app.CaseStepAssign:
			k.State = app.CaseAssigned
		case app.CaseStepReply:
			k.State, k.Reply = app.CaseReplied, note
		case app.CaseStepClose:
			k.State = app.CaseClosed
		default:
			k.State = app.CaseHandling
		}
		return *k, nil
	}
	return app.Case{}, app.Fail(app.CodeNotFound)
}

func (c cases) Case(_ context.Context, _ app.Actor, id string) (app.Case, []app.CaseEvent, error) {
	for _, k := range c.f.cases {
		if k.ID == id {
			return k, c.f.events[id], nil
		}
	}
	return app.Case{}, nil, app.Fail(app.CodeNotFound)
}

func (c cases) Contact(_ context.Context, by app.Actor, id string) (string, error) {
	c.f.revealed = append(c.f.revealed, "contact of "+id)
	return "13800000000", by.Require(app.ActReveal)
}

func (c cases) Cases(context.Context, app.Actor, app.CaseFilter) ([]app.Case, error) {
	return c.f.cases, nil
}
func (c cases) Checks(context.Context, app.Actor) ([]app.Check, error) { return c.f.checks, nil }
func (c cases) Verify(_ context.Context, by app.Actor, _, _ string, _ bool) error {
	return c.f.write(by, app.ActClose, "rating")
}

type inbox struct{ f *fake }

func (i inbox) Inbox(context.Context, app.Actor) ([]app.InboxItem, error) { return i.f.inbox, nil }
func (i inbox) OpenSubmission(_ context.Context, by app.Actor, _ string) (app.Case, error) {
	return i.f.cases[0], i.f.write(by, app.ActInbox, "submission_opened")
}

func (i inbox) Draft(_ context.Context, by app.Actor, code string) (app.InboxItem, error) {
	if by.Require(app.ActInbox) != nil || code != i.f.draftCode {
		return app.InboxItem{}, app.Fail(app.CodeNotFound)
	}
	return i.f.draft, nil
}

func (i inbox) OpenDraft(_ context.Context, by app.Actor, id, code string) (app.Case, error) {
	if id != i.f.draft.ID || code != i.f.draftCode {
		return app.Case{}, app.Fail(app.CodeNotFound)
	}
	c := i.f.cases[0]
	c.Secret = "246810"
	return c, i.f.write(by, app.ActInbox, "submission_opened")
}

func (i inbox) PublishReply(_ context.Context, by app.Actor, _ app.Reply) (string, error) {
	return "reply", i.f.write(by, app.ActInbox, "reply")
}
func (i inbox) HelpCalls(context.Context) ([]app.HelpCall, error) { return i.f.help, nil }
func (i inbox) Answer(_ context.Context, by app.Actor, _ string) error {
	i.f.help = nil
	return i.f.write(by, app.ActInbox, "help_call")
}

type notices struct{ f *fake }

func (n notices) AllNotices(context.Context) ([]app.Notice, error) { return n.f.notices, nil }
func (n notices) NoticeForm(_ context.Context, id string) (app.Notice, app.Form, error) {
	for _, x := range n.f.notices {
		if x.ID == id {
			return x, app.Form{Table: "notice", Row: id}, nil
		}
	}
	return app.Notice{}, app.Form{}, app.Fail(app.CodeNotFound)
}

func (n notices) SaveNotice(_ context.Context, by app.Actor, _ app.Form, _ app.Notice) (string, error) {
	return "n", n.f.write(by, app.ActNotice, "notice")
}

type settings struct{ f *fake }

func (s settings) SaveHall(_ context.Context, by app.Actor, h app.HallInfo) error {
	s.f.settings = h.Settings
	return s.f.write(by, app.ActSettings, "hall")
}

func (s settings) SaveWindow(_ context.Context, by app.Actor, _ app.Window) (string, error) {
	return "w", s.f.write(by, app.ActSettings, "window")
}

func (s settings) SaveBusiness(context.Context, app.Actor, app.Business) (string, error) {
	return "", nil
}

func (s settings) SetHours(context.Context, app.Actor, string, []app.OpeningHours) error { return nil }

func (s settings) SaveForm(context.Context, app.Actor, string) (app.FormText, error) {
	return app.FormText{}, nil
}
func (s settings) DropForm(context.Context, app.Actor, string) error { return nil }
func (s settings) SaveService(context.Context, app.Actor, app.Service) (string, error) {
	return "", nil
}

func (s settings) Grids(context.Context) ([]app.Grid, error) {
	return []app.Grid{{ID: "g1", Name: "第一网格", Level: 2, Leader: "孙样例"}, {ID: "g2", Name: "第二网格", Level: 2, Leader: "孙样例"}, {ID: "b21", ParentID: "g2", Name: "样例路20号1栋", Level: 3}}, nil
}
func (s settings) SaveGrid(context.Context, app.Actor, app.Grid) (string, error) { return "", nil }

type upkeep struct{ f *fake }

func (u upkeep) Health(context.Context) (app.Health, error) { return u.f.health, nil }
func (u upkeep) BackupNow(_ context.Context, by app.Actor) (string, error) {
	return "backup-2026-11-23.linli", u.f.write(by, app.ActBackup, "job_run")
}

func (u upkeep) RecoverySheet(_ context.Context, by app.Actor, _ string) ([]byte, error) {
	return []byte("%PDF-1.7"), by.Require(app.ActBackup)
}

func (u upkeep) ConfirmSheet(_ context.Context, by app.Actor, group string) error {
	if group != "K7QM" {
		return app.Fail(app.CodeNotConfirmed)
	}
	u.f.health.SheetSeen = true
	return u.f.write(by, app.ActBackup, "hall")
}
