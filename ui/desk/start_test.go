package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/theme"
)

// empty is a data folder with nothing in it, in memory.
type empty struct {
	near   []string
	refuse *app.Error
	made   []app.NewHall
	joined []app.Joining
	during func() // while a hall is being joined
	done   []app.Joined
	opens  *app.Error // what keeps the hall from opening afterwards
}

func (e *empty) Found(_ context.Context, h app.NewHall) error {
	if e.refuse != nil {
		return e.refuse
	}
	e.made = append(e.made, h)
	return nil
}

func (e *empty) Join(_ context.Context, j app.Joining, told func(app.JoinStage, int64)) (app.Joined, error) {
	e.joined = append(e.joined, j)
	told(app.JoinAsking, 0)
	if e.refuse != nil {
		return app.Joined{}, e.refuse
	}
	told(app.JoinFetching, 1234)
	if e.during != nil {
		e.during()
	}
	return app.Joined{Hall: "样例大厅", Role: "desk"}, nil
}

func (e *empty) Near(_ context.Context, seen func(string)) {
	for _, a := range e.near {
		seen(a)
	}
}

func newStart(t *testing.T, lang string, e *empty) *bench {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	d := desk.New(desk.Config{Window: w, Lang: lang, Start: &desk.Start{Port: e, Machine: "样例电脑", Done: func(in app.Joined, failed func(*app.Error)) {
		e.done = append(e.done, in)
		if e.opens != nil {
			failed(e.opens)
		}
	}}})
	d.Inline()
	d.Show()
	w.Resize(desk.Size)
	t.Cleanup(d.Close)
	return &bench{t: t, f: newFake(), d: d, w: w}
}

func TestAnEmptyFolderAsksWhatIsToBecomeOfIt(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		b := newStart(t, lang, &empty{})
		check := func(where string) {
			b.picture("start-" + lang + "-" + where)
			for _, w := range b.d.Words() {
				if strings.ContainsAny(w, "⟦⟧") {
					t.Errorf("%s: %s", where, w)
				}
			}
		}
		check("choose")
		for key, want := range map[string]string{"1": "start.join", "2": "start.found"} {
			if _, ok := b.d.Where(want); !ok {
				t.Errorf("%s is not offered", want)
			}
			b.typeText(key)
			check(want)
			if _, ok := b.d.Where("start.ok"); !ok {
				t.Errorf("%s opened %v", key, b.d.Words())
			}
			b.press("Escape")
		}
		b.press("F2", "F12", "Ctrl+N", "Ctrl+K", "Escape") // nothing else works here
		if _, ok := b.d.Where("start.join"); !ok {
			t.Errorf("led to %v", b.d.Words())
		}
	}
}

