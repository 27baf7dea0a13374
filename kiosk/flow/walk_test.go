package flow_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// texts answers all that a page shows or says.
func texts(p flow.Page) []flow.Text {
	all := append([]flow.Text{p.Title, p.Spoken, p.Error}, p.Body...)
	for _, c := range p.Choices {
		all = append(all, c.Word, c.Note)
	}
	if p.Primary != nil {
		all = append(all, p.Primary.Word, p.Primary.Note)
	}
	return all
}

// keys answers the translation keys in a text and in its arguments.
func keys(t flow.Text) []string {
	var all []string
	if t.Key != "" {
		all = append(all, t.Key)
	}
	for _, a := range t.Args {
		if inner, ok := a.(flow.Text); ok {
			all = append(all, keys(inner)...)
		}
	}
	return all
}

// What staff are told about a fault helps no resident: no folders, no disks, no
// administrators, whatever goes wrong.
func TestFaultsAreToldInTheKiosksOwnWords(t *testing.T) {
	facts := flowtest.Facts(assets.LangChinese)
	asked := after(facts, "progress")
	asked.Answers = append(asked.Answers,
		flow.Answer{Page: "progress.receipt", Value: flowtest.SampleReceipt()}, flow.Answer{Page: "progress.secret", Value: "246810"})
	codes := 0
	for _, key := range assets.Keys(assets.LangChinese) {
		code, ok := strings.CutPrefix(key, "error.")
		if !ok {
			continue
		}
		codes++
		s := flow.Finish(facts, asked, flow.Outcome{Verb: flow.WorkProgress, Fault: app.Fail(app.Code(code), "15", "folder")})
		if !strings.HasPrefix(s.Error.Key, "kiosk.") {
			t.Fatalf("%s is told as %q", code, s.Error.Key)
		}
		for _, lang := range assets.Languages() {
			said := strings.ToLower(s.Error.In(lang))
			for _, word := range []string{"{", "⟦", "管理员", "磁盘", "文件", "数据", "程序", "刷新", "administrator", "disk", "folder", "data", "program", "refresh"} {
				if strings.Contains(said, word) {
					t.Errorf("%s is told as %q", code, said)
				}
			}
		}
	}
	if codes < 20 {
		t.Errorf("only %d codes were tried", codes)
	}
}

// visits walks the whole kiosk once a language.
var visits = map[string]func() []flowtest.Visit{
	assets.LangChinese: walkOnce(assets.LangChinese),
	assets.LangEnglish: walkOnce(assets.LangEnglish),
}

func walkOnce(lang string) func() []flowtest.Visit {
	return sync.OnceValue(func() []flowtest.Visit {
		return slices.Collect(flowtest.Visits(flowtest.Facts(lang)))
	})
}

// inBoth walks the whole kiosk in both languages.
func inBoth(t *testing.T, check func(t *testing.T, v flowtest.Visit)) {
	t.Helper()
	for _, lang := range assets.Languages() {
		t.Run(lang, func(t *testing.T) {
			for _, v := range visits[lang]() {
				check(t, v)
				if t.Failed() {
					t.Fatalf("page %q, reached by %v", v.Page.ID, v.Path)
				}
			}
		})
	}
}

