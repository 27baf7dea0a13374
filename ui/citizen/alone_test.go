package citizen_test

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/assets"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
)

// The ring for staff lies in the margin: it moves nothing, and touches nothing that a
// resident reads or strikes.
func TestTheRingForStaffDisturbsNobody(t *testing.T) {
	for _, profile := range theme.Profiles() {
		for _, lang := range assets.Languages() {
			for size := range theme.TextSizes {
				for _, page := range somePages() {
					v := citizen.View{Page: page, Profile: profile, Size: theme.TextSize(size), Lang: lang, Hall: "样例社区服务大厅"}
					without := citizen.Place(v)
					v.Alone = true
					with := citizen.Place(v)
					mark := with.Mark
					if without.Mark.W != 0 || mark.W < 2 || mark.X < 0 || mark.Y < 0 || mark.Right() > theme.MarginMM || mark.Bottom() > theme.MarginMM {
						t.Fatalf("%s %s: the ring is at %v, and at %v when not alone", profile.Name, page.ID, mark, without.Mark)
					}
					for _, target := range with.Targets {
						if r := target.Rect; r.X < mark.Right() && r.Y < mark.Bottom() {
							t.Errorf("%s %s: %s at %v lies under the ring", profile.Name, page.ID, target.ID, r)
						}
					}
					if with.Mark = (citizen.Rect{}); !reflect.DeepEqual(with, without) {
						t.Errorf("%s %s: the ring moves the page", profile.Name, page.ID)
					}
				}
			}
		}
	}
	for _, p := range []*theme.Palette{theme.Normal(), theme.HighContrast()} {
		if got := theme.Contrast(p.Quiet, p.Ground); got < 3 {
			t.Errorf("the ring has a contrast of %.1f", got)
		}
	}
}

func TestTheRingComesAndGoes(t *testing.T) {
	face, talk, win := newFace(t, theme.DefaultProfile(), session.DefaultLook())
	rings := func() (n int) {
		for _, o := range win.Content().(*fyne.Container).Objects {
			if c, ok := o.(*canvas.Circle); ok && c.Visible() && c.Size().Width > 0 {
				n++
			}
		}
		return n
	}
	if rings() != 0 {
		t.Error("a kiosk of which nobody said anything shows the ring")
	}
	face.SetAlone(true)
	if rings() != 1 {
		t.Error("no ring on a kiosk that is alone")
	}
	talk.show(somePages()[1])
	if rings() != 1 {
		t.Error("the ring is gone on the next page")
	}
	face.SetAlone(false)
	if rings() != 0 {
		t.Error("the ring stays")
	}
}
