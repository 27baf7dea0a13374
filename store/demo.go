package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"linli/app"
	"linli/app/casework"
	"linli/app/receipt"
	"linli/store/seal"

	"github.com/google/uuid"
)

// Demo says how large an invented hall is.
type Demo struct {
	Residents int
	Visits    int  // over the last 90 days; one in twenty leads to a case
	Seed      int  // the same seed makes the same people, with the same ids
	Separate  bool // one action for each visit, as in a real day; slower
}

// Sign-in of the invented staff. They are printed in the manual: a real hall must
// not have them.
const (
	DemoAdmin    = "演示管理员"
	DemoAdminPIN = "246810"
	DemoClerk    = "演示窗口"
	DemoClerkPIN = "135790"
)

// Everything below is invented. ID numbers bear an area that does not exist
// (320099), phones a block that nobody has (1990000…), addresses a road of that
// name, and each person the occupation 演示数据.
const (
	demoArea       = "320099"
	demoOccupation = "演示数据"
	demoDays       = 90
	demoChunk      = 150 // visits in one action
	demoProgress   = 20  // newest cases that can be looked up: deriving a key takes long
)

var (
	demoSurnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "单", "曾", "欧阳", "尉迟"}
	demoGiven    = [3][]string{
		nil,
		{"建国", "志强", "德华", "明", "伟", "国庆", "文博", "永福", "家栋", "春生", "大勇", "海涛", "子轩", "立新", "富贵"},
		{"秀英", "桂兰", "玉珍", "丽", "芳", "淑华", "雪梅", "小燕", "月娥", "欣怡", "春香", "凤霞", "婷婷", "美玲", "慧"},
	}
	demoPurposes = []string{"问一下怎么办老年人优待证", "来补一份材料", "咨询医保报销", "反映楼道堆物", "打听助餐点几点开门", "来取上次的证"}
	demoMatters  = []string{"楼道灯不亮", "垃圾桶满了没人清", "窨井盖松动", "楼上漏水", "电动车堵住通道", "想申请助餐", "独居老人想有人探访", "小区夜里噪声大", "表扬网格员热心", "建议加一张长椅"}
	demoReplies  = []string{"已经派人看过，修好了，请您放心。", "已联系物业，三天内处理完，到时给您打电话。", "您符合条件，请带身份证来大厅办理。", "谢谢您的建议，居委会已经列入计划。"}
	demoChannels = []app.Channel{app.ChannelWindow, app.ChannelWindow, app.ChannelWindow, app.ChannelKiosk, app.ChannelPhone, app.ChannelWeChat, app.ChannelHome, app.ChannelTV}
	demoOutcomes = []app.Outcome{app.OutcomeDone, app.OutcomeDone, app.OutcomeDone, app.OutcomeAdvised, app.OutcomeAdvised, app.OutcomeMissing, app.OutcomeReferred, app.OutcomeUnsettled}
	demoKinds    = []app.CaseKind{app.CaseReport, app.CaseComplaint, app.CaseHelp, app.CaseConsult, app.CaseSuggest, app.CasePraise, app.CaseService}
	demoSteps    = []app.CaseStep{app.CaseStepOpen, app.CaseStepAccept, app.CaseStepAssign, app.CaseStepHandle, app.CaseStepReply, app.CaseStepClose}
)

// FillDemo fills a hall with invented people, grids, visits, cases and ratings.
// The same seed adds nothing twice: a larger demo of the same seed adds what the
// smaller one lacked. 100,000 residents take about 15 s.
func FillDemo(ctx context.Context, s *Store, d Demo) error {
	b := &demoBuilder{s: s, d: d}
	for _, step := range []func(context.Context) error{b.staff, b.gridTree, b.residents, b.visits} {
		if err := step(ctx); err != nil {
			return translate("demo.fill", err)
		}
	}
	return nil
}

type demoBuilder struct {
	s            *Store
	d            Demo
	admin, clerk string // staff ids
	grids        []string
	services     []string
	windows      []string
}