func TestEveryPageKeepsTheRulesForElders(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		if p.ID == "" || p.Title.Empty() || p.Spoken.In(v.Facts.Lang) == "" {
			t.Error("a page has an id, a title and words to speak")
		}
		if len(p.Choices) > 6 {
			t.Errorf("%d choices", len(p.Choices))
		}
		if len(p.Choices) == 0 && (p.Kind == flow.Choose || p.Kind == flow.List) {
			t.Error("nothing to choose from")
		}
		ids := map[string]bool{}
		for _, c := range p.Choices {
			if c.ID == "" || ids[c.ID] || c.Word.Empty() {
				t.Errorf("choice %q has no id or word of its own", c.ID)
			}
			if c.Off && c.Note.Empty() {
				t.Errorf("choice %q is off without a reason", c.ID)
			}
			if c.Icon != "" && assets.Icon(c.Icon) == nil {
				t.Errorf("no pictogram %q", c.Icon)
			}
			ids[c.ID] = true
		}
		if p.Primary != nil {
			if ids[p.Primary.ID] || p.Primary.ID == "" {
				t.Errorf("primary id %q", p.Primary.ID)
			}
			if p.Kind == flow.Choose || p.Kind == flow.List {
				t.Error("a page of choices has no primary button")
			}
		}
		if p.Kind == flow.Ticks && (p.Primary == nil || p.Ticks[0].Empty() || p.Ticks[1].Empty()) {
			t.Error("a page of ticks has words for them and a way on")
		}
		if (p.Pad != nil) != (p.Kind == flow.Digits) {
			t.Error("a pad belongs to a digits page")
		}
		if (p.Pen != nil) != (p.Kind == flow.Write) || p.Pen != nil && (len(p.Pen.Ways) == 0 || p.Pen.Max < max(1, p.Pen.Min) || p.Primary == nil) {
			t.Error("a pen belongs to a page of writing, with ways to write and to go on")
		}
		if p.Part < 0 || p.Parts > 0 && p.Part >= p.Parts {
			t.Errorf("part %d of %d", p.Part, p.Parts)
		}
	})
}

func TestEveryTextIsTranslatedAndDrawable(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		for _, text := range texts(v.Page) {
			for _, key := range keys(text) {
				for _, lang := range assets.Languages() {
					if _, ok := assets.Text(lang, key); !ok {
						t.Errorf("%s has no %q", lang, key)
					}
				}
			}
			words := text.In(v.Facts.Lang)
			if strings.Contains(words, "{") || strings.Contains(words, "%!") {
				t.Errorf("a place was left open: %q", words)
			}
			for _, r := range words {
				if r != '\n' && !assets.HasGlyph(r) {
					t.Errorf("no glyph for %q in %q", r, words)
				}
			}
		}
	})
}

func TestIdlePageIsComplete(t *testing.T) {
	p := flow.IdlePage()
	if p.Primary == nil || p.Primary.ID != flow.PressStay {
		t.Error("one tap stays")
	}
	for _, text := range texts(p) {
		for _, key := range keys(text) {
			for _, lang := range assets.Languages() {
				if _, ok := assets.Text(lang, key); !ok {
					t.Errorf("%s has no %q", lang, key)
				}
			}
		}
	}
}

// The two languages must have the same places, or a sentence loses a number.
func TestTranslationsHaveTheSamePlaces(t *testing.T) {
	places := func(s string) string {
		var found []string
		for i := range 10 {
			place := "{" + string(rune('0'+i)) + "}"
			if strings.Contains(s, place) {
				found = append(found, place)
			}
		}
		return strings.Join(found, "")
	}
	loose := []string{"kiosk.clock."} // 上午 and am stand in one language where the other has none
	for _, key := range assets.Keys(assets.LangChinese) {
		if !strings.HasPrefix(key, "kiosk.") {
			continue
		}
		zh, _ := assets.Text(assets.LangChinese, key)
		en, ok := assets.Text(assets.LangEnglish, key)
		if !ok {
			t.Errorf("en has no %q", key)
		}
		if places(zh) != places(en) && !slices.ContainsFunc(loose, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s: places %q and %q", key, places(zh), places(en))
		}
	}
}

