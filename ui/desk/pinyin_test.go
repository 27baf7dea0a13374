package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"linli/assets"
	"linli/ui/desk"
)

// atNotice is a desk at a new notice, in the field of its title, with pinyin on.
func atNotice(t *testing.T, lang string) *bench {
	t.Helper()
	b := newBench(t, lang)
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageNotice})
	b.field("field.title")
	b.press("Ctrl+Space")
	if !b.d.Pinyin() {
		t.Fatal("the key turns nothing on")
	}
	return b
}

func (b *bench) field(id string) {
	b.t.Helper()
	if !b.d.FocusAny(id) {
		b.t.Fatalf("there is no field %q", id)
	}
}

// composing compares what stands in the bar.
func (b *bench) composing(want string) {
	b.t.Helper()
	if keys, _ := b.d.Composing(); keys != want {
		b.t.Errorf("%q is being composed, want %q", keys, want)
	}
	if _, _, shown := b.d.Bar(); shown != (want != "") {
		b.t.Errorf("with %q the bar is shown: %v", want, shown)
	}
}

func (b *bench) stands(want string) {
	b.t.Helper()
	if got := b.d.Focused(); got != want {
		b.t.Errorf("the field holds %q, want %q", got, want)
	}
}

// shift presses Shift as the window system tells of it, and what is typed while it is down.
func (b *bench) shift(capitals ...fyne.KeyName) {
	f := b.w.Canvas().Focused().(desktop.Keyable)
	down := func(name fyne.KeyName) {
		k := &fyne.KeyEvent{Name: name}
		f.KeyDown(k)
		f.TypedKey(k)
	}
	down(desktop.KeyShiftLeft)
	for _, name := range capitals {
		down(name)
		b.typeText(string(name))
		f.KeyUp(&fyne.KeyEvent{Name: name})
	}
	f.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
}

func TestPinyinIsChosenBySpaceAndDigits(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("zhangsan")
	b.composing("zhangsan")
	b.stands("")
	_, words := b.d.Composing()
	if len(words) < 2 || words[0] != "张三" {
		t.Fatalf("zhangsan may be %q", words)
	}
	if !b.shows("zhang san") || !b.shows("张三") {
		t.Errorf("the bar does not show it: %q", b.d.Words())
	}
	b.picture("pinyin")
	b.typeText(" ")
	b.composing("")
	b.stands("张三")
	b.typeText("shi")
	_, words = b.d.Composing()
	if len(words) < 3 {
		t.Fatalf("shi may be %q", words)
	}
	b.typeText("3")
	b.stands("张三" + words[2])
	b.typeText("2026") // nothing is being composed: digits are digits
	b.stands("张三" + words[2] + "2026")
}

// The dictionary is read beside the window: letters wait for it in the bar, and none is lost.
func TestLettersWaitForTheDictionary(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.d.Open(desk.Route{Page: desk.PageNotice})
	b.field("field.title")
	release := b.d.Hold()
	b.press("Ctrl+Space")
	b.typeText("zhangsan ")
	b.composing("zhangsan")
	b.stands("")
	if !b.says(assets.Format("zh", "desk.pinyin.reading")) {
		t.Errorf("nothing says why there is nothing to choose: %q", b.d.Words())
	}
	release()
	if _, words := b.d.Composing(); len(words) == 0 || words[0] != "张三" {
		t.Errorf("zhangsan may be %q", words)
	}
	b.typeText(" ")
	b.stands("张三")
}

func TestPiecesAreChosenOneAfterTheOther(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("shequtongzhi")
	_, words := b.d.Composing()
	part := slices.Index(words, "社区")
	if part < 0 {
		t.Fatalf("the beginning is not among %q", words)
	}
	b.typeText(string(rune('1' + part)))
	b.stands("社区")
	b.composing("tongzhi")
	b.typeText(" ")
	b.stands("社区通知")
}

