package residents

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// facts are the sample hall, read once a language.
func facts(lang string) flow.Facts { return samples[lang]() }

var samples = map[string]func() flow.Facts{
	assets.LangChinese: sync.OnceValue(func() flow.Facts { return flowtest.Facts(assets.LangChinese) }),
	assets.LangEnglish: sync.OnceValue(func() flow.Facts { return flowtest.Facts(assets.LangEnglish) }),
}

// Goals are what residents come for, in the order of the report.
func Goals() []string {
	return []string{
		"take a number", "take a priority number", "read a service and take its number", "read a notice", "report a problem",
		"report a problem and leave a phone", "look up progress", "rate a visit", "book an appointment", "arrive for an appointment", "call for help",
		"fill in a form", "see which papers are missing",
	}
}

// A goal is what a resident wants, in the words that they have for it.
type goal struct {
	name   string
	wants  []string          // words of what to touch, in their language
	papers map[string]string // a word of a question, and the digits that answer it
	there  []string          // a title with one of these words is the end of it
	number bool              // there is a number to take home
	reads  string            // the title of what is to be read to its end
}

// own are a resident's words in their language.
func own(lang, zh, en string) string {
	if lang == assets.LangEnglish {
		return en
	}
	return zh
}

// newGoal makes a goal of a kind. What the resident has on paper, the hall knows.
func newGoal(name string, h *hall, rng *rand.Rand, lang string) goal {
	f := facts(lang)
	say := func(zh, en string) string { return own(lang, zh, en) }
	business := f.Businesses[rng.IntN(3)]
	queue := say(business.Name, business.NameEN)
	g := goal{name: name, papers: map[string]string{}}
	taken := say("您的号取好了", "Here is your number")
	received := say("已经收到", "eceived")
	switch name {
	case "take a number":
		g.wants, g.there, g.number = []string{say("取号", "Take a number"), queue, say("不需要", "No")}, []string{taken}, true
	case "take a priority number":
		g.wants, g.there, g.number = []string{say("取号", "Take a number"), queue, say("岁以上", "Aged")}, []string{taken}, true
	case "read a service and take its number":
		s := openService(f, rng)
		g.wants = []string{say("能办什么", "What we do here"), assets.Format(lang, "family."+string(s.Family)), s.Name.In(lang), say("取这项业务的号", "Take a number for this"), say("不需要", "No")}
		g.there, g.number = []string{taken}, true
	case "read a notice":
		n := f.Notices[rng.IntN(len(f.Notices))]
		g.wants, g.reads = []string{say("看通知", "Read notices"), n.Title.In(lang)}, n.Title.In(lang)
	case "report a problem", "report a problem and leave a phone":
		g.there, g.number = []string{received}, true
		g.wants = append([]string{say("反映问题", "Report a problem")}, problem(f, rng, lang)...)
		g.wants = append(g.wants, say("不急，送出", "Not urgent, send"))
		if name == "report a problem" {
			g.wants = append(g.wants, say("不留电话", "No phone number"))
		} else {
			g.wants = append(g.wants, say("留个电话", "Leave a phone number"))
			g.papers[say("电话号码", "phone number")] = fmt.Sprintf("138%08d", rng.IntN(100_000_000))
		}
	case "look up progress":
		number, secret := h.paper()
		h.cases[number] = secret
		g.wants, g.there = []string{say("查进度", "See progress")}, []string{say("正在办", "working on it")}
		g.papers[say("回执号", "receipt number")], g.papers[say("查询密码", "secret code")] = number, secret
	case "rate a visit":
		g.wants = []string{say("评价服务", "Rate our service"), say("今天的号", "Today's number"), say("A 字头", "Letter A"), say("满意", "Satisfied"), say("不说了", "Rather not say")}
		if rng.IntN(4) == 0 {
			g.wants[3] = say("非常不满意", "Very dissatisfied")
		}
		g.there = []string{say("谢谢", "hank you")}
		g.papers[say("后面的数字", "digits come after")] = "1005"
	case "book an appointment":
		o := f.Offers["business-A"][rng.IntN(len(f.Offers["business-A"]))]
		when := flow.When(o.Day, o.From, o.To).In(lang)
		g.wants = []string{say("取号", "Take a number"), say("预约改天来", "Come another day"), say(f.Businesses[0].Name, f.Businesses[0].NameEN), say("对，就这样预约", "Yes, book it")}
		day, hour, _ := strings.Cut(when, own(lang, "，", ", "))
		if lang == assets.LangEnglish { // "Tuesday, November 24, 9 am to …"
			i := strings.LastIndex(when, ", ")
			day, hour = when[:i], when[i+2:]
		}
		g.wants = append(g.wants, day, hour)
		g.there, g.number = []string{received}, true
	case "arrive for an appointment":
		number, code := h.paper()
		h.bookings[number] = code
		g.wants, g.there, g.number = []string{say("取号", "Take a number"), say("我有预约", "I have an appointment")}, []string{taken}, true
		g.papers[say("预约号", "appointment number")], g.papers[say("预约码", "appointment code")] = number, code
	case "fill in a form":
		s := serviceOf(f, "HZ-006")
		g.wants = []string{
			say("能办什么", "What we do here"), assets.Format(lang, "family."+string(s.Family)), s.Name.In(lang), say("现在就填表", "Fill in the form now"),
			say("替家人", "For a relative"), say("轮椅", "Wheelchair"), say("都对，交上", "All right, hand in"),
		}
		g.papers[say("哪一天还", "bring it back")] = flowtest.Now.AddDate(0, 0, 1+rng.IntN(60)).Format("20060102")
		g.there, g.number = []string{received}, true
	case "see which papers are missing":
		s := withPapers(f, rng)
		g.wants = []string{
			say("能办什么", "What we do here"), assets.Format(lang, "family."+string(s.Family)), s.Name.In(lang), say("看看材料带齐没有", "Do I have all papers?"),
			say("给自己办", "For myself"), say("点好了", "Done"), s.Materials[rng.IntN(len(s.Materials))].Name.In(lang),
		}
		g.there = []string{say("还缺", "still missing"), say("都带齐了", "You have everything")}
	case "call for help":
		g.there = []string{say("已经通知", "have been told"), say("有人过来", "is coming")}
	default:
		panic("residents: no goal " + name)
	}
	return g
}