func TestAHallIsJoinedFromTheWindow(t *testing.T) {
	e := &empty{near: []string{"192.0.2.10:7272", "192.0.2.11:7272", "192.0.2.10:7272"}}
	b := newStart(t, "zh", e)
	b.typeText("1")
	if !b.shows("找到 2 台") {
		t.Errorf("what was found is not said: %v", b.d.Words())
	}
	b.press("Return", "Down") // from where it was given, to the address; the next one
	if got := b.d.FieldValue("address"); got != "192.0.2.11:7272" {
		t.Errorf("the address is %q", got)
	}
	b.press("Return", "Return", "Return") // without a code
	if got := b.d.FieldError("code"); got == "" || len(e.joined) != 0 {
		t.Fatalf("without a code: %q, asked %v", got, e.joined)
	}
	e.refuse = app.Fail(app.CodeAdmission)
	b.typeText("0HE21-QZRRZ-9WTMY-CKE61")
	b.press("Ctrl+S")
	if got := b.d.FieldError("code"); !strings.Contains(got, "接入码不对") || b.d.FieldValue("code") == "" {
		t.Errorf("a code that is none: %q, field %q", got, b.d.FieldValue("code"))
	}
	b.picture("start-wrong-code")
	e.refuse = app.Fail(app.CodeUnreachable, "192.0.2.11:7272")
	b.press("Ctrl+S")
	if got := b.d.FieldError("address"); !strings.Contains(got, "192.0.2.11:7272 没有回应") || strings.Contains(got, "照常办理") {
		t.Errorf("nobody answers: %q", got)
	}
	e.refuse = app.Fail(app.CodeNotEmpty, "/data")
	b.press("Ctrl+S")
	if !b.says("这个文件夹里已经有一个大厅") {
		t.Errorf("a folder that is taken: %v", b.d.Words())
	}
	e.refuse = nil
	said := ""
	e.during = func() {
		said = strings.Join(b.d.Words(), " ")
		b.picture("start-fetching")
		b.press("Escape", "Ctrl+L", "Ctrl+S") // nothing happens twice, and nothing is left meanwhile
	}
	b.press("Ctrl+S")
	if !strings.Contains(said, "收到 1,234 条") {
		t.Errorf("meanwhile it says %s", said)
	}
	want := app.Joining{Address: "192.0.2.11:7272", Code: "0HE21-QZRRZ-9WTMY-CKE61", Name: "样例电脑"}
	if len(e.joined) != 4 || e.joined[3] != want {
		t.Errorf("asked %+v", e.joined)
	}
	if !slices.Equal(e.done, []app.Joined{{Hall: "样例大厅", Role: "desk"}}) {
		t.Errorf("done %+v", e.done)
	}
}

func TestACentreIsJoinedByItsAddress(t *testing.T) {
	e := &empty{}
	b := newStart(t, "zh", e)
	b.typeText("1")
	b.typeText("2")
	b.press("Return")
	b.typeText("hub.example")
	b.press("Return")
	b.typeText("0HE21-QZRRZ-9WTMY-CKE61")
	b.press("Return", "Return")
	if len(e.joined) != 1 || !e.joined[0].Centre || e.joined[0].Address != "hub.example" {
		t.Errorf("asked %+v", e.joined)
	}
}

func TestAHallIsMadeFromTheWindow(t *testing.T) {
	e := &empty{}
	b := newStart(t, "zh", e)
	b.typeText("2")
	b.typeText("样例大厅")
	b.press("Return")
	b.typeText("320199001001")
	b.press("Return")
	b.typeText("样例管理员")
	b.press("Return")
	b.typeText("246810")
	b.press("Return")
	b.typeText("246811")
	b.press("Return")
	if got := b.d.FieldError("again"); !strings.Contains(got, "不一样") || len(e.made) != 0 {
		t.Fatalf("two that differ: %q", got)
	}
	// A change of the language keeps what was typed, but for the PIN.
	b.press("Ctrl+L", "Ctrl+L")
	if got := b.d.FieldValue("hall"); got != "样例大厅" || b.d.FieldValue("pin") != "" {
		t.Errorf("after changing the language: %q", got)
	}
	for _, c := range []struct {
		err         *app.Error
		field, says string
	}{
		{app.Bad(app.CodeInvalid, "division"), "division", "12 位"},
		{app.Bad(app.CodeInvalid, "pin"), "pin", "连号"},
		{app.Bad("name_char", "admin"), "admin", "姓名"},
	} {
		e.refuse = c.err
		b.press("Escape")
		b.typeText("2")
		b.d.FocusField("pin")
		b.typeText("246810")
		b.press("Return")
		b.typeText("246810")
		b.press("Return")
		if got := b.d.FieldError(c.field); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", c.field, got)
		}
	}
	e.refuse, e.opens = nil, app.Fail(app.CodeDiskFull)
	b.press("Ctrl+S")
	want := app.NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}
	if len(e.made) != 1 || e.made[0] != want || len(e.done) != 1 {
		t.Fatalf("made %+v, done %+v", e.made, e.done)
	}
	if !b.says("磁盘满了") {
		t.Errorf("what keeps it from opening is not said: %v", b.d.Words())
	}
}