func TestKeysOfTheBar(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("nihaoo")
	b.press("BackSpace")
	b.composing("nihao")
	b.press("Return") // as they are
	b.stands("nihao")
	b.composing("")
	b.typeText("shi")
	_, first := b.d.Composing()
	for _, turn := range [][2]string{{"=", "-"}, {"Next", "Prior"}} {
		b.strike(turn[0])
		_, second := b.d.Composing()
		if len(second) == 0 || slices.Contains(first, second[0]) {
			t.Errorf("%s does not turn: %q and %q", turn[0], first, second)
		}
		b.strike(turn[1])
		if _, back := b.d.Composing(); !slices.Equal(back, first) {
			t.Errorf("%s does not turn back: %q", turn[1], back)
		}
	}
	b.press("Escape")
	b.composing("")
	b.stands("nihao")
	if b.d.Route().Page != desk.PageNotice {
		t.Error("Esc has left the page as well")
	}
	for range 5 {
		b.press("BackSpace")
	}
	b.stands("")
	b.press("Escape")
	if b.d.Route().Page == desk.PageNotice {
		t.Error("with nothing being composed, Esc leads back")
	}
}

// strike is a key that may have a character.
func (b *bench) strike(key string) {
	if len(key) == 1 {
		b.typeText(key)
		return
	}
	b.press(key)
}

func TestNoCommandWorksOverAnUnfinishedWord(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("tongzhi")
	b.press("Ctrl+S", "F6", "Ctrl+1", "Left", "Home", "Delete")
	b.composing("tongzhi")
	if b.d.Route().Page != desk.PageNotice || !b.says(assets.Format("zh", "desk.pinyin.unfinished")) {
		t.Errorf("at %v: %q", b.d.Route(), b.d.Words())
	}
	b.press("F12")
	if b.d.SignedIn().ID != "" {
		t.Fatal("the desk cannot be locked")
	}
	if keys, _ := b.d.Composing(); keys != "" || b.d.Pinyin() {
		t.Error("the next person goes on with the word")
	}
}

func TestShiftAndTheKeyLeadBackToLetters(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("wang")
	b.shift()
	b.stands("wang")
	b.composing("")
	if b.d.Pinyin() || b.d.Tagged() {
		t.Error("Shift does not lead back")
	}
	b.typeText(" lan, 3.5")
	b.stands("wang lan, 3.5")
	b.shift()
	if b.d.Pinyin() {
		t.Error("whoever never asked for pinyin gets it by Shift")
	}
	b.press("Ctrl+Space")
	b.typeText("hao")
	b.press("Ctrl+Space")
	b.stands("wang lan, 3.5hao")
	if b.d.Pinyin() {
		t.Error("the key does not lead back")
	}
	// Shift with a letter is that capital, and nothing else.
	b.press("Ctrl+Space")
	b.shift(fyne.KeyA)
	b.stands("wang lan, 3.5haoA")
	if !b.d.Pinyin() {
		t.Error("a capital leads back to letters")
	}
}

func TestChineseMarks(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("tongzhi,3.5(hao)?")
	b.stands("通知，3.5（好）？")
}

func TestOneUndoTakesOneChoiceBack(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("shequ tongzhi ")
	b.stands("社区通知")
	undo := func() { b.w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutUndo{}) }
	undo()
	b.stands("社区")
	undo()
	b.stands("")
}

func TestAnotherFieldDropsWhatWasComposed(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("shequ")
	b.press("Tab")
	b.composing("")
	b.stands("")
	b.typeText("tongzhi ")
	b.stands("通知")
	b.field("field.title")
	b.stands("")
	b.typeText("she")
	b.w.Canvas().Unfocus()
	if keys, _ := b.d.Composing(); keys != "" {
		t.Errorf("%q is left", keys)
	}
}

