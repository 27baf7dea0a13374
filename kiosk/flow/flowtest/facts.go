// Package flowtest has a sample hall and a walker of every page of every kiosk
// flow, for the tests of whoever makes, draws or speaks pages.
package flowtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/app/form"
	"linli/assets"
	"linli/kiosk/flow"
)

// Now is the moment of the sample hall: a Monday morning.
var Now = time.Date(2026, time.November, 23, 9, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))

// Facts answers a hall as it looks on a working day, with the shipped sample
// catalogue and notices. Some of its queues are closed or full, and there are
// more of them than fit a page. Its name and numbers are invented. It panics
// when the embedded catalogue is faulty.
func Facts(lang string) flow.Facts {
	return flow.Facts{
		Ready: true,
		Hall: app.HallInfo{
			ID: "hall", Name: "样例社区服务大厅", Division: "440308001001", Zone: "Asia/Shanghai",
			Phone: "010-00000000", Address: "样例路 1 号", Settings: app.DefaultSettings(),
		},
		Businesses: Businesses(),
		Services:   Services(),
		Notices:    Notices(),
		Grids:      Grids(),
		Problems:   must(assets.Problems()),
		Forms:      Forms(),
		Offers:     Offers(),
		Lang:       lang,
		CanSave:    true,
		CanPrint:   true,
		CanWrite:   true,
		CanCard:    true,
		CanBook:    true,
		Now:        Now,
	}
}

// Businesses answers seven queues: two pages of tiles, in every state that a
// queue can be in.
func Businesses() []app.BusinessNow {
	const hours = "09:00–11:30 13:30–17:00"
	queue := func(letter, zh, en, icon string, waiting int, why app.Code, hours string) app.BusinessNow {
		return app.BusinessNow{
			Business: app.Business{
				ID: "business-" + letter, Letter: letter, Name: zh, NameEN: en, Icon: icon, Order: int(letter[0]),
			},
			Waiting: waiting, Wait: time.Duration(waiting) * 7 * time.Minute,
			Open: why == "", Why: why, Hours: hours,
		}
	}
	return []app.BusinessNow{
		queue("A", "社会保障", "Social security", "social-security-card", 3, "", hours),
		queue("B", "民政和优抚", "Civil affairs", "family", 0, "", hours),
		queue("C", "居住登记", "Residence", "house", 12, "", hours),
		queue("D", "计划生育和健康", "Family and health", "health", 0, app.CodeFull, hours),
		queue("E", "法律和调解", "Legal advice", "legal", 0, app.CodeClosed, "13:30–17:00"),
		queue("F", "就业创业", "Jobs", "job", 0, app.CodeLastTicket, hours),
		queue("G", "党群服务", "Party and public", "neighbours", 0, app.CodeClosed, ""),
	}
}

// Offers answers appointments of two queues: eight days, of which one has more times than fit a page, and times that staff have to
// confirm.
func Offers() map[string][]app.Offer {
	all := make(map[string][]app.Offer)
	for i := range 8 {
		day := app.Day(Now.AddDate(0, 0, i+1).Format(time.DateOnly))
		for j, from := range []string{"09:00", "09:30", "10:00", "10:30", "13:30", "14:00", "14:30", "15:00"} {
			if i > 0 && j > 2 {
				break
			}
			to, _ := time.Parse("15:04", from)
			all["business-A"] = append(all["business-A"], app.Offer{BusinessID: "business-A", Day: day, From: from, To: to.Add(30 * time.Minute).Format("15:04"), Free: j % 3})
		}
	}
	all["business-C"] = all["business-A"][8:9:9]
	all["business-C"][0].BusinessID = "business-C"
	return all
}

