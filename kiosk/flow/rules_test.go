package flow_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// The rules for elders (docs/rules.md) as far as pages are data.

// A page asks one thing. The page that reads a report back asks whether it is right and, by its two buttons, how urgent it is.
func TestAPageAsksOneThing(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		most := 1
		if p.ID == "problem.confirm" {
			most = 2
		}
		title := p.Title.In(v.Facts.Lang)
		if n := strings.Count(title, "？") + strings.Count(title, "?"); n > most {
			t.Errorf("%d questions in %q", n, title)
		}
		if p.Pad != nil && (len(p.Choices) > 0 || p.Pen != nil) || p.Pen != nil && len(p.Choices) > 0 {
			t.Error("it is answered in two ways at once")
		}
	})
}

// What changes how pages look and sound answers no page, whatever it is.
func TestTheCornersAnswerNothing(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		for _, id := range []string{flow.PressSize, flow.PressLang, flow.PressContrast, flow.PressVolume, flow.PressRepeat} {
			if s := flow.Press(v.Facts, v.State, id); !reflect.DeepEqual(flow.Show(v.Facts, s), v.Page) {
				t.Errorf("%s leads elsewhere", id)
			}
		}
		if help := flow.Show(v.Facts, flow.Press(v.Facts, v.State, flow.PressHelp)); !strings.HasPrefix(help.ID, "help.") {
			t.Errorf("help leads to %q", help.ID)
		}
	})
}

// Every wait says that it is one, and lets go from the tenth second on.
func TestEveryWaitSaysSoAndLetsGo(t *testing.T) {
	works := map[flow.Verb]bool{}
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		p := v.Page
		if p.Kind != flow.Wait {
			return
		}
		for _, seconds := range []int{0, 1, 9, 10, 600} {
			f := v.Facts
			f.Waited = 0
			for range seconds {
				f.Waited += flow.Slow
			}
			at := flow.Show(f, v.State)
			said := at.Title.In(f.Lang) + at.Spoken.In(f.Lang)
			if !slices.ContainsFunc([]string{"请稍候", "moment", "慢", "slow"}, func(w string) bool { return strings.Contains(said, w) }) {
				t.Errorf("after %d s it says %q", seconds, said)
			}
			if out := at.Primary != nil && at.Primary.ID == flow.PressHome; out != (seconds >= 10) && at.Work != nil && !v.State.Helping {
				t.Errorf("after %d s the way out is there: %v", seconds, out)
			}
		}
		if p.Work != nil {
			works[p.Work.Verb] = true
		} else if !p.Back() {
			t.Error("no way back from a hall that is not read yet")
		}
	})
	for _, verb := range []flow.Verb{
		flow.WorkTicket, flow.WorkSubmit, flow.WorkProgress, flow.WorkRateCase, flow.WorkRateTicket, flow.WorkCheckIn, flow.WorkBook,
		flow.WorkHelp, flow.WorkSave, flow.WorkReplies,
	} {
		if !works[verb] {
			t.Errorf("nobody waited for %s", verb)
		}
	}
}

// An error is said aloud before the question, and the question is asked again.
func TestEveryErrorIsSpokenWithItsQuestion(t *testing.T) {
	errors := map[string]bool{}
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		e := v.Page.Error
		if e.Empty() || e.Key == "kiosk.card.take" {
			return // the session says that one, as often as it helps
		}
		errors[e.Key] = true
		said := v.Page.Spoken.In(v.Facts.Lang)
		if !strings.HasPrefix(said, e.In(v.Facts.Lang)) || len(said) <= len(e.In(v.Facts.Lang)) {
			t.Errorf("%q is spoken of %q", said, e.In(v.Facts.Lang))
		}
	})
	if len(errors) < 12 {
		t.Errorf("only %d errors were seen: %v", len(errors), errors)
	}
}