// Fields for digits, numbers, days and English know nothing of pinyin, and every
// other field of the desk does.
func TestNumbersAreNeverPinyin(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.press("Ctrl+Space")
	numbers := map[string]bool{
		"field.id_number": true, "field.birth": true, "field.phone": true, "field.contact": true, "field.title_en": true,
		"field.body_en": true, "field.valid_from": true, "field.valid_to": true, "field.pin": true,
	}
	seen := 0
	for _, page := range desk.AllPages() {
		b.d.Open(desk.Route{Page: page, ID: routes[page]})
		for id, takes := range b.d.TextFields() {
			if takes == numbers[id] {
				t.Errorf("%s on %s takes Chinese: %v", id, page, takes)
			}
			b.field(id)
			if b.d.Tagged() != takes {
				t.Errorf("%s on %s shows that it takes pinyin: %v", id, page, b.d.Tagged())
			}
			was := b.d.Focused()
			b.typeText("3x")
			if keys, _ := b.d.Composing(); (keys == "x") != takes {
				t.Errorf("%s on %s composes %q", id, page, keys)
			}
			if got := b.d.Focused(); !takes && !strings.Contains(got, "3x") && got == was {
				t.Errorf("%s on %s has not taken what was typed: %q", id, page, got)
			}
			b.press("Escape")
			b.d.Open(desk.Route{Page: page, ID: routes[page]})
			seen++
		}
	}
	if seen < 20 {
		t.Errorf("only %d fields were seen", seen)
	}
}

func TestAPINIsNoPinyin(t *testing.T) {
	b := newBench(t, "zh")
	b.press("Ctrl+Space")
	b.d.FocusField("pin")
	b.typeText("24abc68")
	if got := b.d.FieldValue("pin"); got != "2468" {
		t.Errorf("the PIN is %q", got)
	}
	if keys, _ := b.d.Composing(); keys != "" {
		t.Errorf("%q is being composed from a PIN", keys)
	}
}

// A search that opens with the first letter takes it as pinyin too, and its list
// goes on working.
func TestASearchTakesPinyin(t *testing.T) {
	b := newBench(t, "zh")
	b.press("Ctrl+Space")
	b.typeText("qian")
	if keys, _ := b.d.Composing(); keys != "qian" {
		t.Fatalf("%q is being composed", keys)
	}
	at, size, shown := b.d.Bar()
	if !shown || at.Y+size.Height > desk.Size.Height || at.X+size.Width > desk.Size.Width {
		t.Errorf("the bar of a search stands at %v, %v", at, size)
	}
	b.picture("pinyin-search")
	_, words := b.d.Composing()
	b.typeText(string(rune('1' + slices.Index(words, "钱"))))
	b.stands("钱")
	b.press("Return")
	if got := b.d.FieldValue("name"); got != "钱样例" {
		t.Errorf("%q is chosen", got)
	}
}

func TestTheHallsPlacesComeFirst(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("diyiwangge")
	if _, words := b.d.Composing(); len(words) == 0 || words[0] != "第一网格" {
		t.Errorf("%q", words)
	}
}

// Staff's own words rise, for them alone, and only from what is for everybody.
func TestWhatIsChosenIsRemembered(t *testing.T) {
	b := atNotice(t, "zh")
	b.typeText("shi")
	_, words := b.d.Composing()
	own := words[4]
	b.typeText("5")
	for range 3 {
		b.typeText("shi")
		_, now := b.d.Composing()
		b.typeText(string(rune('1' + slices.Index(now, own))))
	}
	b.typeText("shi")
	if _, now := b.d.Composing(); slices.Index(now, own) > 2 {
		t.Errorf("%q, chosen four times, stands in %q", own, now)
	}
	b.press("Escape")
	if b.d.Used(own) != 4 {
		t.Errorf("remembered %d times", b.d.Used(own))
	}
	b.press("F12")
	b.d.FocusField("name")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageNewCase})
	b.field("field.title")
	b.press("Ctrl+Space")
	b.typeText("shi")
	if _, now := b.d.Composing(); b.d.Used(own) != 0 || !slices.Equal(now, words) {
		t.Errorf("another person has the words: %q", now)
	}
}