// Services answers the shipped catalogue as the kiosk gets it. Every other
// service has a queue.
func Services() []app.Service {
	queues := Businesses()
	var all []app.Service
	for i, item := range must(assets.Catalogue()) {
		s := app.Service{
			ID: "service-" + item.Code, Code: item.Code, Family: app.Family(item.Family), Icon: item.Icon,
			Name:       app.Text{ZH: item.Name, EN: item.NameEN},
			Summary:    app.Text{ZH: item.Summary, EN: item.SummaryEN},
			Who:        app.Text{ZH: item.Who, EN: item.WhoEN},
			Department: app.Text{ZH: item.Department, EN: item.DepartmentEN},
			LegalDays:  item.LegalDays, PromisedDays: item.PromisedDays,
			Hours:  app.Text{ZH: item.Hours, EN: item.HoursEN},
			Window: app.Text{ZH: item.Window, EN: item.WindowEN},
			Fee:    app.Text{ZH: item.Fee, EN: item.FeeEN},
			Phone:  item.Phone,
			Result: app.Text{ZH: item.Result, EN: item.ResultEN},
			Kind:   int(item.Kind), Sample: true,
		}
		for n, step := range item.Steps {
			text := app.Text{ZH: step}
			if n < len(item.StepsEN) {
				text.EN = item.StepsEN[n]
			}
			s.Steps = append(s.Steps, text)
		}
		for _, m := range item.Materials {
			s.Materials = append(s.Materials, app.Material{
				Name:     app.Text{ZH: m.Name, EN: m.NameEN},
				Original: m.Original, Copies: m.Copies, Required: m.Required,
				Note: app.Text{ZH: m.Note, EN: m.NoteEN},
			})
		}
		if i%2 == 0 {
			s.BusinessID = queues[i/2%len(queues)].ID
		}
		all = append(all, s)
	}
	return all
}

// Forms answers the hall's forms as they are read.
func Forms() map[string]form.Form {
	all := map[string]form.Form{}
	for _, t := range FormTexts() {
		all[t.Service] = must(form.Parse([]byte(t.Body)))
	}
	return all
}

// FormTexts answers the shipped forms as they are written, and one more with every type of question that they lack. It is
// invented.
func FormTexts() (all []app.FormText) {
	texts := must(assets.Forms())
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		all = append(all, app.FormText{Service: strings.TrimSuffix(name, ".toml"), Body: string(texts[name]), Sample: true})
	}
	return append(all, app.FormText{Service: "SH-002", Body: everyType})
}

const everyType = `
service = "SH-002"
title = "样例表单"
title_en = "Sample form"

[[question]]
type = "select_one"
name = "kind"
label = "办哪一种？"
label_en = "Which kind?"
choices = [{ name = "new", label = "第一次办", label_en = "For the first time" }, { name = "lost", label = "丢了补办", label_en = "Lost" }]

[[question]]
type = "text"
name = "id"
label = "老人的身份证号码是多少？"
label_en = "What is the ID number?"
appearance = "id"
required = true

[[question]]
type = "select_multiple"
name = "how"
label = "想怎么拿证？"
label_en = "How would you like to get it?"
choices = [{ name = "here", label = "自己来拿", label_en = "I come" }, { name = "home", label = "送到家", label_en = "At home" }]
`

// Grids answers a community of two grids with more buildings than fit a page.
func Grids() []app.Grid {
	all := []app.Grid{{ID: "community", Code: "440308001001", Name: "样例社区", Level: 1}}
	for i, buildings := range []int{8, 4} {
		grid := fmt.Sprintf("grid-%d", i+1)
		all = append(all, app.Grid{ID: grid, ParentID: "community", Code: grid, Name: []string{"第一网格", "第二网格"}[i], Level: 2})
		for n := range buildings {
			id := fmt.Sprintf("%s-%d", grid, n+1)
			all = append(all,
				app.Grid{ID: id, ParentID: grid, Code: id, Name: fmt.Sprintf("样例路%d号%d栋", 10*(i+1), n+1), Level: 3},
				app.Grid{ID: id + "-unit", ParentID: id, Code: id + "-unit", Name: "1单元", Level: 4})
		}
	}
	return all
}

// Notices answers the shipped sample notices, one a day.
func Notices() []app.Notice {
	var all []app.Notice
	for i, n := range must(assets.Notices()) {
		from := Now.AddDate(0, 0, -i)
		all = append(all, app.Notice{
			ID: fmt.Sprintf("notice-%d", i), Category: string(n.Category), Owner: "居委会",
			Title:     app.Text{ZH: n.Title, EN: n.TitleEN},
			Body:      app.Text{ZH: n.Body, EN: n.BodyEN},
			ValidFrom: app.Day(from.Format(time.DateOnly)),
			ValidTo:   app.Day(from.AddDate(0, 0, n.DaysValid).Format(time.DateOnly)),
			UpdatedAt: from,
		})
	}
	return all
}

func must[T any](v T, err error) T {
	if err != nil {
		panic("flowtest: " + err.Error())
	}
	return v
}