// id answers the id of the i-th row of a kind: a UUID of version 7 made from the
// seed, so that ids rise with i.
func (b *demoBuilder) id(kind string, i int) string {
	r := b.random("id/"+kind, i)
	ms := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() + int64(i)
	var u uuid.UUID
	for k := range 6 {
		u[k] = byte(ms >> (40 - 8*k))
	}
	for k := 6; k < 16; k++ {
		u[k] = byte(r.Uint32())
	}
	u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
	return u.String()
}

// random answers the numbers of one row, which depend on nothing but the seed.
func (b *demoBuilder) random(kind string, i int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind))
	return rand.New(rand.NewPCG(uint64(b.d.Seed)^h.Sum64(), uint64(i))) //nolint:gosec // invented people need no secrecy
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (b *demoBuilder) staff(ctx context.Context) error {
	for _, p := range []struct {
		name, pin string
		role      app.Role
		id        *string
	}{{DemoAdmin, DemoAdminPIN, app.RoleAdmin, &b.admin}, {DemoClerk, DemoClerkPIN, app.RoleClerk, &b.clerk}} {
		id, err := people{b.s}.AddStaff(ctx, app.ConsoleActor(), app.Staff{Name: p.name, Role: p.role}, p.pin)
		var e *app.Error
		if errors.As(err, &e) && e.Code == app.CodeDuplicate {
			id, err = e.Args[0], nil
		}
		if err != nil {
			return err
		}
		*p.id = id
	}
	return nil
}