func TestNothingAboutAResidentIsRemembered(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.press("Ctrl+Space")
	open := map[string]bool{"field.title": true, "field.body": true}
	for _, page := range desk.AllPages() {
		b.d.Open(desk.Route{Page: page, ID: routes[page]})
		for id, takes := range b.d.TextFields() {
			if !takes || page == desk.PageNotice && open[id] {
				continue
			}
			b.field(id)
			b.typeText("zhangxiuying ")
			b.typeText("zhangsan ")
			if b.d.AllUsed() != 0 {
				t.Fatalf("a word of %s on %s is remembered", id, page)
			}
			b.d.Open(desk.Route{Page: page, ID: routes[page]})
		}
	}
	// Nor at the door, where nobody is signed in.
	b.press("F12")
	b.press("Ctrl+Space")
	b.typeText("qian1")
	if b.d.AllUsed() != 0 {
		t.Error("a name of staff is remembered")
	}
}

// The state stands in the window and on the keyboard's page, in both languages,
// and everything that the bar says can be drawn.
func TestTheStateIsSeenInBothLanguages(t *testing.T) {
	for _, lang := range assets.Languages() {
		b := atNotice(t, lang)
		if !b.shows(assets.Format(lang, "desk.pinyin.on")) || !b.d.Tagged() {
			t.Errorf("%s: nothing says that letters are pinyin", lang)
		}
		b.typeText("shi")
		b.picture("pinyin-" + lang)
		if !b.says(assets.Format(lang, "desk.pinyin.hint")) {
			t.Errorf("%s: the keys of the bar are not said: %q", lang, b.d.Words())
		}
		b.press("Escape")
		b.press("Ctrl+Space")
		if !b.shows(assets.Format(lang, "desk.pinyin.off")) || b.d.Tagged() {
			t.Errorf("%s: nothing says that letters are letters", lang)
		}
		b.press("F1")
		if !b.shows("Ctrl+Space") {
			t.Errorf("%s: the key is not on the page of keys", lang)
		}
		b.picture("pinyin-keys-" + lang)
	}
}

// Whatever is in the program's own font stands before what another font may have
// to draw, so nobody looks for a word among empty boxes.
func TestNoGlyphIsMissingInTheBar(t *testing.T) {
	b := atNotice(t, "zh")
	for _, keys := range strings.Fields("shi yi zhi jian long nv lve qu e xiong zhuang wu ji fu tian") {
		b.typeText(keys)
		strange := ""
		for range 5 {
			_, words := b.d.Composing()
			for _, w := range words {
				drawn := !strings.ContainsFunc(w, func(r rune) bool { return !assets.HasGlyph(r) })
				switch {
				case !drawn:
					strange = w
				case strange != "":
					t.Errorf("%q of %s stands after %q, which cannot be drawn", w, keys, strange)
				}
			}
			b.typeText("=")
		}
		b.press("Escape")
	}
}

// BenchmarkPinyinKey is a letter at the desk until it stands in the bar with all that it can
// mean, painting apart; the budget is 5 ms.
func BenchmarkPinyinKey(b *testing.B) {
	d := newBench(b, "zh")
	d.signIn("周样例")
	d.d.Open(desk.Route{Page: desk.PageNotice})
	d.field("field.title")
	d.press("Ctrl+Space")
	keys := []rune("qingdaochuangkoubanlishebaokashequtongzhi")
	took := make([]time.Duration, 0, 1<<14)
	for i := 0; b.Loop(); i++ {
		if i > 0 && i%len(keys) == 0 {
			d.press("Escape")
		}
		begin := time.Now()
		d.typeText(string(keys[i%len(keys)]))
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/most")
}