func TestThereIsAlwaysAWayBackOrHome(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		if p.Home {
			return
		}
		home := flow.Show(v.Facts, flow.Press(v.Facts, v.State, flow.PressHome))
		if !home.Home {
			t.Errorf("home leads to %q", home.ID)
		}
		if p.Work != nil && !v.State.Helping {
			if v.Facts.Waited >= flow.VerySlow && (p.Primary == nil || p.Primary.ID != flow.PressHome) {
				t.Error("slow work has no way out")
			}
			return
		}
		back := flow.Show(v.Facts, flow.Press(v.Facts, v.State, flow.PressBack))
		if p.Final {
			// What was done is done: a way back would only lose its result.
			if back.ID != p.ID || p.Primary == nil && len(p.Choices) == 0 {
				t.Errorf("a final page leads back to %q, on by %v", back.ID, p.Primary)
			}
			return
		}
		if back.ID == p.ID {
			t.Error("back stays on the page")
		}
		if back.Work != nil {
			t.Error("back does work again")
		}
	})
}

// Going back and giving the same answer again must lead to the same page.
func TestBackKeepsWhatWasAnswered(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		if len(v.State.Answers) < 2 || v.State.Helping || v.State.Leaving || p.Kind == flow.Wait || !v.State.Error.Empty() {
			return
		}
		last := v.State.Answers[len(v.State.Answers)-1]
		if last.Got != nil {
			return
		}
		s := flow.Press(v.Facts, v.State, flow.PressBack)
		if at := flow.Show(v.Facts, s); at.ID != last.Page {
			t.Fatalf("back leads to %q, not %q", at.ID, last.Page)
		}
		if at := flow.Show(v.Facts, s); at.Kind == flow.Digits || at.Kind == flow.Write {
			if typed := flow.Typed(v.Facts, s); typed != last.Value {
				t.Fatalf("typed %q became %q", last.Value, typed)
			}
			s = flow.Press(v.Facts, s, flow.PressOK)
		} else if at.Kind == flow.Ticks {
			s = flow.Press(v.Facts, s, flow.PressOK)
		} else {
			s = flow.Press(v.Facts, s, last.Value)
		}
		if again := flow.Show(v.Facts, s); again.ID != p.ID {
			t.Errorf("the same answer leads to %q", again.ID)
		}
	})
}

// A service asks at most four questions, numbered one after the other up to the
// last. A question is what must be answered before the work is done.
func TestAtMostFourQuestionsNumberedRight(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		if p.Steps > 4 || p.Step > p.Steps || (p.Step == 0) != (p.Steps == 0) {
			t.Errorf("step %d of %d", p.Step, p.Steps)
		}
		// Play the answers once more and count the questions on the way.
		questions, numbered, asked := 0, 0, ""
		s := flow.State{}
		for _, a := range v.State.Answers {
			at := flow.Show(v.Facts, s)
			if a.Got != nil {
				questions = 0 // the work is done; what follows is offered, not asked
			} else if at.Step == 0 && at.ID != "home" && !browsing[at.ID] && (at.Kind == flow.Choose || at.Kind == flow.Digits || at.Kind == flow.Write) {
				questions++
			}
			if at.Step > 0 {
				if at.Step != numbered+1 && !(at.Step == numbered && question(at.ID) == asked) {
					t.Errorf("%q is step %d after step %d", at.ID, at.Step, numbered)
				}
				if at.Step != numbered {
					questions++
				}
				numbered, asked = at.Step, question(at.ID)
			}
			if at.Kind == flow.Wait || at.Kind == flow.Confirm {
				if numbered > 0 && numbered != lastSteps(v, numbered) {
					t.Errorf("work begins after step %d of %d", numbered, lastSteps(v, numbered))
				}
			}
			s.Answers = append(s.Answers, a)
		}
		if p.Step > 0 && p.Step != numbered+1 && !(p.Step == numbered && question(p.ID) == asked) {
			t.Errorf("step %d after step %d", p.Step, numbered)
		}
		if questions > 4 {
			t.Errorf("%d questions", questions)
		}
	})
}