// openService is a service whose queue gives numbers now.
func openService(f flow.Facts, rng *rand.Rand) app.Service {
	open := map[string]bool{}
	for _, b := range f.Businesses {
		open[b.ID] = b.Open
	}
	list := slices.DeleteFunc(slices.Clone(f.Services), func(s app.Service) bool { return !open[s.BusinessID] })
	return list[rng.IntN(len(list))]
}

// serviceOf is the service with a code.
func serviceOf(f flow.Facts, code string) app.Service {
	return f.Services[slices.IndexFunc(f.Services, func(s app.Service) bool { return s.Code == code })]
}

// withPapers is a service to which something has to be brought.
func withPapers(f flow.Facts, rng *rand.Rand) app.Service {
	list := slices.DeleteFunc(slices.Clone(f.Services), func(s app.Service) bool { return len(s.Materials) == 0 })
	return list[rng.IntN(len(list))]
}

// problem is what is wrong and where, in the catalogue's words.
func problem(f flow.Facts, rng *rand.Rand, lang string) []string {
	category := f.Problems[rng.IntN(len(f.Problems))]
	what := category.What[rng.IntN(len(category.What))]
	words := []string{own(lang, category.Name, category.NameEN), own(lang, what.Name, what.NameEN)}
	if rng.IntN(3) == 0 { // they cannot name the place
		where := category.Where[rng.IntN(len(category.Where))]
		return append(words, own(lang, "别的地方，或者说不清", "Somewhere else, or not sure"), own(lang, where.Name, where.NameEN))
	}
	var buildings []string
	for _, g := range f.Grids {
		if g.Level == 3 {
			buildings = append(buildings, g.Name)
		}
	}
	building := buildings[rng.IntN(len(buildings))]
	grid := "第一网格"
	if !strings.HasPrefix(building, "样例路10号") {
		grid = "第二网格"
	}
	return append(words, building, grid)
}