// mend are the words by which an error says what to do.
var mend = map[string]*regexp.Regexp{
	assets.LangChinese: regexp.MustCompile(`请|可以|不用`),
	assets.LangEnglish: regexp.MustCompile(`(?i)please|touch|already`),
}

// Whatever can go wrong says what to do about it, in both languages.
func TestEveryErrorSaysHowToMendIt(t *testing.T) {
	n := 0
	for _, key := range assets.Keys(assets.LangChinese) {
		fault := strings.HasPrefix(key, "kiosk.error.") || slices.Contains([]string{
			"kiosk.pad.missing", "kiosk.pad.check", "kiosk.pad.phone", "kiosk.write.choose", "kiosk.write.missing", "kiosk.write.short", "kiosk.write.full",
		}, key)
		if !fault {
			continue
		}
		n++
		for lang, words := range mend {
			if text := assets.Format(lang, key, 15); !words.MatchString(text) {
				t.Errorf("%s says in %s only %q", key, lang, text)
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d errors", n)
	}
}

// Whatever fails, with whatever code: what was typed and answered is still there, and the page that can mend it says why.
func TestAFaultKeepsWhatWasGiven(t *testing.T) {
	var codes []app.Code
	for _, key := range assets.Keys(assets.LangChinese) {
		if code, ok := strings.CutPrefix(key, "error."); ok {
			codes = append(codes, app.Code(code))
		}
	}
	failed := 0
	seen := map[string]bool{}
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		w := v.Page.Work
		at := v.Facts.Lang + v.Page.ID + strings.Join(slices.Sorted(maps.Keys(v.State.Drafts)), " ")
		if w == nil || v.State.Helping || v.Facts.Waited > 0 || seen[at] {
			return
		}
		seen[at] = true
		for _, code := range codes {
			failed++
			s := flow.Finish(v.Facts, v.State, flow.Outcome{Verb: w.Verb, Fault: app.Fail(code, "15")})
			p := flow.Show(v.Facts, s)
			if p.Error.Empty() || p.Kind == flow.Wait {
				t.Errorf("%s shows %q without an error", code, p.ID)
			}
			if !reflect.DeepEqual(s.Drafts, v.State.Drafts) {
				t.Errorf("%s: what was typed is %v", code, s.Drafts)
			}
			if n := len(s.Answers); n > len(v.State.Answers) || !reflect.DeepEqual(s.Answers, v.State.Answers[:n]) {
				t.Errorf("%s: the answers have changed", code)
			}
			if (p.Kind == flow.Digits || p.Kind == flow.Write) && flow.Typed(v.Facts, s) == "" && v.State.Drafts[p.ID] != "" {
				t.Errorf("%s: the field of %q is empty", code, p.ID)
			}
		}
	})
	if failed < 1000 {
		t.Errorf("only %d faults", failed)
	}
}

// hanDigits turns numbers that are spoken sign by sign back into digits.
var hanDigits = strings.NewReplacer("零", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")

// digitsIn are the digits of a text, however they are grouped or spoken.
func digitsIn(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, hanDigits.Replace(text))
}

// secrets answers what of a conversation must stay between the screen and whoever stands before it.
func secrets(v flowtest.Visit) (numbers, words []string) {
	s := flow.State{}
	for _, a := range v.State.Answers {
		switch p := flow.Show(v.Facts, s); {
		case p.Pad != nil && p.Pad.Prefix == "": // a number in the queue is called aloud anyway
			numbers = append(numbers, a.Value)
		case p.Pen != nil:
			words = append(words, a.Value)
		}
		if a.Got != nil {
			numbers = append(numbers, a.Got.Receipt.Number, a.Got.Receipt.Secret, a.Got.Booked.Number, a.Got.Booked.Code, a.Got.Progress.Receipt)
			words = append(words, a.Got.Progress.Reply)
		}
		s.Answers = append(s.Answers, a)
	}
	for id, draft := range v.State.Drafts {
		if strings.HasSuffix(id, ".words") {
			words = append(words, draft)
		} else if id != "rate.number" {
			numbers = append(numbers, draft)
		}
	}
	return numbers, words
}

