package desk

import (
	"context"
	"errors"
	"log/slog"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"linli/kiosk/input"
	"linli/kiosk/input/pinyin"
)

// The desktop's input method does not reach the toolkit on every machine. So the
// desk has one of its own: one key, and every field that takes Chinese takes
// pinyin. What is typed stands in a bar below the field (candidates.go) until a
// digit or the space bar chooses; digits, numbers and English go on as ever.

// pinyinKey turns the desk's own pinyin on and off. The usual one of Chinese input methods.
const pinyinKey = "Ctrl+Space"

const (
	mostFound   = 90  // candidates that can be turned through
	mostUsed    = 400 // words of one person that are remembered
	longestUsed = 8   // characters of such a word
)

// pinyinBar is the desk's own input method. All methods belong to the UI goroutine.
type pinyinBar struct {
	d  *Desk
	on bool

	engine  *pinyin.Dictionary // nil until it has been read, at the first use
	reading bool
	names   []pinyin.Name // of the hall's places
	fuzzy   pinyin.Fuzzy  // of the hall's people

	at     *field // that has the focus and may take pinyin
	c      composition
	pieces []string // chosen since the composition began
	shift  bool     // went down, and nothing was pressed since

	// used is how often each person has chosen what, in fields whose text is for
	// everybody. It is never written down, and ends with the program.
	used map[string]map[string]int

	ground *candidates // of the page
	view   *candidates // where the composition is drawn
}

func newPinyinBar(d *Desk) *pinyinBar {
	return &pinyinBar{d: d, used: map[string]map[string]int{}}
}

// toggle is [pinyinKey].
func (b *pinyinBar) toggle() {
	b.settle()
	b.set(!b.on)
	if b.on {
		b.read()
	}
}

// set turns the bar on or off.
func (b *pinyinBar) set(on bool) {
	b.on, b.shift = on, false
	if b.at != nil {
		b.at.mark()
	}
	if s := b.d.shell; s != nil {
		s.hints()
	}
	b.d.report()
}

// word is the translation key of what letters are now.
func (b *pinyinBar) word() string {
	if b.on {
		return "desk.pinyin.on"
	}
	return "desk.pinyin.off"
}

// read reads the dictionary and the names of the hall's places beside the window.
func (b *pinyinBar) read() {
	if b.reading {
		return
	}
	b.reading = true
	d := b.d
	public := d.hall.Public
	d.background(func(ctx context.Context) func() {
		engine, err := pinyin.Open()
		if err != nil {
			slog.Error("pinyin", "error", err)
		}
		var names []pinyin.Name
		var fuzzy pinyin.Fuzzy
		if public != nil {
			hall, err := public.Hall(ctx)
			grids, fault := public.Grids(ctx)
			if err := errors.Join(err, fault); err != nil {
				slog.Warn("what the hall knows about writing is not known to its keyboard", "error", err)
			}
			for _, g := range grids {
				names = append(names, pinyin.Name{Text: g.Name})
			}
			if fuzzy = input.Fuzzy(hall.Settings.Accent); engine != nil {
				engine.Spelling("a", pinyin.Options{Fuzzy: fuzzy}) // makes the table before anybody waits
			}
		}
		return func() {
			b.reading = false
			if engine == nil {
				b.set(false)
				d.warn(d.t("desk.pinyin.broken"))
				return
			}
			b.engine = engine
			if public != d.hall.Public {
				b.read() // meanwhile another hall
				return
			}
			b.names, b.fuzzy = names, fuzzy
			b.think()
		}
	})
}

// changed reads the names anew.
func (b *pinyinBar) changed() {
	if b.on {
		b.read()
	}
}

// elsewhere forgets the names: the window shows another hall.
func (b *pinyinBar) elsewhere() {
	b.names, b.fuzzy = nil, 0
	b.changed()
}

// lock is the person leaving: the next one begins with plain letters.
func (b *pinyinBar) lock() {
	b.drop()
	b.set(false)
}

// takes answers whether letters in a field are pinyin now.
func (b *pinyinBar) takes(f *field) bool {
	return b.on && !f.digits && !f.latin && !f.Password && !f.Disabled()
}

// composing answers whether letters stand in the bar for a field.
func (b *pinyinBar) composing(f *field) bool { return b.at == f && !b.c.empty() }

// enter is a field getting the focus.
func (b *pinyinBar) enter(f *field) {
	if b.at != f {
		b.drop()
	}
	b.at, b.shift = f, false
	f.mark()
}

// leave is a field losing the focus: what was composed goes.
func (b *pinyinBar) leave(f *field) {
	if b.at == f {
		b.drop()
		b.at = nil
	}
	f.mark()
}

// typed is a character in a field; it answers whether it was the bar's.
func (b *pinyinBar) typed(f *field, r rune) bool {
	b.shift = false
	if !b.takes(f) || b.at != f {
		return false
	}
	if b.c.empty() {
		return b.begin(r)
	}
	switch mark, isMark := marks[r]; {
	case isLetter(r), r == '\'':
		if len(b.c.keys) < mostLetters {
			b.c.keys += string(r)
			b.think()
		}
	case r >= '1' && r <= '9':
		b.pick(int(r - '1'))
	case r == ' ':
		b.pick(0)
	case r == '-', r == '=':
		b.turn(r == '=')
	case isMark:
		for !b.c.empty() {
			b.pick(0)
		}
		f.insert(mark)
	}
	return true
}

