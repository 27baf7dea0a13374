package flow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// after answers the conversation after some presses.
func after(f flow.Facts, ids ...string) flow.State {
	var s flow.State
	for _, id := range ids {
		s = flow.Press(f, s, id)
	}
	return s
}

func TestSplitLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOf(rapid.SampledFrom([]rune("社区服务大厅:,。(原件)1a A-z:")))
		paragraphs := rapid.SliceOfN(word, 0, 8).Draw(t, "paragraphs")
		chars, lines := rapid.IntRange(4, 30).Draw(t, "chars"), rapid.IntRange(1, 20).Draw(t, "lines")
		pages := flow.Split(paragraphs, chars, rapid.IntRange(1, 20).Draw(t, "first"), lines)
		if len(pages) == 0 {
			t.Fatal("no page")
		}
		var out strings.Builder
		for _, page := range pages {
			for _, p := range page {
				out.WriteString(p)
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got, want := squeeze(out.String()), squeeze(strings.Join(paragraphs, "")); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

// On a roomy screen the choices stand below every part of a text, on a small one
// below the first alone: the rest of the text has the room.
func TestChoicesStandWhereThereIsRoom(t *testing.T) {
	f := flowtest.Facts(assets.LangChinese)
	s := after(f, "services")
	s = flow.Press(f, s, flow.Show(f, s).Choices[0].ID)
	s = flow.Press(f, s, flow.Show(f, s).Choices[0].ID)
	for _, c := range []struct {
		below int // lines that the choices leave
		every bool
	}{{6, true}, {1, false}} {
		f.Fit = flow.Fit{CharsPerLine: 12, Lines: 7, LinesWithChoices: c.below}
		parts := flow.Parts(f, s)
		if len(parts) < 3 {
			t.Fatalf("%d parts", len(parts))
		}
		for i, p := range parts {
			if has, want := len(p.Choices) > 0, i == 0 || c.every; has != want || p.Part != i || p.Parts != len(parts) {
				t.Errorf("%d lines left: part %d (%d of %d) has choices: %v", c.below, i, p.Part, p.Parts, has)
			}
		}
	}
}

// A page is filled, and where the list of papers does not fit, its page says how
// many are still to come. What a text announces stays with it.
func TestAListThatGoesOnSaysSo(t *testing.T) {
	f := flowtest.Facts("zh")
	f.Services = f.Services[:1]
	service := &f.Services[0]
	service.Summary, service.Who, service.Materials = app.Text{}, app.Text{}, nil
	for _, name := range []string{"身份证", "户口簿", "照片", "银行卡", "病历"} {
		service.Materials = append(service.Materials, app.Material{Name: app.Text{ZH: name}, Required: true})
	}
	s := after(f, "services", string(service.Family), service.ID)
	for _, c := range []struct {
		half  int // of lines on a page
		parts []string
	}{
		{100, []string{"1 2 3 4 5"}},
		{12, []string{"1 2 >3", "3 4 5"}}, // the heading, two papers and the words take eleven
		{9, []string{"1 >4", "2 3 >2", "4 5"}},
	} {
		f.Fit.CharsPerLine, f.Fit.Room = 20, func(flow.Page) int { return c.half }
		var got []string
		for _, p := range flow.Parts(f, s) {
			var seen []string
			for _, text := range p.Body {
				said := text.In("zh")
				if n, _, ok := strings.Cut(said, ". "); ok && len(n) == 1 {
					seen = append(seen, n)
				} else if strings.HasPrefix(said, "还有") {
					seen = append(seen, ">"+strings.Fields(said)[1])
				}
			}
			if len(seen) > 0 {
				got = append(got, strings.Join(seen, " "))
			}
		}
		if !slices.Equal(got, c.parts) {
			t.Errorf("pages of %d half lines hold %q, want %q", c.half, got, c.parts)
		}
	}
	if title := flow.Show(f, s).Body[0].In("zh"); !strings.Contains(title, "5 样") {
		t.Errorf("how many papers there are: %q", title)
	}
}

func TestSplitKeepsToTheLines(t *testing.T) {
	text := strings.Repeat("通知", 100) // 200 ems
	pages := flow.Split([]string{text}, 20, 4, 4)
	if len(pages) != 3 {
		t.Fatalf("%d pages for ten lines of four", len(pages))
	}
	for _, page := range pages[:2] {
		if n := len([]rune(page[0])); n != 80 {
			t.Errorf("%d characters on a page of four lines of twenty", n)
		}
	}
	// Three paragraphs of one line need three lines and two gaps of half a line.
	three := []string{"一", "二", "三"}
	if n := len(flow.Split(three, 20, 4, 4)); n != 1 {
		t.Errorf("%d pages", n)
	}
	if n := len(flow.Split(three, 20, 3, 3)); n != 2 {
		t.Errorf("%d pages", n)
	}
}

func TestHeadingGoesOverWithWhatItAnnounces(t *testing.T) {
	pages := flow.Split([]string{"一", "二", "请带上:", "身份证"}, 20, 4, 4)
	if len(pages) != 2 || len(pages[0]) != 2 || pages[1][0] != "请带上:" {
		t.Errorf("pages %q", pages)
	}
}

func TestLinesDoNotBeginWithAClosingMark(t *testing.T) {
	for _, page := range flow.Split([]string{strings.Repeat("请您带上身份证。", 9)}, 8, 1, 1) {
		if strings.HasPrefix(page[0], "。") {
			t.Errorf("a line begins with a mark: %q", page[0])
		}
	}
	for _, page := range flow.Split([]string{"Bring certificates and photographs"}, 8, 1, 1) {
		for _, word := range strings.Fields(page[0]) {
			if !strings.Contains("Bring certificates and photographs", word) || len(word) < 3 {
				t.Errorf("a word is torn: %q", word)
			}
		}
	}
}

func TestGroup(t *testing.T) {
	for _, c := range []struct {
		digits string
		groups []int
		want   string
	}{
		{"", []int{4, 4, 4}, ""},
		{"261", []int{4, 4, 4}, "261"},
		{"2611", []int{4, 4, 4}, "2611"},
		{"26112301", []int{4, 4, 4}, "2611 2301"},
		{"261123010017", []int{4, 4, 4}, "2611 2301 0017"},
		{"1005", []int{1, 3}, "1 005"},
		{"12005", []int{1, 3}, "12 005"},
		{"12345", nil, "12345"},
	} {
		if got := flow.Group(c.digits, c.groups); got != c.want {
			t.Errorf("%s in %v: %q, not %q", c.digits, c.groups, got, c.want)
		}
	}
}

func TestNumbersAreSpokenSignBySign(t *testing.T) {
	f := flowtest.Facts("zh")
	s := after(f, "ticket", "business-A", "normal")
	s = flow.Finish(f, s, flowtest.Outcomes(*flow.Show(f, s).Work)[0])
	p := flow.Show(f, s)
	for lang, want := range map[string]string{"zh": "A，一，零，零，五", "en": "A, 1, 0, 0, 5"} {
		if said := p.Spoken.In(lang); !strings.Contains(said, want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
}

// The number's page says for what it is and what to do with it, and offers no way
// back: the number is taken.
func TestANumberIsNamedAndFinal(t *testing.T) {
	f := flowtest.Facts("zh")
	s := after(f, "ticket", "business-A", "normal")
	if p := flow.Show(f, after(f, "ticket")); !p.Back() || !p.Leave() {
		t.Errorf("%q has no way out", p.ID)
	}
	s = flow.Finish(f, s, flowtest.Outcomes(*flow.Show(f, s).Work)[0])
	p := flow.Show(f, s)
	if p.Named.In("zh") != "社会保障" || p.Named.In("en") != "Social security" {
		t.Errorf("the number is for %q", p.Named.In("zh"))
	}
	if p.Back() || p.Leave() || p.Primary == nil || p.Primary.ID != flow.PressHome {
		t.Errorf("back %v, home %v, on by %+v", p.Back(), p.Leave(), p.Primary)
	}
	said := ""
	for _, text := range p.Body {
		said += text.In("zh")
	}
	if !strings.Contains(said, "记住这个号") || !strings.Contains(said, "屏幕") {
		t.Errorf("what to do with it: %q", said)
	}
}

func TestProgressSaysWhenAsPeopleDo(t *testing.T) {
	for _, c := range []struct {
		hour, minute int
		zh, en       string
	}{
		{9, 30, "上午 9 点半", "9:30 am"},
		{12, 0, "中午 12 点", "12 pm"},
		{15, 5, "下午 3 点 05 分", "3:05 pm"},
		{19, 0, "晚上 7 点", "7 pm"},
	} {
		at := time.Date(2026, time.November, 23, c.hour, c.minute, 0, 0, flowtest.Now.Location()).UTC()
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			f := flowtest.Facts(lang)
			s := after(f, "progress")
			s = typed(f, s, flowtest.SampleReceipt())
			s = typed(f, s, "246810")
			s = flow.Finish(f, s, flow.Outcome{Verb: flow.WorkProgress, Progress: app.Progress{State: app.CaseOpen, At: at}})
			said := ""
			for _, text := range flow.Show(f, s).Body {
				said += text.In(lang) + "\n"
			}
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in %q", want, said)
			}
		}
	}
}

// Who looks a case up sees which one it is and of what kind, and is asked for a
// rating as plainly as shown the end.
func TestProgressSaysWhichCaseItIs(t *testing.T) {
	f := flowtest.Facts("zh")
	s := after(f, "progress")
	s = typed(f, typed(f, s, flowtest.SampleReceipt()), "246810")
	for _, kind := range app.CaseKinds() {
		if _, ok := assets.Text("zh", "kiosk.progress.kind."+string(kind)); !ok {
			t.Errorf("no word for %s", kind)
		}
	}
	for _, c := range []struct {
		about app.CaseAbout
		want  string
	}{
		{app.CaseAbout{Kind: app.CaseHelp, Category: "building", Choice: "stair-light"}, "楼栋设施，楼道灯不亮"},
		{app.CaseAbout{Kind: app.CaseService, ServiceID: f.Services[0].ID}, f.Services[0].Name.ZH},
		{app.CaseAbout{Kind: app.CaseHelp, Category: "noise", Choice: "gone"}, "噪音扰民\n"},
		{app.CaseAbout{Kind: app.CaseComplaint}, "您反映的事"},
		{app.CaseAbout{}, "回执号"},
	} {
		p := app.Progress{Receipt: flowtest.SampleReceipt(), State: app.CaseClosed, About: c.about, CanRate: true}
		page := flow.Show(f, flow.Finish(f, s, flow.Outcome{Verb: flow.WorkProgress, Progress: p}))
		said := ""
		for _, text := range page.Body {
			said += text.In("zh") + "\n"
		}
		if !strings.Contains(said, c.want) || !strings.Contains(strings.ReplaceAll(said, " ", ""), p.Receipt) {
			t.Errorf("%+v is told as %q", c.about, said)
		}
		if page.Primary != nil || len(page.Choices) != 2 || page.Choices[0].ID != "rate" || page.Choices[1].ID != flow.PressHome {
			t.Errorf("the rating is offered beside %+v: %+v", page.Primary, page.Choices)
		}
	}
}

func typed(f flow.Facts, s flow.State, digits string) flow.State {
	for _, r := range digits {
		s = flow.Press(f, s, string(r))
	}
	return flow.Press(f, s, flow.PressOK)
}

func TestClosedQueuesSayWhy(t *testing.T) {
	f := flowtest.Facts("zh")
	f.Fit.Tiles = flow.MaxChoices
	s := after(f, "ticket")
	notes := map[string]string{}
	for _, v := range []flow.State{s, flow.Press(f, s, flow.PressNext)} {
		for _, c := range flow.Show(f, v).Choices {
			if strings.HasPrefix(c.ID, "business-") && c.Off != (c.ID > "business-C") {
				t.Errorf("%s is off: %v", c.ID, c.Off)
			}
			notes[c.ID] = c.Note.In("zh")
		}
	}
	for id, want := range map[string]string{
		"business-A": "前面 3 人", "business-D": "取完", "business-E": "13:30–17:00", "business-F": "不再取号", "business-G": "今天不办",
	} {
		if !strings.Contains(notes[id], want) {
			t.Errorf("%s: %q", id, notes[id])
		}
	}
}

func TestHallWithoutPriorityLaneDoesNotAsk(t *testing.T) {
	f := flowtest.Facts("zh")
	f.Hall.Settings.PriorityLane = false
	s := after(f, "ticket")
	if p := flow.Show(f, s); p.Step != 0 {
		t.Errorf("one question is counted as step %d of %d", p.Step, p.Steps)
	}
	p := flow.Show(f, flow.Press(f, s, "business-A"))
	if p.Work == nil || p.Work.Ticket.Lane != app.LaneNormal {
		t.Errorf("page %q", p.ID)
	}
}

func TestNothingToSaveNowhere(t *testing.T) {
	f := flowtest.Facts("zh")
	f.CanSave = false
	s := f.Services[0]
	for _, c := range flow.Show(f, after(f, "services", string(s.Family), s.ID)).Choices {
		if c.ID == "save" {
			t.Error("a paper is offered that nobody can take")
		}
	}
}

func TestEmptyHallStillAnswers(t *testing.T) {
	f := flow.Facts{Ready: true, Lang: "zh", Hall: flowtest.Facts("zh").Hall}
	for _, do := range []string{"ticket", "notices", "problem"} {
		p := flow.Show(f, after(f, do))
		if p.Kind != flow.Result || p.Primary == nil {
			t.Errorf("%s: page %q", do, p.ID)
		}
	}
	p := flow.Show(f, after(f, "services", string(app.FamilyCity)))
	if p.ID != "services.none" {
		t.Errorf("page %q", p.ID)
	}
}

func TestANoticeSaysWhoToldItAndWhen(t *testing.T) {
	f := flowtest.Facts("zh")
	f.Notices[0].Owner = ""
	for _, c := range []struct {
		notice app.Notice
		want   []string
	}{
		{f.Notices[0], []string{"发布：" + f.Hall.Name + "，11 月 23 日", "有效到：11 月 30 日"}},
		{f.Notices[1], []string{"发布：居委会，11 月 22 日"}},
	} {
		said := ""
		for _, text := range flow.Show(f, after(f, "notices", c.notice.ID)).Body {
			said += text.In("zh") + "\n"
		}
		for _, want := range c.want {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in %q", want, said)
			}
		}
	}
}

func TestServiceThatIsGoneMeanwhile(t *testing.T) {
	f := flowtest.Facts("zh")
	s := after(f, "services", string(f.Services[0].Family), f.Services[0].ID)
	f.Services = f.Services[1:]
	if p := flow.Show(f, s); p.ID != "services.none" {
		t.Errorf("page %q", p.ID)
	}
}

func TestReportNamesTheEmergencyNumbersAndSaysHowUrgentItIs(t *testing.T) {
	f := flowtest.Facts("zh")
	c := f.Problems[0]
	s := after(f, "problem", c.Code, c.What[0].Code, "grid-1", "grid-1-3", "none")
	said := ""
	for _, text := range flow.Show(f, s).Body {
		said += text.In("zh")
	}
	if !strings.Contains(said, "120") {
		t.Errorf("no emergency number in %q", said)
	}
	for id, urgent := range map[string]bool{flow.PressOK: false, "urgent": true} {
		if w := flow.Show(f, flow.Press(f, s, id)).Work; w == nil || w.Submission.Urgent != urgent {
			t.Errorf("%s sends %+v", id, w)
		}
	}
}

// Where it is comes from the hall's own tree; only those who cannot name the
// place are asked what kind of place it is.
func TestAReportSaysWhere(t *testing.T) {
	f := flowtest.Facts("zh")
	c := f.Problems[0]
	few := f
	few.Grids = f.Grids[:9] // the community, a grid and some of its buildings
	none, itself := f, f
	none.Grids, itself.Grids = nil, f.Grids[:1]
	for _, x := range []struct {
		name        string
		facts       flow.Facts
		path        []string
		grid, place string
	}{
		{"a building", f, []string{"grid-1", "grid-1-3"}, "grid-1-3", ""},
		{"somewhere in a grid", f, []string{"grid-1", "unsure"}, "grid-1", ""},
		{"somewhere else", f, []string{"unsure", c.Where[1].Code}, "", c.Where[1].Code},
		{"few buildings", few, []string{"grid-1-2"}, "grid-1-2", ""},
		{"a new hall", itself, []string{c.Where[0].Code}, "", c.Where[0].Code},
		{"no tree", none, []string{c.Where[0].Code}, "", c.Where[0].Code},
	} {
		path := append([]string{"problem", c.Code, c.What[0].Code}, x.path...)
		s := after(x.facts, append(path, "none", flow.PressOK)...)
		w := flow.Show(x.facts, s).Work
		if w == nil || w.Submission.GridID != x.grid || w.Submission.Place != x.place || w.Submission.Phone != "" {
			t.Errorf("%s: page %q sends %+v", x.name, flow.Show(x.facts, s).ID, w)
		}
	}
	p := flow.Show(f, after(f, "problem", c.Code, c.What[0].Code))
	if note := p.Choices[0].Note.In("zh"); !strings.Contains(note, "样例路10号1栋") || !strings.Contains(note, "样例路10号8栋") {
		t.Errorf("which buildings are in a grid: %q", note)
	}
	for _, choice := range p.Choices {
		if strings.HasSuffix(choice.ID, "-unit") {
			t.Error("a unit is asked for")
		}
	}
}

func TestAPhoneIsAskedForAndNeverRequired(t *testing.T) {
	f := flowtest.Facts("zh")
	c := f.Problems[0]
	s := after(f, "problem", c.Code, c.What[0].Code, "grid-1", "grid-1-3")
	if p := flow.Show(f, s); p.ID != "problem.phone" || len(p.Choices) != 2 {
		t.Fatalf("page %q", p.ID)
	}
	wrong := typed(f, flow.Press(f, s, "leave"), "22222222222")
	if p := flow.Show(f, wrong); p.ID != "problem.phone.number" || p.Error.Empty() {
		t.Errorf("a wrong number leads to %q", p.ID)
	}
	for number, stored := range map[string]string{"13800000000": "13800000000", "01062345678": "010-62345678"} {
		s := typed(f, flow.Press(f, s, "leave"), number)
		p := flow.Show(f, s)
		all := ""
		for _, text := range p.Body {
			all += text.In("zh")
		}
		if p.ID != "problem.confirm" || !strings.Contains(strings.ReplaceAll(all, " ", ""), number) {
			t.Errorf("page %q says %q", p.ID, all)
		}
		if said := strings.ReplaceAll(p.Spoken.In("zh"), " ", ""); strings.Contains(said, number) {
			t.Errorf("the number is read aloud: %q", said)
		}
		if w := flow.Show(f, flow.Press(f, s, flow.PressOK)).Work; w == nil || w.Submission.Phone != stored {
			t.Errorf("%s is sent as %+v", number, w)
		}
	}
}

func TestAnsweredCallCanBeMadeAgainLater(t *testing.T) {
	f := flowtest.Facts("zh")
	f.Help = flow.Help{Ring: 1, Rang: f.Now, Answered: true}
	if p := flow.Show(f, after(f, flow.PressHelp)); p.ID != "help.coming" {
		t.Errorf("page %q", p.ID)
	}
	f.Now = f.Now.Add(3 * time.Minute)
	if p := flow.Show(f, after(f, flow.PressHelp)); p.ID != "help.working" {
		t.Errorf("page %q", p.ID)
	}
}

func TestTextFallsBackToChinese(t *testing.T) {
	if got := flow.Content("通知", "").In("en"); got != "通知" {
		t.Errorf("got %q", got)
	}
	text := flow.T("kiosk.service.who", flow.T("lang.zh"))
	if got := text.In("zh"); !strings.HasSuffix(got, "中文") {
		t.Errorf("an argument that is a text: %q", got)
	}
}

// Whatever is pressed in whatever order: a page comes of it, the rules hold,
// the state before is untouched, and pressing home leaves nothing.
func TestAnythingMayBePressed(t *testing.T) {
	f := flowtest.Facts(assets.LangChinese)
	wild := []string{
		flow.PressBack, flow.PressHelp, flow.PressNext, flow.PressPrev, flow.PressOK, flow.PressDelete, flow.PressClear,
		"0", "7", "ok", "again", "ticket", "no such thing", "", "@", "①",
	}
	rapid.Check(t, func(t *rapid.T) {
		var s flow.State
		for range rapid.IntRange(0, 25).Draw(t, "presses") {
			p := flow.Show(f, s)
			if p.ID == "" || len(p.Choices) > flow.MaxChoices || p.Spoken.In("zh") == "" {
				t.Fatalf("page %q", p.ID)
			}
			ids := append([]string{}, wild...)
			for range 3 { // what is on the page is pressed more often
				for _, c := range p.Choices {
					ids = append(ids, c.ID)
				}
			}
			was, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var next flow.State
			if p.Work != nil && !s.Helping && rapid.Bool().Draw(t, "done") {
				next = flow.Finish(f, s, rapid.SampledFrom(flowtest.Outcomes(*p.Work)).Draw(t, "outcome"))
			} else {
				next = flow.Press(f, s, rapid.SampledFrom(ids).Draw(t, "id"))
			}
			if is, err := json.Marshal(s); err != nil || string(is) != string(was) {
				t.Fatalf("the state before was changed")
			}
			s = next
		}
		if s = flow.Press(f, s, flow.PressHome); len(s.Answers)+len(s.Drafts) > 0 || !flow.Show(f, s).Home {
			t.Fatal("home keeps something")
		}
	})
}
