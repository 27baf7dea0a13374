package desk_test

import (
	"slices"
	"strings"
	"testing"

	"linli/app"
	"linli/ui/desk"
)

func TestAConflictIsChosenByItsNumberAndUndone(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("Ctrl+K", "Down", "Down", "Return")
	b.picture("conflict")
	for _, want := range []string{
		"张*例 的联系电话，哪一个对？", "✓ 现在用的是这个", "138 **** 0000", "钱样例", "今天上午9:20", "一号窗口",
		"另一个", "139 **** 1111", "周样例", "今天上午8:50", "二号窗口",
	} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.typeText("2")
	if !slices.Equal(b.f.rep.taken, []int{1}) {
		t.Fatalf("took %v", b.f.rep.taken)
	}
	b.picture("conflict-done")
	if !b.shows("已按“139 **** 1111”处理") || !b.shows("撤销") || !b.shows("需要您看一下（10）") {
		t.Errorf("after the choice: %v", b.d.Words())
	}
	b.typeText("1")
	if len(b.f.rep.taken) != 1 {
		t.Error("a second digit decided something")
	}
	b.press("Ctrl+L", "Ctrl+L") // the choice can still be taken back
	b.press("Ctrl+Z")
	if len(b.f.rep.conflicts) != 2 || !b.shows("哪一个对") || !b.shows("已经撤销") || !b.shows("需要您看一下（11）") {
		t.Fatalf("after taking it back: %v", b.d.Words())
	}
	b.typeText("1")
	if !slices.Equal(b.f.rep.taken, []int{1, 0}) || !b.shows("已按“138 **** 0000”处理") {
		t.Errorf("took %v: %v", b.f.rep.taken, b.d.Words())
	}
	b.press("Return") // on to the next one
	if !b.shows("李*例 的现住门（楼）详址") {
		t.Fatalf("the next one: %v", b.d.Words())
	}
	b.picture("conflict-three")
	if !b.shows("（空着）") || !b.shows("管理员操作") {
		t.Errorf("three values: %v", b.d.Words())
	}
	b.typeText("3")
	b.press("Return")
	if got := b.d.Route().Page; got != desk.PageAttention {
		t.Errorf("after the last one the desk is at %s", got)
	}
}

func TestAnUndoThatComesTooLateSaysSo(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageConflict, ID: "phone"})
	b.typeText("2")
	b.f.rep.stale = true
	b.press("Ctrl+Z")
	if !b.shows("不能撤销了") || len(b.f.rep.conflicts) != 1 {
		t.Errorf("after an undo that came too late: %v", b.d.Words())
	}
}

// Another value for the same place makes another conflict of it: the page shows all
// that there is, and nobody decides what they have not seen.
func TestAValueThatArrivesIsShownBeforeItIsDecided(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageConflict, ID: "phone"})
	c := b.f.rep.conflicts[0]
	c.ID = "phone-of-three"
	c.Values = append(slices.Clone(c.Values), app.ConflictValue{Value: "137****2222", By: "孙样例", At: b.f.now, Where: "网格员电脑"})
	b.f.rep.conflicts = append([]app.Conflict{c}, b.f.rep.conflicts[1:]...)
	b.typeText("2") // before the page has heard of it
	if len(b.f.rep.taken) != 0 {
		t.Fatal("something unseen was decided")
	}
	if !b.shows("137 **** 2222") || !b.shows("请再看一遍") {
		t.Errorf("the third value: %v", b.d.Words())
	}
	b.typeText("3")
	if !slices.Equal(b.f.rep.taken, []int{2}) {
		t.Errorf("took %v", b.f.rep.taken)
	}
}

func TestAConflictDecidedElsewhereIsGone(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.d.Open(desk.Route{Page: desk.PageConflict, ID: "phone"})
	b.f.rep.conflicts = b.f.rep.conflicts[1:]
	b.f.rep.changed()
	b.d.Drain()
	b.picture("conflict-gone")
	if !b.shows("已经定好了") || b.shows("138 **** 0000") {
		t.Errorf("the page shows %v", b.d.Words())
	}
	b.typeText("1")
	if len(b.f.rep.taken) != 0 {
		t.Error("a digit decided another conflict")
	}
}

func TestWhoMayNotDecideOnlyLooks(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("孙样例")
	b.d.Open(desk.Route{Page: desk.PageConflict, ID: "phone"})
	if b.shows("用这一个") || !b.shows("由窗口或者管理员来选") {
		t.Errorf("a grid worker is shown %v", b.d.Words())
	}
	b.typeText("1")
	if len(b.f.rep.taken) != 0 {
		t.Error("a grid worker decided")
	}
}

// Values are shown as the port gives them: what is masked stays masked, and where
// two masked ones look the same the page says so.
func TestMaskedValuesStayMasked(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.conflicts[0].Values[1].Value = "138****0000"
	b.signIn("钱样例")
	b.press("Ctrl+K")
	b.d.Open(desk.Route{Page: desk.PageConflict, ID: "phone"})
	b.picture("conflict-alike")
	if !b.shows("看上去一样，其实不一样") {
		t.Errorf("nothing says why both look the same: %v", b.d.Words())
	}
	for _, w := range b.d.Words() {
		if strings.Contains(w, "13800000000") || strings.Contains(w, "138 0000 0000") {
			t.Errorf("a masked value is shown in full: %q", w)
		}
	}
	if len(b.f.revealed) != 0 {
		t.Errorf("revealed %v", b.f.revealed)
	}
	b.press("Return")
	if got := b.d.Route(); got != (desk.Route{Page: desk.PageResident, ID: "r0"}) {
		t.Errorf("Enter opened %v", got)
	}
}

func TestValuesAreSaidInWords(t *testing.T) {
	value := func(s string) app.ConflictValue {
		return app.ConflictValue{Value: s, By: "周样例", Where: "一号窗口"}
	}
	for _, c := range []struct {
		table, column string
		values        []string
		want          []string
	}{
		{"notice", "deleted", []string{"0", "1"}, []string{"留着这一条", "去掉这一条"}},
		{"window", "open", []string{"1", "0"}, []string{"开着", "关着"}},
		{"resident", "sex", []string{"1", "2"}, []string{"男", "女"}},
		{"resident", "grid", []string{"g1", "g2"}, []string{"第一网格", "第二网格"}},
		{"staff", "role", []string{"clerk", "grid"}, []string{"窗口", "网格员"}},
		{"staff", "pin", []string{"a", "b"}, []string{"密码不显示"}},
		{"notice", "category", []string{"party", "general"}, []string{"党务公开", "通知"}},
		{"hall", "settings", []string{`{"a":1}`, `{"a":2}`}, []string{"一整套内容"}},
	} {
		b := newBench(t, "zh")
		k := app.Conflict{ID: "k", Table: c.table, Row: "x", Column: c.column, Title: "样例", Record: "样例"}
		for _, v := range c.values {
			k.Values = append(k.Values, value(v))
		}
		b.f.rep.conflicts = []app.Conflict{k}
		b.signIn("周样例")
		b.d.Open(desk.Route{Page: desk.PageConflict, ID: "k"})
		for _, want := range c.want {
			if !b.says(want) {
				t.Errorf("%s.%s: %q is not shown: %v", c.table, c.column, want, b.d.Words())
			}
		}
	}
}
