package citizen_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
)

// The blank part of the first page is a finger wide on every screen and lies on nothing that can be touched.
func TestTheBlankPartOfTheFirstPage(t *testing.T) {
	seen := 0
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		if !v.Page.Home {
			return
		}
		seen++
		b := p.Blank(v.Profile)
		if b.W < theme.TargetMM || b.H < theme.TargetMM {
			t.Errorf("it is %.0f by %.0f mm", b.W, b.H)
		}
		if b.X < 0 || b.Y < 0 || b.Right() > v.Profile.WidthMM() || b.Bottom() > v.Profile.HeightMM() {
			t.Errorf("it lies outside of the screen: %+v", b)
		}
		for _, target := range p.Targets {
			r := target.Rect
			if r.X < b.Right() && b.X < r.Right() && r.Y < b.Bottom() && b.Y < r.Bottom() {
				t.Errorf("it lies on %s", target.ID)
			}
		}
	})
	if seen == 0 {
		t.Error("no first page was seen")
	}
}

// It is there on the first page alone, shows nothing, and takes nothing from what is beside it.
func TestOnlyTheFirstPageCountsTouchesOfItsBlankPart(t *testing.T) {
	app := test.NewTempApp(t)
	win := app.NewWindow("citizen")
	t.Cleanup(win.Close)
	touched := 0
	var home, other flow.Page
	for page := range flowtest.Walk(flowtest.Facts("zh")) {
		if page.Home {
			home = page
		} else if other.ID == "" {
			other = page
		}
	}
	talk := &still{look: session.DefaultLook(), page: home}
	profile := theme.DefaultProfile()
	f := citizen.New(win, talk, citizen.Config{Profile: profile, Hall: "样例社区服务大厅", Corner: func() { touched++ }})
	f.Show()
	placed := citizen.Place(citizen.View{Page: home, Profile: profile, Size: theme.SizeMiddle, Lang: "zh", Hall: "样例社区服务大厅"})
	b := placed.Blank(profile)
	touch := func() {
		at := fyne.NewPos(profile.MM(b.X+b.W/2), profile.MM(b.Y+b.H/2))
		for _, o := range under(win.Content(), at, fyne.Position{}) {
			if m, ok := o.(desktop.Mouseable); ok {
				m.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
				m.MouseUp(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
			}
		}
	}
	touch()
	if touched != 1 {
		t.Errorf("%d touches of the first page were counted", touched)
	}
	talk.show(other)
	touch()
	if touched != 1 {
		t.Error("a touch of another page was counted")
	}
	talk.show(home)
	touch()
	if touched != 2 || len(talk.pressed) != 0 {
		t.Errorf("%d touches, pressed %v", touched, talk.pressed)
	}
}

// under lists what is visible at a place.
func under(o fyne.CanvasObject, at, from fyne.Position) (all []fyne.CanvasObject) {
	if !o.Visible() {
		return nil
	}
	from = from.Add(o.Position())
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			all = append(all, under(child, at, from)...)
		}
		return all
	}
	in := at.Subtract(from)
	if in.X >= 0 && in.Y >= 0 && in.X < o.Size().Width && in.Y < o.Size().Height {
		all = append(all, o)
	}
	return all
}
