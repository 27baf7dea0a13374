package desk_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/selftest"
	"linli/ui/desk"
)

// Troubles implements app.KiosksPort.
func (f *fake) Troubles(_ context.Context, by app.Actor) ([]app.KioskTrouble, error) {
	return slices.Clone(f.troubles), by.Require(app.ActServe)
}

func (b *bench) trouble(list ...app.KioskTrouble) {
	b.f.troubles = list
	b.f.bus.Publish(app.Changed{Table: "kiosk_trouble"})
	b.d.Drain()
}

func (f *fake) noPaper() app.KioskTrouble {
	return app.KioskTrouble{ID: "t1", Machine: 2, Trouble: app.Trouble{Kind: selftest.Printer, Code: selftest.CodePaper, Since: f.now.Add(-20 * time.Minute)}}
}

func TestATroubleOfAKioskComesAndGoesByItself(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.more, b.f.rep.conflicts = nil, nil
	b.signIn("周样例")
	if b.says("自助机：") {
		t.Fatalf("something is said of kiosks that are well: %v", b.d.Words())
	}
	since := "上午" + b.f.now.Add(-20*time.Minute).In(zone).Format("3:04")
	b.trouble(b.f.noPaper())
	b.picture("home-kiosk")
	if !b.says("2 号自助机：打印机没纸了，" + since + "起") {
		t.Errorf("the first page says %v", b.d.Words())
	}
	b.press("Ctrl+K")
	b.picture("attention-kiosk")
	for _, want := range []string{"自助机要人看一下", "2 号自助机", "换一卷纸"} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.trouble()
	if b.says("打印机没纸了") || !b.says("没有要您看的") {
		t.Errorf("it is still there: %v", b.d.Words())
	}
	b.press("Ctrl+1")
	if b.says("打印机没纸了") {
		t.Errorf("it is still there: %v", b.d.Words())
	}
}

func TestManyTroublesLeaveRoomForTheDay(t *testing.T) {
	b := newBench(t, "en")
	b.signIn("周样例")
	var list []app.KioskTrouble
	for i, k := range []app.TroubleKind{selftest.Printer, selftest.Disk, selftest.Card, "of_a_newer_version"} {
		one := b.f.noPaper()
		one.ID, one.Kind, one.Code, one.Name = string(k), k, "failed", "The one at the door"
		one.Since = one.Since.Add(time.Duration(i) * time.Minute)
		list = append(list, one)
	}
	b.trouble(list...)
	b.picture("home-kiosks")
	for want, shown := range map[string]bool{"The one at the door: the printer does not work": true, "its disk does not work": true, "the card reader": false, "2 more": true} {
		if b.says(want) != shown {
			t.Errorf("%q shown: %v", want, !shown)
		}
	}
	b.press("Ctrl+K")
	for _, want := range []string{"The one at the door", "A kiosk needs somebody"} {
		if !b.says(want) {
			t.Errorf("%q is not shown", want)
		}
	}
}

func TestATroubleThatSomebodySawIsTakenAway(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.more, b.f.rep.conflicts = nil, nil
	b.signIn("周样例")
	b.trouble(b.f.noPaper())
	b.press("Ctrl+K", "Delete")
	if len(b.f.troubles) != 0 || b.says("打印机没纸了") {
		t.Errorf("it is still there: %v", b.d.Words())
	}
}

// Who does not serve is not asked to bring paper.
func TestOnlyThoseWhoServeSeeTroubles(t *testing.T) {
	b := newBench(t, "zh")
	b.f.troubles = []app.KioskTrouble{b.f.noPaper()}
	b.signIn("孙样例") // a grid worker
	b.d.Open(desk.Route{Page: desk.PageAttention})
	if b.says("打印机没纸了") || b.says("自助机要人看一下") {
		t.Errorf("a grid worker sees %v", b.d.Words())
	}
}

// Every trouble that a kiosk of this version can have has its words, and says what to do.
func TestEveryTroubleHasItsWords(t *testing.T) {
	for _, lang := range assets.Languages() {
		for _, k := range selftest.Kinds() {
			for _, part := range []string{".other", ".do"} {
				if _, ok := assets.Text(lang, "desk.trouble."+string(k)+part); !ok {
					t.Errorf("%s: no words for %s%s", lang, k, part)
				}
			}
		}
	}
}