// gridTree puts six grids of eight buildings each below the community.
func (b *demoBuilder) gridTree(ctx context.Context) error {
	list, err := settings{b.s}.Grids(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	root, code := "", demoArea
	for _, g := range list {
		known[g.ID] = true
		if g.Level == 1 && root == "" {
			root, code = g.ID, g.Code
		}
	}
	numerals := []string{"一", "二", "三", "四", "五", "六"}
	return b.s.Write(ctx, Action{Actor: app.ConsoleActor(), Verb: "demo.grids"}, func(tx *Tx) error {
		put := func(id, parent, code, name string, level int) error {
			if known[id] {
				return nil
			}
			return upsert(tx, "grid", id, []string{"parent", "code", "name", "level"}, []any{null(parent), code, name, level})
		}
		for i := range 6 {
			grid := b.id("grid", i)
			if err := put(grid, root, fmt.Sprintf("%s%02d", code, i+1), "第"+numerals[i]+"网格", 2); err != nil {
				return err
			}
			for j := range 8 {
				building := b.id("building", 8*i+j)
				if err := put(building, grid, fmt.Sprintf("%s%02d%02d", code, i+1, j+1), fmt.Sprintf("样例路%d号%d栋", 10*(i+1), j+1), 3); err != nil {
					return err
				}
				b.grids = append(b.grids, building)
			}
		}
		return nil
	})
}

// has answers whether a row of an earlier demo of this seed is there.
func (b *demoBuilder) has(tx *Tx, table, id string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM `+quote(table)+` WHERE id = ?`, id).Scan(&n)
	return n > 0, err
}

func (b *demoBuilder) residents(ctx context.Context) error {
	action := Action{ID: NewID(), Actor: app.ConsoleActor(), Verb: "demo.residents"}
	for from := 0; from < b.d.Residents; from += maxChanges {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := b.s.Write(ctx, action, func(tx *Tx) error {
			for i := from; i < min(from+maxChanges, b.d.Residents); i++ {
				id := b.id("resident", i)
				if there, err := b.has(tx, "resident", id); err != nil || there {
					if err != nil {
						return err
					}
					continue
				}
				if err := tx.putResident(id, b.person(i), true); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// person invents the i-th resident. Numbers never repeat within a seed: the day
// of birth runs through 34,000 days, and each round has a serial of its own.
func (b *demoBuilder) person(i int) map[string]string {
	const days = 34_000 // 1927 to 2020
	r := b.random("resident", i)
	birth := time.Date(1927, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*7919%days)
	sex := 1 + i%2
	serial := (b.d.Seed%20+20)%20*20 + i/days%20
	number := demoArea + birth.Format("20060102") + fmt.Sprintf("%03d", 2*serial+sex%2)
	home := r.IntN(len(b.grids))
	ethnic := "01"
	if r.IntN(20) == 0 {
		ethnic = pick(r, []string{"02", "03", "05", "08", "11"})
	}
	return map[string]string{
		"name": pick(r, demoSurnames) + pick(r, demoGiven[sex]), "id_number": number + idCheck(number),
		"sex": strconv.Itoa(sex), "birth": birth.Format(time.DateOnly), "ethnic": ethnic,
		"phone":   fmt.Sprintf("1990000%04d", r.IntN(10_000)),
		"address": fmt.Sprintf("样例路%d号%d栋%d单元%d%02d室", 10*(home/8+1), home%8+1, 1+r.IntN(4), 1+r.IntN(18), 1+r.IntN(4)),
		"grid":    b.grids[home], "occupation": demoOccupation,
	}
}

// idCheck is the check character of GB 11643: weights are the powers of two.
func idCheck(number string) string {
	sum := 0
	for i, d := range number {
		sum += int(d-'0') * (1 << (17 - i) % 11)
	}
	return "10X98765432"[sum%11 : sum%11+1]
}

func (b *demoBuilder) visits(ctx context.Context) error {
	list, err := public{b.s}.Services(ctx, "")
	if err != nil {
		return err
	}
	for _, v := range list {
		b.services = append(b.services, v.ID)
	}
	windows, err := public{b.s}.Windows(ctx)
	if err != nil {
		return err
	}
	for _, w := range windows {
		b.windows = append(b.windows, w.ID)
	}
	days := b.workingDays()
	step := demoChunk
	if b.d.Separate {
		step = 1
	}
	bulk := Action{ID: NewID(), Actor: app.Actor{ID: b.clerk, Name: DemoClerk, Role: app.RoleClerk}, Verb: "demo.visits"}
	for from := 0; from < b.d.Visits; from += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		action := bulk
		if b.d.Separate {
			action.ID, action.Verb = "", "visit.register"
		}
		err := b.s.Write(ctx, action, func(tx *Tx) error {
			for i := from; i < min(from+step, b.d.Visits); i++ {
				// Oldest first, so that the newest visits stand last in the log.
				if err := b.visit(tx, i, days[i*len(days)/b.d.Visits]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// workingDays lists the days on which the demo hall was open, at nine o'clock.
func (b *demoBuilder) workingDays() []time.Time {
	now := b.s.localNow()
	var days []time.Time
	for n := demoDays; n > 0; n-- {
		d := time.Date(now.Year(), now.Month(), now.Day()-n, 9, 0, 0, 0, b.s.zone)
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			days = append(days, d)
		}
	}
	return days
}

func (b *demoBuilder) visit(tx *Tx, i int, day time.Time) error {
	id := b.id("visit", i)
	if there, err := b.has(tx, "visit", id); err != nil || there {
		return err
	}
	r := b.random("visit", i)
	at := day.Add(time.Duration(r.IntN(8*3600)) * time.Second)
	resident := ""
	if b.d.Residents > 0 && r.IntN(10) > 0 {
		resident = b.id("resident", r.IntN(b.d.Residents))
	}
	purpose, service := "", ""
	if len(b.services) == 0 || r.IntN(4) == 0 {
		purpose = pick(r, demoPurposes)
	} else {
		service = pick(r, b.services)
	}
	agent, window := "", ""
	if r.IntN(12) == 0 {
		agent = pick(r, demoSurnames) + pick(r, demoGiven[1+r.IntN(2)])
	}
	channel, outcome := pick(r, demoChannels), pick(r, demoOutcomes)
	if channel == app.ChannelWindow && len(b.windows) > 0 {
		window = pick(r, b.windows)
	}
	leads := r.IntN(20) == 0
	if leads {
		outcome = app.OutcomeAccepted
	}
	if _, err := tx.Exec(`INSERT INTO visit(id, resident, agent, channel, purpose, service, "window", staff, day, at, fold) VALUES (?,?,?,?,?,?,?,?,?,?,1)`,
		id, null(resident), tx.Seal("visit", id, "agent", agent), string(channel), tx.Seal("visit", id, "purpose", purpose), null(service), null(window),
		b.clerk, string(app.DayOf(at, b.s.zone)), at.UnixMilli()); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO visit_event(id, visit, step, outcome, staff, at) VALUES (?,?,?,?,?,?)`,
		b.id("visit_event", i), id, visitOutcome, string(outcome), b.clerk, at.UnixMilli()); err != nil {
		return err
	}
	if !leads {
		return nil
	}
	return b.caseOf(tx, i, r, id, resident, service, at)
}