// No four signs of a telephone number, a receipt, a code or of what somebody wrote come over the loudspeaker, on any page.
func TestNothingPersonalIsSpoken(t *testing.T) {
	held := 0
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		said := v.Page.Spoken.In(v.Facts.Lang)
		digits := digitsIn(said)
		numbers, words := secrets(v)
		pieces := func(list []string, in string) {
			for _, text := range list {
				runes := []rune(text)
				if len(runes) < 6 || strings.Trim(text, text[:1]) == "" {
					continue // a few digits, or one of them again and again, are in many sentences
				}
				for i := 0; i+4 <= len(runes); i++ {
					held++
					if strings.Contains(in, string(runes[i:i+4])) {
						t.Error("something personal is spoken")
						return
					}
				}
			}
		}
		pieces(numbers, digits)
		pieces(words, said)
	})
	if held < 1000 {
		t.Errorf("only %d pieces of anything personal", held)
	}
}

// jargon are words of machines, offices and the net, each with none of its meaning outside of them.
var jargon = []string{
	"系统", "数据", "登录", "登陆", "账号", "帐号", "界面", "点击", "单击", "双击", "长按", "滑动", "提交", "工单", "派单", "办结", "受理号", "二维码", "扫码", "扫一扫",
	"链接", "网址", "上传", "下载", "网络", "联网", "在线", "线上", "云端", "服务器", "数据库", "代码", "无效", "非法", "用户", "缓存", "加载", "刷新", "重试", "超时", "异常",
	"配置", "参数", "终端", "模块", "功能", "权限", "管理员", "验证码", "小程序", "公众号", "微信", "支付宝", "客户端", "智能", "智慧", "赋能", "闭环", "一键", "打卡", "点赞",
	"亲，", "哦", "哟", "么么", "给力", "秒",
}

// plain are seconds, which the idle question counts in, and names.
var plain = strings.NewReplacer("30 秒", "", "English", "")

var (
	latin   = regexp.MustCompile(`[A-Za-z]{2,}`)
	capital = regexp.MustCompile(`\b[A-Z]{2,}\b`)
)

// usual are the abbreviations that everybody in a hall reads as a word: of the card, and of the keys that write letters.
var usual = []string{"ID", "ABC", "TV"}

// plainWords fails the test where a text has a word that somebody of seventy need not know.
func plainWords(t *testing.T, where, lang, text string) {
	t.Helper()
	if lang == assets.LangChinese {
		text = plain.Replace(text)
		for _, word := range jargon {
			if strings.Contains(text, word) {
				t.Errorf("%s: %q has %q", where, text, word)
			}
		}
		if found := latin.FindString(text); found != "" {
			t.Errorf("%s: %q has %q", where, text, found)
		}
		return
	}
	for _, found := range capital.FindAllString(text, -1) {
		if !slices.Contains(usual, found) {
			t.Errorf("%s: %q has %q", where, text, found)
		}
	}
}

// All that a page shows or says, with the shipped catalogue, notices and problems, is in words that need no explaining.
func TestWordsNeedNoExplaining(t *testing.T) {
	inBoth(t, func(t *testing.T, v flowtest.Visit) {
		for _, text := range texts(v.Page) {
			plainWords(t, v.Page.ID, v.Facts.Lang, text.In(v.Facts.Lang))
		}
	})
	for _, lang := range assets.Languages() {
		for _, key := range assets.Keys(lang) {
			if strings.HasPrefix(key, "kiosk.") || strings.HasPrefix(key, "board.") || strings.HasPrefix(key, "citizen.") && !strings.Contains(key, "preview") {
				text, _ := assets.Text(lang, key)
				if key == "kiosk.corner.lang" {
					continue // the other language's own name
				}
				plainWords(t, key, lang, text)
			}
		}
	}
}
