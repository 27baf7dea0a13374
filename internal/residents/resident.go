package residents

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/session"
)

// How often residents err, as shares: of touches, if nothing else is said. They are guesses, and the same for all.
const (
	wrongTurns  = 0.05 // a choice that is not what they came for
	doubleTaps  = 0.06
	blanks      = 0.05 // a touch where nothing is
	backs       = 0.02
	looks       = 0.03 // another size, volume, contrast or language
	calls       = 0.01 // for staff, and on
	longPauses  = 0.02 // longer than the kiosk waits before it asks
	gone        = 0.15 // of long pauses: they come back when all is wiped
	slips       = 0.02 // of digits
	leavesSlow  = 0.2  // of looks at a page that offers not to wait any longer
	walksOff    = 0.3  // of those who have got what they wanted
	mostTouches = 90   // then they give up
	mostMinutes = 12
)

// resident is one person at the kiosk.
type resident struct {
	k     *kiosk
	rng   *rand.Rand
	goal  goal
	lang  string
	began time.Time

	touches  int
	turned   map[string]int // how often pages of an id were turned to find something on them
	tried    map[string]int // errors seen, by page and words
	finished bool
}

// visit is one resident from the first page to the first page, and answers whether they got what they came for.
func (r *resident) visit() bool {
	r.began, r.turned, r.tried = r.k.clock.now, map[string]int{}, map[string]int{}
	if r.lang == assets.LangEnglish {
		r.touch(flow.PressLang)
	}
	for r.touches < mostTouches && r.k.clock.now.Sub(r.began) < mostMinutes*time.Minute {
		p := r.look()
		if r.arrived(p) {
			r.finished = true
			r.leave()
			return true
		}
		if !r.step(p) {
			break
		}
	}
	r.leave()
	return false
}

// look reads the page. That takes a while, and what is there after it is what counts.
func (r *resident) look() flow.Page {
	think := time.Duration(2000+r.rng.IntN(6000)) * time.Millisecond
	if r.rng.Float64() < longPauses {
		think = time.Duration(61+r.rng.IntN(28)) * time.Second
		if r.rng.Float64() < gone {
			think = 2 * time.Minute
		}
	}
	r.k.pass(think)
	return r.k.page()
}

// arrived answers whether a page is what they came for.
func (r *resident) arrived(p flow.Page) bool {
	title := p.Title.In(r.seen())
	if r.goal.reads != "" {
		return title == r.goal.reads && p.Kind == flow.Read && p.Part+1 >= p.Parts
	}
	for _, word := range r.goal.there {
		if strings.Contains(title, word) && (!r.goal.number || p.Number != "") {
			return true
		}
	}
	return false
}

// seen is the language that is on the screen.
func (r *resident) seen() string { return r.k.Look().Lang }

// step does the next thing; false when they give up.
func (r *resident) step(p flow.Page) bool {
	switch {
	case r.seen() != r.lang:
		r.touch(flow.PressLang) // its corner is named in their language
		return true
	case p.ID == "idle":
		return r.answer(p)
	case r.rng.Float64() < blanks:
		r.touches++ // nothing is there, so nothing is told
		return true
	case r.rng.Float64() < looks:
		list := []string{flow.PressSize, flow.PressVolume, flow.PressContrast, flow.PressLang, flow.PressRepeat}
		r.touch(list[r.rng.IntN(len(list))])
		return true
	case r.rng.Float64() < backs && p.Back():
		r.touch(flow.PressBack)
		return true
	case r.rng.Float64() < calls || r.goal.name == "call for help" && !strings.HasPrefix(p.ID, "help."):
		r.touch(flow.PressHelp)
		return true
	case p.Kind == flow.Wait:
		return r.wait(p)
	case !p.Error.Empty() && !r.again(p):
		return false
	case p.Pad != nil:
		r.digits(p)
		return true
	case p.Kind == flow.Ticks:
		r.tick(p)
		return true
	}
	return r.answer(p)
}

// again answers whether they try once more after an error: three times the same, and they have had enough.
func (r *resident) again(p flow.Page) bool {
	key := p.ID + p.Error.In(r.seen())
	r.tried[key]++
	return r.tried[key] < 4
}

// wait stays, or stops waiting where the page offers it.
func (r *resident) wait(p flow.Page) bool {
	if p.Primary != nil && r.rng.Float64() < leavesSlow {
		r.touch(p.Primary.ID)
		return true
	}
	r.k.pass(time.Second)
	r.touches++
	return true
}

// digits types what is on their paper, looks at what stands there, and goes on.
func (r *resident) digits(p flow.Page) {
	title, want := p.Title.In(r.seen()), ""
	for word, digits := range r.goal.papers {
		if strings.Contains(strings.ToLower(title), strings.ToLower(word)) {
			want = digits
		}
	}
	if want == "" { // they have no such number: a wrong turn
		r.touch(flow.PressBack)
		return
	}
	if r.k.Typed() != "" {
		if r.k.Typed() == want && p.Error.Empty() {
			r.touch(p.Primary.ID)
			return
		}
		r.touch(flow.PressClear)
	}
	for _, d := range want {
		if r.rng.Float64() < slips {
			d = '0' + (d-'0'+1)%10
		}
		r.key(string(d))
	}
	if typed := r.k.Typed(); typed != want && r.rng.Float64() < 0.7 {
		r.touch(flow.PressClear) // seen in time
		for _, d := range want {
			r.key(string(d))
		}
	}
	r.touch(p.Primary.ID)
}