// begin is a character where nothing is being composed.
func (b *pinyinBar) begin(r rune) bool {
	f := b.at
	if r >= 'a' && r <= 'z' {
		b.c, b.pieces = composition{keys: string(r)}, nil
		b.think()
		return true
	}
	inNumber := (r == '.' || r == ',' || r == ':') && isDigit(f.before()) // 3.5 stays what it is
	if mark, ok := marks[r]; ok && !inNumber {
		f.insert(mark)
		return true
	}
	return false
}

// key is a key without a character in a field; it answers whether it was the bar's.
func (b *pinyinBar) key(f *field, name string) bool {
	if isShift(fyne.KeyName(name)) {
		return false // the toolkit tells of it here too, after it went down
	}
	b.shift = false
	if !b.composing(f) || name == "F12" {
		return false
	}
	switch fyne.KeyName(name) {
	case fyne.KeyBackspace:
		b.c.keys = b.c.keys[:len(b.c.keys)-1]
		b.think()
	case fyne.KeyReturn, fyne.KeyEnter:
		b.settle()
	case fyne.KeyEscape:
		b.drop()
	case fyne.KeyPageDown, fyne.KeyDown:
		b.turn(true)
	case fyne.KeyPageUp, fyne.KeyUp:
		b.turn(false)
	default:
		if isCommand(name) {
			b.unfinished()
		}
	}
	return true
}

// shortcut is a key with Ctrl in a field; it answers whether it was the bar's.
func (b *pinyinBar) shortcut(f *field, s fyne.Shortcut) bool {
	if !b.composing(f) {
		return false
	}
	if c, ok := s.(*desktop.CustomShortcut); ok && c.KeyName == fyne.KeySpace {
		return false
	}
	b.unfinished()
	return true
}

// unfinished says that there is a word to choose first: what was typed would not
// be saved with the rest.
func (b *pinyinBar) unfinished() { b.d.warn(b.d.t("desk.pinyin.unfinished")) }

// down and up are keys going down and up: Shift alone is the way back to letters.
func (b *pinyinBar) down(f *field, name fyne.KeyName) { b.shift = b.takes(f) && isShift(name) }

func (b *pinyinBar) up(f *field, name fyne.KeyName) {
	if b.shift && isShift(name) && b.at == f {
		b.settle()
		b.set(false)
	}
}

func isShift(name fyne.KeyName) bool {
	return name == desktop.KeyShiftLeft || name == desktop.KeyShiftRight
}

// pick puts the n-th of the page into the field, and goes on with the keys it has
// not taken. Where the keys mean nothing, the space bar takes them as they are.
func (b *pinyinBar) pick(n int) {
	of, ok := b.c.at(n)
	switch {
	case ok:
		b.at.insert(of.Text)
		b.c.take(of)
		b.pieces = append(b.pieces, of.Text)
		if b.c.empty() {
			b.learn()
		}
		b.think()
	case n == 0 && b.engine != nil:
		b.settle()
	}
}

func (b *pinyinBar) turn(on bool) {
	b.c.turn(on)
	b.draw()
}

// settle puts the letters into the field as they are.
func (b *pinyinBar) settle() {
	if keys := b.c.keys; keys != "" {
		b.c = composition{}
		b.at.insert(keys)
	}
	b.drop()
}

// drop forgets what is being composed.
func (b *pinyinBar) drop() {
	b.c, b.pieces = composition{}, nil
	b.draw()
}

// think asks what the letters can mean, and shows it.
func (b *pinyinBar) think() {
	switch {
	case b.c.empty():
		b.c, b.pieces = composition{}, nil
	case b.engine == nil:
		b.read()
	default:
		o := pinyin.Options{Names: b.names, Fuzzy: b.fuzzy, Used: b.used[b.d.who.ID], Limit: mostFound}
		b.c.mean(b.engine.Candidates(b.c.keys, o), b.engine.Spelling(b.c.keys, o))
	}
	b.draw()
}

// learn remembers what was chosen for whoever chose it: the words, and all of them
// together as one. A field that may hold anything about a person teaches nothing.
func (b *pinyinBar) learn() {
	who := b.d.who.ID
	if who == "" || !b.at.open {
		return
	}
	used := b.used[who]
	if used == nil {
		used = map[string]int{}
		b.used[who] = used
	}
	all := ""
	for _, piece := range b.pieces {
		all += piece
	}
	words := b.pieces
	if len(b.pieces) > 1 {
		words = append(words, all)
	}
	for _, w := range words {
		if _, known := used[w]; utf8.RuneCountInString(w) <= longestUsed && (known || len(used) < mostUsed) {
			used[w]++
		}
	}
}

// draw shows the composition where the field is.
func (b *pinyinBar) draw() {
	view := b.ground
	if n := len(b.d.sheets); n > 0 {
		view = b.d.sheets[n-1].bar
	}
	if b.view != nil && b.view != view {
		b.view.hide()
	}
	if b.view = view; view == nil {
		return
	}
	switch {
	case !b.c.empty() && b.at != nil:
		view.show(b.at, &b.c, b.engine == nil)
	case !view.shown:
		return
	default:
		view.hide()
	}
	b.d.report()
}