// caseOf opens the case that a visit led to and takes it some way.
func (b *demoBuilder) caseOf(tx *Tx, i int, r *rand.Rand, visit, resident, service string, at time.Time) error {
	day := app.DayOf(at, b.s.zone)
	n, err := tx.number("receipt", day)
	if err != nil {
		return err
	}
	number, err := receipt.Number(day, b.s.machine, n)
	if app.CodeOf(err) == app.CodeFull {
		return nil // more than a machine can number in a day: leave it at the visit
	}
	if err != nil {
		return err
	}
	id, secret := b.id("case", i), fmt.Sprintf("%06d", r.IntN(1_000_000))
	contact, title := fmt.Sprintf("1990000%04d", r.IntN(10_000)), pick(r, demoMatters)
	kind := pick(r, demoKinds)
	if _, err := tx.Exec(`INSERT INTO "case"(id, receipt, secret, kind, title, place, resident, contact, grid, service, visit, staff, at, fold) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		id, number, tx.Seal("case", id, "secret", secret), string(kind), tx.Seal("case", id, "title", title), tx.Seal("case", id, "place", "样例路"),
		null(resident), tx.Seal("case", id, "contact", contact), pick(r, b.grids), null(service), visit, b.clerk, at.UnixMilli(), casework.FoldVersion); err != nil {
		return err
	}
	// Old cases are mostly closed; each state has some.
	last := min(r.IntN(9), len(demoSteps)-1)
	c, reply := app.Case{ID: id}, ""
	for k, step := range demoSteps[:last+1] {
		ev := app.CaseEvent{ID: b.id("case_event/"+string(step), i), CaseID: id, Step: step, By: b.clerk, At: notAfter(tx.Now, at.Add(time.Duration(k*(1+r.IntN(20)))*time.Hour))}
		switch step {
		case app.CaseStepAssign:
			ev.ToStaff = b.clerk
		case app.CaseStepHandle:
			ev.Note = "已到现场查看。"
		case app.CaseStepReply:
			reply = pick(r, demoReplies)
			ev.Note = reply
		}
		if c, err = casework.Apply(c, ev); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO case_event(id, "case", step, to_staff, note, staff, at) VALUES (?,?,?,?,?,?,?)`,
			ev.ID, id, string(step), null(ev.ToStaff), tx.Seal("case_event", ev.ID, "note", ev.Note), b.clerk, ev.At.UnixMilli()); err != nil {
			return err
		}
	}
	if i >= b.d.Visits-20*demoProgress {
		about := app.CaseAbout{Kind: kind, ServiceID: service}
		if err := tx.putProgress(number, seal.ReceiptKey(number, secret), about, c.State, reply); err != nil {
			return err
		}
	}
	if !casework.CanRate(c.State) || r.IntN(5) < 2 {
		return nil
	}
	score := pick(r, []int{app.ScoreBest, app.ScoreBest, app.ScoreBest, app.ScoreGood, app.ScoreGood, app.ScoreFair, app.ScorePoor, app.ScoreWorst})
	_, err = tx.Exec(`INSERT INTO rating(id, score, subject, reference, day, at) VALUES (?,?,?,?,?,?)`,
		b.id("rating", i), score, "case", number, string(day), notAfter(tx.Now, at.Add(200*time.Hour)).UnixMilli())
	return err
}

func notAfter(now, t time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}