// tick ticks what they have and has no tick yet; then they turn the page, and on the last one go on.
func (r *resident) tick(p flow.Page) {
	for _, c := range p.Choices {
		has := slices.ContainsFunc(r.goal.wants, func(w string) bool { return strings.Contains(c.Word.In(r.seen()), w) })
		if has != c.On || r.rng.Float64() < wrongTurns {
			r.touch(c.ID)
			return
		}
	}
	if p.Part+1 < p.Parts {
		r.touch(flow.PressNext)
		return
	}
	r.touch(p.Primary.ID)
}

// answer touches what sounds most like what they want.
func (r *resident) answer(p flow.Page) bool {
	id, sure := r.choose(p)
	if r.rng.Float64() < wrongTurns {
		if list := offered(p); len(list) > 0 {
			id, sure = list[r.rng.IntN(len(list))], true
		}
	}
	switch {
	case sure:
		r.touch(id)
	case p.Part+1 < p.Parts:
		r.touch(flow.PressNext)
	case p.Parts > 1 && r.turned[p.ID] < 2:
		r.turned[p.ID]++ // once more from the front
		for range p.Parts - 1 {
			r.touch(flow.PressPrev)
		}
	case id != "":
		r.touch(id)
	case p.Back():
		r.touch(flow.PressBack) // nothing of it is what they want
	case p.Leave():
		r.touch(flow.PressHome)
	default:
		list := offered(p)
		if len(list) == 0 {
			return false
		}
		r.touch(list[r.rng.IntN(len(list))])
	}
	return true
}

// usual are the words of those who want to go on with whatever it is, by language.
var usual = map[string][]string{
	assets.LangChinese: {"还在办", "下一步", "抄好了", "都抄好了，完成", "回到刚才那一页", "再叫一次"},
	assets.LangEnglish: {"I am still here", "Next", "I have copied them", "Both copied, finished", "Back to my page", "Call once more"},
}

// choose answers the choice whose words are most like one of theirs, and whether any is. Without one it is the page's big button, where
// it has one.
func (r *resident) choose(p flow.Page) (id string, sure bool) {
	best := 0
	lang := r.seen()
	rate := func(c flow.Choice) {
		if c.Off {
			return
		}
		word, note := c.Word.In(lang), c.Note.In(lang)
		for i, want := range append(slices.Clone(r.goal.wants), usual[lang]...) {
			score := 0
			switch {
			case word == want:
				score = 1000 - i // what comes first in their mind, where two are there
			case strings.Contains(word, want):
				score = 10 * len(want)
			case strings.Contains(note, want):
				score = len(want)
			}
			if score > 0 && i >= len(r.goal.wants) {
				score = 1 // what they came for goes before what every page has
			}
			if score > best {
				best, id, sure = score, c.ID, true
			}
		}
	}
	for _, c := range p.Choices {
		rate(c)
	}
	if p.Primary != nil {
		rate(*p.Primary)
		if !sure && p.Primary.ID != flow.PressHome {
			id = p.Primary.ID
		}
	}
	return id, sure
}

// offered is what can be touched in the middle of a page.
func offered(p flow.Page) (ids []string) {
	for _, c := range p.Choices {
		if !c.Off {
			ids = append(ids, c.ID)
		}
	}
	if p.Primary != nil && !p.Primary.Off {
		ids = append(ids, p.Primary.ID)
	}
	return ids
}

// touch is a finger on something that the page has: a deliberate one, and now and then a second by a trembling hand.
func (r *resident) touch(id string) {
	r.touches++
	r.k.pass(time.Duration(600+r.rng.IntN(1400)) * time.Millisecond)
	seen := r.k.deliberate(id)
	if r.rng.Float64() < doubleTaps {
		r.k.pass(time.Duration(80+r.rng.IntN(400)) * time.Millisecond)
		r.k.bounce(seen, id)
	}
}

// key is a finger on a key of the pad.
func (r *resident) key(id string) {
	r.k.pass(time.Duration(400+r.rng.IntN(900)) * time.Millisecond)
	r.k.deliberate(id)
	if r.rng.Float64() < slips {
		r.k.pass(time.Duration(40+r.rng.IntN(200)) * time.Millisecond)
		r.k.strike(id) // a digit twice, which can be seen and taken back
	}
}

// leave is the way of all: some say that they have finished, others walk off.
func (r *resident) leave() {
	if r.finished && r.rng.Float64() >= walksOff {
		for range 6 {
			p := r.look()
			if p.Home {
				break
			}
			switch {
			case p.Primary != nil:
				r.touch(p.Primary.ID)
			case p.Leave():
				r.touch(flow.PressHome)
			default:
				r.touch(flow.PressBack)
			}
		}
	} else if !r.finished && r.rng.Float64() < 0.3 {
		r.touch(flow.PressHome)
	}
	r.k.pass(session.IdleAfter + session.WipeAfter + time.Second)
}