// question is the question that a page asks: one may take several pages, such as
// a part of the neighbourhood and then a building in it.
func question(page string) string {
	parts := strings.SplitN(page, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// browsing are the pages on which a resident looks around or says more, and is
// asked nothing.
var browsing = map[string]bool{"problem.words": true, "services.family": true, "services.item": true, "service": true, "notices.list": true}

// lastSteps is how many steps the numbered questions of a way said there are.
func lastSteps(v flowtest.Visit, otherwise int) int {
	s, steps := flow.State{}, otherwise
	for _, a := range v.State.Answers {
		if p := flow.Show(v.Facts, s); p.Steps > 0 {
			steps = p.Steps
		}
		s.Answers = append(s.Answers, a)
	}
	return steps
}

// Any service is at most three taps away from 能办什么; turning pages is free.
func TestAnyServiceIsThreeTapsAway(t *testing.T) {
	for _, lang := range assets.Languages() {
		f := flowtest.Facts(lang)
		reached := map[string]bool{}
		for _, v := range visits[lang]() {
			if v.Page.ID != "service" {
				continue
			}
			taps := -1 // the first tap is 能办什么 itself
			for _, id := range v.Path {
				if id != flow.PressNext {
					taps++
				}
			}
			if taps <= 3 {
				reached[v.State.Answers[len(v.State.Answers)-1].Value] = true
			}
		}
		for _, s := range f.Services {
			if !reached[s.ID] {
				t.Errorf("%s: %s is more than three taps away", lang, s.Code)
			}
		}
		if len(f.Services) < 40 {
			t.Errorf("only %d services", len(f.Services))
		}
	}
}

func TestEveryFlowEndsAndEveryPageIsWalked(t *testing.T) {
	walked := map[string]bool{}
	for p := range flowtest.Walk(flowtest.Facts("zh")) {
		walked[p.ID] = true
	}
	for _, id := range []string{
		"home", "idle",
		"ticket.business", "ticket.priority", "ticket.working", "ticket.taken",
		"arrive.number", "arrive.code", "arrive.working",
		"book.business", "book.day", "book.time", "book.confirm", "book.working", "book.booked", "book.booked.copied", "book.waiting", "book.waiting.copied",
		"services.family", "services.item", "service", "service.saving", "service.saved",
		"service.asking", "service.replies", "service.opinion", "service.opinion.confirm", "service.sending", "service.sent", "service.sent.copied",
		"form.who", "form.ask.1", "form.ask.2", "form.ask.3", "form.confirm", "form.sending", "form.sent", "form.sent.copied",
		"check.who", "check.have", "check.result", "leave.ask", "leave.keeping", "leave.kept",
		"notices.list", "notices.read",
		"problem.category", "problem.what", "problem.place", "problem.place.2", "problem.place.kind",
		"problem.phone", "problem.phone.number", "problem.words", "problem.confirm", "problem.sending", "problem.sent", "problem.sent.copied",
		"progress.receipt", "progress.secret", "progress.working", "progress.result",
		"rate.what", "rate.receipt", "rate.secret", "rate.business", "rate.number", "rate.score", "rate.working",
		"rate.thanks", "rate.reason", "rate.sending", "rate.heard",
		"help.working", "help.called", "help.coming", "help.nobody", "help.failed",
	} {
		if !walked[id] {
			t.Errorf("page %q is never reached", id)
		}
	}
}

// On a small screen in large type fewer choices and lines fit; the rules hold
// all the same, and nothing is lost.
func TestSmallFitLosesNothing(t *testing.T) {
	f := flowtest.Facts("zh")
	all := map[string]bool{}
	f.Fit = flow.Fit{CharsPerLine: 12, Lines: 6, LinesWithChoices: 4, Tiles: 4, Rows: 3}
	for v := range flowtest.Visits(f) {
		p := v.Page
		if p.Kind == flow.List && len(p.Choices) > 3 || p.Kind == flow.Choose && len(p.Choices) > 4 {
			t.Fatalf("%q shows %d choices", p.ID, len(p.Choices))
		}
		if p.ID == "services.item" {
			for _, c := range p.Choices {
				all[c.ID] = true
			}
		}
	}
	if len(all) != len(f.Services) {
		t.Errorf("%d of %d services are shown", len(all), len(f.Services))
	}
}
